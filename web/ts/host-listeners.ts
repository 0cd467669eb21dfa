import { invalid } from "./error.js";
import type { RawEngine, RawModule } from "./hadal-glue.js";
import type { Memory } from "./memory.js";

const mostLines = 256; // of one loop at a time

interface Entry {
  /** Its number inside. */
  readonly queue: number;
  /** Whether it is given its lines with others. */
  readonly together: boolean;
  /** It has dealt with what it was given. */
  wants: boolean;
}

/** What an engine gives to listeners: each has a queue inside, and a credit for what it may be given next. */
export class HostListeners {
  readonly #module: RawModule;
  readonly #memory: Memory;
  readonly #engine: RawEngine;
  readonly #handle: number;
  readonly #entries = new Map<number, Entry>();
  #togetherWants = true;
  /** A queue was read: under a limit, more comes at another time now. */
  drained = false;

  constructor(module: RawModule, memory: Memory, engine: RawEngine) {
    this.#module = module;
    this.#memory = memory;
    this.#engine = engine;
    this.#handle = engine.handle();
  }

  add(listener: number, options: string, together: boolean): void {
    this.#entries.set(listener, { queue: this.queue(options), together, wants: true });
  }

  /** A queue that is read by drain() alone. */
  queue(options: string): number {
    const queue = this.#engine.addQueue(options);
    if (queue < 0) throw invalid(this.#engine.queueError());
    return queue;
  }

  remove(listener: number): void {
    const entry = this.#entries.get(listener);
    this.#entries.delete(listener);
    if (entry) this.#engine.removeQueue(entry.queue);
  }

  /** A credit; 0: for all that go together. */
  credit(listener: number): void {
    const entry = this.#entries.get(listener);
    if (listener === 0) this.#togetherWants = true;
    else if (entry) entry.wants = true;
  }

  /** A credit for everybody: it is the last. */
  creditAll(): void {
    this.#togetherWants = true;
    for (const entry of this.#entries.values()) entry.wants = true;
  }

  stats(listener: number, now: number): string {
    const entry = this.#entries.get(listener);
    if (!entry) throw invalid("listener: it has ended, and its queue with it");
    return this.#engine.queueStats(entry.queue, now);
  }

  isWaiting(queue: number): boolean {
    return this.#module._hadal_queue_waiting(this.#handle, queue) !== 0;
  }

  /** @param most lines; 0: all */
  drain(queue: number, now: number, most = 0): string {
    const size = this.#module._hadal_queue_drain(this.#handle, queue, now, most) >>> 0;
    this.drained = true;
    return size === 0 ? "" : this.#memory.readText(this.#module._hadal_outbox(), size);
  }

  /** What those with a credit may have now; loops a part of it, unless it is the last. */
  take(now: number, last = false): [listener: number, lines: string][] {
    const batch: [number, string][] = [];
    let together = false;
    for (const [listener, entry] of this.#entries) {
      if (!(entry.together ? this.#togetherWants : entry.wants) || !this.isWaiting(entry.queue)) continue;
      const lines = this.drain(entry.queue, now, entry.together || last ? 0 : mostLines);
      if (lines === "") continue; // a limit holds them back
      entry.wants = false;
      together ||= entry.together;
      batch.push([listener, lines]);
    }
    if (together) this.#togetherWants = false;
    return batch;
  }
}
