#include "hadal/analytics/ladder.hpp"

#include "support/example_books.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

std::vector<PriceBucket> grouped(const OrderBook& book, Side side, std::int64_t group, std::size_t most = 0) {
  std::vector<PriceBucket> out;
  REQUIRE(aggregate(book, side, group, most, out) == Errc::ok);
  return out;
}

Ladder ladder_of(const OrderBook& book, const LadderRequest& request) {
  Ladder out;
  REQUIRE(ladder(book, request, out) == Errc::ok);
  return out;
}

void check_bucket(const PriceBucket& got, Int128 price, Int128 qty, std::uint32_t levels) {
  CHECK(got.price == price);
  CHECK(got.qty == qty);
  CHECK(got.levels == levels);
}

}  // namespace

TEST_CASE("grouping: book E by half a dollar") {
  const auto book = book_e();
  const auto bids = grouped(book, Side::bid, 5);
  REQUIRE(bids.size() == 2);
  check_bucket(bids[0], 1000, 2 * kCoin, 1);
  check_bucket(bids[1], 995, 8 * kCoin, 2);
  CHECK(bids[1].notional == Int128{999 * 3 + 995 * 5} * kCoin);
  const auto asks = grouped(book, Side::ask, 5);
  REQUIRE(asks.size() == 2);
  check_bucket(asks[0], 1005, 5 * kCoin, 2);
  check_bucket(asks[1], 1010, 6 * kCoin, 1);
  CHECK(asks[0].notional == Int128{1001 + 1003 * 4} * kCoin);
}

TEST_CASE("grouping by one tick leaves the levels as they are") {
  for (const auto depth : {std::size_t{3}, std::size_t{10}}) {
    const auto asks = grouped(book_e(depth), Side::ask, 1);
    REQUIRE(asks.size() == 3);
    check_bucket(asks[0], 1001, kCoin, 1);
    check_bucket(asks[1], 1003, 4 * kCoin, 1);
    check_bucket(asks[2], 1010, 6 * kCoin, 1);
    for (const auto& bucket : asks) CHECK_FALSE(bucket.partial);
  }
}

TEST_CASE("grouping: only the last bucket of a cut side is partial") {
  for (const auto side : {Side::bid, Side::ask}) {
    for (const auto& bucket : grouped(book_e(), side, 5)) CHECK_FALSE(bucket.partial);
    const auto cut = grouped(book_e(3), side, 5);
    CHECK_FALSE(cut[0].partial);
    CHECK(cut[1].partial);
    const auto first = grouped(book_e(3), side, 5, 1);
    REQUIRE(first.size() == 1);
    CHECK_FALSE(first[0].partial);
    const auto all = grouped(book_e(3), side, 100'000);
    REQUIRE(all.size() == 1);
    CHECK(all[0].partial);
    CHECK(all[0].levels == 3);
  }
}

TEST_CASE("grouping: a side that holds more than a smaller new depth is cut") {
  auto book = book_e();
  book.set_depth(2);
  CHECK(grouped(book, Side::bid, 5).back().partial);
}

TEST_CASE("grouping refuses what is no multiple of the price increment, and leaves the result alone") {
  const auto book = book_e();
  std::vector<PriceBucket> out{{7, 7, 7}};
  for (const std::int64_t group : {INT64_MIN, std::int64_t{-5}, std::int64_t{0}}) {
    CHECK(aggregate(book, Side::bid, group, 0, out) == Errc::config_invalid);
    Ladder rows;
    CHECK(ladder(book, {10, group}, rows) == Errc::config_invalid);
  }
  CHECK(aggregate(book, Side::bid, 6, 0, out, 5) == Errc::config_invalid);
  CHECK(aggregate(book, Side::bid, 1, 0, out, 5) == Errc::config_invalid);
  CHECK(out.size() == 1);
  CHECK(aggregate(book, Side::bid, 10, 0, out, 5) == Errc::ok);
  check_bucket(out[0], 1000, 2 * kCoin, 1);
  auto rows = ladder_of(book, {});
  CHECK(ladder(book, {1, 7, 5}, rows) == Errc::config_invalid);
  CHECK(rows.bids.size() == 3);
}

TEST_CASE("grouping: an empty side has no buckets, and what was there before is gone") {
  std::vector<PriceBucket> out{{7, 7, 7}};
  CHECK(aggregate(book_e_bids(), Side::ask, 5, 0, out) == Errc::ok);
  CHECK(out.empty());
}

TEST_CASE("grouping: buckets may lie outside of what a level can have") {
  const auto book = book_of({{3, 1}}, {{kHuge, 2}});
  CHECK(grouped(book, Side::bid, 5)[0].price == 0);
  CHECK(grouped(book, Side::ask, 10)[0].price == Int128{kHuge} + 3);
  CHECK(grouped(book, Side::ask, kHuge)[0].price == Int128{kHuge});
  CHECK(grouped(book, Side::ask, kHuge - 1)[0].price == 2 * Int128{kHuge - 1});
}

TEST_CASE("grouping: sizes add up beyond 63 bits, money beyond 127 has no value") {
  const auto book = book_of({{kHuge, kHuge}, {kHuge - 1, kHuge}, {kHuge - 2, kHuge}}, {});
  const auto two = grouped(book_of({{kHuge, kHuge}, {kHuge - 1, kHuge}}, {}), Side::bid, kHuge - 1);
  REQUIRE(two.size() == 1);
  CHECK(two[0].notional == Int128{kHuge} * kHuge * 2 - kHuge);
  const auto bids = grouped(book, Side::bid, kHuge - 2);
  REQUIRE(bids.size() == 1);
  CHECK(bids[0].qty == Int128{3} * kHuge);
  CHECK_FALSE(bids[0].notional);
}

TEST_CASE("ladder: book E, three rows a side") {
  const auto rows = ladder_of(book_e(), {3});
  REQUIRE(rows.bids.size() == 3);
  REQUIRE(rows.asks.size() == 3);
  const double shares[] = {20, 30, 50};
  const Int128 cumulative[] = {2 * kCoin, 5 * kCoin, 10 * kCoin};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(rows.bids[i].share == shares[i]);
    CHECK(rows.bids[i].cumulative == cumulative[i]);
    CHECK(rows.bids[i].bucket.levels == 1);
  }
  CHECK(rows.bids[1].cumulative_percent == 50.0);
  CHECK(rows.bids[1].cum_vs_max == digits(0.454545455));
  CHECK(rows.bids[2].cum_vs_max == 10.0 / 11);
  CHECK(rows.asks[0].cumulative == kCoin);
  CHECK(rows.asks[1].cumulative == 5 * kCoin);
  CHECK(rows.asks[2].cumulative == 11 * kCoin);
  CHECK(rows.asks[2].cum_vs_max == 1.0);
  CHECK(rows.asks[2].cumulative_percent == 100.0);
  CHECK(rows.bids[1].distance == Int128{3});
  CHECK(rows.bids[1].distance_bps == digits(14.992503748));
  CHECK(rows.asks[0].distance == Int128{1});
  CHECK(rows.bids[2].cost == Int128{9972} * kCoin);
  CHECK(rows.asks[2].cost == Int128{11073} * kCoin);
  CHECK(&rows.side(Side::bid) == &rows.bids);
  CHECK(&rows.side(Side::ask) == &rows.asks);
}

