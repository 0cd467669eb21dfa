import { systemClock, type Clock } from "./clock.js";
import { invalid } from "./error.js";
import { depths, usualDepth } from "./subscription.js";
import type { Depth } from "./types.js";
import type { WasmSource } from "./wasm.js";
import type { WebSocketClass } from "./web-socket.js";

/** Time limits, ms, each 100 to 600,000. */
export interface Timeouts {
  /** For a connection to open. @default 10000 */
  connectMs?: number;
  /** For the answer to a request. @default 10000 */
  ackMs?: number;
  /** For a snapshot after the answer. @default 10000 */
  snapshotMs?: number;
  /** For the answer to a ping. @default 10000 */
  pongMs?: number;
  /** Without any frame: the client asks whether anybody is there. @default 5000 */
  quietMs?: number;
  /** Without any frame: the connection is given up. @default 10000 */
  silenceMs?: number;
  /** Between pings; 0: only after `quietMs`. @default 10000 */
  pingIntervalMs?: number;
  /** Before a subscription that was never answered is tried again. @default 60000 */
  ackRetryMs?: number;
  /** Before a book that could not be repaired is tried again; 0: never. @default 60000 */
  retryAfterGiveUpMs?: number;
}

/** What happens when a connection is lost. */
export interface Reconnect {
  /** @default true */
  enabled?: boolean;
  /** In a row; 0: no limit. @default 0 */
  maxAttempts?: number;
  /** Before the first attempt, ms. @default 500 */
  baseMs?: number;
  /** Between attempts at most, ms. @default 30000 */
  capMs?: number;
  /** By which the delay grows, 2 to 10. @default 2 */
  multiplier?: number;
  /** Delays are drawn from 0 to what they would be. @default true */
  jitter?: boolean;
  /** Connected so long, and attempts count from 0 again, ms. @default 30000 */
  stableMs?: number;
}

/** Options of connect(). */
export interface ConnectOptions {
  /** Books to subscribe from the start. @default none */
  symbols?: readonly string[];
  /** Levels a side of those books, and of books that a watch subscribes. @default 25 */
  depth?: Depth;
  /**
   * Socket and engine in a worker, off the page's thread. Where no worker can be had they stay in the page, and a `warning` says so. A function makes
   * the worker where a bundler needs that: its script is `hadal/worker`. @default false
   */
  worker?: boolean | (() => Worker);
  /** Ends the client, or the wait for it. @default none */
  signal?: AbortSignal;
  /** Address of the exchange. Anything but `wss://` needs a loopback host, or `allowPlaintext`. @default wss://ws.kraken.com/v2 */
  url?: string;
  /** Allow `ws://` to other machines. @default false */
  allowPlaintext?: boolean;
  /**
   * The class of the sockets: `ws` in Node 20, the in-page exchange's, a test's own. With `worker` the sockets are made in the page, and their
   * frames handed over. @default the global WebSocket
   */
  WebSocket?: WebSocketClass;
  /** Time and timers. Not with `worker`. @default those of the platform */
  clock?: Clock;
  /** Seed of the delays between attempts: the same seed, the same delays. @default random */
  seed?: number;
  /** Where the WebAssembly comes from: a URL, its bytes, or a compiled module. @default hadal.wasm beside this script */
  wasm?: WasmSource;
  /**
   * What a gap does to a book: `resync` asks for a new snapshot, `ignore` goes on unverified and says so, `buffer` tries to put late frames
   * in order first. @default "resync"
   */
  policy?: "resync" | "ignore" | "buffer";
  timeouts?: Timeouts;
  reconnect?: Reconnect;
  /** Keep the event log, for log() and digest(). It grows by some 400 bytes an update until it is taken. @default false */
  keepLog?: boolean;
  /** Keep the last frames, for incident(): `true`, or how many frames and bytes (twice as many at most). @default false */
  flight?: boolean | { frames?: number; bytes?: number };
  /** Record from before the first input, so that the recording can be run again: see record(). `simulated`: its header says so. @default false */
  record?: boolean | { simulated?: boolean };
}

