import type { Exact, WatchFrame, WatchViews } from "../views.js";
import { isExact, isNumber } from "./checks.js";
import { Component, type ComponentOptions, type Needs } from "./component.js";
import { currencies, fixed } from "./format.js";
import { element, setAttribute, setText } from "./place.js";
import { dirty, FrameScheduler } from "./scheduler.js";
import { StaleNote, staleSheet } from "./stale-note.js";
import { TapeRow } from "./tape-row.js";
import { copyTape, countNew, sizeSteps, type TapeTrade } from "./tape-trades.js";

export interface TapeOptions extends ComponentOptions {
  /** Trades shown, 1 to 1000. @default 40 */
  readonly count?: number;
  /** Only trades of at least this much base currency. @default every trade */
  readonly minSize?: Exact | undefined;
}

const mostTrades = 1000;
const leastMs = 100; // between two changes of the page
const rowPx = 22;

const sheet = `
.tape { display: flex; flex-direction: column; min-height: 160px; font-size: 0.8125rem; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 0.25rem; padding: 0 0 0.25rem 0.25rem; color: var(--_muted); font-size: 0.75rem; }
.said { flex: 1 1 auto; max-width: 100%; margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.head label { display: flex; align-items: center; gap: 0.25rem; white-space: nowrap; }
.hadal .head select { width: 6.25rem; color: var(--_text); }
.hadal .head button { color: var(--_text); }
.hadal .head button[aria-pressed="true"] { border-color: var(--_accent); color: var(--_accent); }
.scroll { flex: 1; min-height: 0; overflow-y: auto; scrollbar-width: thin; border-radius: 4px; }
.hadal .scroll:focus-visible { outline-offset: 0; }
table { width: 100%; border-collapse: collapse; }
thead th { position: sticky; top: 0; z-index: 1; padding: 0.125rem 0.5rem 0.25rem; background: var(--_plate); color: var(--_muted); font-size: 0.75rem; font-weight: 400; text-align: right; white-space: nowrap; }
thead th:nth-child(1) { width: 24%; text-align: left; }
thead th:nth-child(2) { width: 10%; padding-inline: 0; text-align: center; }
thead th:nth-child(3) { width: 30%; }
tbody tr { position: relative; height: ${rowPx}px; }
td { padding: 0 0.5rem; line-height: ${rowPx}px; text-align: right; white-space: nowrap; }
td:first-child { color: var(--_muted); text-align: left; }
.sign { padding: 0; text-align: center; font-size: 0.625rem; }
.price { font-weight: 600; }
[data-side="buy"] :is(.sign, .price) { color: var(--_bid); }
[data-side="sell"] :is(.sign, .price) { color: var(--_ask); }
.bar { position: absolute; inset: 1px 0 1px 66%; transform: scaleX(0); transform-origin: right; opacity: 0.16; pointer-events: none; }
[data-side="buy"] .bar { background: var(--_bid); }
[data-side="sell"] .bar { background: var(--_ask); }
.digits { position: relative; }
.zeros { opacity: 0.8; }
.tape[data-live="no"] :is(td, .sign, .price) { color: var(--_stale); }
.tape[data-live="no"] .bar { background: var(--_stale); }
.held { position: absolute; bottom: 12px; left: 50%; transform: translateX(-50%); margin: 0; padding: 0 0.75rem; border: 1px solid var(--_accent); border-radius: 1rem; background: var(--_plate);
  font-size: 0.75rem; font-weight: 600; line-height: 1.75rem; white-space: nowrap; pointer-events: none; }
.empty { margin: 0; padding: 2rem 1rem; color: var(--_muted); font-size: 0.875rem; font-weight: 500; text-align: center; }
@media (prefers-reduced-motion: no-preference) {
  .new { animation: new 500ms ease-out; }
  @keyframes new { from { background: color-mix(in srgb, var(--_accent) 14%, transparent); } }
}
@media (forced-colors: active) { .bar { forced-color-adjust: none; opacity: 0.35; } [data-side] .bar { background: GrayText; } }
@media (pointer: coarse) { tbody tr { height: 32px; } }
${staleSheet}`;

/**
 * The newest trades of a symbol, newest on top. It stands still while it is pointed at or has the keyboard's focus, and catches up afterwards. Fills its container,
 * which must have a height. Events: `minSize` (the size chosen, undefined for all), `pause` (whether paused).
 */
export class Tape extends Component<TapeOptions> {
  override get needs(): Needs {
    return { trades: true };
  }

