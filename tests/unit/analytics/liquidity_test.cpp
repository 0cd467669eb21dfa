#include "hadal/analytics/liquidity.hpp"

#include <limits>

#include "support/example_books.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

PressureSignal signal(std::int64_t bids, std::int64_t asks) { return pressure(book_of({{1, bids}}, {{2, asks}}), {}).signal; }

std::vector<Level> in_band(const OrderBook& book, Side side, std::int64_t ppm) {
  std::vector<Level> out{{7, 7}};
  REQUIRE(band(book, side, ppm, out) == Errc::ok);
  return out;
}

}  // namespace

TEST_CASE("sums: beyond 128 bits there is no value, now or later") {
  constexpr Int128 kMost = static_cast<Int128>(~UInt128{0} >> 1);
  constexpr Int128 kLeast = -kMost - 1;
  CHECK(checked_add(kMost - 1, 1) == kMost);
  CHECK_FALSE(checked_add(kMost, 1));
  CHECK(checked_add(kLeast, kMost) == Int128{-1});
  CHECK_FALSE(checked_add(kLeast, -1));
  CHECK(checked_multiply(kHuge, kHuge) == Int128{kHuge} * kHuge);
  CHECK(checked_multiply(kMost / 2, 2) == kMost - 1);
  CHECK_FALSE(checked_multiply(kMost / 2 + 1, 2));
  CHECK_FALSE(checked_multiply(kLeast, -1));
  CHECK(checked_multiply(kLeast, 1) == kLeast);
  CheckedSum sum;
  CHECK(sum.value() == Int128{0});
  sum.add(kMost);
  sum.add_product(2, -3);
  CHECK(sum.value() == kMost - 6);
  sum.add_product(7, 1);
  CHECK_FALSE(sum.value());
  sum.add(-1);
  CHECK_FALSE(sum.value());
  CheckedSum none;
  none.add(std::nullopt);
  none.add(1);
  CHECK_FALSE(none.value());
}

TEST_CASE("imbalance and bid share: book E") {
  const auto book = book_e();
  CHECK(imbalance(book, 1) == digits(0.333333333));
  CHECK(imbalance(book, 3) == digits(-0.047619048));
  CHECK(imbalance(book) == imbalance(book, 3));
  CHECK(imbalance(book, 0) == imbalance(book, 3));
  CHECK(bid_share(book, 1) == digits(0.666666667));
  CHECK(bid_share(book, 3) == 10.0 / 21);
}

TEST_CASE("imbalance and bid share: empty sides") {
  CHECK(imbalance(OrderBook{10}) == 0.0);
  CHECK(bid_share(OrderBook{10}) == 0.5);
  CHECK(imbalance(book_e_bids()) == 1.0);
  CHECK(bid_share(book_e_bids()) == 1.0);
  CHECK(imbalance(book_e_asks()) == -1.0);
  CHECK(bid_share(book_e_asks()) == 0.0);
}

TEST_CASE("imbalance looks at the ten best levels, or at all of them") {
  std::vector<Level> bids;
  for (std::int64_t i = 0; i < 12; ++i) bids.push_back({100 - i, i < 10 ? 1 : 45});
  const auto book = book_of(bids, {{200, 10}});
  CHECK(imbalance(book) == 0.0);
  CHECK(imbalance(book, 0) == 90.0 / 110);
  CHECK(imbalance(book, 11) == 45.0 / 65);
}

TEST_CASE("the average price of a side: book E") {
  const auto book = book_e();
  CHECK(*side_vwap(book, Side::bid, 3) / 10 == digits(99.720000000));
  CHECK(*side_vwap(book, Side::ask, 3) / 10 == digits(100.663636364));
  CHECK(side_vwap(book, Side::ask, 1) == 1001.0);
  CHECK_FALSE(side_vwap(book_e_bids(), Side::ask));
  CHECK_FALSE(side_vwap(OrderBook{10}, Side::bid, 0));
}

