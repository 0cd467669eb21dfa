import { HadalError } from "../error.js";
import type { Market } from "./follow.js";

/**
 * Tells when the exchange refuses the book of a symbol: a watch only waits then, for it may be listed tomorrow. Not heard through `error` events, because whoever
 * listens to them takes the faults of other listeners off the console. Returns what ends it.
 */
export function onRefused(market: Market, symbol: string, refused: (error: HadalError) => void): () => void {
  const isIt = (other: string | undefined): boolean => other?.toUpperCase() === symbol.toUpperCase();
  let words: string | undefined; // a refusal does not say which channel; the book's state does
  try {
    const ends = [
      market.on?.("subscription", ({ method, success, error, symbol: of }) => {
        if (method === "subscribe" && isIt(of)) words = success === false ? (error ?? `the exchange refuses ${symbol}`) : undefined;
      }),
      market.on?.("book_state", ({ symbol: of, from, to }) => {
        if (!isIt(of) || from !== "awaiting_snapshot" || to !== "unsubscribed" || words === undefined) return;
        refused(new HadalError("subscribe_rejected", words, { symbol: of, channel: "book" }));
      }),
    ];
    return () => ends.forEach((end) => end?.());
  } catch {
    return () => {}; // closed: the watch says so
  }
}
