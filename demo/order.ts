import type { BandView, FillView, WatchFrame, WatchViews } from "hadal";
import { fixed } from "hadal/chart";
import { Segments } from "./choices.js";
import { byId, create, setText, thin } from "./dom.js";
import { decimalsOf, NumberField } from "./numbers.js";

type Order = NonNullable<WatchViews["fill"]>;
type Market = Pick<WatchFrame, "symbol" | "priceScale" | "qtyScale">;

const names = ["Average price", "Slippage", "Worst price", "Cost"] as const;
const nothing = "\u2013";

/** An amount with thousands apart, and no more decimals than people read. */
function amount(integer: number, scale: number, decimals: number): string {
  return (integer / 10 ** scale).toLocaleString("en", { maximumFractionDigits: decimals, minimumFractionDigits: Math.min(2, decimals) });
}

/** Size in, what it would cost out: the calculator beside the chart, which shades the levels. While the book is not live, what the last verified one gave stays, greyed. */
export class OrderPanel {
  readonly #onOrder: (order: Order | undefined) => void;
  readonly #panel = byId("order-panel");
  readonly #size = new NumberField(byId<HTMLInputElement>("order-size"), byId("order-wrong"), "A size");
  readonly #result = new Map<string, HTMLElement>();
  readonly #bars: { row: HTMLElement; bar: HTMLElement; value: HTMLElement; name: HTMLElement }[] = [];
  #side: "buy" | "sell" = "buy";
  #market: Market | undefined;
  /** Something of this market has been shown. */
  #known = false;

  constructor(onOrder: (order: Order | undefined) => void) {
    this.#onOrder = onOrder;
    const side = new Segments<"buy" | "sell">("order-side", [["buy", "Buy"], ["sell", "Sell"]], (picked) => {
      this.#side = picked;
      this.#read();
    });
    side.show(this.#side);
    byId("order").addEventListener("submit", (event) => event.preventDefault());
    this.#size.input.addEventListener("input", () => this.#read());
    byId("order-clear").addEventListener("click", () => {
      this.#size.input.value = "";
      this.#read();
      this.#size.input.focus();
    });
    for (const name of names) {
      const value = create("dd", "", nothing);
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
    this.show(undefined);
  }

  /** Of every picture; undefined: there is no book. */
  show(frame: WatchFrame | undefined): void {
    this.#learn(frame);
    const live = frame?.state === "live";
    if (live) {
      this.#known = true;
      this.#showFill(frame);
      this.#showBands(frame.bands ?? []);
      this.#showHealth(frame);
    } else if (!this.#known) {
      this.#clearResult();
      this.#showBands([]);
      setText(byId("health"), "");
    }
    const stale = this.#known && !live;
    this.#panel.dataset["live"] = stale ? "no" : "yes";
    setText(byId("order-as-of"), stale ? "as of the last verified book" : "");
  }

  /** Another market has other units and other digits. */
  #learn(frame: WatchFrame | undefined): void {
    const was = this.#market;
    this.#market = frame && { symbol: frame.symbol, priceScale: frame.priceScale, qtyScale: frame.qtyScale };
    if (frame?.symbol !== was?.symbol || !frame) this.#known = false;
    if (!frame || (frame.symbol === was?.symbol && frame.qtyScale === was.qtyScale)) return;
    setText(byId("order-unit"), `Size, ${frame.symbol.split("/")[0] ?? ""}`);
    if (this.#size.input.value.trim() !== "") this.#read();
  }

  #put(name: (typeof names)[number], text: string): void {
    const value = this.#result.get(name);
    if (value) setText(value, text);
  }

  #clearResult(): void {
    for (const name of names) this.#put(name, nothing);
  }

  #showFill({ fill, symbol, priceScale, qtyScale }: WatchFrame): void {
    if (!fill) return this.#clearResult();
    const [base = "", quote = ""] = symbol.split("/");
    this.#put("Average price", fill.average === null ? nothing : `${fixed(BigInt(Math.round(fill.average * 10)), priceScale + 1)} ${quote}`);
    this.#put("Slippage", fill.slippageBps === null ? nothing : `${fill.slippageBps.toFixed(2)} bps`);
    this.#put("Worst price", fill.worst === null ? nothing : `${fixed(fill.worst, priceScale)} ${quote}`);
    this.#put("Cost", fill.cost === null ? nothing : `${amount(fill.cost, priceScale + qtyScale, 2)} ${quote}${partial(fill, qtyScale, base)}`);
  }

  #showBands(bands: readonly BandView[]): void {
    this.#bars.forEach(({ row, bar, value, name }, i) => {
      const band = bands[i];
      row.classList.toggle("away", !band);
      if (!band) return;
      setText(name, `\u00b1${band.percent}${thin}%`);
      const cut = band.bidCut || band.askCut;
      const words = `${cut ? "\u2265 " : ""}${band.imbalance > 0 ? "+" : band.imbalance < 0 ? "\u2212" : ""}${Math.abs(band.imbalance).toFixed(2)} ${band.imbalance >= 0 ? "bids" : "asks"}`;
      setText(value, words);
      const side = band.imbalance >= 0 ? "bid" : "ask";
      if (bar.dataset["side"] !== side) bar.dataset["side"] = side;
      const scale = `scaleX(${Math.abs(band.imbalance).toFixed(2)})`;
      if (bar.style.transform !== scale) bar.style.transform = scale;
    });
  }

  #showHealth({ health, silenceMs, bands }: WatchFrame): void {
    const silence = silenceMs !== null && silenceMs > 1000 ? `, last message ${Math.round(silenceMs / 1000)}${thin}s ago` : "";
    const cut = bands?.some(({ bidCut, askCut }) => bidCut || askCut) ? "A band with \u2265 goes on beyond the visible depth." : "";
    setText(byId("health"), (health ? `Market ${health}${silence}. ` : "") + cut);
  }

  #read(): void {
    const market = this.#market;
    const size = this.#size.read((text) => {
      if (!market || decimalsOf(text) <= market.qtyScale) return undefined;
      return `${market.symbol} counts sizes in steps of ${fixed(1, market.qtyScale)}: ${text} lies between two of them`;
    });
    this.#clearResult(); // the next picture has the one for this size
    this.#onOrder(size === undefined ? undefined : { side: this.#side, size });
  }
}

function partial(fill: FillView, qtyScale: number, base: string): string {
  return fill.complete ? "" : ` for ${amount(fill.filled, qtyScale, 4)} ${base}, all that is visible`;
}
