#include "hadal/book/order_book.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace hadal {
namespace {

bool strictly_sorted(const LadderSide& side, std::span<const Level> levels) noexcept {
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (levels[i].price <= 0 || levels[i].qty <= 0) return false;
    if (i > 0 && !side.better(levels[i - 1].price, levels[i].price)) return false;
  }
  return true;
}

std::int64_t power_of_ten(int digits) noexcept {
  std::int64_t power = 1;
  for (; digits > 0; --digits) power *= 10;
  return power;
}

}  // namespace

OrderBook::OrderBook(std::size_t depth) : depth_{depth}, bids_{Side::bid, depth}, asks_{Side::ask, depth} {}

Errc OrderBook::check_snapshot(std::span<const Level> bids, std::span<const Level> asks) const noexcept {
  return strictly_sorted(bids_, bids) && strictly_sorted(asks_, asks) ? Errc::ok : Errc::level_order;
}

Errc OrderBook::apply_snapshot(std::span<const Level> bids, std::span<const Level> asks) {
  if (const auto error = check_snapshot(bids, asks); error != Errc::ok) return error;
  bids_.assign(bids.first(std::min(bids.size(), depth_)));
  asks_.assign(asks.first(std::min(asks.size(), depth_)));
  cache_.reset();
  return Errc::ok;
}

void OrderBook::apply_update(std::span<const Level> bids, std::span<const Level> asks) {
  apply_side(bids_, bids);
  apply_side(asks_, asks);
  bids_.cut(depth_);
  asks_.cut(depth_);
}

/// The same as level by level: of equal prices the last counts.
void OrderBook::merge_side(LadderSide& side, std::span<const Level> levels) {
  std::vector<Level> sorted{levels.begin(), levels.end()};
  const auto before = [&side](const Level& a, const Level& b) { return side.better(a.price, b.price); };
  std::stable_sort(sorted.begin(), sorted.end(), before);
  std::vector<Level> merged;
  merged.reserve(side.size() + sorted.size());
  auto held = side.begin();
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i + 1 < sorted.size() && sorted[i + 1].price == sorted[i].price) continue;
    for (; held != side.end() && side.better(held->price, sorted[i].price); ++held) merged.push_back(*held);
    if (held != side.end() && held->price == sorted[i].price) ++held;
    if (sorted[i].qty != 0) merged.push_back(sorted[i]);
  }
  merged.insert(merged.end(), held, side.end());
  side.assign(merged);
  cache_.reset(side.side());
}

void OrderBook::apply_side(LadderSide& side, std::span<const Level> levels) {
  if (levels.size() > kStepwise) return merge_side(side, levels);
  for (const auto& level : levels) {
    const auto place = side.find(level.price);
    if (level.qty == 0) {
      if (!place.exists) continue;
      side.erase(place.rank);
      cache_.erased(side.side(), place.rank);
    } else if (place.exists) {
      side.set(place.rank, level.qty);
      cache_.changed(side.side(), place.rank);
    } else {
      side.insert(place.rank, level);
      cache_.inserted(side.side(), place.rank);
    }
  }
}

std::optional<Level> OrderBook::best(Side which) const noexcept {
  const auto& levels = side(which);
  return levels.empty() ? std::nullopt : std::optional{levels[0]};
}

bool OrderBook::crossed() const noexcept { return !bids_.empty() && !asks_.empty() && bids_[0].price >= asks_[0].price; }

std::optional<Int128> OrderBook::mid2() const noexcept {
  if (bids_.empty() || asks_.empty()) return std::nullopt;
  return Int128{bids_[0].price} + asks_[0].price;
}

std::optional<Int128> OrderBook::spread() const noexcept {
  if (bids_.empty() || asks_.empty()) return std::nullopt;
  return Int128{asks_[0].price} - bids_[0].price;
}

std::int64_t OrderBook::qty_at(Side which, std::int64_t price) const noexcept {
  const auto& levels = side(which);
  const auto place = levels.find(price);
  return place.exists ? levels[place.rank].qty : 0;
}

SideTotal OrderBook::total(Side which) const noexcept {
  SideTotal sum;
  CheckedSum notional;
  for (const auto& level : side(which)) {
    sum.qty += level.qty;
    notional.add_product(level.price, level.qty);
  }
  sum.notional = notional.value();
  sum.cut = side(which).size() >= depth_;
  return sum;
}

void OrderBook::set_depth(std::size_t depth) {
  depth_ = depth;
  bids_.reserve(depth);
  asks_.reserve(depth);
}

void OrderBook::clear() noexcept {
  bids_.clear();
  asks_.clear();
  cache_.reset();
}

bool OrderBook::widen(int price_digits, int qty_digits) noexcept {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  if (price_digits < 0 || qty_digits < 0 || price_digits > 18 || qty_digits > 18) return false;
  const auto price_factor = power_of_ten(price_digits);
  const auto qty_factor = power_of_ten(qty_digits);
  for (const auto* side : {&bids_, &asks_})
    for (const auto& level : *side)
      if (level.price > kMax / price_factor || level.qty > kMax / qty_factor) return false;
  bids_.multiply(price_factor, qty_factor);
  asks_.multiply(price_factor, qty_factor);
  cache_.reset();
  return true;
}

}  // namespace hadal
