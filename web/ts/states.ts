import type { BookState, ConnectionState, StaleReason } from "./types.js";

/** In the order of hadal::BookState. */
export const states: readonly BookState[] = ["unsubscribed", "awaiting_snapshot", "live", "resyncing", "stale"];

/** In the order of hadal::Cause, which begins with none. */
export const reasons: readonly (StaleReason | null)[] = [
  null,
  "checksum",
  "crossed",
  "level_order",
  "parse",
  "sequence",
  "snapshot_timeout",
  "lost_frames",
  "precision_changed",
  "user",
  "number_out_of_range",
  "limit",
  "gave_up",
  "transport_lost",
  "silence",
  "pong_timeout",
  "server_closed",
  "ack_stalled",
  "closed",
];

/** In the order of hadal::ConnectionState. */
export const connectionStates: readonly ConnectionState[] = [
  "disconnected",
  "connecting",
  "authenticating",
  "subscribing",
  "subscribed",
  "resyncing",
  "degraded",
  "closed",
];
