import type { TapeFrame } from "../views.js";

/** One trade of a tape. */
export interface TapeTrade {
  /** Exchange time, ms since 1970; NaN if it gave none. */
  readonly timeMs: number;
  /** Ticks. */
  readonly price: number;
  /** Units. */
  readonly size: number;
  readonly buy: boolean;
  /** The exchange's; NaN if it gave none. */
  readonly id: number;
}

/** A tape is lent; this is a copy, or `held` itself when nothing in it has changed. */
export function copyTape(tape: TapeFrame, held: readonly TapeTrade[]): readonly TapeTrade[] {
  const { length, timeMs, price, size, buy, id } = tape;
  const still = (trade: TapeTrade, i: number): boolean =>
    Object.is(trade.timeMs, timeMs[i]) && trade.price === price[i] && trade.size === size[i] && trade.buy === (buy[i] === 1) && Object.is(trade.id, id[i]);
  if (length === held.length && held.every(still)) return held;
  return Array.from({ length }, (_, i) => ({ timeMs: timeMs[i] ?? NaN, price: price[i] ?? 0, size: size[i] ?? 0, buy: buy[i] === 1, id: id[i] ?? NaN }));
}

const same = (a: TapeTrade, b: TapeTrade): boolean => Object.is(a.id, b.id) && Object.is(a.timeMs, b.timeMs) && a.price === b.price && a.size === b.size && a.buy === b.buy;

/** How many of `next`, newest first, came after `shown`: all of them, unless the two overlap. */
export function countNew(shown: readonly TapeTrade[], next: readonly TapeTrade[]): number {
  for (let count = 0; count < next.length; count++) {
    const overlap = Math.min(shown.length, next.length - count);
    let i = 0;
    while (i < overlap && same(shown[i] as TapeTrade, next[count + i] as TapeTrade)) i++;
    if (i === overlap && overlap > 0) return count;
  }
  return next.length;
}

const mostSteps = 6;

/** The largest of {1, 2, 5} x 10^e units up to `largest`, rising: sizes that sift the trades of this market. */
export function sizeSteps(largest: number): number[] {
  const steps: number[] = [];
  for (let decade = 1; decade <= largest; decade *= 10) {
    for (const factor of [1, 2, 5]) if (factor * decade <= largest) steps.push(factor * decade);
  }
  return steps.slice(-mostSteps);
}
