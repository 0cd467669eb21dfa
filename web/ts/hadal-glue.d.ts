/** Types of the Emscripten module, by hand: 3.1.6 writes none. A test compares them with the module itself. */

export interface RawSource {
  handle(): number;
  slot(symbol: string): number;
  symbols(): string;
  levelText(slot: number, side: 0 | 1, rank: number): string;
  /** Empty, or what is wrong. */
  track(symbol: string, json: string): string;
  /** One JSON object, or empty. */
  followed(symbol: string): string;
  delete(): void;
}

export interface RawFeed extends RawSource {
  opened(nowMs: number, connection: number): void;
  closed(nowMs: number, connection: number, code: number, reason: string): void;
  sent(nowMs: number, connection: number, frame: string): void;
  lost(nowMs: number, connection: number, frames: number): void;
  drain(): string;
  digest(): string;
  parseErrors(): number;
}

export interface RawEngine extends RawSource {
  connect(nowMs: number): number;
  closeConnections(nowMs: number, code: number, reason: string): void;
  subscribe(nowMs: number, channel: number, symbol: string, depth: number, interval: number, trigger: number): number;
  unsubscribe(nowMs: number, channel: number, symbol: string, depth: number, interval: number, trigger: number): number;
  resync(nowMs: number, symbol: string): number;
  retryNow(nowMs: number): void;
  network(nowMs: number, online: boolean): void;
  tokenFailed(nowMs: number, permanent: boolean, text: string): void;
  opened(nowMs: number, connection: number): void;
  openFailed(nowMs: number, connection: number, httpStatus: number, text: string): void;
  closed(nowMs: number, connection: number, code: number, reason: string): void;
  binary(nowMs: number, connection: number, bytes: number): void;
  timeout(nowMs: number): void;
  keyState(channel: number, symbol: string, depth: number, interval: number, trigger: number): number;
  roundTrip(): number;
  frames(): number;
  /** Its number, or -1: see queueError(). */
  addQueue(json: string): number;
  queueError(): string;
  removeQueue(queue: number): void;
  queueStats(queue: number, nowMs: number): string;
  /** NaN: the time of day is not known. */
  record(nowMs: number, wallMs: number, started: string, simulated: boolean): void;
  endRecord(): void;
  /** One JSON object each. */
  stats(nowMs: number): string;
  status(nowMs: number): string;
  metrics(nowMs: number): string;
  keepFlight(frames: number, bytes: number): boolean;
  watchLatency(totalMs: number, processingMs: number, networkMs: number, intervalMs: number): boolean;
  incident(nowMs: number, wallMs: number, reason: string): string;
  takeIncident(): string;
  drain(): string;
  digest(): string;
}

export interface RawPlayer extends RawSource {
  playToEnd(): void;
  seek(ms: number): void;
  durationMs(): number;
  timeMs(): number;
  lines(): number;
  line(): number;
  frames(): number;
  parseErrors(): number;
  corruptLines(): number;
  done(): boolean;
  digest(): string;
}

export interface RawReplay extends RawSource {
  begin(file: string): void;
  finish(): void;
  cutShort(): void;
  stopped(): boolean;
  takeMessages(): string;
  summaryText(): string;
  summaryJson(): string;
  exitCode(): number;
  takeIncident(): string;
  frames(): number;
}

export interface RawWatch {
  handle(): number;
  /** Empty, or what is wrong. */
  request(json: string): string;
  /** `price qty`, all digits; empty where there is no level. */
  levelText(side: 0 | 1, rank: number): string;
  computed(): number;
  delete(): void;
}

export interface RawModule {
  readonly HEAPU8: Uint8Array;
  version(): string;
  normalizeSymbol(text: string): string;
  errorName(code: number): string;
  /** Settings of an engine as JSON: empty, or what is wrong. */
  checkConfig(json: string): string;
  /** A frame with `***` for every token. */
  redactTokens(frame: string): string;
  latencyText(microseconds: number): string;
  /** Names of an enumeration of the core, by comma: channels, policies, keyStates, connectionStates, eventTypes, health, signals or errors (with category and severity). */
  names(what: string): string;
  checkUrl(url: string, allowPlaintext: boolean): number;
  Engine: new (config: string, keepLog: boolean) => RawEngine;
  Feed: new (depth: number, pricePrecision: number, qtyPrecision: number, symbol: string, keepLog: boolean) => RawFeed;
  Watch: new (source: number, symbol: string) => RawWatch;
  _hadal_layout_version(): number;
  _hadal_rx(bytes: number): number;
  _hadal_rx_size(): number;
  _hadal_feed_text(feed: number, nowMs: number, bytes: number): number;
  _hadal_engine_text(engine: number, nowMs: number, connection: number, bytes: number, wallMs: number): void;
  _hadal_engine_done(engine: number, nowMs: number, wallMs: number): void;
  _hadal_engine_poll(engine: number): number;
  _hadal_engine_state(engine: number): number;
  /** The state, and 16 more if a queue has lines to give. */
  _hadal_engine_news(engine: number): number;
  _hadal_queue_waiting(engine: number, queue: number): number;
  _hadal_engine_take_journal(engine: number): number;
  _hadal_engine_connection(engine: number): number;
  _hadal_engine_number(engine: number): number;
  _hadal_outbox_size(): number;
  _hadal_outbox(): number;
  _hadal_fill(source: number, slot: number): number;
  _hadal_watch_fill(watch: number): number;
  /** 0: nothing new; 1: something; 2: even whether the book is right. */
  _hadal_watch_dirty(watch: number): number;
  _hadal_watch_heat(watch: number, side: 0 | 1): number;
  _hadal_queue_drain(engine: number, queue: number, nowMs: number, most: number): number;
}

/** The larger module: players and replays, too. */
export interface RawFullModule extends RawModule {
  /** Whether these are names of trackers, by comma, or `all`. */
  areTrackers(words: string): boolean;
  Player: new (bytes: number, depth: number, pricePrecision: number, qtyPrecision: number, symbol: string) => RawPlayer;
  Replay: new (
    depth: number,
    pricePrecision: number,
    qtyPrecision: number,
    symbol: string,
    keepLog: boolean,
    severalFiles: boolean,
    stopAfterLine: number,
    trackers: string,
    viewsEvery: number,
    keepIncident: boolean,
  ) => RawReplay;
  _hadal_replay_push(replay: number, bytes: number): void;
  _hadal_replay_take_log(replay: number): number;
  _hadal_player_advance(player: number, ms: number): number;
  _hadal_player_step(player: number): number;
}

export interface ModuleOptions {
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): Record<string, never>;
}

export default function createHadal(options: ModuleOptions): Promise<RawModule>;
