#include "hadal_sim/market.hpp"

#include <algorithm>
#include <limits>

namespace hadal::sim {
namespace {

/// True if `a` stands before `b` on a side.
bool better(Side side, std::int64_t a, std::int64_t b) { return side == Side::buy ? a > b : a < b; }

}  // namespace

/// Index of the first level that is at the price or better.
std::size_t Market::index(Side side, std::int64_t price) const noexcept {
  const auto& list = levels(side);
  const auto at = std::lower_bound(list.begin(), list.end(), price,
                                   [side](const PriceLevel& level, std::int64_t wanted) { return better(side, wanted, level.price); });
  return static_cast<std::size_t>(at - list.begin());
}

std::size_t Market::rank(Side side, std::int64_t price) const noexcept {
  const auto at = index(side, price);
  const auto size = levels(side).size();
  const bool held = at < size && levels(side)[at].price == price;
  return size - at - (held ? 1 : 0);
}

std::int64_t Market::qty_at(Side side, std::int64_t price) const noexcept {
  const auto at = index(side, price);
  return at < levels(side).size() && levels(side)[at].price == price ? levels(side)[at].qty : 0;
}

std::int64_t Market::match(Side taker, std::int64_t limit, std::int64_t qty) {
  const auto maker_side = opposite(taker);
  auto& makers = own(maker_side);
  auto left = qty;
  while (left > 0 && !makers.empty() && !better(maker_side, limit, makers.back().price)) {
    auto& level = makers.back();
    const auto before = level.qty;
    std::size_t gone = 0;
    for (auto& oldest : level.orders) {
      const auto filled = std::min(left, oldest.qty);
      trades_.push_back({oldest.id, taker, level.price, filled});
      left -= filled;
      level.qty -= filled;
      oldest.qty -= filled;
      if (oldest.qty == 0) {
        resting_.erase(oldest.id);
        ++gone;
      }
      if (left == 0) break;
    }
    level.orders.erase(level.orders.begin(), level.orders.begin() + static_cast<std::ptrdiff_t>(gone));
    touches_.push_back({maker_side, level.price, before});
    if (level.orders.empty()) makers.pop_back();
  }
  return qty - left;
}

OrderId Market::limit(Side side, std::int64_t price, std::int64_t qty) {
  const auto id = ++last_id_;
  const auto left = qty - match(side, price, qty);
  if (left == 0) return id;
  auto& list = own(side);
  const auto at = index(side, price);
  if (at == list.size() || list[at].price != price) list.insert(list.begin() + static_cast<std::ptrdiff_t>(at), PriceLevel{price, 0, {}});
  touches_.push_back({side, price, list[at].qty});
  list[at].orders.push_back({id, left});
  list[at].qty += left;
  resting_.emplace(id, Place{side, price});
  return id;
}

std::int64_t Market::market(Side side, std::int64_t qty) {
  return match(side, side == Side::buy ? std::numeric_limits<std::int64_t>::max() : 0, qty);
}

bool Market::cancel(OrderId id) {
  const auto found = resting_.find(id);
  if (found == resting_.end()) return false;
  const auto [side, price] = found->second;
  auto& list = own(side);
  const auto at = static_cast<std::ptrdiff_t>(index(side, price));
  auto& level = list[static_cast<std::size_t>(at)];
  const auto order = std::find_if(level.orders.begin(), level.orders.end(), [id](const Order& one) { return one.id == id; });
  touches_.push_back({side, price, level.qty});
  level.qty -= order->qty;
  level.orders.erase(order);
  if (level.orders.empty()) list.erase(list.begin() + at);
  resting_.erase(found);
  return true;
}

bool Market::amend(OrderId id, std::int64_t qty) {
  const auto found = resting_.find(id);
  if (found == resting_.end()) return false;
  const auto [side, price] = found->second;
  auto& level = own(side)[index(side, price)];
  const auto order = std::find_if(level.orders.begin(), level.orders.end(), [id](const Order& one) { return one.id == id; });
  touches_.push_back({side, price, level.qty});
  level.qty += qty - order->qty;
  const bool keeps_place = qty <= order->qty;
  order->qty = qty;
  if (!keeps_place) std::rotate(order, order + 1, level.orders.end());
  return true;
}

void Market::scale_prices(std::int64_t factor) {
  for (auto& side : sides_)
    for (auto& level : side) level.price *= factor;
  for (auto& [id, place] : resting_) place.price *= factor;
}

}  // namespace hadal::sim
