import type { ConnectionState, BookState, StaleReason, Side } from "./types.js";

/** What can happen, in the order of the core, as event lines name it. Open for new members. */
export const eventTypes = [
  "connection", "quiet", "network", "status", "heartbeat", "pong", "subscription", "warning", "book_snapshot", "book_update",
  "book_state", "gap", "healed", "ticker", "trade", "ohlc", "candle_closed", "spread", "instrument", "pair_status", "flow",
  "whale", "cancel_after_show", "health", "latency", "latency_alert", "error",
] as const;
export type EventType = (typeof eventTypes)[number];

/** A decimal with all its digits, as the exchange prints it. `Number(text)` where digits do not count. */
export type DecimalText = string;
/** Exchange time, ISO 8601 with nanoseconds. */
export type TimeText = string;
/** A level: price and quantity. Quantity 0 in an update takes the level away. */
export type LevelText = readonly [price: DecimalText, qty: DecimalText];

/** What every event has. */
export interface EventBase {
  /** Counted over the client's events; absent for what is the queue's own word (`lagged`, `delivery`, a local snapshot) or depends on a clock. */
  readonly n?: number;
  /** ms since the client's first input. */
  readonly t: number;
  readonly symbol?: string;
}

/** The connection: its transport (`what`), or its state (`from`, `to`, `cause`). */
export interface ConnectionEvent extends EventBase {
  readonly type: "connection";
  readonly what?: "open" | "open_failed" | "closed";
  readonly code?: number;
  readonly text?: string;
  readonly from?: ConnectionState;
  readonly to?: ConnectionState;
  readonly cause?: string;
  readonly detail?: string;
  readonly attempt?: number;
}

/** An answer to a subscribe or unsubscribe. */
export interface SubscriptionEvent extends EventBase {
  readonly type: "subscription";
  readonly method: "subscribe" | "unsubscribe";
  readonly channel?: string;
  readonly success?: boolean;
  readonly depth?: number;
  readonly interval?: number;
  readonly req_id?: number;
  /** The exchange's words. */
  readonly error?: string;
}

/** A snapshot or an update of a book, as it was applied. */
export interface BookEvent extends EventBase {
  readonly type: "book_snapshot" | "book_update";
  readonly symbol: string;
  readonly time?: TimeText;
  readonly depth: number;
  /** Of a snapshot all levels, best first; of an update those that changed. */
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
  readonly revision: number;
  /** Checksums: what the exchange sent, and what the book gives. */
  readonly sent?: number;
  readonly computed?: number;
  readonly check?: "match" | "mismatch" | "skipped" | "not_applied";
  readonly state: BookState;
  readonly reason?: StaleReason;
  readonly spread?: DecimalText;
  readonly mid?: DecimalText;
  /** The book as it is held, because updates were dropped or came before. */
  readonly local?: boolean;
}

export interface BookStateEvent extends EventBase {
  readonly type: "book_state";
  readonly symbol: string;
  readonly from: BookState;
  readonly to: BookState;
  readonly reason?: StaleReason;
  readonly attempt: number;
}

/** A book turned out wrong. */
export interface GapEvent extends EventBase {
  readonly type: "gap";
  readonly symbol: string;
  readonly cause: StaleReason;
  readonly expected?: number;
  readonly received?: number;
}

export interface TickerEvent extends EventBase {
  readonly type: "ticker";
  readonly symbol: string;
  readonly kind: "snapshot" | "update";
  readonly time?: TimeText;
  readonly bid: DecimalText;
  readonly bid_qty: DecimalText;
  readonly ask: DecimalText;
  readonly ask_qty: DecimalText;
  readonly last: DecimalText;
  readonly volume: DecimalText;
  readonly vwap: DecimalText;
  readonly low: DecimalText;
  readonly high: DecimalText;
  readonly change: DecimalText;
  readonly change_pct: DecimalText;
}

export interface TradeEvent extends EventBase {
  readonly type: "trade";
  readonly symbol: string;
  readonly kind: "snapshot" | "update";
  readonly time?: TimeText;
  /** Of the taker. */
  readonly side: "buy" | "sell";
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly ord_type?: string;
  readonly trade_id?: number;
}

export interface CandleEvent extends EventBase {
  readonly type: "ohlc" | "candle_closed";
  readonly symbol: string;
  readonly interval_begin?: TimeText;
  /** Minutes. */
  readonly interval?: number;
  readonly open: DecimalText;
  readonly high: DecimalText;
  readonly low: DecimalText;
  readonly close: DecimalText;
  readonly volume: DecimalText;
  readonly vwap?: DecimalText;
  readonly trades?: number;
}

export interface ErrorEvent extends EventBase {
  readonly type: "error";
  readonly code: string;
  readonly category: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly text: string;
  readonly channel?: string;
  readonly field?: string;
  readonly req_id?: number;
  readonly excerpt?: string;
  /** Of `listener_failed`: what the listener hears. */
  readonly listener?: string;
}

/** What the exchange says of itself. */
export interface SystemStatusEvent extends EventBase {
  readonly type: "status";
  readonly system?: string;
  readonly api_version?: string;
  readonly connection_id?: string;
  readonly version?: string;
}

export interface WarningEvent extends EventBase {
  readonly type: "warning";
  readonly text: string;
}

/** The best bid or ask, or its size, is another. */
export interface SpreadEvent extends EventBase {
  readonly type: "spread";
  readonly symbol: string;
  readonly bid?: DecimalText;
  readonly bid_qty?: DecimalText;
  readonly ask?: DecimalText;
  readonly ask_qty?: DecimalText;
  readonly spread?: DecimalText;
}

export interface FlowEvent extends EventBase {
  readonly type: "flow";
  readonly symbol: string;
  readonly kind: string;
  readonly side?: Side;
  readonly price?: DecimalText;
  readonly qty?: DecimalText;
}

/** A queue was full, or its reader late: so many events are missing here. */
export interface LaggedEvent extends EventBase {
  readonly type: "lagged";
  readonly missed: number;
}

/** An episode of dropping, coalescing or limiting of one queue began, or is over; counts are its own. */
export interface DeliveryEvent extends EventBase {
  readonly type: "delivery";
  readonly phase: "begin" | "end";
  readonly offered: number;
  readonly dropped: number;
  readonly coalesced: number;
  readonly limited: number;
}

/** Types of events by their names; the others have the members of their lines in the event log. */
export interface EventMap {
  connection: ConnectionEvent;
  subscription: SubscriptionEvent;
  status: SystemStatusEvent;
  warning: WarningEvent;
  book_snapshot: BookEvent;
  book_update: BookEvent;
  book_state: BookStateEvent;
  gap: GapEvent;
  ticker: TickerEvent;
  trade: TradeEvent;
  ohlc: CandleEvent;
  candle_closed: CandleEvent;
  spread: SpreadEvent;
  flow: FlowEvent;
  error: ErrorEvent;
  lagged: LaggedEvent;
  delivery: DeliveryEvent;
}

/** An event without a type of its own. */
export interface OtherEvent extends EventBase {
  readonly type: Exclude<EventType, keyof EventMap>;
  readonly [member: string]: unknown;
}

/** One event: the members of its line in the event log. `event.type` tells which it is; members of later versions may be there, too. */
export type HadalEvent = EventMap[keyof EventMap] | OtherEvent;

/** The event of a type; of `*`, any. */
export type EventOf<Type> = Type extends keyof EventMap ? EventMap[Type] : Type extends "*" ? HadalEvent : OtherEvent;

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

