import type { BandView, FillView, WatchFrame, WatchViews } from "hadal";
import { fixed } from "hadal/chart";
import { Segments } from "./choices.js";
import { byId, create, setText } from "./dom.js";

type Order = NonNullable<WatchViews["fill"]>;
const decimal = /^\d{1,15}(\.\d{1,15})?$/;

/** An amount with thousands apart, and no more decimals than people read. */
function amount(integer: number, scale: number, decimals: number): string {
  return (integer / 10 ** scale).toLocaleString("en", { maximumFractionDigits: decimals, minimumFractionDigits: Math.min(2, decimals) });
}

/** Size in, what it would cost out: the calculator beside the chart, which shades the levels. */
export class OrderPanel {
  order: Order | undefined;
  readonly #onOrder: (order: Order | undefined) => void;
  readonly #size = byId<HTMLInputElement>("order-size");
  readonly #wrong = byId("order-wrong");
  readonly #result = new Map<string, HTMLElement>();
  readonly #bars: { row: HTMLElement; bar: HTMLElement; value: HTMLElement; name: HTMLElement }[] = [];
  #side: "buy" | "sell" = "buy";

  constructor(onOrder: (order: Order | undefined) => void) {
    this.#onOrder = onOrder;
    const side = new Segments<"buy" | "sell">("order-side", [["buy", "Buy"], ["sell", "Sell"]], (picked) => {
      this.#side = picked;
      this.#read();
    });
    side.show(this.#side);
    byId("order").addEventListener("submit", (event) => event.preventDefault());
    this.#size.addEventListener("input", () => this.#read());
    byId("order-clear").addEventListener("click", () => {
      this.#size.value = "";
      this.#read();
    });
    for (const name of ["Average price", "Slippage", "Worst price", "Cost"]) {
      const value = create("dd", "", "\u2013");
      byId("order-result").append(create("dt", "", name), value);
      this.#result.set(name, value);
    }
    for (let i = 0; i < 3; i++) {
      const row = create("div", "band");
      const [name, track, bar, value] = [create("span", "band-name"), create("span", "band-track"), create("span", "band-bar"), create("span", "band-value")];
      track.append(bar);
      row.append(name, track, value);
      byId("bands").append(row);
      this.#bars.push({ row, bar, value, name });
    }
  }

  show(frame: WatchFrame | undefined): void {
    const [base = "", quote = ""] = (frame?.symbol ?? "/").split("/");
    setText(byId("order-unit"), base ? `Size, ${base}` : "Size");
    this.#showFill(frame?.fill ?? undefined, frame, quote);
    this.#showBands(frame?.bands ?? []);
    const health = frame?.health ? `Market ${frame.health}${frame.silenceMs !== null && frame.silenceMs > 1000 ? `, last message ${Math.round(frame.silenceMs / 1000)} s ago` : ""}. ` : "";
    const cut = frame?.bands?.some(({ bidCut, askCut }) => bidCut || askCut) ? "A band with \u2265 goes on beyond the visible depth." : "";
    setText(byId("health"), health + cut);
  }

  #showFill(fill: FillView | undefined, frame: WatchFrame | undefined, quote: string): void {
    const put = (name: string, text: string): void => {
      const value = this.#result.get(name);
      if (value) setText(value, text);
    };
    const { priceScale = 0, qtyScale = 0 } = frame ?? {};
    put("Average price", fill?.average == null ? "\u2013" : `${fixed(BigInt(Math.round(fill.average * 10)), priceScale + 1)} ${quote}`);
    put("Slippage", fill?.slippageBps == null ? "\u2013" : `${fill.slippageBps.toFixed(2)} bps`);
    put("Worst price", fill?.worst == null ? "\u2013" : `${fixed(fill.worst, priceScale)} ${quote}`);
    const partial = fill && !fill.complete ? ` for ${amount(fill.filled, qtyScale, 4)}, all that is visible` : "";
    put("Cost", fill?.cost == null ? "\u2013" : `${amount(fill.cost, priceScale + qtyScale, 2)} ${quote}${partial}`);
  }

  #showBands(bands: readonly BandView[]): void {
    this.#bars.forEach(({ row, bar, value, name }, i) => {
      const band = bands[i];
      row.hidden = !band;
      if (!band) return;
      setText(name, `\u00b1${band.percent} %`);
      const cut = band.bidCut || band.askCut;
      const words = `${cut ? "\u2265 " : ""}${band.imbalance > 0 ? "+" : band.imbalance < 0 ? "\u2212" : ""}${Math.abs(band.imbalance).toFixed(2)} ${band.imbalance >= 0 ? "bids" : "asks"}`;
      setText(value, words);
      const side = band.imbalance >= 0 ? "bid" : "ask";
      if (bar.dataset["side"] !== side) bar.dataset["side"] = side;
      const scale = `scaleX(${Math.abs(band.imbalance).toFixed(2)})`;
      if (bar.style.transform !== scale) bar.style.transform = scale;
    });
  }

  #read(): void {
    const text = this.#size.value.trim().replace(",", ".");
    const right = decimal.test(text) && Number(text) > 0;
    this.#wrong.hidden = text === "" || right;
    setText(this.#wrong, "A size is a number above 0, for example 2.5");
    if (text !== "" && !right) return; // the last right one stays
    this.order = right ? { side: this.#side, size: text } : undefined;
    this.#onOrder(this.order);
  }
}

/** Says when mid reaches a price, or a large level is there; once each. */
export class Alerts {
  readonly #price = byId<HTMLInputElement>("alert-price");
  readonly #size = byId<HTMLInputElement>("alert-size");
  readonly #said = byId("alert-said");
  readonly #tell: (text: string) => void;
  #above: boolean | undefined;
  #large = new Set<number>();

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
    byId("alerts").addEventListener("submit", (event) => event.preventDefault());
    this.#price.addEventListener("input", () => (this.#above = undefined));
    this.#size.addEventListener("input", () => this.#large.clear());
  }

  forget(): void {
    this.#above = undefined;
    this.#large.clear();
    this.#said.hidden = true;
  }

  look(frame: WatchFrame): void {
    if (frame.state !== "live") return;
    this.#lookAtPrice(frame);
    this.#lookAtSizes(frame);
  }

  #lookAtPrice({ mid2, priceScale, symbol }: WatchFrame): void {
    const text = this.#price.value.trim();
    if (!decimal.test(text) || mid2 === null) return;
    const above = mid2 / 2 >= Number(text) * 10 ** priceScale;
    if (this.#above !== undefined && above !== this.#above) this.#say(`${symbol}: mid ${above ? "rose to" : "fell below"} ${text}`);
    this.#above = above;
  }

  #lookAtSizes({ ladder, priceScale, qtyScale, symbol }: WatchFrame): void {
    const text = this.#size.value.trim();
    if (!decimal.test(text) || !ladder || !(Number(text) > 0)) return;
    const least = Number(text) * 10 ** qtyScale;
    const now = new Set<number>();
    for (const [side, name] of [[ladder.bids, "bid"], [ladder.asks, "ask"]] as const) {
      for (let i = 0; i < side.length; i++) {
        const price = side.price[i] ?? 0;
        if ((side.size[i] ?? 0) < least) continue;
        now.add(price);
        if (!this.#large.has(price)) this.#say(`${symbol}: ${name} of ${fixed(side.size[i] ?? 0, qtyScale)} at ${fixed(price, priceScale)}`);
      }
    }
    this.#large = now;
  }

  #say(text: string): void {
    this.#said.hidden = false;
    setText(this.#said, text);
    this.#tell(text);
  }
}
