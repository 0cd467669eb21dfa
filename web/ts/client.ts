/// <reference lib="esnext.disposable" preserve="true" />
import { checkEnds, mayBeLeftAlone, symbolOf } from "./arguments.js";
import type { Calls, Link, Status, Told } from "./calls.js";
import type { Ends, EventLoop, ListenerHandle, ListenerOptions, QueueStats, WatchOptions } from "./client-types.js";
import { systemClock, type Clock } from "./clock.js";
import { closedError, HadalError, invalid } from "./error.js";
import type { EventOf, EventType, HadalEvent, QueueOptions, TickerEvent, TradeEvent, CandleEvent, DeliveryEvent, LaggedEvent, WarningEvent } from "./events.js";
import { usualRecordingBytes } from "./host.js";
import { json } from "./json.js";
import { Listeners } from "./listeners.js";
import { LiveWatch } from "./live-watch.js";
import { checkNames } from "./options.js";
import { checkQueue, queueNames } from "./queue-options.js";
import { replayFile, type Recorded, type ReplayFileOptions, type ReplayResult } from "./recordings.js";
import { asyncDispose, disposer, onAbort, type Disposer } from "./signal.js";
import type { Stats } from "./stats.js";
import { Newest, Stream } from "./stream.js";
import { depths, keyStates, rawKey, type RawKey } from "./subscription.js";
import { Taps, type TapListener } from "./taps.js";
import { Trackers } from "./trackers.js";
import type { BookFrame, ConnectionState, Depth, KeyState, Subscription } from "./types.js";
import type { FillView, TrackOptions, WatchFrame, WatchViews } from "./views.js";
import { readFrame, shown } from "./watch-frame.js";

type Call = Link["call"];

const goneMs = 3000; // the engine itself waits two seconds for its sockets

/** What a client is made with. @internal */
export interface ClientParts {
  /** Makes the link; what the engine tells goes to `told`. */
  link(told: Told): Link | Promise<Link>;
  clock: Clock;
  depth: Depth;
  /** Its sockets say that their exchange is made up. */
  simulated: boolean;
  signal: AbortSignal | undefined;
}

/**
 * A connection to the exchange that keeps itself: what is subscribed stays subscribed through every loss, and every book says whether it is right.
 * It lives until close(): a socket and a timer hold it. Nothing it gives has to be freed.
 */
export class Client implements AsyncDisposable {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #depth: Depth;
  readonly #trackers = new Trackers((symbol, text) => this.#call("track", symbol, text));
  /** The market is made up: its sockets are those of the in-page exchange. Whoever shows the data has to say so. */
  readonly simulated: boolean;
  readonly #listeners: Listeners;
  readonly #watches: Map<number, LiveWatch>;
  readonly #statusLoops: Set<Newest<Status>>;
  readonly #taps: Taps;
  readonly #quit: (() => void)[] = [];
  #lastWatch = 0;
  #lastReplay = 0;
  #recording: Recorded | undefined;
  #closing: Promise<void> | undefined;

