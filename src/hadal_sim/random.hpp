/// Seeded generator of the exchange (formula F-43): its own copy, since nothing here may come from the client's side.
#pragma once

#include <cstdint>

namespace hadal::sim {

/// SplitMix64.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : state_{seed} {}

  constexpr std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15u;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// Uniform in 0 ... `last`, both included. Precondition: `last` >= 0.
  constexpr std::int64_t upto(std::int64_t last) noexcept {
    return static_cast<std::int64_t>((Product{next()} * (static_cast<std::uint64_t>(last) + 1)) >> 64);
  }
  /// True in `per_million` of a million cases.
  constexpr bool chance(std::int64_t per_million) noexcept { return upto(999'999) < per_million; }

 private:
  __extension__ typedef unsigned __int128 Product;

  std::uint64_t state_;
};

}  // namespace hadal::sim
