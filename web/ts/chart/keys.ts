import { element } from "./place.js";
import type { PlotAction } from "./plot-component.js";
import type { Step } from "./reading.js";

/** What a key does on the chart. */
export type DepthAction = Step | "centre" | "speak";
type Action = DepthAction | PlotAction;

interface Key {
  readonly keys: readonly string[];
  readonly action: Action;
}

const actions: readonly Key[] = [
  { keys: ["ArrowRight", "ArrowUp"], action: "next" },
  { keys: ["ArrowLeft", "ArrowDown"], action: "previous" },
  { keys: ["PageUp"], action: "next10" },
  { keys: ["PageDown"], action: "previous10" },
  { keys: ["Home"], action: "first" },
  { keys: ["End"], action: "last" },
  { keys: ["b"], action: "bestBid" },
  { keys: ["a"], action: "bestAsk" },
  { keys: ["c"], action: "centre" },
  { keys: ["+", "="], action: "zoomIn" },
  { keys: ["-", "_"], action: "zoomOut" },
  { keys: ["0"], action: "fit" },
  { keys: ["p"], action: "pause" },
  { keys: ["s"], action: "speak" },
  { keys: ["?"], action: "help" },
  { keys: ["Escape"], action: "leave" },
];

/** What `?` lists. */
export const depthWords: KeyWords = [
  ["\u2190 \u2192", "one level"],
  ["Page \u2191 \u2193", "ten levels"],
  ["Home End", "first, last level in view"],
  ["b  a", "best bid, best ask"],
  ["+  \u2212  0", "zoom in, out, back"],
  ["c", "centre on mid"],
  ["p", "pause the picture"],
  ["s", "speak changes, at most every 5 s"],
  ["Esc", "leave"],
];

/** None for keys that are not the chart's, and for those held with Ctrl, Alt or Meta, which are the browser's. */
export function actionOf(event: KeyboardEvent): Action | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return actions.find(({ keys }) => keys.includes(key))?.action;
}

export const keySheet = `
.keys { position: absolute; inset: 12px 12px auto auto; max-width: calc(100% - 24px); z-index: 2; padding: 0.75rem 1rem; border: 1px solid var(--_grid); border-radius: 0.625rem;
  background: var(--_plate); color: var(--_text); font-size: 0.8125rem; box-shadow: 0 8px 24px rgb(0 0 0 / 0.2); }
.keys h3 { margin: 0 0 0.375rem; font-size: inherit; }
.keys dl { display: grid; grid-template-columns: auto 1fr; gap: 0.125rem 1rem; margin: 0; }
.keys dt { font-weight: 600; white-space: pre; }
.keys dd { margin: 0; color: var(--_muted); }
`;

export type KeyWords = readonly (readonly [keys: string, does: string])[];

/** A list of keys, and the same as a sentence. */
export function keyList(of: KeyWords): HTMLElement {
  const list = element("dl");
  for (const [keys, does] of of) list.append(element("dt", {}, keys), element("dd", {}, does));
  return element("div", { class: "keys", part: "keys", role: "note", "aria-label": "Keys", hidden: true }, element("h3", {}, "Keys"), list);
}

export const spokenKeys = (of: KeyWords): string => of.map(([keys, does]) => `${keys}: ${does}`).join("; ");
