import type { Ends } from "./client-types.js";
import { HadalError, invalid, type HadalErrorCode } from "./error.js";
import { checkNames } from "./options.js";

/** What events tell, too, or whoever closed or aborted knows. */
const toldOtherwise: readonly unknown[] = ["subscribe_rejected", "ack_timeout", "not_subscribed", "already_closed"] satisfies HadalErrorCode[];

/** The same promise, but nobody has to hear of a rejection that is told otherwise: a process must not die of it. */
export function mayBeLeftAlone(promise: Promise<void>): Promise<void> {
  const same = new Promise<void>((resolve, reject) => {
    promise.then(resolve, (error: unknown) => {
      if (!(error instanceof HadalError) || toldOtherwise.includes(error.code)) same.catch(() => undefined);
      reject(error);
    });
  });
  return same;
}

export function checkEnds(options: Ends, names: readonly string[] = []): void {
  checkNames("options", options, ["signal", ...names]);
  if (options.signal !== undefined && typeof (options.signal as AbortSignal | null)?.addEventListener !== "function") throw invalid("signal: must be an AbortSignal");
}

export function symbolOf(symbol: unknown): string {
  if (typeof symbol !== "string" || symbol === "") throw invalid(`symbol: must be BASE/QUOTE, for example BTC/USD, not ${String(symbol)}`);
  return symbol;
}
