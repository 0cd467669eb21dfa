/// 128-bit integers for sums and products of prices and quantities: 64 bits would wrap on a single deep level.
#pragma once

#include <cstdint>
#include <optional>

namespace hadal {

__extension__ typedef __int128 Int128;  ///< `__extension__` keeps -Wpedantic quiet
__extension__ typedef unsigned __int128 UInt128;

/// None where 128 bits would wrap: a number that is too large is said to be missing, never wrong.
[[nodiscard]] constexpr std::optional<Int128> checked_add(Int128 a, Int128 b) noexcept {
  Int128 out = 0;
  return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional{out};
}
[[nodiscard]] constexpr std::optional<Int128> checked_multiply(Int128 a, Int128 b) noexcept {
  Int128 out = 0;
  return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional{out};
}

/// The same as Int128{a} * b. Where a machine has no such multiplication, as WebAssembly, it is a call; two of 64 bits do if `a` is no larger than
/// most prices and nothing is negative.
[[nodiscard]] constexpr Int128 multiply(std::int64_t a, std::int64_t b) noexcept {
  if constexpr (sizeof(void*) < 8) {
    if ((static_cast<std::uint64_t>(a) >> 32) == 0 && b >= 0) {
      const auto factor = static_cast<std::uint64_t>(a);
      const auto low = factor * (static_cast<std::uint64_t>(b) & 0xffff'ffffU);
      const auto high = factor * (static_cast<std::uint64_t>(b) >> 32);
      return (Int128{high} << 32) + low;
    }
  }
  return Int128{a} * b;
}

/// A running sum that has no value any more once it has been too large.
class CheckedSum {
 public:
  constexpr void add(std::optional<Int128> value) noexcept {
    if (!value || __builtin_add_overflow(sum_, *value, &sum_)) good_ = false;
  }
  /// A price times a quantity: their product always fits, and needs no check.
  constexpr void add_product(std::int64_t a, std::int64_t b) noexcept {
    if (__builtin_add_overflow(sum_, multiply(a, b), &sum_)) good_ = false;
  }
  [[nodiscard]] constexpr std::optional<Int128> value() const noexcept { return good_ ? std::optional{sum_} : std::nullopt; }

 private:
  Int128 sum_ = 0;
  bool good_ = true;
};

}  // namespace hadal
