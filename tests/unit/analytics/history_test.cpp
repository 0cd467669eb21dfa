#include "hadal/analytics/history.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "hadal/base/random.hpp"

using namespace hadal;

namespace {

using Numbers = std::vector<std::int64_t>;

OrderBook with_spread(std::int64_t spread) {
  OrderBook book{10};
  REQUIRE(book.apply_snapshot(std::vector<Level>{{1000, 1}}, std::vector<Level>{{1000 + spread, 1}}) == Errc::ok);
  return book;
}

OrderBook one_sided() {
  OrderBook book{10};
  REQUIRE(book.apply_snapshot(std::vector<Level>{{1000, 1}}, {}) == Errc::ok);
  return book;
}

std::vector<HistoryBucket> buckets(const HistoryStrip& strip) {
  std::vector<HistoryBucket> out;
  strip.buckets(out);
  return out;
}

/// last, min, max; nothing without data.
Numbers numbers(const std::optional<Extremes>& extremes) {
  if (!extremes) return {};
  return {static_cast<std::int64_t>(extremes->last), static_cast<std::int64_t>(extremes->min), static_cast<std::int64_t>(extremes->max)};
}

}  // namespace

TEST_CASE("history strip: the worked example") {
  HistoryStrip strip{{}};
  strip.observe(Millis{5'100}, with_spread(4));
  strip.observe(Millis{5'500}, with_spread(1));
  strip.observe(Millis{5'999}, with_spread(7));
  const auto all = buckets(strip);
  REQUIRE(all.size() == 1);
  CHECK(all[0].index == 5);
  CHECK(numbers(all[0].spread) == Numbers{7, 1, 7});
  CHECK(numbers(all[0].mid2) == Numbers{2007, 2001, 2007});
}

TEST_CASE("a bucket without a message repeats the last value, and the next one begins with it") {
  HistoryStrip strip{{}};
  strip.observe(Millis{0}, with_spread(4));
  strip.observe(Millis{100}, with_spread(7));
  strip.observe(Millis{3'500}, with_spread(3));
  const auto all = buckets(strip);
  REQUIRE(all.size() == 4);
  CHECK(numbers(all[0].spread) == Numbers{7, 4, 7});
  CHECK(numbers(all[1].spread) == Numbers{7, 7, 7});
  CHECK(numbers(all[2].spread) == Numbers{7, 7, 7});
  CHECK(numbers(all[3].spread) == Numbers{3, 3, 7});
  CHECK(all[3].index == 3);
}

TEST_CASE("a value that ends where a bucket begins was not seen in it") {
  for (const bool advanced : {false, true}) {
    HistoryStrip strip{{}};
    strip.observe(Millis{0}, with_spread(7));
    if (advanced) strip.advance(Millis{1'000});
    if (advanced) CHECK(numbers(buckets(strip).back().spread) == Numbers{7, 7, 7});  // it is being seen now
    strip.observe(Millis{1'000}, with_spread(3));
    CHECK(numbers(buckets(strip).back().spread) == Numbers{3, 3, 3});
    strip.pause(Millis{2'000});
    const auto all = buckets(strip);
    REQUIRE(all.size() == 3);
    CHECK(numbers(all[1].spread) == Numbers{3, 3, 3});
    CHECK_FALSE(all[2].spread);
  }
}

TEST_CASE("time that is not live is a gap") {
  HistoryStrip strip{{}};
  strip.observe(Millis{0}, with_spread(4));
  strip.pause(Millis{1'500});
  strip.advance(Millis{3'200});
  strip.observe(Millis{4'100}, with_spread(2));
  const auto all = buckets(strip);
  REQUIRE(all.size() == 5);
  CHECK(numbers(all[1].spread) == Numbers{4, 4, 4});  // live for a part of it
  CHECK_FALSE(all[2].spread);
  CHECK_FALSE(all[2].mid2);
  CHECK_FALSE(all[3].spread);
  CHECK(numbers(all[4].spread) == Numbers{2, 2, 2});
}

TEST_CASE("a book without a spread is a gap too, and negative spreads are numbers") {
  HistoryStrip strip{{}};
  strip.observe(Millis{0}, one_sided());
  strip.observe(Millis{1'000}, with_spread(-3));
  strip.observe(Millis{1'001}, one_sided());
  strip.advance(Millis{2'500});
  const auto all = buckets(strip);
  REQUIRE(all.size() == 3);
  CHECK_FALSE(all[0].spread);
  CHECK(numbers(all[1].spread) == Numbers{-3, -3, -3});
  CHECK_FALSE(all[2].spread);
}

TEST_CASE("nothing is there before a live book, nor after a clear") {
  HistoryStrip strip{{}};
  strip.advance(Millis{10'000});
  strip.pause(Millis{10'000});
  CHECK(buckets(strip).empty());
  strip.observe(Millis{20'000}, with_spread(1));
  CHECK(buckets(strip).size() == 1);
  strip.clear();
  strip.advance(Millis{30'000});
  CHECK(buckets(strip).empty());
  strip.observe(Millis{1'000}, with_spread(2));
  REQUIRE(buckets(strip).size() == 1);
  CHECK(buckets(strip)[0].index == 1);
}

TEST_CASE("the oldest bucket leaves a full strip, also at once") {
  HistoryStrip strip{{10, 3}};
  strip.observe(Millis{0}, with_spread(1));
  strip.observe(Millis{10}, with_spread(2));
  strip.observe(Millis{20}, with_spread(3));
  strip.observe(Millis{30}, with_spread(4));
  auto all = buckets(strip);
  REQUIRE(all.size() == 3);
  CHECK(all[0].index == 1);
  CHECK(numbers(all[2].spread) == Numbers{4, 4, 4});
  strip.advance(Millis{1'000'000'000'005});
  all = buckets(strip);
  REQUIRE(all.size() == 3);
  CHECK(all[0].index == 99'999'999'998);
  CHECK(all[2].index == 100'000'000'000);
  for (const auto& one : all) CHECK(numbers(one.spread) == Numbers{4, 4, 4});
}

TEST_CASE("a clock that goes back stands still for the history") {
  HistoryStrip strip{{}};
  strip.observe(Millis{5'000}, with_spread(4));
  strip.observe(Millis{1'000}, with_spread(9));
  strip.advance(Millis{0});
  const auto all = buckets(strip);
  REQUIRE(all.size() == 1);
  CHECK(all[0].index == 5);
  CHECK(numbers(all[0].spread) == Numbers{9, 4, 9});
}

TEST_CASE("times before zero have buckets as well") {
  HistoryStrip strip{{10, 5}};
  strip.observe(Millis{-11}, with_spread(4));
  strip.advance(Millis{1});
  const auto all = buckets(strip);
  REQUIRE(all.size() == 3);
  CHECK(all[0].index == -2);
  CHECK(all[1].index == -1);
  CHECK(all[2].index == 0);
}

TEST_CASE("the history equals looking at the book in every millisecond") {
  Random random{63};
  for (const HistoryConfig config : {HistoryConfig{10, 3'600}, HistoryConfig{7, 20}}) {
    HistoryStrip strip{config};
    std::map<std::int64_t, Numbers> model;
    const auto see = [&model](std::int64_t index, std::int64_t value) {
      auto& one = model[index];
      if (one.empty()) one = {value, value, value};
      one = {value, std::min(one[1], value), std::max(one[2], value)};
    };
    std::int64_t now = 0;
    strip.observe(Millis{now}, with_spread(1));
    bool live = true;
    std::int64_t spread = 1;
    see(0, 1);
    for (int step = 0; step < 1'500; ++step) {
      for (auto left = random.uniform(random.uniform(9) == 0 ? 60 : 6); left > 0; --left, ++now)
        if (live) see(now / config.bucket_ms, spread);
      switch (random.uniform(5)) {
        case 0:
          strip.pause(Millis{now});
          live = false;
          break;
        case 1: strip.advance(Millis{now}); break;
        default:
          live = true;
          spread = static_cast<std::int64_t>(random.uniform(30));
          strip.observe(Millis{now}, with_spread(spread));
          see(now / config.bucket_ms, spread);
      }
    }
    strip.advance(Millis{++now});
    if (live) see((now - 1) / config.bucket_ms, spread);
    auto all = buckets(strip);
    const auto newest = now / config.bucket_ms;
    REQUIRE(all.size() == std::min<std::size_t>(config.buckets, static_cast<std::size_t>(newest) + 1));
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto index = newest - static_cast<std::int64_t>(all.size() - 1 - i);
      REQUIRE(all[i].index == index);
      if (index == newest) continue;  // shows what is being seen, too
      REQUIRE(numbers(all[i].spread) == model[index]);
    }
  }
}

TEST_CASE("the history refuses configurations out of range") {
  CHECK(check(HistoryConfig{}) == Errc::ok);
  CHECK(check(HistoryConfig{1, 1}) == Errc::ok);
  CHECK(check(HistoryConfig{0, 1}) == Errc::config_invalid);
  CHECK(check(HistoryConfig{kMaxMillis + 1, 1}) == Errc::config_invalid);
  CHECK(check(HistoryConfig{1, 0}) == Errc::config_invalid);
  CHECK(check(HistoryConfig{1, 3'601}) == Errc::config_invalid);
}
