#include "hadal/analytics/history.hpp"
#include "hadal/detail/floor_divide.hpp"

#include <algorithm>

namespace hadal {
namespace {

using detail::floor_divide;

void see(std::optional<Extremes>& extremes, const std::optional<Int128>& value) noexcept {
  if (!value) return;
  if (!extremes) extremes = Extremes{*value, *value, *value};
  extremes->last = *value;
  extremes->min = std::min(extremes->min, *value);
  extremes->max = std::max(extremes->max, *value);
}

}  // namespace

Errc check(const HistoryConfig& config) noexcept {
  const bool valid = config.bucket_ms > 0 && config.bucket_ms <= kMaxMillis && config.buckets >= 1 && config.buckets <= 3'600;
  return valid ? Errc::ok : Errc::config_invalid;
}

void HistoryStrip::observe(Millis now, const OrderBook& book) {
  if (ring_.empty()) {
    ring_.reserve(config_.buckets);
    last_ = now;
    ring_.push_back({floor_divide(now.count, config_.bucket_ms), std::nullopt, std::nullopt});
  }
  advance(now);
  spread_ = book.spread();
  mid2_ = book.mid2();
  see_now();
}

void HistoryStrip::pause(Millis now) {
  advance(now);
  spread_.reset();
  mid2_.reset();
}

void HistoryStrip::advance(Millis now) {
  if (ring_.empty() || now <= last_) return;
  const auto index = floor_divide(now.count, config_.bucket_ms);
  auto at = newest().index;
  if (at < index) {
    see_now();
    // Of a long time only what can be kept.
    at = std::max(at, index - static_cast<std::int64_t>(config_.buckets));
    while (++at < index) {
      begin(at);
      see_now();
    }
    begin(index);
  }
  if (now.count > index * config_.bucket_ms) see_now();  // a value that ends where a bucket begins was not seen in it
  last_ = now;
}

void HistoryStrip::clear() noexcept {
  ring_.clear();
  next_ = 0;
  spread_.reset();
  mid2_.reset();
}

HistoryBucket& HistoryStrip::newest() noexcept { return ring_[(next_ + ring_.size() - 1) % ring_.size()]; }

void HistoryStrip::begin(std::int64_t index) {
  const HistoryBucket bucket{index, std::nullopt, std::nullopt};
  if (ring_.size() < config_.buckets) {
    ring_.push_back(bucket);
  } else {
    ring_[next_] = bucket;
    next_ = (next_ + 1) % ring_.size();
  }
}

void HistoryStrip::see_now() noexcept {
  see(newest().spread, spread_);
  see(newest().mid2, mid2_);
}

void HistoryStrip::buckets(std::vector<HistoryBucket>& out) const {
  out.clear();
  for (std::size_t i = 0; i < ring_.size(); ++i) out.push_back(ring_[(next_ + i) % ring_.size()]);
  if (out.empty()) return;
  // Whatever the clock says, the live value is being seen.
  if (!out.back().spread) see(out.back().spread, spread_);
  if (!out.back().mid2) see(out.back().mid2, mid2_);
}

}  // namespace hadal
