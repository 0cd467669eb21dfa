#include "hadal_sim/agents.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hadal::sim {
namespace {

constexpr std::uint64_t share(std::uint64_t hundredths) { return (hundredths << 32) / 100; }

constexpr Knot kBursts[] = {{0, 1}, {share(50), 2}, {share(90), 7}, {share(99), 22}, {share(100), 50}};
constexpr Knot kPauses[] = {{0, 5'000}, {share(50), 40'000}, {share(90), 350'000}, {share(99), 900'000}, {share(100), 1'500'000}};

/// Ranks that events touch (captures/STATS.md, depth 25), and what lies deeper: new levels, changed ones, deleted ones.
constexpr Knot kNew[] = {{0, 0},         {share(15), 1},  {share(22), 2},  {share(34), 3},
                         {share(54), 5}, {share(66), 10}, {share(93), 25}, {share(100), 60}};
constexpr Knot kChanged[] = {{0, 0},         {share(26), 1},  {share(35), 2},  {share(42), 3},
                             {share(51), 5}, {share(60), 10}, {share(94), 25}, {share(100), 60}};
constexpr Knot kDeleted[] = {{0, 0},         {share(8), 1},   {share(17), 2},  {share(27), 3},
                             {share(52), 5}, {share(63), 10}, {share(93), 25}, {share(100), 60}};
/// Sizes in thousandths of the usual one: a tenth is dust, a tenth is large.
constexpr Knot kSizes[] = {{0, 1}, {share(10), 5}, {share(50), 1'000}, {share(90), 16'000}, {share(100), 60'000}};

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

Agents::Agents(Market& market, Random random, const AgentsConfig& config) : market_{market}, random_{random}, config_{config} {
  for (auto& size : favourites_) size = std::max<std::int64_t>(1, config_.typical / (1 + random_.upto(99)));
  for (const auto side : {Side::buy, Side::sell})
    for (std::size_t i = 0; i < config_.levels; ++i) place(side, i, quantity());
  market_.clear_events();
}

void Agents::scale_prices(std::int64_t factor) noexcept {
  config_.mid *= factor;
  widest_gap_ *= factor;
}

std::int64_t Agents::quantity() {
  if (random_.upto(9) < 3) return favourites_[static_cast<std::size_t>(random_.upto(std::ssize(favourites_) - 1))];
  const auto thousandths = table_value(kSizes, std::size(kSizes), random_.next() >> 32);
  const auto whole = config_.typical / 1'000 * thousandths + config_.typical % 1'000 * thousandths / 1'000;
  return 1 + whole + random_.upto(config_.typical / 1'000);
}

template <class Table>
std::size_t Agents::draw_rank(const Table& table) {
  return static_cast<std::size_t>(table_value(table, std::size(table), random_.next() >> 32));
}

/// A limit order just ahead of the level at a rank; beyond the last level it makes a new one.
void Agents::place(Side side, std::size_t rank, std::int64_t qty) {
  const auto outward = side == Side::buy ? -1 : 1;
  const auto size = market_.levels(side).size();
  const auto& others = market_.levels(opposite(side));
  std::int64_t price = 0;
  if (size == 0) {
    price = others.empty() ? config_.mid + outward : others.back().price + outward * 4;
  } else if (rank >= size) {
    price = market_.at(side, size - 1).price + outward * (1 + random_.upto(widest_gap_ - 1));
  } else {
    // Into the gap to the next better level, or to the other side; now and then it joins a level instead.
    const bool joins = random_.upto(9) == 0;
    for (const auto last = std::min(rank + 4, size); rank < last; ++rank) {
      price = market_.at(side, rank).price;
      const auto limit = rank > 0 ? market_.at(side, rank - 1).price : others.empty() ? price - outward * widest_gap_ : others.back().price;
      const auto gap = (price - limit) * outward - 1;
      const auto room = std::min(gap, std::max(widest_gap_ / 2, gap / 2));
      if (joins) break;
      if (room <= 0) continue;
      price -= outward * (1 + random_.upto(room - 1));
      break;
    }
  }
  if (price > 0) market_.limit(side, price, qty);
}

const Order& Agents::pick(Side side, std::size_t rank) {
  const auto& level = market_.at(side, std::min(rank, market_.levels(side).size() - 1));
  return level.orders[static_cast<std::size_t>(random_.upto(std::ssize(level.orders) - 1))];
}

/// Where the next order goes: a wide spread draws it to the front.
std::size_t Agents::place_rank(Side side) {
  const auto& others = market_.levels(opposite(side));
  const bool wide = !others.empty() && (side == Side::buy ? 1 : -1) * (others.back().price - market_.at(side, 0).price) > widest_gap_;
  return wide && random_.upto(2) > 0 ? 0 : draw_rank(kNew);
}

void Agents::cancel(Side side) { market_.cancel(pick(side, draw_rank(kDeleted)).id); }

// The order in which arguments are evaluated is the compiler's: at most one draw in a call.
void Agents::change(Side side) {
  const auto id = pick(side, draw_rank(kChanged)).id;
  market_.amend(id, quantity());
}

/// A market order: mostly a part of the best level, now and then several.
void Agents::sweep(Side side) {
  const auto& makers = market_.levels(opposite(side));
  if (makers.empty()) return;
  const auto whole = random_.upto(9) < 7 ? 0 : random_.upto(config_.sweep_levels);
  std::int64_t qty = 0;
  auto level = makers.rbegin();
  for (std::int64_t i = 0; i < whole && level + 1 != makers.rend(); ++i, ++level) qty += level->qty;
  qty += 1 + random_.upto(level->qty / 2);
  market_.market(side, qty);
}

bool Agents::act() {
  if (moving_ != 0) {
    place(moving_side_, place_rank(moving_side_), std::exchange(moving_, 0));
    return false;
  }
  const auto side = random_.upto(1) == 0 ? Side::buy : Side::sell;
  const auto size = market_.levels(side).size();
  if (size <= config_.levels / 2) {
    place(side, size, quantity());
    return false;
  }
  const auto draw = random_.upto(99);
  if (draw < config_.sweeps) {
    sweep(side);
  } else if (draw < 45) {
    const auto [id, qty] = pick(side, draw_rank(kDeleted));
    moving_ = qty;
    moving_side_ = side;
    market_.cancel(id);
  } else if (draw < 58) {
    change(side);
  } else if (draw < (size > config_.levels ? 82 : 76)) {
    cancel(side);
  } else {
    const auto rank = size < config_.levels && random_.upto(9) == 0 ? size : place_rank(side);
    place(side, rank, quantity());
  }
  return moving_ != 0;
}

}  // namespace hadal::sim
