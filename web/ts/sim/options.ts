import { systemClock, type Clock } from "../clock.js";
import { HadalError } from "../error.js";
import type { WasmSource } from "../wasm.js";
import type { Fault } from "./fault.js";

/** How a market behaves, by name. */
export const scenarioNames = ["busy", "calm", "storm", "thin", "quiet", "sweep"] as const;

export type ScenarioName = (typeof scenarioNames)[number];

/** Options of simulate(). The same seed, options, requests and times give the same frames. */
export interface SimulateOptions {
  /** 0 to 2^53 - 1. @default 1 */
  seed?: number;
  /** Number of pairs, 1 to 1200; BTC/USD and ETH/USD are the first two. @default 2 */
  symbols?: number;
  /** How the market behaves; `busy` has about 27 messages a second a symbol. @default "busy" */
  scenario?: ScenarioName;
  /** Factor on the scenario's traffic, 0.001 to 1000; counts in thousandths. @default 1 */
  rate?: number;
  /** What goes wrong. @default nothing */
  faults?: readonly Fault[];
  /** Connections in ten minutes; more are refused for ten minutes. 0: any number. @default 150 */
  connectionLimit?: number;
  /** Where the WebAssembly comes from: a URL, its bytes, or a compiled module. @default hadal-sim.wasm beside this script */
  wasm?: WasmSource;
  /** @default the system's */
  clock?: Clock;
  /** The exchange's time of day at the beginning, ms since 1970. @default that of the system then */
  unixMs?: number;
}

/** All options, with their defaults; `unixMs` has one when the exchange begins. */
export type Settings = Required<Omit<SimulateOptions, "wasm" | "unixMs">> & Pick<SimulateOptions, "unixMs">;

const known = ["seed", "symbols", "scenario", "rate", "faults", "connectionLimit", "wasm", "clock", "unixMs"];
const most = { symbols: 1200, rate: 1000, connections: 1_000_000, unixMs: Date.UTC(9999, 11, 31) };
const thousandth = 1 / 1000;

export function invalid(name: string, what: string): HadalError {
  return new HadalError("config_invalid", `${name}: ${what}`);
}

function whole(name: string, value: unknown, least: number, largest: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= largest) return value as number;
  throw invalid(name, `must be a whole number from ${least} to ${largest}, not ${String(value)}`);
}

/** The options, checked. Throws HadalError `config_invalid` naming the option. */
export function settingsOf(options: SimulateOptions): Settings {
  const { seed = 1, symbols = 2, scenario = "busy", rate = 1, faults = [], connectionLimit = 150 } = options;
  const { clock = systemClock, unixMs } = options;
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(name, `is no option; there are ${known.join(", ")}`);
  }
  if (!scenarioNames.includes(scenario)) throw invalid("scenario", `must be one of ${scenarioNames.join(", ")}, not ${String(scenario)}`);
  if (typeof rate !== "number" || !(rate >= thousandth && rate <= most.rate)) {
    throw invalid("rate", `must be a factor from ${thousandth} to ${most.rate}, not ${String(rate)}`);
  }
  if (!Array.isArray(faults)) throw invalid("faults", `must be a list of faults, not ${String(faults)}`);
  const isClock = [clock?.now, clock?.setTimeout, clock?.clearTimeout].every((part) => typeof part === "function");
  if (!isClock) throw invalid("clock", "must have now(), setTimeout() and clearTimeout()");
  return {
    seed: whole("seed", seed, 0, Number.MAX_SAFE_INTEGER),
    symbols: whole("symbols", symbols, 1, most.symbols),
    scenario,
    rate,
    faults,
    connectionLimit: whole("connectionLimit", connectionLimit, 0, most.connections),
    clock,
    ...(unixMs !== undefined && { unixMs: whole("unixMs", unixMs, 0, most.unixMs) }),
  };
}
