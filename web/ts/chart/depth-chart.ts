import type { BookFrame } from "../types.js";
import { plotArea } from "./axis.js";
import { paintCrosshair } from "./crosshair.js";
import { fixed } from "./format.js";
import { HeldBook } from "./held-book.js";
import { headerHeight, paintBook, paintNothing } from "./paint.js";
import { readAt, stepPrice } from "./reading.js";
import { Scale } from "./scale.js";
import { dirty, FrameScheduler, type Dirty } from "./scheduler.js";
import { Surface } from "./surface.js";
import { readTheme, type ChartTheme } from "./theme.js";
import { View } from "./view.js";

export interface DepthChartOptions {
  /** Prints "simulated" on the chart. @default false */
  readonly simulated?: boolean;
  /** Accessible name. @default "Order book depth" */
  readonly label?: string;
  /** Colours and font, over the custom properties of the page. @default none */
  readonly theme?: Partial<ChartTheme>;
  /** What the chart says while it has no book. @default "Waiting for a snapshot" */
  readonly emptyText?: string;
}

const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

/**
 * Cumulative depth of one order book on Canvas 2D: bids left, asks right, one common scale.
 * Fills `container`, which must have a height. Give it frames as often as you like; it draws at most once per
 * animation frame and copies what it needs, so a lent frame may be forgotten at once.
 * Keyboard: arrows move one level, Page keys ten, Home and End go to the edges, Escape leaves.
 */
export class DepthChart {
  #root: HTMLElement;
  #surface: Surface;
  #scheduler = new FrameScheduler((level, now) => this.#draw(level, now));
  #abort = new AbortController();
  #book = new HeldBook();
  #hasBook = false;
  #view = new View();
  #scale: Scale | undefined;
  #cursor: number | undefined; // a price in ticks
  #pointerX: number | undefined; // the pointer holds its place on screen while the view moves
  #theme: ChartTheme;
  #overrides: Partial<ChartTheme>;
  #simulated: boolean;
  #emptyText: string;
  #reducedMotion: MediaQueryList;

