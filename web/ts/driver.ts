import type { RawEngine, RawModule } from "./hadal-glue.js";
import type { Memory } from "./memory.js";
import { Socket } from "./socket.js";
import { Timer } from "./timer.js";
import type { Surroundings } from "./web-socket.js";

/** In the order of WasmEngine::OutputKind. */
const enum Output { wait, connect, send, close, needToken }

/** Carries between an engine and its sockets and timer. Holds no rule of the protocol: what to do and when, the engine says. */
export class Driver {
  readonly #module: RawModule;
  readonly #memory: Memory;
  readonly #engine: RawEngine;
  readonly #handle: number;
  readonly #around: Surroundings;
  readonly #sockets = new Map<number, Socket>();
  readonly #leaving = new Set<Socket>();
  readonly #inputs: (() => void)[] = [];
  readonly #timer: Timer;
  #running = false;
  #ended: (() => void) | undefined;

  constructor(module: RawModule, memory: Memory, engine: RawEngine, around: Surroundings) {
    [this.#module, this.#memory, this.#engine, this.#around] = [module, memory, engine, around];
    this.#handle = engine.handle();
    this.#timer = new Timer(around.clock, () => this.input(() => engine.timeout(this.now())));
  }

  now(): number {
    return this.#timer.now();
  }

  /** Time of day; NaN where nobody knows it. */
  wall(): number {
    return this.#timer.wall();
  }

  /** The engine hears one thing at a time: an input that comes now waits for its turn. */
  get isRunning(): boolean {
    return this.#running;
  }

  /** The engine's deadline may be another: a queue was read. */
  rearm(): void {
    if (!this.#running) this.#run();
  }

  /** One input, then everything the engine wants done, then the next input: never one inside another. */
  input(act: () => void): void {
    this.#inputs.push(act);
    if (!this.#running) this.#run();
  }

  /** @param connection of a frame that comes first: frames are many, and need no function each */
  #run(connection = 0, frame = ""): void {
    if (this.#ended) return;
    this.#running = true;
    try {
      if (connection !== 0) this.#text(connection, frame);
      for (let next = this.#inputs.shift(); next && !this.#ended; next = this.#inputs.shift()) {
        next();
        this.#drain();
      }
    } finally {
      this.#running = false;
    }
    if (!this.#ended) this.#around.afterInput();
  }

  /** Closes every socket and the timer; nothing happens any more. Resolves when all sockets have closed. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#ended = resolve;
      this.#inputs.length = 0;
      this.#timer.clear();
      for (const connection of [...this.#sockets.keys()]) this.#close(connection, 1000, "");
      if (this.#leaving.size === 0) resolve();
    });
  }

  #drain(): void {
    while (!this.#ended) {
      const kind = this.#module._hadal_engine_poll(this.#handle) as Output;
      const number = this.#module._hadal_engine_number(this.#handle);
      if (kind === Output.wait) return this.#timer.set(number);
      const connection = this.#module._hadal_engine_connection(this.#handle);
      const text = this.#memory.readText(this.#module._hadal_outbox(), this.#module._hadal_outbox_size());
      if (kind === Output.connect) this.#connect(connection, this.#around.url ?? text);
      else if (kind === Output.send) this.#send(connection, text);
      else if (kind === Output.close) this.#close(connection, number, text);
      else this.#inputs.push(() => this.#engine.tokenFailed(this.now(), true, "this client has no tokens yet"));
    }
  }

  #connect(connection: number, url: string): void {
    const engine = this.#engine;
    const lost = (tell: () => void): void => (this.#sockets.delete(connection), this.input(tell));
    const failed = (why: string): void => lost(() => engine.openFailed(this.now(), connection, 0, why));
    try {
      const socket = new Socket(this.#around.WebSocket, url, {
        opened: () => this.input(() => engine.opened(this.now(), connection)),
        text: (data) => (this.#running ? this.#inputs.push(() => this.#text(connection, data)) : this.#run(connection, data)),
        binary: (bytes) => this.input(() => engine.binary(this.now(), connection, bytes)),
        closed: (code, reason) => lost(() => engine.closed(this.now(), connection, code, reason)),
        failed,
      });
      this.#sockets.set(connection, socket);
    } catch (error) {
      failed(String(error));
    }
  }

  #text(connection: number, data: string): void {
    this.#around.tap.see(false, connection, data);
    const { clock } = this.#around;
    const { ahead } = this.#timer;
    const begun = clock.now();
    this.#module._hadal_engine_text(this.#handle, Math.floor(begun), connection, this.#memory.writeText(data), begun + ahead);
    const done = clock.now();
    this.#module._hadal_engine_done(this.#handle, Math.floor(done), done + ahead);
    this.#drain();
  }

  /** A socket that cannot send is lost. */
  #send(connection: number, text: string): void {
    this.#around.tap.see(true, connection, text);
    try {
      this.#sockets.get(connection)?.send(text);
    } catch (error) {
      this.#close(connection, 1000, "");
      this.#inputs.push(() => this.#engine.closed(this.now(), connection, 1006, String(error)));
    }
  }

  #close(connection: number, code: number, reason: string): void {
    const socket = this.#sockets.get(connection);
    if (!socket) return;
    this.#sockets.delete(connection);
    this.#leaving.add(socket);
    socket.close(code, reason, () => {
      this.#leaving.delete(socket);
      if (this.#leaving.size === 0) this.#ended?.();
    });
  }
}
