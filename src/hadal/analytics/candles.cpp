#include "hadal/analytics/candles.hpp"

#include <utility>

namespace hadal {

std::optional<Candle> CandleClock::add(const Candle& candle) {
  if (!candle.interval || !candle.interval_begin) return std::nullopt;
  const auto at = last_.find(*candle.interval);
  if (at == last_.end()) {
    if (last_.size() < kIntervals) last_.emplace(*candle.interval, candle);
    return std::nullopt;
  }
  auto& last = at->second;
  if (*candle.interval_begin < *last.interval_begin) return std::nullopt;
  const bool later = *candle.interval_begin > *last.interval_begin;
  auto before = std::exchange(last, candle);
  return later ? std::optional{std::move(before)} : std::nullopt;
}

}  // namespace hadal
