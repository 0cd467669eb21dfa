/** Smallest of {1, 2, 5} x 10^e that is at least span / count, and at least 1 (formula F-48). 0 when span <= 0. */
export function axisStep(span: number, count: number): number {
  if (!(span > 0)) return 0;
  const wanted = span / Math.max(1, count);
  for (let decade = 1; ; decade *= 10) {
    for (const factor of [1, 2, 5]) if (factor * decade >= wanted) return factor * decade;
  }
}

const mostMarks = 100;

/** Multiples of step inside [low, high], at most 100: prices too large for doubles to tell apart must not hang the page. */
export function axisMarks(low: number, high: number, step: number): number[] {
  const marks: number[] = [];
  if (!(step > 0)) return marks;
  const first = Math.ceil(low / step);
  for (let i = 0; i < mostMarks && (first + i) * step <= high; ++i) marks.push((first + i) * step);
  return marks;
}

/** A rectangle in CSS pixels. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How a sum becomes a height. */
export type HeightScale = "linear" | "log";
export const heightScales: readonly HeightScale[] = ["linear", "log"];

const logEnd = Math.log(1001);

/** Part of the full height at a part of the largest sum (formula F-32); only drawn, so that the platform's logarithm will do. */
export function heightAt(part: number, scale: HeightScale): number {
  return scale === "log" ? Math.log(1 + 1000 * part) / logEnd : part;
}

/** Map of price and sum to CSS pixels, landing on whole device pixels so that steps stay crisp. */
export class Scale {
  constructor(
    readonly plot: Rect,
    /** Prices at the left and right edge, in ticks. */
    readonly low: number,
    readonly high: number,
    /** Sum at the upper edge, in the units of the chart. */
    readonly max: number,
    /** Device pixels in a CSS pixel. */
    readonly ratio: number,
    readonly height: HeightScale = "linear",
  ) {}

  x(price: number): number {
    const { left, right } = this.plot;
    return this.snap(left + ((right - left) * (price - this.low)) / (this.high - this.low));
  }

  y(sum: number): number {
    const { top, bottom } = this.plot;
    return this.snap(this.max > 0 ? bottom - (bottom - top) * heightAt(sum / this.max, this.height) : bottom);
  }

  /** Price under a pixel, to the nearest tick. */
  price(x: number): number {
    const { left, right } = this.plot;
    return Math.round(this.low + ((this.high - this.low) * (x - left)) / (right - left));
  }

  snap(pixel: number): number {
    return Math.round(pixel * this.ratio) / this.ratio;
  }
}
