/// What a taker's order would get from the book as it is (formulas F-34, F-35, F-36).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "hadal/base/decimal.hpp"
#include "hadal/base/errc.hpp"
#include "hadal/book/order_book.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

struct Fill {
  Int128 filled = 0;                  ///< units
  std::optional<Int128> cost = 0;     ///< 10^-(price + qty decimals) of the quote currency; none beyond 127 bits
  std::optional<double> vwap;         ///< ticks; none if nothing is filled, or without a cost
  std::optional<std::int64_t> worst;  ///< ticks: the last price touched
  std::size_t levels = 0;             ///< touched
  bool complete = false;
  bool cut = false;                    ///< not complete, and more levels may exist beyond the depth
  std::optional<Int128> unspent;       ///< of a notional, as cost
  std::optional<double> slippage_bps;  ///< average against mid, half the spread included; > 0 is worse for the taker; none without mid
  std::optional<double> worst_bps;     ///< the worst price against mid
};

/// A purchase eats asks, a sale bids, best first. Errc::config_invalid unless size >= 1 unit. O(levels touched), no allocation.
[[nodiscard]] Errc fill(const OrderBook& book, TakerSide taker, Int128 size, Fill& out) noexcept;

/// As much as `notional` buys or has to be sold for, in 10^-(price + qty decimals) of the quote currency (see notional_units()): whole
/// levels while they fit, then as many units as are left. Errc::config_invalid unless notional >= 1. O(levels touched), no allocation.
[[nodiscard]] Errc fill_notional(const OrderBook& book, TakerSide taker, Int128 notional, Fill& out) noexcept;

/// An amount of quote currency in the units of fill_notional(): none if it is finer than those, or too large.
[[nodiscard]] std::optional<Int128> notional_units(Decimal amount, Scales scales) noexcept;
/// An amount of base currency in units: none if it is finer than those, or too large.
[[nodiscard]] std::optional<Int128> qty_units(Decimal amount, Scales scales) noexcept;

/// What fill_notional() is asked for by default, in quote currency.
inline constexpr std::int64_t kDefaultNotional = 100'000;

}  // namespace hadal
