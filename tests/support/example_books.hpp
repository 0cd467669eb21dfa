/// The two books that the examples of the formulas are computed with: E, three levels a side, and S, ten. 1 price decimal, 8 of quantity.
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "hadal/book/order_book.hpp"

namespace hadal::test {

inline constexpr Scales kExampleScales{1, 8};
inline constexpr std::int64_t kCoin = 100'000'000;  ///< units of 1.0
inline constexpr std::int64_t kHuge = INT64_MAX;    ///< the largest price and quantity that a level can hold

/// The value as the formulas print it, with so many decimals.
inline Approx digits(double value, int decimals = 9) {
  double half = 0.5;
  while (decimals-- > 0) half /= 10;
  return Approx(value).epsilon(0).margin(half);
}

/// Best level first; the sides must be sorted.
inline OrderBook book_of(const std::vector<Level>& bids, const std::vector<Level>& asks, std::size_t depth = 1000) {
  OrderBook book{depth};
  REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
  return book;
}

/// Complete on both sides, or cut on both at depth 3.
inline OrderBook book_e(std::size_t depth = 1000) {
  return book_of({{1000, 2 * kCoin}, {999, 3 * kCoin}, {995, 5 * kCoin}}, {{1001, 1 * kCoin}, {1003, 4 * kCoin}, {1010, 6 * kCoin}}, depth);
}
inline OrderBook book_e_bids() { return book_of({{1000, 2 * kCoin}, {999, 3 * kCoin}, {995, 5 * kCoin}}, {}); }
inline OrderBook book_e_asks() { return book_of({}, {{1001, 1 * kCoin}, {1003, 4 * kCoin}, {1010, 6 * kCoin}}); }

/// Cut on both sides, unless the depth is above 10.
inline OrderBook book_s(std::size_t depth = 10) {
  return book_of({{600000, 50'000'000},
                  {599999, 12'500'010},
                  {599990, 120'000'000},
                  {599985, 25'000},
                  {599973, 200'000'001},
                  {599960, 33'000'000},
                  {599955, 1'000'000},
                  {599942, 75'000'000},
                  {599930, 300'000'000},
                  {599900, 5'100}},
                 {{600001, 25'000'000},
                  {600004, 700'000},
                  {600010, 100'000'000},
                  {600022, 44'440'000},
                  {600030, 12'000},
                  {600047, 90'000'000},
                  {600050, 250'000'000},
                  {600066, 6'000'000},
                  {600080, 15'000'000},
                  {600100, 500'000'000}},
                 depth);
}

}  // namespace hadal::test
