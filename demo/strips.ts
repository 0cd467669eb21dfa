import type { WatchFrame } from "hadal";
import { fixed } from "hadal/chart";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { byId, create, setText, timeOfDay } from "./dom.js";

const everyMs = 500;
const most = 1200; // ten minutes
const usualHeight = 84;
const captionPx = 18;
const timesPx = 20;

interface Strip {
  readonly title: string;
  /** In the quote currency. */
  readonly priced: boolean;
  readonly colour: string;
  readonly of: (frame: WatchFrame) => number | null;
  readonly text: (value: number, frame: Scales) => string;
}

type Scales = Pick<WatchFrame, "symbol" | "priceScale">;

const strips: readonly Strip[] = [
  { title: "Mid", priced: true, colour: "--accent", of: (frame) => frame.mid2, text: (value, frame) => fixed(BigInt(Math.round(value * 5)), frame.priceScale + 1) },
  {
    title: "Spread", priced: true, colour: "--warn", of: ({ bestBid, bestAsk }) => (bestBid && bestAsk ? bestAsk.price - bestBid.price : null),
    text: (value, frame) => fixed(Math.round(value), frame.priceScale),
  },
  {
    title: "Imbalance, 10 levels", priced: false, colour: "--bid", of: (frame) => frame.imbalance?.value ?? null,
    text: (value) => `${value > 0 ? "+" : value < 0 ? "\u2212" : ""}${Math.abs(value).toFixed(2)}`,
  },
];

/** A colour of the page as a canvas takes it. */
const resolved = (place: HTMLElement, name: string) => (): string => {
  const probe = create("span");
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color || "gray";
};

/** Mid, spread and imbalance of the last minutes, twice a second: nothing is drawn where the book was not live, and where nobody looked. */
export class Strips {
  readonly #place = byId("strips");
  readonly #plots: uPlot[];
  readonly #values: HTMLElement[] = [];
  readonly #titles: HTMLElement[] = [];
  #times: number[] = [];
  #columns: (number | null)[][] = strips.map(() => []);
  #scales: Scales | undefined;
  /** Of a recording, whose clock is the exchange's. */
  #utc = false;
  /** Seconds since 1970 of the moment that is looked at. */
  #playhead: number | undefined;
  #wanted = 0;

