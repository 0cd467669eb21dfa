#include "hadal/base/decimal.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace hadal {
namespace {

constexpr std::uint64_t kMaxMantissa = std::numeric_limits<std::int64_t>::max();

constexpr std::array<std::uint64_t, 20> kPowersOfTen = [] {
  std::array<std::uint64_t, 20> powers{};
  std::uint64_t power = 1;
  for (auto& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
}();

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& rest) noexcept {
  std::size_t n = 0;
  while (n < rest.size() && is_digit(rest[n])) ++n;
  const auto digits = rest.substr(0, n);
  rest.remove_prefix(n);
  return digits;
}

/// Multiplies by 10^power, or answers false when the result leaves 63 bits.
bool shift_left(std::uint64_t& magnitude, int power) noexcept {
  if (magnitude == 0) return true;
  if (power > kMaxScale || magnitude > kMaxMantissa / kPowersOfTen[static_cast<std::size_t>(power)]) return false;
  magnitude *= kPowersOfTen[static_cast<std::size_t>(power)];
  return true;
}

/// Two digits at a time: half the divisions of the plain loop.
constexpr std::array<char, 200> kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

}  // namespace

Errc parse_decimal(std::string_view token, Decimal& out) noexcept {
  auto rest = token;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative) rest.remove_prefix(1);
  const auto whole = take_digits(rest);
  if (whole.empty()) return Errc::number_invalid;
  std::string_view fraction;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
    if (fraction.empty()) return Errc::number_invalid;
  }
  int exponent = 0;
  if (!rest.empty() && (rest.front() == 'e' || rest.front() == 'E')) {
    rest.remove_prefix(1);
    const bool minus = !rest.empty() && rest.front() == '-';
    if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
    const auto digits = take_digits(rest);
    if (digits.empty()) return Errc::number_invalid;
    for (const char c : digits) exponent = std::min(exponent * 10 + (c - '0'), 1'000'000);
    if (minus) exponent = -exponent;
  }
  if (!rest.empty()) return Errc::number_invalid;

  // Gather up to 63 bits. Zeros are held back until a later digit needs them, so that trailing ones never overflow.
  std::uint64_t magnitude = 0;
  std::int64_t zeros = 0;
  const auto gather = [&](std::string_view digits) {
    for (const char c : digits) {
      if (c == '0') {
        if (magnitude != 0) ++zeros;
        continue;
      }
      if (zeros >= kMaxScale + 1 || !shift_left(magnitude, static_cast<int>(zeros) + 1)) return false;
      zeros = 0;
      const auto digit = static_cast<std::uint64_t>(c - '0');
      if (magnitude > kMaxMantissa - digit) return false;
      magnitude += digit;
    }
    return true;
  };
  if (!gather(whole) || !gather(fraction)) return Errc::number_out_of_range;

  auto scale = static_cast<std::int64_t>(fraction.size()) - exponent;  // as written, zeros included
  if (magnitude == 0) {
    out = {0, static_cast<std::uint8_t>(std::clamp<std::int64_t>(scale, 0, kMaxScale))};
    return Errc::ok;
  }
  const auto needed = std::max<std::int64_t>(scale - zeros, 0);  // without the zeros held back
  if (needed > kMaxScale) return Errc::number_out_of_range;
  auto restore = zeros;
  if (scale < 0) {  // an exponent that reaches past the last digit
    restore -= scale;
    scale = 0;
  }
  const auto surplus = scale > kMaxScale ? scale - kMaxScale : 0;
  scale -= surplus;
  restore -= surplus;
  // Zeros that do not fit are dropped as long as they stand behind the point.
  while (restore > 0 && scale > 0 && (restore > kMaxScale || magnitude > kMaxMantissa / kPowersOfTen[static_cast<std::size_t>(restore)])) {
    --restore;
    --scale;
  }
  if (restore > kMaxScale || !shift_left(magnitude, static_cast<int>(restore))) return Errc::number_out_of_range;
  const auto mantissa = static_cast<std::int64_t>(magnitude);
  out = {negative ? -mantissa : mantissa, static_cast<std::uint8_t>(scale)};
  return Errc::ok;
}

Errc rescale(Decimal value, int scale, std::int64_t& out) noexcept {
  if (scale < 0 || scale > kMaxScale) return Errc::number_out_of_range;
  if (value.scale == scale) {
    out = value.mantissa;
    return Errc::ok;
  }
  const bool negative = value.mantissa < 0;
  auto magnitude = negative ? ~static_cast<std::uint64_t>(value.mantissa) + 1 : static_cast<std::uint64_t>(value.mantissa);
  if (scale > value.scale) {
    if (!shift_left(magnitude, scale - value.scale)) return Errc::number_out_of_range;
  } else {
    const auto divisor = kPowersOfTen[static_cast<std::size_t>(value.scale - scale)];
    if (magnitude % divisor != 0) return Errc::number_invalid;
    magnitude /= divisor;
  }
  const auto mantissa = static_cast<std::int64_t>(magnitude);
  out = negative ? -mantissa : mantissa;
  return Errc::ok;
}

int significant_scale(Decimal value) noexcept {
  int scale = value.scale;
  auto mantissa = value.mantissa;
  while (scale > 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    --scale;
  }
  return scale;
}

std::strong_ordering compare(Decimal a, Decimal b) noexcept {
  const auto widen = [](Decimal value, std::uint8_t scale) {
    return Int128{value.mantissa} * Int128{kPowersOfTen[static_cast<std::size_t>(scale - value.scale)]};
  };
  const auto scale = std::max(a.scale, b.scale);
  const auto left = widen(a, scale);
  const auto right = widen(b, scale);
  return left < right ? std::strong_ordering::less : left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

char* print_digits(char* out, std::uint64_t value) noexcept {
  std::array<char, 20> buffer;
  auto at = buffer.size();
  while (value >= 100) {
    at -= 2;
    std::memcpy(buffer.data() + at, kDigitPairs.data() + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value >= 10) {
    at -= 2;
    std::memcpy(buffer.data() + at, kDigitPairs.data() + 2 * value, 2);
  } else {
    buffer[--at] = static_cast<char>('0' + value);
  }
  return std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(at), buffer.end(), out);
}

char* print_decimal(char* out, Int128 mantissa, int scale) noexcept {
  const bool negative = mantissa < 0;
  auto magnitude = negative ? ~static_cast<UInt128>(mantissa) + 1 : static_cast<UInt128>(mantissa);
  std::array<char, kMaxDecimalText> buffer;
  auto at = buffer.size();
  int digits = 0;
  do {
    if (digits == scale && scale > 0) buffer[--at] = '.';
    buffer[--at] = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
    ++digits;
  } while (magnitude != 0 || digits <= scale);
  if (negative) buffer[--at] = '-';
  return std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(at), buffer.end(), out);
}

void append_decimal(std::string& out, Int128 mantissa, int scale) {
  std::array<char, kMaxDecimalText> buffer;
  out.append(buffer.data(), print_decimal(buffer.data(), mantissa, scale));
}

std::string to_string(Decimal value) {
  std::string out;
  append_decimal(out, value.mantissa, value.scale);
  return out;
}

}  // namespace hadal
