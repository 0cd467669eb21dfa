/// The time of the simulated exchange: milliseconds of the steady clock, but never far behind it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace hadal::sim_server {

/// A process that was stopped, or a machine too slow for the traffic asked, would have to play everything it missed. Instead the missed
/// time is left out: the exchange goes on from where it stood.
class Clock {
 public:
  using Steady = std::chrono::steady_clock;

  explicit Clock(Steady::time_point start) : start_{start} {}

  /// ms since the start. Goes on by at most 100 ms a call, so that nothing else waits long while the exchange catches up.
  [[nodiscard]] std::int64_t now(Steady::time_point time) {
    auto elapsed = since_start(time) - left_out_;
    if (elapsed > now_ + kMostBehind) {
      left_out_ += elapsed - now_ - kMostBehind;
      elapsed = now_ + kMostBehind;
    }
    now_ = std::clamp(elapsed, now_, now_ + kLongestStep);
    return now_;
  }
  /// When now() will have come to `millis`, or before if it is behind.
  [[nodiscard]] Steady::time_point when(std::int64_t millis) const { return start_ + std::chrono::milliseconds{millis + left_out_}; }
  /// ms left out so far.
  [[nodiscard]] std::int64_t left_out() const noexcept { return left_out_; }

 private:
  static constexpr std::int64_t kMostBehind = 1'000;
  static constexpr std::int64_t kLongestStep = 100;

  [[nodiscard]] std::int64_t since_start(Steady::time_point time) const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time - start_).count();
  }

  Steady::time_point start_;
  std::int64_t left_out_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace hadal::sim_server
