import type { Status } from "../calls.js";
import { HadalError } from "../error.js";
import type { EventOf, EventType } from "../events.js";
import { disposer, type Disposer } from "../signal.js";
import type { Stats } from "../stats.js";
import type { Depth, Subscription } from "../types.js";
import type { TrackOptions, WatchFrame, WatchViews } from "../views.js";
import type { Component } from "./component.js";
import { onRefused } from "./refusal.js";

/** A watch, as far as a component needs one. */
export interface MarketWatch {
  readonly symbol: string;
  frame(): WatchFrame | undefined;
  update(views: WatchViews): Promise<void>;
  onFrame(listener: (frame: WatchFrame) => void): Disposer;
  /** Aborted when it is closed, by whomever. */
  readonly signal?: AbortSignal;
  close(): void;
}

/** Where frames come from. A Client is one; a recording that is played can be another. */
export interface Market {
  /** The data are made up. */
  readonly simulated?: boolean;
  watch(symbol: string, views: WatchViews, options?: { depth?: Depth }): Promise<MarketWatch>;
  subscribe?(subscription: Subscription): Promise<void>;
  unsubscribe?(subscription: Subscription): Promise<void>;
  /** A tracker that somebody needs, until it is disposed of. */
  alsoTrack?(symbol: string, options: TrackOptions): () => void;
  /** For the status badge, and to know of refusals: what is there is used. */
  status?(options?: { signal?: AbortSignal }): AsyncIterable<Status>;
  stats?(): Promise<Stats>;
  retryNow?(): Promise<void>;
  on?<Type extends EventType>(type: Type, listener: (event: EventOf<Type>) => unknown, options?: { symbol?: string }): () => void;
}

export interface FollowOptions {
  /** Levels a side, if nobody has subscribed the book yet. @default that of the client */
  readonly depth?: Depth | undefined;
  /** What could not be watched, and why. @default written to the console */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Feeds a component with a symbol of a market until it is disposed of; what is shown then stays, and says that it is old: frames, trades and trackers, as the component needs them. */
export function follow(component: Component, market: Market, symbol: string, options: FollowOptions = {}): Disposer {
  const { depth, onError = (error) => console.error("hadal:", error) } = options;
  let ended = false;
  let refused = false; // book and trades are refused apiece: once is enough
  let gone = false; // the watch was closed by somebody else
  let watch: MarketWatch | undefined;
  const fail = (error: unknown): void => {
    const isRefusal = error instanceof HadalError && error.code === "subscribe_rejected";
    if (!ended && !(isRefusal && refused)) onError(error);
    refused ||= isRefusal;
  };
  const unrefused = onRefused(market, symbol, (error) => {
    if (!ended) component.refuse(symbol, error.message);
    fail(error);
  });
  const detach = component.attach(market, symbol);
  const trades: Subscription = { channel: "trade", symbol };
  if (market.simulated !== undefined) component.set({ simulated: market.simulated });
  component.update(undefined);
  component.onViews = () => void (gone ? undefined : watch ? watch.update(component.views).catch(fail) : begin());
  component.onRefresh = () => {
    const frame = gone ? undefined : watch?.frame();
    if (frame) component.update(frame);
  };
  if (component.needs.trades) market.subscribe?.(trades).catch(fail);
  const { track } = component.needs;
  const untrack = track && market.alsoTrack?.(symbol, track);
  let asking = "";
  const begin = (): void => {
    const asked = JSON.stringify(component.views);
    if (asked === asking) return; // on its way, or refused
    asking = asked;
    market.watch(symbol, component.views, depth === undefined ? {} : { depth }).then((made) => {
      if (ended || watch) return made.close();
      watch = made;
      const lost = (): void => {
        gone = true;
        if (!ended) component.lost();
      };
      if (made.signal?.aborted) return lost();
      made.signal?.addEventListener("abort", lost, { once: true });
      if (JSON.stringify(component.views) !== asked) component.onViews?.();
      made.onFrame((frame) => component.update(frame));
      component.onRefresh?.();
    }).catch(fail);
  };
  begin();
  return disposer(() => {
    ended = true;
    component.onViews = component.onRefresh = undefined;
    detach?.();
    unrefused();
    untrack?.();
    watch?.close();
    component.lost();
    if (component.needs.trades) market.unsubscribe?.(trades).catch(() => undefined); // gone with the client
  });
}
