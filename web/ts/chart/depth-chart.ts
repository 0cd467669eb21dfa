import { invalid } from "../error.js";
import type { Exact, FillView, WatchFrame, WatchViews } from "../views.js";
import { paintAxes, plotArea, sumUnit } from "./axis.js";
import { isBoolean, isExact, isOneOf, isOrder, isText, type Checks } from "./checks.js";
import { Component, type ComponentOptions } from "./component.js";
import { paintCrosshair, type Crosshair } from "./crosshair.js";
import { fixed } from "./format.js";
import { HeldBook, type HeldSide } from "./held-book.js";
import { actionOf, keyList, keySheet, spokenKeys, type Action } from "./keys.js";
import { fillText } from "./order.js";
import { headerHeight, paintBook, paintHeader, paintNothing, sumsOf } from "./paint.js";
import { element, setAttribute, setText } from "./place.js";
import { listenToPointers } from "./pointer.js";
import { readAt, readingText, stepPrice, type Reading } from "./reading.js";
import { heightScales, Scale, type HeightScale } from "./scale.js";
import { dirty, FrameScheduler, type Dirty } from "./scheduler.js";
import { bookSentence, LevelTable } from "./speech.js";
import { Surface } from "./surface.js";
import type { ChartTheme } from "./theme.js";
import { View } from "./view.js";
import { emptyText } from "./words.js";

export interface DepthChartOptions extends ComponentOptions {
  /** How a sum becomes a height. @default "linear" */
  readonly scale?: HeightScale;
  /** What the heights count: base currency, or the quote currency that it costs. @default "base" */
  readonly unit?: "base" | "quote";
  /** Price of a step: levels are gathered, in the core. @default every level */
  readonly group?: Exact | undefined;
  /** An order whose levels are shaded, with its average price. @default none */
  readonly order?: NonNullable<WatchViews["fill"]> | undefined;
  /** What the chart says while it has no book. @default "Waiting for a snapshot" */
  readonly emptyText?: string;
  /** Speaks of the mid price, at most once in 5 s. @default false */
  readonly announce?: boolean;
}

const zoomStep = 1.5;
const headerEveryMs = 100;
const waitingText = "Waiting for a snapshot";
const noPlot = { left: 0, top: 0, right: 0, bottom: 0 };

const checks: Checks = { scale: isOneOf(heightScales), unit: isOneOf(["base", "quote"]), group: isExact, order: isOrder, emptyText: isText, announce: isBoolean };

const sheet = `
.depth { min-height: 160px; }
.depth figure { position: absolute; inset: 0; margin: 0; }
.plot { position: absolute; inset: 0; touch-action: pan-y; user-select: none; -webkit-user-select: none; border-radius: 4px; }
.order { position: absolute; left: 50%; top: 76px; transform: translateX(-50%); max-width: calc(100% - 96px); margin: 0; padding: 0.125rem 0.625rem; border-radius: 1rem;
  background: var(--_plate); border: 1px solid var(--_accent); color: var(--_text); font-size: 0.75rem; text-align: center; pointer-events: none; }
${keySheet}`;

/**
 * Cumulative depth of one order book: bids left, asks right, one common scale; steps, never slopes, and a mark where a cut side ends. Fills its container, which
 * must have a height. Events: `cursor` (a Reading, or undefined), `zoom` (whether zoomed), `pause` (whether paused).
 */
export class DepthChart extends Component<DepthChartOptions> {
  readonly #plot: HTMLElement;
  readonly #surface: Surface;
  readonly #scheduler = new FrameScheduler((level, now) => this.#draw(level, now));
  readonly #table = new LevelTable();
  readonly #keys = keyList();
  readonly #order = element("p", { class: "order", part: "order", hidden: true });
  readonly #caption = element("figcaption", { class: "unseen" });
  readonly #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #view = new View();
  #book = new HeldBook();
  #hasBook = false;
  #fill: FillView | undefined;
  #orderOf: string | undefined;
  #views!: WatchViews;
  #scale: Scale | undefined;
  /** What the axes behind the data are of. */
  #painted: { readonly shape: string; readonly theme: ChartTheme; readonly scale: Scale } | undefined;
  #cursor: number | undefined; // a price in ticks
  #pointerX: number | undefined; // the pointer holds its place on screen while the view moves
  /** There is a crosshair on the overlay. */
  #pointed = false;
  #headerAt = -Infinity;
  #headerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(container: HTMLElement | ShadowRoot, options: DepthChartOptions = {}) {
    super(container, "depth", sheet, options, checks);
    this.#plot = element("div", { class: "plot", part: "plot", role: "slider", tabindex: 0 });
    const table = element("div", { class: "unseen" }, this.#table.element);
    this.root.append(element("figure", { part: "figure" }, this.#plot, this.#order, this.#keys, this.#caption, table));
    this.#surface = new Surface(this.#plot, () => {
      this.#painted = undefined; // a canvas of another size is empty
      this.#scheduler.mark(dirty.layout);
    });
    this.#apply();
    this.#listen();
    this.#say();
  }

  get views(): WatchViews {
    return this.#views;
  }

