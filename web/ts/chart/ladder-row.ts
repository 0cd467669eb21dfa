import { element } from "./place.js";

/** A number whose zeros at the end stand back. Writes only what differs. */
export class Digits {
  readonly element = element("span", { class: "digits" });
  readonly #head = document.createTextNode("");
  readonly #zeros = document.createTextNode("");
  #text = "";

  constructor() {
    this.element.append(this.#head, element("span", { class: "zeros" }, this.#zeros));
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    if (text === this.#text) return;
    this.#text = text;
    const zeros = text.includes(".") ? (/\.?0+$/.exec(text)?.[0].length ?? 0) : 0;
    const head = text.slice(0, text.length - zeros);
    const rest = text.slice(text.length - zeros);
    if (this.#head.data !== head) this.#head.data = head;
    if (this.#zeros.data !== rest) this.#zeros.data = rest;
  }
}

/** One row of a ladder. */
export class LadderRow {
  readonly element: HTMLTableRowElement;
  readonly button = element("button", { type: "button", class: "price", tabindex: -1 });
  readonly #price = document.createTextNode("");
  readonly #size = new Digits();
  readonly #total = new Digits();
  readonly #bar = element("span", { class: "bar", "aria-hidden": "true" });
  readonly #mark = element("span", { class: "mark", hidden: true }, element("span", { class: "unseen" }, " last trade"));
  #scale = "";

  constructor(side: "bid" | "ask") {
    this.button.append(this.#price);
    this.element = element(
      "tr", { "data-side": side },
      element("th", { scope: "row" }, this.#bar, this.button, this.#mark),
      element("td", {}, this.#size.element),
      element("td", {}, this.#total.element),
    );
  }

  /** @param bar 0 ... 1 of the largest total shown */
  show(price: string, size: string, total: string, bar: number, marked: boolean): void {
    if (this.#price.data !== price) this.#price.data = price;
    this.#size.text = size;
    this.#total.text = total;
    const scale = `scaleX(${bar.toFixed(3)})`;
    if (scale !== this.#scale) this.#bar.style.transform = this.#scale = scale;
    if (this.#mark.hidden === marked) this.#mark.hidden = !marked;
    if (this.button.hidden) this.button.hidden = false;
  }

  /** Fewer levels than rows. */
  clear(): void {
    this.show("", "", "", 0, false);
    this.button.hidden = true; // nothing to press
  }

  get price(): string {
    return this.#price.data;
  }

  /** Tab-separated, as tables are pasted. */
  get text(): string {
    return [this.#price.data, this.#size.text, this.#total.text].join("\t");
  }
}
