import type { RawEngine, RawModule } from "./hadal-glue.js";
import { HadalError } from "./error.js";
import { json } from "./json.js";
import type { Memory } from "./memory.js";

/** What can happen, as event lines name it. Open for new members. */
export type EventType =
  | "connection"
  | "quiet"
  | "network"
  | "status"
  | "heartbeat"
  | "pong"
  | "subscription"
  | "warning"
  | "book_snapshot"
  | "book_update"
  | "book_state"
  | "gap"
  | "healed"
  | "ticker"
  | "trade"
  | "ohlc"
  | "candle_closed"
  | "spread"
  | "instrument"
  | "pair_status"
  | "flow"
  | "whale"
  | "cancel_after_show"
  | "health"
  | "latency"
  | "latency_alert"
  | "error";

/** One event: the members of its line in the event log. Decimals are strings with all their digits; ratios are 16 hex digits of their bits. */
export interface HadalEvent {
  /** Counted over the client's events; absent for what is the queue's own word (`lagged`, `delivery`, a local snapshot) or depends on a clock. */
  readonly n?: number;
  /** ms since the client's first input. */
  readonly t: number;
  readonly type: EventType | "lagged" | "delivery";
  readonly symbol?: string;
  readonly [member: string]: unknown;
}

/** What a listener wants, and what happens when it does not keep up. */
export interface QueueOptions {
  /** Others are not even encoded. @default all */
  types?: readonly EventType[];
  /** Only this symbol's events, and those of none. @default all */
  symbol?: string;
  /** Events held for a reader that is late. @default 1024 */
  maxQueueDepth?: number;
  /**
   * When it is full: `oldest` leaves, `latest` is refused, or `coalesce`: a newer ticker, spread, health or candle replaces the queued one and
   * everything else is as `oldest`. @default "oldest"
   */
  policy?: "oldest" | "latest" | "coalesce";
  /** How long a queued event may be replaced, ms; 0: always. @default 10 */
  coalesceWindowMs?: number;
  /** 0: no limit. @default 0 */
  maxMessagesPerSecond?: number;
  /** @default 100 */
  burstAllowance?: number;
}

export interface QueueStats {
  readonly offered: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly coalesced: number;
  /** Times a delivery had to wait for the limit. */
  readonly limited: number;
  readonly queued: number;
  /** Most events delivered within one second. */
  readonly peakRate: number;
}

/**
 * Events for one reader, at its own pace. Whatever is dropped is told (`lagged`), and a book whose updates were dropped begins again with a
 * whole `book_snapshot` marked `local`: from what it is given, a reader can always rebuild every book.
 */
export class EventQueue {
  readonly #module: RawModule;
  readonly #memory: Memory;
  readonly #engine: () => RawEngine;
  readonly #now: () => number;
  readonly #read: () => void;
  #queue: number;

  /** @internal */
  constructor(module: RawModule, memory: Memory, engine: () => RawEngine, now: () => number, read: () => void, options: QueueOptions) {
    this.#module = module;
    this.#memory = memory;
    this.#engine = engine;
    this.#now = now;
    this.#read = read;
    const raw = engine();
    this.#queue = raw.addQueue(json("options", options));
    if (this.#queue < 0) throw new HadalError("config_invalid", raw.queueError());
  }

  /** Lines that wait, at most `most`: one JSON object each, in the format of the event log. */
  lines(most = 0): string {
    const raw = this.#open();
    if (!Number.isInteger(most) || most < 0 || most > 0x7fffffff) throw new HadalError("config_invalid", `most: must be a whole number from 0 (all), not ${String(most)}`);
    const size = this.#module._hadal_queue_drain(raw.handle(), this.#queue, this.#now(), most) >>> 0;
    const text = size === 0 ? "" : this.#memory.readText(this.#module._hadal_outbox(), size);
    this.#read(); // under a limit, more comes at another time now
    return text;
  }

  /** Events that wait, at most `most`, oldest first. */
  drain(most = 0): HadalEvent[] {
    const lines = this.lines(most);
    return lines === "" ? [] : (JSON.parse(`[${lines.trimEnd().replaceAll("\n", ",")}]`) as HadalEvent[]);
  }

  get stats(): QueueStats {
    const [offered = 0, delivered = 0, dropped = 0, coalesced = 0, limited = 0, queued = 0, peakRate = 0] = this.#open()
      .queueStats(this.#queue, this.#now())
      .split(",")
      .map(Number);
    return { offered, delivered, dropped, coalesced, limited, queued, peakRate };
  }

  /** Calling it twice is fine; every other call throws afterwards. */
  close(): void {
    if (this.#queue < 0) return;
    const queue = this.#queue;
    this.#queue = -1;
    try {
      this.#engine().removeQueue(queue);
    } catch {
      // the client was closed before, and the queue with it
    }
  }

  #open(): RawEngine {
    if (this.#queue < 0) throw new HadalError("already_closed", "close() was called; make a new queue.");
    return this.#engine();
  }
}
