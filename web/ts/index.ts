/**
 * Checksum-verified Kraken order books. Importing this module touches no browser global; load() starts the engine.
 *
 * @packageDocumentation
 */
import { Client } from "./client.js";
import { open } from "./connect.js";
import { Feed } from "./feed.js";
import type { RawFullModule } from "./hadal-glue.js";
import { loadFullModule, type LoadOptions } from "./load.js";
import { Memory } from "./memory.js";
import type { ConnectOptions } from "./options.js";
import { Player } from "./player.js";
import { Replay, type ReplayOptions } from "./replay.js";
import type { BookOptions, FeedOptions } from "./types.js";

export { HadalError, type HadalErrorCategory, type HadalErrorCode, type HadalErrorDetails, type HadalSeverity } from "./error.js";
export type { Clock } from "./clock.js";
export type { Status, TappedFrame } from "./calls.js";
export type { Ends, EventLoop, ListenerHandle, ListenerOptions, QueueStats, WatchOptions } from "./client-types.js";
export type * from "./events.js";
export type { LiveWatch } from "./live-watch.js";
export type { LoadOptions } from "./load.js";
export type { ConnectOptions, Reconnect, Timeouts } from "./options.js";
export type { Recorded, ReplayFileOptions, ReplayResult, ReplaySummary } from "./recordings.js";
export type { ReplayOptions } from "./replay.js";
export type { Disposer } from "./signal.js";
export type { Counts, Distribution, Stats } from "./stats.js";
export type { TapListener } from "./taps.js";
export type {
  BookFrame,
  BookHead,
  BookOptions,
  BookState,
  ConnectionState,
  Depth,
  FeedOptions,
  KeyState,
  Side,
  SideColumns,
  StaleReason,
  Subscription,
} from "./types.js";
export type { WasmSource } from "./wasm.js";
export type { Watch } from "./watch.js";
export type {
  BandView,
  Best,
  Exact,
  FillView,
  Health,
  LadderSide,
  PressureSignal,
  TrackOptions,
  CursorView,
  HeatmapView,
  LadderView,
  TapeFrame,
  WatchFrame,
  WatchViews,
} from "./views.js";
export type { WebSocketClass, WebSocketLike } from "./web-socket.js";
export type { Client, Feed, Player, Replay };

/** The engine. One is enough for any number of feeds and players. */
export class Hadal {
  readonly #module: RawFullModule;
  readonly #memory: Memory;
  /** Of the engine, which is also the package's. */
  readonly version: string;

  /** @internal */
  constructor(module: RawFullModule) {
    this.#module = module;
    this.#memory = new Memory(module);
    this.version = module.version();
  }

  /** A latency for people: `999 us` with the Greek letter, `1.50 ms`, `2.35 s`; a dash without a value. */
  formatLatency(microseconds: number | null | undefined): string {
    return this.#module.latencyText(microseconds ?? NaN);
  }

  /** Frames of one connection in, books out. */
  feed(options: FeedOptions = {}): Feed {
    return new Feed(this.#module, this.#memory, options);
  }

  /** A connection to the exchange, in this thread, on this engine. Rejects as connect() does. */
  connect(options: Omit<ConnectOptions, "wasm" | "worker"> = {}): Promise<Client> {
    return open(options, { module: this.#module, memory: this.#memory });
  }

  /** A recording to play: a journal or bare frames, one a line, not compressed. */
  player(recording: Uint8Array | string, options: BookOptions = {}): Player {
    return new Player(this.#module, this.#memory, recording, options);
  }

  /** Recordings to verify as `hadal replay` does. */
  replay(options: ReplayOptions = {}): Replay {
    return new Replay(this.#module, this.#memory, options);
  }
}

/**
 * Loads the whole WebAssembly engine, with players and replays; connect() alone needs less. Throws HadalError `wasm_load_failed`, or `layout_mismatch` for files of
 * different versions.
 */
export async function load(options: LoadOptions = {}): Promise<Hadal> {
  return new Hadal(await loadFullModule(options));
}

/**
 * Loads the engine and connects; resolves when the first attempt is under way, and from there on the client's state tells. Rejects with a HadalError:
 * `config_invalid`, whose message begins with the option's name, `symbol_invalid`, `wasm_load_failed` or `layout_mismatch`.
 */
export async function connect(options: ConnectOptions = {}): Promise<Client> {
  return open(options);
}
