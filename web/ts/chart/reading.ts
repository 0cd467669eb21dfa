import { currencies, fixed, percentText, rounded } from "./format.js";
import type { HeldBook, HeldSide } from "./held-book.js";

/** What the book says at one price (formula F-51), as text with exact digits. */
export interface Reading {
  readonly price: number;
  readonly side: "bid" | "ask" | "spread";
  /** Running sum in units at this price; where the crosshair meets the curve. */
  readonly total: number;
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** The same for a screen reader. */
  readonly spoken: string;
}

/** Quantity times price of the first `count` levels, in 10^-(priceScale + qtyScale) of the quote currency. */
function cost(side: HeldSide, count: number): bigint {
  let sum = 0n;
  for (let i = 0; i < count; i++) sum += BigInt(side.price[i] ?? 0) * BigInt(side.size[i] ?? 0);
  return sum;
}

export function readAt(book: HeldBook, price: number): Reading {
  const { base, quote } = currencies(book.symbol);
  const bid = book.bids.price[0];
  const ask = book.asks.price[0];
  const below = book.mid2 !== null ? 2 * price < book.mid2 : bid !== undefined;
  const side = below ? book.bids : book.asks;
  const best = below ? bid : ask;
  const sign = below ? -1 : 1;
  const name = best === undefined || (price - best) * sign < 0 ? "spread" : below ? "bid" : "ask";

  const count = side.countTo(price, sign);
  const last = side.price[side.length - 1] ?? 0;
  const beyond = book.isCut(side) && (price - last) * sign > 0;
  const priceText = fixed(price, book.priceScale);
  const total = side.total(count);
  const totalText = beyond ? "beyond visible depth" : `${fixed(total, book.qtyScale)} ${base}`;
  const decimals = Math.max(2, book.priceScale);
  const costText = beyond ? "unknown" : `${rounded(cost(side, count), book.priceScale + book.qtyScale, decimals)} ${quote}`;
  const percent = book.mid2 !== null ? (100 * (2 * price - book.mid2)) / book.mid2 : null;
  const percentRow = percent === null ? "no mid" : percentText(percent);
  const place = name === "spread" ? "inside the spread" : name;
  const away = percent === null ? "" : `, ${Math.abs(percent).toFixed(4)} % ${percent < 0 ? "below" : "above"} mid`;
  return {
    price,
    side: name,
    total: beyond ? side.total(side.length) : total,
    rows: [
      ["Price", `${priceText} ${quote}`],
      ["From mid", percentRow],
      ["Total", totalText],
      ["Cost", costText],
    ],
    spoken: `${place} ${priceText} ${quote}${away}, total ${totalText}, cost ${costText}`,
  };
}

/** The price one press of a key away, over the levels inside [low, high]; undefined when there is none. */
export function stepPrice(
  book: HeldBook, from: number | undefined, key: string, low: number, high: number,
): number | undefined {
  const prices = [...book.bids.price].reverse().concat([...book.asks.price]).filter((p) => p >= low && p <= high);
  const first = prices[0];
  if (first === undefined) return undefined;
  const clamp = (i: number): number | undefined => prices[Math.min(prices.length - 1, Math.max(0, i))];
  if (key === "Home") return first;
  if (key === "End") return prices[prices.length - 1];
  const forward = key === "ArrowRight" || key === "ArrowUp" || key === "PageUp";
  const many = key === "PageUp" || key === "PageDown" ? 10 : 1;
  if (from === undefined) return (forward ? book.asks.price[0] : book.bids.price[0]) ?? first;
  // `from` may be a level that has gone, or a pixel between two
  if (forward) {
    const next = prices.findIndex((p) => p > from);
    return clamp(next < 0 ? prices.length - 1 : next + many - 1);
  }
  const above = prices.findIndex((p) => p >= from);
  return clamp((above < 0 ? prices.length : above) - many);
}
