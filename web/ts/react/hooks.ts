import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Status } from "../calls.js";
import type { Client } from "../client.js";
import type { TickerEvent } from "../events.js";
import type { Depth } from "../types.js";
import type { Exact, WatchFrame, WatchViews } from "../views.js";
import { useClient, useFailure, useProvided } from "./provider.js";
import { bookOf, statusOf, tickerOf, tradesOf, type Trade } from "./sources.js";
import { nothing, noStore, shared, type Start } from "./store.js";

/** The newest of what has this key; all hooks with the same client and key share it. */
function useShared<Value>(key: string, start: (client: Client) => Start<Value>): Value | undefined {
  const client = useClient();
  // `start` is another function each time, but the key says all that is in it.
  const store = useMemo(() => (client ? shared(client, key, start(client)) : noStore), [client, key]);
  const { value, failed } = useSyncExternalStore(store.subscribe, store.snapshot, () => nothing);
  useFailure(useProvided(), failed);
  return value;
}

/**
 * What is watched of a symbol: the newest picture, yours to keep; undefined before the first. At most one render an animation frame, and none in a hidden page. Views
 * are compared by what they say, not by identity: write them inline. While other views of the same symbol are on their way, the last picture stays.
 *
 * @param views @default the whole book
 * @param options depth: levels a side, if nobody has subscribed the book yet; @default that of the client
 */
export function useBook(symbol: string, views: WatchViews = { book: true }, { depth }: { readonly depth?: Depth | undefined } = {}): WatchFrame | undefined {
  const client = useClient();
  const frame = useShared(JSON.stringify(["book", symbol, depth, views]), (of) => bookOf(of, symbol, views, depth));
  const last = useRef<{ client: Client | undefined; symbol: string; frame: WatchFrame }>(undefined);
  useEffect(() => {
    if (frame) last.current = { client, symbol, frame };
  }, [client, symbol, frame]);
  const { current } = last;
  return frame ?? (current?.client === client && current?.symbol === symbol ? current.frame : undefined);
}

/** The ticker of a symbol, which is subscribed meanwhile; undefined before the first. */
export function useTicker(symbol: string): TickerEvent | undefined {
  return useShared(JSON.stringify(["ticker", symbol]), (client) => tickerOf(client, symbol));
}

const noTrades: readonly Trade[] = [];

/**
 * The newest trades of a symbol, newest first, since somebody has subscribed them: this does, and the symbol's book with them.
 *
 * @param options count: 1 to 1000, @default 50; minSize: in base currency, @default any size
 */
export function useTrades(symbol: string, { count, minSize }: { readonly count?: number | undefined; readonly minSize?: Exact | undefined } = {}): readonly Trade[] {
  const tape = { ...(count !== undefined && { count }), ...(minSize !== undefined && { minSize }) };
  return useShared(JSON.stringify(["trades", symbol, tape]), (client) => tradesOf(client, symbol, tape)) ?? noTrades;
}

/** How connection and books are; undefined until it is connected. */
export function useStatus(): Status | undefined {
  return useShared("status", statusOf);
}