TEST_CASE("the average price of a side: none beyond 127 bits, right up to there") {
  const auto book = book_of({{kHuge, kHuge}, {kHuge - 1, kHuge}, {kHuge - 2, kHuge}}, {{kHuge, 1}});
  CHECK(side_vwap(book, Side::bid, 2) == 9'223'372'036'854'775'808.0);
  CHECK_FALSE(side_vwap(book, Side::bid, 3));
  const auto metrics = imbalance_metrics(book);
  CHECK_FALSE(metrics.bid_vwap);
  CHECK(metrics.ask_vwap == 9'223'372'036'854'775'808.0);
  CHECK(metrics.bid_qty == Int128{3} * kHuge);
  CHECK(metrics.imbalance == 1.0);  // to the nearest double
}

TEST_CASE("imbalance metrics hold all of it") {
  const auto metrics = imbalance_metrics(book_e(), 2);
  CHECK(metrics.imbalance == 0.0);
  CHECK(metrics.bid_share == 0.5);
  CHECK(metrics.bid_qty == 5 * kCoin);
  CHECK(metrics.ask_qty == 5 * kCoin);
  CHECK(metrics.bid_levels == 2);
  CHECK(metrics.ask_levels == 2);
  CHECK(metrics.bid_vwap == 4997.0 / 5);
  CHECK(metrics.ask_vwap == 5013.0 / 5);
  const auto empty = imbalance_metrics(OrderBook{10});
  CHECK(empty.imbalance == 0.0);
  CHECK(empty.bid_share == 0.5);
  CHECK(empty.bid_qty == 0);
  CHECK(empty.ask_levels == 0);
  CHECK_FALSE(empty.bid_vwap);
}

TEST_CASE("weighted imbalance: book E") {
  const auto book = book_e();
  CHECK(weighted_imbalance(book, 3, Weighting::distance) == digits(0.162129965));
  CHECK(weighted_imbalance(book, 3, Weighting::rank) == digits(1.0 / 61, 15));  // 2 + 3/2 + 5/3 against 1 + 4/2 + 6/3
  CHECK(weighted_imbalance(book, 3, Weighting::none) == imbalance(book, 3));
  CHECK(weighted_imbalance(book, 1, Weighting::distance) == digits(1.0 / 3, 15));  // both as far from mid
}

TEST_CASE("weighted imbalance: without a mid by rank, in a crossed book no weight above 1, in an empty one 0") {
  CHECK(weighted_imbalance(book_e_bids(), 0, Weighting::distance) == 1.0);
  CHECK(weighted_imbalance(book_e_asks(), 0, Weighting::rank) == -1.0);
  for (const auto weighting : {Weighting::none, Weighting::distance, Weighting::rank})
    CHECK(weighted_imbalance(OrderBook{10}, 10, weighting) == 0.0);
  const auto crossed = book_of({{1100, 3}}, {{1000, 1}});
  CHECK(weighted_imbalance(crossed, 1, Weighting::distance) == 0.5);
}

TEST_CASE("pressure: book E") {
  PressureConfig config;
  config.levels = 3;
  const auto plain = pressure(book_e(), kExampleScales, config);
  CHECK(plain.score == digits(-0.047619048));
  CHECK(plain.signal == PressureSignal::neutral);
  CHECK(plain.confidence == digits(0.020611237));
  config.weighting = Weighting::distance;
  const auto weighted = pressure(book_e(), kExampleScales, config);
  CHECK(weighted.score == digits(0.162129965));
  CHECK(weighted.confidence == plain.confidence);
}

TEST_CASE("pressure: a threshold itself is not beyond it") {
  CHECK(signal(3, 2) == PressureSignal::neutral);  // 0.2
  CHECK(signal(300'001, 200'000) == PressureSignal::weak_buy);
  CHECK(signal(3, 1) == PressureSignal::weak_buy);  // 0.5
  CHECK(signal(300'001, 100'000) == PressureSignal::strong_buy);
  CHECK(signal(2, 3) == PressureSignal::neutral);
  CHECK(signal(200'000, 300'001) == PressureSignal::weak_sell);
  CHECK(signal(1, 3) == PressureSignal::weak_sell);
  CHECK(signal(100'000, 300'001) == PressureSignal::strong_sell);
  CHECK(name(PressureSignal::strong_sell) == "strong_sell");
  CHECK(name(PressureSignal::weak_sell) == "weak_sell");
  CHECK(name(PressureSignal::neutral) == "neutral");
  CHECK(name(PressureSignal::weak_buy) == "weak_buy");
  CHECK(name(PressureSignal::strong_buy) == "strong_buy");
}

