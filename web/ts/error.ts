/** What went wrong. Open for new members: keep a default branch. */
export type HadalErrorCode =
  | "config_invalid"
  | "invalid_transition"
  | "already_closed"
  | "not_connected"
  | "gave_up"
  | "subscribe_rejected"
  | "unsubscribe_rejected"
  | "ack_timeout"
  | "symbol_invalid"
  | "depth_invalid"
  | "interval_invalid"
  | "wrong_endpoint"
  | "not_subscribed"
  | "limit_reached"
  | "listener_failed"
  | "io_error"
  | "journal_corrupt"
  | "wasm_load_failed"
  | "layout_mismatch";

/** What kind of error it is. Open for new members. */
export type HadalErrorCategory = "configuration" | "processing" | "subscription" | "delivery" | "file";

/** How much it matters: `critical` ends the client, `high` needs somebody, `medium` is dealt with, `low` is for the curious. */
export type HadalSeverity = "low" | "medium" | "high" | "critical";

/** As the core has them; a test compares. @internal */
export const errors: Record<HadalErrorCode, readonly [HadalErrorCategory, HadalSeverity]> = {
  config_invalid: ["configuration", "high"],
  invalid_transition: ["configuration", "low"],
  already_closed: ["configuration", "low"],
  not_connected: ["configuration", "low"],
  gave_up: ["processing", "high"],
  subscribe_rejected: ["subscription", "medium"],
  unsubscribe_rejected: ["subscription", "low"],
  ack_timeout: ["subscription", "medium"],
  symbol_invalid: ["subscription", "medium"],
  depth_invalid: ["subscription", "medium"],
  interval_invalid: ["subscription", "medium"],
  wrong_endpoint: ["subscription", "medium"],
  not_subscribed: ["subscription", "low"],
  limit_reached: ["subscription", "medium"],
  listener_failed: ["delivery", "medium"],
  io_error: ["file", "high"],
  journal_corrupt: ["file", "medium"],
  wasm_load_failed: ["file", "critical"],
  layout_mismatch: ["file", "critical"],
};

/** What an error is about, as far as it is known. */
export interface HadalErrorDetails {
  symbol?: string | undefined;
  channel?: string | undefined;
  /** Of the request that was refused. */
  reqId?: number | undefined;
  /** Of the frame that could not be used. */
  excerpt?: string | undefined;
}

/** The one error type of the package. The message is a sentence that says what to do; a wrong argument begins with its name. */
export class HadalError extends Error {
  readonly code: HadalErrorCode;
  readonly category: HadalErrorCategory;
  readonly severity: HadalSeverity;
  declare readonly symbol?: string;
  declare readonly channel?: string;
  declare readonly reqId?: number;
  declare readonly excerpt?: string;

  constructor(code: HadalErrorCode, message: string, options?: ErrorOptions & HadalErrorDetails) {
    super(message, options);
    this.name = "HadalError";
    this.code = code;
    [this.category, this.severity] = errors[code] ?? ["processing", "medium"];
    const { symbol, channel, reqId, excerpt } = options ?? {};
    if (symbol !== undefined) this.symbol = symbol;
    if (channel !== undefined) this.channel = channel;
    if (reqId !== undefined) this.reqId = reqId;
    if (excerpt !== undefined) this.excerpt = excerpt;
  }
}

/** @internal */
export function invalid(what: string): HadalError {
  return new HadalError("config_invalid", what);
}

/** @internal For everything that is asked of a client that was closed. */
export function closedError(): HadalError {
  return new HadalError("already_closed", "the client was closed; connect() a new one.");
}
