import type { LadderSide, LadderView, WatchFrame } from "../views.js";
import { bpsText, fixed, midText, plainText } from "./format.js";

export interface RowText {
  readonly price: string;
  readonly size: string;
  readonly total: string;
  /** 0 ... 1 */
  readonly bar: number;
  /** The last trade was here. */
  readonly marked: boolean;
}

/** A frame in words, best row first. */
export interface LadderText {
  readonly symbol: string;
  readonly bids: readonly RowText[];
  readonly asks: readonly RowText[];
  /** Empty without one. */
  readonly mid: string;
  readonly spread: string;
  readonly last: { readonly price: string; readonly buy: boolean } | undefined;
}

const inexact = 2 ** 53;

/** Some of its sizes or totals are beyond what a double holds: they have to be asked for as text. */
export const needsText = ({ group, bids, asks }: LadderView): boolean => group === 1 && [bids, asks].some(({ length, cumulative }) => length > 0 && (cumulative[length - 1] ?? 0) >= inexact);

/** Everything a ladder shows of a frame, which may be lent. */
export function ladderText(frame: WatchFrame, ladder: LadderView): LadderText {
  const { priceScale, symbol, bestBid, bestAsk, mid2, spreadBps, tape } = frame;
  const last = tape && tape.length > 0 ? { price: tape.price[0] ?? NaN, buy: tape.buy[0] === 1 } : undefined;
  return {
    symbol,
    bids: rowsOf(frame, ladder, "bid", last),
    asks: rowsOf(frame, ladder, "ask", last),
    mid: mid2 === null ? "" : midText(mid2, priceScale),
    spread: bestBid && bestAsk && bestAsk.price <= bestBid.price ? "crossed" : bestBid && bestAsk ? `spread ${fixed(bestAsk.price - bestBid.price, priceScale)} \u00b7 ${bpsText(spreadBps ?? 0)}` : "",
    last: last && { price: plainText(last.price, priceScale), buy: last.buy },
  };
}

function rowsOf({ priceScale, qtyScale, depth, book }: WatchFrame, ladder: LadderView, name: "bid" | "ask", last: { price: number; buy: boolean } | undefined): RowText[] {
  const { group } = ladder;
  const side: LadderSide = name === "bid" ? ladder.bids : ladder.asks;
  const shown = side.levels.reduce((sum, levels) => sum + levels, 0);
  return Array.from({ length: side.length }, (_, i) => {
    const price = side.price[i] ?? 0;
    const size = side.size[i] ?? 0;
    const total = side.cumulative[i] ?? 0;
    const exact = book && size >= inexact ? book.text(name, i).size : "";
    const least = group > 1 && i === side.length - 1 && shown >= depth ? "\u2265 " : ""; // levels that nobody sees may belong to it (F-4)
    return {
      price: fixed(price, priceScale),
      size: least + (exact || fixed(size, qtyScale)),
      total: least + (total < inexact ? fixed(total, qtyScale) : (total / 10 ** qtyScale).toPrecision(15)),
      bar: side.bar[i] ?? 0,
      marked: last !== undefined && last.buy === (name === "ask") && holds(name, price, group, last.price),
    };
  });
}

/** Whether a row gathers this price: a bid upward of its own, an ask down. A purchase takes asks, a sale bids: one row is marked, not one of each side. */
function holds(side: "bid" | "ask", row: number, group: number, price: number): boolean {
  return side === "ask" ? price <= row && price > row - group : price >= row && price < row + group;
}

export function csvOf({ bids, asks }: LadderText): string {
  const line = (side: string) => (row: RowText): string => [side, row.price, row.size, row.total].join(",");
  return ["side,price,size,total", ...[...asks].reverse().map(line("ask")), ...bids.map(line("bid"))].join("\n") + "\n";
}
