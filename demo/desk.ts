import type { WatchFrame, WatchViews } from "hadal";
import { DepthChart, follow, Heatmap, Ladder, StatusBadge, Tape, type Component, type Market, type MarketWatch } from "hadal/chart";
import type { View } from "./address.js";
import { byId } from "./dom.js";

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
  #past: string | undefined;

  get #components(): readonly Component[] {
    return [this.chart, this.ladder, this.tape, this.heatmap, this.badge];
  }

  /** Shows a symbol of a market; undefined: nothing. */
  attach(market: Market | undefined, view: View, onError: (error: unknown) => void): void {
    this.detach();
    if (!market) return;
    let ended = false;
    this.#ends = this.#components.map((component) => follow(component, market, view.symbol, { depth: view.depth, onError }));
    this.#ends.push(() => (ended = true));
    market.watch(view.symbol, this.#views, { depth: view.depth }).then((watch) => {
      if (ended) return watch.close();
      this.#side = watch;
      watch.onFrame((frame) => this.onFrame(frame));
      const first = watch.frame();
      if (first) this.onFrame(first);
    }, onError);
  }

  detach(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#side?.close();
    this.#side = undefined;
    for (const component of this.#components) component.update(undefined);
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
    if (past === this.#past) return;
    this.#past = past;
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
