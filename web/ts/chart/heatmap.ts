import type { WatchFrame, WatchViews } from "../views.js";
import { isNumber } from "./checks.js";
import type { ComponentOptions, Needs } from "./component.js";
import { fixed } from "./format.js";
import { HeatImage } from "./heat-colours.js";
import { paintHeatCursor } from "./heat-cursor.js";
import { cutLevels, HeldHeat } from "./heat-data.js";
import { heatActionOf, heatKeyWords, type HeatStep } from "./heat-keys.js";
import { heatArea, paintHeat } from "./heat-paint.js";
import { cellAt, stepCell, type HeatCell } from "./heat-place.js";
import { heatText, readHeat, type HeatReading } from "./heat-reading.js";
import { bucketHeight, columnWidth, HeatScale, wantedCells } from "./heat-scale.js";
import { HeatLegend, HeatTools, toolSheet } from "./heat-tools.js";
import { keySheet } from "./keys.js";
import { element, setAttribute, setText } from "./place.js";
import { PlotComponent } from "./plot-component.js";
import { dirty, type Dirty } from "./scheduler.js";
import { StaleNote, staleSheet } from "./stale-note.js";

export interface HeatmapOptions extends ComponentOptions {
  /** Percentiles of the sizes in view, 0 to 100: what is below `low` is not shown, what is above `high` is at full strength. @default 0 */
  readonly low?: number;
  /** @default 100 */
  readonly high?: number;
}

const copyEveryMs = 250;
const firstBucketPx = 3;
const mostBucketPx = 24;
const leastBucketPx = 1;
const mostOff = 0.3; // of the rows in view, that mid may be away from the middle

const sheet = `
.heatmap { display: flex; flex-direction: column; min-height: 240px; }
.heatmap figure { position: relative; flex: 1; min-height: 120px; margin: 0; }
.plot { position: absolute; inset: 0; touch-action: pan-y; user-select: none; -webkit-user-select: none; border-radius: 4px; cursor: crosshair; }
.hadal .plot:focus-visible { outline-offset: 0; }
.tag { position: absolute; top: 8px; left: 8px; margin: 0; padding: 0 0.5rem; border: 1px solid var(--_grid); border-radius: 1rem; background: var(--_plate); color: var(--_muted);
  font-size: 0.6875rem; font-weight: 600; line-height: 1.25rem; pointer-events: none; }
.heatmap .stale-note { inset: auto auto 34px 8px; max-width: min(26rem, calc(100% - 100px)); pointer-events: none; }
.empty { position: absolute; inset: 0; display: grid; place-content: center; margin: 0; padding: 1rem; color: var(--_muted); font-size: 0.875rem; font-weight: 500; text-align: center; pointer-events: none; }
${staleSheet}${toolSheet}${keySheet}`;

/**
 * What rested where over time: columns of time, the one under way at the right, rows of prices; bids and asks in hues of their own, best prices as lines, the largest
 * trades as triangles. Time without data is hatched, never filled in. Fills its container, which must have a height. Events: `cutoffs` ({ low, high }),
 * `cursor` (a HeatReading, or undefined), `zoom` (whether prices are zoomed), `pause` (whether paused).
 */
export class Heatmap extends PlotComponent<HeatmapOptions, HeatStep> {
  override get needs(): Needs {
    return { track: { heatmap: true } };
  }

