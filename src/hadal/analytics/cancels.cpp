#include "hadal/analytics/cancels.hpp"

#include <algorithm>

namespace hadal {
namespace {

double in_base_units(std::int64_t qty, Scales scales) noexcept {
  double one = 1;
  for (int i = 0; i < scales.qty; ++i) one *= 10;
  return static_cast<double>(qty) / one;
}

}  // namespace

Errc check(const CancelConfig& config) noexcept {
  const bool valid = SizeThreshold{config.min_size}.valid() && config.most_ms > 0 && config.most_ms <= CancelWatch::kPendingMs &&
                     config.least_score >= 0 && config.least_score <= 1;
  return valid ? Errc::ok : Errc::config_invalid;
}

double cancel_score(double size, std::int64_t life_ms, bool traded) noexcept {
  const auto life = static_cast<double>(std::clamp<std::int64_t>(life_ms, 0, 5'000));
  const double score = 0.5 * (1 - life / 5000) + 0.3 * std::min(2.0, size / 5) / 2 + 0.2 * (traded ? 0.5 : 1.0);
  return std::min(1.0, score);
}

void CancelWatch::trade(std::int64_t price) noexcept {
  for (auto& one : pending_)
    if (one.price == price) one.traded = true;
}

std::span<const Cancel> CancelWatch::observe(const BookChange& change) {
  out_.clear();
  last_ = std::max(last_, change.now);
  forget([&](const Pending& one) { return last_.count - one.since.count > kPendingMs; });
  const SizeThreshold least{config_.min_size};
  each_change(change, changes_, [&](const LevelChange& one) {
    if (one.before == 0) {
      if (!one.unseen_before && least.reached(one.price, one.after, change.scales)) appeared(one);
    } else if (one.after == 0) {
      const auto at = std::find_if(pending_.begin(), pending_.end(),
                                   [&one](const Pending& held) { return held.side == one.side && held.price == one.price; });
      if (at == pending_.end()) return;
      if (!one.cut_off) vanished(*at, change.scales);
      pending_.erase(at);
    }
  });
  // Those that others pushed beyond the depth are not named by the message.
  forget([&](const Pending& one) {
    const auto& levels = change.after.side(one.side);
    return levels.empty() || levels.better(levels[levels.size() - 1].price, one.price);
  });
  return out_;
}

void CancelWatch::appeared(const LevelChange& one) {
  if (pending_.size() == kPending) pending_.erase(pending_.begin());
  pending_.push_back({one.side, one.price, one.after, last_});
}

void CancelWatch::vanished(const Pending& one, Scales scales) {
  const auto life = last_.count - one.since.count;
  const auto score = cancel_score(in_base_units(one.qty, scales), life, one.traded);
  if (life > config_.most_ms || score < config_.least_score || (one.traded && config_.require_no_trades)) return;
  out_.push_back({one.side, one.price, one.qty, life, one.traded, score, last_});
  if (found_.size() == kMost) found_.erase(found_.begin());
  found_.push_back(out_.back());
}

}  // namespace hadal