  /** @internal connect() makes clients. */
  static async begin(parts: ClientParts): Promise<Client> {
    const watches = new Map<number, LiveWatch>();
    const loops = new Set<Newest<Status>>();
    let client: Client | undefined;
    const early: WarningEvent[] = [];
    let begun = false;
    let link: Link | undefined;
    const listeners = new Listeners(() => {
      if (!link) throw closedError();
      return link;
    });
    link = await parts.link({
      lines: (batch) => listeners.deliver(batch),
      news: (watch) => watches.get(watch)?.news(),
      status: () => loops.forEach((loop) => loop.news()),
      tapped: (frames, missed) => client && client.#taps.hear(frames, missed),
      warning: (text) => {
        const event: WarningEvent = { t: 0, type: "warning", text };
        if (begun && client) client.#warn(event);
        else early.push(event);
      },
    });
    const made = new Client(link, parts, listeners, watches, loops);
    client = made;
    client.#quit.push(onAbort(parts.signal, () => void client?.close()));
    parts.signal?.throwIfAborted();
    if (globalThis.navigator?.onLine === false) client.#tell("network", false);
    try {
      await link.call("connect");
      parts.signal?.throwIfAborted();
    } catch (error) {
      await made.close();
      throw error;
    }
    // Listeners are there in a moment: what happened before is told then.
    const late = setTimeout(() => early.splice(0).forEach((event) => made.#warn(event)));
    client.#quit.push(() => clearTimeout(late));
    begun = true;
    return client;
  }

  private constructor(link: Link, { clock, depth, simulated }: ClientParts, listeners: Listeners, watches: Map<number, LiveWatch>, loops: Set<Newest<Status>>) {
    this.#link = link;
    this.#clock = clock;
    this.#depth = depth;
    this.simulated = simulated;
    this.#listeners = listeners;
    this.#watches = watches;
    this.#statusLoops = loops;
    this.#taps = new Taps((name, ...args) => this.#tell(name, ...args), (error) => listeners.fail(0, error, "tap"));
    this.#follow(globalThis, "online", () => this.#tell("network", true));
    this.#follow(globalThis, "offline", () => this.#tell("network", false));
    if (clock === systemClock && typeof document !== "undefined") {
      this.#follow(document, "visibilitychange", () => document.visibilityState === "visible" && this.#tell("wake"));
    }
  }

  // --- the connection ---

  /** Of the package, which is also the engine's. */
  get version(): string {
    return this.#link.version;
  }

  /** Where socket and engine are. */
  get mode(): "page" | "worker" {
    return this.#link.mode;
  }

  /** The state of the connection; books have their own. */
  get state(): ConnectionState {
    return this.#link.status().state;
  }

  /** Subscribed, or subscribed and repairing a book. */
  get isConnected(): boolean {
    return this.state === "subscribed" || this.state === "resyncing";
  }

  /** Symbols with a subscription that the exchange has acknowledged. */
  get subscribedPairs(): readonly string[] {
    return this.#link.status().pairs;
  }

  /** How connection and books are: now, and whenever something is another. The newest wins: a slow loop skips what came between. */
  status(options: Ends = {}): AsyncIterableIterator<Status> {
    this.#check();
    checkEnds(options);
    const loop: Newest<Status> = new Newest<Status>(
      () => this.#link.status(),
      () => (this.#statusLoops.delete(loop), ended()),
    );
    this.#statusLoops.add(loop);
    const ended = onAbort(options.signal, () => void loop.return());
    if (options.signal?.aborted) void loop.return();
    return loop;
  }

  /** Connects again after disconnect(), or when all attempts were in vain. A new client connects by itself. Rejects with `invalid_transition` elsewhere. */
  connect(): Promise<void> {
    return this.#call("connect");
  }

  /** Ends the connection and every attempt. What is subscribed stays wanted for the next connect(). */
  disconnect(): Promise<void> {
    return this.#call("disconnect");
  }

  /** The next attempt at once, if one is waited for. */
  retryNow(): Promise<void> {
    return this.#call("retryNow");
  }

  /** Closes sockets, timers and the worker, ends loops and listeners, and frees everything. Resolves when nothing is left; twice is fine. */
  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    let settle: (result: Promise<void>) => void = () => {};
    this.#closing = new Promise<void>((resolve) => (settle = resolve)); // before anybody hears of it, and asks again
    settle(this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const quit of this.#quit.splice(0)) quit();
    const gone = this.#link.call("close");
    for (const watch of [...this.#watches.values()]) watch.close();
    try {
      await this.#within(gone); // a worker that has died says nothing any more
    } finally {
      this.#listeners.end();
      for (const loop of [...this.#statusLoops]) loop.end();
      this.#taps.end();
      await this.#within(this.#link.end());
    }
  }

  /** Waits, but not for ever. */
  async #within(done: Promise<void>): Promise<void> {
    let timer: unknown;
    await Promise.race([done, new Promise<void>((resolve) => (timer = this.#clock.setTimeout(resolve, goneMs)))]);
    this.#clock.clearTimeout(timer);
  }

  /** As close(). */
  [asyncDispose](): Promise<void> {
    return this.close();
  }

  // --- subscriptions ---

  /**
   * Wants a subscription, connected or not, and through every loss until it is unsubscribed as often as subscribed. Resolves when the exchange has
   * acknowledged it, rejects with its refusal, which is an `error` event, too: nobody has to wait. An abort before takes the wish back. A wrong
   * argument (`config_invalid`, `symbol_invalid`, ...) is no event: it rejects alone.
   */
  subscribe(subscription: Subscription, options: Ends = {}): Promise<void> {
    return mayBeLeftAlone(this.#subscribe(subscription, options));
  }

  async #subscribe(subscription: Subscription, options: Ends): Promise<void> {
    checkEnds(options);
    const { signal } = options;
    const key = rawKey(subscription, this.#depth);
    signal?.throwIfAborted();
    const done = this.#call("subscribe", key);
    if (!signal) return done;
    return new Promise<void>((resolve, reject) => {
      const ended = onAbort(signal, () => {
        this.#release(key);
        reject(signal.reason);
      });
      done.then(resolve, reject).finally(ended);
    });
  }

  /** One wish less; the last one leaves. Rejects with `not_subscribed`. */
  unsubscribe(subscription: Subscription): Promise<void> {
    return mayBeLeftAlone(this.#unsubscribe(subscription));
  }

  async #unsubscribe(subscription: Subscription): Promise<void> {
    return this.#call("unsubscribe", rawKey(subscription, this.#depth));
  }

  subscribeBook(symbols: string | readonly string[], options: Ends & { depth?: Depth } = {}): Promise<void> {
    checkEnds(options, ["depth"]);
    const { depth = this.#depth, ...ends } = options;
    return this.#each(symbols, (symbol) => this.subscribe({ channel: "book", symbol, depth }, ends));
  }

  subscribeTicker(symbols: string | readonly string[], options: Ends & { trigger?: "trades" | "bbo" } = {}): Promise<void> {
    checkEnds(options, ["trigger"]);
    const { trigger = "trades", ...ends } = options;
    return this.#each(symbols, (symbol) => this.subscribe({ channel: "ticker", symbol, trigger }, ends));
  }

  subscribeTrades(symbols: string | readonly string[], options: Ends = {}): Promise<void> {
    return this.#each(symbols, (symbol) => this.subscribe({ channel: "trade", symbol }, options));
  }

  subscribeCandles(symbols: string | readonly string[], options: Ends & { interval?: 1 | 5 | 15 | 30 | 60 | 240 | 1440 | 10080 | 21600 } = {}): Promise<void> {
    checkEnds(options, ["interval"]);
    const { interval = 1, ...ends } = options;
    return this.#each(symbols, (symbol) => this.subscribe({ channel: "ohlc", symbol, interval }, ends));
  }

  subscribeInstruments(options: Ends = {}): Promise<void> {
    return this.subscribe({ channel: "instrument" }, options);
  }

  /** How far a subscription has come; undefined for one that nobody has asked for. */
  async keyState(subscription: Subscription): Promise<KeyState | undefined> {
    return keyStates[await this.#call("keyState", rawKey(subscription, this.#depth))];
  }

  /** Asks for a new snapshot of a book. */
  async resync(symbol: string): Promise<void> {
    return this.#call("resync", symbolOf(symbol));
  }

  // --- what happens ---

  /**
   * Calls `listener` with every event of a type, or of any: `*`. Each listener has a queue of its own (see QueueOptions); one that throws stops
   * nobody, and is told of as an `error` event `listener_failed`. Returns what ends it. What a listener asks of the client begins when the event has
   * reached all.
   */
  on<Type extends EventType | "*">(type: Type, listener: (event: EventOf<Type>) => void, options: ListenerOptions = {}): ListenerHandle {
    this.#check();
    if (typeof listener !== "function") throw invalid("listener: must be a function");
    if (typeof type !== "string") throw invalid(`type: must be the name of an event, or *, not ${String(type)}`);
    checkEnds(options, ["onLagged", "symbol", ...queueNames]);
    const { signal, onLagged, ...queue } = options;
    if (onLagged !== undefined && typeof onLagged !== "function") throw invalid("onLagged: must be a function");
    const wanted = type === "*" ? queue : { ...queue, types: [type as EventType] };
    const heard = (event: HadalEvent): unknown => {
      if (type === "*" || event.type === type) return (listener as (event: HadalEvent) => unknown)(event);
      return event.type === "lagged" ? onLagged?.(event) : undefined;
    };
    checkQueue(wanted);
    const { id, begun } = this.#listeners.add(heard, wanted, () => quit());
    begun.catch((error: unknown) => this.#closing || this.#listeners.fail(0, error, type)); // a symbol that cannot be
    const end = disposer(() => this.#listeners.remove(id));
    const quit = onAbort(signal, end);
    return Object.assign(end, { stats: () => this.#queueStats(id) });
  }

  /** The next event of a type. */
  async once<Type extends EventType | "*">(type: Type, options: Omit<QueueOptions, "types"> & Ends = {}): Promise<EventOf<Type>> {
    const loop = type === "*" ? this.events(options) : this.events({ ...options, types: [type as EventType] });
    for await (const event of loop) if (type === "*" || event.type === type) return event as EventOf<Type>;
    throw options.signal?.aborted ? options.signal.reason : closedError();
  }

  /** Events as they come, through every reconnection; the loop is over when the client is closed. Leaving it ends its queue. */
  events(options: QueueOptions & Ends = {}): EventLoop {
    return this.#loop<HadalEvent>(options);
  }

  /** The trades of a symbol, subscribed while the loop lasts. Throws the exchange's refusal. */
  trades(symbol: string, options: Omit<QueueOptions, "types" | "symbol"> & Ends = {}): EventLoop<TradeEvent | LaggedEvent | DeliveryEvent> {
    return this.#loop<TradeEvent | LaggedEvent | DeliveryEvent>({ ...options, types: ["trade"], symbol }, { channel: "trade", symbol: symbolOf(symbol) });
  }

  /** The ticker of a symbol, subscribed while the loop lasts. Throws the exchange's refusal. */
  tickers(symbol: string, options: Omit<QueueOptions, "types" | "symbol"> & Ends & { trigger?: "trades" | "bbo" } = {}): EventLoop<TickerEvent | LaggedEvent | DeliveryEvent> {
    const { trigger = "trades", ...rest } = options;
    return this.#loop<TickerEvent | LaggedEvent | DeliveryEvent>({ ...rest, types: ["ticker"], symbol }, { channel: "ticker", symbol: symbolOf(symbol), trigger });
  }

  /** Candles of a symbol, subscribed while the loop lasts. Throws the exchange's refusal. */
  candles(
    symbol: string,
    options: Omit<QueueOptions, "types" | "symbol"> & Ends & { interval?: 1 | 5 | 15 | 30 | 60 | 240 | 1440 | 10080 | 21600 } = {},
  ): EventLoop<CandleEvent | LaggedEvent | DeliveryEvent> {
    const { interval = 1, ...rest } = options;
    return this.#loop<CandleEvent | LaggedEvent | DeliveryEvent>({ ...rest, types: ["ohlc"], symbol }, { channel: "ohlc", symbol: symbolOf(symbol), interval });
  }

  #loop<Event extends HadalEvent>(options: QueueOptions & Ends, wanted?: Subscription): EventLoop<Event> {
    this.#check();
    checkEnds(options, ["types", "symbol", ...queueNames]);
    const { signal, ...queue } = options;
    checkQueue(queue);
    const key = wanted && !signal?.aborted ? rawKey(wanted) : undefined;
    const loop = new Stream<HadalEvent>(
      () => this.#listeners.more(id),
      () => {
        this.#listeners.remove(id);
        if (key) this.#release(key);
      },
    );
    const fail = (error: unknown): void => loop.end(this.#closing ? undefined : { error });
    const { id, begun } = this.#listeners.add(loop, queue, () => quit());
    const quit = onAbort(signal, () => void loop.return());
    begun.catch(fail);
    if (key) this.#call("subscribe", key).catch(fail);
    return Object.assign(loop as unknown as AsyncIterableIterator<Event>, { stats: () => this.#queueStats(id) });
  }

  /**
   * Every text frame, sent and received, before anybody acts on it; tokens are `***`. Frames that come faster than they are taken are left out, and
   * the next one has how many in `missed`.
   */
  tap(listener: TapListener, options: Ends = {}): Disposer {
    this.#check();
    return this.#taps.add(listener, options);
  }

  // --- what is to be seen ---

  /**
   * Declares what is to be seen of a symbol: the book, a ladder, depth columns, liquidity, what an order would get, tape, heatmap. Subscribes the
   * book while the watch lasts unless somebody has. Rejects with `config_invalid` naming what is wrong.
   */
  async watch(symbol: string, views: WatchViews = { book: true }, options: WatchOptions = {}): Promise<LiveWatch> {
    const text = json("views", views);
    checkEnds(options, ["depth"]);
    const { depth = this.#depth, signal } = options;
    if (!depths.includes(depth)) throw invalid(`depth: must be one of ${depths.join(", ")}, not ${String(depth)}`);
    signal?.throwIfAborted();
    const id = ++this.#lastWatch;
    const normal = await this.#call("watch", id, symbolOf(symbol), text, depth);
    const watch = new LiveWatch(id, normal, JSON.parse(text) as WatchViews, {
      link: this.#link,
      clock: this.#clock,
      closed: () => {
        quit();
        this.#watches.delete(id);
      },
      failed: (error) => this.#listeners.fail(0, error, "onFrame"),
    });
    const quit = onAbort(signal, () => watch.close());
    if (this.#closing) watch.close();
    else this.#watches.set(id, watch);
    watch.begin();
    return watch;
  }

  /** Pictures of a symbol in a loop, the newest each time: watch() for one `for await`. The arrays are lent for the present tick. */
  async *frames(symbol: string, views: WatchViews = { book: true }, options: WatchOptions = {}): AsyncGenerator<WatchFrame, void, void> {
    checkEnds(options, ["depth"]);
    if (options.signal?.aborted) return;
    const watch = await this.watch(symbol, views, options);
    try {
      yield* watch;
    } finally {
      watch.close();
    }
  }

  /** One look at a symbol's views, for a question asked now and then. The arrays are yours to keep. Undefined while there is no book. */
  async ask(symbol: string, views: WatchViews): Promise<WatchFrame | undefined> {
    const text = json("views", views);
    const kept = await this.#call("ask", symbolOf(symbol), text);
    if (!kept) return undefined;
    const normal = await this.#call("normalizeSymbol", symbol);
    return readFrame(shown(kept), normal, JSON.parse(text) as WatchViews);
  }

  /** The book of a symbol, yours to keep. Undefined while there is none. */
  async book(symbol: string): Promise<BookFrame | undefined> {
    return (await this.ask(symbol, { book: true }))?.book;
  }

  /** What an order would get now. Undefined while there is no book, null if it cannot be said. */
  async fill(symbol: string, order: NonNullable<WatchViews["fill"]>): Promise<FillView | null | undefined> {
    return (await this.ask(symbol, { fill: order }))?.fill;
  }

  /** Follows a symbol over time, or all that have no settings of their own (`"*"`): order flow, whales, heatmap and more. Replaces what was. */
  async track(symbol: string, options: TrackOptions): Promise<void> {
    return this.#trackers.set(symbolOf(symbol), JSON.parse(json("options", options)) as TrackOptions);
  }

  /** One tracker more, for as long as somebody needs it: what track() asks for stays, and goes first. A chart does this for itself. */
  alsoTrack(symbol: string, options: TrackOptions): Disposer {
    this.#check();
    return this.#trackers.add(symbolOf(symbol), JSON.parse(json("options", options)) as TrackOptions);
  }

  /**
   * What is known of a symbol over time, as far as it is tracked. Decimals are strings, ratios 16 hex digits of their bits. Undefined for a symbol
   * that nothing is known of.
   */
  async followed(symbol: string): Promise<Record<string, unknown> | undefined> {
    const text = await this.#call("followed", symbolOf(symbol));
    return text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>);
  }

  // --- what is counted and recorded ---

  /** Everything that is counted. */
  async stats(): Promise<Stats> {
    const stats = JSON.parse(await this.#call("stats")) as Stats;
    return { ...stats, listener_failures: stats.listener_failures + this.#listeners.failures };
  }

  /** The same as Prometheus text. */
  metrics(): Promise<string> {
    return this.#call("metrics");
  }

  /**
   * Episodes of latency above these are `latency_alert` events, and `latency` events sum it up every `intervalMs`; 0: never. They depend on
   * clocks, so that they never enter the event log. @default 150, 10, 100 and 0
   */
  async watchLatency(options: { totalMs?: number; processingMs?: number; networkMs?: number; intervalMs?: number }): Promise<void> {
    checkNames("options", options, ["totalMs", "processingMs", "networkMs", "intervalMs"]);
    const { totalMs = 150, processingMs = 10, networkMs = 100, intervalMs = 0 } = options;
    return this.#call("watchLatency", totalMs, processingMs, networkMs, intervalMs);
  }

  /** With `flight`: one file with the last frames, changes of state, books and settings, which `hadal replay` plays. Tokens are not in it. */
  incident(reason = "asked for"): Promise<string> {
    return this.#call("incident", String(reason));
  }

  /** With `flight`: the file of a book that stopped being right since the last call, at most one a minute; empty if there was none. */
  takeIncident(): Promise<string> {
    return this.#call("takeIncident");
  }

  /** Event lines since the last call, with `keepLog`: one JSON object a line, the same bytes as natively. */
  log(): Promise<string> {
    return this.#call("log");
  }

  /** Digest of the event log so far, with `keepLog`: 16 hex digits. */
  digest(): Promise<string> {
    return this.#call("digest");
  }

  /**
   * Records everything that comes in and goes out, as a journal that `hadal replay` plays; tokens are `***`. Whoever asks while it goes on joins it.
   * Of a client with `record` it begins before the first input, so that it can be run again from there. `simulated`: the header says so.
   */
  async record(options: { simulated?: boolean; maxBytes?: number } = {}): Promise<Recorded> {
    checkNames("options", options, ["simulated", "maxBytes"]);
    const { simulated = false, maxBytes = usualRecordingBytes } = options;
    if (typeof simulated !== "boolean") throw invalid(`simulated: must be true or false, not ${String(simulated)}`);
    if (!(maxBytes >= 2 ** 16)) throw invalid(`maxBytes: must be at least 65536, not ${String(maxBytes)}`);
    await this.#call("record", simulated, maxBytes);
    let stopped: ReturnType<Recorded["stop"]> | undefined;
    const stop = async (): ReturnType<Recorded["stop"]> => {
      this.#recording = undefined;
      const { parts, full } = await this.#call("endRecording");
      return Object.assign(new Blob(parts, { type: "text/plain" }), { full });
    };
    this.#recording ??= { stop: () => (stopped ??= stop()) };
    return this.#recording;
  }

  /** Plays a recording through an engine of its own and verifies every checksum, as `hadal replay` does. Packed ones are unpacked. */
  async replay(file: Blob | ArrayBuffer | Uint8Array | string, options: ReplayFileOptions = {}): Promise<ReplayResult> {
    this.#check();
    return replayFile(this.#call.bind(this) as Call, ++this.#lastReplay, file, options);
  }

  // --- words ---

  /** A latency for people: `999 us` with the Greek letter, `1.50 ms`, `2.35 s`; a dash without a value. */
  formatLatency(microseconds: number | null | undefined): Promise<string> {
    return this.#call("formatLatency", microseconds ?? NaN);
  }

  /** A symbol in the exchange's spelling: `xbt/usd` is `BTC/USD`. Rejects with `symbol_invalid`. */
  async normalizeSymbol(symbol: string): Promise<string> {
    const normal = await this.#call("normalizeSymbol", String(symbol));
    if (normal === "") throw new HadalError("symbol_invalid", `symbol: must be BASE/QUOTE, for example BTC/USD, not ${String(symbol)}`);
    return normal;
  }

  // --- inside ---

  #check(): void {
    if (this.#closing) throw closedError();
  }

  async #call<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>> {
    this.#check();
    return this.#link.call(name, ...args);
  }

  /** Nobody waits for it. */
  #tell<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): void {
    if (!this.#closing) this.#link.call(name, ...args).catch(() => undefined);
  }

  #warn(event: WarningEvent): void {
    if (!this.#listeners.tell(event)) console.warn(`hadal: ${event.text}`);
  }

  #release(key: RawKey): void {
    this.#tell("unsubscribe", key);
  }

  #each(symbols: string | readonly string[], act: (symbol: string) => Promise<void>): Promise<void> {
    const list = typeof symbols === "string" ? [symbols] : symbols;
    if (!Array.isArray(list)) return Promise.reject(invalid("symbols: must be a symbol or a list of them"));
    return mayBeLeftAlone(Promise.all(list.map((symbol: string) => act(symbol))).then(() => undefined));
  }

  async #queueStats(listener: number): Promise<QueueStats> {
    const [offered = 0, delivered = 0, dropped = 0, coalesced = 0, limited = 0, queued = 0, peakRate = 0] = (await this.#call("queueStats", listener)).split(",").map(Number);
    return { offered, delivered, dropped, coalesced, limited, queued, peakRate };
  }

  #follow(target: EventTarget | typeof globalThis, type: string, act: () => void): void {
    if (typeof target.addEventListener !== "function") return; // Node
    target.addEventListener(type, act);
    this.#quit.push(() => target.removeEventListener(type, act));
  }
}
