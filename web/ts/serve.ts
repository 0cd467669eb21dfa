import type { PostedError, Status, TappedFrame, Told } from "./calls.js";
import { systemClock } from "./clock.js";
import { HadalError } from "./error.js";
import { Host } from "./host.js";
import { loadModule } from "./load.js";
import { Memory } from "./memory.js";
import { RelayedSockets } from "./relay.js";
import { keep } from "./watch-frame.js";
import type { WebSocketClass } from "./web-socket.js";
import type { FromWorker, Port, ToWorker } from "./worker-link.js";

const statusMs = 16; // many books may change at once; nobody looks more often

/** The worker's half: an engine for whoever is at the other end of the port. */
export function serve(port: Port): void {
  let host: Host | undefined;
  let relayed: RelayedSockets | undefined;
  const post = (message: FromWorker, transfer: Transferable[] = []): void => port.postMessage(message, transfer);

  async function start({ settings, wasm, relay }: ToWorker & { type: "start" }): Promise<void> {
    try {
      const module = await loadModule(wasm === undefined ? {} : { wasm });
      relayed = relay ? new RelayedSockets((messages) => post({ type: "relay", messages })) : undefined;
      const WebSocket = relayed?.WebSocket ?? (globalThis.WebSocket as unknown as WebSocketClass);
      const teller = new Teller(post);
      host = new Host(module, new Memory(module), settings, { WebSocket, clock: systemClock }, teller);
      teller.host = host;
      post({ type: "ready", version: module.version(), status: host.status() });
    } catch (error) {
      post({ type: "failed", error: posted(error) });
    }
  }

  async function answer({ id, name, args }: ToWorker & { type: "call" }): Promise<void> {
    try {
      const serving = host;
      if (!serving) throw new HadalError("invalid_transition", "the engine is not there yet");
      if (name === "want") spare(args[1]);
      const result: unknown = await serving.enter(() => (serving[name] as (...args: unknown[]) => unknown).apply(serving, args));
      post({ type: "answer", id, result });
    } catch (error) {
      post({ type: "answer", id, error: posted(error) });
    }
  }

  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === "start") void start(data);
    else if (data.type === "call") void answer(data);
    else relayed?.hear(data.messages);
  };
}

/** Buffers that clients are done with, for the next pictures. */
const spares: ArrayBuffer[] = [];
const mostSpares = 8;

function spare(buffer: unknown): void {
  if (!(buffer instanceof ArrayBuffer)) return;
  spares.push(buffer);
  if (spares.length > mostSpares) spares.shift(); // sizes change
}

/** A copy in a buffer of the pool, if one is large enough. */
function copied(block: Float64Array): Float64Array {
  const at = spares.findIndex((buffer) => buffer.byteLength >= block.byteLength && buffer.byteLength <= 4 * block.byteLength);
  const buffer = at < 0 ? new ArrayBuffer(block.byteLength) : (spares.splice(at, 1)[0] as ArrayBuffer);
  const copy = new Float64Array(buffer, 0, block.length);
  copy.set(block);
  return copy;
}

/** Posts what the engine tells. */
class Teller implements Told {
  host: Host | undefined;
  readonly #post: (message: FromWorker, transfer?: Transferable[]) => void;
  #timer: unknown;
  #last: Status | undefined;

  constructor(post: (message: FromWorker, transfer?: Transferable[]) => void) {
    this.#post = post;
  }

  lines(batch: readonly (readonly [number, string])[]): void {
    this.#post({ type: "lines", batch: batch as [number, string][] });
  }

  news(watch: number): void {
    const picture = this.host?.picture(watch);
    if (!picture) return;
    const kept = keep(picture, copied);
    this.#post({ type: "picture", watch, version: picture.version, picture: kept }, [kept.block.buffer as ArrayBuffer]);
  }

  /** Another state of the connection, or a book that is right no more, at once; all else together, a little later. */
  status(): void {
    if (!this.host) return;
    const status = this.host.status();
    const live = new Set(this.#last?.books.flatMap(({ symbol, state }) => (state === "live" ? symbol : [])));
    const urgent = status.state !== this.#last?.state || status.books.some(({ symbol, state }) => state !== "live" && live.has(symbol));
    if (urgent) return this.#postStatus();
    this.#timer ??= setTimeout(() => this.#postStatus(), statusMs);
  }

  tapped(frames: readonly TappedFrame[], missed: number): void {
    this.#post({ type: "tapped", frames, missed });
  }

  #postStatus(): void {
    clearTimeout(this.#timer as ReturnType<typeof setTimeout>);
    this.#timer = undefined;
    if (!this.host || this.host.isClosed) return;
    this.#last = this.host.status();
    this.#post({ type: "status", status: this.#last });
  }
}

function posted(error: unknown): PostedError {
  if (!(error instanceof HadalError)) return { message: String(error) };
  const { code, message, symbol, channel, reqId, excerpt } = error;
  return { code, message, symbol, channel, reqId, excerpt };
}
