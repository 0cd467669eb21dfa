import type { WatchFrame, WatchViews } from "hadal";
import { DepthChart, follow, Heatmap, Ladder, StatusBadge, Tape, type Component, type Market, type MarketWatch } from "hadal/chart";
import type { View } from "./address.js";
import { byId } from "./dom.js";

const pastEveryMs = 200; // a recording that runs a hundred times as fast has another second in every picture
const waiting = "Waiting for a snapshot";

/** Everything that shows the market, made once and fed from whatever market is current. */
export class Desk {
  readonly chart = new DepthChart(byId("chart"), { label: "Order book depth by price" });
  readonly ladder = new Ladder(byId("ladder"));
  readonly tape = new Tape(byId("tape"));
  readonly heatmap = new Heatmap(byId("heat"));
  readonly badge = new StatusBadge(byId("status"));
  /** Called with every picture of the small things around: lent. */
  onFrame: (frame: WatchFrame) => void = () => undefined;
  #ends: (() => void)[] = [];
  #side: MarketWatch | undefined;
  #order: WatchViews["fill"];
  #simulated = false;
  #past: string | undefined;
  #pastAt = -Infinity;
  #pastLater: ReturnType<typeof setTimeout> | undefined;

  get #components(): readonly Component[] {
    return [this.chart, this.ladder, this.tape, this.heatmap, this.badge];
  }

  /** Shows a symbol of a market; undefined: nothing. */
  attach(market: Market | undefined, view: View, onError: (error: unknown) => void): void {
    this.detach();
    if (!market) return;
    this.#simulated = market.simulated ?? false;
    let ended = false;
    const failed = (error: unknown): void => void (ended || onError(error));
    const follows = this.#components.map((component) => follow(component, market, view.symbol, { depth: view.depth, onError: failed }));
    this.#ends = [() => (ended = true), ...follows];
    const asked = this.#views;
    market.watch(view.symbol, asked, { depth: view.depth }).then((watch) => {
      if (ended) return watch.close();
      this.#side = watch;
      if (JSON.stringify(asked) !== JSON.stringify(this.#views)) void watch.update(this.#views).catch(failed);
      watch.onFrame((frame) => this.onFrame(frame));
      const first = watch.frame();
      if (first) this.onFrame(first);
    }).catch(failed);
  }

  detach(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#side?.close();
    this.#side = undefined;
    for (const component of this.#components) component.update(undefined);
    this.say(waiting);
  }

  /** There is no book at the time that is looked at. */
  empty(): void {
    for (const component of this.#components) {
      component.update(undefined);
      component.set({ simulated: this.#simulated });
    }
  }

  /** What is said in place of a book. */
  say(emptyText: string): void {
    for (const component of this.#components) component.set({ emptyText });
  }

  /** Colours, scale, unit and group are those of all. */
  style(view: View): void {
    const { theme, palette, scale, unit } = view;
    const group = view.group || undefined;
    for (const component of this.#components) component.set({ theme, palette });
    this.chart.set({ scale, unit, group });
    this.ladder.set({ group });
  }

  /** "as of 12:03:05"; undefined: the present. */
  past(past: string | undefined): void {
    clearTimeout(this.#pastLater);
    if (past === this.#past) return;
    const wait = this.#pastAt + pastEveryMs - performance.now();
    if (past !== undefined && this.#past !== undefined && wait > 0) {
      this.#pastLater = setTimeout(() => this.past(past), wait);
      return;
    }
    this.#past = past;
    this.#pastAt = performance.now();
    for (const component of this.#components) component.set({ past });
  }

  order(order: WatchViews["fill"]): void {
    this.#order = order;
    this.chart.set({ order });
    void this.#side?.update(this.#views).catch(() => undefined);
  }

  get #views(): WatchViews {
    return { imbalance: true, bands: true, ladder: { levels: 25 }, ...(this.#order && { fill: this.#order }) };
  }
}
