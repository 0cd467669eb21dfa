import type { RawKey } from "./subscription.js";
import type { Watch } from "./watch.js";
import type { WatchViews } from "./views.js";
import type { Picture } from "./watch-frame.js";

interface Entry {
  readonly watch: Watch;
  /** Its share of a subscription. */
  readonly key: RawKey;
  /** Of its views. */
  version: number;
  /** The client has dealt with the last picture. */
  wanted: boolean;
}

/** What an engine shows to watches: each has a credit for its next picture. */
export class HostWatches {
  readonly #news: (watch: number) => void;
  readonly #entries = new Map<number, Entry>();

  /** @param news tells that a watch has another picture */
  constructor(news: (watch: number) => void) {
    this.#news = news;
  }

  add(watch: number, made: Watch, key: RawKey): void {
    this.#entries.set(watch, { watch: made, key, version: 0, wanted: true });
    this.#tell(watch);
  }

  /** Other views. Throws `config_invalid`. */
  update(watch: number, version: number, views: WatchViews): void {
    const entry = this.#entries.get(watch);
    if (!entry) return;
    entry.watch.update(views);
    entry.version = version;
    this.#tell(watch);
  }

  credit(watch: number): void {
    const entry = this.#entries.get(watch);
    if (!entry) return;
    entry.wanted = true;
    this.#tell(watch);
  }

  /** Returns its share of a subscription. */
  remove(watch: number): RawKey | undefined {
    const entry = this.#entries.get(watch);
    this.#entries.delete(watch);
    entry?.watch.close();
    return entry?.key;
  }

  /** As of now, lent. */
  picture(watch: number): (Picture & { version: number }) | undefined {
    const entry = this.#entries.get(watch);
    const picture = entry?.watch.picture();
    return entry && picture && { ...picture, version: entry.version };
  }

  /** After each input. */
  tell(): void {
    if (this.#entries.size > 0) for (const watch of this.#entries.keys()) this.#tell(watch);
  }

  clear(): void {
    this.#entries.clear();
  }

  #tell(watch: number): void {
    const entry = this.#entries.get(watch);
    const dirty = entry?.watch.dirty ?? 0;
    // Whether a book is right is told even to one that has not asked again, such as a hidden page: it is rare, and must not be late.
    if (!entry || dirty === 0 || (!entry.wanted && dirty === 1)) return;
    entry.wanted = false;
    this.#news(watch);
  }
}
