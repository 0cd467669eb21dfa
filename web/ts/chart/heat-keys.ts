import type { KeyWords } from "./keys.js";
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
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  _: "zoomOut",
  0: "fit",
  p: "pause",
  "?": "help",
  Escape: "leave",
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

/** None for keys held with Ctrl, Alt or Meta, which are the browser's. */
export function heatActionOf(event: KeyboardEvent): HeatAction | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return Object.hasOwn(actions, key) ? actions[key] : undefined;
}
