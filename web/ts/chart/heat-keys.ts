import { actionIn, plotKeys, type KeyWords } from "./keys.js";
import type { PlotAction } from "./plot-component.js";

/** Where a key leads: columns and buckets to go, or a place. */
export type HeatStep = readonly [columns: number, buckets: number] | "oldest" | "newest" | "middle";

/** What a key does on the heatmap. */
export type HeatAction = HeatStep | PlotAction;

const actions: Readonly<Record<string, HeatAction>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 10],
  PageDown: [0, -10],
  Home: "oldest",
  End: "newest",
  c: "middle",
  ...plotKeys,
};

export const heatKeyWords: KeyWords = [
  ["\u2190 \u2192", "one column"],
  ["\u2191 \u2193", "one row of prices"],
  ["Page \u2191 \u2193", "ten rows"],
  ["Home End", "oldest, newest column"],
  ["c", "to mid"],
  ["+  \u2212  0", "zoom prices in, out, back"],
  ["p", "pause the picture"],
  ["Esc", "leave"],
];

export const heatActionOf = actionIn(actions);
