import type { BookState, StaleReason } from "../types.js";

/** One or two words for a badge. */
export function stateTitle(state: BookState): string {
  switch (state) {
    case "live":
      return "Live";
    case "awaiting_snapshot":
      return "Waiting for a snapshot";
    case "resyncing": // the sentence says that it is being mended
    case "stale":
      return "Stale";
    case "unsubscribed":
      return "Not subscribed";
    default:
      return "Not live";
  }
}

/** What happened, and for a book that is not live, why: a sentence a reader can act on. */
export function stateSentence(state: BookState, reason: StaleReason | null, hasLevels = true): string {
  switch (state) {
    case "live":
      return "The book is live.";
    case "awaiting_snapshot":
      return hasLevels ? `Subscribed; the snapshot has not arrived yet. ${lastKnown}` : "Subscribed; the first snapshot has not arrived yet.";
    case "unsubscribed":
      return hasLevels ? `There is no subscription. ${lastKnown}` : "There is no subscription.";
    case "resyncing":
      return `${cause(reason)} It waits for a new snapshot.`;
    default:
      return `${cause(reason)} ${remedy(reason, hasLevels)}`.trimEnd();
  }
}

const lastKnown = "These levels are the last ones known.";

function remedy(reason: StaleReason | null, hasLevels: boolean): string {
  switch (reason) {
    case "number_out_of_range":
    case "limit":
      return "No snapshot repairs that: subscribe again.";
    case "transport_lost":
    case "silence":
    case "pong_timeout":
    case "server_closed":
    case "ack_stalled":
    case "closed":
      return hasLevels ? lastKnown : "";
    default:
      return "Only a snapshot that verifies repairs it.";
  }
}

function cause(reason: StaleReason | null): string {
  switch (reason) {
    case "checksum":
      return "A checksum did not match.";
    case "crossed":
      return "The best bid reached the best ask.";
    case "level_order":
      return "A snapshot listed its levels out of order.";
    case "parse":
      return "A message could not be read.";
    case "sequence":
      return "A message was missing from the sequence.";
    case "snapshot_timeout":
      return "The snapshot did not arrive in time.";
    case "lost_frames":
      return "Messages were lost before they arrived.";
    case "precision_changed":
      return "The exchange changed the number of decimals.";
    case "user":
      return "A new snapshot was asked for.";
    case "number_out_of_range":
      return "A number was too large to hold exactly.";
    case "limit":
      return "A message was larger than the limits allow.";
    case "gave_up":
      return "Repeated repairs failed.";
    case "transport_lost":
      return "The connection was lost.";
    case "silence":
      return "Nothing arrived for too long.";
    case "pong_timeout":
      return "The exchange did not answer a ping.";
    case "server_closed":
      return "The exchange closed the connection.";
    case "ack_stalled":
      return "The exchange did not answer the subscription.";
    case "closed":
      return "The connection was closed.";
    default:
      return "The book is not live.";
  }
}

/** "3 s", "2 min", "1 h 5 min": an age in words that change slowly. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Why nothing is drawn of a book. */
export function emptyText(state: BookState, groupRefused: boolean): string {
  if (groupRefused) return "This group is finer than the market\u2019s prices";
  return state === "live" ? "No bids and no asks in this book" : stateTitle(state);
}
