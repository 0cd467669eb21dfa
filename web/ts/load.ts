import createHadal, { type RawModule } from "./hadal-glue.js";
import { HadalError } from "./error.js";
import { layoutVersion } from "./layout.js";
import { startWasm, type WasmSource } from "./wasm.js";

export interface LoadOptions {
  /**
   * Where the WebAssembly comes from: a URL, its bytes, or a compiled module.
   * @default hadal.wasm beside this script
   */
  wasm?: WasmSource;
}

/** Compiles and starts the engine. Throws HadalError `wasm_load_failed` or `layout_mismatch`. */
export async function loadModule(options: LoadOptions = {}): Promise<RawModule> {
  const source = options.wasm ?? new URL("./hadal.wasm", import.meta.url);
  const raw = await startWasm(createHadal, source, "The WebAssembly engine", "hadal.wasm");
  if (raw._hadal_layout_version() !== layoutVersion) {
    throw new HadalError("layout_mismatch", "hadal.wasm and the script are of different versions; deploy both from one release.");
  }
  return raw;
}
