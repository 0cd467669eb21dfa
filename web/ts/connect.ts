import { Client } from "./client.js";
import type { Link, Told } from "./calls.js";
import { HadalError, invalid } from "./error.js";
import type { RawModule } from "./hadal-glue.js";
import { loadModule } from "./load.js";
import { Memory } from "./memory.js";
import { settingsOf, type ConnectOptions, type LocalSettings, type Settings } from "./options.js";
import { PageLink } from "./page-link.js";
import { onAbort } from "./signal.js";
import { WorkerLink, type Port } from "./worker-link.js";
import type { WebSocketClass } from "./web-socket.js";

/** @internal An engine that is loaded already. */
export interface Loaded {
  readonly module: RawModule;
  readonly memory: Memory;
}

/** @internal Makes clients: of connect(), on an engine of their own, or of a Hadal. */
export async function open(options: ConnectOptions, loaded?: Loaded): Promise<Client> {
  const { settings, local } = settingsOf(options);
  if (loaded && (local.worker || local.wasm !== undefined)) {
    throw invalid(`${local.worker ? "worker" : "wasm"}: this engine is loaded; use connect() of the package`);
  }
  const { clock, signal, worker } = local;
  signal?.throwIfAborted();
  const make = (told: Told): Promise<Link> => (worker ? workerLink(worker, settings, local, told) : pageLink(settings, local, told, loaded));
  const link = (told: Told): Promise<Link> => unlessAborted(make(told), signal);
  const simulated = ((local.WebSocket ?? globalThis.WebSocket) as { simulated?: unknown } | undefined)?.simulated === true;
  return Client.begin({ clock, depth: settings.depth, simulated, signal, link });
}

/** The wait ends with the signal; what comes afterwards is let go of. */
function unlessAborted(link: Promise<Link>, signal: AbortSignal | undefined): Promise<Link> {
  if (!signal) return link;
  return new Promise((resolve, reject) => {
    const quit = onAbort(signal, () => {
      reject(signal.reason);
      link.then((late) => late.call("close").finally(() => late.end())).catch(() => undefined);
    });
    link.then(resolve, reject).finally(quit);
  });
}

async function pageLink(settings: Settings, { WebSocket: own, clock, wasm }: LocalSettings, told: Told, loaded?: Loaded): Promise<Link> {
  const { module, memory } = loaded ?? (await load(wasm));
  const WebSocket = own ?? (globalThis.WebSocket as unknown as WebSocketClass);
  return new PageLink(module, memory, settings, { WebSocket, clock }, told);
}

async function load(wasm: LocalSettings["wasm"]): Promise<Loaded> {
  const module = await loadModule(wasm === undefined ? {} : { wasm });
  return { module, memory: new Memory(module) };
}

/** In a worker; in the page, with a warning, where none can be had. */
async function workerLink(make: () => Worker, settings: Settings, local: LocalSettings, told: Told): Promise<Link> {
  let worker: Worker | undefined;
  let forget = (): void => {};
  try {
    const made = make();
    worker = made;
    const broken = new Promise<never>((_, reject) => {
      made.onerror = (event) => reject(new Error(event.message || "its script could not be loaded"));
      forget = onAbort(local.signal, () => reject(local.signal?.reason));
    });
    const link = await Promise.race([WorkerLink.start(made as unknown as Port, told, settings, local, () => made.terminate()), broken]);
    made.onerror = (event) => told.warning?.(`worker: ${event.message}`);
    return link;
  } catch (error) {
    worker?.terminate();
    local.signal?.throwIfAborted();
    if (error instanceof HadalError && error.code !== "wasm_load_failed") throw error;
    const link = await pageLink(settings, local, told);
    told.warning?.(`worker: none could be started, so that the engine runs in the page (${error instanceof Error ? error.message : String(error)})`);
    return link;
  } finally {
    forget();
  }
}
