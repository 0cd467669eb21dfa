import type { Rect } from "./scale.js";

const widestColumnPx = 8;
const mostColumns = 600;
const mostBuckets = 400;

/** Device pixels of a column: wide while there are few, two CSS pixels when there are many. */
export function columnWidth(plotWidth: number, ratio: number, columns: number): number {
  const least = leastColumn(plotWidth, ratio);
  for (let px = widestColumnPx; Math.round(px * ratio) > least; px /= 2) if (columns * px <= plotWidth) return Math.round(px * ratio);
  return least;
}

const leastColumn = (plotWidth: number, ratio: number): number => Math.max(1, Math.round(2 * ratio), Math.ceil((plotWidth * ratio) / mostColumns));

/** Device pixels of a bucket that is wanted to have so many CSS pixels. */
export const bucketHeight = (plotHeight: number, ratio: number, px: number): number => Math.max(1, Math.round(px * ratio), Math.ceil((plotHeight * ratio) / mostBuckets));

/** How much fills a plot. In coarse steps: a window that is dragged must not ask anew for every pixel. */
export function wantedCells(plot: Rect, ratio: number, bucketPx: number): { columns: number; buckets: number } {
  const coarse = (count: number, step: number, most: number): number => Math.min(most, Math.max(1, step * Math.ceil(count / step)));
  const width = plot.right - plot.left;
  const height = plot.bottom - plot.top;
  return {
    columns: coarse((width * ratio) / leastColumn(width, ratio), 20, mostColumns),
    buckets: coarse((height * ratio) / bucketHeight(height, ratio, bucketPx), 10, mostBuckets),
  };
}

/** Map of columns and prices to CSS pixels; cells are whole device pixels, so that they stay crisp. The column under way is at the right edge. */
export class HeatScale {
  /** CSS pixels. */
  readonly columnPx: number;
  readonly bucketPx: number;
  readonly #middle: number;

  constructor(
    readonly plot: Rect,
    readonly ratio: number,
    cell: { /** Device pixels. */ readonly width: number; readonly height: number },
    /** Index of the column under way. */
    readonly newest: number,
    /** Bucket in the middle of the plot. */
    readonly centre: number,
    /** Ticks a bucket. */
    readonly group: number,
  ) {
    this.columnPx = cell.width / ratio;
    this.bucketPx = cell.height / ratio;
    const top = Math.round(((plot.top + plot.bottom) / 2) * ratio - cell.height / 2);
    this.#middle = (top + cell.height / 2) / ratio;
  }

  /** Left edge of a column. */
  x(index: number): number {
    return this.plot.right - (this.newest - index + 1) * this.columnPx;
  }

  /** A bucket is drawn around its own price: bids reach up from it, asks down to it (formula F-4). */
  y(price: number): number {
    return this.#middle - (price / this.group - this.centre) * this.bucketPx;
  }

  /** Upper edge of a bucket. */
  top(bucket: number): number {
    return this.y(bucket * this.group) - this.bucketPx / 2;
  }

  indexAt(x: number): number {
    return this.newest - Math.max(0, Math.ceil((this.plot.right - x) / this.columnPx) - 1);
  }

  bucketAt(y: number): number {
    return Math.round(this.centre + (this.#middle - y) / this.bucketPx);
  }

  /** The oldest column that is at least half in view. */
  get oldest(): number {
    return this.newest - Math.floor((this.plot.right - this.plot.left) / this.columnPx + 0.5) + 1;
  }

  get lowest(): number {
    return this.bucketAt(this.plot.bottom - this.bucketPx / 2);
  }

  get highest(): number {
    return this.bucketAt(this.plot.top + this.bucketPx / 2);
  }
}
