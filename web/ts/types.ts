/** Connection-independent state of one order book (catalogue table U). */
export type BookState = "unsubscribed" | "awaiting_snapshot" | "live" | "resyncing" | "stale";

/** Why a book is not live. Open for new members: keep a default branch. */
export type StaleReason =
  | "checksum"
  | "crossed"
  | "level_order"
  | "parse"
  | "sequence"
  | "snapshot_timeout"
  | "lost_frames"
  | "precision_changed"
  | "user"
  | "number_out_of_range"
  | "limit"
  | "gave_up"
  | "transport_lost"
  | "silence"
  | "pong_timeout"
  | "server_closed"
  | "ack_stalled"
  | "closed";

export type Side = "bid" | "ask";

/** Depths that Kraken offers, levels a side. */
export type Depth = 10 | 25 | 100 | 500 | 1000;

/** The state of a connection (catalogue table T). */
export type ConnectionState =
  | "disconnected"
  | "connecting"
  | "authenticating"
  | "subscribing"
  | "subscribed"
  | "resyncing"
  | "degraded"
  | "closed";

/** How far a subscription has come. */
export type KeyState = "wanted" | "pending" | "active" | "leaving" | "rejected";

/** What can be subscribed. `depth` is that of the client unless given, `trigger` trades, `interval` 1 minute. */
export type Subscription =
  | { channel: "book"; symbol: string; depth?: Depth }
  | { channel: "ticker"; symbol: string; trigger?: "trades" | "bbo" }
  | { channel: "trade"; symbol: string }
  | { channel: "ohlc"; symbol: string; interval?: 1 | 5 | 15 | 30 | 60 | 240 | 1440 | 10080 | 21600 }
  | { channel: "instrument" };

/** One side of a book, best level first. The arrays are lent: read them now, `.slice()` to keep. */
export interface SideColumns {
  /** Price in ticks: price x 10^priceScale. Exact up to 2^53. */
  readonly price: Float64Array;
  /** Resting quantity in units: quantity x 10^qtyScale. Exact up to 2^53. */
  readonly size: Float64Array;
  /** Running sum of `size` from the best level outward (formula F-7), in units. */
  readonly cumulative: Float64Array;
}

/** What every picture of a book says, whatever else it shows. */
export interface BookHead {
  readonly symbol: string;
  /** Messages applied so far; a jump means frames were merged, never lost. */
  readonly revision: number;
  readonly state: BookState;
  /** Why the book is not live; null when it is. */
  readonly reason: StaleReason | null;
  /** True when the book is live and its last checksum matched. */
  readonly verified: boolean;
  /** Levels a side that the subscription keeps. A side with exactly this many is cut: more exist that we do not see. */
  readonly depth: number;
  /** Decimals of a price: 1 tick = 10^-priceScale. */
  readonly priceScale: number;
  /** Decimals of a quantity: 1 unit = 10^-qtyScale. */
  readonly qtyScale: number;
  /** Checksums that matched, did not match, and could not be compared. */
  readonly matched: number;
  readonly mismatched: number;
  readonly skipped: number;
  readonly snapshots: number;
  readonly updates: number;
  /** Exchange time of the last message since the snapshot that carried one, ms since 1970; null while none has. */
  readonly exchangeTimeMs: number | null;
  /** Best bid + best ask, in half ticks (formula F-3); null when a side is empty. */
  readonly mid2: number | null;
  /** Half-width of the first view around mid, in ticks (formula F-56); null when both sides are empty. */
  readonly viewHalfWidth: number | null;
}

/** One symbol's book at one revision. Valid until the next call into the engine. */
export interface BookFrame extends BookHead {
  readonly bids: SideColumns;
  readonly asks: SideColumns;
  /** Exact digits of level `i` (0 = best), as the exchange prints them; empty where there is no level. */
  text(side: Side, i: number): { price: string; size: string };
  /** The same, with arrays of its own: to keep beyond the present tick. */
  copy(): BookFrame;
}

/** How received frames become books. */
export interface BookOptions {
  /** Levels a side. @default taken from acks, the recording's header or the first snapshot */
  depth?: Depth;
  /** Decimals of price and quantity, as the instrument channel states them. @default the digits on the wire */
  precision?: readonly [price: number, qty: number];
  /** Only this symbol's book. @default all */
  symbol?: string;
}

/** Options of a feed. */
export interface FeedOptions extends BookOptions {
  /** Keep the event log, for drain() and digest(). It grows by some 400 bytes an update until drained, and costs time. @default false */
  keepLog?: boolean;
}
