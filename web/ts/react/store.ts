import { systemClock } from "../clock.js";
import { nextPicture } from "../pace.js";

/** What a store has: nothing yet, a value, or why there is none. */
export interface Held<Value> {
  readonly value?: Value;
  readonly failed?: { readonly error: unknown };
}

/** How a store's data begin. Returns what ends them. */
export type Start<Value> = (told: Told<Value>) => () => void;

export interface Told<Value> {
  /** There is something newer: it is read with the next picture, once. `read` gives undefined where there is nothing. */
  news(read: () => Value | undefined): void;
  /** At once. */
  fail(error: unknown): void;
}

/** What useSyncExternalStore() takes. */
export interface Store<Value> {
  subscribe(listener: () => void): () => void;
  snapshot(): Held<Value>;
}

/** The one that is nothing, and stays it: of no client, and of a server. */
export const nothing: Held<never> = {};
export const noStore: Store<never> = { subscribe: () => () => {}, snapshot: () => nothing };

/** One running source of data, whoever looks at it. */
class Entry<Value> {
  held: Held<Value> = nothing;
  readonly listeners = new Set<() => void>();
  read: (() => Value | undefined) | undefined;
  leaving: ReturnType<typeof setTimeout> | undefined;
  readonly #end: () => void;
  #ended = false;

  constructor(start: Start<Value>) {
    this.#end = start({
      news: (read) => {
        if (this.#ended) return;
        this.read = read;
        later(this);
      },
      fail: (error) => {
        if (this.#ended || this.held.failed) return; // one is enough: book and trades are refused apiece
        this.held = { failed: { error } };
        this.tell();
      },
    });
  }

  /** Returns whether what it holds is another. */
  take(): boolean {
    const value = this.read?.();
    this.read = undefined;
    if (value === undefined || value === this.held.value) return false;
    this.held = { value };
    return true;
  }

  tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  end(): void {
    this.#ended = true;
    due.delete(this);
    if (due.size === 0) {
      cancel?.();
      cancel = undefined;
    }
    this.#end();
  }
}

/** All stores of the page tell what is new together: React renders once then, and at most once for each picture that is drawn. */
const due = new Set<Entry<unknown>>();
let cancel: (() => void) | undefined;

function later(entry: Entry<unknown>): void {
  due.add(entry);
  cancel ??= nextPicture(systemClock, () => {
    cancel = undefined;
    const taken = [...due].filter((one) => one.take());
    due.clear();
    for (const one of taken) one.tell();
  });
}

const entries = new WeakMap<object, Map<string, Entry<never>>>();

/**
 * The store of this client and key; whoever asks with the same key has the same data. They begin with the first listener, and end when none has come back
 * after the present task: Strict Mode takes listeners away and brings them again.
 */
export function shared<Value>(client: object, key: string, start: Start<Value>): Store<Value> {
  const find = (): Entry<Value> | undefined => entries.get(client)?.get(key);
  return {
    snapshot: () => find()?.held ?? nothing,
    subscribe(listener) {
      let all = entries.get(client);
      if (!all) entries.set(client, (all = new Map()));
      let entry = find();
      if (!entry) all.set(key, (entry = new Entry(start)) as unknown as Entry<never>);
      const { listeners } = entry;
      clearTimeout(entry.leaving);
      const own = (): void => listener();
      listeners.add(own);
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        entry.leaving = setTimeout(() => {
          all.delete(key);
          entry.end();
        });
      };
    },
  };
}
