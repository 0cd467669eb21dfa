/// How far the exchange's clock is from the driver's, from pings (formula F-42). All times in microseconds.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hadal {

class ClockOffset {
 public:
  struct Estimate {
    std::int64_t offset;  ///< exchange - driver
    std::int64_t error;   ///< at most so far off, either way
    std::int64_t round_trip;
  };

  /// One ping: sent and answered by the driver's clock, received and answered by the exchange's. False if it cannot be right: the exchange
  /// took longer than the whole way; it is counted and left out.
  bool add(std::int64_t sent, std::int64_t time_in, std::int64_t time_out, std::int64_t received) noexcept {
    const auto round_trip = (received - sent) - (time_out - time_in);
    if (round_trip < 0) {
      ++dropped_;
      return false;
    }
    samples_[count_++ % samples_.size()] = {round_trip, (time_in - sent) + (time_out - received)};
    return true;
  }

  /// By the quickest of the last eight; none before the first.
  [[nodiscard]] std::optional<Estimate> estimate() const noexcept {
    if (count_ == 0) return std::nullopt;
    const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(count_, samples_.size()));
    const auto& best =
        *std::min_element(samples_.begin(), end, [](const Sample& a, const Sample& b) { return a.round_trip < b.round_trip; });
    const auto half = best.twice_offset / 2 - (best.twice_offset % 2 < 0 ? 1 : 0);  // rounded down
    return Estimate{half, (best.round_trip + 1) / 2, best.round_trip};
  }

  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  struct Sample {
    std::int64_t round_trip;
    std::int64_t twice_offset;
  };
  std::array<Sample, 8> samples_{};
  std::uint64_t count_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace hadal
