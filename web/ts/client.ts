import { systemClock, type Clock } from "./clock.js";
import { Driver, type WebSocketClass } from "./driver.js";
import { HadalError, type HadalErrorCode } from "./error.js";
import { EventQueue, type QueueOptions } from "./event-queue.js";
import type { RawEngine, RawModule } from "./hadal-glue.js";
import type { LoadOptions } from "./load.js";
import type { Memory } from "./memory.js";
import { Source } from "./source.js";
import type { ConnectionState, Depth, KeyState, Subscription } from "./types.js";

/** Options of connect(). */
export interface ConnectOptions extends LoadOptions {
  /** Address of the exchange. Anything but `wss://` needs a loopback host, or `allowPlaintext`. @default wss://ws.kraken.com/v2 */
  url?: string;
  /** Allow `ws://` to other machines. @default false */
  allowPlaintext?: boolean;
  /** The class of the sockets: `ws` in Node 20, the in-page exchange's, a test's own. @default the global WebSocket */
  WebSocket?: WebSocketClass;
  /** Books to subscribe from the start. @default none */
  symbols?: readonly string[];
  /** Levels a side of those books. @default 25 */
  depth?: Depth;
  /** Seed of the delays between attempts: the same seed, the same delays. @default random */
  seed?: number;
  /**
   * What a gap does to a book: `resync` asks for a new snapshot, `ignore` goes on unverified and says so, `buffer` tries to put late frames
   * in order first. @default "resync"
   */
  policy?: "resync" | "ignore" | "buffer";
  /** Keep the event log, for drain() and digest(). @default false */
  keepLog?: boolean;
  /** Time and timers. @default those of the platform */
  clock?: Clock;
  /** Keep the last frames, for incident(): `true`, or how many frames and bytes (twice as many at most). @default false */
  flight?: boolean | { frames?: number; bytes?: number };
}

// In the order of the core's enumerations; a test compares them.
/** @internal */
export const channels = ["book", "ticker", "trade", "ohlc", "instrument"] as const;
/** @internal */
export const policies = ["ignore", "resync", "buffer"] as const;
/** @internal */
export const keyStates: readonly KeyState[] = ["wanted", "pending", "active", "leaving", "rejected"];
/** @internal */
export const states: readonly ConnectionState[] = [
  "disconnected",
  "connecting",
  "authenticating",
  "subscribing",
  "subscribed",
  "resyncing",
  "degraded",
  "closed",
];

const known = ["url", "allowPlaintext", "WebSocket", "symbols", "depth", "seed", "policy", "keepLog", "clock", "flight"];
const depths: readonly Depth[] = [10, 25, 100, 500, 1000];
const usualDepth: Depth = 25; // ten levels leave the checksum no room: one that is missing shows only when it is one of the best

function invalid(what: string): HadalError {
  return new HadalError("config_invalid", what);
}

const mostRounds = 4; // of listeners that call the client whenever they are called

type RawKey = [channel: number, symbol: string, depth: number, interval: number, trigger: number];

function rawKey(subscription: Subscription): RawKey {
  if (typeof subscription !== "object" || subscription === null) throw invalid("subscription: must be an object, for example { channel: \"book\", symbol: \"BTC/USD\" }");
  const { channel, symbol = "", depth, interval, trigger, ...others } = subscription as Subscription & Record<string, unknown>;
  for (const name of Object.keys(others)) throw invalid(`${name}: is no part of a subscription; there are channel, symbol, depth, interval and trigger`);
  const index = channels.indexOf(channel as (typeof channels)[number]);
  if (index < 0) throw invalid(`channel: must be one of ${channels.join(", ")}, not ${String(channel)}`);
  if (trigger !== undefined && trigger !== "trades" && trigger !== "bbo") throw invalid(`trigger: must be trades or bbo, not ${String(trigger)}`);
  const whole = (name: string, value: unknown): number => {
    if (value === undefined) return 0;
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 65535) throw invalid(`${name}: must be a whole number, not ${String(value)}`);
    return value as number;
  };
  const levels = channel === "book" && depth === undefined ? usualDepth : whole("depth", depth);
  return [index, String(symbol), levels, whole("interval", interval), trigger === "bbo" ? 1 : 0];
}

const usualFlight = { frames: 2000, bytes: 4 * 2 ** 20 };

