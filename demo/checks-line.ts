import type { Client } from "hadal";
import { byId, create, hex, setText } from "./dom.js";
import { gapWords } from "./words.js";

const holdMs = 2000; // a difference is gone from the wire within a second: people read slower

/** The last two checksums side by side, a few times a second: what the exchange sent, and what the book gives. A difference stays to be read. */
export class ChecksLine {
  readonly #place = byId("pair");
  readonly #sent = create("code", "", "00000000"); // as wide as it will be
  readonly #sign = create("span", "sign", "=");
  readonly #here = create("code", "", "00000000");
  readonly #ends: (() => void)[] = [];
  #heldUntil = -Infinity;

  constructor() {
    this.#place.append("exchange ", this.#sent, this.#sign, "here ", this.#here);
    this.#place.hidden = true;
  }

  /** Undefined: there is nothing to compare with. */
  attach(client: Client | undefined, symbol: string): void {
    for (const end of this.#ends.splice(0)) end();
    this.#place.hidden = true;
    this.#heldUntil = -Infinity;
    if (!client) return;
    try {
      const few = { symbol, maxMessagesPerSecond: 5, burstAllowance: 1, maxQueueDepth: 4, policy: "oldest" } as const;
      this.#ends.push(
        client.on("book_update", ({ sent, computed }) => {
          if (sent !== undefined && computed !== undefined) this.#show(hex(sent), hex(computed), sent === computed);
        }, few),
        // The few may leave the one out that counts: what a book stumbled over always comes this way
        client.on("gap", ({ symbol: of, cause, expected, received }) => {
          if (of !== symbol) return;
          if (expected !== undefined && received !== undefined) this.#show(hex(expected), hex(received), false);
          else if (cause !== "user" && cause !== "checksum" && performance.now() >= this.#heldUntil) this.#show("\u2013", gapWords(cause), false);
        }, { symbol }),
      );
    } catch {
      // closed meanwhile
    }
  }

  /** The pair is of the present: it is not shown beside another time. */
  set hidden(hidden: boolean) {
    this.#place.classList.toggle("away", hidden);
  }

  #show(sent: string, here: string, same: boolean): void {
    const now = performance.now();
    if (same && now < this.#heldUntil) return;
    if (!same) this.#heldUntil = now + holdMs;
    this.#place.hidden = false;
    this.#place.dataset["same"] = String(same);
    setText(this.#sent, sent);
    setText(this.#sign, same ? "=" : "\u2260");
    setText(this.#here, here);
  }
}
