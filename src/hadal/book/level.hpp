/// A price level in integers, and the two sides it can stand on.
#pragma once

#include <cstdint>
#include <string_view>

namespace hadal {

enum class Side : std::uint8_t { bid, ask };
[[nodiscard]] constexpr std::string_view name(Side side) noexcept { return side == Side::bid ? "bid" : "ask"; }

/// True if price `a` stands before `b` on a side: bids from the highest, asks from the lowest.
[[nodiscard]] constexpr bool better(Side side, std::int64_t a, std::int64_t b) noexcept { return side == Side::bid ? a > b : a < b; }

/// Decimals of a book's prices and quantities. One tick is 10^-price, one unit 10^-qty.
struct Scales {
  std::uint8_t price = 0;  ///< 0 ... kMaxScale
  std::uint8_t qty = 0;    ///< 0 ... kMaxScale
  friend bool operator==(const Scales&, const Scales&) = default;
};

/// One price level, in integers only: a double would lose digits the checksum needs.
struct Level {
  std::int64_t price = 0;  ///< ticks: price x 10^Scales::price, > 0
  std::int64_t qty = 0;    ///< units: quantity x 10^Scales::qty; 0 asks for removal
  friend bool operator==(const Level&, const Level&) = default;
};

}  // namespace hadal
