import type { Stats } from "hadal";
import { watchDrawing } from "hadal/chart";
import { byId, count, create, setText, thin } from "./dom.js";
import { drawBars } from "./histogram.js";

const bins = ["\u226410", "14", "18", "25", "34", "50", "100", ">"] as const;
const ends = [10, 14, 18, 25, 34, 50, 100, Infinity];
const keep = 1800; // pictures
const names = ["Frames a second", "Checks a second", "Pictures a second", "Drawing a picture"] as const;

const micros = (us: number): string => (us < 1000 ? `${Math.round(us)}${thin}\u00b5s` : `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)}${thin}ms`);

/** What all this costs: how even the pictures come, what drawing takes, how late messages are. */
export class Meter {
  readonly #values = new Map<string, HTMLElement>();
  readonly #gaps: number[] = [];
  #drawn: number[] = [];
  #last = 0;
  /** Drawings since the last look. */
  #pictures = 0;
  #shownAt = 0;
  #checks: { at: number; count: number } | undefined;

  constructor() {
    for (const name of names) {
      const group = create("div");
      const value = create("dd", "", "\u2013");
      group.append(create("dt", "", name), value);
      byId("rates").append(group);
      this.#values.set(name, value);
    }
    watchDrawing((ms) => {
      this.#pictures++;
      this.#drawn.push(ms);
      if (this.#drawn.length > keep) this.#drawn.shift();
    });
    const tick = (now: number): void => {
      if (this.#last > 0 && now > this.#last) this.#gaps.push(now - this.#last);
      if (this.#gaps.length > keep) this.#gaps.shift();
      this.#last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    document.addEventListener("visibilitychange", () => (this.#last = 0)); // a hidden page has no pictures
  }

  forget(): void {
    this.#checks = undefined;
  }

  /** Once a second. @param madeUpMs how far away the exchange in this page pretends to be */
  show(stats: Stats | undefined, now: number, madeUpMs = 0): void {
    const matched = stats?.books.reduce((sum, { matched }) => sum + matched, 0) ?? 0;
    const before = this.#checks;
    this.#checks = { at: now, count: matched };
    this.#put("Frames a second", stats?.frames_per_second === undefined ? "\u2013" : count(Math.round(stats.frames_per_second)));
    this.#put("Checks a second", !before || matched < before.count ? "\u2013" : count(Math.round((1000 * (matched - before.count)) / (now - before.at))));
    this.#put("Pictures a second", count(Math.round(this.#shownAt > 0 ? (1000 * this.#pictures) / Math.max(1, now - this.#shownAt) : this.#pictures)));
    this.#shownAt = now;
    this.#pictures = 0;
    const sorted = [...this.#drawn].sort((a, b) => a - b);
    this.#put("Drawing a picture", sorted.length === 0 ? "\u2013" : `${(sorted[sorted.length >> 1] ?? 0).toFixed(2)}${thin}ms`);
    this.#showGaps();
    this.#showLatency(stats, madeUpMs);
  }

  #put(name: string, text: string): void {
    const value = this.#values.get(name);
    if (value) setText(value, text);
  }

  #showGaps(): void {
    const counts = bins.map(() => 0);
    for (const gap of this.#gaps) {
      const bin = ends.findIndex((end) => gap <= end);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const canvas = byId<HTMLCanvasElement>("frame-times");
    drawBars(canvas, bins.map((label, i) => ({ label, value: counts[i] ?? 0 })), getComputedStyle(canvas).getPropertyValue("accent-color"));
    const sorted = [...this.#gaps].sort((a, b) => a - b);
    const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1);
    setText(byId("frame-words"), sorted.length === 0 ? "" : `Median ${at(0.5)}${thin}ms, 99 of 100 within ${at(0.99)}${thin}ms.`);
  }

  #showLatency(stats: Stats | undefined, madeUpMs: number): void {
    const total = stats?.latency.total;
    const canvas = byId<HTMLCanvasElement>("latency");
    const bars = total && total.count > 0 ? (["p50", "p75", "p90", "p95", "p99", "p999"] as const).map((label) => ({ label: label.replace("p999", "p99.9"), value: total[label] ?? 0, text: micros(total[label] ?? 0) })) : [];
    drawBars(canvas, bars, getComputedStyle(canvas).getPropertyValue("accent-color"));
    const inside = stats?.latency.processing;
    if (!total || total.count === 0) return setText(byId("latency-words"), "Not yet known.");
    const p50 = inside?.p50 ?? 0;
    const made = madeUpMs > 0 && (total.p50 ?? 0) >= 1000 * madeUpMs ? `; ${madeUpMs}${thin}ms of it is the made-up distance, most of the rest the made-up clock, which stands still while the page is busy or nothing is connected` : "";
    setText(byId("latency-words"), `From the exchange to a verified book, ${count(total.count)} messages${made}; ${p50 < 100 ? `less than 0.1${thin}ms` : micros(p50)} of it in WebAssembly.`);
  }
}