/** Options, checked, in a form that can be posted to a worker. */
export interface Settings {
  readonly url: string | undefined;
  readonly allowPlaintext: boolean;
  readonly symbols: readonly string[];
  readonly depth: Depth;
  /** As parse_session_config() of the core takes it. */
  readonly config: string;
  readonly keepLog: boolean;
  readonly flight: readonly [frames: number, bytes: number] | undefined;
  readonly record: { readonly simulated: boolean } | undefined;
}

/** What stays where the user is. */
export interface LocalSettings {
  readonly worker: false | (() => Worker);
  readonly signal: AbortSignal | undefined;
  readonly WebSocket: WebSocketClass | undefined;
  readonly clock: Clock;
  readonly wasm: WasmSource | undefined;
}

// In the order of the core's enumerations; a test compares them.
/** @internal */
export const policies = ["ignore", "resync", "buffer"] as const;

/** Checks options by name and type. Whoever adds one is reminded by the compiler. */
const known: Record<keyof ConnectOptions, true> = {
  ...{ symbols: true, depth: true, worker: true, signal: true, url: true, allowPlaintext: true, WebSocket: true, clock: true, seed: true },
  ...{ wasm: true, policy: true, timeouts: true, reconnect: true, keepLog: true, flight: true, record: true },
} as const;
const knownTimeouts: Record<keyof Timeouts, string> = {
  ...{ connectMs: "connect", ackMs: "ack", snapshotMs: "snapshot", pongMs: "pong", quietMs: "quiet", silenceMs: "silence" },
  ...{ pingIntervalMs: "ping_interval", ackRetryMs: "ack_retry", retryAfterGiveUpMs: "retry_after_give_up" },
} as const;
const knownReconnect: Record<keyof Reconnect, string> = {
  ...{ enabled: "enabled", maxAttempts: "max_attempts", baseMs: "base", capMs: "cap", multiplier: "multiplier" },
  ...{ jitter: "jitter", stableMs: "stable" },
} as const;

const usualFlight = { frames: 2000, bytes: 4 * 2 ** 20 };

/** @internal Throws for names that are not known. */
export function checkNames(what: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) throw invalid(`${what}: must be an object`);
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw invalid(`${name}: is no member of ${what}; there are ${names.join(", ")}`);
  }
}

function isBoolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalid(`${name}: must be true or false, not ${String(value)}`);
  return value;
}

/** Numbers and booleans of one group, under the core's names. */
function group(what: "timeouts" | "reconnect", options: object | undefined, names: Record<string, string>): Record<string, number | boolean> {
  if (options === undefined) return {};
  checkNames(what, options, Object.keys(names));
  const prefix = what === "timeouts" ? "times" : what;
  const members = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    members.map(([name, value]: [string, unknown]) => {
      const flag = name === "enabled" || name === "jitter";
      const most = name === "maxAttempts" ? 1_000_000 : name === "multiplier" ? 10 : 600_000;
      const least = name === "multiplier" ? 2 : name === "baseMs" || name === "capMs" ? 1 : what === "timeouts" ? 100 : 0;
      const mayBeZero = name === "pingIntervalMs" || name === "retryAfterGiveUpMs";
      const right = Number.isInteger(value) && ((value as number) >= least || (mayBeZero && value === 0)) && (value as number) <= most;
      if (flag) isBoolean(`${what}.${name}`, value);
      else if (!right) throw invalid(`${what}.${name}: must be a whole number from ${least} to ${most}${mayBeZero ? ", or 0" : ""}, not ${String(value)}`);
      return [`${prefix}.${names[name]}`, value as number | boolean];
    }),
  );
}

