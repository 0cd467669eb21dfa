/// Division that rounds down, below zero, too. Private.
#pragma once

#include <cstdint>

#include "hadal/base/int128.hpp"

namespace hadal::detail {

/// Precondition: b > 0.
[[nodiscard]] constexpr Int128 floor_divide(Int128 a, Int128 b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }
[[nodiscard]] constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace hadal::detail