  readonly #scheduler = new FrameScheduler((_, now) => (this.#draw(now), dirty.none));
  readonly #said = element("p", { class: "said" });
  readonly #held = element("p", { class: "held", part: "held", hidden: true });
  readonly #select = element("select");
  readonly #button = element("button", { type: "button", "aria-pressed": "false" }, "Pause");
  readonly #scroll = element("div", { class: "scroll", part: "scroll", role: "region", tabindex: 0 });
  readonly #table = element("table");
  readonly #caption = element("caption", { class: "unseen" });
  readonly #headings = ["Time", "Side", "Price", "Size"].map((name) => element("th", { scope: "col" }, name));
  readonly #body = element("tbody");
  readonly #empty = element("p", { class: "empty" });
  readonly #note = new StaleNote();
  #views!: WatchViews;
  #head: Head | undefined;
  #trades: readonly TapeTrade[] = [];
  #shown: readonly TapeTrade[] = [];
  #shownOf = "";
  #rows: TapeRow[] = []; // as in the page, newest first
  #largest = 0; // units, of all trades of the symbol seen so far
  #choices = "";
  #pointed = false;
  #focused = false;
  #drawnAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(container: HTMLElement | ShadowRoot, options: TapeOptions = {}) {
    super(container, "tape", sheet, options, { count: isNumber(1, mostTrades), minSize: isExact });
    this.#table.append(this.#caption, element("thead", {}, element("tr", {}, ...this.#headings)), this.#body);
    this.#scroll.append(this.#table, this.#empty);
    const label = element("label", {}, "Min. size", this.#select);
    this.root.append(element("div", { class: "head", part: "head" }, this.#said, label, this.#button), this.#note.element, this.#scroll, this.#held);
    this.#apply();
    this.#listen();
    this.update(undefined);
  }

  get views(): WatchViews {
    return this.#views;
  }

  protected show(frame: WatchFrame | undefined): void {
    if (frame?.symbol !== this.#head?.symbol) this.#largest = 0;
    this.#head = frame && { symbol: frame.symbol, priceScale: frame.priceScale, qtyScale: frame.qtyScale };
    this.#trades = frame?.tape ? copyTape(frame.tape, this.#trades) : [];
    for (const { size } of this.#trades) this.#largest = Math.max(this.#largest, size);
    this.#wake();
  }

  override set(options: Partial<TapeOptions>): void {
    super.set(options);
    this.#apply();
  }

  override destroy(): void {
    clearTimeout(this.#timer);
    this.#scheduler.stop();
    super.destroy();
  }

  protected redraw(): void {
    this.#wake();
  }

  #apply(): void {
    const { count = 40, minSize, label = "Trades" } = this.options;
    const tape = { count: Math.min(mostTrades, Math.max(1, Math.round(count) || 1)), ...(hasSize(minSize) && { minSize }) };
    const changed = JSON.stringify({ tape }) !== JSON.stringify(this.#views);
    this.#views = { tape };
    if (changed) this.onViews?.();
    setAttribute(this.#scroll, "aria-label", label);
    this.#wake();
  }

  /** Draws soon, and not too often. */
  #wake(): void {
    if (this.#timer !== undefined || this.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#scheduler.mark(dirty.data);
    }, Math.max(0, this.#drawnAt + leastMs - performance.now()));
  }

  // --- what is shown ---

  #draw(now: number): void {
    this.#drawnAt = now;
    const head = this.#head;
    const symbol = head?.symbol ?? "";
    const { notice } = this;
    this.#note.show(notice);
    setAttribute(this.root, "data-live", notice ? "no" : "yes");
    setAttribute(this.#button, "aria-pressed", String(this.paused));
    this.#showChoices();
    const held = this.paused || this.#pointed || this.#focused;
    const keep = held && symbol === this.#shownOf && this.#shown.length > 0;
    if (!keep) this.#showTrades(symbol);
    this.#showHeld(held);
    setText(this.#said, this.tags.join(" \u00b7 "));
    const isEmpty = this.#shown.length === 0;
    this.#table.hidden = isEmpty;
    this.#empty.hidden = !isEmpty;
    if (isEmpty) setText(this.#empty, this.#noTrades());
  }

  #showTrades(symbol: string): void {
    const { priceScale = 0, qtyScale = 0 } = this.#head ?? {};
    const next = this.#trades;
    if (symbol !== this.#shownOf) this.#shown = [];
    const { base, quote } = currencies(symbol);
    setText(this.#headings[2] as Node, `Price, ${quote}`);
    setText(this.#headings[3] as Node, `Size, ${base}`);
    setText(this.#caption, `${this.options.label ?? "Trades"} of ${symbol}, newest first: times of day here, prices in ${quote}, sizes in ${base}${this.caveats}`);
    const count = countNew(this.#shown, next);
    for (let i = count - 1; i >= 0; i--) {
      const row = (this.#rows.length >= next.length ? this.#rows.pop() : undefined) ?? new TapeRow();
      row.show(next[i] as TapeTrade, priceScale, qtyScale);
      row.element.className = count < next.length ? "new" : "";
      this.#body.prepend(row.element);
      this.#rows.unshift(row);
    }
    for (const row of this.#rows.splice(next.length)) row.element.remove();
    while (this.#rows.length < next.length) {
      const row = new TapeRow();
      row.show(next[this.#rows.length] as TapeTrade, priceScale, qtyScale);
      this.#body.append(row.element);
      this.#rows.push(row);
    }
    const largest = Math.max(0, ...next.map(({ size }) => size));
    for (const row of this.#rows) row.showBar(largest);
    this.#shown = next;
    this.#shownOf = symbol;
  }

  #showHeld(held: boolean): void {
    this.#held.hidden = !held || this.#shown.length === 0;
    if (this.#held.hidden) return;
    const count = countNew(this.#shown, this.#trades);
    setText(this.#held, `paused, ${count}${count > 0 && count === this.#trades.length ? " or more" : ""} new`);
  }

  #noTrades(): string {
    const { minSize } = this.options;
    if (!this.#head) return this.emptyText;
    return hasSize(minSize) ? `No trades of ${minSize} ${currencies(this.#head.symbol).base} or more yet` : "No trades yet";
  }

  /** Sizes to choose from: steps of this market, and the one that is chosen. Never changed under the reader's hands. */
  #showChoices(): void {
    const select = this.#select;
    if ((this.root.getRootNode() as ShadowRoot).activeElement === select) return;
    const { minSize } = this.options;
    const chosen = hasSize(minSize) ? String(minSize) : "";
    const { qtyScale = 0, symbol = "" } = this.#head ?? {};
    const sizes = sizeSteps(this.#largest).map((units) => plain(fixed(units, qtyScale)));
    if (chosen !== "" && !sizes.includes(chosen)) sizes.push(chosen);
    sizes.sort((a, b) => Number(a) - Number(b));
    const choices = `${symbol} ${sizes.join(" ")}`;
    if (choices !== this.#choices) {
      this.#choices = choices;
      select.replaceChildren(new Option("all", ""), ...sizes.map((size) => new Option(`${size} ${currencies(symbol).base}`, size)));
    }
    if (select.value !== chosen) select.value = chosen;
  }

  // --- what the reader does ---

  #listen(): void {
    const { signal } = this;
    const scroll = this.#scroll;
    const point = (pointed: boolean) => (event: PointerEvent) => {
      if (event.pointerType === "touch") return; // a finger is never lifted away to elsewhere
      this.#pointed = pointed;
      this.#wake();
    };
    const focus = (focused: boolean) => () => {
      this.#focused = focused && scroll.matches(":focus-visible");
      this.#wake();
    };
    scroll.addEventListener("pointerenter", point(true), { signal });
    scroll.addEventListener("pointerleave", point(false), { signal });
    scroll.addEventListener("focus", focus(true), { signal });
    scroll.addEventListener("blur", focus(false), { signal });
    this.#body.addEventListener("animationend", (event) => (event.target as Element).classList.remove("new"), { signal });
    this.#button.addEventListener("click", () => (this.paused = !this.paused), { signal });
    this.#select.addEventListener("change", () => this.#choose(this.#select.value), { signal });
    this.root.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target === this.#select || event.key.toLowerCase() !== "p") return;
      this.paused = !this.paused;
      this.announcer.say(this.paused ? "Trades paused" : "Trades go on");
    }, { signal });
  }

  #choose(size: string): void {
    const minSize = size === "" ? undefined : size;
    this.set({ minSize });
    this.tell("minSize", minSize);
  }
}

type Head = Pick<WatchFrame, "symbol" | "priceScale" | "qtyScale">;

const hasSize = (size: Exact | undefined): size is Exact => size !== undefined && size !== "" && Number(size) !== 0;
/** Without zeros at the end. */
const plain = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
