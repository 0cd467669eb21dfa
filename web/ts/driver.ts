import type { Clock } from "./clock.js";
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
  readonly #url: string;
  readonly #WebSocket: WebSocketClass;
  readonly #clock: Clock;
  readonly #afterInput: () => void;
  readonly #sockets = new Map<number, WebSocketLike>();
  readonly #inputs: (() => void)[] = [];
  #timer: unknown;
  #running = false;

  constructor(
    module: RawModule,
    memory: Memory,
    engine: RawEngine,
    url: string,
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

  /** One input, then everything the engine wants done, then the next input: never one inside another. */
  input(act: () => void): void {
    this.#inputs.push(act);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
        next();
        this.#drain();
      }
    } finally {
      this.#running = false;
    }
    this.#afterInput();
  }

  /** Lets go of every socket and the timer. */
  end(): void {
    this.#clock.clearTimeout(this.#timer);
    for (const [connection, socket] of this.#sockets) this.#release(connection, socket).close(1000);
  }

  #drain(): void {
    for (;;) {
      const kind = this.#module._hadal_engine_poll(this.#handle) as Output;
      if (kind === Output.wait) return this.#wait(this.#module._hadal_engine_number(this.#handle));
      const connection = this.#module._hadal_engine_connection(this.#handle);
      const socket = this.#sockets.get(connection);
      if (kind === Output.connect) this.#connect(connection);
      else if (kind === Output.send) socket?.send(this.#text());
      else if (kind === Output.close && socket) {
        this.#release(connection, socket).close(this.#module._hadal_engine_number(this.#handle), this.#text());
      } else if (kind === Output.needToken) {
        this.#inputs.push(() => this.#engine.tokenFailed(this.now(), true, "private channels are not served by this client yet"));
      }
    }
  }

  #text(): string {
    return this.#memory.readText(this.#module._hadal_outbox(), this.#module._hadal_outbox_size());
  }

  #wait(until: number): void {
    this.#clock.clearTimeout(this.#timer);
    if (until === Infinity) return;
    const ms = Math.min(longestTimer, Math.max(0, until - this.#clock.now()));
    this.#timer = this.#clock.setTimeout(() => this.input(() => this.#engine.timeout(this.now())), Math.ceil(ms));
  }

  #connect(connection: number): void {
    let socket: WebSocketLike;
    try {
      socket = new this.#WebSocket(this.#url);
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
        if (typeof data === "string") this.#module._hadal_engine_text(this.#handle, this.now(), connection, this.#memory.writeText(data));
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

  /** What a socket says from now on concerns nobody. */
  #release(connection: number, socket: WebSocketLike): WebSocketLike {
    this.#sockets.delete(connection);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => {}; // `ws` would throw without one
    return socket;
  }
}
