import { bookFrame, type ExactText } from "./book-frame.js";
import { ladderColumns, ViewSlot } from "./layout.js";
import { reasons, states } from "./states.js";
import type { BookFrame, BookState, SideColumns, StaleReason } from "./types.js";

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
export interface WatchFrame {
  readonly symbol: string;
  readonly revision: number;
  readonly state: BookState;
  readonly reason: StaleReason | null;
  readonly verified: boolean;
  readonly depth: number;
  readonly priceScale: number;
  readonly qtyScale: number;
  readonly exchangeTimeMs: number | null;
  /** By the driver's clock. */
  readonly receivedAtMs: number | null;
  readonly verifiedAtMs: number | null;
  readonly bestBid: Best | null;
  readonly bestAsk: Best | null;
  /** Half ticks. */
  readonly mid2: number | null;
  readonly spreadBps: number | null;
  readonly spreadPercent: number | null;
  /** Ticks. */
  readonly microprice: number | null;
  readonly totals: { bidSize: number; bidValue: number | null; askSize: number; askValue: number | null };
  /** Whether anything happens in this market; null where nothing is followed. */
  readonly health: Health | null;
  readonly silenceMs: number | null;
  readonly book?: BookFrame;
  readonly ladder?: { group: number; bids: LadderSide; asks: LadderSide } | null;
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
  readonly cursor?: {
    distance: number;
    distancePercent: number;
    /** Units up to the price; null beyond visible depth. */
    total: number | null;
    cost: number | null;
    average: number | null;
    slippageBps: number | null;
    mirror: { price2: number; total: number | null };
  } | null;
  /** Newest first. */
  readonly tape?: { length: number; timeMs: Float64Array; price: Float64Array; size: Float64Array; /** 1: the taker bought. */ buy: Float64Array };
  /** Column-major, oldest column first: cell (column, bucket) at column x buckets + bucket; 0 is no data. Null while there is none. */
  readonly heatmap?: {
    columns: number;
    buckets: number;
    /** Lowest bucket: its price is first x group ticks. */
    first: number;
    group: number;
    /** Of the oldest column, counted from the start of the clock. */
    index: number;
    lo: number | null;
    hi: number | null;
    bids: Uint8Array;
    asks: Uint8Array;
  } | null;
}

/** What a watch shows, before it has names. */
export interface Picture {
  /** As layout.hpp has it. */
  readonly block: Float64Array;
  /** Heatmap intensities of bids and asks. */
  readonly heat: readonly [Uint8Array, Uint8Array];
  /** Digits of levels that doubles cannot hold. */
  readonly exact: ExactText;
}

const bandWidths = [0.1, 0.5, 1] as const;
const bandSlots = 7;

/** @internal Doubles of a block with this head. */
export function blockLength(head: Float64Array): number {
  const value = (slot: number): number => head[slot] ?? 0;
  const rows = value(ViewSlot.bidRows) + value(ViewSlot.askRows);
  const levels = value(ViewSlot.bookBids) + value(ViewSlot.bookAsks);
  return ViewSlot.header + ladderColumns * rows + 4 * value(ViewSlot.columns) + 3 * levels + 4 * value(ViewSlot.tape);
}

/** Levels whose digits doubles cannot hold, by side and rank. */
export type ExactLevels = Record<string, { price: string; size: string }>;

/** @internal Those of a picture; undefined where doubles hold all. */
export function exactLevels({ block, exact }: Picture): ExactLevels | undefined {
  if (block[ViewSlot.inexact] !== 1) return undefined;
  const levels: ExactLevels = {};
  for (const [side, slot] of [["bid", ViewSlot.bookBids], ["ask", ViewSlot.bookAsks]] as const) {
    for (let i = 0; i < (block[slot] ?? 0); i++) {
      const text = exact(side, i);
      if (text) levels[side + i] = text;
    }
  }
  return levels;
}

/** @internal The same, with arrays of its own. */
export function keptPicture(picture: Picture): Picture {
  const levels = exactLevels(picture) ?? {};
  const [bids, asks] = picture.heat;
  return { block: picture.block.slice(), heat: [bids.slice(), asks.slice()], exact: (side, i) => levels[side + i] };
}

