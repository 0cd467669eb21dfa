#include "hadal/analytics/depth_curve.hpp"

#include <limits>

#include "support/example_books.hpp"

using namespace hadal;
using namespace hadal::test;
using Values = std::vector<double>;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

DepthSteps steps(const OrderBook& book, Side side, DepthUnit unit) {
  DepthSteps out;
  out.points.resize(9);  // of an earlier use
  depth_steps(book, side, unit, out);
  return out;
}

void check_points(const DepthSteps& got, const std::vector<DepthPoint>& wanted) {
  REQUIRE(got.points.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CHECK(got.points[i].price == wanted[i].price);
    CHECK(got.points[i].total == wanted[i].total);
  }
}

DepthColumns columns(const OrderBook& book, const ColumnsRequest& request) {
  DepthColumns out;
  out.bids.assign(3, 7);
  REQUIRE(depth_columns(book, request, out) == Errc::ok);
  return out;
}

/// NaN equals NaN.
void check_values(const Values& got, Values wanted, double unit = 1) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("column " << i << ": " << got[i] << ", wanted " << wanted[i] * unit);
    CHECK((got[i] == wanted[i] * unit || (got[i] != got[i] && wanted[i] != wanted[i])));
  }
}

}  // namespace

TEST_CASE("depth steps: book E") {
  const double coin = kCoin;
  check_points(steps(book_e(), Side::bid, DepthUnit::base),
               {{1000, 0}, {1000, 2 * coin}, {999, 2 * coin}, {999, 5 * coin}, {995, 5 * coin}, {995, 10 * coin}});
  check_points(steps(book_e(), Side::ask, DepthUnit::quote),
               {{1001, 0}, {1001, 1001 * coin}, {1003, 1001 * coin}, {1003, 5013 * coin}, {1010, 5013 * coin}, {1010, 11073 * coin}});
}

TEST_CASE("depth steps: a cut side ends, a complete one goes on, an empty one is not there") {
  CHECK(steps(book_e(3), Side::bid, DepthUnit::base).cut);
  CHECK_FALSE(steps(book_e(), Side::bid, DepthUnit::base).cut);
  const auto empty = steps(book_e_bids(), Side::ask, DepthUnit::base);
  CHECK(empty.points.empty());
  CHECK_FALSE(empty.cut);
}

TEST_CASE("depth steps: money beyond 127 bits ends the curve") {
  const auto book = book_of({{kHuge, kHuge}, {kHuge - 1, kHuge}, {kHuge - 2, kHuge}}, {});
  const auto quote = steps(book, Side::bid, DepthUnit::quote);
  CHECK(quote.cut);
  const double square = 9'223'372'036'854'775'808.0 * 9'223'372'036'854'775'808.0;
  check_points(quote, {{kHuge, 0}, {kHuge, square}, {kHuge - 1, square}, {kHuge - 1, 2 * square}});
  const auto base = steps(book, Side::bid, DepthUnit::base);
  CHECK_FALSE(base.cut);
  REQUIRE(base.points.size() == 6);
  CHECK(base.points[5].total == 3 * 9'223'372'036'854'775'808.0);
}

TEST_CASE("depth heights: linear and over three decades") {
  CHECK(depth_fraction(5, 11, DepthScale::linear) == digits(0.454545455));
  CHECK(depth_fraction(5, 11, DepthScale::log) == digits(0.886049035));
  for (const auto scale : {DepthScale::linear, DepthScale::log}) {
    CHECK(depth_fraction(0, 11, scale) == 0.0);
    CHECK(depth_fraction(11, 11, scale) == 1.0);
    CHECK(depth_fraction(0, 0, scale) == 0.0);
    CHECK(depth_fraction(1e38, 1e38, scale) == 1.0);
    CHECK(depth_fraction(1e-300, 1e38, scale) == digits(0));
  }
}

TEST_CASE("depth columns: book E from 99.0 to 101.2") {
  const auto got = columns(book_e(3), {11, 990, 1012});
  check_values(got.bids, {kNone, kNone, 10, 5, 5, 2, 0, 0, 0, 0, 0}, kCoin);
  check_values(got.asks, {0, 0, 0, 0, 0, 1, 5, 5, 5, 5, 11}, kCoin);
  check_values(got.bid_cost, {kNone, kNone, 9972, 4997, 4997, 2000, 0, 0, 0, 0, 0}, kCoin);
  check_values(got.ask_cost, {0, 0, 0, 0, 0, 1001, 5013, 5013, 5013, 5013, 11073}, kCoin);
}

