import type { Calls, Kept, ReplayEnd, Status, TappedFrame, Told } from "./calls.js";
import type { Clock } from "./clock.js";
import { Driver } from "./driver.js";
import { closedError, HadalError, invalid, type HadalErrorCode } from "./error.js";
import type { RawEngine, RawModule } from "./hadal-glue.js";
import type { Memory } from "./memory.js";
import type { Settings } from "./options.js";
import { Recorder } from "./recorder.js";
import type { ReplayOptions } from "./replay.js";
import type { Replays } from "./replays.js";
import { Settlements } from "./settlements.js";
import { Source } from "./source.js";
import { connectionStates } from "./states.js";
import { depths, channels, keyStates, type RawKey } from "./subscription.js";
import type { Watch } from "./watch.js";
import { exactLevels, keptPicture, type Picture, type TrackOptions, type WatchViews } from "./watch-frame.js";
import type { WebSocketClass } from "./web-socket.js";

const mostLines = 256; // of one listener at a time
const waiting = 16; // see _hadal_engine_news()
/** Of a recording that nobody has asked to be longer. */
export const usualRecordingBytes = 256 * 2 ** 20;
const mostTapped = 1024; // frames that wait for a client that is late
const closeMs = 2000; // for the closing handshake (catalogue D-5)

interface Listener {
  /** Its number inside. */
  readonly queue: number;
  /** Whether it is given its lines with others. */
  readonly together: boolean;
  /** It has dealt with what it was given. */
  wants: boolean;
}

interface Watched {
  readonly watch: Watch;
  /** Its share of a subscription. */
  readonly key: RawKey;
  version: number;
  wanted: boolean;
}

/** What the host of an engine needs from where it runs. */
export interface Platform {
  readonly WebSocket: WebSocketClass;
  readonly clock: Clock;
}

/** The books of an engine. */
class EngineSource extends Source<RawEngine> {
  constructor(module: RawModule, memory: Memory, object: RawEngine) {
    super(module, memory, object);
  }
  /** Throws `already_closed`. */
  get engine(): RawEngine {
    return this.object;
  }
}

/** An engine with its sockets, in this thread. Answers calls, and tells what happens after each input. */
export class Host implements Calls {
  readonly #module: RawModule;
  readonly #memory: Memory;
  readonly #source: EngineSource;
  readonly #handle: number;
  readonly #driver: Driver;
  readonly #clock: Clock;
  readonly #told: Told;
  readonly #settlements: Settlements;
  readonly #listeners = new Map<number, Listener>();
  readonly #watched = new Map<number, Watched>();
  #replays: Replays | undefined;
  /** Hears whether anything that status() tells is another. */
  readonly #bell: number;
  #recorder: Recorder | undefined;
  #tapped: TappedFrame[] | undefined;
  #missed = 0;
  #tapWanted = true;
  #togetherWants = true;
  #drained = false;
  #status: Status | undefined;
  #news = -1;
  #telling = false;
  #again = false;
  #later: (() => void)[] = [];
  #draining = false;
  #closing: Promise<void> | undefined;
  /** The engine is there. */
  #alive = true;
  /** What was so at the end. */
  #lastStatus: Status | undefined;

  constructor(module: RawModule, memory: Memory, settings: Settings, platform: Platform, told: Told) {
    const { url, allowPlaintext, config, keepLog, flight, symbols, depth, record } = settings;
    if (url !== undefined && module.checkUrl(url, allowPlaintext) !== 0) {
      throw invalid(`url: must begin with wss://, or ws:// for this machine (or with allowPlaintext), not ${url}`);
    }
    const wrong = module.checkConfig(config);
    if (wrong !== "") throw invalid(wrong);
    this.#module = module;
    this.#memory = memory;
    this.#source = new EngineSource(module, memory, new module.Engine(config, keepLog));
    this.#handle = this.#engine.handle();
    const host = this;
    this.#clock = platform.clock;
    this.#told = told;
    this.#driver = new Driver(module, memory, this.#engine, { ...platform, url, afterInput: () => this.#afterInput(), get tap() { return host.#tap; } });
    this.#settlements = new Settlements((key) => this.keyState(key), (symbol) => module.normalizeSymbol(symbol));
    this.#bell = this.#engine.addQueue('{"types":["connection","network","subscription","book_state","error"],"maxQueueDepth":1000}');
    try {
      if (flight) this.#engine.keepFlight(...flight);
      if (record) this.record(record.simulated, usualRecordingBytes);
      for (const symbol of symbols) this.#subscribe([channels.indexOf("book"), symbol, depth, 0, 0]);
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  /** Runs `act` when the engine is not in the midst of telling: what a listener asks for begins after the event (catalogue FD-4). */
  enter<Result>(act: () => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
      };
      // Nothing overtakes what waits.
      if (this.#telling || this.#driver.isRunning || this.#later.length > 0) this.#later.push(go);
      else go();
    });
  }

