#include "hadal/session/connection_state.hpp"

#include <algorithm>
#include <array>

namespace hadal {
namespace {

using enum ConnectionState;
using C = ConnectionCause;

constexpr std::uint32_t bit(ConnectionState state) { return 1u << static_cast<unsigned>(state); }
constexpr std::uint32_t bit(C cause) { return 1u << static_cast<unsigned>(cause); }

template <class... Members>
constexpr std::uint32_t any_of(Members... members) {
  return (bit(members) | ...);
}

constexpr auto kOpen = any_of(authenticating, subscribing, subscribed, resyncing);
constexpr auto kNoSocket = any_of(C::connect_failed, C::connect_timeout, C::upgrade_busy);
constexpr auto kLost = any_of(C::transport_lost, C::server_closed, C::silence, C::pong_timeout);

constexpr std::array kRows{
    ConnectionTransition{1, any_of(disconnected), connecting, any_of(C::user_connect), "connect()"},
    ConnectionTransition{2, any_of(closed), connecting, any_of(C::user_connect), "connect() again"},
    ConnectionTransition{3, any_of(connecting), authenticating, any_of(C::transport_opened), "a wanted key needs a token"},
    ConnectionTransition{4, any_of(connecting), subscribing, any_of(C::transport_opened), "keys wanted, no token needed"},
    ConnectionTransition{5, any_of(connecting), subscribed, any_of(C::transport_opened), "nothing wanted"},
    ConnectionTransition{6, any_of(connecting), degraded, kNoSocket, "no connection"},
    ConnectionTransition{7, any_of(connecting), closed, any_of(C::upgrade_refused), "refused for good"},
    ConnectionTransition{8, any_of(authenticating), subscribing, any_of(C::token_ready), "the token has come"},
    ConnectionTransition{9, any_of(authenticating), degraded, any_of(C::token_unavailable), "no token for now"},
    ConnectionTransition{10, any_of(authenticating), closed, any_of(C::auth_failed), "no token for good"},
    ConnectionTransition{11, any_of(subscribing), authenticating, any_of(C::token_rejected), "first rejection on this connection"},
    ConnectionTransition{12, any_of(subscribing), closed, any_of(C::auth_failed), "a second fresh token was rejected"},
    ConnectionTransition{13, any_of(subscribing), degraded, any_of(C::ack_stalled), "three sends without any ack"},
    ConnectionTransition{14, any_of(subscribing), subscribed, any_of(C::all_settled), "the first round is over"},
    ConnectionTransition{15, any_of(subscribed), resyncing, any_of(C::repair_started), "the first book under repair"},
    ConnectionTransition{16, any_of(resyncing), subscribed, any_of(C::repairs_done), "the last repair is over"},
    ConnectionTransition{17, kOpen, degraded, kLost, "the transport is gone"},
    ConnectionTransition{18, kOpen, closed, any_of(C::server_refused), "close code 1008"},
    ConnectionTransition{19, any_of(degraded), connecting, any_of(C::retry_timer, C::user_retry, C::network_online), "next attempt"},
    ConnectionTransition{20, any_of(degraded), closed, any_of(C::retries_exhausted), "no attempt left"},
    ConnectionTransition{21, kOpen | any_of(disconnected, connecting, degraded), closed, any_of(C::user_close), "close()"},
    ConnectionTransition{22, any_of(connecting), closed, kNoSocket, "as T-6, reconnection disabled"},
    ConnectionTransition{22, any_of(authenticating), closed, any_of(C::token_unavailable), "as T-9, reconnection disabled"},
    ConnectionTransition{22, any_of(subscribing), closed, any_of(C::ack_stalled), "as T-13, reconnection disabled"},
    ConnectionTransition{22, kOpen, closed, kLost, "as T-17, reconnection disabled"},
};

constexpr std::array<std::string_view, kConnectionStates> kStates{"disconnected", "connecting", "authenticating", "subscribing",
                                                                  "subscribed",   "resyncing",  "degraded",       "closed"};
constexpr std::array<std::string_view, kConnectionCauses> kCauses{
    "none",         "user_connect",      "transport_opened",  "connect_failed", "connect_timeout", "upgrade_busy",   "upgrade_refused",
    "token_ready",  "token_unavailable", "auth_failed",       "token_rejected", "ack_stalled",     "all_settled",    "repair_started",
    "repairs_done", "transport_lost",    "server_closed",     "silence",        "pong_timeout",    "server_refused", "retry_timer",
    "user_retry",   "network_online",    "retries_exhausted", "user_close"};

}  // namespace

std::string_view name(ConnectionState state) noexcept { return kStates[static_cast<std::size_t>(state)]; }
ConnectionState less_healthy(ConnectionState a, ConnectionState b) noexcept {
  using enum ConnectionState;
  constexpr std::array kFromBest{subscribed, resyncing, subscribing, authenticating, connecting, degraded, disconnected, closed};
  // Whichever stands later.
  return *std::find_if(kFromBest.rbegin(), kFromBest.rend(), [&](ConnectionState state) { return state == a || state == b; });
}

std::string_view name(ConnectionCause cause) noexcept { return kCauses[static_cast<std::size_t>(cause)]; }

std::span<const ConnectionTransition> connection_transitions() noexcept { return kRows; }

int connection_transition(ConnectionState from, ConnectionState to, ConnectionCause cause) noexcept {
  for (const auto& row : kRows)
    if ((row.from & bit(from)) != 0 && row.to == to && (row.causes & bit(cause)) != 0) return row.row;
  return 0;
}

std::string connection_diagram() {
  std::string out = "stateDiagram-v2\n  [*] --> disconnected\n";
  for (int from = 0; from < kConnectionStates; ++from)
    for (int to = 0; to < kConnectionStates; ++to) {
      std::string causes;
      for (int cause = 1; cause < kConnectionCauses; ++cause) {
        if (connection_transition(ConnectionState(from), ConnectionState(to), ConnectionCause(cause)) == 0) continue;
        if (!causes.empty()) causes += ", ";
        causes += name(ConnectionCause(cause));
      }
      if (causes.empty()) continue;
      out += "  ";
      out += name(ConnectionState(from));
      out += " --> ";
      out += name(ConnectionState(to));
      out += ": " + causes + '\n';
    }
  return out;
}

}  // namespace hadal
