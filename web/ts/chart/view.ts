import type { HeldBook, HeldSide } from "./held-book.js";

const EASE_MS = 420;
const HEADROOM = 1.15; // over the larger side, so that small growth needs no new scale

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
    const t = (now - this.#start) / EASE_MS;
    if (t >= 1) this.value = this.target;
    else this.value = this.#from + (this.target - this.#from) * (1 - (1 - Math.max(0, t)) ** 3);
    return this.value !== this.target;
  }
}

/**
 * The part of the book that is on screen. It stands still while the data move, because a moving scale makes every
 * level look changed: it re-centres only when mid has wandered well off, and rescales only when the book outgrows it.
 */
export class View {
  #centre = new Eased();
  #half = new Eased();
  #max = new Eased();
  #symbol = "";

  /** Price at the left edge, in ticks. */
  get low(): number {
    return this.#centre.value - this.#half.value;
  }

  get high(): number {
    return this.#centre.value + this.#half.value;
  }

  /** Size at the upper edge, in units. */
  get max(): number {
    return this.#max.value;
  }

  /** Forgets the kept view: the next book decides. */
  reset(): void {
    this.#symbol = "";
  }

  /** @returns true while the view is still gliding; never when `still` */
  follow(book: HeldBook, now: number, still: boolean): boolean {
    const mid = book.mid2 !== null ? book.mid2 / 2 : (book.bids.price[0] ?? book.asks.price[0]);
    if (mid === undefined || book.viewHalfWidth === null) return false;
    const wanted = book.viewHalfWidth;
    const off = Math.abs(mid - this.#centre.target) / this.#half.target;
    if (this.#symbol !== book.symbol || off > 2) {
      this.#symbol = book.symbol;
      this.#centre.jump(mid);
      this.#half.jump(wanted);
      this.#max.jump(HEADROOM * this.#largest(book));
      return false;
    }
    const ratio = wanted / this.#half.target;
    if (off > 0.3) {
      this.#centre.glide(mid, now);
      if (ratio < 0.75 || ratio > 1.33) this.#half.glide(wanted, now);
    } else if (ratio < 0.5 || ratio > 2) {
      this.#half.glide(wanted, now);
    }
    const largest = this.#largest(book);
    if (largest > this.#max.target || largest < 0.6 * this.#max.target) this.#max.glide(HEADROOM * largest, now);
    if (still) {
      for (const eased of [this.#centre, this.#half, this.#max]) eased.jump(eased.target);
      return false;
    }
    const moving = [this.#centre.tick(now), this.#half.tick(now), this.#max.tick(now)];
    return moving.includes(true);
  }

  /** The larger side's running sum inside the view that is being approached. */
  #largest(book: HeldBook): number {
    const low = this.#centre.target - this.#half.target;
    const high = this.#centre.target + this.#half.target;
    const inside = (side: HeldSide, edge: number, sign: 1 | -1): number => side.total(side.countTo(edge, sign));
    return Math.max(1, inside(book.bids, low, -1), inside(book.asks, high, 1));
  }
}
