import type { Client } from "../client.js";
import { open } from "../connect.js";
import type { ConnectOptions } from "../options.js";
import { nothing, type Held, type Store } from "./store.js";

/** A client that a provider makes, keeps while it is there, and closes. */
export class Connection implements Store<Client> {
  #held: Held<Client> = nothing;
  #making: Promise<Client> | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Held<Client> => this.#held;

  /** Connects, unless it has. The client is closed after the task in which it is let go of: Strict Mode lets go, and comes back at once. */
  hold(options: ConnectOptions): () => void {
    clearTimeout(this.#leaving);
    if (!this.#making) {
      const making = open(options);
      this.#making = making;
      const tell = (held: Held<Client>): void => {
        if (this.#making === making) this.#tell(held);
      };
      making.then((value) => tell({ value }), (error: unknown) => tell({ failed: { error } }));
    }
    return () => {
      this.#leaving = setTimeout(() => this.#letGo());
    };
  }

  #letGo(): void {
    const made = this.#making;
    this.#making = undefined;
    this.#tell(nothing);
    made?.then((client) => client.close()).catch(() => undefined); // it never was
  }

  #tell(held: Held<Client>): void {
    this.#held = held;
    for (const listener of [...this.#listeners]) listener();
  }
}