  protected show(frame: WatchFrame | undefined): void {
    const other = frame?.symbol !== this.#book.symbol;
    this.#hasBook = frame !== undefined;
    if (frame) this.#book.copy(frame);
    const { fill } = frame ?? {};
    this.#fill = fill && fill.side === this.options.order?.side ? { ...fill } : undefined;
    if (other) this.#clearCursor(); // a price of another market
    this.#scheduler.mark(dirty.data);
    if (other) this.#say();
  }

  override set(options: Partial<DepthChartOptions>): void {
    super.set(options);
    this.#apply();
  }

  /** Narrower around mid by a factor above 1, wider below. Throws `config_invalid` for what is no factor. */
  zoom(factor: number): void {
    if (!(factor > 0 && Number.isFinite(factor))) throw invalid(`factor: must be a number above 0, not ${String(factor)}`);
    if (factor === 1 || !this.#view.zoom(factor, performance.now())) return;
    this.tell("zoom", true);
    this.#scheduler.mark(dirty.data);
  }

  /** Back to the first view (formula F-56). */
  resetZoom(): void {
    this.#view.fit(this.#book, performance.now());
    this.tell("zoom", false);
    this.#scheduler.mark(dirty.data);
  }

  /** Forgets the kept view, so that the next frame is fitted afresh. */
  resetView(): void {
    this.#view.reset();
    this.#scheduler.mark(dirty.layout);
  }

  /** Shows the list of keys, or takes it away. @default the other way round */
  showKeys(shown = this.#keys.hidden): void {
    this.#keys.hidden = !shown;
    this.announcer.say(shown ? spokenKeys() : "");
  }

  override destroy(): void {
    clearTimeout(this.#headerTimer);
    this.#scheduler.stop();
    this.#surface.destroy();
    super.destroy();
  }

  protected redraw(): void {
    this.#scheduler.mark(dirty.layout);
  }

  #apply(): void {
    const { group, order, label = "Order book depth", announce = false } = this.options;
    const levels: WatchViews = group === undefined || group === "" ? { book: true } : { ladder: { levels: 0, group } };
    const views: WatchViews = order ? { ...levels, fill: order } : levels;
    const changed = JSON.stringify(views) !== JSON.stringify(this.#views);
    this.#views = views;
    if (changed) this.onViews?.();
    if (!order || JSON.stringify(order) !== this.#orderOf) this.#fill = undefined; // the answer to another question
    this.#orderOf = JSON.stringify(order);
    this.announcer.on = announce;
    setAttribute(this.#plot, "aria-label", label);
    setText(this.#caption, `${label}: cumulative size by price, bids to the left of mid, asks to the right. Press ? for the keys. A table of the best ten levels follows.`);
  }

  #sums = (side: HeldSide): Float64Array => sumsOf(side, this.options.unit ?? "base");

  #draw(level: Dirty, now: number): Dirty {
    const surface = this.#surface;
    if (!surface.visible) return dirty.none;
    let next: Dirty = dirty.none;
    if (level >= dirty.data) next = this.#drawData(now);
    this.#drawCursor();
    return next;
  }

  #drawData(now: number): Dirty {
    const surface = this.#surface;
    const book = this.#book;
    const context = surface.begin(surface.data);
    const { unit = "base", scale: height = "linear", emptyText: waiting = waitingText } = this.options;
    const { notice } = this;
    this.#scale = undefined;
    let next: Dirty = dirty.none;
    if (!this.#hasBook || book.bids.length + book.asks.length === 0) {
      const text = this.#hasBook ? emptyText(book.state, book.refused) : waiting;
      if (this.#painted) surface.begin(surface.back);
      this.#painted = undefined;
      paintNothing(context, this.theme, surface.width, surface.height, text);
    } else {
      if (this.#view.follow(book, this.#sums, unit + height, now, this.#reducedMotion.matches)) next = dirty.data;
      const { low, high, max } = this.#view;
      this.#scale = this.#axes(new Scale(noPlot, low, high, max, surface.ratio, height), unit);
      this.#header(this.#scale, unit, now);
      paintBook(context, this.theme, book, this.#scale, { unit, tags: this.tags, order: this.#fill, notice });
    }
    this.#order.hidden = !this.#fill || !this.#hasBook || notice !== undefined;
    if (this.#fill) setText(this.#order, fillText(book, this.#fill));
    this.#table.show(book, now);
    if (!notice) this.announcer.book(book, now);
    return next;
  }

  /** The axes stand still while the view does: they are painted when something of them is another. */
  #axes({ low, high, max, ratio, height }: Scale, unit: "base" | "quote"): Scale {
    const surface = this.#surface;
    const book = this.#book;
    const shape = [low, high, max, ratio, height, unit, surface.width, surface.height, book.symbol, book.priceScale, book.qtyScale, this.fine].join();
    const known = this.#painted;
    if (known?.shape === shape && known.theme === this.theme) return known.scale;
    const context = surface.begin(surface.back);
    const of = sumUnit(book, unit);
    const plot = plotArea(context, this.theme, of, max, { width: surface.width, height: surface.height, header: headerHeight, kind: height });
    const scale = new Scale(plot, low, high, max, ratio, height);
    paintAxes(context, this.theme, book, scale, of);
    this.#painted = { shape, theme: this.theme, scale };
    this.#headerAt = -Infinity;
    return scale;
  }

  /** Numbers to be read: at once when the view or the state is another, else a few times a second; and never an old one for long. */
  #header(scale: Scale, unit: "base" | "quote", now: number): void {
    const left = this.#headerAt + headerEveryMs - now;
    if (left > 0) {
      this.#headerTimer ??= setTimeout(() => {
        this.#headerTimer = undefined;
        this.#scheduler.mark(dirty.data);
      }, left);
      return;
    }
    this.#headerAt = now;
    paintHeader(this.#surface.back, this.theme, this.#book, scale, unit, this.fine);
  }

  #drawCursor(): void {
    const scale = this.#scale;
    if (scale && this.#pointerX !== undefined) this.#moveTo(scale.price(this.#pointerX));
    const shown = scale !== undefined && this.#cursor !== undefined;
    if (!shown && !this.#pointed) return;
    const context = this.#surface.begin(this.#surface.overlay);
    this.#pointed = shown;
    if (scale === undefined || this.#cursor === undefined) return;
    const book = this.#book;
    const reading = readAt(book, this.#cursor);
    const sum = (of: Reading["price"], total: number | null): number | null => {
      if (total === null || book.mid2 === null) return total;
      const bids = 2 * of < book.mid2;
      const side = bids ? book.bids : book.asks;
      return this.#sums(side)[side.countTo(of, bids ? -1 : 1) - 1] ?? 0;
    };
    const { mirror } = reading;
    const crosshair: Crosshair = { reading, text: readingText(book, reading), sum: sum(reading.price, reading.total), mirrored: mirror && sum(mirror.price, mirror.total) };
    paintCrosshair(context, this.theme, scale, crosshair, this.fine);
  }

  #listen(): void {
    const { signal } = this;
    const plot = this.#plot;
    listenToPointers(plot, {
      point: (x) => {
        const area = this.#scale?.plot;
        if (!area) return;
        this.#pointerX = Math.min(Math.max(x, area.left), area.right);
        this.#scheduler.mark(dirty.cursor);
      },
      leave: () => this.#clearCursor(),
      zoom: (factor) => this.zoom(factor),
    }, signal);
    plot.addEventListener("blur", () => this.#clearCursor(), { signal });
    plot.addEventListener("focus", () => this.#say(), { signal });
    plot.addEventListener("keydown", (event) => {
      const action = actionOf(event);
      if (!action || (!this.#scale && action !== "help" && action !== "leave")) return;
      event.preventDefault();
      this.#act(action);
    }, { signal });
  }

  #act(action: Action): void {
    switch (action) {
      case "zoomIn":
        return this.zoom(zoomStep);
      case "zoomOut":
        return this.zoom(1 / zoomStep);
      case "fit":
        return this.resetZoom();
      case "centre":
        this.#view.centre(this.#book, performance.now());
        return this.#scheduler.mark(dirty.data);
      case "pause":
        this.paused = !this.paused;
        return this.announcer.say(this.paused ? "Picture paused" : "Picture goes on");
      case "speak":
        this.announcer.on = !this.announcer.on;
        return this.announcer.say(this.announcer.on ? "Changes are spoken" : "Changes are not spoken");
      case "help":
        return this.showKeys();
      case "leave":
        this.#keys.hidden = true;
        this.#clearCursor();
        return this.#say();
      default: {
        const { low = 0, high = 0 } = this.#scale ?? {};
        const price = stepPrice(this.#book, this.#cursor, action, low, high);
        this.#pointerX = undefined;
        this.#moveTo(price);
        this.#say();
        this.#scheduler.mark(dirty.cursor);
      }
    }
  }

  #moveTo(price: number | undefined): void {
    if (price === this.#cursor) return;
    this.#cursor = price;
    this.tell("cursor", price === undefined ? undefined : readAt(this.#book, price));
  }

  #clearCursor(): void {
    this.#pointerX = undefined;
    this.#moveTo(undefined);
    this.#scheduler.mark(dirty.cursor);
  }

  /** Spoken value: only on focus and keys, so that a running book does not talk. */
  #say(): void {
    const book = this.#book;
    const number = (price: number | null | undefined): string => (price === undefined || price === null ? "0" : fixed(price, book.priceScale));
    const cursor = this.#cursor;
    const text = !this.#hasBook
      ? (this.options.emptyText ?? waitingText)
      : cursor === undefined
        ? bookSentence(book)
        : readingText(book, readAt(book, cursor)).spoken;
    const { bids, asks } = book;
    setAttribute(this.#plot, "aria-valuetext", text + this.caveats);
    setAttribute(this.#plot, "aria-valuemin", number(bids.price[bids.length - 1] ?? asks.price[0]));
    setAttribute(this.#plot, "aria-valuemax", number(asks.price[asks.length - 1] ?? bids.price[0]));
    setAttribute(this.#plot, "aria-valuenow", number(cursor ?? bids.price[0] ?? asks.price[0]));
  }
}
