/// Pieces of text for people, which several tables and summaries share. Private.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hadal/base/decimal.hpp"

namespace hadal::detail {

/// `1 level`, `3 levels`.
[[nodiscard]] inline std::string plural(std::uint64_t count, std::string_view noun) {
  auto text = std::to_string(count) + ' ';
  text += noun;
  if (count != 1) text += 's';
  return text;
}

/// `mantissa / 10^scale` with exactly `scale` decimals.
[[nodiscard]] inline std::string decimal(Int128 mantissa, int scale) {
  std::string text;
  append_decimal(text, mantissa, scale);
  return text;
}

}  // namespace hadal::detail
