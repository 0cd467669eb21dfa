import type { RawFeed, RawModule } from "./hadal-glue.js";
import type { Memory } from "./memory.js";
import { HadalError } from "./error.js";
import { Source, rawOptions } from "./source.js";
import type { FeedOptions } from "./types.js";

/** A time as the core takes it. Throws `config_invalid`: a NaN would poison every age and log line after it. */
function time(nowMs: number): number {
  if (typeof nowMs !== "number" || !(nowMs >= 0 && nowMs <= Number.MAX_SAFE_INTEGER)) {
    throw new HadalError("config_invalid", `nowMs: must be a number of ms from 0, not ${String(nowMs)}`);
  }
  return nowMs;
}

function number(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new HadalError("config_invalid", `${name}: must be a whole number from 0, not ${String(value)}`);
  return value;
}

/**
 * Received frames in, verified books and events out. Sends nothing and reads no clock: hand it every frame of one connection, in
 * order, with the time in ms of any clock that does not go backwards.
 */
export class Feed extends Source<RawFeed> {
  readonly #keepsLog: boolean;

  /** @internal */
  constructor(module: RawModule, memory: Memory, options: FeedOptions) {
    const { keepLog = false, ...books } = options;
    super(module, memory, new module.Feed(...rawOptions(module, books), Boolean(keepLog)));
    this.#keepsLog = Boolean(keepLog);
  }

  /** A text frame, as the socket gave it. Returns the number of events it caused: 0 says that no book changed. */
  onText(nowMs: number, frame: string): number {
    if (typeof frame !== "string") throw new HadalError("config_invalid", "frame: must be a string; binary frames carry no book");
    return this.module._hadal_feed_text(this.handle, time(nowMs), this.memory.writeText(frame)) >>> 0;
  }

  /** The connection opened. `connection` is a number that is never used twice. */
  onOpen(nowMs: number, connection: number): void {
    this.object.opened(time(nowMs), number("connection", connection));
  }

  /** The connection closed: every book turns stale with reason `transport_lost`. */
  onClosed(nowMs: number, connection: number, code = 1006, reason = ""): void {
    this.object.closed(time(nowMs), number("connection", connection), number("code", code), String(reason));
  }

  /** What was sent: a subscribe tells the depth, after an unsubscribe deltas are ignored. */
  onSent(nowMs: number, connection: number, frame: string): void {
    this.object.sent(time(nowMs), number("connection", connection), String(frame));
  }

  /** Frames had to be dropped: every book may have missed one and says so. */
  onLost(nowMs: number, connection: number, frames: number): void {
    this.object.lost(time(nowMs), number("connection", connection), number("frames", frames));
  }

  /** Event lines since the last call: one JSON object a line, the format of the event log. Throws unless the feed keeps its log. */
  drain(): string {
    return this.#withLog("drain()").drain();
  }

  /** Digest of the event log so far: 16 hex digits. Throws unless the feed keeps its log. */
  digest(): string {
    return this.#withLog("digest()").digest();
  }

  #withLog(what: string): RawFeed {
    if (!this.#keepsLog) throw new HadalError("config_invalid", `keepLog: ${what} needs feed({ keepLog: true })`);
    return this.object;
  }

  /** Frames that could not be used, in whole or in part. */
  get parseErrors(): number {
    return this.object.parseErrors();
  }
}
