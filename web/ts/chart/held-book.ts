import type { BookFrame, BookState, SideColumns, StaleReason } from "../types.js";

/** One side, copied. Arrays are as long as the side. */
export class HeldSide {
  price = new Float64Array(0);
  size = new Float64Array(0);
  cumulative = new Float64Array(0);
  #store = new Float64Array(0);

  get length(): number {
    return this.price.length;
  }

  copy(from: SideColumns): void {
    const n = from.price.length;
    if (this.#store.length < 3 * n) this.#store = new Float64Array(3 * Math.max(64, 2 * n));
    const room = this.#store.length / 3;
    this.price = this.#store.subarray(0, n);
    this.size = this.#store.subarray(room, room + n);
    this.cumulative = this.#store.subarray(2 * room, 2 * room + n);
    this.price.set(from.price);
    this.size.set(from.size);
    this.cumulative.set(from.cumulative);
  }

  /** How many levels, best first, lie at or before `price`; `sign` is +1 for asks, -1 for bids. */
  countTo(price: number, sign: 1 | -1): number {
    let low = 0;
    let high = this.price.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (((this.price[middle] ?? 0) - price) * sign <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Running sum of the first `count` levels, in units. */
  total(count: number): number {
    return count > 0 ? (this.cumulative[count - 1] ?? 0) : 0;
  }
}

/** A frame is lent until the next call into the engine, and drawing happens later: this is the copy that is drawn. */
export class HeldBook {
  readonly bids = new HeldSide();
  readonly asks = new HeldSide();
  symbol = "";
  depth = 0;
  priceScale = 0;
  qtyScale = 0;
  state: BookState = "unsubscribed";
  reason: StaleReason | null = null;
  mid2: number | null = null;
  viewHalfWidth: number | null = null;

  copy(frame: BookFrame): void {
    this.symbol = frame.symbol;
    this.depth = frame.depth;
    this.priceScale = frame.priceScale;
    this.qtyScale = frame.qtyScale;
    this.state = frame.state;
    this.reason = frame.reason;
    this.mid2 = frame.mid2;
    this.viewHalfWidth = frame.viewHalfWidth;
    this.bids.copy(frame.bids);
    this.asks.copy(frame.asks);
  }

  /** More levels exist than this side shows. */
  isCut(side: HeldSide): boolean {
    return this.depth > 0 && side.length >= this.depth;
  }
}
