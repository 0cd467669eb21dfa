#include "hadal/analytics/fill.hpp"

#include "support/example_books.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

using enum TakerSide;

Fill filled(const OrderBook& book, TakerSide taker, Int128 size) {
  Fill out;
  out.unspent = 7;  // of an earlier use
  out.levels = 7;
  REQUIRE(fill(book, taker, size, out) == Errc::ok);
  CHECK_FALSE(out.unspent);
  return out;
}

Fill spent(const OrderBook& book, TakerSide taker, Int128 notional) {
  Fill out;
  out.levels = 7;
  REQUIRE(fill_notional(book, taker, notional, out) == Errc::ok);
  return out;
}

}  // namespace

TEST_CASE("fill: book E, buy 3") {
  const auto got = filled(book_e(), buy, 3 * kCoin);
  CHECK(got.filled == 3 * kCoin);
  CHECK(got.cost == Int128{3'007} * kCoin);
  CHECK(*got.vwap / 10 == digits(100.233333333));
  CHECK(got.worst == 1003);
  CHECK(got.levels == 2);
  CHECK(got.complete);
  CHECK_FALSE(got.cut);
  CHECK(got.slippage_bps == digits(18.324171248));
  CHECK(got.worst_bps == digits(24.987506247));
}

TEST_CASE("fill: book E, sell 5") {
  const auto got = filled(book_e(), sell, 5 * kCoin);
  CHECK(got.cost == Int128{4'997} * kCoin);
  CHECK(got.worst == 999);
  CHECK(got.levels == 2);
  CHECK(got.complete);
  CHECK(got.slippage_bps == digits(10.994502749));
  CHECK(got.worst_bps == digits(14.992503748));
}

TEST_CASE("fill: more than is held is filled in part, and says whether there may be more") {
  for (const auto depth : {std::size_t{3}, std::size_t{10}}) {
    const auto got = filled(book_e(depth), buy, 20 * kCoin);
    CHECK(got.filled == 11 * kCoin);
    CHECK(got.cost == Int128{11'073} * kCoin);
    CHECK(got.levels == 3);
    CHECK(got.worst == 1010);
    CHECK_FALSE(got.complete);
    CHECK(got.cut == (depth == 3));
  }
  const auto all = filled(book_e(3), buy, 11 * kCoin);
  CHECK(all.complete);
  CHECK_FALSE(all.cut);
  CHECK_FALSE(filled(book_e(), buy, 11 * kCoin + 1).complete);
}

TEST_CASE("fill: a level is touched only if something is taken from it") {
  const auto exact = filled(book_e(), buy, kCoin);
  CHECK(exact.levels == 1);
  CHECK(exact.worst == 1001);
  const auto more = filled(book_e(), buy, kCoin + 1);
  CHECK(more.levels == 2);
  CHECK(more.worst == 1003);
  CHECK(filled(book_e(), sell, 1).filled == 1);
}

TEST_CASE("fill: less than one unit cannot be filled") {
  Fill out;
  for (const Int128 bad : {Int128{0}, Int128{-1}, Int128{INT64_MIN} * 4}) {
    CHECK(fill(book_e(), buy, bad, out) == Errc::config_invalid);
    CHECK(fill_notional(book_e(), sell, bad, out) == Errc::config_invalid);
  }
}

TEST_CASE("fill: from an empty side nothing is filled") {
  for (const auto& got : {filled(book_e_bids(), buy, 1), spent(book_e_bids(), buy, 1)}) {
    CHECK(got.filled == 0);
    CHECK(got.cost == Int128{0});
    CHECK_FALSE(got.vwap);
    CHECK_FALSE(got.worst);
    CHECK(got.levels == 0);
    CHECK_FALSE(got.complete);
    CHECK_FALSE(got.cut);
    CHECK_FALSE(got.slippage_bps);
    CHECK_FALSE(got.worst_bps);
  }
  CHECK(spent(book_e_bids(), buy, 5).unspent == Int128{5});
}

TEST_CASE("fill: without a mid there is a price but no slippage") {
  const auto got = filled(book_e_bids(), sell, kCoin);
  CHECK(got.complete);
  CHECK(got.vwap == 1000.0);
  CHECK(got.worst == 1000);
  CHECK_FALSE(got.slippage_bps);
  CHECK_FALSE(got.worst_bps);
}

TEST_CASE("fill: slippage is negative where a crossed book is better than its mid") {
  const auto book = book_of({{1010, 1}}, {{1000, 1}});
  CHECK(filled(book, buy, 1).slippage_bps == -100'000.0 / 2010);
  CHECK(filled(book, sell, 1).worst_bps == -100'000.0 / 2010);
}

TEST_CASE("fill: book E, buy for 500") {
  const auto notional = notional_units({500, 0}, kExampleScales);
  REQUIRE(notional == Int128{500'000'000'000});
  const auto got = spent(book_e(), buy, *notional);
  CHECK(got.filled == 498'703'888);
  CHECK(got.cost == Int128{499'999'999'664});
  CHECK(*got.vwap / 10 == digits(100.259896042));
  CHECK(got.unspent == Int128{336});
  CHECK(got.worst == 1003);
  CHECK(got.levels == 2);
  CHECK(got.complete);
}

TEST_CASE("fill of a notional: whole levels to the last unit") {
  const auto exact = spent(book_e(), buy, Int128{1'001} * kCoin);
  CHECK(exact.filled == kCoin);
  CHECK(exact.unspent == Int128{0});
  CHECK(exact.levels == 1);
  CHECK(exact.worst == 1001);
  CHECK(exact.complete);
  const auto less = spent(book_e(), buy, Int128{1'001} * kCoin - 1);
  CHECK(less.filled == kCoin - 1);
  CHECK(less.unspent == Int128{1000});
  CHECK(less.complete);
  const auto more = spent(book_e(), buy, Int128{1'001} * kCoin + 1'002);  // not enough for a unit at 1003
  CHECK(more.filled == kCoin);
  CHECK(more.levels == 1);
  CHECK(more.worst == 1001);
  CHECK(more.unspent == Int128{1'002});
  CHECK(more.complete);
  const auto side = spent(book_e(), sell, Int128{9'972} * kCoin);
  CHECK(side.complete);
  CHECK(side.filled == 10 * kCoin);
  CHECK(side.unspent == Int128{0});
}

TEST_CASE("fill of a notional: too little for one unit, or more than is held") {
  const auto little = spent(book_e(), buy, 1'000);
  CHECK(little.filled == 0);
  CHECK(little.cost == Int128{0});
  CHECK(little.unspent == Int128{1'000});
  CHECK(little.levels == 0);
  CHECK_FALSE(little.worst);
  CHECK_FALSE(little.vwap);
  CHECK_FALSE(little.slippage_bps);
  CHECK(little.complete);
  for (const auto depth : {std::size_t{3}, std::size_t{10}}) {
    const auto much = spent(book_e(depth), buy, Int128{20'000} * kCoin);
    CHECK(much.filled == 11 * kCoin);
    CHECK(much.cost == Int128{11'073} * kCoin);
    CHECK(much.unspent == Int128{20'000 - 11'073} * kCoin);
    CHECK_FALSE(much.complete);
    CHECK(much.cut == (depth == 3));
  }
}

TEST_CASE("fill: what does not fit 127 bits has no value, the rest has") {
  constexpr Int128 kMost = static_cast<Int128>(~UInt128{0} >> 1);
  const auto book = book_of({{kHuge - 3, 1}}, {{kHuge - 2, kHuge}, {kHuge - 1, kHuge}, {kHuge, kHuge}});
  const auto two = filled(book, buy, Int128{2} * kHuge);
  CHECK(two.cost == Int128{kHuge} * kHuge * 2 - Int128{3} * kHuge);
  CHECK(two.vwap == 9'223'372'036'854'775'808.0);
  CHECK_FALSE(two.slippage_bps);  // twice the cost has no 127 bits
  CHECK(two.worst_bps);
  const auto all = filled(book, buy, kMost);
  CHECK(all.filled == Int128{3} * kHuge);
  CHECK_FALSE(all.cost);
  CHECK_FALSE(all.vwap);
  CHECK_FALSE(all.slippage_bps);
  CHECK(all.worst == kHuge);
  CHECK(all.worst_bps == 50'000.0 / 18'446'744'073'709'551'609.0);  // mid2 = 2 kHuge - 5
  CHECK(all.levels == 3);
  CHECK_FALSE(all.complete);
  const auto money = spent(book, buy, kMost);
  REQUIRE(money.cost);
  REQUIRE(money.unspent);
  CHECK(*money.cost + *money.unspent == kMost);
  CHECK(money.levels == 3);
  CHECK(money.complete);
}

TEST_CASE("fill: the smallest book") {
  const auto got = filled(book_of({{1, 1}}, {{2, 1}}, 1), buy, 2);
  CHECK(got.filled == 1);
  CHECK(got.vwap == 2.0);
  CHECK(got.slippage_bps == 10'000.0 / 3);
  CHECK(got.cut);
}

TEST_CASE("amounts in units: exact or not at all") {
  CHECK(qty_units({3, 0}, kExampleScales) == Int128{3} * kCoin);
  CHECK(qty_units({25, 1}, kExampleScales) == Int128{250'000'000});
  CHECK(qty_units({1, 8}, kExampleScales) == Int128{1});
  CHECK_FALSE(qty_units({1, 9}, kExampleScales));
  CHECK(qty_units({10, 9}, kExampleScales) == Int128{1});  // a zero more is the same amount
  CHECK(notional_units({1, 9}, kExampleScales) == Int128{1});
  CHECK_FALSE(notional_units({1, 10}, kExampleScales));
  CHECK(notional_units({kDefaultNotional, 0}, kExampleScales) == Int128{100'000'000'000'000});
  CHECK(notional_units({kHuge, 18}, {18, 0}) == Int128{kHuge});
  CHECK_FALSE(notional_units({kHuge, 0}, {18, 18}));
  CHECK(qty_units({kHuge, 0}, {0, 18}) == Int128{kHuge} * 1'000'000'000'000'000'000);
  CHECK(qty_units({0, 18}, {0, 0}) == Int128{0});
}
