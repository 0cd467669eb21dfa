/// The states of a session's connection and the only ways between them: catalogue table T, as data.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hadal {

enum class ConnectionState : std::uint8_t {
  disconnected,    ///< never connected
  connecting,      ///< the driver is opening a socket
  authenticating,  ///< open; a wanted key needs a token that has not come yet
  subscribing,     ///< open; the first round of subscriptions is under way
  subscribed,      ///< open, and every key wanted at opening has had its answer
  resyncing,       ///< as subscribed, and at least one book is under repair
  degraded,        ///< no socket; the next attempt has its time
  closed,          ///< no socket and no attempt until connect()
};
inline constexpr int kConnectionStates = 8;

/// Why a connection changed its state. Numbers are stable: they cross the wasm edge.
enum class ConnectionCause : std::uint8_t {
  none = 0,
  user_connect = 1,
  transport_opened = 2,
  connect_failed = 3,
  connect_timeout = 4,
  upgrade_busy = 5,     ///< upgrade answered 429 or 5xx
  upgrade_refused = 6,  ///< upgrade answered 400, 401, 403 or 404
  token_ready = 7,
  token_unavailable = 8,
  auth_failed = 9,
  token_rejected = 10,
  ack_stalled = 11,
  all_settled = 12,
  repair_started = 13,
  repairs_done = 14,
  transport_lost = 15,
  server_closed = 16,
  silence = 17,
  pong_timeout = 18,
  server_refused = 19,  ///< close code 1008
  retry_timer = 20,
  user_retry = 21,
  network_online = 22,
  retries_exhausted = 23,
  user_close = 24,
};
inline constexpr int kConnectionCauses = 25;

[[nodiscard]] std::string_view name(ConnectionState state) noexcept;
[[nodiscard]] std::string_view name(ConnectionCause cause) noexcept;

/// The less healthy of two. From the best: subscribed, resyncing, subscribing, authenticating, connecting, degraded, disconnected, closed.
[[nodiscard]] ConnectionState less_healthy(ConnectionState a, ConnectionState b) noexcept;

/// Whether a state has an open socket.
[[nodiscard]] constexpr bool is_open(ConnectionState state) noexcept {
  return state >= ConnectionState::authenticating && state <= ConnectionState::resyncing;
}
/// Subscribed, under repair or not (catalogue D-2).
[[nodiscard]] constexpr bool is_connected(ConnectionState state) noexcept {
  return state == ConnectionState::subscribed || state == ConnectionState::resyncing;
}

/// One row of table T. Sets have one bit per member.
struct ConnectionTransition {
  std::uint8_t row;  ///< n of T-n
  std::uint32_t from;
  ConnectionState to;
  std::uint32_t causes;
  std::string_view meaning;
};

[[nodiscard]] std::span<const ConnectionTransition> connection_transitions() noexcept;

/// The row of table T that allows the change, or 0. O(rows).
[[nodiscard]] int connection_transition(ConnectionState from, ConnectionState to, ConnectionCause cause) noexcept;

/// The table as a Mermaid state diagram, for documents: one arrow per pair of states, labelled with its causes.
[[nodiscard]] std::string connection_diagram();

}  // namespace hadal
