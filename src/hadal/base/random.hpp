/// Seeded generator (formula F-43). The same seed gives the same numbers in every build.
#pragma once

#include <cstdint>

#include "hadal/base/int128.hpp"

namespace hadal {

/// One stream per purpose, so that drawing from one never disturbs another.
enum class RandomStream : std::uint8_t { reconnect_jitter = 1, rest_jitter = 2, sim_market = 3, sim_faults = 4 };

/// SplitMix64. Not for secrets.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : state_{seed} {}
  constexpr Random(std::uint64_t seed, RandomStream stream) noexcept : state_{seed ^ (static_cast<std::uint64_t>(stream) << 56)} {}

  [[nodiscard]] constexpr std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15u;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  /// Uniform in 0 ... `last`, both included; the bias is below 2^-40 for `last` < 2^24.
  [[nodiscard]] constexpr std::uint64_t uniform(std::uint64_t last) noexcept {
    const auto span = UInt128{last} + 1;
    return static_cast<std::uint64_t>((UInt128{next()} * span) >> 64);
  }

 private:
  std::uint64_t state_;
};

}  // namespace hadal
