import { element } from "./place.js";
import type { PlotAction } from "./plot-component.js";
import type { Step } from "./reading.js";

/** What a key does on the chart. */
export type DepthAction = Step | "centre" | "speak";
type Action = DepthAction | PlotAction;

/** What keys do on every plot. */
export const plotKeys: Readonly<Record<string, PlotAction>> = { "+": "zoomIn", "=": "zoomIn", "-": "zoomOut", _: "zoomOut", 0: "fit", p: "pause", "?": "help", Escape: "leave" };

/** Looks a key up. None for those that are not in the table, and for those held with Ctrl, Alt or Meta, which are the browser's. */
export const actionIn = <Found>(table: Readonly<Record<string, Found>>) => (event: KeyboardEvent): Found | undefined => {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return Object.hasOwn(table, key) ? table[key] : undefined;
};

const actions: Readonly<Record<string, Action>> = {
  ArrowRight: "next",
  ArrowUp: "next",
  ArrowLeft: "previous",
  ArrowDown: "previous",
  PageUp: "next10",
  PageDown: "previous10",
  Home: "first",
  End: "last",
  b: "bestBid",
  a: "bestAsk",
  c: "centre",
  s: "speak",
  ...plotKeys,
};

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

export const actionOf = actionIn(actions);

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
