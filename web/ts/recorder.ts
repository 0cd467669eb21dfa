import type { RawEngine, RawModule } from "./hadal-glue.js";
import type { Memory } from "./memory.js";

const inputsBetween = 256; // so long the journal stays inside

/** A journal that is being written: pieces of it, out of the module. */
export class Recorder {
  readonly #module: RawModule;
  readonly #memory: Memory;
  readonly #engine: RawEngine;
  readonly #mostBytes: number;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #inputs = 0;
  #bytes = 0;
  #full = false;

  constructor(module: RawModule, memory: Memory, engine: RawEngine, mostBytes: number) {
    this.#module = module;
    this.#memory = memory;
    this.#engine = engine;
    this.#mostBytes = mostBytes;
  }

  /** After each input. */
  look(): void {
    if (!this.#full && ++this.#inputs >= inputsBetween) this.#take();
  }

  end(): { parts: Uint8Array<ArrayBuffer>[]; full: boolean } {
    if (!this.#full) {
      this.#take();
      this.#engine.endRecord();
    }
    return { parts: this.#parts, full: this.#full };
  }

  #take(): void {
    this.#inputs = 0;
    const size = this.#module._hadal_engine_take_journal(this.#engine.handle()) >>> 0;
    if (size === 0) return;
    this.#parts.push(this.#memory.copy(this.#module._hadal_outbox(), size));
    this.#bytes += size;
    if (this.#bytes < this.#mostBytes) return;
    this.#full = true;
    this.#engine.endRecord();
  }
}
