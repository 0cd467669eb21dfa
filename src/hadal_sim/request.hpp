/// What a client asks, checked as strictly as the real exchange does (protocol/ws-v2.md sections 4 and 5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hadal::sim {

enum class Channel : std::uint8_t { book, ticker, trade, ohlc, instrument };
[[nodiscard]] std::string_view name(Channel channel) noexcept;

/// One subscription of a connection: what of, and with which parameter.
struct Topic {
  Channel channel = Channel::book;
  std::string symbol{};       ///< empty for `instrument`
  std::int64_t depth = 0;     ///< `book`
  std::int64_t interval = 0;  ///< `ohlc`, minutes
  bool bbo = false;           ///< `ticker`: trigger bbo

  friend bool operator==(const Topic&, const Topic&) = default;
};

inline constexpr std::int64_t kDepths[] = {10, 25, 100, 500, 1000};
inline constexpr std::int64_t kIntervals[] = {1, 5, 15, 30, 60, 240, 1440, 10080, 21600};

struct Request {
  std::string method;                ///< `ping`, `subscribe`, `unsubscribe`, or what could be read of it
  std::string req_id;                ///< its digits; empty: none
  Topic topic;                       ///< without the symbol
  std::vector<std::string> symbols;  ///< one empty one for `instrument`
  bool snapshot = false;
  std::string refusal;       ///< the exchange's words; empty: the request is in order
  bool also_status = false;  ///< with the refusal goes a status frame
};

[[nodiscard]] Request parse_request(std::string_view frame);

}  // namespace hadal::sim
