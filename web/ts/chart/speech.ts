import { currencies, fixed, midText } from "./format.js";
import type { HeldBook, HeldSide } from "./held-book.js";
import { element, setText } from "./place.js";

const tableRows = 10;
const tableEveryMs = 1000;
const speakEveryMs = 5000;

const priceText = (book: HeldBook, price: number | undefined): string => (price === undefined ? "" : fixed(price, book.priceScale));
const sizeText = (book: HeldBook, size: number | undefined): string => (size === undefined ? "" : fixed(Math.round(size), book.qtyScale));

/** The best ten levels a side as a table, for those who do not see the chart. Follows the book at most once a second. */
export class LevelTable {
  readonly element: HTMLTableElement;
  readonly #caption = element("caption");
  readonly #cells: HTMLTableCellElement[][];
  #at = -Infinity;
  #of = "";

  constructor() {
    const head = element("tr");
    for (const name of ["Bid size", "Bid", "Ask", "Ask size"]) head.append(element("th", { scope: "col" }, name));
    const body = element("tbody");
    this.#cells = Array.from({ length: tableRows }, () => {
      const cells = Array.from({ length: 4 }, () => element("td"));
      body.append(element("tr", {}, ...cells));
      return cells;
    });
    this.element = element("table", {}, this.#caption, element("thead", {}, head), body);
  }

  show(book: HeldBook, now: number): void {
    const of = `${book.symbol} ${book.revision} ${book.group}`;
    if (of === this.#of || now - this.#at < tableEveryMs) return;
    this.#of = of;
    this.#at = now;
    const { base, quote } = currencies(book.symbol);
    setText(this.#caption, `Best ${tableRows} levels of ${book.symbol}, prices in ${quote}, sizes in ${base}`);
    this.#cells.forEach(([bidSize, bid, ask, askSize], i) => {
      const put = (cell: Node | undefined, text: string): void => void (cell && setText(cell, text));
      put(bidSize, sizeText(book, book.bids.size[i]));
      put(bid, priceText(book, book.bids.price[i]));
      put(ask, priceText(book, book.asks.price[i]));
      put(askSize, sizeText(book, book.asks.size[i]));
    });
  }
}

const bestText = (book: HeldBook, side: HeldSide): string => (side.length > 0 ? priceText(book, side.price[0]) : "none");

/** The whole book in a sentence. */
export function bookSentence(book: HeldBook): string {
  return `${book.symbol}, best bid ${bestText(book, book.bids)}, best ask ${bestText(book, book.asks)}`;
}

/** Said by any component of the page: several that show one book say what happens to it once. */
let lastChange = { text: "", at: -Infinity };
const togetherMs = 1000;

/** Speaks politely. Of prices only when asked to, and at most once in five seconds; of what goes wrong, or is right again, at once. */
export class Announcer {
  readonly element = element("p", { class: "unseen", role: "status" });
  /** Prices too. */
  on = false;
  #at = -Infinity;

  /** Of a book that is live. */
  book(book: HeldBook, now: number): void {
    if (!this.on || now - this.#at < speakEveryMs || book.mid2 === null) return;
    this.say(`${book.symbol} mid ${midText(book.mid2, book.priceScale)}`);
  }

  change(text: string): void {
    const now = performance.now();
    if (text === "" || (text === lastChange.text && now - lastChange.at < togetherMs)) return;
    lastChange = { text, at: now };
    this.say(text);
  }

  say(text: string): void {
    this.#at = performance.now();
    setText(this.element, text);
  }
}