TEST_CASE("ladder: shares and running totals are of the rows that are shown") {
  const auto two = ladder_of(book_e(), {2});
  REQUIRE(two.bids.size() == 2);
  CHECK(two.bids[0].share == 40.0);
  CHECK(two.bids[1].cumulative_percent == 100.0);
  CHECK(two.bids[1].cum_vs_max == 1.0);  // 5 and 5
  CHECK(ladder_of(book_e(), {0}).bids.size() == 3);
  CHECK(ladder_of(book_e(), {50}).asks.size() == 3);
  CHECK(ladder_of(book_s(), {0}).asks.size() == 10);
}

TEST_CASE("ladder: grouped rows stand at their bucket's price") {
  const auto rows = ladder_of(book_e(3), {10, 5});
  REQUIRE(rows.bids.size() == 2);
  CHECK(rows.bids[1].share == 80.0);
  CHECK(rows.bids[1].distance == Int128{11});
  CHECK(rows.asks[0].distance == Int128{9});
  CHECK(rows.asks[0].cost == Int128{5013} * kCoin);  // what the levels cost, not the bucket
  CHECK(rows.bids[1].bucket.partial);
  CHECK(rows.asks[1].bucket.partial);
}

TEST_CASE("ladder: a missing side has no rows and counts nothing") {
  const auto bids = ladder_of(book_e_bids(), {});
  CHECK(bids.asks.empty());
  REQUIRE(bids.bids.size() == 3);
  CHECK(bids.bids[2].cum_vs_max == 1.0);
  for (const auto& row : bids.bids) {
    CHECK_FALSE(row.distance);
    CHECK_FALSE(row.distance_bps);
  }
  auto rows = ladder_of(book_e(), {});
  CHECK(ladder(OrderBook{10}, {}, rows) == Errc::ok);
  CHECK(rows.bids.empty());
  CHECK(rows.asks.empty());
}

TEST_CASE("ladder: a crossed book has negative distances") {
  const auto rows = ladder_of(book_of({{1010, 1}, {990, 1}}, {{1000, 1}}), {});
  CHECK(rows.bids[0].distance == Int128{-10});
  CHECK(rows.bids[0].distance_bps == -100'000.0 / 2010);
  CHECK(rows.bids[1].distance == Int128{30});
  CHECK(rows.asks[0].distance == Int128{-10});
}

TEST_CASE("ladder: where money has no value the rest still has") {
  const auto rows = ladder_of(book_of({{kHuge - 3, 1}}, {{kHuge - 2, kHuge}, {kHuge - 1, kHuge}, {kHuge, kHuge}}), {});
  REQUIRE(rows.asks.size() == 3);
  CHECK(rows.asks[1].cost == Int128{kHuge} * kHuge * 2 - Int128{3} * kHuge);
  CHECK_FALSE(rows.asks[2].cost);
  CHECK(rows.asks[2].bucket.notional == Int128{kHuge} * kHuge);
  CHECK(rows.asks[2].cumulative == Int128{3} * kHuge);
  CHECK(rows.asks[2].share == 100.0 / 3);
  CHECK(rows.asks[2].distance == Int128{5});
}
