import type { BookState } from "../types.js";
import type { Exact, WatchFrame, WatchViews } from "../views.js";
import { CentredScroll } from "./centred-scroll.js";
import { isBoolean, isExact, isNumber, type Checks } from "./checks.js";
import { Component, type ComponentOptions, type Needs } from "./component.js";
import { currencies } from "./format.js";
import { LadderRow } from "./ladder-row.js";
import { csvOf, ladderText, needsText, type LadderText } from "./ladder-text.js";
import { element, setAttribute, setText } from "./place.js";
import { dirty, FrameScheduler } from "./scheduler.js";
import { StaleNote, staleSheet } from "./stale-note.js";
import { emptyText } from "./words.js";

export interface LadderOptions extends ComponentOptions {
  /** Rows a side, 10 to 25. @default as many as fit */
  readonly rows?: number | undefined;
  /** Price of a row: levels are gathered, in the core. @default every level */
  readonly group?: Exact | undefined;
  /** Mark the row of the last trade: subscribes the symbol's trades. @default true */
  readonly lastTrade?: boolean;
}

const fewestRows = 10;
const mostRows = 25;
const rowPx = 22;
const headPx = 96; // toolbar, headings, spread
const saidMs = 4000;

const checks: Checks = { rows: isNumber(fewestRows, mostRows), group: isExact, lastTrade: isBoolean };

const sheet = `
.ladder { display: flex; flex-direction: column; min-height: 0; font-size: 0.8125rem; }
.bar-top { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 0.25rem 0.5rem; min-height: 32px; padding: 0 0.25rem; color: var(--_muted); }
.tags { max-width: 100%; margin: 0; overflow: hidden; text-overflow: ellipsis; font-size: 0.75rem; white-space: nowrap; }
.bar-top .said { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.75rem; }
.scroll { position: relative; flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: auto; scrollbar-width: thin; display: flex; }
table { width: 100%; margin: auto 0; border-collapse: collapse; table-layout: fixed; }
thead th { position: sticky; top: 0; z-index: 2; padding: 0.125rem 0.5rem 0.25rem; background: var(--_plate); color: var(--_muted); font-size: 0.75rem; font-weight: 400; text-align: right; }
thead th:first-child { text-align: left; }
tbody tr { position: relative; height: ${rowPx}px; line-height: ${rowPx}px; }
tbody th, tbody td { position: relative; padding: 0 0.5rem; text-align: right; font-weight: 400; white-space: nowrap; overflow: hidden; }
tbody th { overflow: visible; text-align: left; position: static; }
tbody th, td { line-height: inherit; }
.hadal .price { min-height: 0; min-width: 0; padding: 0; border: 0; background: none; font-weight: 600; line-height: inherit; }
.price::after { content: ""; position: absolute; inset: 0; } /* the whole row can be pressed */
[data-side="bid"] .price { color: var(--_bid); }
[data-side="ask"] .price { color: var(--_ask); }
.bar { position: absolute; inset: 1px 0; transform: scaleX(0); transform-origin: right; opacity: 0.14; pointer-events: none; }
[data-side="bid"] .bar { background: var(--_bid); }
[data-side="ask"] .bar { background: var(--_ask); }
tbody tr:hover:not(.spread) { background: color-mix(in srgb, var(--_muted) 12%, transparent); }
.digits { position: relative; }
.zeros { opacity: 0.8; }
.mark { display: inline-block; width: 0; height: 0; margin-left: 0.375rem; border: 4px solid transparent; border-right: 6px solid var(--_accent); border-left: 0; vertical-align: baseline; position: relative; }
.spread td { height: 46px; line-height: 1.25; border-block: 1px solid var(--_grid); color: var(--_muted); text-align: left; overflow: hidden; text-overflow: ellipsis; }
.spread td:last-child { text-align: right; }
.spread strong { color: var(--_text); font-weight: 600; font-size: 0.9375rem; }
.spread .small { display: block; font-size: 0.75rem; }
.spread [data-buy="1"] { color: var(--_bid); }
.spread [data-buy="0"] { color: var(--_ask); }
.ladder[data-live="no"] .bar { background: var(--_stale); }
.ladder[data-live="no"] .price { color: var(--_stale); }
.ladder[data-live="no"] td, .ladder[data-live="no"] td :is(strong, .small) { color: var(--_stale); }
.empty { margin: auto; padding: 0 1rem; color: var(--_muted); font-weight: 500; text-align: center; }
@media (forced-colors: active) { .bar { forced-color-adjust: none; background: GrayText; opacity: 0.35; } }
@media (pointer: coarse) { tbody tr:not(.spread) { height: 44px; line-height: 44px; } .bar-top { min-height: 44px; } }
${staleSheet}`;

