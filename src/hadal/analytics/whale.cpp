#include "hadal/analytics/whale.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hadal/base/limits.hpp"

namespace hadal {

Errc check(const WhaleConfig& config) noexcept {
  const bool valid = config.window >= WhaleWatch::kLeast && config.window <= 10'000 && config.track_depth >= 1 &&
                     config.track_depth <= kMaxDepth && SizeThreshold{config.min_size}.valid() && config.z > 0 &&
                     config.z <= std::numeric_limits<double>::max();
  return valid ? Errc::ok : Errc::config_invalid;
}

WhaleWatch::WhaleWatch(WhaleConfig config) : config_{config} {
  for (auto& ring : rings_) ring.sizes.reserve(config.window);
  found_.reserve(kMost + 1);
}

std::optional<Whale> WhaleWatch::add(Side side, std::int64_t price, std::int64_t qty, Int128 least) noexcept {
  auto& ring = rings_[static_cast<std::size_t>(side)];
  const auto size = static_cast<double>(qty);
  std::optional<Whale> whale;
  if (qty >= least && ring.sizes.size() >= kLeast) whale = test(ring, side, price, qty);
  if (ring.sizes.size() < config_.window) {
    ring.sizes.push_back(size);
  } else {
    ring.sizes[ring.next] = size;
    ring.next = (ring.next + 1) % config_.window;
  }
  if (whale) remember(*whale);
  return whale;
}

std::optional<Whale> WhaleWatch::test(const Ring& ring, Side side, std::int64_t price, std::int64_t qty) const noexcept {
  const auto count = static_cast<double>(ring.sizes.size());
  const auto oldest_first = [&ring](auto visit) {
    for (auto i = ring.next; i < ring.sizes.size(); ++i) visit(ring.sizes[i]);
    for (std::size_t i = 0; i < ring.next; ++i) visit(ring.sizes[i]);
  };
  double sum = 0;
  oldest_first([&sum](double x) { sum += x; });
  const double mean = sum / count;
  double squares = 0;
  oldest_first([&squares, mean](double x) { squares += (x - mean) * (x - mean); });
  const double sigma = std::sqrt(squares / count);
  if (!(sigma > 0)) return std::nullopt;
  const double z = (static_cast<double>(qty) - mean) / sigma;
  if (!(z >= config_.z)) return std::nullopt;
  return Whale{side, price, qty, z, mean, sigma};
}

void WhaleWatch::remember(const Whale& whale) noexcept {
  const auto at = std::find_if(found_.begin(), found_.end(), [&whale](const Whale& one) { return one.z <= whale.z; });
  found_.insert(at, whale);
  if (found_.size() > kMost) found_.pop_back();
}

std::span<const Whale> WhaleWatch::observe(const BookChange& change) {
  out_.clear();
  // Rounded up: whole units are compared.
  Int128 units = config_.min_size.mantissa;
  Int128 divisor = 1;
  for (int i = 0; i < change.scales.qty; ++i) units *= 10;
  for (int i = 0; i < config_.min_size.scale; ++i) divisor *= 10;
  const auto least = (units + divisor - 1) / divisor;
  each_change(change, changes_, [&](const LevelChange& one) {
    if (one.after == 0 || one.unseen_before) return;
    if (change.after.side(one.side).find(one.price).rank >= config_.track_depth) return;
    if (const auto whale = add(one.side, one.price, one.after, least)) out_.push_back(*whale);
  });
  return out_;
}

void WhaleWatch::clear() noexcept {
  for (auto& ring : rings_) {
    ring.sizes.clear();
    ring.next = 0;
  }
}

}  // namespace hadal
