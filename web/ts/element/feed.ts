import { follow, type Component, type Market } from "../chart/index.js";
import type { Client } from "../client.js";
import { HadalError } from "../error.js";
import type { Depth } from "../types.js";

/**
 * Tells when the exchange refuses the book of a symbol: a watch only waits then, for it may be listed tomorrow. Not heard through `error` events, because whoever
 * listens to them takes the faults of other listeners off the console. Returns what ends it.
 */
export function onRefused(market: Market, symbol: string, refused: (error: HadalError) => void): () => void {
  const { on } = market as { on?: unknown };
  if (typeof on !== "function") return () => {};
  const client = market as unknown as Pick<Client, "on">;
  const isIt = (other: string | undefined): boolean => other?.toUpperCase() === symbol.toUpperCase();
  let words: string | undefined; // a refusal does not say which channel; the book's state does
  try {
    const ends = [
      client.on("subscription", ({ method, success, error, symbol: of }) => {
        if (method === "subscribe" && success === false && isIt(of)) words = error ?? `the exchange refuses ${symbol}`;
      }),
      client.on("book_state", ({ symbol: of, from, to }) => {
        if (!isIt(of) || from !== "awaiting_snapshot" || to !== "unsubscribed" || words === undefined) return;
        refused(new HadalError("subscribe_rejected", words, { symbol: of, channel: "book" }));
      }),
    ];
    return () => ends.forEach((end) => end());
  } catch {
    return () => {}; // closed: the watch says so
  }
}

/** As follow(), and tells of the exchange's refusal, too: once, for book and trades are refused apiece. */
export function feed(component: Component, market: Market, symbol: string, depth: Depth | undefined, onError: (error: unknown) => void): () => void {
  let refused = false;
  const tell = (error: unknown): void => {
    const isRefusal = error instanceof HadalError && error.code === "subscribe_rejected";
    if (!isRefusal || !refused) onError(error);
    refused ||= isRefusal;
  };
  const quit = onRefused(market, symbol, tell);
  const end = follow(component, market, symbol, { depth, onError: tell });
  return () => {
    quit();
    end();
  };
}
