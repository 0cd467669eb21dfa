import type { Calls, Link, Status, Told } from "./calls.js";
import { HadalError } from "./error.js";
import type { RawModule } from "./hadal-glue.js";
import { Host, type Platform } from "./host.js";
import type { Memory } from "./memory.js";
import type { Settings } from "./options.js";
import type { Picture } from "./watch-frame.js";

/** The engine is in this thread: calls are calls, and pictures are views on its memory. */
export class PageLink implements Link {
  readonly mode = "page";
  readonly version: string;
  readonly #host: Host;

  constructor(module: RawModule, memory: Memory, settings: Settings, platform: Platform, told: Told) {
    this.version = module.version();
    this.#host = new Host(module, memory, settings, platform, told);
  }

  call<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>> {
    const method = this.#host[name] as (...args: unknown[]) => Awaited<ReturnType<Calls[Name]>>;
    // What only says that something has been read is no request: it counts at once.
    if (name === "more" || name === "want" || name === "moreTapped") method.apply(this.#host, args);
    else return this.#host.enter(() => method.apply(this.#host, args));
    return Promise.resolve() as Promise<never>;
  }

  status(): Status {
    return this.#host.status();
  }

  picture(watch: number): (Picture & { version: number }) | undefined {
    try {
      return this.#host.picture(watch);
    } catch (error) {
      if (error instanceof HadalError && error.code === "already_closed") return undefined;
      throw error;
    }
  }

  async end(): Promise<void> {
    // the host has let go of everything in close()
  }
}
