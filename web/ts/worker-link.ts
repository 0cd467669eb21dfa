import type { Calls, Link, PostedError, Status, TappedFrame, Told } from "./calls.js";
import { closedError, HadalError } from "./error.js";
import type { Settings } from "./options.js";
import { SocketRelay, type RelayMessage } from "./relay.js";
import type { WasmSource } from "./wasm.js";
import { shown, type Kept, type Picture } from "./watch-frame.js";
import type { WebSocketClass } from "./web-socket.js";

/** What both sides of the carrier have. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** To the worker. */
export type ToWorker =
  | { type: "start"; settings: Settings; wasm: WasmSource | undefined; relay: boolean }
  | { type: "call"; id: number; name: keyof Calls; args: unknown[] }
  | { type: "relay"; messages: RelayMessage[] };

/** From the worker. */
export type FromWorker =
  | { type: "ready"; version: string; status: Status }
  | { type: "failed"; error: PostedError }
  | { type: "answer"; id: number; result?: unknown; error?: PostedError }
  | { type: "lines"; batch: [number, string][] }
  | { type: "picture"; watch: number; version: number; picture: Kept }
  | { type: "status"; status: Status }
  | { type: "tapped"; frames: readonly TappedFrame[]; missed: number }
  | { type: "relay"; messages: RelayMessage[] };

interface Waiting {
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** The engine is in a worker. Pictures come in buffers that are handed to and fro. */
export class WorkerLink implements Link {
  readonly mode = "worker";
  version = "";
  readonly #port: Port;
  readonly #told: Told;
  readonly #relay: SocketRelay | undefined;
  readonly #ended: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #watched = new Set<number>();
  readonly #pictures = new Map<number, { version: number; picture: Kept; old: ArrayBuffer | undefined }>();
  #status: Status = { state: "disconnected", online: true, pairs: [], books: [] };
  #last = 0;
  #over = false;

  /** @param ended called once, when nothing is left to do for whoever made the port */
  private constructor(port: Port, told: Told, WebSocket: WebSocketClass | undefined, ended: () => void) {
    this.#port = port;
    this.#told = told;
    this.#ended = ended;
    this.#relay = WebSocket && new SocketRelay(WebSocket, (messages) => this.#post({ type: "relay", messages }));
  }

  /** Rejects with the error of the engine, or with that of `failed`. */
  static start(
    port: Port,
    told: Told,
    settings: Settings,
    { wasm, WebSocket }: { wasm: WasmSource | undefined; WebSocket: WebSocketClass | undefined },
    ended: () => void,
  ): Promise<WorkerLink> {
    const link = new WorkerLink(port, told, WebSocket, ended);
    return new Promise((resolve, reject) => {
      port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === "failed") {
          void link.end();
          reject(fromPosted(data.error));
        } else if (data.type === "ready") {
          link.version = data.version;
          link.#status = data.status;
          resolve(link);
        } else {
          link.#hear(data);
        }
      };
      link.#post({ type: "start", settings, wasm: absolute(wasm), relay: WebSocket !== undefined });
    });
  }

  call<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>> {
    if (this.#over) return Promise.reject(closedError());
    const id = ++this.#last;
    const transfer: Transferable[] = [];
    const full: unknown[] = args;
    if (name === "want") {
      const held = this.#pictures.get(args[0] as number);
      if (held?.old) {
        full.push(held.old);
        transfer.push(held.old);
        held.old = undefined;
      }
    }
    if (name === "watch") this.#watched.add(args[0] as number);
    if (name === "unwatch") {
      this.#watched.delete(args[0] as number);
      this.#pictures.delete(args[0] as number);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ type: "call", id, name, args: full }, transfer);
    });
  }

  status(): Status {
    return this.#status;
  }

  picture(watch: number): (Picture & { version: number }) | undefined {
    const held = this.#pictures.get(watch);
    return held && { ...shown(held.picture), version: held.version };
  }

  async end(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const sockets = this.#relay?.end();
    this.#port.onmessage = null;
    for (const { reject } of this.#waiting.values()) reject(closedError());
    this.#waiting.clear();
    this.#pictures.clear();
    this.#status = { ...this.#status, state: "closed" };
    this.#ended();
    await sockets;
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#over) this.#port.postMessage(message, transfer);
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "answer": {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.error) waiting?.reject(fromPosted(message.error));
        else waiting?.resolve(message.result as never);
        return;
      }
      case "lines":
        return this.#told.lines(message.batch);
      case "status":
        this.#status = message.status;
        return this.#told.status();
      case "picture": {
        if (!this.#watched.has(message.watch)) return; // closed meanwhile
        // The one before goes back with the next wish: until then a reader may still look at it.
        const before = this.#pictures.get(message.watch)?.picture.block.buffer as ArrayBuffer | undefined;
        this.#pictures.set(message.watch, { version: message.version, picture: message.picture, old: before });
        return this.#told.news(message.watch);
      }
      case "tapped":
        return this.#told.tapped(message.frames, message.missed);
      case "relay":
        return this.#relay?.hear(message.messages);
    }
  }
}

/** An address that the page gives is relative to the page. */
function absolute(wasm: WasmSource | undefined): WasmSource | undefined {
  if (wasm instanceof URL) return wasm.href;
  return typeof wasm === "string" && typeof document !== "undefined" ? new URL(wasm, document.baseURI).href : wasm;
}

function fromPosted({ code, message, ...details }: PostedError): Error {
  return code === undefined ? new Error(`in the worker: ${message}`) : new HadalError(code, message, details);
}
