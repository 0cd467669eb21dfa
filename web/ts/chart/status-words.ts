import type { Status } from "../calls.js";
import type { WatchFrame } from "../views.js";
import { ageText, stateSentence, stateTitle } from "./words.js";

export type BadgeState = "connecting" | "syncing" | "verified" | "unverified" | "stale" | "reconnecting" | "refused" | "closed";

export interface BadgeText {
  readonly state: BadgeState;
  readonly sign: string;
  readonly title: string;
  /** Ages and counts. */
  readonly detail: string;
  /** A sentence that stays the same while the state does. */
  readonly reason: string;
  /** Verified, but nothing has come for a while. */
  readonly quiet?: boolean;
}

/** What a badge keeps of a frame. `at`: when it was verified last, ms of performance.now(); undefined: never. */
export interface HeldBadge
  extends Pick<WatchFrame, "symbol" | "state" | "reason" | "verified" | "matched" | "mismatched" | "skipped" | "snapshots" | "updates" | "exchangeTimeMs"> {
  readonly at: number | undefined;
}

type BookPart = Pick<HeldBadge, "state" | "reason" | "verified" | "matched" | "at"> & { readonly mismatched?: number };

/** Nobody feeds the badge any more. */
export const closedBadge: BadgeText = {
  state: "closed", sign: "\u00d7", title: "Closed", detail: "what is shown is the last that was known", reason: "What is shown is the last that was known.",
};

const quietMs = 5000;

/** "12 ms", "1.2 s", "3 min". */
export function shortAge(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : ageText(ms);
}

/** "1,234". */
export const count = (n: number): string => n.toLocaleString("en");

const causes: Record<string, string> = {
  transport_lost: "The connection broke.",
  server_closed: "The exchange closed the connection.",
  silence: "Nothing arrived for too long.",
  pong_timeout: "The exchange did not answer a ping.",
  ack_stalled: "The exchange did not answer the subscription.",
  connect_timeout: "The connection did not open in time.",
  open_failed: "The connection could not be opened.",
};

/**
 * What a badge says. `known.at`: when the status was said, ms of performance.now(). Of the `past` the connection of now
 * says nothing.
 */
export function badgeOf(book: BookPart | undefined, known: { status: Status; at: number } | undefined, simulated: boolean, past: string | undefined, now: number): BadgeText {
  const status = past === undefined ? known?.status : undefined;
  const made = [simulated && "simulated", past].flatMap((word) => (word ? [`${word} \u00b7 `] : [])).join("");
  if (status?.state === "closed" || status?.state === "disconnected") {
    const reason = status.detail ? `${status.detail}.` : "The connection is closed; what is shown is the last that was known.";
    return { state: "closed", sign: "\u00d7", title: status.state === "closed" ? "Closed" : "Not connected", detail: made + reason, reason };
  }
  if (status?.state === "degraded") {
    const left = status.retryInMs === undefined ? undefined : Math.max(0, Math.ceil((status.retryInMs - (now - known!.at)) / 1000));
    const reason = causes[status.cause ?? ""] ?? "The connection was lost.";
    const offline = status.online ? "" : " This device is offline.";
    const title = left === undefined ? "Reconnecting" : `Reconnecting in ${left} s`;
    return { state: "reconnecting", sign: "!", title, detail: made + reason + offline, reason: reason + offline };
  }
  if (status?.state === "connecting" || status?.state === "authenticating") {
    const again = (status.attempt ?? 0) > 0 ? `attempt ${status.attempt}` : "";
    return { state: "connecting", sign: "\u2026", title: "Connecting", detail: made + again, reason: "The connection is being opened." };
  }
  if (!book || book.state === "awaiting_snapshot" || book.state === "unsubscribed") {
    const reason = stateSentence(book?.state ?? "awaiting_snapshot", null, false);
    return { state: "syncing", sign: "\u2026", title: book?.state === "unsubscribed" ? stateTitle("unsubscribed") : "Syncing", detail: `${made}waiting for a snapshot`, reason };
  }
  if (book.state !== "live") {
    const reason = stateSentence(book.state, book.reason);
    return { state: "stale", sign: "!", title: stateTitle(book.state), detail: made + reason, reason };
  }
  const checks = `${count(book.matched)} ${book.matched === 1 ? "check" : "checks"}`;
  if (!book.verified) return { state: "unverified", sign: "?", title: "Live, not compared", detail: `${made}${checks} so far`, reason: "The last message had no checksum to compare." };
  const age = book.at === undefined ? 0 : now - book.at;
  const quiet = past === undefined && age > quietMs;
  const reason = (book.mismatched ?? 0) > 0 ? "The last message matches the exchange\u2019s checksum, and every one since the last repair." : "Every message matches the exchange\u2019s checksum.";
  return { state: "verified", sign: "\u2713", title: quiet ? "Verified, quiet" : "Verified", detail: made + (past === undefined ? `${shortAge(age)} ago, ${checks}` : checks), reason, quiet };
}
