import type { BookState } from "../types.js";
import type { HeatmapView, WatchFrame } from "../views.js";

/** A frame is lent until the next call into the engine, and drawing happens later: this is the copy that is drawn. Fields as in HeatmapView. */
export class HeldHeat {
  readonly symbol: string;
  readonly state: BookState;
  readonly priceScale: number;
  readonly qtyScale: number;
  readonly view: HeatmapView;

  constructor(frame: WatchFrame, view: HeatmapView) {
    this.symbol = frame.symbol;
    this.state = frame.state;
    this.priceScale = frame.priceScale;
    this.qtyScale = frame.qtyScale;
    const { trades } = view;
    this.view = {
      ...view,
      bids: view.bids.slice(),
      asks: view.asks.slice(),
      coverage: view.coverage.slice(),
      bestBid: view.bestBid.slice(),
      bestAsk: view.bestAsk.slice(),
      trades: { length: trades.length, column: trades.column.slice(), price: trades.price.slice(), size: trades.size.slice(), buy: trades.buy.slice() },
    };
  }

  /** Of the column under way. */
  get newest(): number {
    return this.view.index + this.view.columns - 1;
  }

  /** Bucket of the last known mid or best price; undefined if there never was one. */
  get middle(): number | undefined {
    const { bestBid, bestAsk, columns, group } = this.view;
    for (let i = columns - 1; i >= 0; i--) {
      const known = [bestBid[i] ?? NaN, bestAsk[i] ?? NaN].filter((price) => !Number.isNaN(price));
      if (known.length > 0) return Math.round(known.reduce((sum, price) => sum + price, 0) / known.length / group);
    }
    return undefined;
  }

  /** Share of a column in which the book was live. The one under way has not had its time yet: it counts as whole if anything of it was seen. */
  coverage(index: number): number {
    const share = this.view.coverage[index - this.view.index] ?? 0;
    return index === this.newest && share > 0 ? 1 : share;
  }

  /** What is known of a cell; undefined outside of the picture. */
  cell(index: number, bucket: number): Cell | undefined {
    const { columns, buckets, bids, asks } = this.view;
    const column = index - this.view.index;
    const row = bucket - this.view.first;
    if (column < 0 || column >= columns || row < 0 || row >= buckets) return undefined;
    const [bid, ask] = [bids[column * buckets + row] ?? 0, asks[column * buckets + row] ?? 0];
    const value = Math.max(bid, ask);
    return { value, side: value > 1 ? (bid >= ask ? "bid" : "ask") : this.#sideAt(column, bucket) };
  }

  /** Where nothing rests, the column's best prices tell whose place it is. */
  #sideAt(column: number, bucket: number): Cell["side"] {
    const { bestBid, bestAsk, group } = this.view;
    const [bid = NaN, ask = NaN] = [bestBid[column], bestAsk[column]];
    return bucket * group <= bid ? "bid" : bucket * group >= ask ? "ask" : "none";
  }
}

export interface Cell {
  /** The stronger side's; 0: no data. */
  readonly value: number;
  readonly side: "bid" | "ask" | "none";
}

/** Shares of 255 by intensity, between two percentiles of the cells in which something rests; 0 and 100 leave the intensities as they are. */
export function cutLevels({ bids, asks }: HeatmapView, low: number, high: number): Uint8Array {
  const counts = new Uint32Array(256);
  if (low > 0 || high < 100) {
    for (const cells of [bids, asks]) for (const value of cells) counts[value] = (counts[value] ?? 0) + 1;
    counts[0] = counts[1] = 0;
  }
  const sum = counts.reduce((total, count) => total + count, 0);
  const valueAt = (percent: number): number => {
    let left = Math.max(1, Math.ceil((sum * percent) / 100));
    let value = 1;
    while (value < 255 && (left -= counts[value] ?? 0) > 0) value++;
    return value;
  };
  const from = low > 0 ? valueAt(low) : 1;
  const to = Math.max(from + 1, high < 100 ? valueAt(high) : 255);
  return Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * Math.min(1, Math.max(0, (value - from) / (to - from)))));
}
