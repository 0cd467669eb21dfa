import type { Exact, FillView, WatchFrame, WatchViews } from "../views.js";
import { paintAxes, plotArea, sumUnit } from "./axis.js";
import { isBoolean, isExact, isOneOf, isOrder, type Checks } from "./checks.js";
import type { ComponentOptions } from "./component.js";
import { paintCrosshair, type Crosshair } from "./crosshair.js";
import { fixed } from "./format.js";
import { HeldBook, type HeldSide } from "./held-book.js";
import { actionOf, depthWords, keySheet, type DepthAction } from "./keys.js";
import { fillText } from "./order.js";
import { headerHeight, paintBook, paintHeader, paintNothing, sumsOf } from "./paint.js";
import { element, setAttribute, setText } from "./place.js";
import { PlotComponent } from "./plot-component.js";
import { readAt, readingText, stepPrice } from "./reading.js";
import { heightScales, Scale, type HeightScale } from "./scale.js";
import { dirty, type Dirty } from "./scheduler.js";
import { bookSentence, LevelTable } from "./speech.js";
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
  /** Speaks of the mid price, at most once in 5 s. @default false */
  readonly announce?: boolean;
}

const headerEveryMs = 100;
const noPlot = { left: 0, top: 0, right: 0, bottom: 0 };

