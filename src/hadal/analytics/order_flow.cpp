#include "hadal/analytics/order_flow.hpp"

#include <algorithm>

#include "hadal/base/limits.hpp"

namespace hadal {

Errc check(const OrderFlowConfig& config) noexcept {
  const bool valid = config.large.valid() && config.min_change.valid() && config.track_depth >= 1 && config.track_depth <= kMaxDepth;
  return valid ? Errc::ok : Errc::config_invalid;
}

std::string_view name(FlowKind kind) noexcept {
  switch (kind) {
    case FlowKind::large_appeared: return "large_appeared";
    case FlowKind::large_disappeared: return "large_disappeared";
    case FlowKind::size_increased: return "size_increased";
    case FlowKind::size_decreased: return "size_decreased";
    case FlowKind::level_added: return "level_added";
    case FlowKind::level_removed: return "level_removed";
    case FlowKind::entered_window: return "entered_window";
    case FlowKind::left_window: return "left_window";
    case FlowKind::best_bid_changed: return "best_bid_changed";
    case FlowKind::best_ask_changed: return "best_ask_changed";
  }
  return "unknown";
}

std::span<const Flow> OrderFlow::observe(const BookChange& change) {
  out_.clear();
  collected_ = false;
  side(change, Side::bid);
  side(change, Side::ask);
  best(change, Side::bid);
  best(change, Side::ask);
  return out_;
}

void OrderFlow::side(const BookChange& change, Side side) {
  const auto& levels = change.after.side(side);
  const auto held = change.before.side(side);
  if (change.message(side).empty() && held.size() == levels.size()) return;
  const auto old = held.first(std::min(held.size(), config_.track_depth));
  const auto now = std::min(levels.size(), config_.track_depth);
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < old.size() || j < now) {
    if (j == now || (i < old.size() && levels.better(old[i].price, levels[j].price))) {
      left(change, side, old[i++]);
    } else if (i == old.size() || levels.better(levels[j].price, old[i].price)) {
      entered(change, side, levels[j++]);
    } else {
      if (old[i].qty != levels[j].qty) both(change, side, old[i].price, old[i].qty, levels[j].qty);
      ++i;
      ++j;
    }
  }
}

void OrderFlow::both(const BookChange& change, Side side, std::int64_t price, std::int64_t before, std::int64_t after) {
  const bool was_large = config_.large.reached(price, before, change.scales);
  const bool is_large = config_.large.reached(price, after, change.scales);
  if (is_large && !was_large) {
    out_.push_back({FlowKind::large_appeared, side, price, std::nullopt, after});
  } else if (was_large && !is_large) {
    out_.push_back({FlowKind::large_disappeared, side, price, std::nullopt, before});
  } else if (config_.track_size_changes) {
    const auto more = after > before;
    const auto by = more ? after - before : before - after;
    if (config_.min_change.reached(price, by, change.scales))
      out_.push_back({more ? FlowKind::size_increased : FlowKind::size_decreased, side, price, std::nullopt, by});
  }
}

void OrderFlow::entered(const BookChange& change, Side side, Level level) {
  const auto held = change.before.side(side);
  const bool below = change.before.cut(side) && change.after.side(side).better(held.back().price, level.price);
  const auto kind = below || change.before.qty_at(side, level.price) > 0           ? FlowKind::entered_window
                    : config_.large.reached(level.price, level.qty, change.scales) ? FlowKind::large_appeared
                                                                                   : FlowKind::level_added;
  out_.push_back({kind, side, level.price, std::nullopt, level.qty});
}

void OrderFlow::left(const BookChange& change, Side side, Level level) {
  const auto kind = !removed(change, side, level.price)                            ? FlowKind::left_window
                    : config_.large.reached(level.price, level.qty, change.scales) ? FlowKind::large_disappeared
                                                                                   : FlowKind::level_removed;
  out_.push_back({kind, side, level.price, std::nullopt, level.qty});
}

/// Of a level that has left the window: gone for good, neither further down the book nor cut off.
bool OrderFlow::removed(const BookChange& change, Side side, std::int64_t price) {
  const auto& levels = change.after.side(side);
  if (levels.find(price).exists) return false;
  // A cut takes the worst levels only, and leaves a full side.
  if (levels.size() < change.after.depth() || levels.better(price, levels[levels.size() - 1].price)) return true;
  constexpr std::size_t kScanned = 64;
  if (change.message(side).size() <= kScanned) return change.removed(side, price);
  if (!collected_) collect_changes(change, changes_);
  collected_ = true;
  return std::any_of(changes_.begin(), changes_.end(),
                     [&](const LevelChange& one) { return one.side == side && one.price == price && !one.cut_off; });
}

void OrderFlow::best(const BookChange& change, Side side) {
  const auto held = change.before.side(side);
  const auto& levels = change.after.side(side);
  Flow flow;
  flow.kind = side == Side::bid ? FlowKind::best_bid_changed : FlowKind::best_ask_changed;
  flow.side = side;
  if (!levels.empty()) flow.price = levels[0].price;
  if (!held.empty()) flow.old_price = held[0].price;
  if (flow.price != flow.old_price) out_.push_back(flow);
}

}  // namespace hadal
