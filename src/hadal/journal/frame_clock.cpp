#include "hadal/journal/frame_clock.hpp"

#include <algorithm>

namespace hadal {
namespace {

constexpr std::uint64_t kNanosPerMilli = 1'000'000;

std::optional<UnixNanos> timestamp_of(const Message& message) {
  if (const auto* book = std::get_if<BookMessage>(&message)) {
    for (const auto& entry : book->entries)
      if (entry.timestamp) return entry.timestamp;
  } else if (const auto* trades = std::get_if<TradeMessage>(&message)) {
    for (const auto& trade : trades->trades)
      if (trade.timestamp) return trade.timestamp;
  }
  return std::nullopt;
}

}  // namespace

void FrameClock::see(const Message& message) {
  const auto time = timestamp_of(message);
  if (!time) return;
  if (!first_) first_ = time;
  if (*time <= *first_) return;
  // Unsigned: timestamps centuries apart would overflow a signed difference.
  const auto since = static_cast<std::uint64_t>(*time) - static_cast<std::uint64_t>(*first_);
  now_ = std::max(now_, Millis{static_cast<std::int64_t>(since / kNanosPerMilli)});
}

}  // namespace hadal
