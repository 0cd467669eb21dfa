import { plainText } from "./format.js";
import { Digits } from "./ladder-row.js";
import { element, setAttribute, setText } from "./place.js";
import type { TapeTrade } from "./tape-trades.js";

const two = (value: number, width = 2): string => String(value).padStart(width, "0");

/** One row of a tape. It is used again for another trade when its own has left. */
export class TapeRow {
  readonly element = element("tr");
  readonly #time = element("time");
  readonly #sign = document.createTextNode("");
  readonly #word = element("span", { class: "unseen" });
  readonly #price = element("td", { class: "price" });
  readonly #size = new Digits();
  readonly #bar = element("span", { class: "bar", "aria-hidden": "true" });
  #units = 0;
  #scale = "";

  constructor() {
    const sign = element("span", { "aria-hidden": "true" });
    sign.append(this.#sign);
    const size = element("td", {}, this.#bar, this.#size.element);
    this.element.append(element("td", {}, this.#time), element("td", { class: "sign" }, sign, this.#word), this.#price, size);
  }

  show(trade: TapeTrade, priceScale: number, qtyScale: number): void {
    const { timeMs, price, size, buy } = trade;
    this.#units = size;
    this.#showTime(new Date(timeMs));
    setAttribute(this.element, "data-side", buy ? "buy" : "sell");
    this.#sign.data = buy ? "\u25b2" : "\u25bc";
    setText(this.#word, buy ? "buy" : "sell");
    setText(this.#price, plainText(price, priceScale));
    this.#size.text = plainText(size, qtyScale);
  }

  /** @param largest units of the largest trade shown */
  showBar(largest: number): void {
    const scale = `scaleX(${(largest > 0 ? this.#units / largest : 0).toFixed(3)})`;
    if (scale !== this.#scale) this.#bar.style.transform = this.#scale = scale;
  }

  /** Local time of day; with milliseconds where it is pointed at. */
  #showTime(date: Date): void {
    const known = !Number.isNaN(date.getTime());
    const text = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    setText(this.#time, known ? text : "\u2013");
    setAttribute(this.#time, "datetime", known ? date.toISOString() : undefined);
    setAttribute(this.#time, "title", known ? `${text}.${two(date.getMilliseconds(), 3)}` : "The exchange gave no time");
  }
}
