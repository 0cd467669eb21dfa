import { currencies } from "./format.js";
import type { HeldHeat } from "./heat-data.js";
import { aboutSize } from "./heat-reading.js";
import { element, setAttribute, setText } from "./place.js";

export const toolSheet = `
.tools { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 0 0.25rem 0.25rem; color: var(--_muted); font-size: 0.75rem; }
.cuts { flex: 1; min-width: 0; display: flex; flex-wrap: wrap; gap: 0 1rem; }
.tools label { flex: 1 1 9rem; max-width: 16rem; display: grid; grid-template-columns: auto minmax(0, 1fr) 2.5rem; align-items: center; gap: 0.5rem; white-space: nowrap; }
.tools input { width: 100%; min-width: 0; height: 44px; margin: 0; accent-color: var(--_accent); cursor: pointer; }
.tools output { color: var(--_text); text-align: right; }
.tools button { color: var(--_text); }
.hadal .tools button[aria-pressed="true"] { border-color: var(--_accent); color: var(--_accent); }
@media (pointer: fine) { .tools input { height: 32px; } }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.625rem; margin: 0; padding: 0.25rem 0.25rem 0; list-style: none; color: var(--_muted); font-size: 0.75rem; }
.legend li { display: flex; align-items: center; gap: 0.3125rem; }
.legend li:last-child { margin-left: auto; }
.line { width: 20px; height: 0; border-top: 2px solid var(--_text); }
.swatch { width: 24px; height: 10px; border: 1px solid var(--_grid); border-radius: 2px; forced-color-adjust: none; }
.bids { background: linear-gradient(to right, var(--_plate), var(--_bid)); }
.asks { background: linear-gradient(to right, var(--_plate), var(--_ask)); }
.sizes { background: linear-gradient(to right, var(--_plate), var(--_muted)); }
.none { background: repeating-linear-gradient(135deg, var(--_muted) 0 1px, var(--_plate) 1px 4px); }
.partly { width: 6px; height: 4px; background: var(--_warn); }
.buys { color: var(--_bid); }
.sells { color: var(--_ask); }
[data-live="no"] .bids, [data-live="no"] .asks { background: linear-gradient(to right, var(--_plate), var(--_stale)); }
[data-live="no"] :is(.buys, .sells) { color: var(--_stale); }
`;

/** The percentiles that are cut off, and the pause button. */
export class HeatTools {
  readonly element: HTMLElement;
  readonly #low = slider();
  readonly #high = slider();
  readonly #button = element("button", { type: "button", "aria-pressed": "false" }, "Pause");

  /** @param onCut is called while a slider moves */
  constructor(onCut: (low: number, high: number) => void, onPause: () => void) {
    const label = (name: string, { input, output }: Slider): HTMLElement => element("label", {}, element("span", {}, name), input, output);
    this.element = element(
      "div", { class: "tools", part: "tools", role: "group", "aria-label": "Sizes shown, in percentiles" },
      element("div", { class: "cuts" }, label("Colour from", this.#low), label("to", this.#high)), this.#button,
    );
    this.#low.input.addEventListener("input", () => onCut(Math.min(this.#low.input.valueAsNumber, this.#high.input.valueAsNumber - 1), this.#high.input.valueAsNumber));
    this.#high.input.addEventListener("input", () => onCut(this.#low.input.valueAsNumber, Math.max(this.#high.input.valueAsNumber, this.#low.input.valueAsNumber + 1)));
    this.#button.addEventListener("click", onPause);
  }

  show(low: number, high: number, paused: boolean): void {
    for (const [{ input, output }, value] of [[this.#low, low], [this.#high, high]] as const) {
      if (input.valueAsNumber !== value) input.value = String(value);
      setText(output, `${value} %`);
      setAttribute(input, "aria-valuetext", `${value} %`);
    }
    setAttribute(this.#button, "aria-pressed", String(paused));
  }
}

interface Slider {
  readonly input: HTMLInputElement;
  readonly output: HTMLOutputElement;
}

const slider = (): Slider => ({ input: element("input", { type: "range", min: 0, max: 100, step: 1 }), output: element("output", { "aria-hidden": "true" }) });

/** What hues and marks mean, and how much the faintest and the strongest stand for. */
export class HeatLegend {
  readonly element: HTMLElement;
  readonly #faintest = document.createTextNode("");
  readonly #strongest = document.createTextNode("");
  readonly #sizes = element("li", { hidden: true });

  constructor() {
    const sign = (name: string, text: string): HTMLElement => element("span", { class: name, "aria-hidden": "true" }, text);
    const entry = (...parts: (Node | string)[]): HTMLElement => element("li", {}, ...parts);
    const swatch = (name: string): HTMLElement => element("span", { class: `swatch ${name}`, "aria-hidden": "true" });
    this.element = element(
      "ul", { class: "legend", part: "legend" },
      entry(swatch("bids"), "Bids"), entry(swatch("asks"), "Asks"), entry(swatch("none"), "No data"), entry(element("span", { class: "partly", "aria-hidden": "true" }), "Partly"),
      entry(element("span", { class: "line", "aria-hidden": "true" }), "Best prices"),
      entry(sign("buys", "\u25b2"), "Buys"), entry(sign("sells", "\u25bc"), "Sells"), this.#sizes,
    );
    this.#sizes.append(this.#faintest, swatch("sizes"), element("span", { class: "unseen" }, "to"), this.#strongest);
  }

  /** Sizes that the cut-offs stand for. */
  show(heat: HeldHeat | undefined, levels: Uint8Array): void {
    const { lo, hi } = heat?.view ?? {};
    const known = heat !== undefined && lo !== undefined && lo !== null && hi !== undefined && hi !== null;
    if (this.#sizes.hidden === known) this.#sizes.hidden = !known;
    if (!known) return;
    const size = (value: number): string => aboutSize(lo + ((value - 1) / 254) * (hi - lo), heat.qtyScale);
    setText(this.#faintest, size(Math.max(1, levels.lastIndexOf(0))));
    setText(this.#strongest, `${size(levels.indexOf(255))} ${currencies(heat.symbol).base}`);
  }
}
