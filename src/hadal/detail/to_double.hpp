/// Exact integers into doubles, to the nearest, ties to even. Private.
#pragma once

#include <cstdint>

#include "hadal/base/int128.hpp"

namespace hadal::detail {

/// The same as a cast, which costs twenty times as much for 128 bits: most numbers need but 64.
[[nodiscard]] constexpr double to_double(Int128 value) noexcept {
  const auto narrow = static_cast<std::int64_t>(value);
  return narrow == value ? static_cast<double>(narrow) : static_cast<double>(value);
}

}  // namespace hadal::detail
