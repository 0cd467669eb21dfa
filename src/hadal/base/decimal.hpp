/// Exact decimals (formula F-49): text <-> scaled integer. No floating point, no locale, no rounding, ever.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "hadal/base/errc.hpp"
#include "hadal/base/int128.hpp"

namespace hadal {

/// Most fractional digits a Decimal can carry.
inline constexpr int kMaxScale = 18;

/// `mantissa / 10^scale`, with the scale as written: `0.50` is {50, 2} and differs from {5, 1} under `==`.
/// `compare()` orders by value.
struct Decimal {
  std::int64_t mantissa = 0;
  std::uint8_t scale = 0;  ///< fractional digits, 0 ... kMaxScale

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Reads `-?digits[.digits][(e|E)[+-]digits]`, all of `token`. Trailing zeros are kept in the scale; an exponent moves the point.
/// Errc::number_invalid if the text is of another form; Errc::number_out_of_range if the mantissa exceeds 63 bits or more than
/// kMaxScale fractional digits are needed. `out` changes only on success. O(length).
[[nodiscard]] Errc parse_decimal(std::string_view token, Decimal& out) noexcept;

/// The mantissa of `value` at `scale` decimals. Errc::number_invalid if non-zero digits would be cut off,
/// Errc::number_out_of_range if it does not fit 63 bits or `scale` is not 0 ... kMaxScale. `out` changes only on success.
[[nodiscard]] Errc rescale(Decimal value, int scale, std::int64_t& out) noexcept;

/// The fewest fractional digits that hold `value`: 2 for {5000, 4}.
[[nodiscard]] int significant_scale(Decimal value) noexcept;

/// By value, across scales: 0.50 equals 0.5.
[[nodiscard]] std::strong_ordering compare(Decimal a, Decimal b) noexcept;

/// Longest text of print_decimal: sign, 39 digits of a 128-bit integer, leading zero, point.
inline constexpr std::size_t kMaxDecimalText = 64;

/// Writes `mantissa / 10^scale` with exactly `scale` decimals and no exponent into `out` (room for kMaxDecimalText).
/// Returns the end of the text. No terminator.
[[nodiscard]] char* print_decimal(char* out, Int128 mantissa, int scale) noexcept;

/// Appends the same text to a string.
void append_decimal(std::string& out, Int128 mantissa, int scale);

[[nodiscard]] std::string to_string(Decimal value);

/// Plain digits of an unsigned integer, no sign, no leading zeros. Returns the end. At most 20 characters.
[[nodiscard]] char* print_digits(char* out, std::uint64_t value) noexcept;

}  // namespace hadal
