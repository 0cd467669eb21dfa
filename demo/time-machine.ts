import type { Client, Player, WatchFrame, WatchViews, Watch } from "hadal";
import type { Market, MarketWatch } from "hadal/chart";
import { tracked } from "./session.js";

type Listener = (frame: WatchFrame) => void;

const longestGapMs = 250; // a tab that comes back to the front goes on where it was
const calmMs = 1000;

/** A watch that shows the present, or a moment of a recording. */
class Both implements MarketWatch {
  readonly symbol: string;
  readonly live: MarketWatch | undefined;
  /** Of the present: aborted when its watch is closed. */
  readonly signal?: AbortSignal;
  views: WatchViews;
  readonly #machine: TimeMachine;
  readonly #listeners = new Set<Listener>();
  #past: Watch | undefined;
  #lastAt = -Infinity;
  #late: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(machine: TimeMachine, symbol: string, views: WatchViews, live: MarketWatch | undefined) {
    this.symbol = live?.symbol ?? symbol;
    this.live = live;
    this.views = views;
    this.#machine = machine;
    const { signal } = (live ?? {}) as { signal?: AbortSignal };
    if (signal) this.signal = signal;
    live?.onFrame((frame) => this.#news(frame));
  }

  frame(): WatchFrame | undefined {
    return this.#machine.player ? this.#past?.frame() : this.live?.frame();
  }

  async update(views: WatchViews): Promise<void> {
    this.views = views;
    await this.live?.update(views);
    if (this.#closed) return;
    this.#past?.update(this.views);
    this.show();
  }

  onFrame(listener: Listener): ReturnType<MarketWatch["onFrame"]> {
    this.#listeners.add(listener);
    const end = (): void => void this.#listeners.delete(listener);
    return Object.assign(end, { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: end }) as ReturnType<MarketWatch["onFrame"]>;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#late);
    this.live?.close();
    this.#past?.close();
    this.#listeners.clear();
    this.#machine.gone(this);
  }

  /** Another time is to be seen. */
  travel(player: Player | undefined): void {
    this.#past?.close();
    this.#past = player?.watch(this.symbol, this.views);
    this.show();
  }

  /** Shows what there is now; what has no book yet is not shown as it was at another time. */
  show(): void {
    const frame = this.frame();
    if (frame) for (const listener of this.#listeners) listener(frame);
    else this.#machine.onNothing();
  }

  /** Calm: one picture a second, but that the book is wrong is said at once. */
  #news(frame: WatchFrame): void {
    if (this.#machine.player) return;
    const wait = this.#lastAt + calmMs - performance.now();
    if (this.#machine.calm && wait > 0 && frame.state === "live") {
      this.#late ??= setTimeout(() => {
        this.#late = undefined;
        if (!this.#machine.player) this.show();
        this.#lastAt = performance.now();
      }, wait);
      return;
    }
    this.#lastAt = performance.now();
    for (const listener of this.#listeners) listener(frame);
  }
}

/**
 * Time that can be chosen, for a market: the present of a client, or any moment of a recording. Everything that watches it follows. The client goes on all the while.
 * Events: `onChange` after every change of time, once a frame while it plays; `onJump` before a time that does not follow from the last; `onNothing` when there is
 * no book at this time.
 */
export class TimeMachine {
  /** For everything that watches. */
  readonly market: Market;
  /** One picture a second. */
  calm = false;
  player: Player | undefined;
  playing = false;
  speed = 1;
  onChange: () => void = () => undefined;
  onJump: () => void = () => undefined;
  onNothing: () => void = () => undefined;
  readonly live: Client | undefined;
  readonly #watches = new Set<Both>();
  #frame = 0;
  #last = 0;
  #closed = false;

  constructor(live: Client | undefined, simulated: boolean) {
    this.live = live;
    const watch: Market["watch"] = (symbol, views, options) => this.#watch(symbol, views, options);
    this.market = {
      simulated,
      watch,
      ...(live && {
        subscribe: (what) => live.subscribe(what),
        unsubscribe: (what) => live.unsubscribe(what),
        alsoTrack: (symbol, options) => live.alsoTrack(symbol, options),
        status: (options) => live.status(options),
        stats: () => live.stats(),
        retryNow: () => live.retryNow(),
        on: (type, listener, options) => live.on(type, listener, options),
      }),
    };
  }

  async #watch(symbol: string, views: WatchViews, options: Parameters<Market["watch"]>[2] = {}): Promise<MarketWatch> {
    const both = new Both(this, symbol, views, await this.live?.watch(symbol, views, options));
    if (this.#closed) both.close();
    else this.#watches.add(both);
    if (this.player) both.travel(this.player);
    return both;
  }

  gone(watch: Both): void {
    this.#watches.delete(watch);
  }

  // --- time ---

  /** Shows a recording from now on, at `atMs` of it; the machine closes its player. Undefined: the present. */
  travel(player: Player | undefined, atMs = 0): void {
    if (this.#closed) return player?.close();
    const old = this.player;
    this.pause();
    player?.track("*", tracked);
    if (atMs > 0) player?.seek(atMs);
    this.player = player;
    this.onJump();
    for (const watch of this.#watches) watch.travel(player);
    old?.close();
    this.onChange();
  }

  play(): void {
    if (!this.player || this.playing) return;
    if (this.player.done) {
      this.player.seek(0);
      this.onJump();
    }
    this.playing = true;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame(this.#run);
    this.onChange();
  }

  pause(): void {
    if (!this.playing) return;
    cancelAnimationFrame(this.#frame);
    this.playing = false;
    this.onChange();
  }

  /** One message on. */
  step(): void {
    this.pause();
    this.player?.step();
    this.#show();
  }

  seek(ms: number): void {
    this.player?.seek(Math.max(0, ms));
    this.onJump();
    this.#show();
  }

  close(): void {
    this.#closed = true;
    cancelAnimationFrame(this.#frame);
    this.playing = false;
    for (const watch of [...this.#watches]) watch.close();
    this.player?.close();
    this.player = undefined;
  }

  #show(): void {
    for (const watch of this.#watches) watch.show();
    this.onChange();
  }

  #run = (now: number): void => {
    const { player } = this;
    if (!this.playing || !player) return;
    const changed = player.advance(Math.max(0, Math.min(longestGapMs, now - this.#last)) * this.speed) > 0;
    this.#last = now;
    if (player.done) this.playing = false;
    else this.#frame = requestAnimationFrame(this.#run);
    if (changed || player.done) this.#show();
    else this.onChange();
  };
}
