import { HadalError } from "./error.js";

/** Where WebAssembly comes from: a URL, its bytes, or a compiled module. */
export type WasmSource = string | URL | BufferSource | WebAssembly.Module;

/** The part of an Emscripten module's options that is used. */
interface StartOptions {
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): Record<string, never>;
}

/** The package's own files are compiled once, however many engines are started. */
const own = new Map<string, Promise<WebAssembly.Module>>();

function compileOnce(url: URL): Promise<WebAssembly.Module> {
  let compiled = own.get(url.href);
  if (!compiled) {
    compiled = compile(url);
    compiled.catch(() => own.delete(url.href)); // the next one may have more luck
    own.set(url.href, compiled);
  }
  return compiled;
}

/** What an address is relative to: the page, as for fetch(), or a worker's script. Not this script: bundlers would look for the file. */
const base = (): string | undefined => globalThis.document?.baseURI ?? globalThis.location?.href;

async function compile(source: string | URL | BufferSource): Promise<WebAssembly.Module> {
  if (!(typeof source === "string" || source instanceof URL)) return WebAssembly.compile(source);
  const url = source instanceof URL ? source : new URL(source, base());
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

/**
 * Compiles and starts a module of this package: one artefact for page, worker and Node. Throws HadalError `wasm_load_failed`.
 *
 * @param what the module for people, at the beginning of a sentence
 * @param file the name of the WebAssembly file that the package brings
 */
export async function startWasm<Raw>(
  create: (options: StartOptions) => Promise<Raw>,
  source: WasmSource,
  what: string,
  file: string,
): Promise<Raw> {
  try {
    const compiled = source instanceof WebAssembly.Module ? source : await (source instanceof URL ? compileOnce(source) : compile(source));
    let failed: (reason: unknown) => void = () => {};
    const failure = new Promise<never>((_, reject) => (failed = reject));
    return await Promise.race([
      create({
        instantiateWasm(imports, done) {
          WebAssembly.instantiate(compiled, imports).then((instance) => done(instance, compiled)).catch(failed); // files of different builds fail in done()
          return {};
        },
      }),
      failure,
    ]);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const hint =
      `Check that ${file} is served beside the script as application/wasm, ` +
      "and that the Content-Security-Policy allows 'wasm-unsafe-eval'.";
    throw new HadalError("wasm_load_failed", `${what} could not be loaded: ${text}. ${hint}`, { cause });
  }
}
