#include "hadal/analytics/trade_overlay.hpp"

#include <algorithm>

namespace hadal {

Errc check(const TradeOverlayConfig& config) noexcept {
  return config.window_ms > 0 && config.group.value_or(1) >= 1 ? Errc::ok : Errc::config_invalid;
}

Int128 TradeOverlay::bucket_price(TakerSide side, std::int64_t price) const noexcept {
  const Int128 group = config_.group.value_or(1);
  const Int128 rounded_up = side == TakerSide::buy ? Int128{price} + group - 1 : Int128{price};
  return rounded_up / group * group;
}

void TradeOverlay::add(Millis now, TakerSide side, std::int64_t price, std::int64_t qty) {
  last_ = std::max(last_, now);
  expire(last_);
  const auto wanted = bucket_price(side, price);
  const auto place = [&] {
    return std::lower_bound(buckets_.begin(), buckets_.end(), wanted, [](const Bucket& bucket, Int128 at) { return bucket.price < at; });
  };
  auto at = place();
  if (at == buckets_.end() || at->price != wanted) {
    if (buckets_.size() == kBuckets) {
      buckets_.erase(std::min_element(buckets_.begin(), buckets_.end(), [](const Bucket& a, const Bucket& b) {
        return a.trades.back().received < b.trades.back().received;
      }));
      at = place();
    }
    at = buckets_.insert(at, Bucket{wanted, {}});
    at->trades.reserve(4);
  }
  if (at->trades.size() == kTrades) at->trades.erase(at->trades.begin());
  at->trades.push_back({last_, side, qty});
}

void TradeOverlay::expire(Millis now) {
  for (auto& bucket : buckets_) {
    const auto kept = std::find_if(bucket.trades.begin(), bucket.trades.end(), [&](const One& one) { return !expired(now, one); });
    bucket.trades.erase(bucket.trades.begin(), kept);
  }
  buckets_.erase(std::remove_if(buckets_.begin(), buckets_.end(), [](const Bucket& bucket) { return bucket.trades.empty(); }),
                 buckets_.end());
}

PriceTrades TradeOverlay::summarize(Millis now, const Bucket& bucket) const noexcept {
  PriceTrades out;
  out.price = bucket.price;
  for (const auto& one : bucket.trades) {
    if (expired(now, one)) continue;
    ++out.count;
    out.qty += one.qty;
    (one.side == TakerSide::buy ? out.buys : out.sells) += one.qty;
    if (!out.first) out.first = one.received;
    out.last = one.received;
  }
  if (out.count > 0) out.average = static_cast<double>(out.qty) / static_cast<double>(out.count);
  if (out.last) out.last_age_ms = now.count - out.last->count;
  return out;
}

PriceTrades TradeOverlay::at(Millis now, TakerSide side, std::int64_t price) const {
  const auto wanted = bucket_price(side, price);
  const auto at = std::lower_bound(buckets_.begin(), buckets_.end(), wanted,
                                   [](const Bucket& bucket, Int128 price_of) { return bucket.price < price_of; });
  if (at != buckets_.end() && at->price == wanted) return summarize(std::max(last_, now), *at);
  PriceTrades none;
  none.price = wanted;
  return none;
}

void TradeOverlay::all(Millis now, std::vector<PriceTrades>& out) const {
  out.clear();
  for (const auto& bucket : buckets_) {
    const auto one = summarize(std::max(last_, now), bucket);
    if (one.count > 0) out.push_back(one);
  }
}

std::size_t TradeOverlay::levels(Millis now) const {
  now = std::max(last_, now);
  return static_cast<std::size_t>(
      std::count_if(buckets_.begin(), buckets_.end(), [&](const Bucket& bucket) { return !expired(now, bucket.trades.back()); }));
}

}  // namespace hadal
