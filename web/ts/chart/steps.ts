import type { HeldSide } from "./held-book.js";
import type { Scale } from "./scale.js";

/** A curve that was traced: where it begins on the base, and where it ends. */
export interface Steps {
  readonly start: number;
  readonly end: { readonly x: number; readonly y: number };
  /** The side goes on beyond its last level, and that is in view. Nothing is known further out. */
  readonly isCut: boolean;
}

/**
 * Adds the curve of one side to a path, from the best level outward (formula F-32): vertical at a level, horizontal between levels.
 * A complete side goes on flat to the edge of the view; a cut side stops at its last level.
 */
export function traceSteps(path: CanvasPath, side: HeldSide, sums: Float64Array, sign: 1 | -1, cut: boolean, scale: Scale): Steps {
  const { plot } = scale;
  const edge = sign > 0 ? plot.right : plot.left;
  const { price, length } = side;
  const start = scale.x(price[0] ?? 0);
  const { low, ratio } = scale;
  const offset = plot.left * ratio;
  const wide = ((plot.right - plot.left) * ratio) / (scale.high - low);
  let x = start;
  let y = plot.bottom;
  let inView = true;
  let last = 0; // rows that share a column of pixels make one vertical line: its height is that of the last
  path.moveTo(x, y);
  for (let i = 0; i < length && inView; i++) {
    const next = Math.round(offset + ((price[i] ?? 0) - low) * wide) / ratio; // as scale.x(), whose parts stand still
    if (next !== x) {
      const higher = scale.y(last);
      if (higher !== y) {
        // What rises by less than a pixel is no step: the line goes on
        path.lineTo(x, y);
        path.lineTo(x, (y = higher));
      }
      x = next;
    }
    last = sums[i] ?? 0;
    inView = (x - edge) * sign < 0;
  }
  path.lineTo(x, y);
  path.lineTo(x, (y = scale.y(last)));
  if (!cut && inView) path.lineTo((x = edge), y);
  return { start, end: { x, y }, isCut: cut && inView };
}
