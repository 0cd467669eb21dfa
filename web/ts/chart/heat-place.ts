import type { HeldHeat } from "./heat-data.js";
import type { HeatStep } from "./heat-keys.js";
import type { HeatScale } from "./heat-scale.js";

/** A cell, by the index of its column and its bucket. */
export interface HeatCell {
  readonly index: number;
  readonly bucket: number;
}

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The cell under a pointer; at the edge where the pointer is beyond the plot. */
export function cellAt(scale: HeatScale, x: number, y: number): HeatCell {
  const { plot } = scale;
  return { index: scale.indexAt(within(x, plot.left + 1, plot.right)), bucket: scale.bucketAt(within(y, plot.top, plot.bottom)) };
}

/** Where a key leads. The first one, without a cell to start from, shows where the cursor is: at mid, in the column under way. */
export function stepCell(heat: HeldHeat, scale: HeatScale, from: HeatCell | undefined, step: HeatStep): HeatCell {
  const middle = heat.middle ?? scale.centre;
  const oldest = Math.max(scale.oldest, heat.view.index);
  let { index, bucket } = from ?? { index: scale.newest, bucket: middle };
  if (step === "oldest") index = oldest;
  else if (step === "newest") index = scale.newest;
  else if (step === "middle") bucket = middle;
  else if (from) [index, bucket] = [index + step[0], bucket + step[1]];
  return { index: within(index, oldest, scale.newest), bucket: within(bucket, scale.lowest, scale.highest) };
}
