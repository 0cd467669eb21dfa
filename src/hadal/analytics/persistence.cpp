#include "hadal/analytics/persistence.hpp"

#include <algorithm>

namespace hadal {

Errc check(const PersistenceConfig& config) noexcept {
  const bool valid =
      config.change_threshold > 0 && config.change_threshold <= 1 && config.decay > 0 && config.decay < 1 && config.full_ms > 0;
  return valid ? Errc::ok : Errc::config_invalid;
}

void Persistence::restart(Millis now, const OrderBook& book) {
  last_ = now.count;
  for (const auto side : {Side::bid, Side::ask}) {
    auto& levels = sides_[static_cast<std::size_t>(side)];
    const auto& from = book.side(side);
    levels.clear();
    levels.reserve(book.depth() + LadderSide::kSlack);
    for (auto rank = from.size(); rank > 0; --rank) levels.push_back({from[rank - 1].price, from[rank - 1].qty, 0.0, last_});
  }
}

void Persistence::observe(const BookChange& change) {
  const auto now = std::max(last_, change.now.count);
  each_change(change, changes_, [&](const LevelChange& one) {
    auto& levels = sides_[static_cast<std::size_t>(one.side)];
    const auto at = levels.begin() + static_cast<std::ptrdiff_t>(place(one.side, one.price));
    const bool held = at != levels.end() && at->price == one.price;
    if (one.after == 0) {
      if (held) levels.erase(at);
    } else if (!held) {
      levels.insert(at, {one.price, one.after, 0.0, now});
    } else {
      if (static_cast<double>(one.after) < config_.change_threshold * static_cast<double>(at->qty)) {
        at->base = (1 - config_.decay) * heat(*at);  // as of the message before: this interval does not add
        at->since = now;
      }
      at->qty = one.after;
    }
  });
  for (const auto side : {Side::bid, Side::ask}) {
    auto& levels = sides_[static_cast<std::size_t>(side)];
    const auto count = change.after.side(side).size();
    if (levels.size() > count) levels.erase(levels.begin(), levels.end() - static_cast<std::ptrdiff_t>(count));  // cut off
  }
  last_ = now;
}

std::size_t Persistence::place(Side side, std::int64_t price) const noexcept {
  const auto& levels = sides_[static_cast<std::size_t>(side)];
  const auto at = std::lower_bound(levels.begin(), levels.end(), price,
                                   [side](const Seen& seen, std::int64_t wanted) { return better(side, wanted, seen.price); });
  return static_cast<std::size_t>(at - levels.begin());
}

double Persistence::heat(const Seen& seen) const noexcept { return seen.base + static_cast<double>(last_ - seen.since) / 1000.0; }

HotLevel Persistence::hot(Side side, const Seen& seen) const noexcept {
  const auto warmth = heat(seen);
  return {side, seen.price, seen.qty, warmth, std::min(1.0, warmth / (static_cast<double>(config_.full_ms) / 1000.0))};
}

std::optional<HotLevel> Persistence::level(Side side, std::int64_t price) const {
  const auto& levels = sides_[static_cast<std::size_t>(side)];
  const auto at = place(side, price);
  if (at == levels.size() || levels[at].price != price) return std::nullopt;
  return hot(side, levels[at]);
}

void Persistence::hottest(std::size_t count, std::vector<HotLevel>& out) const {
  out.clear();
  const auto ranks = std::max(sides_[0].size(), sides_[1].size());
  for (std::size_t rank = 0; rank < ranks; ++rank)
    for (const auto side : {Side::bid, Side::ask}) {
      const auto& levels = sides_[static_cast<std::size_t>(side)];
      if (rank < levels.size()) out.push_back(hot(side, levels[levels.size() - 1 - rank]));
    }
  std::stable_sort(out.begin(), out.end(), [](const HotLevel& a, const HotLevel& b) { return a.heat > b.heat; });
  if (out.size() > count) out.resize(count);
}

std::optional<double> Persistence::average(Side side) const {
  const auto& levels = sides_[static_cast<std::size_t>(side)];
  if (levels.empty()) return std::nullopt;
  double sum = 0;
  for (auto rank = levels.size(); rank > 0; --rank) sum += hot(side, levels[rank - 1]).score;
  return sum / static_cast<double>(levels.size());
}

}  // namespace hadal