  // --- the connection ---

  connect(): void {
    this.#call("connect()", (now) => this.#engine.connect(now));
  }
  disconnect(): void {
    void this.#engine;
    this.#driver.input(() => this.#engine.closeConnections(this.#driver.now(), 1000, ""));
  }
  retryNow(): void {
    void this.#engine;
    this.#driver.input(() => this.#engine.retryNow(this.#driver.now()));
  }
  wake(): void {
    void this.#engine;
    this.#driver.input(() => this.#engine.timeout(this.#driver.now()));
    this.retryNow();
  }
  network(online: boolean): void {
    void this.#engine;
    this.#driver.input(() => this.#engine.network(this.#driver.now(), online));
  }
  resync(symbol: string): void {
    this.#call("resync()", (now) => this.#engine.resync(now, symbol), { symbol });
  }

  // --- subscriptions ---

  subscribe(key: RawKey): Promise<void> {
    this.#subscribe(key);
    return this.#settlements.add(key);
  }
  #subscribe(key: RawKey): void {
    this.#call("subscribe()", (now) => this.#engine.subscribe(now, ...key), { channel: channels[key[0]] ?? "", symbol: key[1] });
  }
  unsubscribe(key: RawKey): void {
    this.#call("unsubscribe()", (now) => this.#engine.unsubscribe(now, ...key), { channel: channels[key[0]] ?? "", symbol: key[1] });
    this.#settlements.look();
  }
  keyState(key: RawKey): number {
    return this.#engine.keyState(...key);
  }
  /** The book of a symbol as somebody wants it, else at this depth. */
  #bookKey(symbol: string, depth: number): RawKey {
    const keyAt = (levels: number): RawKey => [channels.indexOf("book"), symbol, levels, 0, 0];
    const left = [-1, keyStates.indexOf("leaving"), keyStates.indexOf("rejected")];
    return keyAt(depths.find((levels) => !left.includes(this.keyState(keyAt(levels)))) ?? depth);
  }

  // --- questions ---

  track(symbol: string, options: string): void {
    this.#source.track(symbol, JSON.parse(options) as TrackOptions);
  }
  followed(symbol: string): string {
    return this.#engine.followed(this.#module.normalizeSymbol(symbol));
  }
  stats(): string {
    return this.#engine.stats(this.#driver.now());
  }
  metrics(): string {
    return this.#engine.metrics(this.#driver.now());
  }
  watchLatency(totalMs: number, processingMs: number, networkMs: number, intervalMs: number): void {
    if (!this.#engine.watchLatency(totalMs, processingMs, networkMs, intervalMs)) throw invalid("latency: must be whole numbers of ms from 0 to an hour");
  }
  incident(reason: string): string {
    return this.#engine.incident(this.#driver.now(), this.#driver.wall(), reason);
  }
  takeIncident(): string {
    return this.#engine.takeIncident();
  }
  log(): string {
    return this.#engine.drain();
  }
  digest(): string {
    return this.#engine.digest();
  }
  formatLatency(microseconds: number): string {
    return this.#module.latencyText(microseconds);
  }
  normalizeSymbol(symbol: string): string {
    return this.#module.normalizeSymbol(symbol);
  }

  /** As of now. */
  status(): Status {
    if (this.#lastStatus) return this.#lastStatus;
    if (this.#status && this.#status.retryInMs === undefined) return this.#status;
    const { retry_in, books, ...rest } = JSON.parse(this.#engine.status(this.#driver.now())) as {
      retry_in?: number;
      books: [string, never, never][];
    } & Omit<Status, "books" | "retryInMs">;
    const told = books.map(([symbol, state, reason]) => ({ symbol, state, reason }));
    return (this.#status = { ...rest, ...(retry_in === undefined ? {} : { retryInMs: retry_in }), books: told });
  }

  // --- listeners ---

  listen(listener: number, options: string, together: boolean): void {
    const queue = this.#engine.addQueue(options);
    if (queue < 0) throw invalid(this.#engine.queueError());
    this.#listeners.set(listener, { queue, together, wants: true });
    this.#afterInput(); // books that are there already
  }
  more(listener: number): void {
    const entry = this.#listeners.get(listener);
    if (listener === 0) this.#togetherWants = true;
    else if (entry) entry.wants = true;
    else return;
    this.#afterInput();
  }
  unlisten(listener: number): void {
    const entry = this.#listeners.get(listener);
    if (!entry) return;
    this.#listeners.delete(listener);
    this.#engine.removeQueue(entry.queue);
  }
  queueStats(listener: number): string {
    const entry = this.#listeners.get(listener);
    return entry === undefined ? "" : this.#engine.queueStats(entry.queue, this.#driver.now());
  }

  // --- watches ---

  watch(watch: number, symbol: string, views: string, depth: number): string {
    const made = this.#source.watch(symbol, JSON.parse(views) as WatchViews);
    const key = this.#bookKey(made.symbol, depth);
    this.#watched.set(watch, { watch: made, key, version: 0, wanted: true });
    this.#subscribe(key);
    this.#tellNews(watch);
    return made.symbol;
  }
  views(watch: number, version: number, views: string): void {
    const entry = this.#watched.get(watch);
    if (!entry) return;
    entry.watch.update(JSON.parse(views) as WatchViews);
    entry.version = version;
    this.#tellNews(watch);
  }
  want(watch: number): void {
    const entry = this.#watched.get(watch);
    if (!entry) return;
    entry.wanted = true;
    this.#tellNews(watch);
  }
  unwatch(watch: number): void {
    const entry = this.#watched.get(watch);
    if (!entry) return;
    this.#watched.delete(watch);
    entry.watch.close();
    this.#driver.input(() => void this.#engine.unsubscribe(this.#driver.now(), ...entry.key)); // it may have been refused
  }
  /** As of now, lent. */
  picture(watch: number): (Picture & { version: number }) | undefined {
    const entry = this.#watched.get(watch);
    const picture = entry?.watch.picture();
    return entry && picture && { ...picture, version: entry.version };
  }
  ask(symbol: string, views: string): Kept | undefined {
    const watch = this.#source.watch(symbol, JSON.parse(views) as WatchViews);
    try {
      const picture = watch.picture();
      return picture && keep(picture);
    } finally {
      watch.close();
    }
  }

  // --- recordings ---

  record(simulated: boolean, mostBytes: number): void {
    void this.#engine;
    if (this.#recorder) return; // joined
    const wall = this.#driver.wall();
    const started = Number.isNaN(wall) ? "" : new Date(wall).toISOString();
    this.#engine.record(this.#driver.now(), wall, started, simulated);
    this.#recorder = new Recorder(this.#module, this.#memory, this.#engine, mostBytes);
  }
  endRecording(): { parts: Uint8Array<ArrayBuffer>[]; full: boolean } {
    const recorder = this.#recorder;
    if (!recorder) throw new HadalError("invalid_transition", "nothing is recorded: call record() first");
    this.#recorder = undefined;
    return recorder.end();
  }
  tap(on: boolean): void {
    this.#tapped = on ? [] : undefined;
    this.#tapWanted = true;
    this.#missed = 0;
  }
  moreTapped(): void {
    this.#tapWanted = true;
    this.#afterInput();
  }

  /** The larger module is fetched for it. */
  async replayBegin(replay: number, options: string, name: string): Promise<void> {
    const { Replays } = await import("./replays.js");
    void this.#engine; // closed meanwhile
    this.#replays ??= new Replays();
    await this.#replays.begin(replay, JSON.parse(options) as ReplayOptions, name);
  }
  replayPush(replay: number, piece: Uint8Array): number {
    if (!this.#replays) throw closedError();
    return this.#replays.push(replay, piece);
  }
  replayEnd(replay: number): ReplayEnd {
    if (!this.#replays) throw closedError();
    return this.#replays.finish(replay);
  }
  replayDrop(replay: number): void {
    this.#replays?.drop(replay);
  }

  // --- the end ---

  /** Sockets are closed, whoever waits is told, and what was queued is delivered. Calling it twice is fine. */
  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    let done = (): void => {};
    this.#closing = new Promise((resolve) => (done = resolve)); // before anybody hears of it, and asks again
    void this.#close().then(done);
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.disconnect();
    for (const listener of this.#listeners.values()) listener.wants = true;
    this.#togetherWants = true;
    this.#tellLines(Infinity);
    this.#status = undefined;
    const { retryInMs, ...last } = this.status();
    this.#lastStatus = { ...last, state: "closed" };
    const sockets = this.#driver.end();
    this.#settlements.end();
    this.#replays?.end();
    this.#listeners.clear();
    this.#watched.clear();
    this.#alive = false;
    this.#source.close();
    this.#told.status();
    queueMicrotask(() => this.#drainLater()); // each that waits is told that it comes too late
    let timer: unknown;
    await Promise.race([sockets, new Promise<void>((resolve) => (timer = this.#clock.setTimeout(resolve, closeMs)))]);
    this.#clock.clearTimeout(timer);
  }

  // --- what follows from an input ---

  #call(what: string, act: (now: number) => number, details: { symbol?: string; channel?: string } = {}): void {
    void this.#engine; // throws if closed, before anything happens
    let error = 0;
    this.#driver.input(() => {
      error = act(this.#driver.now());
    });
    if (error === 0) return;
    const code = this.#module.errorName(error) as HadalErrorCode;
    throw new HadalError(code, `${what}: ${words(code)} (the connection is ${connectionStates[this.#module._hadal_engine_state(this.#handle)]})`, details);
  }

  #afterInput(): void {
    this.#again = true;
    if (this.#telling || !this.#alive) return; // whoever is telling goes on with this
    this.#telling = true;
    try {
      while (this.#again && this.#alive) {
        this.#again = false;
        this.#tell();
      }
    } finally {
      this.#telling = false;
    }
    if (this.#later.length > 0 && !this.#draining) {
      this.#draining = true;
      queueMicrotask(() => this.#drainLater());
    }
  }

  #drainLater(): void {
    try {
      while (this.#later.length > 0) {
        const [go] = this.#later;
        go?.();
        this.#later.shift(); // so long it counts as waiting
      }
    } finally {
      this.#draining = false;
    }
  }

  #tell(): void {
    this.#recorder?.look();
    if (this.#tapped && this.#tapWanted && this.#tapped.length > 0) {
      this.#tapWanted = false;
      const missed = this.#missed;
      this.#missed = 0;
      this.#told.tapped(this.#tapped.splice(0), missed);
    }
    // Pictures before events: whoever looks at one inside an event sees no older one, and takes it from nobody.
    if (this.#watched.size > 0) for (const watch of this.#watched.keys()) this.#tellNews(watch);
    const news = this.#module._hadal_engine_news(this.#handle);
    if (news !== this.#news) {
      // The state is another, or a queue has lines: rare where nobody listens.
      const rings = this.#module._hadal_queue_waiting(this.#handle, this.#bell) !== 0;
      if (rings) this.#settlements.look(this.#drain(this.#bell, 0));
      if (rings || news % waiting !== this.#news) {
        this.#news = news % waiting;
        this.#status = undefined;
        this.#told.status();
      }
      this.#tellLines(mostLines);
      if (this.#drained && this.#alive) this.#driver.rearm(); // under a limit, more comes at another time now
      this.#drained = false;
    }
  }

  #tellLines(most: number): void {
    let batch: [number, string][] | undefined;
    let together = false;
    for (const [id, listener] of this.#listeners) {
      if (!(listener.together ? this.#togetherWants : listener.wants) || this.#module._hadal_queue_waiting(this.#handle, listener.queue) === 0) continue;
      const lines = this.#drain(listener.queue, listener.together || most === Infinity ? 0 : most);
      if (lines === "") continue; // a limit holds them back
      listener.wants = false;
      together ||= listener.together;
      (batch ??= []).push([id, lines]);
    }
    if (together) this.#togetherWants = false;
    if (batch) this.#told.lines(batch);
  }

  #tellNews(watch: number): void {
    const entry = this.#watched.get(watch);
    const dirty = entry?.watch.dirty ?? 0;
    // Whether a book is right is told even to one that has not asked again, such as a hidden page: it is rare, and must not be late.
    if (!entry || dirty === 0 || (!entry.wanted && dirty === 1)) return;
    entry.wanted = false;
    this.#told.news(watch);
  }

  #drain(queue: number, most: number): string {
    const size = this.#module._hadal_queue_drain(this.#handle, queue, this.#driver.now(), most) >>> 0;
    this.#drained = true;
    return size === 0 ? "" : this.#memory.readText(this.#module._hadal_outbox(), size);
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Throws `already_closed`. */
  get #engine(): RawEngine {
    return this.#source.engine;
  }

  get #tap(): ((sent: boolean, connection: number, text: string) => void) | undefined {
    const tapped = this.#tapped;
    if (!tapped) return undefined;
    return (sent, connection, text) => {
      if (tapped.length >= mostTapped) {
        tapped.shift();
        this.#missed++;
      }
      tapped.push({ sent, connection, text: sent ? this.#module.redactTokens(text) : text });
    };
  }
}

/** @internal A picture that can be posted, with arrays of its own. */
export function keep(picture: Picture): Kept {
  const { block, heat } = keptPicture(picture);
  return { block, heat, exact: exactLevels(picture) };
}

/** What a refused call means, for people. */
function words(code: HadalErrorCode): string {
  switch (code) {
    case "symbol_invalid":
      return "the symbol must be BASE/QUOTE, for example BTC/USD";
    case "depth_invalid":
      return `depth must be one of ${depths.join(", ")}`;
    case "interval_invalid":
      return "interval must be 1, 5, 15, 30, 60, 240, 1440, 10080 or 21600 minutes";
    case "limit_reached":
      return "there are too many subscriptions on this connection";
    case "not_subscribed":
      return "there is no such subscription";
    case "invalid_transition":
      return "not possible now";
    default:
      return code;
  }
}
