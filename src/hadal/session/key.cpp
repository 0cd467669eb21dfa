#include "hadal/session/key.hpp"

#include <algorithm>
#include <array>

#include "hadal/base/limits.hpp"
#include "hadal/wire/symbol.hpp"

namespace hadal {
namespace {

constexpr std::array<std::string_view, 8> kChannels{"book", "ticker", "trade", "ohlc", "instrument", "executions", "balances", "level3"};
constexpr std::array<std::string_view, 2> kTriggers{"trades", "bbo"};
constexpr std::array<std::string_view, kKeyStates> kKeyStateNames{"wanted", "pending", "active", "leaving", "rejected"};
constexpr std::array<std::uint16_t, 9> kIntervals{1, 5, 15, 30, 60, 240, 1440, 10080, 21600};

}  // namespace

std::string_view name(Channel channel) noexcept { return kChannels[static_cast<std::size_t>(channel)]; }
std::optional<Channel> find_channel(std::string_view name) noexcept {
  const auto found = std::find(kChannels.begin(), kChannels.end(), name);
  if (found == kChannels.end()) return std::nullopt;
  return Channel(found - kChannels.begin());
}

Endpoint endpoint_of(Channel channel) noexcept {
  if (channel == Channel::level3) return Endpoint::level3;
  return channel == Channel::executions || channel == Channel::balances ? Endpoint::account : Endpoint::market;
}

bool has_symbol(Channel channel) noexcept {
  return channel != Channel::instrument && channel != Channel::executions && channel != Channel::balances;
}

std::string_view name(TickerTrigger trigger) noexcept { return kTriggers[static_cast<std::size_t>(trigger)]; }
std::string_view name(KeyState state) noexcept { return kKeyStateNames[static_cast<std::size_t>(state)]; }

Errc normalize(Key& key, bool aliases) {
  const Key plain;
  if (key.channel == Channel::book && !is_depth(key.depth)) return Errc::depth_invalid;
  const bool deep = key.channel == Channel::level3;
  if (deep && key.depth != 10 && key.depth != 100 && key.depth != 1000) return Errc::depth_invalid;
  if (key.channel != Channel::book && !deep && key.depth != plain.depth) return Errc::config_invalid;
  if (key.channel == Channel::ohlc && std::find(kIntervals.begin(), kIntervals.end(), key.interval) == kIntervals.end())
    return Errc::interval_invalid;
  if (key.channel != Channel::ohlc && key.interval != plain.interval) return Errc::config_invalid;
  if (key.channel != Channel::ticker && key.trigger != plain.trigger) return Errc::config_invalid;
  if (!has_symbol(key.channel)) return key.symbol.empty() ? Errc::ok : Errc::config_invalid;
  return normalize_symbol(key.symbol, key.symbol, aliases);
}

}  // namespace hadal
