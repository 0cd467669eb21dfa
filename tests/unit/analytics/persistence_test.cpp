#include "hadal/analytics/persistence.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "hadal/base/random.hpp"
#include "support/allocation_count.hpp"

using namespace hadal;
using Levels = std::vector<Level>;

namespace {

struct Market {
  OrderBook book;
  Persistence persistence;
  BookShadow shadow{};

  Market(PersistenceConfig config, std::size_t depth, const Levels& bids, const Levels& asks) : book{depth}, persistence{config} {
    REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
    shadow.take(book);
    persistence.restart(Millis{0}, book);
  }
  void update(std::int64_t now, const Levels& bids, const Levels& asks = {}) {
    book.apply_update(bids, asks);
    persistence.observe({Millis{now}, Scales{1, 0}, shadow, book, bids, asks});
    shadow.take(book, !bids.empty(), !asks.empty());
  }
  double heat(std::int64_t price, Side side = Side::bid) const {
    const auto level = persistence.level(side, price);
    return level ? level->heat : -1;
  }
};

}  // namespace

TEST_CASE("persistence: the worked example") {
  Market market{{}, 10, {{1000, 10}, {999, 1}}, {}};
  market.update(100'000, {{999, 2}});
  CHECK(market.heat(1000) == 100.0);
  market.update(105'000, {{999, 3}});  // does not name the level
  CHECK(market.heat(1000) == 105.0);
  market.update(108'000, {{1000, 4}});  // below half: these three seconds do not count
  const auto level = market.persistence.level(Side::bid, 1000);
  REQUIRE(level);
  CHECK(level->side == Side::bid);
  CHECK(level->price == 1000);
  CHECK(level->qty == 4);
  CHECK(level->heat == 94.5);
  CHECK(level->score == 0.315);
}

TEST_CASE("exactly half of the size, or more of it, keeps a level warm") {
  Market market{{}, 10, {{1000, 10}}, {}};
  market.update(1'000, {{1000, 5}});
  CHECK(market.heat(1000) == 1.0);
  market.update(3'000, {{1000, 50}});
  CHECK(market.heat(1000) == 3.0);
  market.update(4'000, {{1000, 24}});  // against the last size, not the first
  CHECK(market.heat(1000) == 3.0 * 0.9);
  market.update(5'000, {{1000, 12}});
  CHECK(market.heat(1000) == 3.0 * 0.9 + 1.0);
}

TEST_CASE("the score ends at one") {
  Market market{{}, 10, {{1000, 10}}, {{1001, 1}}};
  market.update(299'999, {}, {{1001, 2}});
  CHECK(market.persistence.level(Side::bid, 1000)->score < 1.0);
  market.update(300'000, {}, {{1001, 3}});
  CHECK(market.persistence.level(Side::bid, 1000)->score == 1.0);
  market.update(900'000, {}, {{1001, 4}});
  CHECK(market.persistence.level(Side::bid, 1000)->score == 1.0);
}

TEST_CASE("a level is forgotten when it disappears, is cut off, or a snapshot comes") {
  Market market{{}, 2, {{1000, 10}, {999, 10}}, {}};
  market.update(1'000, {{1000, 0}});
  CHECK_FALSE(market.persistence.level(Side::bid, 1000));
  market.update(2'000, {{1000, 10}});
  CHECK(market.heat(1000) == 0.0);
  CHECK(market.heat(999) == 2.0);
  market.update(3'000, {{1001, 1}});  // cuts 999 off
  CHECK_FALSE(market.persistence.level(Side::bid, 999));
  CHECK(market.heat(1000) == 1.0);
  market.update(4'000, {{1001, 0}, {999, 10}});
  CHECK(market.heat(999) == 0.0);
  market.persistence.restart(Millis{9'000}, market.book);
  CHECK(market.heat(1000) == 0.0);
  CHECK(market.heat(999) == 0.0);
}

TEST_CASE("a level removed and set again within a message was there throughout") {
  Market market{{}, 10, {{1000, 10}}, {}};
  market.update(1'000, {{1000, 0}, {1000, 9}});
  CHECK(market.heat(1000) == 1.0);
}

TEST_CASE("a clock that goes back stands still for persistence") {
  Market market{{}, 10, {{1000, 10}}, {{1001, 1}}};
  market.update(5'000, {}, {{1001, 2}});
  market.update(1'000, {}, {{1001, 3}});
  CHECK(market.heat(1000) == 5.0);
  market.update(6'000, {}, {{1001, 4}});
  CHECK(market.heat(1000) == 6.0);
}

TEST_CASE("the hottest levels come first, of equal ones the nearer, bids first") {
  Market market{{}, 10, {{1000, 10}, {999, 10}, {998, 10}}, {{1001, 10}, {1002, 10}}};
  market.update(1'000, {{1000, 1}});
  market.update(2'000, {{997, 1}});
  std::vector<HotLevel> hot;
  market.persistence.hottest(100, hot);
  std::vector<std::int64_t> prices;
  for (const auto& one : hot) prices.push_back(one.price);
  CHECK(prices == std::vector<std::int64_t>{1001, 999, 1002, 998, 1000, 997});
  market.persistence.hottest(2, hot);
  REQUIRE(hot.size() == 2);
  CHECK(hot[0].price == 1001);
  CHECK(hot[0].side == Side::ask);
  CHECK(hot[1].price == 999);

  Market even{{}, 10, {{1000, 10}}, {{1001, 10}}};
  even.persistence.hottest(1, hot);
  REQUIRE(hot.size() == 1);
  CHECK(hot[0].side == Side::bid);
}

TEST_CASE("the average score of a side") {
  Market market{{}, 10, {{1000, 10}, {999, 10}}, {}};
  market.update(30'000, {{1000, 1}});
  CHECK(market.persistence.average(Side::bid) == Approx((0.0 + 0.1) / 2));
  CHECK_FALSE(market.persistence.average(Side::ask));
}

TEST_CASE("heat equals a reading of the formula at every message and level") {
  Random random{18};
  for (const std::size_t depth : {4u, 1000u}) {
    const PersistenceConfig config{0.7, 0.25, 10'000};
    Market market{config, depth, {{20, 5}}, {{30, 5}}};
    std::map<std::pair<Side, std::int64_t>, std::pair<std::int64_t, double>> model{{{Side::bid, 20}, {5, 0.0}},
                                                                                   {{Side::ask, 30}, {5, 0.0}}};
    std::int64_t now = 0;
    for (int step = 0; step < 3'000; ++step) {
      const auto dt = static_cast<std::int64_t>(random.uniform(900));
      now += dt;
      Levels levels[2];
      for (auto& side : levels)
        for (auto left = random.uniform(3); left > 0; --left)
          side.push_back({static_cast<std::int64_t>(1 + random.uniform(40)),
                          random.uniform(3) == 0 ? 0 : static_cast<std::int64_t>(1 + random.uniform(20))});
      market.update(now, levels[0], levels[1]);
      decltype(model) next;
      for (const auto side : {Side::bid, Side::ask})
        for (const auto& level : market.book.side(side)) {
          const std::pair key{side, level.price};
          const auto at = model.find(key);
          if (at == model.end()) {
            next[key] = {level.qty, 0.0};
          } else {
            const auto [last, heat] = at->second;
            const bool fell = static_cast<double>(level.qty) < 0.7 * static_cast<double>(last);
            next[key] = {level.qty, fell ? 0.75 * heat : heat + static_cast<double>(dt) / 1000.0};
          }
        }
      model = next;
      std::vector<HotLevel> hot;
      market.persistence.hottest(10'000, hot);
      REQUIRE(hot.size() == model.size());
      for (const auto& one : hot) {
        const auto [qty, heat] = model.at({one.side, one.price});
        REQUIRE(one.qty == qty);
        REQUIRE(std::abs(one.heat - heat) < 1e-9);  // the sums are taken in another order
        REQUIRE(one.score == std::min(1.0, one.heat / 10.0));
      }
    }
  }
}

TEST_CASE("persistence allocates nothing after warm-up") {
  Market market{{}, 3, {{1000, 10}, {999, 10}, {998, 10}}, {}};
  const Levels add{{1001, 5}, {1000, 3}};
  const Levels remove{{1001, 0}, {1000, 10}, {998, 10}};
  const Levels none;
  const auto round = [&](const Levels& bids) {
    market.book.apply_update(bids, none);
    market.persistence.observe({Millis{0}, Scales{1, 0}, market.shadow, market.book, bids, none});
    market.shadow.take(market.book, true, false);
  };
  round(add);
  round(remove);
  const auto before = test::allocation_count();
  for (int i = 0; i < 10; ++i) {
    round(add);
    round(remove);
  }
  const auto after = test::allocation_count();
  CHECK(before == after);
  CHECK(market.heat(998) == 0.0);
}

TEST_CASE("persistence refuses shares out of range") {
  CHECK(check(PersistenceConfig{}) == Errc::ok);
  CHECK(check(PersistenceConfig{1, 0.5, 1}) == Errc::ok);
  CHECK(check(PersistenceConfig{0, 0.5, 1}) == Errc::config_invalid);
  CHECK(check(PersistenceConfig{1.01, 0.5, 1}) == Errc::config_invalid);
  CHECK(check(PersistenceConfig{0.5, 0, 1}) == Errc::config_invalid);
  CHECK(check(PersistenceConfig{0.5, 1, 1}) == Errc::config_invalid);
  CHECK(check(PersistenceConfig{0.5, 0.5, 0}) == Errc::config_invalid);
  CHECK(check(PersistenceConfig{std::nan(""), 0.5, 1}) == Errc::config_invalid);
  CHECK(check(PersistenceConfig{0.5, std::nan(""), 1}) == Errc::config_invalid);
}
