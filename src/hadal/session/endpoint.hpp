/// The three WebSocket endpoints of the exchange, and what may be asked of which (catalogue ).
#pragma once

#include <cstdint>
#include <string_view>

#include "hadal/base/errc.hpp"

namespace hadal {

enum class Endpoint : std::uint8_t {
  market,   ///< `public`: market data, no token
  account,  ///< `private`: executions, balances, trading
  level3,   ///< single orders
};
inline constexpr int kEndpoints = 3;
/// `public`, `private`, `level3`.
[[nodiscard]] std::string_view name(Endpoint endpoint) noexcept;
[[nodiscard]] std::string_view default_url(Endpoint endpoint) noexcept;
[[nodiscard]] constexpr bool needs_token(Endpoint endpoint) noexcept { return endpoint != Endpoint::market; }

/// Errc::config_invalid unless the address is `wss://host...`, or `ws://` to a loopback host, or `ws://` anywhere with `allow_plaintext`.
[[nodiscard]] Errc check_url(std::string_view url, bool allow_plaintext = false) noexcept;

}  // namespace hadal
