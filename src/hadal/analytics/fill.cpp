#include "hadal/analytics/fill.hpp"

#include <algorithm>

#include "hadal/detail/to_double.hpp"

namespace hadal {
namespace {

using detail::to_double;

const LadderSide& eaten_by(const OrderBook& book, TakerSide taker) noexcept { return taker == TakerSide::buy ? book.asks() : book.bids(); }

/// What follows from what was filled (F-36).
void finish(const OrderBook& book, TakerSide taker, std::optional<Int128> cost, Fill& out) noexcept {
  out.cost = cost;
  out.cut = !out.complete && eaten_by(book, taker).size() >= book.depth();
  if (out.filled == 0) return;
  const auto mid2 = book.mid2();
  const auto sign = taker == TakerSide::buy ? 1 : -1;
  if (cost) out.vwap = to_double(*cost) / to_double(out.filled);
  if (!mid2) return;
  out.worst_bps = to_double(sign * 10'000 * (2 * Int128{*out.worst} - *mid2)) / to_double(*mid2);
  if (!cost) return;
  const auto base = checked_multiply(*mid2, out.filled);
  const auto twice = checked_multiply(2, *cost);
  if (!base || !twice) return;
  const auto scaled = checked_multiply(sign * 10'000, *twice - *base);
  if (scaled) out.slippage_bps = to_double(*scaled) / to_double(*base);
}

/// The amount times 10^digits; none if digits would be cut off, or beyond 127 bits.
std::optional<Int128> scaled(Decimal amount, int digits) noexcept {
  std::optional<Int128> out = amount.mantissa;
  auto steps = digits - amount.scale;
  for (; steps > 0 && out; --steps) out = checked_multiply(*out, 10);
  for (; steps < 0 && out; ++steps) {
    if (*out % 10 != 0) return std::nullopt;
    *out /= 10;
  }
  return out;
}

}  // namespace

Errc fill(const OrderBook& book, TakerSide taker, Int128 size, Fill& out) noexcept {
  if (size < 1) return Errc::config_invalid;
  out = {};
  auto left = size;
  CheckedSum cost;
  for (const auto& level : eaten_by(book, taker)) {
    if (left == 0) break;
    const auto taken = std::min(left, Int128{level.qty});
    left -= taken;
    out.filled += taken;
    cost.add_product(level.price, static_cast<std::int64_t>(taken));
    out.worst = level.price;
    ++out.levels;
  }
  out.complete = left == 0;
  finish(book, taker, cost.value(), out);
  return Errc::ok;
}

Errc fill_notional(const OrderBook& book, TakerSide taker, Int128 notional, Fill& out) noexcept {
  if (notional < 1) return Errc::config_invalid;
  out = {};
  auto left = notional;
  CheckedSum cost;
  for (const auto& level : eaten_by(book, taker)) {
    const auto whole = Int128{level.price} * level.qty;  // below 2^126
    const auto taken = whole <= left ? Int128{level.qty} : left / level.price;
    out.complete = whole > left;  // what is left then buys no further unit at this price
    if (taken == 0) break;
    left -= taken * level.price;
    out.filled += taken;
    cost.add_product(level.price, static_cast<std::int64_t>(taken));
    out.worst = level.price;
    ++out.levels;
    if (out.complete) break;
  }
  if (!out.complete) out.complete = out.worst && left < *out.worst;  // the side is eaten up
  out.unspent = left;
  finish(book, taker, cost.value(), out);
  return Errc::ok;
}

std::optional<Int128> notional_units(Decimal amount, Scales scales) noexcept { return scaled(amount, scales.price + scales.qty); }
std::optional<Int128> qty_units(Decimal amount, Scales scales) noexcept { return scaled(amount, scales.qty); }

}  // namespace hadal
