import createHadal, { type RawFullModule, type RawModule } from "./hadal-glue.js";
import { HadalError } from "./error.js";
import { layoutVersion } from "./layout.js";
import { startWasm, type WasmSource } from "./wasm.js";

export interface LoadOptions {
  /**
   * Where the WebAssembly comes from: a URL, its bytes, or a compiled module.
   * @default hadal-full.wasm beside this script
   */
  wasm?: WasmSource;
}

function checked<Module extends RawModule>(raw: Module, file: string): Module {
  if (raw._hadal_layout_version() === layoutVersion) return raw;
  throw new HadalError("layout_mismatch", `${file} and the script are of different versions; deploy both from one release.`);
}

/** Compiles and starts what a client needs. Throws HadalError `wasm_load_failed` or `layout_mismatch`. */
export async function loadModule(options: LoadOptions = {}): Promise<RawModule> {
  const source = options.wasm ?? new URL("./hadal.wasm", import.meta.url);
  return checked(await startWasm(createHadal, source, "The WebAssembly engine", "hadal.wasm"), "hadal.wasm");
}

/** The same with players and replays: a larger module, fetched only when it is asked for. */
export async function loadFullModule(options: LoadOptions = {}): Promise<RawFullModule> {
  const source = options.wasm ?? new URL("./hadal-full.wasm", import.meta.url);
  const { default: createFull } = await import("./hadal-full-glue.js");
  return checked(await startWasm(createFull, source, "The WebAssembly engine", "hadal-full.wasm"), "hadal-full.wasm");
}
