/// A histogram of whole microseconds with a stated error and fixed memory (formula F-45).
///
/// Values below 64 are exact; from there on each power of two has 32 buckets, so that a reported value is off by at most 1/64 (1.5625 %),
/// up to 2^40 - 1 us (12.7 days). What is negative or larger is counted, with its exact smallest and largest value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hadal {

class Histogram {
 public:
  static constexpr std::size_t kBuckets = 1'152;

  /// Precondition: the value is 0 ... 2^40 - 1. O(1).
  [[nodiscard]] static std::size_t bucket(std::int64_t value) noexcept;
  /// What values of a bucket are reported as. Precondition: bucket < kBuckets. O(1).
  [[nodiscard]] static std::int64_t reported(std::size_t bucket) noexcept;

  void add(std::int64_t value) noexcept;
  /// Adds the counts of another one.
  void merge(const Histogram& other) noexcept;
  void reset() noexcept { *this = {}; }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t underflow() const noexcept { return underflow_; }  ///< negative values
  [[nodiscard]] std::uint64_t overflow() const noexcept { return overflow_; }
  [[nodiscard]] std::optional<std::int64_t> min() const noexcept;  ///< exact
  [[nodiscard]] std::optional<std::int64_t> max() const noexcept;  ///< exact
  /// Nearest rank, `numerator / denominator` of the values (formula F-21): (999, 1000) is p99.9. A rank among the negative values gives the
  /// smallest, one beyond the range the largest. None if empty, or if the denominator is 0. O(kBuckets).
  [[nodiscard]] std::optional<std::int64_t> percentile(std::uint64_t numerator, std::uint64_t denominator) const noexcept;

 private:
  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t underflow_ = 0;
  std::uint64_t overflow_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace hadal
