#include "hadal/analytics/first_view.hpp"

#include <algorithm>

namespace hadal {

std::optional<std::int64_t> first_view_half_width(const OrderBook& book) noexcept {
  if (book.empty()) return std::nullopt;
  constexpr Int128 kSmallest = 10;
  auto widest = kSmallest;
  for (const auto* side : {&book.bids(), &book.asks()}) {
    if (side->empty()) continue;
    const auto rank = (side->size() * 9 + 9) / 10 - 1;  // nearest rank of 90 %
    const auto middle = book.mid2().value_or(Int128{(*side)[0].price} * 2);
    const auto distance = side->side() == Side::bid ? middle - Int128{(*side)[rank].price} * 2 : Int128{(*side)[rank].price} * 2 - middle;
    widest = std::max(widest, (distance + 1) / 2);
  }
  return static_cast<std::int64_t>(widest);
}

}  // namespace hadal
