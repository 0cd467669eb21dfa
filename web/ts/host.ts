import type { Calls, ReplayEnd, Status, Told } from "./calls.js";
import type { Clock } from "./clock.js";
import { Driver } from "./driver.js";
import { closedError, HadalError, invalid, type HadalErrorCode } from "./error.js";
import type { RawEngine, RawModule } from "./hadal-glue.js";
import { HostListeners } from "./host-listeners.js";
import { HostWatches } from "./host-watches.js";
import type { Memory } from "./memory.js";
import type { Settings } from "./options.js";
import { Recorder } from "./recorder.js";
import type { ReplayOptions } from "./replay.js";
import type { Replays } from "./replays.js";
import { Settlements } from "./settlements.js";
import { Source } from "./source.js";
import { connectionStates } from "./states.js";
import { depths, channels, keyStates, type RawKey } from "./subscription.js";
import { Tap } from "./tap.js";
import { Turns } from "./turns.js";
import type { TrackOptions, WatchViews } from "./views.js";
import { keep, type Kept, type Picture } from "./watch-frame.js";
import type { WebSocketClass } from "./web-socket.js";

const waiting = 16; // see _hadal_engine_news()
/** Of a recording that nobody has asked to be longer. */
export const usualRecordingBytes = 256 * 2 ** 20;
const closeMs = 2000; // for the closing handshake (catalogue D-5)

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
  readonly #listeners: HostListeners;
  readonly #watches: HostWatches;
  readonly #tap: Tap;
  readonly #turns: Turns;
  #replays: Replays | undefined;
  /** Hears whether anything that status() tells is another. */
  readonly #bell: number;
  #recorder: Recorder | undefined;
  #status: Status | undefined;
  #news = -1;
  #closing: Promise<void> | undefined;
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
    this.#clock = platform.clock;
    this.#told = told;
    this.#tap = new Tap((text) => module.redactTokens(text));
    this.#turns = new Turns(() => this.#tell(), () => this.#driver.isRunning);
    const afterInput = (): void => this.#turns.tell();
    this.#driver = new Driver(module, memory, this.#engine, { ...platform, url, afterInput, tap: this.#tap });
    this.#listeners = new HostListeners(module, memory, this.#engine);
    this.#watches = new HostWatches((watch) => told.news(watch));
    this.#settlements = new Settlements((key) => this.keyState(key), (symbol) => module.normalizeSymbol(symbol));
    this.#bell = this.#listeners.queue('{"types":["connection","network","subscription","book_state","error"],"maxQueueDepth":1000}');
    try {
      if (flight) this.#engine.keepFlight(...flight);
      if (record) this.record(record.simulated, usualRecordingBytes);
      for (const symbol of symbols) this.#subscribe([channels.indexOf("book"), symbol, depth, 0, 0]);
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  /** Runs `act` in its turn. */
  enter<Result>(act: () => Result | Promise<Result>): Promise<Result> {
    return this.#turns.enter(act);
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
    this.#listeners.add(listener, options, together);
    this.#turns.tell(); // books that are there already
  }
  more(listener: number): void {
    this.#listeners.credit(listener);
    this.#turns.tell();
  }
  unlisten(listener: number): void {
    void this.#engine;
    this.#listeners.remove(listener);
  }
  queueStats(listener: number): string {
    void this.#engine;
    return this.#listeners.stats(listener, this.#driver.now());
  }

  // --- watches ---

  watch(watch: number, symbol: string, views: string, depth: number): string {
    const made = this.#source.watch(symbol, JSON.parse(views) as WatchViews);
    const key = this.#bookKey(made.symbol, depth);
    try {
      this.#subscribe(key);
    } catch (error) {
      made.close();
      throw error;
    }
    this.#watches.add(watch, made, key);
    return made.symbol;
  }
  views(watch: number, version: number, views: string): void {
    this.#watches.update(watch, version, JSON.parse(views) as WatchViews);
  }
  want(watch: number): void {
    this.#watches.credit(watch);
  }
  unwatch(watch: number): void {
    const key = this.#watches.remove(watch);
    if (key) this.#driver.input(() => void this.#engine.unsubscribe(this.#driver.now(), ...key)); // it may have been refused
  }
  /** As of now, lent. */
  picture(watch: number): (Picture & { version: number }) | undefined {
    const picture = this.#watches.picture(watch);
    return picture && { ...picture, now: this.#driver.now() };
  }
  ask(symbol: string, views: string): Kept | undefined {
    const watch = this.#source.watch(symbol, JSON.parse(views) as WatchViews);
    try {
      const picture = watch.picture();
      return picture && keep({ ...picture, now: this.#driver.now() });
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
    this.#tap.turn(on);
  }
  moreTapped(): void {
    this.#tap.credit();
    this.#turns.tell();
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
    this.#listeners.creditAll();
    this.#tellLines(true);
    this.#status = undefined;
    const { retryInMs, ...last } = this.status();
    this.#lastStatus = { ...last, state: "closed" };
    const sockets = this.#driver.end();
    this.#settlements.end();
    this.#replays?.end();
    this.#turns.end(); // each that waits is told that it comes too late
    this.#watches.clear();
    this.#source.close();
    this.#told.status();
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

  #tell(): void {
    this.#recorder?.look();
    const tapped = this.#tap.take();
    if (tapped) this.#told.tapped(tapped.frames, tapped.missed);
    // Pictures before events: whoever looks at one inside an event sees no older one, and takes it from nobody.
    this.#watches.tell();
    const news = this.#module._hadal_engine_news(this.#handle);
    if (news === this.#news) return;
    // The state is another, or a queue has lines: rare where nobody listens.
    const rings = this.#listeners.isWaiting(this.#bell);
    if (rings) this.#settlements.look(this.#listeners.drain(this.#bell, this.#driver.now()));
    if (rings || news % waiting !== this.#news) {
      this.#news = news % waiting;
      this.#status = undefined;
      this.#told.status();
    }
    this.#tellLines(false);
    if (this.#listeners.drained && !this.isClosed) this.#driver.rearm();
    this.#listeners.drained = false;
  }

  #tellLines(last: boolean): void {
    const batch = this.#listeners.take(this.#driver.now(), last);
    if (batch.length > 0) this.#told.lines(batch);
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Throws `already_closed`. */
  get #engine(): RawEngine {
    return this.#source.engine;
  }
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
