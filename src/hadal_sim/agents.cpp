#include "hadal_sim/agents.hpp"

#include <algorithm>
#include <iterator>

namespace hadal::sim {
namespace {

constexpr std::uint64_t share(std::uint64_t hundredths) { return (hundredths << 32) / 100; }

constexpr Knot kBursts[] = {{0, 1}, {share(50), 2}, {share(90), 7}, {share(99), 22}, {share(100), 50}};
constexpr Knot kPauses[] = {{0, 5'000}, {share(50), 40'000}, {share(90), 350'000}, {share(99), 900'000}, {share(100), 1'500'000}};

constexpr std::int64_t kWidestGap = 12;  // ticks between neighbours
constexpr std::size_t kMostOrders = 4;   // at a level, about

}  // namespace

std::int64_t table_value(const Knot* knots, std::size_t count, std::uint64_t u) {
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const auto& low = knots[i];
    const auto& high = knots[i + 1];
    if (u >= high.share) continue;
    const auto part = static_cast<std::uint64_t>(high.value - low.value) * (u - low.share);
    return low.value + static_cast<std::int64_t>(part / (high.share - low.share));
  }
  return knots[count - 1].value;
}

std::int64_t draw_burst(Random& random) { return table_value(kBursts, std::size(kBursts), random.next() >> 32); }
std::int64_t draw_pause(Random& random) { return table_value(kPauses, std::size(kPauses), random.next() >> 32); }

Agents::Agents(Market& market, Random random, std::int64_t mid, std::size_t levels)
    : market_{market}, random_{random}, mid_{mid}, levels_{levels} {
  for (const auto side : {Side::buy, Side::sell})
    for (std::size_t i = 0; i < levels_; ++i) place(side, i);
  market_.clear_events();
}

std::int64_t Agents::quantity() {
  std::int64_t bound = 10'000;
  for (auto more = random_.upto(5); more > 0; --more) bound *= 10;
  return 1 + random_.upto(bound - 1);
}

/// 0, 1-2, 3-6, 7-14 ... are equally likely: the best ranks are hit most.
std::size_t Agents::near_rank() {
  std::size_t first = 0;
  for (auto steps = random_.upto(6); steps > 0; --steps) first = 2 * first + 1;
  return first + static_cast<std::size_t>(random_.upto(static_cast<std::int64_t>(first)));
}

/// A limit order near a rank; beyond the last level it makes a new one.
void Agents::place(Side side, std::size_t rank) {
  const auto outward = side == Side::buy ? -1 : 1;
  const auto size = market_.levels(side).size();
  std::int64_t price = 0;
  if (size == 0) {
    price = mid_ + outward;
  } else if (rank >= size) {
    price = market_.at(side, size - 1).price + outward * (1 + random_.upto(kWidestGap - 1));
  } else {
    price = market_.at(side, rank).price - outward * random_.upto(2);
    // Rest, do not trade: that is what market orders are for.
    const auto& others = market_.levels(opposite(side));
    if (!others.empty() && (side == Side::buy ? price >= others.back().price : price <= others.back().price))
      price = others.back().price + outward;
  }
  if (price > 0) market_.limit(side, price, quantity());
}

void Agents::cancel_one(Side side) {
  const auto size = market_.levels(side).size();
  if (size == 0) return;
  const auto& level = market_.at(side, std::min(near_rank(), size - 1));
  market_.cancel(level.orders[static_cast<std::size_t>(random_.upto(static_cast<std::int64_t>(level.orders.size()) - 1))].id);
}

void Agents::act() {
  const auto side = random_.upto(1) == 0 ? Side::buy : Side::sell;
  const auto size = market_.levels(side).size();
  if (size < levels_ / 2) {
    place(side, size);
    return;
  }
  const bool crowded = market_.orders() > kMostOrders * levels_ || size > levels_ + levels_ / 2;
  const auto draw = random_.upto(99);
  if (draw < 4) {
    market_.market(side, quantity());
  } else if (draw < (crowded ? 70 : 45)) {
    cancel_one(side);
  } else if (draw < 97) {
    place(side, near_rank());
  } else {
    place(side, size);
  }
}

}  // namespace hadal::sim
