import type { HadalEvent, LaggedEvent, QueueOptions } from "./events.js";
import type { Disposer } from "./signal.js";
import type { Depth } from "./types.js";

/** What most calls take. */
export interface Ends {
  /** Ends what the call began. */
  signal?: AbortSignal;
}

/** Options of on(). */
export interface ListenerOptions extends Omit<QueueOptions, "types">, Ends {
  /** The listener's queue was full, and events are missing here. A listener for `*` hears of it as an event. */
  onLagged?: (event: LaggedEvent) => void;
}

/** Options of watch() and frames(). */
export interface WatchOptions extends Ends {
  /** Levels a side of the book, if nobody has subscribed it yet. @default the `depth` of connect() */
  depth?: Depth;
}

/** How one listener's queue has fared. */
export interface QueueStats {
  readonly offered: number;
  /** Lines given, with those that are the queue's own: word of what was missed, and whole books to begin with. */
  readonly delivered: number;
  readonly dropped: number;
  readonly coalesced: number;
  /** Times a delivery had to wait for the limit. */
  readonly limited: number;
  readonly queued: number;
  /** Most events delivered within one second. */
  readonly peakRate: number;
}

/** What ends a listener, and what can be known of its queue. */
export type ListenerHandle = Disposer & { stats(): Promise<QueueStats> };

/** A loop over events, and what can be known of its queue. */
export type EventLoop<Event extends HadalEvent = HadalEvent> = AsyncIterableIterator<Event> & { stats(): Promise<QueueStats> };
