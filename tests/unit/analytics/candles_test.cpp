#include "hadal/analytics/candles.hpp"

#include <catch2/catch.hpp>

using namespace hadal;

namespace {

Candle candle(std::optional<std::int64_t> interval, std::optional<std::int64_t> begin, std::int64_t close) {
  Candle out;
  out.symbol = "BTC/USD";
  out.interval = interval;
  out.interval_begin = begin;
  out.close = Decimal{close, 0};
  return out;
}

}  // namespace

TEST_CASE("a later begin shows that the candle before it is final") {
  CandleClock clock;
  CHECK_FALSE(clock.add(candle(1, 60, 10)));
  CHECK_FALSE(clock.add(candle(1, 60, 11)));
  const auto closed = clock.add(candle(1, 120, 20));
  REQUIRE(closed);
  CHECK(closed->interval_begin == 60);
  CHECK(closed->close == Decimal{11, 0});  // as it was last
  CHECK(closed->symbol == "BTC/USD");
  CHECK_FALSE(clock.add(candle(1, 120, 21)));
}

TEST_CASE("missing intervals are not invented") {
  CandleClock clock;
  CHECK_FALSE(clock.add(candle(1, 60, 10)));
  const auto closed = clock.add(candle(1, 600, 20));
  REQUIRE(closed);
  CHECK(closed->interval_begin == 60);
  CHECK(clock.add(candle(1, 660, 30))->interval_begin == 600);
}

TEST_CASE("intervals are told apart") {
  CandleClock clock;
  CHECK_FALSE(clock.add(candle(1, 60, 10)));
  CHECK_FALSE(clock.add(candle(5, 300, 10)));
  CHECK(clock.add(candle(1, 120, 20))->interval == 1);
  CHECK(clock.add(candle(5, 600, 20))->interval == 5);
}

TEST_CASE("older candles, and those without begin or interval, show nothing") {
  CandleClock clock;
  CHECK_FALSE(clock.add(candle(1, 120, 10)));
  CHECK_FALSE(clock.add(candle(1, 60, 99)));
  CHECK_FALSE(clock.add(candle(std::nullopt, 180, 99)));
  CHECK_FALSE(clock.add(candle(1, std::nullopt, 99)));
  CHECK(clock.add(candle(1, 180, 20))->close == Decimal{10, 0});
}

TEST_CASE("a cleared clock knows no candle") {
  CandleClock clock;
  CHECK_FALSE(clock.add(candle(1, 60, 10)));
  clock.clear();
  CHECK_FALSE(clock.add(candle(1, 120, 20)));
}

TEST_CASE("only so many intervals are remembered") {
  CandleClock clock;
  for (std::int64_t interval = 1; interval <= 17; ++interval) CHECK_FALSE(clock.add(candle(interval, 0, 1)));
  for (std::int64_t interval = 1; interval <= 16; ++interval) CHECK(clock.add(candle(interval, 60, 2)));
  CHECK_FALSE(clock.add(candle(17, 60, 2)));
}
