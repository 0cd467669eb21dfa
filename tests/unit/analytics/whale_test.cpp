#include "hadal/analytics/whale.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <deque>
#include <vector>

#include "hadal/base/random.hpp"

using namespace hadal;
using Levels = std::vector<Level>;

namespace {

constexpr Int128 kOne = 1;  // at quantities of whole units

void fill(WhaleWatch& watch) {
  for (const int size : {1, 2, 1, 1, 2, 1, 1, 2, 1, 1}) REQUIRE_FALSE(watch.add(Side::bid, 1000, size, kOne));
}

struct Market {
  OrderBook book;
  WhaleWatch watch;
  BookShadow shadow{};

  Market(WhaleConfig config, std::size_t depth, const Levels& bids, const Levels& asks) : book{depth}, watch{config} {
    REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
    shadow.take(book);
  }
  std::vector<Whale> update(const Levels& bids, const Levels& asks, Scales scales = {1, 0}) {
    book.apply_update(bids, asks);
    const auto out = watch.observe({Millis{0}, scales, shadow, book, bids, asks});
    shadow.take(book, !bids.empty(), !asks.empty());
    return {out.begin(), out.end()};
  }
  /// Ten sizes of 1 and 2 at one price of each side.
  void warm(std::int64_t bid, std::int64_t ask) {
    for (int i = 0; i < 10; ++i) REQUIRE(update({{bid, 2 - i % 2}}, {{ask, 2 - i % 2}}).empty());
  }
};

}  // namespace

TEST_CASE("unusual sizes: the worked example") {
  WhaleWatch watch{{}};
  fill(watch);
  const auto whale = watch.add(Side::bid, 1000, 4, kOne);
  REQUIRE(whale);
  CHECK(whale->side == Side::bid);
  CHECK(whale->price == 1000);
  CHECK(whale->qty == 4);
  CHECK(whale->mean == Approx(1.3).margin(1e-12));
  CHECK(whale->sigma == Approx(0.458257569).margin(1e-9));
  CHECK(whale->z == Approx(5.891883036).margin(1e-9));

  WhaleWatch other{{}};
  fill(other);
  CHECK_FALSE(other.add(Side::bid, 1000, 2, kOne));  // z = 1.5
}

