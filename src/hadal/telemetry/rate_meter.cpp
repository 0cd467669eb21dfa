#include "hadal/telemetry/rate_meter.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "hadal/base/int128.hpp"

namespace hadal {
namespace {

std::int64_t clamped(Millis time) { return std::clamp(time.count, -kMaxMillis, kMaxMillis); }

}  // namespace

std::int64_t RateMeter::second_at(Millis now) const noexcept { return std::max(second_, (clamped(now) - origin_.value_or(0)) / 1'000); }

std::uint64_t& RateMeter::slot(std::int64_t second) noexcept { return seconds_[static_cast<std::size_t>(second) % seconds_.size()]; }

std::uint64_t RateMeter::slot(std::int64_t second) const noexcept { return seconds_[static_cast<std::size_t>(second) % seconds_.size()]; }

void RateMeter::add(Millis now, std::uint64_t count) noexcept {
  if (!origin_) origin_ = clamped(now);
  if (const auto second = second_at(now); second > second_) {
    peak_ = std::max(peak_, slot(second_));
    const auto passed = std::min(second - second_, static_cast<std::int64_t>(seconds_.size()));
    for (std::int64_t i = 0; i < passed; ++i) slot(second - i) = 0;
    second_ = second;
  }
  auto& here = slot(second_);
  here = count > std::numeric_limits<std::uint64_t>::max() - here ? std::numeric_limits<std::uint64_t>::max() : here + count;
}

std::optional<double> RateMeter::per_second(Millis now) const noexcept {
  const auto under_way = origin_ ? second_at(now) : 0;
  if (under_way == 0) return std::nullopt;
  const auto complete = std::min<std::int64_t>(under_way, kSeconds);
  UInt128 sum = 0;
  for (auto second = under_way - complete; second < under_way && second <= second_; ++second) sum += slot(second);
  return static_cast<double>(sum) / static_cast<double>(complete);
}

std::uint64_t RateMeter::peak(Millis now) const noexcept {
  return origin_ && second_at(now) > second_ ? std::max(peak_, slot(second_)) : peak_;
}

}  // namespace hadal