TEST_CASE("depth columns: beyond the worst level a complete side is flat, a cut one unknown") {
  const auto complete = columns(book_e(), {5, 980, 1030});
  check_values(complete.bids, {10, 10, 2, 0, 0}, kCoin);
  check_values(complete.asks, {0, 0, 5, 11, 11}, kCoin);
  const auto cut = columns(book_e(3), {5, 980, 1030});
  check_values(cut.bids, {kNone, 10, 2, 0, 0}, kCoin);
  check_values(cut.asks, {0, 0, 5, 11, kNone}, kCoin);
}

TEST_CASE("depth columns: what lies between the view and mid is included") {
  const auto left = columns(book_e(), {2, 900, 1000});  // all bids but the best; the best at the open end
  check_values(left.bids, {10, 10}, kCoin);
  check_values(left.asks, {0, 0});
  const auto right = columns(book_e(), {2, 1005, 1007});
  check_values(right.bids, {0, 0});
  check_values(right.asks, {5, 5}, kCoin);
  const auto inside = columns(book_e(3), {2, 996, 998});
  check_values(inside.bids, {5, 5}, kCoin);
}

TEST_CASE("depth columns: a view wholly beyond a cut side knows nothing of it") {
  const auto left = columns(book_e(3), {3, 900, 950});
  check_values(left.bids, {kNone, kNone, kNone});
  check_values(left.bid_cost, {kNone, kNone, kNone});
  check_values(left.asks, {0, 0, 0});
  const auto right = columns(book_e(3), {3, 1011, 1100});
  check_values(right.asks, {kNone, kNone, kNone});
  check_values(right.ask_cost, {kNone, kNone, kNone});
  check_values(right.bids, {0, 0, 0});
}

TEST_CASE("depth columns: an empty side is 0 everywhere") {
  const auto got = columns(book_e_bids(), {2, 990, 1012});
  check_values(got.asks, {0, 0});
  check_values(got.ask_cost, {0, 0});
  check_values(columns(OrderBook{10}, {1, 1, 2}).bids, {0});
}

TEST_CASE("depth columns: more columns than ticks, and the most there may be") {
  check_values(columns(book_of({{11, 3}}, {{12, 4}}), {8, 10, 14}).bids, {3, 3, 3, 0, 0, 0, 0, 0});
  check_values(columns(book_of({{11, 3}}, {{12, 4}}), {8, 10, 14}).asks, {0, 0, 0, 0, 4, 4, 4, 4});
  const auto most = columns(book_e(), {kMaxColumns, 990, 1012});
  CHECK(most.asks.size() == kMaxColumns);
  CHECK(most.asks.back() == 11.0 * kCoin);
  CHECK(most.bids.front() == 10.0 * kCoin);
}

TEST_CASE("depth columns: an empty view or no columns are refused, and the result stays") {
  DepthColumns out;
  out.asks = {7};
  for (const auto& wrong : {ColumnsRequest{0, 1, 2}, ColumnsRequest{kMaxColumns + 1, 1, 2}, ColumnsRequest{5, 2, 2},
                            ColumnsRequest{5, 3, 2}, ColumnsRequest{5, kHuge, INT64_MIN}})
    CHECK(depth_columns(book_e(), wrong, out) == Errc::config_invalid);
  CHECK(out.asks == Values{7});
  CHECK(out.bids.empty());
}

TEST_CASE("depth columns: the widest view, the largest prices, money beyond 127 bits") {
  const auto all = columns(book_e(), {2, INT64_MIN, kHuge});
  check_values(all.bids, {10, 10}, kCoin);
  check_values(all.asks, {0, 11}, kCoin);
  const double huge = 9'223'372'036'854'775'808.0;
  const auto book = book_of({{kHuge, kHuge}, {kHuge - 1, kHuge}, {kHuge - 2, kHuge}}, {});
  const auto got = columns(book, {3, kHuge - 3, kHuge});
  check_values(got.bids, {3 * huge, 3 * huge, 2 * huge});
  check_values(got.bid_cost, {kNone, kNone, 2 * huge * huge});
}
