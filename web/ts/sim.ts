/**
 * A simulated Kraken exchange in the page, behind a WebSocket class that any client takes. Its market is made up. Importing this module
 * touches no browser global; simulate() loads the exchange.
 *
 * @packageDocumentation
 */
import createHadalSim, { type RawSim } from "./hadal-sim-glue.js";
import { SimulatedExchange } from "./sim/exchange.js";
import { Machine } from "./sim/machine.js";
import { settingsOf, type SimulateOptions } from "./sim/options.js";
import { startWasm, type WasmSource } from "./wasm.js";

export type { Clock } from "./clock.js";
export { HadalError, type HadalErrorCode } from "./error.js";
export { faultNames, type Fault, type FaultName } from "./sim/fault.js";
export { scenarioNames, type ScenarioName, type SimulateOptions } from "./sim/options.js";
export type { SimulatedExchange };

/** The module that all exchanges without a source of their own share. */
let shared: Promise<RawSim> | undefined;

function start(source: WasmSource): Promise<RawSim> {
  return startWasm(createHadalSim, source, "The simulated exchange", "hadal-sim.wasm");
}

function startShared(): Promise<RawSim> {
  shared ??= start(new URL("./hadal-sim.wasm", import.meta.url)).catch((error: unknown) => {
    shared = undefined; // the next one tries again
    throw error;
  });
  return shared;
}

/** Begins an exchange. Throws HadalError `config_invalid`, which names the option, or `wasm_load_failed`. */
export async function simulate(options: SimulateOptions = {}): Promise<SimulatedExchange> {
  const settings = settingsOf(options);
  const raw = await (options.wasm === undefined ? startShared() : start(options.wasm));
  return new SimulatedExchange(new Machine(raw, settings), settings.clock);
}