TEST_CASE("nothing is unusual before ten sizes, without spread, or on the other side") {
  WhaleWatch watch{{}};
  for (int i = 0; i < 9; ++i) REQUIRE_FALSE(watch.add(Side::bid, 1000, 1 + i % 2, kOne));
  CHECK_FALSE(watch.add(Side::bid, 1000, 1'000, kOne));  // the tenth: nine before it
  CHECK_FALSE(watch.add(Side::ask, 1000, 1'000, kOne));

  WhaleWatch flat{{}};
  for (int i = 0; i < 20; ++i) REQUIRE_FALSE(flat.add(Side::ask, 1000, 5, kOne));
  CHECK_FALSE(flat.add(Side::ask, 1000, 1'000, kOne));  // sigma = 0
  CHECK(flat.add(Side::ask, 1000, 1'000'000, kOne));
}

TEST_CASE("an unusual size below the least one is none, but is remembered") {
  WhaleWatch watch{{}};
  fill(watch);
  CHECK_FALSE(watch.add(Side::bid, 1000, 40, 41));
  const auto whale = watch.add(Side::bid, 1000, 400, 41);
  REQUIRE(whale);
  CHECK(whale->mean == Approx(53.0 / 11));
}

TEST_CASE("the ring forgets the oldest size, and what it says equals a plain computation") {
  Random random{17};
  for (const std::size_t window : {10u, 13u, 100u}) {
    WhaleConfig config;
    config.window = window;
    config.z = 1.5;
    WhaleWatch watch{config};
    std::deque<double> sizes;
    std::size_t whales = 0;
    for (int step = 0; step < 2'000; ++step) {
      const auto qty = static_cast<std::int64_t>(1 + random.uniform(random.uniform(9) == 0 ? 100 : 10));
      const auto whale = watch.add(Side::ask, step, qty, 3);
      double sum = 0;
      for (const auto x : sizes) sum += x;
      const double n = static_cast<double>(sizes.size());
      const double mean = sum / n;
      double squares = 0;
      for (const auto x : sizes) squares += (x - mean) * (x - mean);
      const double sigma = std::sqrt(squares / n);
      const double z = (static_cast<double>(qty) - mean) / sigma;
      const bool expected = sizes.size() >= 10 && qty >= 3 && sigma > 0 && z >= 1.5;
      REQUIRE(whale.has_value() == expected);
      if (whale) {
        ++whales;
        REQUIRE(whale->z == z);
        REQUIRE(whale->mean == mean);
        REQUIRE(whale->sigma == sigma);
      }
      sizes.push_back(static_cast<double>(qty));
      if (sizes.size() > window) sizes.pop_front();
    }
    CHECK(whales > 50);
    CHECK(watch.found().size() == std::min(whales, WhaleWatch::kMost));
  }
}

TEST_CASE("the hundred largest are kept, largest first, of equal ones the newer first") {
  WhaleConfig config;
  config.window = 10;
  WhaleWatch watch{config};
  for (std::int64_t round = 0; round < 150; ++round) {
    watch.clear();
    fill(watch);
    REQUIRE(watch.add(Side::bid, round, 4 + round % 3, kOne));
  }
  const auto found = watch.found();
  REQUIRE(found.size() == WhaleWatch::kMost);
  CHECK(found[0].qty == 6);
  CHECK(found[0].price == 149);
  CHECK(found[1].price == 146);
  CHECK(found[49].price == 2);
  CHECK(found[50].qty == 5);
  CHECK(found[50].price == 148);
  CHECK(found[99].price == 1);  // of those with 4, none is left
}

TEST_CASE("a new snapshot clears the ring, not what was found") {
  WhaleWatch watch{{}};
  fill(watch);
  REQUIRE(watch.add(Side::bid, 1000, 4, kOne));
  watch.clear();
  CHECK(watch.found().size() == 1);
  CHECK_FALSE(watch.add(Side::bid, 1000, 400, kOne));
}

TEST_CASE("a message's new and changed sizes are observed, bids first, best first") {
  Market market{{}, 10, {{1000, 1}}, {{1001, 1}}};
  market.warm(1000, 1001);
  const auto whales = market.update({{998, 60}, {999, 50}}, {{1003, 80}, {1002, 70}});
  REQUIRE(whales.size() == 4);
  CHECK(whales[0].price == 999);
  CHECK(whales[1].price == 998);
  CHECK(whales[2].price == 1002);
  CHECK(whales[3].price == 1003);
  CHECK(whales[3].side == Side::ask);
  CHECK(whales[1].mean == Approx((15.0 + 50) / 11));
}

TEST_CASE("removals, sizes that stay, and levels that slide into view are no observations") {
  Market market{{}, 2, {{1000, 1}, {999, 5}}, {{1001, 1}}};
  for (int i = 0; i < 9; ++i) REQUIRE(market.update({{1000, 2 - i % 2}}, {}).empty());  // nine
  CHECK(market.update({{999, 0}, {990, 500}}, {}).empty());                             // slides in
  CHECK(market.update({{990, 0}, {989, 5}, {989, 0}}, {}).empty());
  CHECK(market.update({{1000, 2}}, {}).empty());   // as it was
  CHECK(market.update({{999, 500}}, {}).empty());  // the tenth: still nine before it
  CHECK(market.update({{999, 5'000}}, {}).size() == 1);
}

TEST_CASE("only the best levels count") {
  WhaleConfig config;
  config.track_depth = 2;
  Market market{config, 10, {{1000, 1}, {999, 1}}, {}};
  market.warm(1000, 1001);
  CHECK(market.update({{998, 500}}, {}).empty());
  CHECK(market.update({{999, 500}}, {}).size() == 1);
}

TEST_CASE("the least size is in base units") {
  WhaleConfig config;
  config.min_size = {15, 1};  // 1.5
  Market market{config, 10, {{1000, 1}}, {}};
  for (int i = 0; i < 12; ++i) (void)market.update({{1000, 10 + i % 2}}, {}, {1, 2});
  CHECK(market.update({{1000, 149}}, {}, {1, 2}).empty());
  CHECK(market.update({{999, 3'000}}, {}, {1, 2}).size() == 1);
  config.min_size = {25, 1};  // at whole units that is 3
  Market whole{config, 10, {{1000, 1}}, {}};
  for (int i = 0; i < 40; ++i) {
    CHECK(whole.update({{999, i == 20 ? 2 : 1}}, {}).empty());
    CHECK(whole.update({{999, 0}}, {}).empty());
  }
  CHECK(whole.update({{999, 2}}, {}).empty());
  CHECK(whole.update({{999, 3}}, {}).size() == 1);
  config.min_size = {1, 18};
  Market fine{config, 10, {{1000, 1}}, {}};
  fine.warm(1000, 1001);
  CHECK(fine.update({{1000, 9}}, {}).size() == 1);  // less than a unit is a unit
}

TEST_CASE("unusual sizes refuse configurations out of range") {
  const auto with = [](auto change) {
    WhaleConfig config;
    change(config);
    return check(config);
  };
  CHECK(check(WhaleConfig{}) == Errc::ok);
  CHECK(with([](auto& config) { config.window = 9; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.window = 10'001; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.track_depth = 0; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.track_depth = 1'001; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.min_size = {0, 0}; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.z = 0; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.z = std::nan(""); }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.z = HUGE_VAL; }) == Errc::config_invalid);
}
