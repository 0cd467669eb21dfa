/// How often the session may ask and how long it waits: token bucket (formula F-44), reconnect delay (F-22, F-25), repair delay (F-61).
#pragma once

#include <algorithm>
#include <cstdint>

#include "hadal/base/random.hpp"
#include "hadal/base/time.hpp"

namespace hadal {

/// Over any span of t ms at most capacity + rate x t are granted. In millionths of a token, so that no fraction is lost.
class TokenBucket {
 public:
  /// @param capacity tokens it holds, and starts with
  /// @param rate millionths of a token that come back per ms: 20 a second is 20,000
  constexpr TokenBucket(std::int64_t capacity, std::int64_t rate) noexcept
      : capacity_{capacity * kToken}, rate_{rate}, tokens_{capacity * kToken} {}

  /// Takes `cost` tokens if they are there. A clock that goes back counts as one that stands still.
  [[nodiscard]] constexpr bool take(Millis now, std::int64_t cost = 1) noexcept {
    refill(now);
    if (tokens_ < std::min(cost * kToken, capacity_)) return false;
    tokens_ -= cost * kToken;  // beyond the capacity the debt is carried
    return true;
  }
  /// When `cost` tokens will be there at the earliest, if nothing is taken before.
  [[nodiscard]] constexpr Millis ready_at(Millis now, std::int64_t cost = 1) const noexcept {
    auto later = *this;
    later.refill(now);
    const auto missing = std::min(cost * kToken, capacity_) - later.tokens_;
    return missing <= 0 ? now : Millis{now.count + (missing + rate_ - 1) / rate_};
  }
  constexpr void set_rate(Millis now, std::int64_t rate) noexcept {
    refill(now);
    rate_ = rate;
  }

 private:
  static constexpr std::int64_t kToken = 1'000'000;

  constexpr void refill(Millis now) noexcept {
    if (!started_) at_ = now;
    started_ = true;
    const auto elapsed = std::max<std::int64_t>(0, now.count - at_.count);
    // Longer than it takes to fill is as good as that.
    if (elapsed > 0) tokens_ = elapsed > (capacity_ - tokens_) / rate_ ? capacity_ : tokens_ + elapsed * rate_;
    at_ = std::max(at_, now);
  }

  std::int64_t capacity_;
  std::int64_t rate_;
  std::int64_t tokens_;
  Millis at_{};
  bool started_ = false;
};

/// Reconnection, catalogue D-9. Times in ms.
struct ReconnectConfig {
  bool enabled = true;
  std::uint32_t max_attempts = 0;  ///< 0: no limit
  std::int64_t base = 500;         ///< 1 ... cap
  std::int64_t cap = 30'000;       ///< ... 600,000
  std::int64_t multiplier = 2;     ///< 2 ... 10
  bool jitter = true;              ///< full jitter from the seed; false: formula F-25
  std::int64_t stable = 30'000;    ///< so long in `subscribed`, and attempts count from 0 again
};

/// Delay before attempt `attempt`, from 0, above the floor (formulas F-22, F-25).
[[nodiscard]] constexpr std::int64_t reconnect_delay(const ReconnectConfig& config, std::uint32_t attempt, Random& random) noexcept {
  auto window = std::min(config.base, config.cap);
  for (std::uint32_t k = 0; k < attempt && window < config.cap; ++k) window = std::min(config.cap, window * config.multiplier);
  return config.jitter ? static_cast<std::int64_t>(random.uniform(static_cast<std::uint64_t>(window))) : window;
}

inline constexpr std::uint32_t kRepairAttempts = 5;

/// Delay before repair `attempt` of an episode, from 0 (formula F-61).
[[nodiscard]] constexpr std::int64_t repair_delay(std::uint32_t attempt) noexcept {
  if (attempt == 0) return 0;
  return std::min<std::int64_t>(8000, std::int64_t{500} << std::min<std::uint32_t>(attempt - 1, 5));
}

}  // namespace hadal
