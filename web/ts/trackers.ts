import { disposer, type Disposer } from "./signal.js";
import type { TrackOptions } from "./views.js";

const all = "*";

/** What is tracked of a symbol: what was asked for as a whole, and single wishes beside it, which end one by one. */
export class Trackers {
  readonly #send: (symbol: string, options: string) => Promise<void>;
  readonly #own = new Map<string, TrackOptions>();
  readonly #wishes = new Map<string, Set<TrackOptions>>();
  /** Symbols of which the engine has settings: those of all do not reach them by themselves any more. */
  readonly #told = new Set<string>();

  constructor(send: (symbol: string, options: string) => Promise<void>) {
    this.#send = send;
  }

  /** As a whole. Rejects with what is wrong; what was stays then. */
  async set(symbol: string, options: TrackOptions): Promise<void> {
    const key = symbol.toUpperCase();
    const before = this.#own.get(key);
    this.#own.set(key, options);
    try {
      await this.#tell(key);
    } catch (error) {
      if (this.#own.get(key) === options) before ? this.#own.set(key, before) : this.#own.delete(key);
      throw error;
    }
    if (key === all) await Promise.all([...this.#told].filter((one) => !this.#own.has(one)).map((one) => this.#tell(one)));
  }

  /** One wish more, until it is disposed of. */
  add(symbol: string, options: TrackOptions): Disposer {
    const key = symbol.toUpperCase();
    let wishes = this.#wishes.get(key);
    if (!wishes) this.#wishes.set(key, (wishes = new Set()));
    wishes.add(options);
    this.#tell(key).catch(() => undefined); // closed
    return disposer(() => {
      wishes.delete(options);
      if (wishes.size === 0 && this.#wishes.get(key) === wishes) this.#wishes.delete(key);
      this.#tell(key).catch(() => undefined);
    });
  }

  /** Saying the same again changes nothing: a tracker goes on as long as its settings stay. */
  async #tell(key: string): Promise<void> {
    if (key !== all) this.#told.add(key);
    const own = this.#own.get(key) ?? this.#own.get(all) ?? {};
    return this.#send(key, JSON.stringify(Object.assign({}, ...(this.#wishes.get(key) ?? []), own)));
  }
}
