import type { RawModule, RawSource } from "./hadal-glue.js";
import { HadalError } from "./error.js";
import { json } from "./json.js";
import { Slot } from "./layout.js";
import type { Memory } from "./memory.js";
import { reasons, states } from "./states.js";
import { bookFrame, type ExactText } from "./book-frame.js";
import { depths } from "./subscription.js";
import type { BookFrame, BookOptions, SideColumns } from "./types.js";
import type { TrackOptions, WatchFrame, WatchViews } from "./views.js";
import { keep, readFrame, shown } from "./watch-frame.js";
import { Watch } from "./watch.js";

const maxScale = 18;

/** Options as the module takes them. Throws HadalError `config_invalid` naming the option. */
export function rawOptions(
  raw: RawModule,
  options: BookOptions,
): [depth: number, pricePrecision: number, qtyPrecision: number, symbol: string] {
  const { depth, precision, symbol, ...others } = options;
  for (const name of Object.keys(others)) throw new HadalError("config_invalid", `${name}: is no option; there are depth, precision and symbol`);
  if (depth !== undefined && !depths.includes(depth)) {
    throw new HadalError("config_invalid", `depth: must be one of ${depths.join(", ")}, not ${String(depth)}`);
  }
  const isScale = (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxScale;
  if (precision !== undefined && !(Array.isArray(precision) && precision.length === 2 && precision.every(isScale))) {
    throw new HadalError("config_invalid", `precision: must be [price, qty], whole numbers from 0 to ${maxScale}`);
  }
  let normal = "";
  if (symbol !== undefined) {
    normal = typeof symbol === "string" ? raw.normalizeSymbol(symbol) : "";
    if (normal === "") throw new HadalError("config_invalid", `symbol: must be BASE/QUOTE, for example BTC/USD, not ${String(symbol)}`);
  }
  return [depth ?? 0, precision?.[0] ?? -1, precision?.[1] ?? -1, normal];
}

const registry = new FinalizationRegistry<RawSource>((object) => object.delete());

/** A handle on something with books inside the module. Freed by close(), or when nobody holds it any more (a client holds itself). */
export abstract class Source<Raw extends RawSource, Module extends RawModule = RawModule> {
  protected readonly module: Module;
  protected readonly memory: Memory;
  #object: Raw | undefined;
  #handle: number;
  readonly #slots = new Map<string, number>();
  readonly #watches = new Set<WeakRef<Watch>>();

  protected constructor(module: Module, memory: Memory, object: Raw) {
    this.module = module;
    this.memory = memory;
    this.#object = object;
    this.#handle = object.handle();
    registry.register(this, object, this);
  }

  /** The object inside. Throws `already_closed`. */
  protected get object(): Raw {
    if (this.#object === undefined) throw new HadalError("already_closed", "close() was called; make a new one.");
    return this.#object;
  }

  /** What plain exports take. Throws `already_closed`. */
  protected get handle(): number {
    if (this.#handle === 0) throw new HadalError("already_closed", "close() was called; make a new one.");
    return this.#handle;
  }

  /** Symbols that have a book so far, in alphabetical order. */
  symbols(): string[] {
    return this.object.symbols().split("\n").slice(0, -1);
  }

  /** The book of a symbol, or undefined. Its arrays are lent: valid until the next call that changes books or fills another frame. */
  book(symbol: string): BookFrame | undefined {
    const object = this.object;
    let slot = this.#slots.get(symbol);
    if (slot === undefined) {
      slot = object.slot(String(symbol));
      if (slot < 0) return undefined; // no such book yet
      this.#slots.set(symbol, slot);
    }
    const at = this.module._hadal_fill(this.handle, slot) >>> 0;
    if (at === 0) return undefined;
    return readBookFrame(this.memory, at, symbol, (side, i) => {
      const text = this.object.levelText(slot, side === "bid" ? 0 : 1, i);
      const space = text.indexOf(" ");
      return { price: text.slice(0, Math.max(space, 0)), size: text.slice(space + 1) };
    });
  }

  /**
   * Declares what is to be seen of a symbol: a ladder, depth columns, liquidity, what an order would get, tape, heatmap. Read it by
   * `watch.frame()` whenever a picture is to be drawn.
   */
  watch(symbol: string, views: WatchViews): Watch {
    void this.object; // throws if closed
    return new Watch(this.module, this.memory, { handle: () => this.handle, watches: this.#watches }, symbol, views);
  }

  /** Follows a symbol over time, or all that have no settings of their own (`"*"`): order flow, whales, heatmap and more. Replaces what was. */
  track(symbol: string, options: TrackOptions): void {
    const normal = symbol === "*" ? "" : typeof symbol === "string" ? this.module.normalizeSymbol(symbol) : "";
    if (symbol !== "*" && normal === "") throw new HadalError("config_invalid", `symbol: must be BASE/QUOTE or *, not ${String(symbol)}`);
    const wrong = this.object.track(normal, json("options", options));
    if (wrong !== "") throw new HadalError("config_invalid", wrong);
  }

  /**
   * What is known of a symbol over time, as far as it is tracked: market health, trades by price, unusual sizes, the hottest levels, cancelled
   * ones, the last hour of spread and mid, the newest order flow. Decimals are strings, ratios 16 hex digits of their bits. Undefined for a symbol
   * that nothing is known of.
   */
  followed(symbol: string): Record<string, unknown> | undefined {
    const text = this.object.followed(this.module.normalizeSymbol(String(symbol)));
    return text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>);
  }

  /** One look at a symbol's views, for a question asked now and then: the arrays are yours to keep. Undefined while there is no book. */
  ask(symbol: string, views: WatchViews): WatchFrame | undefined {
    const watch = this.watch(symbol, views);
    try {
      const picture = watch.picture();
      return picture && readFrame(shown(keep(picture)), watch.symbol, watch.views);
    } finally {
      watch.close();
    }
  }

  /** Frees what is held inside. Calling it twice is fine; every other call throws afterwards. */
  close(): void {
    if (this.#object === undefined) return;
    for (const watch of [...this.#watches]) watch.deref()?.close();
    registry.unregister(this);
    this.#object.delete();
    this.#object = undefined;
    this.#handle = 0;
  }
}

function readBookFrame(memory: Memory, at: number, symbol: string, exact: ExactText): BookFrame {
  const block = memory.doubles(at, Slot.header);
  const value = (slot: number) => block[slot] ?? NaN;
  const optional = (slot: number) => (Number.isNaN(value(slot)) ? null : value(slot));
  const bidCount = value(Slot.bidCount);
  const askCount = value(Slot.askCount);
  const columns = (first: number, count: number): SideColumns => ({
    price: memory.doubles(at + 8 * first, count),
    size: memory.doubles(at + 8 * (first + count), count),
    cumulative: memory.doubles(at + 8 * (first + 2 * count), count),
  });
  const head = {
    symbol,
    revision: value(Slot.revision),
    state: states[value(Slot.state)] ?? "stale",
    reason: reasons[value(Slot.reason)] ?? null,
    verified: value(Slot.verified) === 1,
    depth: value(Slot.depth),
    priceScale: value(Slot.priceScale),
    qtyScale: value(Slot.qtyScale),
    matched: value(Slot.matched),
    mismatched: value(Slot.mismatched),
    skipped: value(Slot.skipped),
    snapshots: value(Slot.snapshots),
    updates: value(Slot.updates),
    exchangeTimeMs: optional(Slot.exchangeTime),
    mid2: optional(Slot.mid2),
    viewHalfWidth: optional(Slot.viewHalfWidth),
  };
  return bookFrame(head, columns(Slot.header, bidCount), columns(Slot.header + 3 * bidCount, askCount), exact);
}
