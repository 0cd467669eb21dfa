import { bookFrame, type ExactText } from "./book-frame.js";
import { ladderColumns, ViewSlot } from "./layout.js";
import { reasons, states } from "./states.js";
import type { SideColumns } from "./types.js";
import { healths, signals, type Best, type LadderSide, type WatchFrame, type WatchViews } from "./views.js";

/** What a watch shows, before it has names. */
export interface Picture {
  /** As layout.hpp has it. */
  readonly block: Float64Array;
  /** Heatmap intensities of bids and asks. */
  readonly heat: readonly [Uint8Array, Uint8Array];
  /** Digits of levels that doubles cannot hold. */
  readonly exact: ExactText;
  /** Of the driver's clock when it was taken, ms. @default the time of the last input */
  readonly now?: number;
}

const bandWidths = [0.1, 0.5, 1] as const;
const bandSlots = 7;

/** @internal Doubles of a block with this head. */
export function blockLength(head: Float64Array): number {
  const value = (slot: number): number => head[slot] ?? 0;
  const rows = value(ViewSlot.bidRows) + value(ViewSlot.askRows);
  const levels = value(ViewSlot.bookBids) + value(ViewSlot.bookAsks);
  const heat = 3 * value(ViewSlot.heatColumns) + 4 * value(ViewSlot.heatMarks);
  return ViewSlot.header + ladderColumns * rows + value(ViewSlot.groups) + 4 * value(ViewSlot.columns) + 3 * levels + 5 * value(ViewSlot.tape) + heat;
}

/** Levels whose digits doubles cannot hold, by side and rank. */
export type ExactLevels = Record<string, { price: string; size: string }>;

/** Those of a picture; undefined where doubles hold all. */
function exactLevels({ block, exact }: Picture): ExactLevels | undefined {
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

/** A picture with arrays of its own: it can be posted. */
export interface Kept {
  readonly block: Float64Array;
  readonly heat: readonly [Uint8Array, Uint8Array];
  readonly exact: ExactLevels | undefined;
  readonly now?: number;
}

/** @internal `copied` copies the block. */
export function keep(picture: Picture, copied = (block: Float64Array): Float64Array => block.slice()): Kept {
  const [bids, asks] = picture.heat;
  return { block: copied(picture.block), heat: [bids.slice(), asks.slice()], exact: exactLevels(picture), ...(picture.now !== undefined && { now: picture.now }) };
}

/** @internal What was kept, as a picture again. */
export function shown({ block, heat, exact, now }: Kept): Picture {
  return { block, heat, exact: (side, i) => exact?.[side + i], ...(now !== undefined && { now }) };
}

/** @internal A picture as what was asked for. */
export function readFrame({ block, heat, exact, now }: Picture, symbol: string, views: WatchViews): WatchFrame {
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
    matched: value(ViewSlot.matched),
    mismatched: value(ViewSlot.mismatched),
    skipped: value(ViewSlot.skipped),
    snapshots: value(ViewSlot.snapshots),
    updates: value(ViewSlot.updates),
    viewHalfWidth: optional(ViewSlot.firstHalfWidth),
    exchangeTimeMs: optional(ViewSlot.exchangeTime),
    nowMs: now ?? value(ViewSlot.now),
    sinceMs: optional(ViewSlot.since),
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
    const groups = take(value(ViewSlot.groups));
    frame.ladder = failed(1) ? null : { group: value(ViewSlot.group), groups, bids, asks };
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
          side: views.fill.side,
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
    const { revision, state, reason, verified, depth, priceScale, qtyScale, exchangeTimeMs, mid2, viewHalfWidth } = frame;
    const { matched, mismatched, skipped, snapshots, updates } = frame;
    const head = {
      ...{ symbol, revision, state, reason, verified, depth, priceScale, qtyScale, exchangeTimeMs, mid2, viewHalfWidth },
      ...{ matched, mismatched, skipped, snapshots, updates },
    };
    frame.book = bookFrame(head, bids, asks, exact);
  }
  if (views.tape) {
    const length = value(ViewSlot.tape);
    frame.tape = { length, timeMs: take(length), price: take(length), size: take(length), buy: take(length), id: take(length) };
  }
  if (views.heatmap) {
    const [columns, buckets, marks] = [value(ViewSlot.heatColumns), value(ViewSlot.heatBuckets), value(ViewSlot.heatMarks)];
    const [coverage, bestBid, bestAsk] = [take(columns), take(columns), take(columns)];
    const trades = { length: marks, column: take(marks), price: take(marks), size: take(marks), buy: take(marks) };
    const [first, group, index, columnMs] = [value(ViewSlot.heatFirst), value(ViewSlot.heatGroup), value(ViewSlot.heatIndex), value(ViewSlot.heatColumnMs)];
    const [lo, hi] = [optional(ViewSlot.heatLo), optional(ViewSlot.heatHi)];
    const [bids, asks] = heat;
    frame.heatmap = columns * buckets === 0 ? null : { columns, buckets, first, group, index, columnMs, lo, hi, bids, asks, coverage, bestBid, bestAsk, trades };
  }
  return frame;
}
