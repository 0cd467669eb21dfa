/// What can be subscribed: a key names one subscription (catalogue area E).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/base/errc.hpp"
#include "hadal/session/endpoint.hpp"

namespace hadal {

/// The last three need a token; their data frames are counted and not decoded yet.
enum class Channel : std::uint8_t { book, ticker, trade, ohlc, instrument, executions, balances, level3 };
[[nodiscard]] std::string_view name(Channel channel) noexcept;
[[nodiscard]] std::optional<Channel> find_channel(std::string_view name) noexcept;
/// Where a channel is served (catalogue A-2).
[[nodiscard]] Endpoint endpoint_of(Channel channel) noexcept;
[[nodiscard]] bool has_symbol(Channel channel) noexcept;

enum class TickerTrigger : std::uint8_t { trades, bbo };
[[nodiscard]] std::string_view name(TickerTrigger trigger) noexcept;

/// Parameters that do not belong to the channel keep their defaults.
struct Key {
  Channel channel = Channel::book;
  std::string symbol{};                           ///< empty for channels without: `instrument`, `executions`, `balances`
  std::uint16_t depth = 10;                       ///< `book`: one of kDepths; `level3`: 10, 100 or 1000
  std::uint16_t interval = 1;                     ///< `ohlc`: minutes
  TickerTrigger trigger = TickerTrigger::trades;  ///< `ticker`

  friend bool operator==(const Key&, const Key&) = default;
};

/// Checks a key (E-10) and writes its symbol in the exchange's spelling. Errc::depth_invalid, interval_invalid, symbol_invalid, or
/// config_invalid for a parameter of another channel. `aliases`: whether XBT and XDG stand for BTC and DOGE.
[[nodiscard]] Errc normalize(Key& key, bool aliases = true);

enum class KeyState : std::uint8_t {
  wanted,    ///< will be asked for
  pending,   ///< asked for, not answered
  active,    ///< acknowledged
  leaving,   ///< nobody wants it any more; the unsubscribe is not answered yet
  rejected,  ///< refused by the exchange; not asked for again
};
inline constexpr int kKeyStates = 5;
[[nodiscard]] std::string_view name(KeyState state) noexcept;

}  // namespace hadal
