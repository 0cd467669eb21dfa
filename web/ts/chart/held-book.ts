import type { BookState, SideColumns, StaleReason } from "../types.js";
import type { LadderSide, WatchFrame } from "../views.js";

const columns = 4;

/** One side, copied. Arrays are as long as the side, best first. */
export class HeldSide {
  /** Ticks. */
  price = new Float64Array(0);
  /** Units. */
  size = new Float64Array(0);
  cumulative = new Float64Array(0);
  /** Price x size up to here, in 10^-(priceScale + qtyScale) of the quote currency. */
  cost = new Float64Array(0);
  /** Price levels in all rows. */
  levels = 0;
  #store = new Float64Array(0);

  get length(): number {
    return this.price.length;
  }

  /** Rows of a ladder, or the levels of a book as they are. */
  copy(from: LadderSide | SideColumns): void {
    const n = from.price.length;
    if (this.#store.length < columns * n) this.#store = new Float64Array(columns * Math.max(64, 2 * n));
    const room = this.#store.length / columns;
    const column = (i: number): Float64Array<ArrayBuffer> => this.#store.subarray(i * room, i * room + n);
    [this.price, this.size, this.cumulative, this.cost] = [column(0), column(1), column(2), column(3)];
    this.price.set(from.price);
    this.size.set(from.size);
    this.cumulative.set(from.cumulative);
    if ("levels" in from) {
      this.cost.set(from.cost);
      this.levels = 0;
      for (let i = 0; i < n; i++) this.levels += from.levels[i] ?? 0;
      return;
    }
    this.levels = n;
    let sum = 0;
    for (let i = 0; i < n; i++) this.cost[i] = sum += (this.price[i] ?? 0) * (this.size[i] ?? 0);
  }

  clear(): void {
    this.price = this.size = this.cumulative = this.cost = this.#store.subarray(0, 0);
    this.levels = 0;
  }

  /** How many rows, best first, lie at or before `price`; `sign` is +1 for asks, -1 for bids. */
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

  /** Running sum of the first `count` rows, in units. */
  total(count: number): number {
    return count > 0 ? (this.cumulative[count - 1] ?? 0) : 0;
  }

  /** Likewise of what they cost. */
  costTo(count: number): number {
    return count > 0 ? (this.cost[count - 1] ?? 0) : 0;
  }
}

/** A frame is lent until the next call into the engine, and drawing happens later: this is the copy that is drawn. */
export class HeldBook {
  readonly bids = new HeldSide();
  readonly asks = new HeldSide();
  symbol = "";
  revision = 0;
  depth = 0;
  priceScale = 0;
  qtyScale = 0;
  state: BookState = "unsubscribed";
  reason: StaleReason | null = null;
  /** The group that was asked for is finer than the market's prices. */
  groupRefused = false;
  mid2: number | null = null;
  /** Best prices of the book itself, also where rows are groups; ticks. */
  bestBid: number | null = null;
  bestAsk: number | null = null;
  viewHalfWidth: number | null = null;
  /** Ticks a row. */
  group = 1;

  copy(frame: WatchFrame): void {
    const { ladder, book } = frame;
    const shown = ladder ?? book;
    this.symbol = frame.symbol;
    this.revision = frame.revision;
    this.depth = frame.depth;
    this.priceScale = frame.priceScale;
    this.qtyScale = frame.qtyScale;
    this.state = frame.state;
    this.reason = frame.reason;
    this.groupRefused = ladder === null;
    this.mid2 = frame.mid2;
    this.bestBid = frame.bestBid?.price ?? null;
    this.bestAsk = frame.bestAsk?.price ?? null;
    this.viewHalfWidth = frame.viewHalfWidth;
    this.group = ladder?.group ?? 1;
    if (shown) {
      this.bids.copy(shown.bids);
      this.asks.copy(shown.asks);
    } else {
      this.bids.clear();
      this.asks.clear();
    }
  }

  /** More levels exist than this side shows. */
  isCut(side: HeldSide): boolean {
    return this.depth > 0 && side.levels >= this.depth;
  }

  /** The last row of a cut side that is gathered: levels that nobody sees may belong to it, and its sum is a lower bound (F-4). */
  isPartial(side: HeldSide): boolean {
    return this.group > 1 && this.isCut(side);
  }
}