/**
 * The levels of a book around its spread as a table: asks above, bids below, exact digits, bars of the running total on the scale that both sides share. It stays
 * centred on the spread until it is scrolled; then a button and the key `c` bring it back. Events: `copy` (the text that was copied).
 */
export class Ladder extends Component<LadderOptions> {
  /** Asked for when somebody begins to feed it. */
  override get needs(): Needs {
    return { trades: this.options.lastTrade ?? true };
  }

  readonly #scheduler = new FrameScheduler(() => (this.#paint(), dirty.none));
  readonly #scroll = element("div", { class: "scroll", part: "scroll" });
  readonly #table = element("table");
  readonly #caption = element("caption", { class: "unseen" });
  readonly #headings = ["Price", "Size", "Total"].map((name) => element("th", { scope: "col" }, name));
  readonly #asks = element("tbody");
  readonly #bids = element("tbody");
  readonly #spreadRow = element("tr", { class: "spread" });
  readonly #mid = element("strong");
  readonly #spread = element("span", { class: "small" });
  readonly #last = element("span", { class: "small" });
  readonly #note = new StaleNote();
  readonly #tags = element("p", { class: "tags" });
  readonly #said = element("p", { class: "said", role: "status" });
  readonly #centre = element("button", { type: "button", hidden: true }, "Centre");
  readonly #csv = element("button", { type: "button", title: "Copy all rows as CSV" }, "CSV");
  readonly #empty = element("p", { class: "empty" });
  readonly #observer: ResizeObserver;
  readonly #centring: CentredScroll;
  #rows: { asks: LadderRow[]; bids: LadderRow[] } = { asks: [], bids: [] };
  #fitting = fewestRows;
  #views!: WatchViews;
  #exact = false;
  #state: BookState | undefined;
  #groupRefused = false;
  #saidTimer: ReturnType<typeof setTimeout> | undefined;
  #texts: LadderText | undefined;

