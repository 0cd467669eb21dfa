import type { HeldBook, HeldSide } from "./held-book.js";

const easeMs = 420;
const headroom = 1.15; // over the larger side, so that small growth needs no new scale
const leastHalfTicks = 5;
const mostZoomOut = 16;

/** A number that glides to its target. */
class Eased {
  value = 0;
  target = 0;
  #from = 0;
  #start = 0;

  jump(value: number): void {
    this.value = this.target = value;
  }

  glide(target: number, now: number): void {
    if (target === this.target) return;
    this.#from = this.value;
    this.#start = now;
    this.target = target;
  }

  /** @returns true while moving */
  tick(now: number): boolean {
    if (this.value === this.target) return false;
    const t = (now - this.#start) / easeMs;
    if (t >= 1) this.value = this.target;
    else this.value = this.#from + (this.target - this.#from) * (1 - (1 - Math.max(0, t)) ** 3);
    return this.value !== this.target;
  }
}

/**
 * The part of the book that is on screen. It stands still while the data move, because a moving scale makes every
 * level look changed: it re-centres only when mid has wandered well off, and rescales only when the book outgrows it.
 * A reader who zooms keeps that width until it is reset (formula F-56).
 */
export class View {
  #centre = new Eased();
  #half = new Eased();
  #max = new Eased();
  #symbol = "";
  /** Height scale and unit that `#max` is of. */
  #kind = "";
  #zoomed = false;
  #wanted = 0;

  /** Price at the left edge, in ticks. */
  get low(): number {
    return this.#centre.value - this.#half.value;
  }

  get high(): number {
    return this.#centre.value + this.#half.value;
  }

  /** Sum at the upper edge, in the chart's units. */
  get max(): number {
    return this.#max.value;
  }

  get zoomed(): boolean {
    return this.#zoomed;
  }

  /** Forgets everything: the next book decides. */
  reset(): void {
    this.#symbol = "";
    this.#zoomed = false;
  }

  /** Narrower by a factor above 1, wider below. @returns false at the end of what can be seen */
  zoom(factor: number, now: number): boolean {
    if (this.#symbol === "") return false;
    const half = Math.min(Math.max(this.#half.target / factor, Math.min(leastHalfTicks, this.#wanted)), mostZoomOut * this.#wanted);
    if (half === this.#half.target) return false;
    this.#zoomed = true;
    this.#half.glide(half, now);
    return true;
  }

  /** Around mid, as wide as it is. */
  centre(book: HeldBook, now: number): void {
    const mid = middle(book);
    if (mid !== undefined) this.#centre.glide(mid, now);
  }

  /** Back to the first view, around mid. */
  fit(book: HeldBook, now: number): void {
    this.#zoomed = false;
    const mid = middle(book);
    if (mid === undefined || book.viewHalfWidth === null) return;
    this.#centre.glide(mid, now);
    this.#half.glide(book.viewHalfWidth, now);
  }

  /**
   * @param sums what is drawn of a side: sizes, or costs
   * @param held the book is not to be trusted: what it says of the market moves nothing
   * @returns true while the view is still gliding; never when `still`
   */
  follow(book: HeldBook, sums: (side: HeldSide) => Float64Array, kind: string, now: number, still: boolean, held = false): boolean {
    const mid = middle(book);
    if (mid === undefined || book.viewHalfWidth === null) return false;
    if (!held || this.#symbol !== book.symbol) this.#wanted = book.viewHalfWidth;
    const wanted = this.#wanted;
    const largest = (): number => this.#largest(book, sums);
    const off = Math.abs(mid - this.#centre.target) / this.#half.target;
    if (this.#symbol !== book.symbol) {
      this.#symbol = book.symbol;
      this.#zoomed = false;
    } else if (off <= 2 || held) {
      const ratio = wanted / this.#half.target;
      if (off > 0.3 && !held) this.#centre.glide(mid, now);
      if (!this.#zoomed && !held && (off > 0.3 ? ratio < 0.75 || ratio > 1.33 : ratio < 0.5 || ratio > 2)) this.#half.glide(wanted, now);
      const top = largest();
      if (kind !== this.#kind) this.#max.jump(headroom * top);
      else if (!held && (top > this.#max.target || top < 0.6 * this.#max.target)) this.#max.glide(headroom * top, now);
      this.#kind = kind;
      if (still) for (const eased of [this.#centre, this.#half, this.#max]) eased.jump(eased.target);
      const moving = [this.#centre.tick(now), this.#half.tick(now), this.#max.tick(now)];
      return moving.includes(true);
    }
    this.#kind = kind;
    this.#centre.jump(mid);
    if (!this.#zoomed) this.#half.jump(wanted);
    this.#max.jump(headroom * largest());
    return false;
  }

  /** The larger side's running sum inside the view that is being approached. */
  #largest(book: HeldBook, sums: (side: HeldSide) => Float64Array): number {
    const low = this.#centre.target - this.#half.target;
    const high = this.#centre.target + this.#half.target;
    const inside = (side: HeldSide, edge: number, sign: 1 | -1): number => sums(side)[side.countTo(edge, sign) - 1] ?? 0;
    return Math.max(1, inside(book.bids, low, -1), inside(book.asks, high, 1));
  }
}

/** Mid, or the only best price; ticks. */
function middle(book: HeldBook): number | undefined {
  if (book.mid2 !== null) return book.mid2 / 2;
  return book.bestBid ?? book.bestAsk ?? undefined;
}
