/// Count, mean, deviation and percentiles of a stream of microseconds (formula F-21).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "hadal/base/int128.hpp"
#include "hadal/telemetry/histogram.hpp"

namespace hadal {

/// Everything at once; all none while there is nothing. Microseconds.
struct SummaryValues {
  std::uint64_t count = 0;
  std::optional<std::int64_t> min{}, max{};
  std::optional<double> mean{}, sigma{};                                  ///< population
  std::optional<std::int64_t> p50{}, p75{}, p90{}, p95{}, p99{}, p999{};  ///< within 1/64
};

/// Upper bounds of the exact cumulative buckets that a Prometheus histogram shows, ms (catalogue I-7).
inline constexpr std::array<std::int64_t, 12> kLatencyBounds{1, 5, 10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000};

/// Fixed memory, 9.5 KB. Single owner.
class Summary {
 public:
  void add(std::int64_t microseconds) noexcept;
  void reset() noexcept { *this = {}; }

  [[nodiscard]] SummaryValues values() const noexcept;
  [[nodiscard]] const Histogram& histogram() const noexcept { return histogram_; }
  /// How many values were at most kLatencyBounds[i], counted exactly as they came, not derived from the histogram.
  [[nodiscard]] const std::array<std::uint64_t, kLatencyBounds.size()>& at_most() const noexcept { return at_most_; }
  /// Sum of all values, microseconds. Exact: 2^64 values cannot exceed it.
  [[nodiscard]] Int128 sum() const noexcept { return sum_; }

 private:
  Histogram histogram_;
  std::array<std::uint64_t, kLatencyBounds.size()> at_most_{};
  Int128 sum_ = 0;
  double mean_ = 0;
  double m2_ = 0;
};

}  // namespace hadal
