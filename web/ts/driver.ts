import type { Clock } from "./clock.js";
import { HadalError } from "./error.js";
import type { RawEngine, RawModule } from "./hadal-glue.js";
import type { Memory } from "./memory.js";

/** The part of the DOM's WebSocket that is used. `ws` for Node and the in-page exchange have it too. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}
export type WebSocketClass = new (url: string) => WebSocketLike;

/** In the order of WasmEngine::OutputKind. */
const enum Output {
  wait,
  connect,
  send,
  close,
  needToken,
}

const longestTimer = 0x7fffffff; // ms; beyond it a browser's timer fires at once

/** Carries between an engine and its sockets and timer. Holds no rule of the protocol: what to do and when, the engine says. */
export class Driver {
  readonly #module: RawModule;
  readonly #memory: Memory;
  readonly #engine: RawEngine;
  readonly #handle: number;
  readonly #url: string | undefined;
  readonly #WebSocket: WebSocketClass;
  readonly #clock: Clock;
  readonly #afterInput: () => void;
  readonly #sockets = new Map<number, WebSocketLike>();
  readonly #inputs: (() => void)[] = [];
  #timer: unknown;
  #until = Infinity;
  #running = false;
  #ended = false;

  /** @param url instead of the address that the engine gives */
  constructor(
    module: RawModule,
    memory: Memory,
    engine: RawEngine,
    url: string | undefined,
    WebSocket: WebSocketClass,
    clock: Clock,
    afterInput: () => void,
  ) {
    this.#module = module;
    this.#memory = memory;
    this.#engine = engine;
    this.#handle = engine.handle();
    this.#url = url;
    this.#WebSocket = WebSocket;
    this.#clock = clock;
    this.#afterInput = afterInput;
  }

  now(): number {
    return Math.floor(this.#clock.now());
  }

  /** Time of day; NaN where nobody knows it. */
  wall(): number {
    return this.#clock.unixMs?.() ?? NaN;
  }

  /** The engine's deadline may be another: a queue was read. */
  rearm(): void {
    if (!this.#running && !this.#ended) this.#drain();
  }

  /** A call of the user, and what follows from it. Throws if it comes from inside a socket's own call: the engine hears one thing at a time. */
  call(act: () => void): void {
    if (this.#running) throw new HadalError("invalid_transition", "the client was called from inside a WebSocket's constructor, send() or close()");
    this.input(act);
  }

  /** One input, then everything the engine wants done, then the next input: never one inside another. */
  input(act: () => void): void {
    this.#inputs.push(act);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#inputs.shift(); next && !this.#ended; next = this.#inputs.shift()) {
        next();
        this.#drain();
      }
    } finally {
      this.#running = false;
    }
    if (!this.#ended) this.#afterInput();
  }

  /** Lets go of every socket and the timer; nothing happens any more. */
  end(): void {
    this.#ended = true;
    this.#inputs.length = 0;
    this.#clock.clearTimeout(this.#timer);
    for (const [connection, socket] of this.#sockets) close(this.#release(connection, socket), 1000, "");
  }

  #drain(): void {
    while (!this.#ended) {
      const kind = this.#module._hadal_engine_poll(this.#handle) as Output;
      if (kind === Output.wait) return this.#wait(this.#module._hadal_engine_number(this.#handle));
      const connection = this.#module._hadal_engine_connection(this.#handle);
      const number = this.#module._hadal_engine_number(this.#handle);
      const text = this.#memory.readText(this.#module._hadal_outbox(), this.#module._hadal_outbox_size());
      const socket = this.#sockets.get(connection);
      if (kind === Output.connect) this.#connect(connection, this.#url ?? text);
      else if (kind === Output.send && socket) this.#send(connection, socket, text);
      else if (kind === Output.close && socket) close(this.#release(connection, socket), number, text);
      else if (kind === Output.needToken) this.#inputs.push(() => this.#engine.tokenFailed(this.now(), true, "this client has no tokens yet"));
    }
  }

  #wait(until: number): void {
    if (until === this.#until) return; // most frames change no deadline
    this.#until = until;
    this.#clock.clearTimeout(this.#timer);
    if (until === Infinity) return;
    const ms = Math.min(longestTimer, Math.max(0, Math.ceil(until - this.#clock.now())));
    this.#timer = this.#clock.setTimeout(() => {
      this.#until = Infinity;
      this.input(() => this.#engine.timeout(this.now()));
    }, ms);
  }

  /** A socket that cannot send is lost. */
  #send(connection: number, socket: WebSocketLike, text: string): void {
    try {
      socket.send(text);
    } catch (error) {
      close(this.#release(connection, socket), 1000, "");
      this.#inputs.push(() => this.#engine.closed(this.now(), connection, 1006, String(error)));
    }
  }

  #connect(connection: number, url: string): void {
    let socket: WebSocketLike;
    try {
      socket = new this.#WebSocket(url);
    } catch (error) {
      this.#inputs.push(() => this.#engine.openFailed(this.now(), connection, 0, String(error)));
      return;
    }
    this.#sockets.set(connection, socket);
    let open = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      open = true;
      this.input(() => this.#engine.opened(this.now(), connection));
    };
    socket.onmessage = ({ data }: { data: unknown }) =>
      this.input(() => {
        if (typeof data === "string") this.#text(connection, data);
        else this.#engine.binary(this.now(), connection, data instanceof ArrayBuffer ? data.byteLength : 0);
      });
    socket.onerror = () => {}; // a close follows
    socket.onclose = ({ code, reason }: { code: number; reason: unknown }) => {
      this.#release(connection, socket);
      const text = String(reason);
      if (open) this.input(() => this.#engine.closed(this.now(), connection, code, text));
      else this.input(() => this.#engine.openFailed(this.now(), connection, 0, text || "the connection could not be opened"));
    };
  }

  #text(connection: number, data: string): void {
    const wall = this.wall();
    this.#module._hadal_engine_text(this.#handle, this.now(), connection, this.#memory.writeText(data), wall);
    this.#module._hadal_engine_done(this.#handle, this.now(), this.wall());
  }

  /** What a socket says from now on concerns nobody. */
  #release(connection: number, socket: WebSocketLike): WebSocketLike {
    this.#sockets.delete(connection);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => {}; // `ws` would throw without one
    return socket;
  }
}

/** Closing is a wish: a socket that refuses it is forgotten all the same. */
function close(socket: WebSocketLike, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // nothing left to do
  }
}