function flightOf(option: unknown): readonly [frames: number, bytes: number] | undefined {
  if (option === undefined || option === false) return undefined;
  if (option !== true && (typeof option !== "object" || option === null)) throw invalid(`flight: must be true, false or { frames, bytes }, not ${String(option)}`);
  if (option !== true) checkNames("flight", option, ["frames", "bytes"]);
  const { frames, bytes } = { ...usualFlight, ...(option === true ? {} : option) } as typeof usualFlight;
  for (const [name, value, least, most] of [["frames", frames, 1, 1e6], ["bytes", bytes, 2 ** 16, 2 ** 28]] as const) {
    if (!Number.isInteger(value) || value < least || value > most) throw invalid(`flight.${name}: must be a whole number from ${least} to ${most}, not ${String(value)}`);
  }
  return [frames, bytes];
}

/** Bundlers find the script by this form. */
const ownWorker = (): Worker => new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "hadal-worker" });

function checkWasm(wasm: unknown): void {
  const isSource =
    wasm === undefined || typeof wasm === "string" || wasm instanceof URL || wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm) || wasm instanceof WebAssembly.Module;
  if (!isSource) throw invalid("wasm: must be a URL, bytes, or a compiled module");
}

/** @internal Throws `config_invalid`, whose message begins with the option's name. */
export function settingsOf(options: ConnectOptions): { settings: Settings; local: LocalSettings } {
  checkNames("options", options, Object.keys(known));
  const { url, allowPlaintext = false, policy = "resync", depth = usualDepth, symbols = [], keepLog = false, record = false } = options;
  const { worker = false, signal, clock = systemClock, wasm, seed = Math.floor(Math.random() * 2 ** 53), timeouts, reconnect } = options;
  for (const [name, value] of Object.entries({ allowPlaintext, keepLog })) isBoolean(name, value);
  if (typeof worker !== "boolean" && typeof worker !== "function") throw invalid(`worker: must be true, false or a function that makes one, not ${String(worker)}`);
  if (url !== undefined && typeof url !== "string") throw invalid(`url: must be a string, not ${String(url)}`);
  if (!policies.includes(policy)) throw invalid(`policy: must be one of ${policies.join(", ")}, not ${String(policy)}`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw invalid(`seed: must be a whole number from 0, not ${String(seed)}`);
  if (!depths.includes(depth)) throw invalid(`depth: must be one of ${depths.join(", ")}, not ${String(depth)}`);
  if (!Array.isArray(symbols) || !symbols.every((symbol) => typeof symbol === "string")) throw invalid("symbols: must be a list of strings, for example [\"BTC/USD\"]");
  if (signal !== undefined && typeof (signal as AbortSignal | null)?.addEventListener !== "function") throw invalid("signal: must be an AbortSignal");
  for (const name of ["now", "setTimeout", "clearTimeout"] as const) {
    if (typeof (clock as Clock | null)?.[name] !== "function") throw invalid(`clock: must have the function ${name}`);
  }
  if (worker && clock !== systemClock) throw invalid("clock: cannot be used with worker: functions cannot be handed over");
  checkWasm(wasm);
  const WebSocket = options.WebSocket ?? (globalThis.WebSocket as unknown as WebSocketClass | undefined);
  if (typeof WebSocket !== "function") throw invalid("WebSocket: this platform has none; hand one in, for example that of the package ws");
  if (typeof record !== "boolean") checkNames("record", record, ["simulated"]);
  const simulated = typeof record === "object" && isBoolean("record.simulated", record.simulated ?? false);
  const flight = flightOf(options.flight);
  const config = JSON.stringify({ seed, policy, ...group("timeouts", timeouts, knownTimeouts), ...group("reconnect", reconnect, knownReconnect) });
  return {
    settings: { url, allowPlaintext, symbols: [...symbols], depth, config, keepLog, flight, record: record === false ? undefined : { simulated } },
    local: { worker: worker === true ? ownWorker : worker, signal, WebSocket: options.WebSocket, clock, wasm },
  };
}
