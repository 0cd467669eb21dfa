import type { WatchFrame } from "hadal";
import { fixed } from "hadal/chart";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { byId, create } from "./dom.js";

const everyMs = 500;
const most = 1200; // ten minutes
const usualHeight = 84;
const captionPx = 18;
const timesPx = 20;

interface Strip {
  readonly title: string;
  readonly colour: string;
  readonly of: (frame: WatchFrame) => number | null;
  readonly text: (value: number, frame: WatchFrame) => string;
}

const strips: readonly Strip[] = [
  { title: "Mid", colour: "--accent", of: (frame) => frame.mid2, text: (value, frame) => fixed(BigInt(Math.round(value * 5)), frame.priceScale + 1) },
  {
    title: "Spread", colour: "--warn", of: ({ bestBid, bestAsk }) => (bestBid && bestAsk ? bestAsk.price - bestBid.price : null),
    text: (value, frame) => fixed(Math.round(value), frame.priceScale),
  },
  { title: "Imbalance, 10 levels", colour: "--bid", of: (frame) => frame.imbalance?.value ?? null, text: (value) => `${value > 0 ? "+" : value < 0 ? "\u2212" : ""}${Math.abs(value).toFixed(2)}` },
];

/** "12:03:05". */
const clockText = (seconds: number): string => new Date(1000 * seconds).toTimeString().slice(0, 8);

/** Mid, spread and imbalance of the last minutes, twice a second: nothing is drawn where the book was not live. */
export class Strips {
  readonly #plots: uPlot[] = [];
  readonly #values: HTMLElement[] = [];
  #times: number[] = [];
  #columns: (number | null)[][] = strips.map(() => []);
  #frame: WatchFrame | undefined;
  #symbol = "";
  #at = -Infinity;
  #observer: ResizeObserver;
  #wanted = 0;

  constructor() {
    const place = byId("strips");
    for (const [i, { title, colour }] of strips.entries()) {
      const last = i === strips.length - 1;
      const strip = create("figure", "strip");
      const caption = create("figcaption", "", title);
      const value = create("span", "value");
      caption.append(value);
      const chart = create("div", "strip-plot");
      chart.setAttribute("aria-hidden", "true");
      strip.append(caption, chart);
      place.append(strip);
      this.#values.push(value);
      const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "gray";
      const resolved = (name: string) => (): string => {
        const probe = create("span");
        probe.style.color = `var(${name})`;
        place.append(probe);
        const found = getComputedStyle(probe).color;
        probe.remove();
        return found || css(name);
      };
      const axis = { stroke: resolved("--muted"), font: "11px system-ui, sans-serif", grid: { stroke: resolved("--line"), width: 1 }, ticks: { show: false } };
      this.#plots.push(
        new uPlot(
          {
            width: 300, height: usualHeight, legend: { show: false }, cursor: { show: false }, padding: [4, 0, 0, 0],
            scales: { x: { time: true } },
            series: [{}, { stroke: resolved(colour), width: 1.5, points: { show: false }, spanGaps: false, ...(uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }) }],
            axes: [
              last ? { ...axis, size: timesPx, space: 70, gap: 4, values: (_, marks) => marks.map(clockText) } : { ...axis, size: 0, values: (_, marks) => marks.map(() => "") },
              { ...axis, side: 1, size: 62, space: 30, gap: 4, values: (_, marks) => marks.map((mark) => this.#text(title, mark)) },
            ],
          },
          [[], []],
          chart,
        ),
      );
    }
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
  }

  /** Of every picture; what is kept is twice a second. */
  add(frame: WatchFrame | undefined, now: number): void {
    if (!frame || frame.symbol !== this.#symbol) {
      this.#symbol = frame?.symbol ?? "";
      this.#times = [];
      this.#columns = strips.map(() => []);
    }
    if (!frame || now - this.#at < everyMs) return;
    this.#at = now;
    this.#frame = { ...frame };
    this.#times.push(Date.now() / 1000);
    const live = frame.state === "live";
    strips.forEach((strip, i) => this.#columns[i]?.push(live ? strip.of(frame) : null));
    if (this.#times.length > most) for (const list of [this.#times, ...this.#columns]) list.shift();
    this.#draw();
  }

  recolour(): void {
    if (this.#times.length > 0) for (const plot of this.#plots) plot.redraw(); // without data there are no axes to draw
  }

  #text(title: string, value: number | null | undefined): string {
    const strip = strips.find((one) => one.title === title);
    return value === null || value === undefined || !strip || !this.#frame ? "" : strip.text(value, this.#frame);
  }

  #draw(): void {
    this.#plots.forEach((plot, i) => {
      const column = this.#columns[i] ?? [];
      plot.setData([this.#times, column]);
      const value = this.#values[i];
      if (value) value.textContent = this.#text(strips[i]?.title ?? "", column.at(-1)) || "not live";
    });
  }

  #fit(): void {
    cancelAnimationFrame(this.#wanted);
    this.#wanted = requestAnimationFrame(() => {
      const place = byId("strips");
      const width = place.querySelector(".strip-plot")?.clientWidth ?? 0;
      if (width === 0) return;
      const room = (place.clientHeight - timesPx) / strips.length - captionPx - 8;
      const plain = Math.min(140, Math.max(44, Math.floor(room)));
      this.#plots.forEach((plot, i) => {
        const height = i === strips.length - 1 ? plain + timesPx : plain;
        if (plot.width !== width || plot.height !== height) plot.setSize({ width, height });
      });
    });
  }
}
