/// What stands under a pointer on the depth chart (formula F-51).
#pragma once

#include <cstdint>
#include <optional>

#include "hadal/book/order_book.hpp"

namespace hadal {

/// From mid up to a price, on the side where that price lies.
struct DepthReading {
  Side side = Side::ask;
  Int128 price2 = 0;            ///< half ticks; the mirror of a price may lie below 0, or beyond 63 bits
  std::optional<Int128> total;  ///< units; 0 inside the spread; none beyond the last level of a cut side
  std::optional<Int128> cost;   ///< 10^-(price + qty decimals) of the quote currency
  bool beyond = false;          ///< beyond visible depth
};

struct Crosshair {
  DepthReading here;
  DepthReading mirror;  ///< as far from mid on the other side
  Int128 distance = 0;  ///< half ticks from mid; negative on the bid side
  double distance_percent = 0;
  std::optional<double> average;       ///< ticks: cost / total; none if nothing rests up to there
  std::optional<double> slippage_bps;  ///< of that average against mid, > 0 worse for the taker (F-36)
};

/// None without a mid. O(levels up to the price), no allocation.
[[nodiscard]] std::optional<Crosshair> crosshair(const OrderBook& book, std::int64_t price) noexcept;

}  // namespace hadal
