#include "hadal/analytics/heatmap.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "hadal/base/random.hpp"
#include "support/allocation_count.hpp"

using namespace hadal;
using Levels = std::vector<Level>;

namespace {

constexpr auto kBuy = TakerSide::buy;

struct Market {
  OrderBook book{1000};
  BookShadow shadow{};
  Heatmap map;

  explicit Market(HeatmapConfig config) : map{config} {}
  void snapshot(std::int64_t now, const Levels& bids, const Levels& asks) {
    REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
    shadow.take(book);
    map.resume(Millis{now}, book);
  }
  void update(std::int64_t now, const Levels& bids, const Levels& asks = {}) {
    book.apply_update(bids, asks);
    map.observe({Millis{now}, Scales{1, 0}, shadow, book, bids, asks});
    shadow.take(book, !bids.empty(), !asks.empty());
  }
  void advance(std::int64_t now) { map.advance(Millis{now}, shadow); }
  void pause(std::int64_t now) { map.pause(Millis{now}, shadow); }
  /// H of the bucket that holds prices of `bucket` x group.
  double bid(std::size_t age, std::int64_t bucket) const {
    const auto column = map.column(age);
    return column.bids[static_cast<std::size_t>(bucket - column.first)];
  }
  double ask(std::size_t age, std::int64_t bucket) const {
    const auto column = map.column(age);
    return column.asks[static_cast<std::size_t>(bucket - column.first)];
  }
};

HeatmapConfig exact(std::int64_t group = 1, std::size_t buckets = 20, std::size_t columns = 5) {
  HeatmapConfig config;
  config.group = group;
  config.buckets = buckets;
  config.columns = columns;
  return config;
}

std::vector<std::int64_t> sizes(std::span<const TradeMark> marks) {
  std::vector<std::int64_t> out;
  for (const auto& mark : marks) out.push_back(mark.qty);
  return out;
}

}  // namespace