TEST_CASE("pressure: confidence is one half at its reference value, at any scale") {
  CHECK(pressure(book_of({{1, 60'000}}, {{2, 20'000}}), {0, 0}).confidence == 0.5);
  CHECK(pressure(book_of({{1'000'000'000, 60'000}}, {{2'000'000'000, 20'000}}), {9, 0}).confidence == 0.5);
  PressureConfig config;
  config.half_confidence = 2;
  CHECK(pressure(book_of({{1'000'000'000'000'000'000, 1'000'000'000'000'000'000}}, {{1'000'000'000'000'000'001, 999'999'999'999'999'999}}),
                 {18, 18}, config)
            .confidence == 0.5);
}

TEST_CASE("pressure: nothing rests, or too much to say") {
  const auto empty = pressure(OrderBook{10}, kExampleScales);
  CHECK(empty.score == 0.0);
  CHECK(empty.signal == PressureSignal::neutral);
  CHECK(empty.confidence == 0.0);
  const auto huge = pressure(book_of({{kHuge - 1, kHuge}, {kHuge - 2, kHuge}}, {{kHuge, kHuge}}), {});
  CHECK(huge.score == 1.0 / 3);
  CHECK(huge.signal == PressureSignal::weak_buy);
  CHECK_FALSE(huge.confidence);
}

TEST_CASE("pressure: settings out of order are refused") {
  CHECK(check(PressureConfig{}) == Errc::ok);
  const auto with = [](auto change) {
    PressureConfig config;
    change(config);
    return check(config);
  };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  for (const double weak : {0.0, -0.2, 0.5, 0.6, kNan, kInfinite, -kInfinite})
    CHECK(with([&](auto& config) { config.weak = weak; }) == Errc::config_invalid);
  for (const double strong : {1.0, 1.5, 0.2, 0.1, -0.5, kNan, kInfinite})
    CHECK(with([&](auto& config) { config.strong = strong; }) == Errc::config_invalid);
  for (const double bad : {0.0, -1.0, kNan, kInfinite}) {
    CHECK(with([&](auto& config) { config.lambda_bps = bad; }) == Errc::config_invalid);
    CHECK(with([&](auto& config) { config.half_confidence = bad; }) == Errc::config_invalid);
  }
  CHECK(with([&](auto& config) { config.weak = 0.49; }) == Errc::ok);
  CHECK(with([&](auto& config) { config.lambda_bps = 1e-9; }) == Errc::ok);
}

TEST_CASE("band: book E within 0.2 percent") {
  const auto book = book_e();
  CHECK(in_band(book, Side::bid, 2'000) == std::vector<Level>{{1000, 2 * kCoin}, {999, 3 * kCoin}});
  CHECK(in_band(book, Side::ask, 2'000) == std::vector<Level>{{1001, kCoin}});
}

TEST_CASE("band: both ends belong to it") {
  const auto book = book_of({{999, 1}}, {{1001, 1}});
  CHECK(in_band(book, Side::bid, 1'000).size() == 1);
  CHECK(in_band(book, Side::ask, 1'000).size() == 1);
  CHECK(in_band(book, Side::bid, 999).empty());
  CHECK(in_band(book, Side::ask, 999).empty());
  CHECK(within_band(999, 2000, 1'000));
  CHECK_FALSE(within_band(998, 2000, 1'000));
  CHECK_FALSE(within_band(1002, 2000, 1'000));
  CHECK(within_band(1000, 2000, 0));
  CHECK_FALSE(within_band(1000, 2001, 0));
}

TEST_CASE("band: no width, the whole width, widths that are none") {
  CHECK(in_band(book_e(), Side::bid, 0).empty());
  CHECK(in_band(book_of({{1000, 5}, {999, 1}}, {{1000, 6}}), Side::bid, 0) == std::vector<Level>{{1000, 5}});
  const auto wide = book_of({{1000, 1}, {1, 1}}, {{1002, 1}, {2002, 1}, {2003, 1}});
  CHECK(in_band(wide, Side::bid, 1'000'000).size() == 2);
  CHECK(in_band(wide, Side::ask, 1'000'000).size() == 2);
  std::vector<Level> out{{7, 7}};
  CHECK(band(wide, Side::ask, -1, out) == Errc::config_invalid);
  CHECK(band(wide, Side::ask, 1'000'001, out) == Errc::config_invalid);
  CHECK(out == std::vector<Level>{{7, 7}});
}

TEST_CASE("band: none without a mid; a crossed book's best levels may lie outside") {
  CHECK(in_band(book_e_bids(), Side::bid, 1'000'000).empty());
  CHECK_FALSE(band_liquidity(book_e_asks(), 1'000));
  CHECK_FALSE(band_liquidity(OrderBook{10}, 1'000));
  const auto crossed = book_of({{1100, 1}, {1001, 2}, {900, 3}}, {{900, 4}, {999, 5}, {1100, 6}});
  CHECK(in_band(crossed, Side::bid, 1'000) == std::vector<Level>{{1001, 2}});
  CHECK(in_band(crossed, Side::ask, 1'000) == std::vector<Level>{{999, 5}});
  CHECK(in_band(crossed, Side::bid, 500).empty());
  const auto liquidity = band_liquidity(crossed, 1'000);
  REQUIRE(liquidity);
  CHECK(liquidity->bid_qty == 2);
  CHECK(liquidity->ask_notional == Int128{4'995});
}

TEST_CASE("band liquidity: book E within 0.2 percent") {
  const auto got = band_liquidity(book_e(3), 2'000);
  REQUIRE(got);
  CHECK(got->ppm == 2'000);
  CHECK(got->bid_qty == 5 * kCoin);
  CHECK(got->ask_qty == kCoin);
  CHECK(got->bid_notional == Int128{4'997} * kCoin);
  CHECK(got->ask_notional == Int128{1'001} * kCoin);
  CHECK(got->imbalance == digits(0.666666667));
  CHECK_FALSE(got->truncated_bid);
  CHECK_FALSE(got->truncated_ask);
}

TEST_CASE("band liquidity: a lower bound where a cut side ends inside the band") {
  // Bid 995 lies 11 half ticks from mid, 5497.25 ppm; ask 1010 lies 19, 9495.25 ppm.
  const auto narrow = band_liquidity(book_e(3), 5'497);
  CHECK_FALSE(narrow->truncated_bid);
  const auto wide = band_liquidity(book_e(3), 5'498);
  CHECK(wide->truncated_bid);
  CHECK_FALSE(wide->truncated_ask);
  CHECK(band_liquidity(book_e(3), 9'496)->truncated_ask);
  const auto complete = band_liquidity(book_e(), 10'000);
  CHECK_FALSE(complete->truncated_bid);
  CHECK_FALSE(complete->truncated_ask);
  CHECK(complete->imbalance == -1.0 / 21);
  const auto exact = band_liquidity(book_of({{999, 1}}, {{1001, 1}}, 1), 1'000);
  CHECK(exact->truncated_bid);
  CHECK(exact->truncated_ask);
}

TEST_CASE("band liquidity: an empty band is balanced; money beyond 127 bits has no value") {
  const auto empty = band_liquidity(book_e(), 0);
  REQUIRE(empty);
  CHECK(empty->bid_qty == 0);
  CHECK(empty->bid_notional == Int128{0});
  CHECK(empty->imbalance == 0.0);
  const auto huge = band_liquidity(book_of({{kHuge - 1, kHuge}, {kHuge - 2, kHuge}, {kHuge - 3, kHuge}}, {{kHuge, 1}}), 1'000);
  REQUIRE(huge);
  CHECK(huge->bid_qty == Int128{3} * kHuge);
  CHECK_FALSE(huge->bid_notional);
  CHECK(huge->ask_notional == Int128{kHuge});
}
