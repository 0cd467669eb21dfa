import { currencies, fixed, rounded } from "./format.js";
import type { HeldHeat } from "./heat-data.js";
import type { ReadingText } from "./reading.js";
import { ageText } from "./words.js";

/** What the heatmap says at one cell. */
export interface HeatReading {
  /** How long ago the column began. */
  readonly agoMs: number;
  /** Lowest and highest price of the bucket, ticks. */
  readonly low: number;
  readonly high: number;
  /** Whose place it is; "gap": there are no data. */
  readonly side: "bid" | "ask" | "spread" | "gap";
  /** 0 ... 100, between the cut-offs; null without data. */
  readonly percent: number | null;
  /** About how much rested there, units; null without data. Beyond the picture's scale, its end. */
  readonly size: number | null;
  /** Last best prices of the column, ticks. */
  readonly bestBid: number | null;
  readonly bestAsk: number | null;
  /** Share of the column in which the book was live, 0 ... 1; 1 of the one under way. */
  readonly coverage: number;
}

/** @param levels shares of 255 by intensity */
export function readHeat(heat: HeldHeat, index: number, bucket: number, levels: Uint8Array): HeatReading {
  const { view, newest } = heat;
  const { group, columnMs, lo, hi } = view;
  const cell = heat.cell(index, bucket);
  const known = cell !== undefined && cell.value > 0;
  const best = (prices: Float64Array): number | null => {
    const price = prices[index - view.index];
    return price === undefined || Number.isNaN(price) ? null : price;
  };
  const side = !known ? "gap" : cell.side === "none" ? "spread" : cell.side;
  return {
    agoMs: (newest - index) * columnMs,
    low: bucket * group - (side === "ask" ? group - 1 : 0),
    high: bucket * group + (side === "ask" ? 0 : group - 1),
    side,
    percent: known ? Math.round((100 * (levels[cell.value] ?? 0)) / 255) : null,
    size: !known || lo === null || hi === null ? null : cell.value <= 1 ? 0 : lo + ((cell.value - 1) / 254) * (hi - lo),
    bestBid: best(view.bestBid),
    bestAsk: best(view.bestAsk),
    coverage: heat.coverage(index),
  };
}

/** Three figures of a size: the picture holds no more. */
export function aboutSize(units: number, scale: number): string {
  const decimals = units > 0 ? Math.min(scale, Math.max(0, 2 - Math.floor(Math.log10(units / 10 ** scale)))) : 0;
  return rounded(BigInt(Math.round(units)), scale, decimals);
}

/** Of the column at the right edge. */
export const newestName = (fresh: boolean): string => (fresh ? "now" : "last");

const sides = { bid: "Bids", ask: "Asks", spread: "inside the spread", gap: "no data" } as const;

/** @param fresh the newest column is of this moment; else ages count from the last one known */
export function heatText(heat: HeldHeat, reading: HeatReading, fresh: boolean): ReadingText {
  const { base, quote } = currencies(heat.symbol);
  const { priceScale, qtyScale, view } = heat;
  const price = (ticks: number | null): string => (ticks === null ? "none" : fixed(ticks, priceScale));
  const range = `${price(reading.low)}${reading.high > reading.low ? ` \u2013 ${price(reading.high)}` : ""} ${quote}`;
  const ago = reading.agoMs === 0 ? newestName(fresh) : `${ageText(reading.agoMs)} ${fresh ? "ago" : "before the last"}`;
  const rows: (readonly [string, string])[] = [["Time", ago], ["Price", range]];
  const size = restingText(reading.size, view.lo ?? 0, view.hi ?? 0, qtyScale, base);
  const rests = reading.side === "bid" || reading.side === "ask";
  if (rests) rows.push([sides[reading.side], size], ["Intensity", `${reading.percent ?? 0} %`]);
  else rows.push(["Side", sides[reading.side]]);
  rows.push(["Best bid", price(reading.bestBid)], ["Best ask", price(reading.bestAsk)]);
  const partial = reading.coverage > 0 && reading.coverage < 1 ? `${Math.max(1, Math.floor(100 * reading.coverage))} % of the time` : "";
  if (partial) rows.push(["Live", partial]);
  const what = rests ? `${sides[reading.side]} ${size}, intensity ${reading.percent ?? 0} %` : sides[reading.side];
  return { rows, spoken: `${ago}, ${range.replace("\u2013", "to")}: ${what}. Best bid ${price(reading.bestBid)}, best ask ${price(reading.bestAsk)}${partial && `. Live ${partial}`}` };
}

function restingText(size: number | null, lo: number, hi: number, scale: number, unit: string): string {
  if (size === null || size === 0) return `${aboutSize(lo, scale)} ${unit} or less`;
  return size >= hi ? `${aboutSize(hi, scale)} ${unit} or more` : `about ${aboutSize(size, scale)} ${unit}`;
}