TEST_CASE("heatmap: the worked example") {
  Market market{exact()};
  market.snapshot(0, {{1000, 2}}, {{1001, 1}});
  market.update(400, {{1000, 5}});
  market.pause(900);
  market.advance(1'000);
  REQUIRE(market.map.columns() == 2);
  const auto column = market.map.column(1);
  CHECK(column.index == 0);
  CHECK(column.live_ms == 900);
  CHECK(column.coverage == 0.9);
  CHECK(market.bid(1, 1000) == 3300.0 / 900);
  CHECK(market.bid(1, 1000) == Approx(3.666666667).margin(1e-9));
  CHECK(market.ask(1, 1001) == 1.0);
  CHECK(market.bid(1, 1001) == 0.0);
  CHECK(market.ask(1, 1000) == 0.0);
  const auto empty = market.map.column(0);
  CHECK(empty.index == 1);
  CHECK(empty.live_ms == 0);
  CHECK(empty.coverage == 0);
  CHECK_FALSE(empty.best_bid);
}

TEST_CASE("bids fall into the bucket below, asks into the one above, and levels of one bucket add up") {
  Market market{exact(5)};
  market.snapshot(0, {{1000, 2}, {999, 3}, {995, 5}}, {{1001, 1}, {1003, 4}, {1010, 6}});
  market.advance(10);
  CHECK(market.bid(0, 200) == 2);
  CHECK(market.bid(0, 199) == 8);
  CHECK(market.ask(0, 201) == 5);
  CHECK(market.ask(0, 202) == 6);
}

TEST_CASE("time is split where columns meet") {
  Market market{exact()};
  market.snapshot(500, {{1000, 2}}, {{1001, 1}});
  market.update(3'250, {{1000, 6}});
  market.advance(3'500);
  REQUIRE(market.map.columns() == 4);
  CHECK(market.map.column(3).live_ms == 500);
  CHECK(market.map.column(2).live_ms == 1'000);
  CHECK(market.map.column(1).coverage == 1);
  CHECK(market.map.column(0).live_ms == 500);
  CHECK(market.bid(3, 1000) == 2);
  CHECK(market.bid(0, 1000) == 4);
}

TEST_CASE("a column's range is around the mid it begins with, and stays") {
  Market market{exact(1, 10)};
  market.snapshot(0, {{1000, 1}}, {{1002, 1}});
  market.update(500, {{1004, 7}, {1005, 9}, {1006, 9}}, {{1002, 0}, {1010, 3}});
  market.advance(999);
  CHECK(market.map.column(0).first == 1001 - 5);
  CHECK(market.bid(0, 1005) == 9.0 * 499 / 999);  // the last bucket in it
  market.advance(1'500);
  CHECK(market.map.column(0).first == 1008 - 5);
  CHECK(market.map.column(1).first == 1001 - 5);
  CHECK(market.bid(0, 1004) == 7);
  CHECK(market.ask(0, 1010) == 3);
}

TEST_CASE("a message where a column begins decides its range") {
  for (const bool advanced : {false, true}) {
    Market market{exact(1, 10)};
    market.snapshot(0, {{1000, 1}}, {{1002, 1}});
    if (advanced) market.advance(1'000);
    market.update(1'000, {}, {{1002, 0}, {1020, 1}});
    market.advance(1'100);
    CHECK(market.map.column(0).first == 1010 - 5);
    CHECK(market.map.column(0).index == 1);
  }
}

TEST_CASE("with one side empty the range is around the other; with none it is that of the column before") {
  Market market{exact(1, 10)};
  market.snapshot(0, {{1000, 1}}, {});
  market.advance(100);
  CHECK(market.map.column(0).first == 995);
  market.update(1'000, {{1000, 0}});
  market.advance(1'500);
  CHECK(market.map.column(0).first == 995);
  CHECK(market.map.column(0).live_ms == 500);
  CHECK_FALSE(market.map.column(0).best_bid);
  market.update(1'500, {}, {{2000, 4}});
  market.advance(2'000);
  CHECK(market.map.column(1).first == 1995);
  CHECK(market.ask(1, 2000) == 2);
}

TEST_CASE("best prices are the last seen in a column") {
  Market market{exact()};
  market.snapshot(0, {{1000, 1}, {999, 1}}, {{1001, 1}});
  market.update(100, {{1000, 0}}, {{1001, 0}});
  CHECK(market.map.column(0).best_bid == 999);
  CHECK(market.map.column(0).best_ask == 1001);
  market.advance(1'200);
  CHECK(market.map.column(0).best_bid == 999);
  CHECK_FALSE(market.map.column(0).best_ask);
}

TEST_CASE("what happens while the book is not live is not counted") {
  Market market{exact()};
  market.snapshot(0, {{1000, 2}}, {{1001, 1}});
  market.pause(100);
  market.advance(500);
  market.update(600, {{1000, 50}});
  market.snapshot(700, {{1000, 4}}, {{1001, 1}});
  market.advance(800);
  CHECK(market.map.column(0).live_ms == 200);
  CHECK(market.bid(0, 1000) == 3);
  market.snapshot(900, {{1000, 9}}, {{1001, 1}});  // without a pause: the 100 ms before it are not known
  market.advance(1'000);
  CHECK(market.map.column(1).live_ms == 300);
}

TEST_CASE("a clock that goes back stands still for the heatmap") {
  Market market{exact()};
  market.snapshot(500, {{1000, 2}}, {{1001, 1}});
  market.advance(600);
  market.update(100, {{1000, 4}});
  market.advance(400);
  market.advance(700);
  CHECK(market.map.columns() == 1);
  CHECK(market.map.column(0).live_ms == 200);
  CHECK(market.bid(0, 1000) == 3);
}

TEST_CASE("only so many columns are kept, also after a long time") {
  Market market{exact(1, 10, 3)};
  market.snapshot(0, {{1000, 2}}, {{1001, 1}});
  market.advance(2'500);
  CHECK(market.map.columns() == 3);
  market.advance(3'500);
  CHECK(market.map.columns() == 3);
  CHECK(market.map.column(2).index == 1);
  market.advance(1'000'000'000'000'250);
  CHECK(market.map.columns() == 3);
  CHECK(market.map.column(0).index == 1'000'000'000'000);
  CHECK(market.map.column(0).live_ms == 250);
  CHECK(market.map.column(2).live_ms == 1'000);
  CHECK(market.bid(2, 1000) == 2);
  market.update(1'000'000'000'000'250, {}, {{1001, 0}, {1101, 1}});
  market.advance(1'000'000'000'001'100);
  market.pause(1'000'000'000'001'100);
  market.advance(2'000'000'000'001'000);
  CHECK(market.map.columns() == 3);
  for (std::size_t age = 0; age < 3; ++age) {
    CHECK(market.map.column(age).live_ms == 0);
    CHECK(market.bid(age, 1050) == 0);
    CHECK(market.map.column(age).first == 1045);  // that of the last one before
  }
}

TEST_CASE("a long time right after the first snapshot fills all columns") {
  Market market{exact(1, 10, 4)};
  market.snapshot(100, {{1000, 2}}, {{1001, 1}});
  market.advance(1'000'000);
  CHECK(market.map.columns() == 4);
  CHECK(market.map.column(3).live_ms == 1'000);
  CHECK(market.map.column(0).live_ms == 0);
  CHECK(market.map.column(0).index == 1'000);
}

TEST_CASE("the group spans the first view unless it is chosen") {
  const auto group = [](std::int64_t width) {
    Market market{{}};
    CHECK(market.map.group() == 0);
    market.snapshot(0, {{100'000'000 - width, 1}}, {{100'000'000 + width, 1}});
    return market.map.group();
  };
  // 90 % of one level is that level: the half-width.
  CHECK(group(10) == 1);
  CHECK(group(100) == 1);
  CHECK(group(101) == 5);
  CHECK(group(500) == 5);
  CHECK(group(501) == 10);
  CHECK(group(1'001) == 25);
  CHECK(group(2'501) == 50);
  CHECK(group(5'001) == 100);
  CHECK(group(10'001) == 250);
  CHECK(group(25'001) == 500);
  CHECK(group(99'999'999) == 1'000'000);

  Market chosen{exact(7)};
  chosen.snapshot(0, {}, {});
  CHECK(chosen.map.group() == 7);
}

TEST_CASE("an empty first book chooses no group; the first levels do") {
  Market market{{}};
  market.snapshot(0, {}, {});
  market.advance(500);
  CHECK(market.map.group() == 0);
  market.update(500, {{1000, 3}}, {{1001, 1}});
  CHECK(market.map.group() == 1);
  market.advance(1'000);
  CHECK(market.map.column(1).live_ms == 1'000);
  CHECK(market.bid(1, 1000) == 1.5);
}

TEST_CASE("the largest prices and sizes do not overflow") {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  auto config = exact(1, 4, 2);
  config.column_ms = kMaxMillis;
  Market market{config};
  market.snapshot(0, {{1, kMost}}, {{2, kMost}, {kMost, kMost}});
  market.advance(kMaxMillis - 1);
  CHECK(market.bid(0, 1) == static_cast<double>(kMost));
  CHECK(market.ask(0, 2) == static_cast<double>(kMost));
  Market high{exact(3, 400)};
  high.snapshot(0, {{kMost - 1, 1}}, {{kMost, 1}});
  high.advance(100);
  CHECK(high.ask(0, kMost / 3 + 1) == 1);
}

TEST_CASE("the largest trades of a column are marked, largest first") {
  Market market{exact()};
  market.map.trade(Millis{0}, kBuy, 1000, 77);  // before the first snapshot
  market.snapshot(0, {{1000, 2}}, {{1001, 1}});
  CHECK(market.map.column(0).trades.empty());
  for (std::int64_t i = 1; i <= 8; ++i) market.map.trade(Millis{i}, kBuy, 1000 + i, i == 5 ? 4 : i);
  CHECK(sizes(market.map.column(0).trades) == std::vector<std::int64_t>{8, 7, 6, 4, 4, 3, 2, 1});
  CHECK(market.map.column(0).trades[3].price == 1004);
  CHECK(market.map.column(0).trades[4].price == 1005);
  market.map.trade(Millis{9}, TakerSide::sell, 999, 5);
  CHECK(sizes(market.map.column(0).trades) == std::vector<std::int64_t>{8, 7, 6, 5, 4, 4, 3, 2});
  CHECK(market.map.column(0).trades[3].price == 999);
  CHECK_FALSE(market.map.column(0).trades[3].buy);
  CHECK(market.map.column(0).trades[0].buy);
  market.map.trade(Millis{9}, kBuy, 998, 2);  // no larger than the last
  CHECK(market.map.column(0).trades[7].price == 1002);
}

TEST_CASE("a trade may come before time has reached its column") {
  Market market{exact(1, 20, 3)};
  market.snapshot(0, {{1000, 2}}, {{1001, 1}});
  market.map.trade(Millis{1'500}, kBuy, 1001, 3);
  market.map.trade(Millis{500}, kBuy, 1001, 4);
  CHECK(sizes(market.map.column(0).trades) == std::vector<std::int64_t>{4});
  market.advance(1'600);
  CHECK(sizes(market.map.column(0).trades) == std::vector<std::int64_t>{3});
  CHECK(sizes(market.map.column(1).trades) == std::vector<std::int64_t>{4});
  CHECK(market.map.column(1).live_ms == 1'000);
  market.map.trade(Millis{100}, kBuy, 1001, 9);  // a clock that goes back
  CHECK(sizes(market.map.column(0).trades) == std::vector<std::int64_t>{9, 3});
  market.advance(3'000);
  CHECK(market.map.column(0).trades.empty());
  market.map.trade(Millis{9'500}, kBuy, 1001, 7);
  market.map.trade(Millis{3'500}, kBuy, 1001, 8);  // nine is three modulo the columns kept
  market.advance(9'500);
  CHECK(sizes(market.map.column(0).trades) == std::vector<std::int64_t>{7});
}

TEST_CASE("a cleared heatmap begins anew") {
  Market market{{}};
  market.snapshot(0, {{1000, 2}}, {{1001, 1}});
  market.map.trade(Millis{0}, kBuy, 1001, 3);
  market.advance(5'000);
  market.map.clear();
  CHECK(market.map.columns() == 0);
  CHECK(market.map.group() == 0);
  market.advance(6'000);
  market.update(6'500, {{1000, 1}});
  CHECK(market.map.columns() == 0);
  market.snapshot(0, {{100'000, 8}}, {{102'000, 1}});
  CHECK(market.map.columns() == 1);
  CHECK(market.map.group() == 10);
  CHECK(market.map.column(0).trades.empty());
  market.advance(10);
  CHECK(market.map.column(0).live_ms == 10);
  CHECK(market.bid(0, 10'000) == 8);
}

TEST_CASE("the heatmap equals adding up the book of every millisecond") {
  Random random{39};
  for (const std::int64_t group : {1, 3}) {
    auto config = exact(group, 12, 6);
    config.column_ms = 50;
    Market market{config};
    struct Sum {
      std::int64_t live = 0;
      std::optional<std::int64_t> first;
      std::map<std::pair<Side, std::int64_t>, std::int64_t> volume;
    };
    std::map<std::int64_t, Sum> model;
    std::int64_t now = 0;
    std::int64_t middle = 500;
    bool live = false;
    const auto levels = [&](Side side) {
      Levels out;
      for (auto left = random.uniform(4); left > 0; --left) {
        const auto away = static_cast<std::int64_t>(random.uniform(20));
        out.push_back({side == Side::bid ? middle - away : middle + 1 + away, static_cast<std::int64_t>(random.uniform(9))});
      }
      return out;
    };
    for (int step = 0; step < 3'000; ++step) {
      for (auto left = random.uniform(random.uniform(19) == 0 ? 400 : 15); left > 0; --left, ++now) {
        if (!live) continue;
        auto& sum = model[now / 50];
        ++sum.live;
        if (!sum.first && !market.book.empty()) {
          const auto bid = market.book.best(Side::bid);
          const auto ask = market.book.best(Side::ask);
          const auto twice = (bid ? bid->price : ask->price) + (ask ? ask->price : bid->price);
          sum.first = twice / (2 * group) - 6;
        }
        for (const auto side : {Side::bid, Side::ask})
          for (const auto& level : market.book.side(side)) {
            const auto bucket = side == Side::bid ? level.price / group : (level.price + group - 1) / group;
            sum.volume[{side, bucket}] += level.qty;
          }
      }
      middle += static_cast<std::int64_t>(random.uniform(4)) - 2;
      switch (random.uniform(7)) {
        case 0:
          market.pause(now);
          live = false;
          break;
        case 1:
          market.pause(now);
          market.snapshot(now, {{middle, 3}, {middle - 4, 5}}, {{middle + 1, 2}, {middle + 9, 8}});
          live = true;
          break;
        case 2: market.advance(now); break;
        default: market.update(now, levels(Side::bid), levels(Side::ask));
      }
      for (std::size_t age = 0; age < market.map.columns(); ++age) {
        const auto column = market.map.column(age);
        REQUIRE(column.index == now / 50 - static_cast<std::int64_t>(age));
        const auto& sum = model[column.index];
        REQUIRE(column.live_ms == sum.live);
        if (sum.first) REQUIRE(column.first == *sum.first);
        if (sum.live == 0) continue;
        for (std::size_t i = 0; i < 12; ++i)
          for (const auto side : {Side::bid, Side::ask}) {
            const auto at = sum.volume.find({side, column.first + static_cast<std::int64_t>(i)});
            const auto volume = at == sum.volume.end() ? 0 : at->second;
            REQUIRE((side == Side::bid ? column.bids : column.asks)[i] == static_cast<double>(volume) / static_cast<double>(sum.live));
          }
      }
    }
  }
}

TEST_CASE("heatmap intensity: the worked example and its edges") {
  CHECK(heatmap_intensity(3.8, 1, 5) == 179);
  CHECK(heatmap_intensity(1, 1, 5) == 1);
  CHECK(heatmap_intensity(0, 1, 5) == 1);
  CHECK(heatmap_intensity(5, 1, 5) == 255);
  CHECK(heatmap_intensity(1e300, 1, 5) == 255);
  CHECK(heatmap_intensity(2, 2, 2) == 255);
  CHECK(heatmap_intensity(1.9, 2, 2) == 1);
  CHECK(heatmap_intensity(3, 5, 3) == 255);
  CHECK(heatmap_intensity(0.5, 0, 1) == 128);
}

TEST_CASE("a picture shows columns from the oldest, buckets from the lowest, sides apart") {
  Market market{exact(1, 8)};
  market.snapshot(0, {{1000, 4}, {999, 2}}, {{1001, 5}});
  market.pause(1'000);
  market.advance(2'500);
  market.snapshot(2'500, {{1002, 4}}, {{1003, 3}});
  market.advance(2'600);
  HeatmapPicture picture;
  HeatmapWindow window;
  window.columns = 600;
  window.buckets = 6;
  window.first = 998;
  window.lo = 1;
  window.hi = 5;
  REQUIRE(market.map.intensities(window, picture) == Errc::ok);
  CHECK(picture.columns == 3);
  CHECK(picture.buckets == 6);
  CHECK(picture.first == 998);
  CHECK(picture.first_index == 0);
  CHECK(picture.lo == 1.0);
  CHECK(picture.hi == 5.0);
  // One column kept 996 ... 1003, the one without data shows nothing, the last kept 998 ... 1005.
  const auto two = heatmap_intensity(2, 1, 5);
  const auto three = heatmap_intensity(3, 1, 5);
  const auto four = heatmap_intensity(4, 1, 5);
  CHECK(picture.bids == std::vector<std::uint8_t>{1, two, four, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, four, 1});
  CHECK(picture.asks == std::vector<std::uint8_t>{1, 1, 1, 255, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, three});

  window.columns = 1;
  window.first = std::nullopt;  // around 1002: 999 ... 1004
  REQUIRE(market.map.intensities(window, picture) == Errc::ok);
  CHECK(picture.columns == 1);
  CHECK(picture.first == 999);
  CHECK(picture.first_index == 2);
  CHECK(picture.bids == std::vector<std::uint8_t>{1, 1, 1, four, 1, 1});

  window.first = 1004;  // half of it above what the column kept
  window.buckets = 4;
  REQUIRE(market.map.intensities(window, picture) == Errc::ok);
  CHECK(picture.asks == std::vector<std::uint8_t>{1, 1, 0, 0});
  window.first = 995;
  REQUIRE(market.map.intensities(window, picture) == Errc::ok);
  CHECK(picture.asks == std::vector<std::uint8_t>{0, 0, 0, 1});
}

TEST_CASE("a picture far away, or wider than what is kept, has no data there") {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  Market market{exact(1, 4)};
  market.snapshot(0, {{1000, 4}}, {{1001, 5}});
  market.advance(100);
  HeatmapPicture picture;
  HeatmapWindow window;
  window.buckets = 400;
  REQUIRE(market.map.intensities(window, picture) == Errc::ok);
  CHECK(picture.first == 800);
  CHECK(std::count(picture.bids.begin(), picture.bids.end(), 0) == 396);
  CHECK(picture.bids[198] == 1);  // the column begins at 998
  for (const auto first : {std::int64_t{1'002}, kMost, -kMost, std::int64_t{598}}) {
    window.first = first;
    REQUIRE(market.map.intensities(window, picture) == Errc::ok);
    CHECK(std::count(picture.bids.begin(), picture.bids.end(), 0) == 400);
    CHECK_FALSE(picture.lo);
    CHECK_FALSE(picture.hi);
  }
}

TEST_CASE("cut-offs are the 5th and 99th percentile of the cells in view that are not zero") {
  Market market{exact(1, 400)};
  Levels bids;
  Levels asks;
  for (std::int64_t i = 0; i < 100; ++i) bids.push_back({1000 - i, 1 + (i * 37) % 100});    // 1 ... 100
  for (std::int64_t i = 0; i < 100; ++i) asks.push_back({1001 + i, 101 + (i * 61) % 100});  // 101 ... 200
  market.snapshot(0, bids, asks);
  market.advance(100);
  HeatmapPicture picture;
  REQUIRE(market.map.intensities({}, picture) == Errc::ok);
  CHECK(picture.lo == 10.0);
  CHECK(picture.hi == 198.0);
  HeatmapWindow window;
  window.lo = 3;
  REQUIRE(market.map.intensities(window, picture) == Errc::ok);
  CHECK(picture.lo == 3.0);
  CHECK(picture.hi == 198.0);
  window.first = 1001;  // asks only
  window.buckets = 99;  // without the last, 101 + 6039 % 100 = 140
  window.lo = std::nullopt;
  REQUIRE(market.map.intensities(window, picture) == Errc::ok);
  CHECK(picture.lo == 105.0);  // ceil(4.95) = 5th
  CHECK(picture.hi == 200.0);  // ceil(98.01) = 99th
}

TEST_CASE("an empty live book is no liquidity, not missing data") {
  Market market{exact(1, 4)};
  market.snapshot(0, {{1000, 4}}, {{1001, 5}});
  market.update(0, {{1000, 0}}, {{1001, 0}});
  market.advance(100);
  HeatmapPicture picture;
  HeatmapWindow window;
  window.first = 0;
  window.buckets = 4;
  REQUIRE(market.map.intensities(window, picture) == Errc::ok);
  CHECK_FALSE(picture.lo);
  CHECK(picture.bids == std::vector<std::uint8_t>{1, 1, 1, 1});  // no column was placed yet: they begin at 0
}

TEST_CASE("a heatmap without a snapshot has an empty picture") {
  const Heatmap map{{}};
  CHECK(map.columns() == 0);
  HeatmapPicture picture;
  REQUIRE(map.intensities({}, picture) == Errc::ok);
  CHECK(picture.columns == 0);
  CHECK(picture.bids.empty());
}

TEST_CASE("the heatmap allocates nothing after the first snapshot, nor a picture of the same size") {
  Market market{exact(1, 40, 4)};
  market.snapshot(0, {{1000, 4}}, {{1001, 5}});
  HeatmapPicture picture;
  const Levels bids{{1000, 6}, {999, 1}};
  const Levels asks;
  market.update(1, bids);
  market.advance(10'000);
  REQUIRE(market.map.intensities({}, picture) == Errc::ok);
  const auto before = test::allocation_count();
  for (std::int64_t now = 10'000; now < 30'000; now += 700) {
    market.book.apply_update(bids, asks);
    market.map.observe({Millis{now}, Scales{1, 0}, market.shadow, market.book, bids, asks});
    market.map.trade(Millis{now}, kBuy, 1001, now);
    (void)market.map.intensities({}, picture);
  }
  const auto after = test::allocation_count();
  CHECK(before == after);
}

TEST_CASE("the heatmap refuses configurations and windows out of range") {
  const auto with = [](auto change) {
    HeatmapConfig config;
    change(config);
    return check(config);
  };
  CHECK(check(HeatmapConfig{}) == Errc::ok);
  CHECK(with([](auto& config) { config.column_ms = 0; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.column_ms = kMaxMillis + 1; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.columns = 0; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.columns = 601; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.buckets = 1; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.buckets = 401; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.group = 0; }) == Errc::config_invalid);

  const Heatmap map{{}};
  HeatmapPicture picture;
  const auto view = [&](auto change) {
    HeatmapWindow window;
    change(window);
    return map.intensities(window, picture);
  };
  CHECK(view([](auto& window) { window.columns = 0; }) == Errc::config_invalid);
  CHECK(view([](auto& window) { window.columns = 601; }) == Errc::config_invalid);
  CHECK(view([](auto& window) { window.buckets = 0; }) == Errc::config_invalid);
  CHECK(view([](auto& window) { window.buckets = 401; }) == Errc::config_invalid);
  CHECK(view([](auto& window) { window.lo = std::nan(""); }) == Errc::config_invalid);
  CHECK(view([](auto& window) { window.hi = HUGE_VAL; }) == Errc::config_invalid);
}
