import { closedError, HadalError, type HadalErrorCode } from "./error.js";
import type { ErrorEvent } from "./events.js";
import { parseLines } from "./listeners.js";
import { channels, keyStates, type RawKey } from "./subscription.js";

interface Waiting {
  readonly key: RawKey;
  /** As events name it. */
  readonly symbol: string;
  resolve(): void;
  reject(error: HadalError): void;
}

/** Who waits for a subscription to be accepted or refused. */
export class Settlements {
  readonly #waiting = new Set<Waiting>();
  readonly #stateOf: (key: RawKey) => number;
  readonly #normal: (symbol: string) => string;

  constructor(stateOf: (key: RawKey) => number, normal: (symbol: string) => string) {
    this.#stateOf = stateOf;
    this.#normal = normal;
  }

  add(key: RawKey): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add({ key, symbol: key[1] === "" ? "" : this.#normal(key[1]), resolve, reject });
      this.look();
    });
  }

  /** Subscriptions may be settled. `lines`: what has happened since the last look. */
  look(lines = ""): void {
    if (this.#waiting.size === 0) return;
    const errors = parseLines(lines).filter((event) => event.type === "error");
    for (const waiting of this.#waiting) {
      const { key, symbol } = waiting;
      const state = keyStates[this.#stateOf(key)];
      const error = errors.filter((line) => (line.symbol ?? "") === symbol && (line.channel ?? channels[key[0]]) === channels[key[0]]).at(-1);
      if (state === "active") this.#settle(waiting);
      else if (state === "rejected") this.#settle(waiting, refusal(error ?? { code: "subscribe_rejected", text: "the exchange refused the subscription" }, waiting));
      else if (state === undefined || state === "leaving") this.#settle(waiting, new HadalError("not_subscribed", `${symbol || channels[key[0]]}: unsubscribed before the exchange had answered`));
      else if (error?.code === "ack_timeout" && state === "wanted") this.#settle(waiting, refusal({ ...error, text: `${error.text}; it stays wanted, and is tried again` }, waiting));
    }
  }

  end(): void {
    for (const waiting of this.#waiting) this.#settle(waiting, closedError());
  }

  #settle(waiting: Waiting, error?: HadalError): void {
    this.#waiting.delete(waiting);
    if (error) waiting.reject(error);
    else waiting.resolve();
  }
}

function refusal({ code, text, req_id, excerpt }: Pick<ErrorEvent, "code" | "text" | "req_id" | "excerpt">, { key, symbol }: Waiting): HadalError {
  const channel = channels[key[0]] ?? "";
  const about = symbol === "" ? channel : `${channel} ${symbol}`;
  return new HadalError(code as HadalErrorCode, `${about}: ${text}`, { channel, symbol: symbol || undefined, reqId: req_id, excerpt });
}
