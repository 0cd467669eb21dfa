#include "hadal/analytics/crosshair.hpp"

#include "support/example_books.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

Crosshair at(const OrderBook& book, std::int64_t price) {
  const auto out = crosshair(book, price);
  REQUIRE(out);
  return *out;
}

void check_nothing_there(const Crosshair& got) {
  CHECK(got.here.total == Int128{0});
  CHECK(got.here.cost == Int128{0});
  CHECK_FALSE(got.here.beyond);
  CHECK_FALSE(got.average);
  CHECK_FALSE(got.slippage_bps);
}

void check_beyond(const DepthReading& got) {
  CHECK(got.beyond);
  CHECK_FALSE(got.total);
  CHECK_FALSE(got.cost);
}

}  // namespace

TEST_CASE("crosshair: book E at 100.3") {
  const auto got = at(book_e(), 1003);
  CHECK(got.distance == 5);
  CHECK(got.distance_percent == digits(0.249875062));
  CHECK(got.here.side == Side::ask);
  CHECK(got.here.price2 == 2 * 1003);
  CHECK(got.here.total == Int128{5} * kCoin);
  CHECK(got.here.cost == Int128{5'013} * kCoin);
  CHECK(got.average == 1002.6);
  CHECK(got.slippage_bps == 42'000.0 / 2001);
  CHECK(got.mirror.side == Side::bid);
  CHECK(got.mirror.price2 == 2 * 998);
  CHECK(got.mirror.total == Int128{5} * kCoin);
  CHECK(got.mirror.cost == Int128{4'997} * kCoin);
}

TEST_CASE("crosshair: on the bid side distance is negative, slippage is not") {
  const auto got = at(book_e(), 999);
  CHECK(got.distance == -3);
  CHECK(got.distance_percent == -300.0 / 2001);
  CHECK(got.here.side == Side::bid);
  CHECK(got.here.total == Int128{5} * kCoin);
  CHECK(got.average == 999.4);
  CHECK(got.slippage_bps == digits(10.994502749));  // as a sale of 5
  CHECK(got.mirror.side == Side::ask);
  CHECK(got.mirror.price2 == 2 * 1002);
  CHECK(got.mirror.total == Int128{kCoin});
}

TEST_CASE("crosshair: nothing rests inside the spread") {
  const auto book = book_of({{990, 1}}, {{1010, 1}}, 1);
  for (const std::int64_t price : {991, 999, 1000, 1001, 1009}) {
    const auto got = at(book, price);
    check_nothing_there(got);
    CHECK(got.mirror.total == Int128{0});
    CHECK(got.distance == 2 * price - 2000);
  }
  CHECK(at(book, 990).here.total == Int128{1});
  CHECK(at(book, 1010).here.total == Int128{1});
}

TEST_CASE("crosshair: beyond the last level of a cut side nothing is known, of a complete one all") {
  const auto cut = at(book_e(3), 1011);
  check_beyond(cut.here);
  check_beyond(cut.mirror);  // 990
  CHECK_FALSE(cut.average);
  CHECK_FALSE(cut.slippage_bps);
  CHECK(cut.distance == 21);
  const auto last = at(book_e(3), 1010);
  CHECK_FALSE(last.here.beyond);
  CHECK(last.here.total == Int128{11} * kCoin);
  check_beyond(last.mirror);  // 991, the last bid is 995
  CHECK_FALSE(at(book_e(3), 1006).mirror.beyond);
  check_beyond(at(book_e(3), 994).here);
  const auto complete = at(book_e(), 5000);
  CHECK(complete.here.total == Int128{11} * kCoin);
  CHECK(complete.mirror.price2 == 2 * (2001 - 5000));
  CHECK(complete.mirror.total == Int128{10} * kCoin);
  CHECK_FALSE(complete.mirror.beyond);
}

TEST_CASE("crosshair: none without a mid") {
  CHECK_FALSE(crosshair(book_e_bids(), 1000));
  CHECK_FALSE(crosshair(book_e_asks(), 1000));
  CHECK_FALSE(crosshair(OrderBook{10}, 1000));
}

TEST_CASE("crosshair: in a crossed book a side counts from its best level, which lies beyond mid") {
  const auto book = book_of({{1010, 1}, {990, 2}}, {{1000, 4}, {1020, 8}});  // mid 1005
  const auto ask = at(book, 1006);
  CHECK(ask.here.total == Int128{4});
  CHECK(ask.average == 1000.0);
  CHECK(ask.slippage_bps == -100'000.0 / 2010);
  CHECK(ask.mirror.total == Int128{1});  // 1004
  CHECK(at(book, 1004).here.side == Side::bid);
  CHECK(at(book, 1004).here.total == Int128{1});
}

TEST_CASE("crosshair: prices that no level has") {
  const auto book = book_of({{kHuge - 2, kHuge}}, {{kHuge - 1, kHuge}, {kHuge, kHuge}});
  const auto top = at(book, kHuge);
  CHECK(top.here.total == Int128{2} * kHuge);
  CHECK(top.here.cost == Int128{kHuge} * kHuge * 2 - kHuge);
  CHECK(top.average == 9'223'372'036'854'775'808.0);
  CHECK_FALSE(top.slippage_bps);  // twice the cost has no 127 bits
  const auto bottom = at(book, INT64_MIN);
  CHECK(bottom.here.total == Int128{kHuge});
  CHECK(bottom.mirror.total == Int128{2} * kHuge);
  CHECK(bottom.distance == Int128{2} * INT64_MIN - (Int128{2} * kHuge - 3));
  const auto more = book_of({{kHuge - 3, 1}}, {{kHuge - 2, kHuge}, {kHuge - 1, kHuge}, {kHuge, kHuge}});
  const auto overflown = at(more, kHuge);
  CHECK(overflown.here.total == Int128{3} * kHuge);
  CHECK_FALSE(overflown.here.cost);
  CHECK_FALSE(overflown.here.beyond);
  CHECK_FALSE(overflown.average);
  CHECK_FALSE(overflown.slippage_bps);
}
