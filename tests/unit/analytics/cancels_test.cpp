#include "hadal/analytics/cancels.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace hadal;
using Levels = std::vector<Level>;

namespace {

struct Market {
  OrderBook book;
  CancelWatch watch;
  BookShadow shadow{};

  explicit Market(CancelConfig config = {}, std::size_t depth = 1000, const Levels& bids = {{1000, 1}, {999, 1}}, const Levels& asks = {})
      : book{depth}, watch{config} {
    REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
    shadow.take(book);
  }
  std::vector<Cancel> update(std::int64_t now, const Levels& bids, const Levels& asks = {}, Scales scales = {1, 0}) {
    book.apply_update(bids, asks);
    const auto out = watch.observe({Millis{now}, scales, shadow, book, bids, asks});
    shadow.take(book, !bids.empty(), !asks.empty());
    return {out.begin(), out.end()};
  }
};

CancelConfig with(std::int64_t most_ms, double least_score, bool require_no_trades) {
  CancelConfig config;
  config.most_ms = most_ms;
  config.least_score = least_score;
  config.require_no_trades = require_no_trades;
  return config;
}

}  // namespace

TEST_CASE("cancel score: the worked example and its limits") {
  CHECK(cancel_score(8, 1'000, false) == Approx(0.84).margin(1e-12));
  CHECK(cancel_score(8, 1'000, true) == Approx(0.74).margin(1e-12));
  CHECK(cancel_score(10, 0, false) == 1.0);
  CHECK(cancel_score(1'000'000, 0, false) == 1.0);
  CHECK(cancel_score(8, -5, false) == cancel_score(8, 0, false));
  CHECK(cancel_score(8, 5'000, false) == cancel_score(8, 1'000'000, false));
  CHECK(cancel_score(5, 5'000, true) == Approx(0.25).margin(1e-12));
}

TEST_CASE("a large level that appears and vanishes is told") {
  Market market;
  CHECK(market.update(100, {{998, 8}}).empty());
  const auto told = market.update(1'100, {{998, 0}});
  REQUIRE(told.size() == 1);
  CHECK(told[0].side == Side::bid);
  CHECK(told[0].price == 998);
  CHECK(told[0].qty == 8);
  CHECK(told[0].life_ms == 1'000);
  CHECK_FALSE(told[0].traded);
  CHECK(told[0].score == cancel_score(8, 1'000, false));
  CHECK(told[0].at == Millis{1'100});
  CHECK(market.watch.found().size() == 1);
  CHECK(market.update(1'200, {{997, 1}}).empty());  // told once
}

TEST_CASE("both sides are told, bids first") {
  Market market{{}, 1000, {{1000, 1}}, {{1001, 1}}};
  CHECK(market.update(0, {{998, 8}}, {{1003, 9}, {1002, 7}}).empty());
  const auto told = market.update(10, {{998, 0}}, {{1003, 0}, {1002, 0}});
  REQUIRE(told.size() == 3);
  CHECK(told[0].price == 998);
  CHECK(told[1].price == 1002);
  CHECK(told[2].price == 1003);
  CHECK(told[2].side == Side::ask);
}

TEST_CASE("small levels, and levels of the snapshot, are not watched") {
  Market market{{}, 1000, {{1000, 100}}};
  CHECK(market.update(0, {{998, 4}}).empty());
  CHECK(market.update(1, {{998, 0}}).empty());
  CHECK(market.update(2, {{1000, 0}}).empty());
  CHECK(market.update(3, {{998, 5}}).empty());
  CHECK(market.update(4, {{998, 0}}).size() == 1);
}

TEST_CASE("sizes are compared and scored in base units") {
  Market market;
  CHECK(market.update(0, {{998, 499}, {997, 800}}, {}, {1, 2}).empty());
  const auto told = market.update(1'000, {{998, 0}, {997, 0}}, {}, {1, 2});
  REQUIRE(told.size() == 1);
  CHECK(told[0].price == 997);
  CHECK(told[0].score == cancel_score(8, 1'000, false));
}

TEST_CASE("a level that changes its size stays pending with the size it appeared with") {
  Market market;
  CHECK(market.update(0, {{998, 8}}).empty());
  CHECK(market.update(500, {{998, 1}}).empty());
  const auto told = market.update(1'000, {{998, 0}});
  REQUIRE(told.size() == 1);
  CHECK(told[0].qty == 8);
  // One that only grows large did not appear large.
  CHECK(market.update(2'000, {{997, 1}}).empty());
  CHECK(market.update(2'001, {{997, 80}}).empty());
  CHECK(market.update(2'002, {{997, 0}}).empty());
}

TEST_CASE("a level that lives too long, or scores too little, is not told") {
  Market market{with(5'000, 0, false)};
  CHECK(market.update(0, {{998, 8}, {997, 8}}).empty());
  CHECK(market.update(5'000, {{998, 0}}).size() == 1);
  CHECK(market.update(5'001, {{997, 0}}).empty());
  Market strict{with(5'000, 0.9, false)};
  CHECK(strict.update(0, {{998, 8}, {997, 10}}).empty());
  CHECK(strict.update(500, {{998, 0}, {997, 0}}).size() == 1);
}

TEST_CASE("a trade at the price spares the level, or lowers its score") {
  Market strict;
  CHECK(strict.update(0, {{998, 8}, {997, 8}}).empty());
  strict.watch.trade(998);
  const auto spared = strict.update(1'000, {{998, 0}, {997, 0}});
  REQUIRE(spared.size() == 1);
  CHECK(spared[0].price == 997);

  Market any{with(5'000, 0.5, false)};
  any.watch.trade(998);  // before it stood
  CHECK(any.update(0, {{998, 8}}).empty());
  any.watch.trade(998);
  const auto told = any.update(1'000, {{998, 0}});
  REQUIRE(told.size() == 1);
  CHECK(told[0].traded);
  CHECK(told[0].score == Approx(0.74));
}

TEST_CASE("a level that slides into the depth has not appeared, and one that slides out has not vanished") {
  Market market{{}, 3, {{1000, 1}, {999, 1}, {998, 1}}};
  CHECK(market.update(0, {{1000, 0}, {990, 50}}).empty());  // slides in
  CHECK(market.update(1, {{990, 0}}).empty());
  CHECK(market.update(2, {{997, 9}}).empty());             // now two: everything is seen
  CHECK(market.update(3, {{1001, 1}}).empty());            // pushes it out, unnamed
  CHECK(market.update(4, {{1001, 0}, {997, 9}}).empty());  // back again, unseen before
  CHECK(market.update(5, {{997, 0}}).empty());
  CHECK(market.update(6, {{996, 9}}).empty());
  CHECK(market.update(7, {{1001, 1}, {996, 10}}).empty());  // pushed out, named with a size
  CHECK(market.update(8, {{1001, 0}}).empty());
  CHECK(market.update(9, {{996, 0}}).empty());
  CHECK(market.watch.found().empty());
}

TEST_CASE("pending levels are forgotten after a minute, and with a snapshot") {
  Market market{with(1'000'000, 0, false)};
  CHECK(market.update(0, {{998, 8}, {997, 8}}).empty());
  CHECK(market.update(60'000, {{998, 0}}).size() == 1);
  CHECK(market.update(60'001, {{997, 0}}).empty());
  CHECK(market.update(60'002, {{996, 8}}).empty());
  market.watch.clear();
  CHECK(market.update(60'003, {{996, 0}}).empty());
  CHECK(market.watch.found().size() == 1);
}

TEST_CASE("of too many pending levels the oldest is forgotten") {
  Market market;
  for (std::int64_t i = 0; i <= 100; ++i) CHECK(market.update(i, {{100 + i, 9}}).empty());
  CHECK(market.update(101, {{100, 0}}).empty());
  CHECK(market.update(102, {{101, 0}}).size() == 1);
}

TEST_CASE("of too many results the oldest leaves") {
  Market market;
  for (std::int64_t i = 0; i <= 1'000; ++i) {
    CHECK(market.update(i, {{1, 9 + i}}).empty());
    CHECK(market.update(i, {{1, 0}}).size() == 1);
  }
  CHECK(market.watch.found().size() == CancelWatch::kMost);
  CHECK(market.watch.found().front().qty == 10);
  CHECK(market.watch.found().back().qty == 1'009);
}

TEST_CASE("a clock that goes back makes no negative life") {
  Market market;
  CHECK(market.update(5'000, {{998, 8}}).empty());
  const auto told = market.update(1'000, {{998, 0}});
  REQUIRE(told.size() == 1);
  CHECK(told[0].life_ms == 0);
}

TEST_CASE("cancel after show refuses configurations out of range") {
  CHECK(check(CancelConfig{}) == Errc::ok);
  CHECK(check(CancelConfig{{0, 0}, 5'000, 0.5, true}) == Errc::config_invalid);
  CHECK(check(CancelConfig{{5, 0}, 0, 0.5, true}) == Errc::config_invalid);
  CHECK(check(CancelConfig{{5, 0}, 1, -0.1, true}) == Errc::config_invalid);
  CHECK(check(CancelConfig{{5, 0}, 1, 1.1, true}) == Errc::config_invalid);
  CHECK(check(CancelConfig{{5, 0}, 1, std::nan(""), true}) == Errc::config_invalid);
  CHECK(check(CancelConfig{{5, 0}, 1, 1, true}) == Errc::ok);
}
