#include "hadal/analytics/crosshair.hpp"

#include "hadal/detail/to_double.hpp"

namespace hadal {
namespace {

using detail::to_double;

DepthReading read(const OrderBook& book, Side side_of_mid, Int128 price2) noexcept {
  DepthReading out;
  out.side = side_of_mid;
  out.price2 = price2;
  const auto& side = book.side(out.side);
  const auto past = [&](std::int64_t price) { return out.side == Side::bid ? Int128{price} * 2 < price2 : Int128{price} * 2 > price2; };
  if (side.size() >= book.depth()) {
    const auto worst = Int128{side[side.size() - 1].price} * 2;
    out.beyond = out.side == Side::bid ? price2 < worst : price2 > worst;
  }
  if (out.beyond) return out;
  CheckedSum total;
  CheckedSum cost;
  for (const auto& level : side) {
    if (past(level.price)) break;
    total.add(level.qty);
    cost.add_product(level.price, level.qty);
  }
  out.total = total.value();
  out.cost = cost.value();
  return out;
}

}  // namespace

std::optional<Crosshair> crosshair(const OrderBook& book, std::int64_t price) noexcept {
  const auto mid2 = book.mid2();
  if (!mid2) return std::nullopt;
  Crosshair out;
  const bool bid = Int128{price} * 2 < *mid2;
  out.here = read(book, bid ? Side::bid : Side::ask, Int128{price} * 2);
  out.mirror = read(book, bid ? Side::ask : Side::bid, 2 * *mid2 - Int128{price} * 2);
  out.distance = Int128{price} * 2 - *mid2;
  out.distance_percent = to_double(100 * out.distance) / to_double(*mid2);
  const auto& here = out.here;
  if (here.total && *here.total > 0 && here.cost) {
    out.average = to_double(*here.cost) / to_double(*here.total);
    const auto base = checked_multiply(*mid2, *here.total);
    const auto twice = checked_multiply(2, *here.cost);
    const auto sign = here.side == Side::bid ? -1 : 1;
    if (base && twice)
      if (const auto scaled = checked_multiply(sign * 10'000, *twice - *base)) out.slippage_bps = to_double(*scaled) / to_double(*base);
  }
  return out;
}

}  // namespace hadal
