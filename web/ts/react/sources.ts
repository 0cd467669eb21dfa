import type { Status } from "../calls.js";
import { copyTape, countNew, type TapeTrade } from "../chart/tape-trades.js";
import type { Client } from "../client.js";
import { decimalText } from "../decimal.js";
import { onRefused } from "../chart/refusal.js";
import type { TickerEvent } from "../events.js";
import type { LiveWatch } from "../live-watch.js";
import type { Depth } from "../types.js";
import type { WatchFrame, WatchViews } from "../views.js";
import type { Start, Told } from "./store.js";

/** A trade as text and time. */
export interface Trade {
  /** Counts the trades of this list: a key for React. */
  readonly id: number;
  /** Exchange time, ms since 1970; null if it gave none. */
  readonly timeMs: number | null;
  /** Of the taker. */
  readonly side: "buy" | "sell";
  /** All digits. */
  readonly price: string;
  readonly size: string;
}

/** Watches a symbol; `read` makes a value of a picture that is its own. */
function watching<Value>(client: Client, symbol: string, views: WatchViews, depth: Depth | undefined, read: (watch: LiveWatch) => Value | undefined): Start<Value> {
  return ({ news, fail }) => {
    let watch: LiveWatch | undefined;
    let ended = false;
    const quit = onRefused(client, symbol, fail);
    const look = (): Value | undefined => {
      try {
        return watch && read(watch);
      } catch {
        return undefined; // the client was closed: what was known stays
      }
    };
    const begin = async (): Promise<void> => {
      const made = await client.watch(symbol, views, depth === undefined ? {} : { depth });
      if (ended) return made.close();
      watch = made;
      made.onFrame(() => news(look));
      news(look);
    };
    begin().catch(fail);
    return () => {
      ended = true;
      quit();
      watch?.close();
    };
  };
}

export function bookOf(client: Client, symbol: string, views: WatchViews, depth: Depth | undefined): Start<WatchFrame> {
  return watching(client, symbol, views, depth, (watch) => watch.copy());
}

/** The newest trades first. Trades that stay keep their objects and their ids. */
export function tradesOf(client: Client, symbol: string, tape: Exclude<WatchViews["tape"], undefined>): Start<readonly Trade[]> {
  return (told) => {
    let held: readonly TapeTrade[] = [];
    let trades: readonly Trade[] | undefined;
    let last = 0;
    const read = (watch: LiveWatch): readonly Trade[] | undefined => {
      const frame = watch.frame();
      if (!frame?.tape) return undefined;
      const { priceScale, qtyScale } = frame;
      const next = copyTape(frame.tape, held);
      if (next === held && trades) return trades;
      const fresh = countNew(held, next);
      const made = next.slice(0, fresh).map(
        ({ timeMs, price, size, buy }, i): Trade => ({
          id: last + fresh - i,
          timeMs: Number.isNaN(timeMs) ? null : timeMs,
          side: buy ? "buy" : "sell",
          price: decimalText(price, priceScale),
          size: decimalText(size, qtyScale),
        }),
      );
      last += fresh;
      held = next;
      return (trades = [...made, ...(trades ?? [])].slice(0, next.length));
    };
    const subscription = { channel: "trade", symbol } as const;
    client.subscribe(subscription).catch(told.fail);
    const end = watching(client, symbol, { tape }, undefined, read)(told);
    return () => {
      end();
      client.unsubscribe(subscription).catch(() => undefined); // refused, or gone with the client
    };
  };
}

/** The newest of a loop, which `leave` ends. */
function looping<Value extends object>(begin: () => AsyncIterableIterator<Value>, { news, fail }: Told<Value>): () => void {
  let loop: AsyncIterableIterator<Value>;
  try {
    loop = begin();
  } catch (error) {
    queueMicrotask(() => fail(error)); // closed
    return () => {};
  }
  const run = async (): Promise<void> => {
    for await (const value of loop) news(() => value);
  };
  run().catch(fail);
  return () => void loop.return?.();
}

export function tickerOf(client: Client, symbol: string): Start<TickerEvent> {
  return (told) =>
    looping<{ readonly type: string }>(() => client.tickers(symbol, { policy: "coalesce" }), {
      news: (read) => {
        const event = read() as TickerEvent;
        if (event.type === "ticker") told.news(() => event);
      },
      fail: told.fail,
    });
}

export function statusOf(client: Client): Start<Status> {
  return (told) => looping<Status>(() => client.status(), told);
}
