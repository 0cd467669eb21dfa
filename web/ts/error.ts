/** What went wrong. Open for new members: keep a default branch. */
export type HadalErrorCode =
  | "config_invalid"
  | "already_closed"
  | "symbol_invalid"
  | "depth_invalid"
  | "interval_invalid"
  | "not_subscribed"
  | "limit_reached"
  | "wrong_endpoint"
  | "invalid_transition"
  | "wasm_load_failed"
  | "layout_mismatch"
  | "journal_corrupt";

/** The one error type of the package. The message is a sentence that says what to do. */
export class HadalError extends Error {
  readonly code: HadalErrorCode;

  constructor(code: HadalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HadalError";
    this.code = code;
  }
}
