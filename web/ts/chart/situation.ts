import type { BookState, StaleReason } from "../types.js";
import type { WatchFrame } from "../views.js";
import { ageText, stateSentence, stateTitle } from "./words.js";

/** How what is shown stands. */
export interface Situation {
  readonly symbol: string;
  /** `none`: there is no book yet; `refused`: the exchange gives none; `closed`: nobody feeds the component any more. */
  readonly state: BookState | "none" | "refused" | "closed";
  readonly reason: StaleReason | null;
  /** ms of performance.now() when it became so. */
  readonly since: number;
  /** How long it had been so when the picture was taken, ms: of a picture of the past that is its age. */
  readonly then: number;
  /** There is something that is known. */
  readonly hasLevels: boolean;
  /** Of the exchange, why it refuses. */
  readonly words: string;
}

export const noSituation: Situation = { symbol: "", state: "none", reason: null, since: 0, then: 0, hasLevels: false, words: "" };

/** From a picture, whose clock is the driver's. */
export function situationOf(frame: WatchFrame, before: Situation, now: number): Situation {
  const { symbol, state, reason, nowMs, sinceMs, bestBid, bestAsk } = frame;
  const then = sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs);
  const same = before.symbol === symbol && before.state === state && before.reason === reason;
  return { symbol, state, reason, since: same && sinceMs === null ? before.since : now - then, then, hasLevels: bestBid !== null || bestAsk !== null, words: "" };
}

/** Why a picture is not to be trusted, and for how long now. */
export interface Notice {
  readonly title: string;
  readonly sentence: string;
}

const closedSentence = "Nobody brings news any more; what is shown is the last that was known.";

/** Undefined while there is nothing wrong, or nothing to be shown at all: that is said in its place. */
export function noticeOf({ state, reason, since, then, hasLevels }: Situation, isPast: boolean, now: number): Notice | undefined {
  if (state === "live" || state === "none" || state === "refused") return undefined;
  const age = ageText(isPast ? then : now - since);
  return state === "closed" ? { title: `Closed for ${age}`, sentence: closedSentence } : { title: `${stateTitle(state)} for ${age}`, sentence: stateSentence(state, reason, hasLevels) };
}

/** The same without an age: said once. */
export function changeSentence({ symbol, state, reason, hasLevels, words }: Situation): string {
  switch (state) {
    case "live":
      return `${symbol} is live again`;
    case "none":
      return "";
    case "refused":
      return refusalSentence(symbol, words);
    case "closed":
      return `${symbol}: closed. ${closedSentence}`;
    default:
      return `${symbol}: ${stateTitle(state)}. ${stateSentence(state, reason, hasLevels)}`;
  }
}

/** In the words of the exchange. */
export const refusalSentence = (symbol: string, words: string): string => `The exchange refuses ${symbol}: ${words}`;