  constructor(container: HTMLElement, options: DepthChartOptions = {}) {
    this.#overrides = options.theme ?? {};
    this.#simulated = options.simulated ?? false;
    this.#emptyText = options.emptyText ?? "Waiting for a snapshot";
    this.#root = container.ownerDocument.createElement("div");
    this.#root.className = "hadal-depth-chart";
    const { style } = this.#root;
    style.position = "relative";
    style.width = "100%";
    style.height = "100%";
    style.touchAction = "pan-y";
    this.#root.tabIndex = 0;
    this.#root.setAttribute("role", "slider");
    this.#root.setAttribute("aria-label", options.label ?? "Order book depth");
    container.append(this.#root);
    this.#surface = new Surface(this.#root, () => this.#scheduler.mark(dirty.layout));
    this.#theme = readTheme(this.#root, this.#overrides);
    this.#reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
    this.#listen();
    this.#say();
  }

  /** Shows a frame; undefined when there is no book (yet). */
  update(frame: BookFrame | undefined): void {
    this.#hasBook = frame !== undefined;
    if (frame) this.#book.copy(frame);
    this.#scheduler.mark(dirty.data);
  }

  /** Replaces the overrides and reads the page's custom properties again. */
  setTheme(theme: Partial<ChartTheme> = this.#overrides): void {
    this.#overrides = theme;
    this.#theme = readTheme(this.#root, theme);
    this.#scheduler.mark(dirty.layout);
  }

  setSimulated(simulated: boolean): void {
    this.#simulated = simulated;
    this.#scheduler.mark(dirty.layout);
  }

  /** Forgets the kept view, so that the next frame is fitted afresh. */
  resetView(): void {
    this.#view.reset();
    this.#scheduler.mark(dirty.layout);
  }

  destroy(): void {
    this.#abort.abort();
    this.#scheduler.stop();
    this.#surface.destroy();
    this.#root.remove();
  }

  #draw(level: Dirty, now: number): Dirty {
    const surface = this.#surface;
    if (!surface.visible) return dirty.none;
    let next: Dirty = dirty.none;
    if (level >= dirty.data) {
      const context = surface.begin(surface.data);
      const empty = !this.#hasBook || this.#book.bids.length + this.#book.asks.length === 0;
      this.#scale = undefined;
      if (empty) {
        const text = this.#hasBook && this.#book.state === "live" ? "No bids and no asks in this book" : this.#emptyText;
        paintNothing(context, this.#theme, surface.width, surface.height, text);
      } else {
        if (this.#view.follow(this.#book, now, this.#reducedMotion.matches)) next = dirty.data;
        const header = headerHeight(this.#simulated);
        const box = { width: surface.width, height: surface.height, header };
        const { low, high, max } = this.#view;
        const plot = plotArea(context, this.#theme, this.#book, max, box);
        this.#scale = new Scale(plot, low, high, max, surface.ratio);
        paintBook(context, this.#theme, this.#book, this.#scale, this.#simulated);
      }
    }
    this.#drawCursor();
    return next;
  }

  #drawCursor(): void {
    const context = this.#surface.begin(this.#surface.overlay);
    const scale = this.#scale;
    if (!scale) return;
    if (this.#pointerX !== undefined) this.#cursor = scale.price(this.#pointerX);
    if (this.#cursor === undefined) return;
    paintCrosshair(context, this.#theme, scale, readAt(this.#book, this.#cursor), this.#book.state === "live");
  }

  #listen(): void {
    const { signal } = this.#abort;
    const root = this.#root;
    const point = (event: PointerEvent): void => {
      const plot = this.#scale?.plot;
      if (!plot) return;
      const x = event.clientX - root.getBoundingClientRect().left;
      this.#pointerX = Math.min(Math.max(x, plot.left), plot.right);
      this.#scheduler.mark(dirty.cursor);
    };
    root.addEventListener("pointermove", point, { signal });
    root.addEventListener("pointerdown", point, { signal });
    const leave = (event: PointerEvent): void => {
      // A finger leaves with every tap; its reading stays until the focus goes elsewhere
      if (event.pointerType !== "touch") this.#clearCursor();
    };
    root.addEventListener("pointerleave", leave, { signal });
    root.addEventListener("pointercancel", () => this.#clearCursor(), { signal });
    root.addEventListener("blur", () => this.#clearCursor(), { signal });
    root.addEventListener("focus", () => this.#say(), { signal });
    root.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => this.setTheme(), { signal });
    }
  }

  #clearCursor(): void {
    this.#cursor = undefined;
    this.#pointerX = undefined;
    this.#scheduler.mark(dirty.cursor);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.#scale) return;
    if (event.key === "Escape") {
      this.#clearCursor();
      this.#say();
      return;
    }
    if (!KEYS.has(event.key)) return;
    event.preventDefault();
    const { low, high } = this.#scale;
    this.#cursor = stepPrice(this.#book, this.#cursor, event.key, low, high);
    this.#pointerX = undefined;
    this.#say();
    this.#scheduler.mark(dirty.cursor);
  }

  /** Spoken value: only on focus and keys, so that a running book does not talk. */
  #say(): void {
    const book = this.#book;
    const bid = book.bids.price[0];
    const ask = book.asks.price[0];
    const at = (price: number | undefined): string => (price === undefined ? "none" : fixed(price, book.priceScale));
    const number = (price: number | undefined): string => (price === undefined ? "0" : String(price / 10 ** book.priceScale));
    const cursor = this.#cursor;
    const text = !this.#hasBook
      ? this.#emptyText
      : cursor === undefined
        ? `${book.symbol}, best bid ${at(bid)}, best ask ${at(ask)}`
        : readAt(book, cursor).spoken;
    this.#root.setAttribute("aria-valuetext", text);
    this.#root.setAttribute("aria-valuemin", number(book.bids.price[book.bids.length - 1] ?? ask));
    this.#root.setAttribute("aria-valuemax", number(book.asks.price[book.asks.length - 1] ?? bid));
    this.#root.setAttribute("aria-valuenow", number(cursor ?? bid ?? ask));
  }
}
