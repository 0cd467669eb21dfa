import type { BookState, ConnectionState, StaleReason } from "./types.js";

/** Counts by a word. */
export type Counts = Readonly<Record<string, number>>;

/** Of a stream of microseconds. Absent while there is nothing. */
export interface Distribution {
  readonly count: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly sigma?: number;
  readonly p50?: number;
  readonly p75?: number;
  readonly p90?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly p999?: number;
}

/** Everything that is counted: totals since the start, under the core's names. */
export interface Stats {
  readonly state: ConnectionState;
  readonly frames_per_second?: number;
  readonly book_messages_per_second?: number;
  readonly events_per_second?: number;
  /** Gaps a message of all books. */
  readonly gap_rate?: number;
  readonly events_total: number;
  /** Delivered to somebody, by type. */
  readonly events: Counts;
  readonly listener_failures: number;
  /** By reason. */
  readonly rejected_frames: Counts;
  readonly gaps: Counts;
  readonly ignored_deltas: Counts;
  readonly sessions: readonly {
    readonly endpoint: string;
    readonly state: ConnectionState;
    readonly bytes_received: number;
    /** By channel. */
    readonly frames_received: Counts;
    /** By method. */
    readonly frames_sent: Counts;
    readonly failures: Counts;
    readonly attempts: number;
    readonly reconnections: number;
    readonly keys: Counts;
    readonly rejected_subscriptions: number;
    readonly requests: readonly { readonly method: string; readonly answered: number; readonly timed_out: number; readonly lost: number }[];
    /** Exchange minus this machine, microseconds. */
    readonly clock_offset_us?: number;
  }[];
  readonly books: readonly {
    readonly symbol: string;
    readonly state: BookState;
    readonly reason?: StaleReason;
    readonly verified: boolean;
    readonly snapshots: number;
    readonly updates: number;
    readonly matched: number;
    readonly mismatched: number;
    readonly skipped: number;
    readonly gaps: number;
    readonly repairs_begun: number;
    readonly repairs_done: number;
    readonly repairs_failed: number;
  }[];
  /** Of all listeners together. */
  readonly delivery: {
    readonly offered: number;
    readonly delivered: number;
    readonly dropped_oldest: number;
    readonly dropped_latest: number;
    readonly coalesced: number;
    readonly limited: number;
    readonly queued: number;
    readonly peak_rate: number;
    /** Percent of what was offered. */
    readonly drop_rate: number;
    readonly coalesce_rate: number;
  };
  /** Microseconds. */
  readonly latency: { readonly network: Distribution; readonly processing: Distribution; readonly total: Distribution; readonly corrected: boolean };
  readonly round_trip: Distribution;
  readonly resync_duration: Distribution;
}