/** @internal A picture as what was asked for. */
export function readFrame({ block, heat, exact }: Picture, symbol: string, views: WatchViews): WatchFrame {
  const value = (slot: number): number => block[slot] ?? NaN;
  const optional = (slot: number): number | null => (Number.isNaN(value(slot)) ? null : value(slot));
  const flag = (slot: number): boolean => value(slot) === 1;
  let next: number = ViewSlot.header;
  const take = (count: number): Float64Array => block.subarray(next, (next += count));
  const best = (price: number, size: number): Best | null => (optional(price) === null ? null : { price: value(price), size: value(size) });
  const side = (length: number): LadderSide => {
    const lists = Array.from({ length: ladderColumns }, () => take(length)) as [
      Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array,
    ];
    const [price, size, cumulative, cost, share, cumulativePercent, bar, distance, distanceBps, levels] = lists;
    return { length, price, size, cumulative, cost, share, cumulativePercent, bar, distance, distanceBps, levels };
  };
  const failed = (bit: number): boolean => (value(ViewSlot.error) & bit) !== 0;
  const frame: { -readonly [Key in keyof WatchFrame]: WatchFrame[Key] } = {
    symbol,
    revision: value(ViewSlot.revision),
    state: states[value(ViewSlot.state)] ?? "stale",
    reason: reasons[value(ViewSlot.reason)] ?? null,
    verified: flag(ViewSlot.verified),
    depth: value(ViewSlot.depth),
    priceScale: value(ViewSlot.priceScale),
    qtyScale: value(ViewSlot.qtyScale),
    exchangeTimeMs: optional(ViewSlot.exchangeTime),
    receivedAtMs: optional(ViewSlot.receivedAt),
    verifiedAtMs: optional(ViewSlot.verifiedAt),
    bestBid: best(ViewSlot.bestBid, ViewSlot.bestBidQty),
    bestAsk: best(ViewSlot.bestAsk, ViewSlot.bestAskQty),
    mid2: optional(ViewSlot.mid2),
    spreadBps: optional(ViewSlot.spreadBps),
    spreadPercent: optional(ViewSlot.spreadPercent),
    microprice: optional(ViewSlot.microprice),
    totals: {
      bidSize: value(ViewSlot.bidTotal),
      bidValue: optional(ViewSlot.bidValue),
      askSize: value(ViewSlot.askTotal),
      askValue: optional(ViewSlot.askValue),
    },
    health: healths[value(ViewSlot.health)] ?? null,
    silenceMs: optional(ViewSlot.silence),
  };
  if (views.ladder) {
    const bids = side(value(ViewSlot.bidRows));
    const asks = side(value(ViewSlot.askRows));
    frame.ladder = failed(1) ? null : { group: value(ViewSlot.group), bids, asks };
  }
  if (views.columns) {
    const count = value(ViewSlot.columns);
    const [bids, asks, bidCost, askCost] = [take(count), take(count), take(count), take(count)];
    frame.columns = failed(2) ? null : { first: value(ViewSlot.first), last: value(ViewSlot.last), bids, asks, bidCost, askCost };
  }
  if (views.imbalance) {
    frame.imbalance = {
      value: value(ViewSlot.imbalance),
      bidShare: value(ViewSlot.bidShare),
      bidSize: value(ViewSlot.imbalanceBid),
      askSize: value(ViewSlot.imbalanceAsk),
      bidVwap: optional(ViewSlot.bidVwap),
      askVwap: optional(ViewSlot.askVwap),
    };
  }
  if (views.pressure) {
    frame.pressure = {
      score: value(ViewSlot.pressure),
      signal: signals[value(ViewSlot.signal)] ?? "neutral",
      confidence: optional(ViewSlot.confidence),
    };
  }
  if (views.bands) {
    frame.bands = bandWidths.flatMap((percent, i) => {
      const slot = ViewSlot.bands + bandSlots * i;
      if (optional(slot) === null) return [];
      return {
        percent,
        bidSize: value(slot),
        askSize: value(slot + 1),
        bidValue: optional(slot + 2),
        askValue: optional(slot + 3),
        imbalance: value(slot + 4),
        bidCut: flag(slot + 5),
        askCut: flag(slot + 6),
      };
    });
  }
  if (views.fill) {
    frame.fill = failed(4)
      ? null
      : {
          filled: value(ViewSlot.filled),
          cost: optional(ViewSlot.cost),
          average: optional(ViewSlot.vwap),
          worst: optional(ViewSlot.worst),
          levels: value(ViewSlot.levels),
          complete: flag(ViewSlot.complete),
          cut: flag(ViewSlot.cut),
          unspent: optional(ViewSlot.unspent),
          slippageBps: optional(ViewSlot.slippage),
          worstBps: optional(ViewSlot.worstBps),
        };
  }
  if (views.cursor !== undefined && views.cursor !== null) {
    frame.cursor =
      optional(ViewSlot.cursorDistance) === null
        ? null
        : {
            distance: value(ViewSlot.cursorDistance),
            distancePercent: value(ViewSlot.cursorPercent),
            total: optional(ViewSlot.cursorTotal),
            cost: optional(ViewSlot.cursorCost),
            average: optional(ViewSlot.cursorAverage),
            slippageBps: optional(ViewSlot.cursorSlippage),
            mirror: { price2: value(ViewSlot.mirrorPrice2), total: optional(ViewSlot.mirrorTotal) },
          };
  }
  const levels = (count: number): SideColumns => ({ price: take(count), size: take(count), cumulative: take(count) });
  const bids = levels(value(ViewSlot.bookBids));
  const asks = levels(value(ViewSlot.bookAsks));
  if (views.book) {
    const { revision, state, reason, verified, depth, priceScale, qtyScale, exchangeTimeMs, mid2 } = frame;
    const head = {
      ...{ symbol, revision, state, reason, verified, depth, priceScale, qtyScale, exchangeTimeMs, mid2 },
      matched: value(ViewSlot.matched),
      mismatched: value(ViewSlot.mismatched),
      skipped: value(ViewSlot.skipped),
      snapshots: value(ViewSlot.snapshots),
      updates: value(ViewSlot.updates),
      viewHalfWidth: optional(ViewSlot.bookHalfWidth),
    };
    frame.book = bookFrame(head, bids, asks, exact);
  }
  if (views.tape) {
    const length = value(ViewSlot.tape);
    frame.tape = { length, timeMs: take(length), price: take(length), size: take(length), buy: take(length) };
  }
  if (views.heatmap) {
    const cells = value(ViewSlot.heatColumns) * value(ViewSlot.heatBuckets);
    frame.heatmap =
      cells === 0
        ? null
        : {
            columns: value(ViewSlot.heatColumns),
            buckets: value(ViewSlot.heatBuckets),
            first: value(ViewSlot.heatFirst),
            group: value(ViewSlot.heatGroup),
            index: value(ViewSlot.heatIndex),
            lo: optional(ViewSlot.heatLo),
            hi: optional(ViewSlot.heatHi),
            bids: heat[0],
            asks: heat[1],
          };
  }
  return frame;
}
