#include "hadal/telemetry/histogram.hpp"

#include <algorithm>
#include <bit>

#include "hadal/base/int128.hpp"

namespace hadal {
namespace {

constexpr std::size_t kExact = 64;     ///< buckets of one value each
constexpr std::size_t kPerPower = 32;  ///< buckets of each power of two above
constexpr std::int64_t kEnd = std::int64_t{1} << 40;

}  // namespace

std::size_t Histogram::bucket(std::int64_t value) noexcept {
  const auto v = static_cast<std::uint64_t>(value);
  if (v < kExact) return static_cast<std::size_t>(v);
  const auto exponent = static_cast<std::size_t>(std::bit_width(v)) - 1;
  return kExact + kPerPower * (exponent - 6) + static_cast<std::size_t>(v >> (exponent - 5)) - kPerPower;
}

std::int64_t Histogram::reported(std::size_t bucket) noexcept {
  if (bucket < kExact) return static_cast<std::int64_t>(bucket);
  const auto above = bucket - kExact;
  const auto shift = above / kPerPower + 1;
  const auto low = static_cast<std::int64_t>(kPerPower + above % kPerPower) << shift;
  return low + (std::int64_t{1} << (shift - 1));
}

void Histogram::add(std::int64_t value) noexcept {
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = count_ == 0 ? value : std::max(max_, value);
  ++count_;
  if (value < 0) ++underflow_;
  else if (value >= kEnd) ++overflow_;
  else ++counts_[bucket(value)];
}

void Histogram::merge(const Histogram& other) noexcept {
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
  count_ += other.count_;
  underflow_ += other.underflow_;
  overflow_ += other.overflow_;
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
}

std::optional<std::int64_t> Histogram::min() const noexcept { return count_ == 0 ? std::nullopt : std::optional{min_}; }

std::optional<std::int64_t> Histogram::max() const noexcept { return count_ == 0 ? std::nullopt : std::optional{max_}; }

std::optional<std::int64_t> Histogram::percentile(std::uint64_t numerator, std::uint64_t denominator) const noexcept {
  if (count_ == 0 || denominator == 0) return std::nullopt;
  const auto rank = (UInt128{count_} * numerator + (denominator - 1)) / denominator;  // at most 2^128 - 2^64 before the division
  auto left = static_cast<std::uint64_t>(std::clamp(rank, UInt128{1}, UInt128{count_}));
  if (left <= underflow_) return min_;
  left -= underflow_;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (left <= counts_[i]) return reported(i);
    left -= counts_[i];
  }
  return max_;
}

}  // namespace hadal
