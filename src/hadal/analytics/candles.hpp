/// Knows when a candle is final (catalogue G-16).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "hadal/wire/message.hpp"

namespace hadal {

/// Of one symbol. Missing intervals are not invented.
class CandleClock {
 public:
  /// The candle before this one, if this one shows it to be final: the same interval, a later begin. A candle older than the last one seen,
  /// or without begin or interval, shows nothing.
  [[nodiscard]] std::optional<Candle> add(const Candle& candle);
  void clear() { last_.clear(); }

 private:
  std::map<std::int64_t, Candle> last_;  ///< by interval, minutes; at most kIntervals
  static constexpr std::size_t kIntervals = 16;
};

}  // namespace hadal
