import type { Link } from "./calls.js";
import type { Clock } from "./clock.js";
import { HadalError, invalid } from "./error.js";
import { json } from "./json.js";
import { nextPicture } from "./pace.js";
import { caught, dispose, disposer, type Disposer } from "./signal.js";
import { Newest } from "./stream.js";
import type { WatchFrame, WatchViews } from "./views.js";
import { keep, readFrame, shown } from "./watch-frame.js";

/** @internal What a watch works with. */
export interface WatchContext {
  readonly link: Link;
  readonly clock: Clock;
  /** It was closed. */
  closed(watch: LiveWatch): void;
  /** A listener threw. */
  failed(error: unknown): void;
}

/**
 * Views of one symbol, declared once: each picture carries their results. Pictures come when something has changed, at most one for each that the
 * page draws; a hidden page gets none. Arrays are lent until the present tick ends: copy what is to be kept.
 */
export class LiveWatch implements AsyncIterable<WatchFrame> {
  /** In the exchange's spelling. */
  readonly symbol: string;
  readonly #id: number;
  readonly #context: WatchContext;
  readonly #views = new Map<number, WatchViews>();
  readonly #listeners = new Map<Disposer, (frame: WatchFrame) => void>();
  /** Loops, each with what it has seen. */
  readonly #streams = new Map<Newest<WatchFrame>, number>();
  #version = 0;
  /** Version of the newest picture that was looked at. */
  #shown = 0;
  #cancel: (() => void) | undefined;
  /** Counts what the engine has told. */
  #changes = 0;
  #wanting = false;
  #closed = false;
  readonly #ended = new AbortController();

  /** @internal */
  constructor(id: number, symbol: string, views: WatchViews, context: WatchContext) {
    this.#id = id;
    this.symbol = symbol;
    this.#context = context;
    this.#views.set(0, structuredClone(views));
  }

  /** Aborted when the watch is closed, or its client. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** What is watched now. */
  get views(): WatchViews {
    return this.#views.get(this.#version) ?? {};
  }

  /** The newest picture; undefined while the symbol has no book. In the page it is of this moment, from a worker it is the last that came. */
  frame(): WatchFrame | undefined {
    if (this.#closed) throw watchClosed();
    this.#want();
    const picture = this.#context.link.picture(this.#id);
    const views = picture && this.#views.get(picture.version);
    if (!picture || !views) return undefined;
    this.#shown = picture.version;
    return readFrame(picture, this.symbol, views);
  }

  /** As frame(), with arrays of its own: yours to keep. */
  copy(): WatchFrame | undefined {
    if (this.#closed) throw watchClosed();
    const picture = this.#context.link.picture(this.#id);
    const views = picture && this.#views.get(picture.version);
    return views && readFrame(shown(keep(picture)), this.symbol, views);
  }

  /** Other views from now on. Rejects with `config_invalid` naming what is wrong; the former views stay then. */
  async update(views: WatchViews): Promise<void> {
    if (this.#closed) throw watchClosed();
    const text = json("views", views);
    const version = this.#version + 1;
    this.#views.set(version, JSON.parse(text) as WatchViews); // a copy: what the caller does with the object later is its own
    this.#version = version;
    try {
      await this.#context.link.call("views", this.#id, version, text);
      for (const old of this.#views.keys()) if (old < this.#shown) this.#views.delete(old); // pictures on their way are no older
    } catch (error) {
      this.#views.delete(version);
      this.#version = Math.max(...this.#views.keys());
      throw error;
    }
  }

  /** Calls `listener` with each new picture. Returns what ends it. */
  onFrame(listener: (frame: WatchFrame) => void): Disposer {
    if (this.#closed) throw watchClosed();
    if (typeof listener !== "function") throw invalid("listener: must be a function");
    const end = disposer(() => this.#listeners.delete(end));
    this.#listeners.set(end, listener);
    this.#wake();
    return end;
  }

  /** The newest picture wins: a slow loop skips pictures and never queues them. */
  [Symbol.asyncIterator](): AsyncIterableIterator<WatchFrame> {
    if (this.#closed) throw watchClosed();
    const stream: Newest<WatchFrame> = new Newest<WatchFrame>(
      () => {
        if (this.#closed) return undefined;
        this.#streams.set(stream, this.#changes);
        return this.frame();
      },
      () => this.#streams.delete(stream),
      () => this.#want(),
    );
    this.#streams.set(stream, -1);
    return stream;
  }

  /** Calling it twice is fine; every other call throws afterwards. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel?.();
    this.#listeners.clear();
    for (const stream of [...this.#streams.keys()]) stream.end();
    void this.#context.link.call("unwatch", this.#id).catch(() => undefined); // closed: gone with it
    this.#context.closed(this);
    this.#ended.abort();
  }

  [dispose](): void {
    this.close();
  }

  /** @internal The engine has another picture. */
  news(): void {
    this.#changes++;
    this.#wake();
  }

  /** @internal What was told while nobody was there to hear it is not lost. */
  begin(): void {
    if (this.#context.link.picture(this.#id)) this.news();
    else this.#want();
  }

  /** The next picture, once: whoever looks asks for it. */
  #want(): void {
    if (this.#closed || this.#wanting || this.#cancel) return;
    this.#wanting = true;
    void this.#context.link.call("want", this.#id).catch(() => undefined);
  }

  /** One delivery with the next picture that is drawn, however often something changes before. */
  #wake(): void {
    if (this.#closed || this.#cancel) return;
    this.#cancel = nextPicture(this.#context.clock, () => {
      this.#cancel = undefined;
      this.#wanting = false;
      this.#deliver();
      if (this.#listeners.size > 0 || [...this.#streams.keys()].some(({ isWaiting }) => isWaiting)) this.#want();
    });
  }

  #deliver(): void {
    for (const [stream, seen] of this.#streams) if (seen !== this.#changes) stream.news();
    const frame = this.#listeners.size === 0 ? undefined : this.frame();
    if (!frame) return;
    for (const listener of this.#listeners.values()) {
      try {
        caught(listener(frame), this.#context.failed);
      } catch (error) {
        this.#context.failed(error);
      }
    }
  }
}

function watchClosed(): HadalError {
  return new HadalError("already_closed", "the watch, or its client, was closed; make a new one.");
}