  constructor() {
    this.#plots = strips.map((strip, i) => this.#make(strip, i === strips.length - 1));
    new ResizeObserver(() => this.#fit()).observe(this.#place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    document.addEventListener("visibilitychange", () => this.gap()); // a hidden page has no pictures
  }

  /** Of every picture; what is kept is twice a second. @param ms since 1970, of the exchange if `utc` */
  add(frame: WatchFrame, ms: number, utc: boolean): void {
    if (frame.symbol !== this.#scales?.symbol || utc !== this.#utc) this.clear();
    this.#utc = utc;
    const last = 1000 * (this.#times.at(-1) ?? -Infinity);
    if (ms < last) this.#cutAfter(ms / 1000);
    else if (ms - last < everyMs) return;
    this.#scales = { symbol: frame.symbol, priceScale: frame.priceScale };
    const live = frame.state === "live";
    this.#push(ms / 1000, strips.map((strip) => (live ? strip.of(frame) : null)));
    this.#draw();
  }

  /** Another market. */
  clear(): void {
    this.#scales = undefined;
    this.#times = [];
    this.#columns = strips.map(() => []);
    this.#draw();
  }

  /** What comes next does not follow from what was last. */
  gap(): void {
    const last = this.#times.at(-1);
    if (last !== undefined && this.#columns[0]?.at(-1) !== null) this.#push(last + 0.001, strips.map(() => null));
  }

  /** A line at the moment that is looked at, ms since 1970; undefined: the present. */
  playhead(ms: number | undefined): void {
    const at = ms === undefined ? undefined : ms / 1000;
    if (at === this.#playhead) return;
    this.#playhead = at;
    setText(byId("strips-note"), at === undefined ? "" : "the line marks the moment you look at");
    this.recolour();
  }

  recolour(): void {
    if (this.#times.length > 0) for (const plot of this.#plots) plot.redraw(false); // without data there are no axes to draw
  }

  #make(strip: Strip, last: boolean): uPlot {
    const figure = create("figure", "strip");
    const caption = create("figcaption");
    const title = create("span", "", strip.title);
    const value = create("span", "value");
    caption.append(title, value);
    const chart = create("div", "strip-plot");
    chart.setAttribute("aria-hidden", "true");
    figure.append(caption, chart);
    this.#place.append(figure);
    this.#titles.push(title);
    this.#values.push(value);
    const colour = (name: string): (() => string) => resolved(this.#place, name);
    const axis = { stroke: colour("--muted"), font: "11px system-ui, sans-serif", grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    return new uPlot(
      {
        width: 300, height: usualHeight, legend: { show: false }, cursor: { show: false }, padding: [6, 0, 6, 0],
        scales: { x: { time: true } },
        series: [{}, { stroke: colour(strip.colour), width: 1.5, points: { show: false }, spanGaps: false, ...(uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }) }],
        axes: [
          last ? { ...axis, size: timesPx, space: 70, gap: 4, values: (_, marks) => marks.map((mark) => timeOfDay(1000 * mark, this.#utc)) } : { ...axis, size: 0, values: (_, marks) => marks.map(() => "") },
          { ...axis, side: 1, size: 62, space: 30, gap: 4, values: (_, marks) => marks.map((mark) => (this.#columns[strips.indexOf(strip)]?.some((value) => value !== null) ? this.#text(strip, mark) : "")) },
        ],
        hooks: { draw: [(plot) => this.#drawPlayhead(plot, colour("--text"))] },
      },
      [[], []],
      chart,
    );
  }

  #push(at: number, values: readonly (number | null)[]): void {
    this.#times.push(at);
    values.forEach((value, i) => this.#columns[i]?.push(value));
    if (this.#times.length > most) for (const list of [this.#times, ...this.#columns]) list.shift();
  }

  /** A recording was taken back: what came later comes again. */
  #cutAfter(at: number): void {
    const from = this.#times.findIndex((time) => time >= at);
    if (from >= 0) for (const list of [this.#times, ...this.#columns]) list.length = from;
  }

  #text(strip: Strip, value: number | null | undefined): string {
    return value === null || value === undefined || !this.#scales ? "" : strip.text(value, this.#scales);
  }

  #draw(): void {
    const quote = this.#scales?.symbol.split("/")[1];
    this.#plots.forEach((plot, i) => {
      const [strip, title, value] = [strips[i], this.#titles[i], this.#values[i]];
      if (!strip || !title || !value) return;
      const column = this.#columns[i] ?? [];
      plot.setData([this.#times, column]);
      setText(title, strip.priced && quote ? `${strip.title}, ${quote}` : strip.title);
      setText(value, column.length === 0 ? "" : this.#text(strip, column.at(-1)) || "not live");
    });
  }

  #drawPlayhead(plot: uPlot, colour: () => string): void {
    if (this.#playhead === undefined || this.#times.length === 0) return;
    const { left, top, width, height } = plot.bbox;
    const x = plot.valToPos(this.#playhead, "x", true);
    if (!(x >= left - 1 && x <= left + width + 1)) return;
    const { ctx } = plot;
    ctx.save();
    ctx.fillStyle = colour();
    ctx.fillRect(Math.round(x - devicePixelRatio), top, Math.round(2 * devicePixelRatio), height);
    ctx.restore();
  }

  #fit(): void {
    cancelAnimationFrame(this.#wanted);
    this.#wanted = requestAnimationFrame(() => {
      const width = this.#place.querySelector(".strip-plot")?.clientWidth ?? 0;
      if (width === 0) return;
      const room = (this.#place.clientHeight - timesPx) / strips.length - captionPx - 8;
      const plain = Math.min(140, Math.max(44, Math.floor(room)));
      this.#plots.forEach((plot, i) => {
        const height = i === strips.length - 1 ? plain + timesPx : plain;
        if (plot.width !== width || plot.height !== height) plot.setSize({ width, height });
      });
    });
  }
}
