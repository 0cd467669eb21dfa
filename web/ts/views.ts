import type { BookFrame, BookHead } from "./types.js";

/** A number whose digits count: a string keeps them all, a number those that JavaScript prints. */
export type Exact = string | number;

/** What is to be seen of a symbol. `true` asks for a view with its defaults. */
export interface WatchViews {
  /** Every level of the book as it is. */
  book?: boolean;
  /** Rows a side, best first. @default 10 levels (0: all), not grouped */
  ladder?: boolean | { levels?: number; /** Price of a row: bids down, asks up. */ group?: Exact };
  /** Both depth curves reduced to a chart's columns. `first` and `last` in ticks; without them the view follows the market. */
  columns?: { pixels: number; first?: number; last?: number };
  /** Imbalance and average prices. @default 10 levels (0: all) */
  imbalance?: boolean | { levels?: number };
  /** Which side weighs more, in words. */
  pressure?:
    | boolean
    | {
        levels?: number;
        weighting?: "none" | "distance" | "rank";
        lambdaBps?: Exact;
        weak?: Exact;
        strong?: Exact;
        /** Value of both sides' levels, in quote currency, at which the confidence is one half. @default 100000 */
        halfConfidence?: Exact;
      };
  /** Liquidity within 0.1, 0.5 and 1 % of mid. */
  bands?: boolean;
  /** What an order would get: so much base currency, or so much quote currency. */
  fill?: { side: "buy" | "sell"; size: Exact } | { side: "buy" | "sell"; notional: Exact };
  /** The price under a pointer, in ticks. */
  cursor?: number | null;
  /** The newest trades. @default 50 of any size */
  tape?: boolean | { count?: number; minSize?: Exact };
  /** Intensities over time and price, while the heatmap is tracked. `lo` and `hi` in units fix the scale. */
  heatmap?: boolean | { columns?: number; buckets?: number; first?: number; lo?: Exact; hi?: Exact };
}

/** Trackers of a symbol. `true` switches one on with its defaults; sizes are in base currency unless they say notional. */
export interface TrackOptions {
  /** Everything, with defaults. */
  all?: boolean;
  /** Order flow: what messages do to the best levels. */
  flow?:
    | boolean
    | { large?: Exact; largeNotional?: Exact; minChange?: Exact; minChangeNotional?: Exact; depth?: number; sizeChanges?: boolean };
  /** Unusual sizes. */
  whales?: boolean | { window?: number; depth?: number; minSize?: Exact; z?: Exact };
  persistence?: boolean | { changeThreshold?: Exact; decay?: Exact; fullMs?: number };
  /** Large levels that vanish within seconds. */
  cancels?: boolean | { minSize?: Exact; mostMs?: number; leastScore?: Exact; requireNoTrades?: boolean };
  /** Trades by price level. */
  overlay?: boolean | { windowMs?: number; group?: number };
  heatmap?: boolean | { columnMs?: number; columns?: number; buckets?: number; group?: number };
  /** Spread and mid over the last hour. */
  history?: boolean | { bucketMs?: number; buckets?: number };
  /** Events when a market falls silent, halts, or comes back. */
  health?: boolean | { staleMs?: number; haltedMs?: number };
  /** An event whenever the best bid or ask changes. */
  spread?: boolean;
  /** An event when a candle is final. */
  candles?: boolean;
}

/** One side of a ladder, best first. Lent. */
export interface LadderSide {
  readonly length: number;
  /** Ticks. */
  readonly price: Float64Array;
  /** Units. */
  readonly size: Float64Array;
  readonly cumulative: Float64Array;
  /** Price x size up to here, in 10^-(priceScale + qtyScale) of the quote currency. */
  readonly cost: Float64Array;
  /** Percent of this side's rows. */
  readonly share: Float64Array;
  readonly cumulativePercent: Float64Array;
  /** 0 ... 1 of the larger side's total: the scale that both sides share. */
  readonly bar: Float64Array;
  /** From mid, half ticks. */
  readonly distance: Float64Array;
  readonly distanceBps: Float64Array;
  /** Price levels in the row. */
  readonly levels: Float64Array;
}

export interface LadderView {
  /** Ticks a row. */
  readonly group: number;
  /** Groups to choose from (formula F-47), in ticks. */
  readonly groups: Float64Array;
  readonly bids: LadderSide;
  readonly asks: LadderSide;
}

/** The newest trades, newest first. Lent. */
export interface TapeFrame {
  readonly length: number;
  /** Exchange time, ms since 1970; NaN if it gave none. */
  readonly timeMs: Float64Array;
  /** Ticks. */
  readonly price: Float64Array;
  /** Units. */
  readonly size: Float64Array;
  /** 1: the taker bought. */
  readonly buy: Float64Array;
  /** The exchange's; NaN if it gave none. */
  readonly id: Float64Array;
}

