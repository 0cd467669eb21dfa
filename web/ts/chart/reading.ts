import { bpsText, currencies, fixed, percentText, rounded } from "./format.js";
import type { HeldBook, HeldSide } from "./held-book.js";

/** What the book says at one price (formula F-51). Integers are those of the book: ticks, units, and their products. */
export interface Reading {
  readonly price: number;
  readonly side: "bid" | "ask" | "spread";
  /** Of mid; null without one. */
  readonly percent: number | null;
  /** Units up to the price; null beyond visible depth. */
  readonly total: number | null;
  /** 10^-(priceScale + qtyScale) of the quote currency; null beyond visible depth. */
  readonly cost: number | null;
  /** Average price of all that, ticks; null where there is nothing. */
  readonly average: number | null;
  /** Of the average, against mid; greater than 0 is worse for the taker (formula F-36). */
  readonly slippageBps: number | null;
  /** The same distance on the other side of mid. */
  readonly mirror: { readonly price: number; readonly total: number | null } | null;
}

/** What is known of a side ends before this price: beyond its last level, or in a group that may hold more than is seen. */
function cutBefore(book: HeldBook, side: HeldSide, price: number, sign: 1 | -1): boolean {
  const past = (price - (side.price[side.length - 1] ?? 0)) * sign;
  return book.isPartial(side) ? past >= 0 : book.isCut(side) && past > 0;
}

/** A cursor that was taken from a row's own price counts that row; groups of bids and asks round away from each other, so that this is exact. */
export function readAt(book: HeldBook, price: number): Reading {
  const { bestBid, mid2 } = book;
  const below = mid2 !== null ? 2 * price < mid2 : bestBid !== null;
  const [side, other, sign] = below ? ([book.bids, book.asks, -1] as const) : ([book.asks, book.bids, 1] as const);
  const best = side.price[0];
  const at = best === undefined || (price - best) * sign < 0 ? "spread" : below ? "bid" : "ask";
  const count = side.countTo(price, sign);
  const beyond = cutBefore(book, side, price, sign);
  const total = side.total(count);
  const cost = side.costTo(count);
  const average = beyond || total === 0 ? null : cost / total;
  const mirrored = mid2 === null ? null : mid2 - price;
  const opposite = below ? 1 : -1;
  return {
    price,
    side: at,
    percent: mid2 === null ? null : (100 * (2 * price - mid2)) / mid2,
    total: beyond ? null : total,
    cost: beyond ? null : cost,
    average,
    slippageBps: average === null || mid2 === null ? null : (sign * 1e4 * (2 * average - mid2)) / mid2,
    mirror: mirrored === null ? null : { price: mirrored, total: cutBefore(book, other, mirrored, opposite) ? null : other.total(other.countTo(mirrored, opposite)) },
  };
}

const integer = (value: number): bigint => BigInt(Math.round(value));
const beyondText = "beyond visible depth";

/** Texts of a reading. */
export interface ReadingText {
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** For a screen reader. */
  readonly spoken: string;
}

export function readingText(book: HeldBook, reading: Reading): ReadingText {
  const { base, quote } = currencies(book.symbol);
  const { priceScale, qtyScale } = book;
  const decimals = Math.max(2, priceScale);
  const price = fixed(reading.price, priceScale);
  const size = (units: number): string => `${fixed(integer(units), qtyScale)} ${base}`;
  const total = reading.total === null ? beyondText : size(reading.total);
  const cost = reading.cost === null ? "unknown" : `${rounded(integer(reading.cost), priceScale + qtyScale, decimals)} ${quote}`;
  const rows: (readonly [string, string])[] = [
    ["Price", `${price} ${quote}`],
    ["From mid", reading.percent === null ? "no mid" : percentText(reading.percent)],
    ["Total", total],
    ["Cost", cost],
  ];
  if (reading.average !== null) rows.push(["Average", rounded(integer(reading.average * 100), priceScale + 2, priceScale + 1)]);
  if (reading.slippageBps !== null) rows.push(["Slippage", bpsText(reading.slippageBps)]);
  if (reading.mirror && reading.side !== "spread") {
    rows.push([`At ${fixed(reading.mirror.price, priceScale)}`, reading.mirror.total === null ? beyondText : size(reading.mirror.total)]);
  }
  const place = reading.side === "spread" ? "inside the spread" : reading.side;
  const away = reading.percent === null ? "" : `, ${Math.abs(reading.percent).toFixed(4)} % ${reading.percent < 0 ? "below" : "above"} mid`;
  return { rows, spoken: `${place} ${price} ${quote}${away}, total ${total}` };
}

/** Where a key leads. */
export type Step = "next" | "previous" | "next10" | "previous10" | "first" | "last" | "bestBid" | "bestAsk";

/** The price one step away, over the rows inside [low, high], from low prices to high ones; undefined when there is none. */
export function stepPrice(book: HeldBook, from: number | undefined, step: Step, low: number, high: number): number | undefined {
  const { bids, asks } = book;
  if (step === "bestBid") return bids.price[0];
  if (step === "bestAsk") return asks.price[0];
  // Rows by their rank from the lowest price in view: bids backwards, then asks
  const bidCount = bids.countTo(low, -1);
  const askCount = asks.countTo(high, 1);
  const count = bidCount + askCount;
  const priceAt = (rank: number): number | undefined => (rank < bidCount ? bids.price[bidCount - 1 - rank] : asks.price[rank - bidCount]);
  if (count === 0) return undefined;
  if (step === "first") return priceAt(0);
  if (step === "last") return priceAt(count - 1);
  const forward = step === "next" || step === "next10";
  const by = step === "next10" || step === "previous10" ? 10 : 1;
  if (from === undefined) return (forward ? asks.price[0] : bids.price[0]) ?? priceAt(0);
  // `from` may be a row that has gone, or a pixel between two
  let rank = 0;
  while (rank < count && (priceAt(rank) ?? 0) < from) rank++;
  if (forward) rank = (priceAt(rank) === from ? rank : rank - 1) + by;
  else rank -= by;
  return priceAt(Math.min(count - 1, Math.max(0, rank)));
}
