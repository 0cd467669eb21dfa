import { disposer, type Disposer } from "./signal.js";
import type { TrackOptions } from "./views.js";

const all = "*";

/** What is tracked of a symbol: what was asked for as a whole, and single wishes beside it, which end one by one. */
export class Trackers {
  readonly #send: (symbol: string, options: string) => Promise<void>;
  readonly #own = new Map<string, TrackOptions>();
  readonly #wishes = new Map<string, Set<TrackOptions>>();
  /** By symbol: what the engine was told last. */
  readonly #sent = new Map<string, string>();

  constructor(send: (symbol: string, options: string) => Promise<void>) {
    this.#send = send;
  }

  /** As a whole. Rejects with what is wrong; what was stays then. */
  async set(symbol: string, options: TrackOptions): Promise<void> {
    const key = symbol.toUpperCase();
    const before = this.#own.get(key);
    this.#own.set(key, options);
    try {
      await this.#tell(key, true);
    } catch (error) {
      if (this.#own.get(key) === options) before ? this.#own.set(key, before) : this.#own.delete(key);
      throw error;
    }
    if (key === all) await Promise.all([...this.#wishes.keys()].map((one) => this.#tell(one)));
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

  /** Trackers begin anew when they are told of: only a change is. */
  async #tell(key: string, always = false): Promise<void> {
    const own = this.#own.get(key) ?? this.#own.get(all) ?? {};
    const text = JSON.stringify(Object.assign({}, ...(this.#wishes.get(key) ?? []), own) as TrackOptions);
    const known = this.#sent.get(key) ?? (key === all ? undefined : JSON.stringify(this.#own.get(all) ?? {}));
    if (!always && text === known) return;
    this.#sent.set(key, text);
    return this.#send(key, text);
  }
}
