/// The best bid and ask against each other. Prices in ticks; none if a side is empty. Crossed books are computed as they are. O(1).
#pragma once

#include <optional>

#include "hadal/book/order_book.hpp"

namespace hadal {

/// (ask - bid) / mid in basis points (formula F-5).
[[nodiscard]] std::optional<double> spread_bps(const OrderBook& book) noexcept;
/// (ask - bid) / ask in percent (formula F-30): to compare with tools that print it.
[[nodiscard]] std::optional<double> spread_percent_of_ask(const OrderBook& book) noexcept;
/// The mid weighted by the other side's best quantity, in ticks (formula F-33): leans to the side with less on offer.
[[nodiscard]] std::optional<double> microprice(const OrderBook& book) noexcept;

}  // namespace hadal
