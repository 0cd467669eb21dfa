import type { Link } from "./calls.js";
import type { ErrorEvent, HadalEvent, QueueOptions } from "./events.js";
import { caught } from "./signal.js";
import { Stream } from "./stream.js";

export type Listener = (event: HadalEvent) => void;

/** Somebody who hears events: a function, or a loop. */
interface Entry {
  /** What it hears; undefined: everything. */
  readonly types: readonly string[] | undefined;
  readonly listener: Listener | Stream<HadalEvent>;
  /** Takes back what it has elsewhere: its place at a signal. */
  readonly quit: () => void;
}

/** Stands for all functions, which are given their events together. */
const together = 0;

/** Lines of the event log, as objects. */
export function parseLines(lines: string): HadalEvent[] {
  return lines === "" ? [] : (JSON.parse(`[${lines.trimEnd().replaceAll("\n", ",")}]`) as HadalEvent[]);
}

/**
 * All listeners of one client. Each has a queue of its own at the engine, which holds and drops for it alone. Functions are called in the order of
 * the events, and for one event in the order in which they were registered.
 */
export class Listeners {
  readonly #link: () => Link;
  readonly #entries = new Map<number, Entry>(); // in the order of registration
  #last = 0;
  /** Listeners that threw. */
  failures = 0;

  constructor(link: () => Link) {
    this.#link = link;
  }

  /**
   * The number of a listener, and the promise that it is listened to.
   *
   * @param options those of its queue, checked
   * @param quit called when it has been removed, or all have ended
   */
  add(listener: Listener | Stream<HadalEvent>, options: QueueOptions, quit: () => void): { id: number; begun: Promise<void> } {
    const id = ++this.#last;
    this.#entries.set(id, { types: options.types, listener, quit });
    const begun = this.#link().call("listen", id, JSON.stringify(options), typeof listener === "function");
    begun.catch(() => this.#entries.delete(id));
    return { id, begun };
  }

  remove(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    entry.quit();
    void this.#link().call("unlisten", id).catch(() => undefined); // closed: gone with it
  }

  /** A loop has read what it had. */
  more(id: number): void {
    void this.#link().call("more", id).catch(() => undefined);
  }

  /** Ends loops; functions hear nothing any more. */
  end(): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { listener, quit } of entries) {
      quit();
      if (typeof listener !== "function") listener.end();
    }
  }

  /** Events from the engine. */
  deliver(batch: readonly (readonly [id: number, lines: string])[]): void {
    const parsed = batch.length > 1 ? new Map<string, HadalEvent[]>() : undefined;
    const due: { id: number; number: number; event: HadalEvent }[] = [];
    for (const [id, lines] of batch) {
      const entry = this.#entries.get(id);
      if (!entry) continue;
      const events = parsed?.get(lines) ?? parseLines(lines);
      parsed?.set(lines, events);
      if (typeof entry.listener === "function") for (const one of numbered(id, events)) due.push(one); // too many to be arguments
      else entry.listener.push(events);
    }
    if (batch.length > 1) due.sort((a, b) => a.number - b.number || a.id - b.id); // stable: lines of one listener keep their order
    for (const { id, event } of due) {
      const entry = this.#entries.get(id); // one that was disposed of meanwhile hears no more
      if (entry) this.#hear(entry, event);
    }
    if (batch.some(([id]) => !(this.#entries.get(id)?.listener instanceof Stream))) this.more(together); // one may have gone meanwhile
  }

  /** An event that is not the engine's: it has no number. */
  tell(event: HadalEvent): boolean {
    let heard = false;
    for (const entry of [...this.#entries.values()]) {
      if (entry.types && !entry.types.includes(event.type)) continue;
      heard = true;
      if (typeof entry.listener === "function") this.#hear(entry, event);
      else entry.listener.push([event]);
    }
    return heard;
  }

  #hear(entry: Entry, event: HadalEvent): void {
    try {
      const result: unknown = (entry.listener as Listener)(event);
      caught(result, (error) => this.#failed(entry, event, error));
    } catch (error) {
      this.#failed(entry, event, error);
    }
  }

  #failed(entry: Entry, event: HadalEvent, error: unknown): void {
    const own = event.type === "error" && event.code === "listener_failed"; // a failure to hear of a failure is only counted
    this.fail(event.t, error, entry.types?.join() ?? "*", own);
  }

  /** Somebody's own fault: counted and told, and nobody else suffers. */
  fail(t: number, error: unknown, listener: string, silent = false): void {
    this.failures++;
    if (silent) return;
    const failed: ErrorEvent = { t, type: "error", code: "listener_failed", category: "delivery", severity: "medium", text: String(error), listener };
    if (!this.tell(failed)) console.error(`hadal: a listener (${listener}) threw`, error);
  }
}

/** Each event with the number of its place among all: lines without one stand before the next that has one. */
function numbered(id: number, events: readonly HadalEvent[]): { id: number; number: number; event: HadalEvent }[] {
  let number = Infinity;
  const list = events.map((event) => ({ id, number, event }));
  for (const one of list.reverse()) one.number = number = one.event.n ?? number;
  return list.reverse();
}
