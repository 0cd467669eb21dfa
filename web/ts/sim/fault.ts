/** What can go wrong, by name; the last four stand for groups of the others. */
export const faultNames = [
  // a data frame on its way
  "drop",
  "duplicate",
  "reorder",
  // ... has wrong content
  "wrong_checksum",
  "corrupt_digit",
  // ... cannot be read
  "truncate",
  "not_json",
  "binary",
  "missing_field",
  "huge_frame",
  "deep_nesting",
  // ... has numbers in a form that is allowed, or too long
  "quoted_numbers",
  "exponents",
  "extra_zeros",
  "missing_zeros",
  "long_number",
  // ... is an odd book
  "crossed",
  "unsorted_snapshot",
  "repeated_price",
  "no_timestamp",
  "no_refill",
  "old_frame",
  "snapshot_lost",
  // a request
  "ack_lost",
  "ack_late",
  "reject",
  "rate_limit",
  // a connection, once a second
  "disconnect",
  "close",
  "half_open",
  "stall",
  // while it lasts
  "latency",
  "clock_skew",
  "burst",
  // the exchange
  "refuse_connect",
  "maintenance",
  "precision_change",
  // groups
  "loss",
  "malformed",
  "odd_numbers",
  "odd_book",
] as const;

export type FaultName = (typeof faultNames)[number];

/** One thing that goes wrong, as a fault plan has it. */
export interface Fault {
  readonly fault: FaultName;
  /** @default every one */
  readonly symbol?: string;
  /** @default every one */
  readonly channel?: "book" | "ticker" | "trade" | "ohlc" | "instrument";
  /** The n-th connection that was opened, from 1. @default every one */
  readonly connection?: number;
  /** ms since the exchange began; in inject(): from now. @default 0 */
  readonly from?: number;
  /** ms as `from`, excluded. @default for ever */
  readonly until?: number;
  /** Times at most. @default any number */
  readonly count?: number;
  /** Of the frames, requests, connections or seconds it applies to: 0 to 1. @default 1; 0.3 for `loss` */
  readonly probability?: number;
  /** `disconnect`, `stall`, `latency`, `clock_skew`, `maintenance`: how long, or by how much. @default depends on the fault */
  readonly ms?: number;
  /** `reorder`: frames that go first, 1 to 16. @default 1 */
  readonly frames?: number;
  /** `burst`: times the traffic, 1 to 1000. @default 10 */
  readonly factor?: number;
  /** `close`: the code of the close frame; `refuse_connect`: the HTTP status. @default 1001; 503 */
  readonly code?: number;
  /** `close`, `reject`, `not_json`: the words. @default words that were recorded */
  readonly text?: string;
}
