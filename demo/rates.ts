import type { ConnectionState } from "hadal";
import { byId, count, create, setText } from "./dom.js";
import type { LiveSession } from "./session.js";

const NAMES = ["Frames a second", "Checksums matched", "Checksums differing", "Faults", "Repairs", "Reconnects"] as const;
const WINDOW = 4; // readings, one a second

const TITLES: Record<ConnectionState, string> = {
  disconnected: "Disconnected",
  connecting: "Connecting",
  authenticating: "Signing in",
  subscribing: "Subscribing",
  subscribed: "Subscribed",
  resyncing: "Resyncing",
  degraded: "Degraded",
  closed: "Closed",
};

/** The state of the connection and what has been counted so far. */
export class Rates {
  #values: HTMLElement[];
  #pill = byId("pill");
  #readings: { at: number; frames: number }[] = [];

  constructor() {
    this.#values = NAMES.map((name) => {
      const group = create("div");
      const value = create("dd", "", "0");
      group.append(create("dt", "", name), value);
      byId("rates").append(group);
      return value;
    });
    this.clear();
  }

  clear(): void {
    this.#readings = [];
    this.#show("connecting", [undefined, 0, 0, 0, 0, 0]);
  }

  /** Once a second. */
  measure(session: LiveSession, now: number): void {
    this.#readings.push({ at: now, frames: session.frames });
    if (this.#readings.length > WINDOW) this.#readings.shift();
  }

  /** Asks for every book, so a frame lent before this call is no longer valid after it. */
  render(session: LiveSession): void {
    const { client, exchange, narrator } = session;
    let matched = 0;
    let mismatched = 0;
    for (const book of session.books()) {
      matched += book.matched;
      mismatched += book.mismatched;
    }
    const again = Math.max(0, narrator.connections - 1);
    this.#show(client.state, [this.#perSecond(), matched, mismatched, exchange.faults, narrator.repairs, again]);
  }

  #perSecond(): number | undefined {
    const first = this.#readings[0];
    const last = this.#readings.at(-1);
    if (!first || !last || first === last) return undefined;
    return Math.round((1000 * (last.frames - first.frames)) / (last.at - first.at));
  }

  #show(state: ConnectionState, numbers: readonly (number | undefined)[]): void {
    if (this.#pill.dataset["connection"] !== state) this.#pill.dataset["connection"] = state;
    setText(byId("pill-text"), TITLES[state] ?? state);
    this.#values.forEach((value, i) => {
      const number = numbers[i];
      setText(value, number === undefined ? "\u2013" : count(number));
    });
  }
}
