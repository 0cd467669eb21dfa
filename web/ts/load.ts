import createHadal, { type RawModule } from "./hadal-glue.js";
import { HadalError } from "./error.js";
import { layoutVersion } from "./layout.js";

export interface LoadOptions {
  /**
   * Where the WebAssembly comes from: a URL, its bytes, or a compiled module.
   * @default hadal.wasm beside this script
   */
  wasm?: string | URL | BufferSource | WebAssembly.Module;
}

const hint =
  "Check that hadal.wasm is served beside the script as application/wasm, " +
  "and that the Content-Security-Policy allows 'wasm-unsafe-eval'.";

async function compile(source: string | URL | BufferSource): Promise<WebAssembly.Module> {
  if (!(typeof source === "string" || source instanceof URL)) return WebAssembly.compile(source);
  const url = source instanceof URL ? source : new URL(source, import.meta.url);
  if (url.protocol === "file:") {
    // Node cannot fetch files. The name is kept from bundlers, which would look for a browser version.
    const name = "node:fs/promises";
    const { readFile } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as typeof import("node:fs/promises");
    return WebAssembly.compile(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}`);
  // Streaming needs the right MIME type; a server that sends another one still works.
  if (response.headers.get("content-type")?.startsWith("application/wasm")) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Compiles and starts the module: one artefact for page, worker and Node. */
export async function loadModule(options: LoadOptions = {}): Promise<RawModule> {
  const source = options.wasm ?? new URL("./hadal.wasm", import.meta.url);
  try {
    const compiled = source instanceof WebAssembly.Module ? source : await compile(source);
    let failed: (reason: unknown) => void = () => {};
    const failure = new Promise<never>((_, reject) => (failed = reject));
    const raw = await Promise.race([
      createHadal({
        instantiateWasm(imports, done) {
          WebAssembly.instantiate(compiled, imports).then((instance) => done(instance, compiled), failed);
          return {};
        },
      }),
      failure,
    ]);
    if (raw._hadal_layout_version() !== layoutVersion) {
      throw new HadalError("layout_mismatch", "hadal.wasm and the script are of different versions; deploy both from one release.");
    }
    return raw;
  } catch (cause) {
    if (cause instanceof HadalError) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new HadalError("wasm_load_failed", `The WebAssembly engine could not be loaded: ${text}. ${hint}`, { cause });
  }
}