  readonly #tools = new HeatTools((low, high) => this.#cut(low, high), () => (this.paused = !this.paused));
  readonly #legend = new HeatLegend();
  readonly #caption = element("figcaption", { class: "unseen" });
  readonly #tag = element("p", { class: "tag", part: "tag", hidden: true });
  readonly #empty = element("p", { class: "empty" });
  readonly #note = new StaleNote();
  readonly #image = new HeatImage();
  #views: WatchViews = { heatmap: { columns: 300, buckets: 100 } };
  #frame: Pick<WatchFrame, "symbol" | "state"> | undefined;
  #heat: HeldHeat | undefined;
  #copiedAt = -Infinity;
  #scale: HeatScale | undefined;
  #levels: Uint8Array = new Uint8Array(256);
  #centre: number | undefined; // bucket in the middle: it stands still while mid does not wander off
  #bucketPx = firstBucketPx;
  #cursor: HeatCell | undefined;
  #pointer: { x: number; y: number } | undefined; // holds its place on screen while the picture moves
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(container: HTMLElement | ShadowRoot, options: HeatmapOptions = {}) {
    super(container, "heatmap", sheet, options, { low: isNumber(0, 100), high: isNumber(0, 100) }, { words: heatKeyWords, actionOf: heatActionOf });
    const figure = element("figure", { part: "figure" }, this.plot, this.#tag, this.#empty, this.#note.element, this.keys, this.#caption);
    this.root.append(this.#tools.element, figure, this.#legend.element);
    this.#apply();
    this.update(undefined);
    this.say();
  }

  get views(): WatchViews {
    return this.#views;
  }

  protected show(frame: WatchFrame | undefined): void {
    const before = this.#frame;
    const other = frame?.symbol !== before?.symbol;
    if (other) this.#forget();
    this.#frame = frame && { symbol: frame.symbol, state: frame.state };
    // A map changes with the clock, once a second; books change more often than that
    const wait = this.#copiedAt + copyEveryMs - performance.now();
    if (!other && frame?.state === before?.state && wait > 0) {
      this.#late ??= setTimeout(() => {
        this.#late = undefined;
        this.onRefresh?.(); // the last of a burst is not left out
      }, wait);
      return;
    }
    if (frame?.heatmap) {
      this.#copiedAt = performance.now();
      this.#heat = new HeldHeat(frame, frame.heatmap);
    } else if (frame?.heatmap === null) {
      this.#forget(); // there is none at that time
    }
    this.scheduler.mark(dirty.data);
  }

  override set(options: Partial<HeatmapOptions>): void {
    super.set(options);
    this.#apply();
  }

  override resetZoom(): void {
    this.#centre = undefined;
    this.#zoomTo(firstBucketPx);
  }

  /** Fewer prices, or more. */
  protected zoomBy(factor: number): void {
    this.#zoomTo(Math.min(mostBucketPx, Math.max(leastBucketPx, this.#bucketPx * factor)));
  }

  #zoomTo(px: number): void {
    if (px !== this.#bucketPx) this.tell("zoom", px !== firstBucketPx);
    this.#bucketPx = px;
    this.scheduler.mark(dirty.layout);
  }

  override destroy(): void {
    clearTimeout(this.#late);
    super.destroy();
  }

  // --- what is shown ---

  get #cuts(): { low: number; high: number } {
    const { low = 0, high = 100 } = this.options;
    const from = Math.min(99, Math.round(low));
    return { low: from, high: Math.max(from + 1, Math.round(high)) };
  }

  #apply(): void {
    const { label = "Liquidity over time" } = this.options;
    setAttribute(this.plot, "aria-label", label);
    setText(this.#caption, `${label}: columns of time, the newest at the right, rows of prices; stronger colour where more rests. A mark at the foot: the book was live for a part of that time only. Press ? for the keys.`);
    this.scheduler.mark(dirty.layout);
  }