const checks: Checks = { scale: isOneOf(heightScales), unit: isOneOf(["base", "quote"]), group: isExact, order: isOrder, announce: isBoolean };

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
export class DepthChart extends PlotComponent<DepthChartOptions, DepthAction> {
  readonly #table = new LevelTable();
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
    super(container, "depth", sheet, options, checks, { words: depthWords, actionOf });
    const table = element("div", { class: "unseen" }, this.#table.element);
    this.root.append(element("figure", { part: "figure" }, this.plot, this.#order, this.keys, this.#caption, table));
    this.#apply();
    this.say();
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
    if (other) this.clearCursor(); // a price of another market
    this.scheduler.mark(dirty.data);
    if (other) this.say();
  }

  override set(options: Partial<DepthChartOptions>): void {
    super.set(options);
    this.#apply();
  }

  /** Back to the first view (formula F-56). */
  override resetZoom(): void {
    this.#view.fit(this.#book, performance.now());
    this.tell("zoom", false);
    this.scheduler.mark(dirty.data);
  }

  /** Forgets the kept view, so that the next frame is fitted afresh. */
  resetView(): void {
    this.#view.reset();
    this.scheduler.mark(dirty.layout);
  }

  override destroy(): void {
    clearTimeout(this.#headerTimer);
    super.destroy();
  }

  protected override resized(): void {
    this.#painted = undefined;
    super.resized();
  }

  protected zoomBy(factor: number): void {
    if (!this.#view.zoom(factor, performance.now())) return;
    this.tell("zoom", true);
    this.scheduler.mark(dirty.data);
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
    setAttribute(this.plot, "aria-label", label);
    setText(this.#caption, `${label}: cumulative size by price, bids to the left of mid, asks to the right. Press ? for the keys. A table of the best ten levels follows.`);
  }

  #sums = (side: HeldSide): Float64Array => sumsOf(side, this.options.unit ?? "base");

  protected draw(level: Dirty, now: number): Dirty {
    let next: Dirty = dirty.none;
    if (level >= dirty.data) next = this.#drawData(now);
    this.#drawCursor();
    return next;
  }

  #drawData(now: number): Dirty {
    const surface = this.surface;
    const book = this.#book;
    const context = surface.begin(surface.data);
    const { unit = "base", scale: height = "linear" } = this.options;
    const { notice } = this;
    this.#scale = undefined;
    let next: Dirty = dirty.none;
    if (!this.#hasBook || book.bids.length + book.asks.length === 0) {
      const text = this.#hasBook ? emptyText(book.state, book.groupRefused) : this.emptyText;
      if (this.#painted) surface.begin(surface.back);
      this.#painted = undefined;
      paintNothing(context, this.theme, surface.width, surface.height, text);
    } else {
      if (this.#view.follow(book, this.#sums, unit + height, now, this.#reducedMotion.matches, notice !== undefined)) next = dirty.data;
      const { low, high, max } = this.#view;
      this.#scale = this.#axes(new Scale(noPlot, low, high, max, surface.ratio, height), unit);
      this.#header(this.#scale, unit, now);
      paintBook(context, this.theme, book, this.#scale, { unit, tags: this.tags, order: this.#fill, notice });
    }
    const noOrder = !this.#fill || !this.#hasBook || notice !== undefined;
    if (this.#order.hidden !== noOrder) this.#order.hidden = noOrder;
    if (this.#fill) setText(this.#order, fillText(book, this.#fill));
    this.#table.show(book, now);
    if (!notice) this.announcer.book(book, now);
    return next;
  }

  /** The axes stand still while the view does: they are painted when something of them is another. */
  #axes({ low, high, max, ratio, height }: Scale, unit: "base" | "quote"): Scale {
    const surface = this.surface;
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
        this.scheduler.mark(dirty.data);
      }, left);
      return;
    }
    this.#headerAt = now;
    paintHeader(this.surface.back, this.theme, this.#book, scale, unit, this.fine);
  }

  #drawCursor(): void {
    const scale = this.#scale;
    if (scale && this.#pointerX !== undefined) this.#moveTo(scale.price(this.#pointerX));
    const shown = scale !== undefined && this.#cursor !== undefined;
    if (!shown && !this.#pointed) return;
    const context = this.surface.begin(this.surface.overlay);
    this.#pointed = shown;
    if (scale === undefined || this.#cursor === undefined) return;
    const book = this.#book;
    const reading = readAt(book, this.#cursor);
    const sum = (of: number, total: number | null): number | null => {
      if (total === null || book.mid2 === null) return total;
      const bids = 2 * of < book.mid2;
      const side = bids ? book.bids : book.asks;
      return this.#sums(side)[side.countTo(of, bids ? -1 : 1) - 1] ?? 0;
    };
    const { mirror } = reading;
    const crosshair: Crosshair = { reading, text: readingText(book, reading), sum: sum(reading.price, reading.total), mirrored: mirror && sum(mirror.price, mirror.total) };
    paintCrosshair(context, this.theme, scale, crosshair, this.fine);
  }

  protected get readable(): boolean {
    return this.#scale !== undefined;
  }

  protected point(x: number): void {
    const { left = 0, right = 0 } = this.#scale?.plot ?? {};
    this.#pointerX = Math.min(Math.max(x, left), right);
    this.scheduler.mark(dirty.cursor);
  }

  protected act(action: DepthAction): void {
    if (action === "centre") {
      this.#view.centre(this.#book, performance.now());
      return this.scheduler.mark(dirty.data);
    }
    if (action === "speak") {
      this.announcer.on = !this.announcer.on;
      return this.announcer.say(this.announcer.on ? "Changes are spoken" : "Changes are not spoken");
    }
    const { low = 0, high = 0 } = this.#scale ?? {};
    const price = stepPrice(this.#book, this.#cursor, action, low, high);
    this.#pointerX = undefined;
    this.#moveTo(price);
    this.say();
    this.scheduler.mark(dirty.cursor);
  }

  #moveTo(price: number | undefined): void {
    if (price === this.#cursor) return;
    this.#cursor = price;
    this.tell("cursor", price === undefined ? undefined : readAt(this.#book, price));
  }

  protected clearCursor(): void {
    this.#pointerX = undefined;
    this.#moveTo(undefined);
    this.scheduler.mark(dirty.cursor);
  }

  protected say(): void {
    const book = this.#book;
    const number = (price: number | null | undefined): string => (price === undefined || price === null ? "0" : fixed(price, book.priceScale));
    const cursor = this.#cursor;
    const text = !this.#hasBook
      ? this.emptyText
      : cursor === undefined
        ? bookSentence(book)
        : readingText(book, readAt(book, cursor)).spoken;
    const { bids, asks } = book;
    setAttribute(this.plot, "aria-valuetext", text + this.caveats);
    setAttribute(this.plot, "aria-valuemin", number(bids.price[bids.length - 1] ?? asks.price[0]));
    setAttribute(this.plot, "aria-valuemax", number(asks.price[asks.length - 1] ?? bids.price[0]));
    setAttribute(this.plot, "aria-valuenow", number(cursor ?? bids.price[0] ?? asks.price[0]));
  }
}
