#include "hadal_sim/market.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "hadal_sim/agents.hpp"
#include "hadal_sim/text.hpp"

using namespace hadal::sim;

TEST_CASE("orders match at the best price first, and there the oldest first", "[sim]") {
  Market market;
  const auto first = market.limit(Side::sell, 101, 5);
  const auto second = market.limit(Side::sell, 101, 7);
  const auto worse = market.limit(Side::sell, 103, 9);
  market.clear_events();
  market.limit(Side::buy, 102, 8);
  REQUIRE(market.trades().size() == 2);
  CHECK(market.trades()[0].maker == first);
  CHECK(market.trades()[0].qty == 5);
  CHECK(market.trades()[1].maker == second);
  CHECK(market.trades()[1].qty == 3);
  CHECK(market.trades()[1].price == 101);
  CHECK(market.qty_at(Side::sell, 101) == 4);
  CHECK(market.levels(Side::buy).empty());
  REQUIRE(market.touches().size() == 1);  // one event a level
  CHECK(market.touches()[0].price == 101);

  market.clear_events();
  market.limit(Side::buy, 103, 20);  // takes everything and rests with what is left
  CHECK(market.levels(Side::sell).empty());
  CHECK(market.qty_at(Side::buy, 103) == 7);
  CHECK(market.touches().size() == 3);
  CHECK_FALSE(market.cancel(worse));
  CHECK(market.orders() == 1);
}

TEST_CASE("ranks, cancellations and market orders", "[sim]") {
  Market market;
  const auto a = market.limit(Side::buy, 100, 1);
  market.limit(Side::buy, 98, 2);
  market.limit(Side::buy, 99, 3);
  CHECK(market.rank(Side::buy, 100) == 0);
  CHECK(market.rank(Side::buy, 99) == 1);
  CHECK(market.rank(Side::buy, 98) == 2);
  CHECK(market.rank(Side::buy, 97) == 3);
  CHECK(market.rank(Side::buy, 101) == 0);
  CHECK(market.cancel(a));
  CHECK_FALSE(market.cancel(a));
  CHECK(market.at(Side::buy, 0).price == 99);
  CHECK(market.market(Side::sell, 10) == 5);
  CHECK(market.levels(Side::buy).empty());
  CHECK(market.market(Side::sell, 10) == 0);
}

TEST_CASE("agents keep a market that never crosses, with sums that are those of its orders", "[sim]") {
  Market market;
  Agents agents{market, Random{5}, {.mid = 10'000, .typical = 1'000, .levels = 40}};
  std::size_t trades = 0;
  for (int i = 0; i < 20'000; ++i) {
    agents.act();
    trades += market.trades().size();
    market.clear_events();
    for (const auto side : {Side::buy, Side::sell}) {
      const auto& levels = market.levels(side);
      REQUIRE(levels.size() >= 10);
      REQUIRE(levels.size() < 200);
      if (i % 500 != 0) continue;
      for (std::size_t at = 0; at < levels.size(); ++at) {
        std::int64_t sum = 0;
        for (const auto& order : levels[at].orders) sum += order.qty;
        REQUIRE(sum == levels[at].qty);
        REQUIRE(sum > 0);
        if (at > 0) REQUIRE((side == Side::buy ? levels[at - 1].price < levels[at].price : levels[at - 1].price > levels[at].price));
      }
    }
    REQUIRE(market.at(Side::buy, 0).price < market.at(Side::sell, 0).price);
  }
  CHECK(trades > 100);
}

TEST_CASE("tables are those of F-60", "[sim]") {
  constexpr Knot kBursts[] = {{0, 1},
                              {std::uint64_t{1} << 31, 2},
                              {(std::uint64_t{90} << 32) / 100, 7},
                              {(std::uint64_t{99} << 32) / 100, 22},
                              {std::uint64_t{1} << 32, 50}};
  const auto at = [&](double share) { return table_value(kBursts, 5, static_cast<std::uint64_t>(share * 4294967296.0)); };
  CHECK(at(0) == 1);
  CHECK(at(0.75) == 5);
  CHECK(at(0.95) == 15);
  CHECK(at(0.999) == 47);
}

TEST_CASE("the exchange's numbers, times and checksums", "[sim]") {
  std::string out;
  append_fixed(out, 5100, 8);
  append_fixed(out += ' ', 607004, 1);
  append_fixed(out += ' ', 0, 8);
  append_fixed(out += ' ', 42, 0);
  append_fixed(out += ' ', -429, 1);
  CHECK(out == "0.00005100 60700.4 0.00000000 42 -42.9");
  out.clear();
  append_time(out, 1'767'323'045'678'901);
  append_time(out += ' ', 951'825'599'000'005);
  CHECK(out == "2026-01-02T03:04:05.678901Z 2000-02-29T11:59:59.000005Z");
  CHECK(crc32("123456789") == 0xCBF43926u);
  CHECK(crc32("") == 0);
}
