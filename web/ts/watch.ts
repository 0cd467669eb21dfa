import type { RawModule, RawWatch } from "./hadal-glue.js";
import { HadalError } from "./error.js";
import { json } from "./json.js";
import { ViewSlot } from "./layout.js";
import type { Memory } from "./memory.js";
import type { WatchFrame, WatchViews } from "./views.js";
import { blockLength, readFrame, type Picture } from "./watch-frame.js";

/** @internal */
export interface WatchOwner {
  handle(): number;
  /** Those that are open, so that they end with their owner. */
  readonly watches: Set<WeakRef<Watch>>;
}

/** What a watch that nobody holds any more leaves behind. */
const registry = new FinalizationRegistry<{ object: RawWatch; watches: Set<WeakRef<Watch>>; ref: WeakRef<Watch> }>(({ object, watches, ref }) => {
  watches.delete(ref);
  object.delete();
});

/**
 * Views of one symbol, declared once and read whenever a picture is to be drawn: views are computed when the book or the request has changed,
 * and only then. Freed by close(), with its source, or when nobody holds it any more.
 */
export class Watch {
  readonly symbol: string;
  readonly #module: RawModule;
  readonly #memory: Memory;
  readonly #owner: WatchOwner;
  readonly #ref = new WeakRef<Watch>(this);
  readonly #handle: number;
  #object: RawWatch | undefined;
  #views: WatchViews = {};

  /** @internal */
  constructor(module: RawModule, memory: Memory, owner: WatchOwner, symbol: string, views: WatchViews) {
    const normal = typeof symbol === "string" ? module.normalizeSymbol(symbol) : "";
    if (normal === "") throw new HadalError("config_invalid", `symbol: must be BASE/QUOTE, for example BTC/USD, not ${String(symbol)}`);
    this.symbol = normal;
    this.#module = module;
    this.#memory = memory;
    this.#owner = owner;
    const object = new module.Watch(owner.handle(), normal);
    this.#object = object;
    this.#handle = object.handle();
    owner.watches.add(this.#ref);
    registry.register(this, { object, watches: owner.watches, ref: this.#ref }, this);
    try {
      this.update(views);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What is watched now. */
  get views(): WatchViews {
    return this.#views;
  }

  /** Other views from now on. Throws `config_invalid` naming what is wrong; the former views stay then. */
  update(views: WatchViews): void {
    const text = json("views", views);
    const wrong = this.#raw.request(text);
    if (wrong !== "") throw new HadalError("config_invalid", wrong);
    this.#views = JSON.parse(text) as WatchViews; // a copy: what the caller does with the object later is its own
  }

  /** The views as of now; undefined while the symbol has no book. */
  frame(): WatchFrame | undefined {
    const picture = this.picture();
    return picture && readFrame(picture, this.symbol, this.#views);
  }

  /** @internal Lent: views on the memory inside. */
  picture(): Picture | undefined {
    const raw = this.#raw;
    this.#owner.handle(); // throws if the source is closed
    const at = this.#module._hadal_watch_fill(this.#handle) >>> 0;
    if (at === 0) return undefined;
    const head = this.#memory.doubles(at, ViewSlot.header);
    const cells = (head[ViewSlot.heatColumns] ?? 0) * (head[ViewSlot.heatBuckets] ?? 0);
    const heat = (side: 0 | 1): Uint8Array => this.#memory.bytes(cells === 0 ? 0 : this.#module._hadal_watch_heat(this.#handle, side), cells);
    return {
      block: this.#memory.doubles(at, blockLength(head)),
      heat: [heat(0), heat(1)],
      exact: (side, i) => {
        const [price = "", size = ""] = raw.levelText(side === "bid" ? 0 : 1, i).split(" ");
        return { price, size };
      },
    };
  }

  /** @internal Whether frame() would show something else than it did last: 0 no, 1 yes, 2 yes, and even whether the book is right. */
  get dirty(): number {
    return this.#object === undefined ? 0 : this.#module._hadal_watch_dirty(this.#handle);
  }

  /** How often the views were computed: equal revisions and views cost nothing. */
  get computed(): number {
    return this.#raw.computed();
  }

  /** Calling it twice is fine; every other call throws afterwards. */
  close(): void {
    if (this.#object === undefined) return;
    registry.unregister(this);
    this.#object.delete();
    this.#object = undefined;
    this.#owner.watches.delete(this.#ref);
  }

  get #raw(): RawWatch {
    if (this.#object === undefined) throw new HadalError("already_closed", "the watch, or what it watches, was closed; make a new one.");
    return this.#object;
  }
}
