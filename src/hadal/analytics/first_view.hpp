/// Where a depth chart looks first (formula F-56).
#pragma once

#include <cstdint>
#include <optional>

#include "hadal/book/order_book.hpp"

namespace hadal {

/// Half-width of the view around mid, in ticks: the larger, over both sides, of the distance from mid that holds 90 % of that side's
/// levels, rounded up, at least 10. None if a side is missing on both. O(1): distances grow with the rank.
/// With one side empty there is no mid; the distance then counts from the other side's best level.
[[nodiscard]] std::optional<std::int64_t> first_view_half_width(const OrderBook& book) noexcept;

}  // namespace hadal