  #forget(): void {
    this.#heat = this.#scale = this.#centre = undefined;
    this.clearCursor();
  }

  protected draw(level: Dirty): Dirty {
    if (level >= dirty.data) this.#drawData();
    this.#drawCursor();
    return dirty.none;
  }

  #drawData(): void {
    const surface = this.surface;
    const heat = this.#heat;
    const context = surface.begin(surface.data);
    const { low, high } = this.#cuts;
    this.#showWords(low, high);
    if (!heat) return;
    const { theme } = this;
    const { ratio } = surface;
    const plot = heatArea(context, theme, heat, surface.width, surface.height, ratio);
    if (plot.right - plot.left < 16 || plot.bottom - plot.top < 16) return;
    const height = bucketHeight(plot.bottom - plot.top, ratio, this.#bucketPx);
    const width = columnWidth(plot.right - plot.left, ratio, heat.view.columns);
    const centre = this.#follow(heat, ((plot.bottom - plot.top) * ratio) / height);
    this.#scale = new HeatScale(plot, ratio, { width, height }, heat.newest, centre, heat.view.group);
    this.#levels = cutLevels(heat.view, low, high);
    this.#image.compose(heat.view, theme, this.#levels, this.fine);
    paintHeat(context, theme, heat, this.#image.canvas, this.#scale, this.#fresh);
    this.#legend.show(heat, this.#levels);
    this.#ask(centre);
  }

  /** Stands still, because a moving picture makes every cell look changed, until mid has wandered well off. */
  #follow(heat: HeldHeat, rows: number): number {
    const { first, buckets } = heat.view;
    const middle = heat.middle ?? first + Math.floor(buckets / 2);
    if (this.#centre === undefined || Math.abs(middle - this.#centre) > mostOff * rows) this.#centre = middle;
    return this.#centre;
  }

  /** For as much as the plot holds. */
  #ask(centre: number): void {
    const scale = this.#scale;
    if (!scale) return;
    const cells = wantedCells(scale.plot, scale.ratio, this.#bucketPx);
    const views: WatchViews = { heatmap: { ...cells, first: centre - Math.floor(cells.buckets / 2) } };
    if (JSON.stringify(views) === JSON.stringify(this.#views)) return;
    this.#views = views;
    this.#copiedAt = -Infinity;
    this.onViews?.();
  }

  #showWords(low: number, high: number): void {
    const { notice, tags } = this;
    this.#tools.show(low, high, this.paused);
    this.#note.show(notice);
    setAttribute(this.root, "data-live", notice ? "no" : "yes");
    setText(this.#tag, tags.join(" \u00b7 "));
    this.#tag.hidden = tags.length === 0;
    this.#empty.hidden = this.#heat !== undefined;
    setText(this.#empty, this.#nothing);
    if (!this.#heat) this.#legend.show(undefined, this.#levels);
  }

  /** The column at the right is of this moment. */
  get #fresh(): boolean {
    return !this.paused && this.fine && this.options.past === undefined;
  }

  get #nothing(): string {
    return this.#frame ? "Collecting: the first column takes a second" : this.emptyText;
  }

  #drawCursor(): void {
    const context = this.surface.begin(this.surface.overlay);
    const scale = this.#scale;
    const heat = this.#heat;
    if (!scale || !heat) return;
    if (this.#pointer) this.#moveTo(cellAt(scale, this.#pointer.x, this.#pointer.y));
    else if (this.#cursor && this.#cursor.index < scale.oldest) this.#moveTo({ index: scale.oldest, bucket: this.#cursor.bucket });
    if (this.#cursor) paintHeatCursor(context, this.theme, scale, this.#cursor, heatText(heat, this.#read(heat, this.#cursor), this.#fresh));
  }

  // --- what the reader does ---

  protected get readable(): boolean {
    return this.#scale !== undefined && this.#heat !== undefined;
  }

  protected point(x: number, y: number): void {
    this.#pointer = { x, y };
    this.scheduler.mark(dirty.cursor);
  }

  protected act(step: HeatStep): void {
    if (!this.#scale || !this.#heat) return;
    this.#pointer = undefined;
    this.#moveTo(stepCell(this.#heat, this.#scale, this.#cursor, step));
    this.scheduler.mark(dirty.cursor);
    this.say();
  }

  #read(heat: HeldHeat, { index, bucket }: HeatCell): HeatReading {
    return readHeat(heat, index, bucket, this.#levels);
  }

  #moveTo(cell: HeatCell): void {
    if (this.#cursor?.index === cell.index && this.#cursor.bucket === cell.bucket) return;
    this.#cursor = cell;
    if (this.#heat) this.tell("cursor", this.#read(this.#heat, cell));
  }

  protected clearCursor(): void {
    this.#pointer = undefined;
    if (!this.#cursor) return;
    this.#cursor = undefined;
    this.tell("cursor", undefined);
    this.scheduler.mark(dirty.cursor);
  }

  #cut(low: number, high: number): void {
    this.set({ low, high });
    this.tell("cutoffs", this.#cuts);
  }

  protected say(): void {
    const heat = this.#heat;
    const scale = this.#scale;
    const cursor = this.#cursor;
    const price = (bucket: number | undefined): string => (bucket === undefined || !heat ? "0" : fixed(bucket * heat.view.group, heat.priceScale));
    const reading = heat && cursor && this.#read(heat, cursor);
    const text = !heat ? this.#nothing : reading ? heatText(heat, reading, this.#fresh).spoken : `${heat.symbol}, ${heat.view.columns} columns. Arrow keys read them`;
    setAttribute(this.plot, "aria-valuetext", text + this.caveats);
    setAttribute(this.plot, "aria-valuemin", price(scale?.lowest));
    setAttribute(this.plot, "aria-valuemax", price(scale?.highest));
    setAttribute(this.plot, "aria-valuenow", price(cursor?.bucket ?? scale?.centre));
  }
}
