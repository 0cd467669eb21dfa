#include "hadal/telemetry/summary.hpp"

#include <cmath>
#include <cstddef>

namespace hadal {

void Summary::add(std::int64_t microseconds) noexcept {
  constexpr std::int64_t kMicrosPerMilli = 1'000;
  histogram_.add(microseconds);
  for (std::size_t i = 0; i < kLatencyBounds.size(); ++i)
    if (microseconds <= kLatencyBounds[i] * kMicrosPerMilli) ++at_most_[i];
  sum_ += microseconds;
  const auto x = static_cast<double>(microseconds);
  const auto d = x - mean_;
  mean_ += d / static_cast<double>(histogram_.count());
  m2_ += d * (x - mean_);
}

SummaryValues Summary::values() const noexcept {
  SummaryValues out;
  out.count = histogram_.count();
  if (out.count == 0) return out;
  out.min = histogram_.min();
  out.max = histogram_.max();
  out.mean = mean_;
  out.sigma = std::sqrt(m2_ / static_cast<double>(out.count));
  out.p50 = histogram_.percentile(50, 100);
  out.p75 = histogram_.percentile(75, 100);
  out.p90 = histogram_.percentile(90, 100);
  out.p95 = histogram_.percentile(95, 100);
  out.p99 = histogram_.percentile(99, 100);
  out.p999 = histogram_.percentile(999, 1'000);
  return out;
}

}  // namespace hadal
