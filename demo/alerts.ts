import type { WatchFrame } from "hadal";
import { fixed } from "hadal/chart";
import { byId, setText } from "./dom.js";
import { compare, NumberField } from "./numbers.js";

const everyMs = 1000; // of sizes: not more often
const againMs = 10_000; // of the same price

/** Says when mid reaches a price, or a large level is there. */
export class Alerts {
  readonly #price = new NumberField(byId<HTMLInputElement>("alert-price"), byId("alert-price-wrong"), "A price");
  readonly #size = new NumberField(byId<HTMLInputElement>("alert-size"), byId("alert-size-wrong"), "A size");
  readonly #said = byId("alert-said");
  readonly #tell: (text: string) => void;
  #reaches: string | undefined;
  #least: string | undefined;
  #above: boolean | undefined;
  /** Levels that are large, and when each was spoken of: ms of performance.now(). */
  readonly #large = new Map<string, number>();
  #there = new Set<string>();
  #sizeAt = -Infinity;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
    byId("alerts").addEventListener("submit", (event) => event.preventDefault());
    this.#price.input.addEventListener("input", () => this.#read());
    this.#size.input.addEventListener("input", () => this.#read());
  }

  /** Another market, or another time. */
  forget(): void {
    this.#above = undefined;
    this.#large.clear();
    this.#there.clear();
    this.#sizeAt = -Infinity;
    this.#said.hidden = true;
  }

  look(frame: WatchFrame): void {
    const [base = "", quote = ""] = frame.symbol.split("/");
    setText(byId("alert-price-unit"), `Mid reaches, ${quote}`);
    setText(byId("alert-size-unit"), `Level of at least, ${base}`);
    if (frame.state !== "live") return;
    this.#lookAtPrice(frame);
    this.#lookAtSizes(frame, performance.now());
  }

  #read(): void {
    this.forget();
    this.#reaches = this.#price.read();
    this.#least = this.#size.read();
  }

  #lookAtPrice({ mid2, priceScale, symbol }: WatchFrame): void {
    const price = this.#reaches;
    if (price === undefined || mid2 === null) return;
    const above = compare(mid2 * 5, priceScale + 1, price) >= 0; // mid2 counts half ticks
    if (this.#above !== undefined && above !== this.#above) this.#say(`${symbol}: mid ${above ? "rose to" : "fell below"} ${price}`);
    this.#above = above;
  }

  #lookAtSizes({ ladder, priceScale, qtyScale, symbol }: WatchFrame, now: number): void {
    const least = this.#least;
    if (least === undefined || !ladder) return;
    const there = new Set<string>();
    for (const [side, name] of [[ladder.bids, "bid"], [ladder.asks, "ask"]] as const) {
      for (let i = 0; i < side.length; i++) {
        const size = side.size[i] ?? 0;
        if (compare(size, qtyScale, least) < 0) continue;
        const price = fixed(side.price[i] ?? 0, priceScale);
        const level = `${name} ${price}`;
        there.add(level);
        if (this.#there.has(level) || now - this.#sizeAt < everyMs || now - (this.#large.get(level) ?? -Infinity) < againMs) continue;
        this.#sizeAt = now;
        this.#large.set(level, now);
        this.#say(`${symbol}: ${name} of ${fixed(size, qtyScale)} at ${price}`);
      }
    }
    this.#there = there;
    for (const [level, at] of this.#large) if (now - at >= againMs) this.#large.delete(level);
  }

  #say(text: string): void {
    this.#said.hidden = false;
    setText(this.#said, text);
    this.#tell(text);
  }
}
