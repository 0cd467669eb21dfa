/// A book as one number, as the simulated exchange gives it of its own (Pair::digest).
#pragma once

#include <cstdint>

#include "hadal/book/order_book.hpp"

namespace hadal::test {

[[nodiscard]] inline std::uint64_t digest_of(const OrderBook& book) {
  std::uint64_t out = 0;
  for (const auto* side : {&book.asks(), &book.bids()}) {
    for (const auto& level : *side)
      for (const auto value : {level.price, level.qty}) out = (out ^ static_cast<std::uint64_t>(value)) * 0x9E3779B97F4A7C15u;
    out = out * 31 + 1;
  }
  return out;
}

}  // namespace hadal::test