function flightOf(option: unknown): [frames: number, bytes: number] | undefined {
  if (option === undefined || option === false) return undefined;
  if (option !== true && (typeof option !== "object" || option === null)) throw invalid(`flight: must be true, false or { frames, bytes }, not ${String(option)}`);
  const { frames, bytes } = { ...usualFlight, ...(option === true ? {} : option) } as typeof usualFlight;
  for (const [name, value] of Object.entries({ frames, bytes })) {
    if (!Number.isInteger(value)) throw invalid(`flight.${name}: must be a whole number, not ${String(value)}`);
  }
  return [frames, bytes];
}

/**
 * A connection to the exchange that keeps itself: what is subscribed stays subscribed, and every book says whether it is right. It lives
 * until close(): sockets and timers hold it.
 */
export class Client extends Source<RawEngine> {
  readonly #driver: Driver;
  readonly #listeners = new Set<() => void>();
  #news = false;
  #telling = false;

  /** @internal */
  constructor(module: RawModule, memory: Memory, options: ConnectOptions) {
    if (typeof options !== "object" || options === null) throw invalid("options: must be an object");
    const { url, allowPlaintext = false, policy = "resync", depth = usualDepth, symbols = [], keepLog = false, clock = systemClock } = options;
    const { seed = Math.floor(Math.random() * 2 ** 53) } = options;
    for (const name of Object.keys(options)) if (!known.includes(name)) throw invalid(`${name}: is no option; there are ${known.join(", ")}`);
    for (const [name, value] of Object.entries({ allowPlaintext, keepLog })) {
      if (typeof value !== "boolean") throw invalid(`${name}: must be true or false, not ${String(value)}`);
    }
    if (url !== undefined && (typeof url !== "string" || module.checkUrl(url, allowPlaintext) !== 0)) {
      throw invalid(`url: must begin with wss://, or ws:// for this machine (or with allowPlaintext), not ${String(url)}`);
    }
    if (!policies.includes(policy)) throw invalid(`policy: must be one of ${policies.join(", ")}, not ${String(policy)}`);
    if (!Number.isSafeInteger(seed) || seed < 0) throw invalid(`seed: must be a whole number from 0, not ${String(seed)}`);
    if (!depths.includes(depth)) throw invalid(`depth: must be one of ${depths.join(", ")}, not ${String(depth)}`);
    if (!Array.isArray(symbols)) throw invalid("symbols: must be a list, for example [\"BTC/USD\"]");
    const flight = flightOf(options.flight);
    for (const name of ["now", "setTimeout", "clearTimeout"] as const) {
      if (typeof (clock as Clock | null)?.[name] !== "function") throw invalid(`clock: must have the function ${name}`);
    }
    const WebSocket = options.WebSocket ?? (globalThis.WebSocket as unknown as WebSocketClass | undefined);
    if (typeof WebSocket !== "function") throw invalid("WebSocket: this platform has none; hand one in, for example that of the package ws");
    super(module, memory, new module.Engine(seed, policies.indexOf(policy), keepLog));
    this.#driver = new Driver(module, memory, this.object, url, WebSocket, clock, () => this.#tell());
    if (flight !== undefined && !this.object.keepFlight(...flight)) {
      this.close();
      throw invalid("flight: must have 1 to 1,000,000 frames and 65,536 to 268,435,456 bytes");
    }
    // Where there is a page or a worker, its network events shorten the wait.
    for (const name of ["online", "offline"]) globalThis.addEventListener?.(name, this.#network);
    try {
      for (const symbol of symbols) this.subscribe({ channel: "book", symbol, depth });
    } catch (error) {
      this.close();
      throw error;
    }
    this.connect();
  }

  /** Connects again after closed; elsewhere it throws `invalid_transition`. A new client connects by itself. */
  connect(): void {
    this.#call("connect()", (now) => this.object.connect(now));
  }

  /** Ends the connection and every attempt. What is subscribed stays wanted for the next connect(). */
  disconnect(): void {
    this.#driver.call(() => this.object.closeConnections(this.#driver.now(), 1000, ""));
  }

  /** The state of the connection; books have their own. */
  get state(): ConnectionState {
    return states[this.object.state()] ?? "closed";
  }

  /** Wants a subscription, connected or not. Refusals of the exchange are events; what is wrong from the start is thrown. */
  subscribe(subscription: Subscription): void {
    const key = rawKey(subscription);
    this.#call("subscribe()", (now) => this.object.subscribe(now, ...key));
  }

  unsubscribe(subscription: Subscription): void {
    const key = rawKey(subscription);
    this.#call("unsubscribe()", (now) => this.object.unsubscribe(now, ...key));
  }

  /** Asks for a new snapshot of a book. */
  resync(symbol: string): void {
    this.#call("resync()", (now) => this.object.resync(now, String(symbol)));
  }

  /** How far a subscription has come; undefined for one that nobody has asked for. */
  keyState(subscription: Subscription): KeyState | undefined {
    return keyStates[this.object.keyState(...rawKey(subscription))];
  }

  /** The next attempt at once, if there is one to wait for. */
  retryNow(): void {
    this.#driver.call(() => this.object.retryNow(this.#driver.now()));
  }

  /** Round trip of the last ping in ms; undefined before the first. */
  get roundTripMs(): number | undefined {
    const ms = this.object.roundTrip();
    return ms < 0 ? undefined : ms;
  }

  /** Frames received so far. */
  get frames(): number {
    return this.object.frames();
  }

  /**
   * Calls `listener` after every input that came in: a frame, a timer, a call. Several inputs in a row may give one call. A listener may
   * call the client. Returns what ends it.
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A queue of events for one reader. Lives until its close(), or the client's. */
  queue(options: QueueOptions = {}): EventQueue {
    return new EventQueue(this.module, this.memory, () => this.object, () => this.#driver.now(), () => this.#driver.rearm(), options);
  }

  /**
   * Episodes of latency above these are `latency_alert` events, and `latency` events sum it up every `intervalMs`; 0: never. They depend on
   * clocks, so that they never enter the event log. @default 150, 10, 100 and 0
   */
  watchLatency(options: { totalMs?: number; processingMs?: number; networkMs?: number; intervalMs?: number }): void {
    const { totalMs = 150, processingMs = 10, networkMs = 100, intervalMs = 0, ...others } = options;
    for (const name of Object.keys(others)) throw invalid(`${name}: is no option; there are totalMs, processingMs, networkMs and intervalMs`);
    if (!this.object.watchLatency(totalMs, processingMs, networkMs, intervalMs)) throw invalid("latency: must be whole numbers of ms from 0 to an hour");
  }

  /** Everything that is counted, as Prometheus text. */
  metrics(): string {
    return this.object.metrics(this.#driver.now());
  }

  /**
   * With `flight`: one file with the last frames, changes of state, books and settings, which `hadal replay` plays. Tokens are not in it.
   *
   * @param reason in words, for whoever reads it
   */
  incident(reason = "asked for"): string {
    return this.object.incident(this.#driver.now(), this.#driver.wall(), String(reason));
  }

  /** With `flight`: the file of a book that stopped being right since the last call, at most one a minute; empty if there was none. */
  takeIncident(): string {
    return this.object.takeIncident();
  }

  /** Event lines since the last call, with `keepLog`: one JSON object a line, the format of the event log. */
  drain(): string {
    return this.object.drain();
  }

  /** Digest of the event log so far, with `keepLog`. */
  digest(): string {
    return this.object.digest();
  }

  /** Closes sockets and timer and frees the engine. Calling it twice is fine; every other call throws afterwards. */
  override close(): void {
    for (const name of ["online", "offline"]) globalThis.removeEventListener?.(name, this.#network);
    this.#listeners.clear();
    this.#driver.end();
    super.close();
  }

  readonly #network = (event: { type: string }): void => {
    this.#driver.input(() => this.object.network(this.#driver.now(), event.type === "online"));
  };

  #call(what: string, act: (now: number) => number): void {
    const { object } = this; // throws if closed, before anything happens
    let error = 0;
    this.#driver.call(() => {
      error = act(this.#driver.now());
    });
    if (error === 0) return;
    const name = this.module.errorName(error);
    throw new HadalError(name as HadalErrorCode, `${what}: ${name} (state ${states[object.state()]})`);
  }

  #tell(): void {
    this.#news = true;
    if (this.#telling) return; // a listener called the client: it hears of that when it has returned
    this.#telling = true;
    for (let rounds = 0; this.#news && rounds < mostRounds; rounds++) {
      this.#news = false;
      for (const listener of this.#listeners) {
        try {
          listener();
        } catch (error) {
          queueMicrotask(() => {
            throw error; // the listener's own fault: reported, and nobody else suffers
          });
        }
      }
    }
    this.#telling = false;
  }
}
