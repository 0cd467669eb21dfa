import type { RawFeed, RawModule } from "./hadal-glue.js";
import type { Memory } from "./memory.js";
import { Source, rawOptions } from "./source.js";
import type { FeedOptions } from "./types.js";

/**
 * Received frames in, verified books and events out. Sends nothing and reads no clock: hand it every frame of one connection, in
 * order, with the time in ms of any clock that does not go backwards.
 */
export class Feed extends Source<RawFeed> {
  /** @internal */
  constructor(module: RawModule, memory: Memory, options: FeedOptions) {
    super(module, memory, new module.Feed(...rawOptions(module, options)));
  }

  /** A text frame, as the socket gave it. Returns the number of events it caused; drain() has them. */
  onText(nowMs: number, frame: string): number {
    const handle = this.object.handle();
    return this.module._hadal_feed_text(handle, nowMs, this.memory.writeText(frame)) >>> 0;
  }

  /** The connection opened. `connection` is a number that is never used twice. */
  onOpen(nowMs: number, connection: number): void {
    this.object.opened(nowMs, connection);
  }

  /** The connection closed: every book turns stale with reason `transport_lost`. */
  onClosed(nowMs: number, connection: number, code = 1006, reason = ""): void {
    this.object.closed(nowMs, connection, code, reason);
  }

  /** What was sent: a subscribe tells the depth, after an unsubscribe deltas are ignored. */
  onSent(nowMs: number, connection: number, frame: string): void {
    this.object.sent(nowMs, connection, frame);
  }

  /** Frames had to be dropped: every book may have missed one and says so. */
  onLost(nowMs: number, connection: number, frames: number): void {
    this.object.lost(nowMs, connection, frames);
  }

  /** Event lines since the last call: one JSON object a line, the format of the event log. */
  drain(): string {
    return this.object.drain();
  }

  /** Digest of the event log so far: 16 hex digits. */
  digest(): string {
    return this.object.digest();
  }

  /** Frames that could not be used, in whole or in part. */
  get parseErrors(): number {
    return this.object.parseErrors();
  }
}
