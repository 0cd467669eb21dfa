import type { BookState, StaleReason } from "../types.js";
import type { WatchFrame } from "../views.js";
import { ageText, stateSentence, stateTitle } from "./words.js";

/** How what is shown stands. */
export interface Situation {
  readonly symbol: string;
  /** `none`: there is no book yet; `closed`: nobody feeds the component any more. */
  readonly state: BookState | "none" | "closed";
  readonly reason: StaleReason | null;
  /** ms of performance.now() when it became so. */
  readonly since: number;
  /** How long it had been so when the picture was taken, ms: of a picture of the past that is its age. */
  readonly then: number;
}

export const noSituation: Situation = { symbol: "", state: "none", reason: null, since: 0, then: 0 };

/** From a picture, whose clock is the driver's. */
export function situationOf(frame: WatchFrame, before: Situation, now: number): Situation {
  const { symbol, state, reason, nowMs, sinceMs } = frame;
  const then = sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs);
  const same = before.symbol === symbol && before.state === state && before.reason === reason;
  return { symbol, state, reason, since: same && sinceMs === null ? before.since : now - then, then };
}

/** Why a picture is not to be trusted, and for how long now. */
export interface Notice {
  readonly title: string;
  readonly sentence: string;
}

const closedSentence = "Nobody brings news any more; what is shown is the last that was known.";

/** Undefined while there is nothing wrong, or nothing yet. */
export function noticeOf({ state, reason, since, then }: Situation, isPast: boolean, now: number): Notice | undefined {
  if (state === "live" || state === "none") return undefined;
  const age = ageText(isPast ? then : now - since);
  return state === "closed" ? { title: `Closed for ${age}`, sentence: closedSentence } : { title: `${stateTitle(state)} for ${age}`, sentence: stateSentence(state, reason) };
}

/** The same without an age: said once. */
export function changeSentence({ symbol, state, reason }: Situation): string {
  if (state === "live") return `${symbol} is live again`;
  return state === "closed" ? `${symbol}: closed. ${closedSentence}` : state === "none" ? "" : `${symbol}: ${stateTitle(state)}. ${stateSentence(state, reason)}`;
}
