import { invalid } from "./error.js";
import type { Depth, KeyState, Subscription } from "./types.js";

// In the order of the core's enumerations; a test compares them.
/** @internal */
export const channels = ["book", "ticker", "trade", "ohlc", "instrument"] as const;
/** @internal */
export const keyStates: readonly KeyState[] = ["wanted", "pending", "active", "leaving", "rejected"];

export const depths: readonly Depth[] = [10, 25, 100, 500, 1000];
/** Ten levels leave the checksum no room: one that is missing shows only when it is one of the best. */
export const usualDepth: Depth = 25;

/** A subscription as the module takes it. */
export type RawKey = readonly [channel: number, symbol: string, depth: number, interval: number, trigger: number];

function whole(name: string, value: unknown): number {
  if (value === undefined) return 0;
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 65535) throw invalid(`${name}: must be a whole number, not ${String(value)}`);
  return value as number;
}

/** @param bookDepth of books that name none. Throws `config_invalid` for what has not the form of one; whether the exchange has it, the core and the exchange know. */
export function rawKey(subscription: Subscription, bookDepth: Depth = usualDepth): RawKey {
  if (typeof subscription !== "object" || subscription === null) throw invalid("subscription: must be an object, for example { channel: \"book\", symbol: \"BTC/USD\" }");
  const { channel, symbol = "", depth, interval, trigger, ...others } = subscription as Subscription & Record<string, unknown>;
  for (const name of Object.keys(others)) throw invalid(`${name}: is no part of a subscription; there are channel, symbol, depth, interval and trigger`);
  const index = channels.indexOf(channel as (typeof channels)[number]);
  if (index < 0) throw invalid(`channel: must be one of ${channels.join(", ")}, not ${String(channel)}`);
  if (trigger !== undefined && trigger !== "trades" && trigger !== "bbo") throw invalid(`trigger: must be trades or bbo, not ${String(trigger)}`);
  const levels = channel === "book" && depth === undefined ? bookDepth : whole("depth", depth);
  if (typeof symbol !== "string") throw invalid(`symbol: must be a string, for example BTC/USD, not ${String(symbol)}`);
  return [index, symbol, levels, whole("interval", interval), trigger === "bbo" ? 1 : 0];
}