  constructor(container: HTMLElement | ShadowRoot, options: LadderOptions = {}) {
    super(container, "ladder", sheet, options, checks);
    this.#spreadRow.append(element("td", { colspan: 2 }, this.#mid, this.#spread), element("td", {}, this.#last));
    this.#table.append(this.#caption, element("thead", {}, element("tr", {}, ...this.#headings)), this.#asks, element("tbody", {}, this.#spreadRow), this.#bids);
    this.#scroll.append(this.#table, this.#empty);
    this.root.append(element("div", { class: "bar-top", part: "bar" }, this.#tags, this.#said, this.#centre, this.#csv), this.#note.element, this.#scroll);
    this.#centring = new CentredScroll(this.#scroll, this.#spreadRow, this.#headings[0], this.signal);
    this.#centring.onChange = (centred) => (this.#centre.hidden = centred);
    this.#apply();
    this.#listen();
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(this.#scroll);
    this.update(undefined);
  }

  get views(): WatchViews {
    return this.#views;
  }

  protected show(frame: WatchFrame | undefined): void {
    // A frame is lent: it becomes text at once; the DOM follows with the next picture.
    this.#state = frame?.state;
    this.#groupRefused = frame?.ladder === null;
    this.#texts = frame?.ladder ? ladderText(frame, frame.ladder) : undefined;
    if (frame?.ladder && !this.#exact && needsText(frame.ladder)) {
      this.#exact = true; // from the next frame on
      queueMicrotask(() => this.#apply());
    }
    this.#scheduler.mark(dirty.data);
  }

  override set(options: Partial<LadderOptions>): void {
    super.set(options);
    this.#apply();
  }

  override destroy(): void {
    clearTimeout(this.#saidTimer);
    this.#observer.disconnect();
    this.#scheduler.stop();
    super.destroy();
  }

  protected redraw(): void {
    this.#scheduler.mark(dirty.layout);
  }

  // --- what is shown ---

  #paint(): void {
    const texts = this.#texts;
    const { notice } = this;
    if (this.#rows.asks.length !== this.#count) this.#makeRows(this.#count);
    this.#note.show(notice);
    setAttribute(this.root, "data-live", notice ? "no" : "yes");
    setText(this.#tags, this.tags.join(" \u00b7 "));
    const isEmpty = !texts || texts.bids.length + texts.asks.length === 0;
    if (this.#table.hidden !== isEmpty) {
      this.#table.hidden = isEmpty;
      this.#centring.invalidate();
    }
    if (this.#empty.hidden === isEmpty) this.#empty.hidden = !isEmpty;
    if (isEmpty) {
      setText(this.#empty, this.#state ? emptyText(this.#state, this.#groupRefused) : this.emptyText);
      return;
    }
    const { base, quote } = currencies(texts.symbol);
    ["Price", "Size", "Total"].forEach((name, i) => setText(this.#headings[i] as Node, `${name}, ${i === 0 ? quote : base}`));
    setText(this.#caption, `${this.options.label ?? "Order book"} ${texts.symbol}: asks above the spread, bids below, best in the middle${this.caveats}`);
    for (const [made, shown] of [[this.#rows.asks, texts.asks], [this.#rows.bids, texts.bids]] as const) {
      made.forEach((row, i) => {
        const text = shown[i];
        if (text) row.show(text.price, text.size, text.total, text.bar, text.marked);
        else row.clear();
      });
    }
    setText(this.#mid, texts.mid || (texts.bids.length === 0 ? "No bids" : "No asks"));
    setText(this.#spread, texts.spread);
    setText(this.#last, texts.last ? `last ${texts.last.price} ${texts.last.buy ? "\u25b2" : "\u25bc"}` : "");
    setAttribute(this.#last, "data-buy", texts.last ? (texts.last.buy ? "1" : "0") : undefined);
    this.#centring.settle();
  }

  // --- rows and their place ---

  /** A side. */
  get #count(): number {
    return Math.min(mostRows, Math.max(fewestRows, Math.round(this.options.rows ?? this.#fitting)));
  }

  #makeRows(count: number): void {
    const focused = this.#focused();
    const make = (side: "bid" | "ask"): LadderRow[] => Array.from({ length: count }, () => new LadderRow(side));
    this.#rows = { asks: make("ask"), bids: make("bid") };
    this.#asks.replaceChildren(...[...this.#rows.asks].reverse().map(({ element }) => element));
    this.#bids.replaceChildren(...this.#rows.bids.map(({ element }) => element));
    this.#tabbable(this.#rows.bids[0]);
    this.#centring.invalidate();
    if (focused) this.#rows.bids[0]?.button.focus({ preventScroll: true });
  }

  /** From the highest price to the lowest. */
  get #ordered(): LadderRow[] {
    return [...[...this.#rows.asks].reverse(), ...this.#rows.bids];
  }

  #focused(): LadderRow | undefined {
    const active = (this.root.getRootNode() as ShadowRoot).activeElement;
    return this.#ordered.find(({ button }) => button === active);
  }

  /** One row at a time takes part in the page's tab order. */
  #tabbable(row: LadderRow | undefined): void {
    for (const one of this.#ordered) one.button.tabIndex = one === row ? 0 : -1;
  }

  #resized(): void {
    const row = this.#rows.bids[0]?.element.offsetHeight || rowPx;
    const fitting = Math.floor((this.root.clientHeight - headPx) / row / 2);
    const rows = Math.min(mostRows, Math.max(fewestRows, fitting));
    if (rows !== this.#fitting) {
      this.#fitting = rows;
      this.#apply();
    }
    this.#centring.invalidate();
    this.#scheduler.mark(dirty.layout);
  }

  // --- what the reader does ---

  #listen(): void {
    const { signal } = this;
    this.#centre.addEventListener("click", () => this.#centring.set(true), { signal });
    this.#csv.addEventListener("click", () => void this.#copy(this.#texts ? csvOf(this.#texts) : "", "all rows"), { signal });
    this.#table.addEventListener("click", (event) => {
      const row = this.#ordered.find(({ button }) => button === event.target);
      if (row) this.#press(row);
    }, { signal });
    this.root.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  #press(row: LadderRow): void {
    this.#tabbable(row);
    void this.#copy(row.text, row.price);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key.toLowerCase() === "c") return this.#centring.set(true);
    const rows = this.#ordered.filter(({ button }) => !button.hidden);
    const at = rows.findIndex((row) => row === this.#focused());
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: rows.length - 1 };
    const to = moves[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
    this.#tabbable(row);
    row?.button.focus();
  }

  async #copy(text: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setText(this.#said, `Copied ${what}`);
    } catch {
      setText(this.#said, "This page may not write to the clipboard");
    }
    clearTimeout(this.#saidTimer);
    if (!this.signal.aborted) this.#saidTimer = setTimeout(() => setText(this.#said, ""), saidMs);
    this.tell("copy", text);
  }

  #apply(): void {
    const { group } = this.options;
    const levels = this.#count;
    const ladder = group === undefined || group === "" ? { levels } : { levels, group };
    const views: WatchViews = { ladder, ...(this.needs.trades && { tape: { count: 1 } }), ...(this.#exact && { book: true }) };
    if (JSON.stringify(views) === JSON.stringify(this.#views)) return;
    this.#views = views;
    this.onViews?.();
  }
}