/** Liquidity over time and price (formulas F-39, F-40). Column-major, oldest column first: cell (column, bucket) at column x buckets + bucket. Lent. */
export interface HeatmapView {
  readonly columns: number;
  readonly buckets: number;
  /** Lowest bucket: its price is first x group ticks. */
  readonly first: number;
  readonly group: number;
  /** Of the oldest column, counted from the start of the clock. */
  readonly index: number;
  readonly columnMs: number;
  /** The cut-offs that were used, units. */
  readonly lo: number | null;
  readonly hi: number | null;
  /** Intensities; 0: no data. */
  readonly bids: Uint8Array;
  readonly asks: Uint8Array;
  /** Part of each column in which the book was live, 0 ... 1. */
  readonly coverage: Float64Array;
  /** Last best prices in each column, ticks; NaN: none. */
  readonly bestBid: Float64Array;
  readonly bestAsk: Float64Array;
  /** The largest trades: at most 8 a column. */
  readonly trades: {
    readonly length: number;
    /** Counted from the oldest. */
    readonly column: Float64Array;
    readonly price: Float64Array;
    readonly size: Float64Array;
    /** 1: the taker bought. */
    readonly buy: Float64Array;
  };
}

/** The curves under a price (formula F-51). */
export interface CursorView {
  /** From mid, half ticks; negative on the bid side. */
  readonly distance: number;
  readonly distancePercent: number;
  /** Units up to the price; null beyond visible depth. */
  readonly total: number | null;
  readonly cost: number | null;
  readonly average: number | null;
  readonly slippageBps: number | null;
  readonly mirror: { readonly price2: number; readonly total: number | null };
}

export interface Best {
  /** Ticks. */
  readonly price: number;
  /** Units. */
  readonly size: number;
}

export interface BandView {
  /** Half-width around mid, percent. */
  readonly percent: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly bidValue: number | null;
  readonly askValue: number | null;
  readonly imbalance: number;
  /** The side goes on beyond the depth inside the band: its sum is a lower bound. */
  readonly bidCut: boolean;
  readonly askCut: boolean;
}

export interface FillView {
  /** Whose order this is the answer to. */
  readonly side: "buy" | "sell";
  /** Units. */
  readonly filled: number;
  /** 10^-(priceScale + qtyScale) of the quote currency; null beyond what can be held. */
  readonly cost: number | null;
  /** Average price, ticks; null if nothing is filled. */
  readonly average: number | null;
  /** Last price touched, ticks. */
  readonly worst: number | null;
  readonly levels: number;
  readonly complete: boolean;
  /** Not complete, and more may rest beyond the depth. */
  readonly cut: boolean;
  /** Of a notional, as cost. */
  readonly unspent: number | null;
  /** Average against mid in bps, greater than 0 worse for the taker. */
  readonly slippageBps: number | null;
  readonly worstBps: number | null;
}

export type Health = "unknown" | "active" | "stale" | "halted";
export type PressureSignal = "neutral" | "weak_buy" | "strong_buy" | "weak_sell" | "strong_sell";

/** @internal In the order of the core's enumerations; a test compares. */
export const healths: readonly Health[] = ["unknown", "active", "stale", "halted"];
/** @internal */
export const signals: readonly PressureSignal[] = ["neutral", "weak_buy", "strong_buy", "weak_sell", "strong_sell"];

/**
 * Everything that is watched of a symbol, at one revision. Views that were not asked for are undefined; those that cannot be had (a group finer
 * than the market's prices, a book without levels) are null. Arrays are lent: valid until the next frame of any watch or book.
 */
export interface WatchFrame extends BookHead {
  /** When this picture was taken, by the driver's clock, as are the next three: ages are differences of these. */
  readonly nowMs: number;
  /** When the book became what `state` says; null while it never changed. */
  readonly sinceMs: number | null;
  readonly receivedAtMs: number | null;
  readonly verifiedAtMs: number | null;
  readonly bestBid: Best | null;
  readonly bestAsk: Best | null;
  readonly spreadBps: number | null;
  readonly spreadPercent: number | null;
  /** Ticks. */
  readonly microprice: number | null;
  readonly totals: { bidSize: number; bidValue: number | null; askSize: number; askValue: number | null };
  /** Whether anything happens in this market; null where nothing is followed. */
  readonly health: Health | null;
  readonly silenceMs: number | null;
  readonly book?: BookFrame;
  readonly ladder?: LadderView | null;
  readonly columns?: {
    first: number;
    last: number;
    /** Cumulative size per column, units; NaN: beyond what can be seen. */
    bids: Float64Array;
    asks: Float64Array;
    bidCost: Float64Array;
    askCost: Float64Array;
  } | null;
  readonly imbalance?: { value: number; bidShare: number; bidSize: number; askSize: number; bidVwap: number | null; askVwap: number | null };
  readonly pressure?: { score: number; signal: PressureSignal; confidence: number | null };
  readonly bands?: readonly BandView[];
  readonly fill?: FillView | null;
  readonly cursor?: CursorView | null;
  readonly tape?: TapeFrame;
  /** Null while there is no data. */
  readonly heatmap?: HeatmapView | null;
}
