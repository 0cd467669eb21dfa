/// Everything that can go wrong, as one closed list of codes.
///
/// A code travels inside an `Event` of type error, never as an exception. Numbers are stable once released: append, never renumber.
#pragma once

#include <cstdint>
#include <string_view>

namespace hadal {

enum class Errc : std::uint16_t {
  ok = 0,

  // configuration, state
  config_invalid = 100,
  invalid_transition = 101,
  already_closed = 102,
  not_connected = 103,

  // parse
  not_json = 200,
  json_invalid = 201,
  frame_too_large = 202,
  field_missing = 203,
  field_type = 204,
  number_invalid = 205,
  number_out_of_range = 206,
  unknown_channel = 207,
  scale_changed = 208,

  // processing
  checksum_mismatch = 300,
  book_crossed = 301,
  level_order = 302,
  delta_before_snapshot = 303,
  late_delta = 304,
  snapshot_timeout = 305,
  lost_frames = 306,
  sequence_gap = 307,
  precision_changed = 308,
  gave_up = 309,

  // connection, network
  connect_failed = 400,
  connect_timeout = 401,
  transport_lost = 402,
  silence = 403,
  pong_timeout = 404,
  server_closed = 405,
  upgrade_refused = 406,
  server_refused = 407,
  retries_exhausted = 408,

  // subscription
  subscribe_rejected = 500,
  unsubscribe_rejected = 501,
  ack_timeout = 502,
  symbol_invalid = 503,
  depth_invalid = 504,
  interval_invalid = 505,
  wrong_endpoint = 506,
  not_subscribed = 507,
  limit_reached = 508,

  // authentication
  auth_failed = 600,
  token_unavailable = 601,
  token_rejected = 602,
  permission_denied = 603,

  // delivery
  lagged = 700,
  queue_full = 701,
  rate_limited = 702,
  listener_failed = 703,

  // request, REST
  request_invalid = 800,
  request_rejected = 801,
  request_timeout = 802,
  outcome_unknown = 803,
  http_status = 804,
  api_error = 805,
  nonce_invalid = 806,

  // file, wasm
  io_error = 900,
  journal_corrupt = 901,
  wasm_load_failed = 902,
  layout_mismatch = 903,
};

enum class Severity : std::uint8_t { low, medium, high, critical };

/// What a code means to whoever handles it.
struct ErrcInfo {
  Errc code;
  std::string_view name;      ///< as in the log and in TypeScript: `checksum_mismatch`
  std::string_view category;  ///< `parse`, `processing`, `connection` ...
  Severity severity;
};

/// Never fails: a number outside the list answers with name `unknown`. O(number of codes); not for the hot path.
[[nodiscard]] const ErrcInfo& info(Errc code) noexcept;

[[nodiscard]] inline std::string_view name(Errc code) noexcept { return info(code).name; }
[[nodiscard]] std::string_view name(Severity severity) noexcept;

}  // namespace hadal
