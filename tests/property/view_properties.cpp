// Every view against its naive reference, over books of all kinds: empty, one-sided, crossed, cut, with the smallest and the largest
// numbers. Doubles are compared bit for bit: the formulas fix each operation (formulas.md, Conventions).

#include <rapidcheck.h>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <set>

#include "hadal/analytics/axis.hpp"
#include "hadal/analytics/crosshair.hpp"
#include "hadal/analytics/depth_curve.hpp"
#include "hadal/analytics/fill.hpp"
#include "hadal/analytics/first_view.hpp"
#include "hadal/analytics/ladder.hpp"
#include "hadal/analytics/liquidity.hpp"
#include "hadal/analytics/ln.hpp"
#include "hadal/analytics/top_of_book.hpp"
#include "hadal/base/digest.hpp"
#include "hadal/base/random.hpp"
#include "hadal/book/order_book.hpp"
#include "support/naive_views.hpp"

namespace {

using namespace hadal;
using test::naive::Wide;

constexpr std::int64_t kHuge = INT64_MAX;

struct Case {
  test::naive::Book book;
  std::int64_t low = 1;  ///< prices are from here
  std::int64_t high = 1;

  [[nodiscard]] OrderBook real() const {
    OrderBook out{book.depth};
    RC_ASSERT(out.apply_snapshot(book.bids, book.asks) == Errc::ok);
    return out;
  }
};
void showValue(const Case& value, std::ostream& out) {
  out << "depth " << value.book.depth;
  for (const auto side : {Side::bid, Side::ask}) {
    out << (side == Side::bid ? ", bids" : ", asks");
    for (const auto& level : value.book.side(side)) out << ' ' << level.price << 'x' << level.qty;
  }
}

/// As rc::check(), with more cases, and the same in every run unless RC_PARAMS says otherwise.
template <class Property>
bool check(const std::string& name, const Property& property) {
  using namespace rc::detail;
  auto params = configuration().testParams;
  if (std::getenv("RC_PARAMS") == nullptr) {
    Digest seed;
    seed.add(name);
    params.seed = seed.value();
    params.maxSuccess = 1000;
  }
  std::cerr << "\n- " << name << '\n';
  const auto result = checkTestable(property, TestMetadata{name, name}, params);
  printResultMessage(result, std::cerr);
  std::cerr << '\n';
  return result.template is<SuccessResult>();
}

// --- random input; both ends of a range are included ---

std::int64_t any_in(std::int64_t low, std::int64_t high) {
  return *rc::gen::weightedOneOf<std::int64_t>({{8, high == kHuge ? rc::gen::inRange(low, high) : rc::gen::inRange(low, high + 1)},
                                                {1, rc::gen::just(low)},
                                                {1, rc::gen::just(high)}});
}

/// Few levels, which shrink, or as many as the depth allows.
std::vector<Level> any_side(Side side, std::size_t depth, std::int64_t low, std::int64_t high, std::int64_t least, std::int64_t most) {
  std::set<std::int64_t> prices;
  enum class Kind { empty, few, full };
  const auto kind = *rc::gen::weightedElement<Kind>({{1, Kind::empty}, {5, Kind::few}, {3, Kind::full}});
  const bool full = kind == Kind::full;
  if (full) {
    Random random{*rc::gen::arbitrary<std::uint64_t>()};
    const auto width = static_cast<std::uint64_t>(high - low);
    for (std::size_t i = 0; i < depth; ++i) prices.insert(low + static_cast<std::int64_t>(random.uniform(width)));
    if (width < 4 * depth)  // a narrow range may hold fewer
      for (std::uint64_t i = 0; i <= width && prices.size() < depth; ++i) prices.insert(low + static_cast<std::int64_t>(i));
  } else if (kind == Kind::few) {
    const auto count = *rc::gen::inRange<std::size_t>(1, std::min<std::size_t>(depth, 14) + 1);
    for (std::size_t i = 0; i < count; ++i) prices.insert(any_in(low, high));
  }
  std::vector<Level> out;
  Random sizes{*rc::gen::arbitrary<std::uint64_t>()};
  for (const auto price : prices)
    out.push_back(
        {price, full ? least + static_cast<std::int64_t>(sizes.uniform(static_cast<std::uint64_t>(most - least))) : any_in(least, most)});
  if (side == Side::bid) std::reverse(out.begin(), out.end());
  return out;
}

rc::Gen<Case> books() {
  const auto any = rc::gen::exec([] {
    using Range = std::pair<std::int64_t, std::int64_t>;
    Case out;
    out.book.depth = *rc::gen::element<std::size_t>(10, 10, 25, 1000);
    const auto prices = *rc::gen::elementOf(std::vector<Range>{{1, 30}, {900, 1100}, {590'000, 610'000}, {1, kHuge}, {kHuge - 80, kHuge}});
    const auto sizes = *rc::gen::elementOf(std::vector<Range>{{1, 4}, {1, 1'000'000'000'000}, {1, kHuge}, {kHuge - 3, kHuge}});
    std::tie(out.low, out.high) = prices;
    const auto middle = out.low + (out.high - out.low) / 2;
    const bool overlap = *rc::gen::weightedElement<bool>({{4, false}, {1, true}});
    out.book.bids = any_side(Side::bid, out.book.depth, out.low, overlap ? out.high : middle, sizes.first, sizes.second);
    out.book.asks = any_side(Side::ask, out.book.depth, overlap ? out.low : middle + 1, out.high, sizes.first, sizes.second);
    return out;
  });
  return rc::gen::resize(rc::kNominalSize, any);  // else the first books are all small
}

/// A price in a book's range or a little outside.
std::int64_t any_price(const Case& of) {
  const auto room = (of.high - of.low) / 8 + 3;
  return any_in(of.low - room, of.high > kHuge - room ? kHuge : of.high + room);
}

std::size_t any_count() { return *rc::gen::element<std::size_t>(0, 1, 2, 3, 5, 10, 25, 1000, 5000); }

std::int64_t any_group() {
  return *rc::gen::oneOf(rc::gen::just<std::int64_t>(1), rc::gen::inRange<std::int64_t>(2, 60), rc::gen::inRange<std::int64_t>(2, 10'000),
                         rc::gen::inRange(kHuge / 2, kHuge), rc::gen::just(kHuge));
}

/// Small, of a level's order, or far too large.
Wide any_amount(Wide around) {
  const auto part = Wide{*rc::gen::inRange<std::int64_t>(0, 2'000'000)};
  switch (*rc::gen::inRange(0, 4)) {
    case 0: return 1 + part % 50;
    case 1: return 1 + std::min(around, test::naive::kMost / 4) / 1'000'000 * part + part;
    case 2: return std::max<Wide>(1, std::min(around, test::naive::kMost - 9) + part % 7 - 3);
    default: return test::naive::kMost - part % 3;
  }
}

// --- equality ---

bool same(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b); }
bool same(std::optional<double> a, std::optional<double> b) { return a.has_value() == b.has_value() && (!a || same(*a, *b)); }
bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return same(x, y); });
}

void check_rows(const std::vector<LadderRow>& rows, const std::vector<test::naive::Row>& wanted) {
  RC_ASSERT(rows.size() == wanted.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const auto& want = wanted[i];
    RC_ASSERT(row.bucket.price == want.bucket.price);
    RC_ASSERT(row.bucket.qty == want.qty);
    RC_ASSERT(row.bucket.levels == want.bucket.levels.size());
    RC_ASSERT(row.bucket.partial == want.bucket.partial);
    RC_ASSERT(row.bucket.notional == test::naive::notional_sum(want.bucket.levels));
    RC_ASSERT(same(row.share, want.share));
    RC_ASSERT(row.cumulative == want.cumulative);
    RC_ASSERT(same(row.cumulative_percent, want.cumulative_percent));
    RC_ASSERT(same(row.cum_vs_max, want.cum_vs_max));
    RC_ASSERT(row.cost == want.cost);
    RC_ASSERT(row.distance == want.distance);
    RC_ASSERT(same(row.distance_bps, want.distance_bps));
  }
}

void check_fill(const Fill& got, const test::naive::Fill& want) {
  RC_ASSERT(got.filled == want.filled);
  RC_ASSERT(got.cost == want.cost);
  RC_ASSERT(same(got.vwap, want.vwap));
  RC_ASSERT(got.worst == want.worst);
  RC_ASSERT(got.levels == want.levels);
  RC_ASSERT(got.complete == want.complete);
  RC_ASSERT(got.cut == want.cut);
  RC_ASSERT(got.unspent == want.unspent);
  RC_ASSERT(same(got.slippage_bps, want.slippage_bps));
  RC_ASSERT(same(got.worst_bps, want.worst_bps));
}

void check_reading(const DepthReading& got, const test::naive::Reading& want) {
  RC_ASSERT(got.beyond == want.beyond);
  RC_ASSERT(got.total == want.total);
  RC_ASSERT(got.cost == want.cost);
}

Side other(Side side) { return side == Side::bid ? Side::ask : Side::bid; }

bool book_properties() {
  namespace naive = test::naive;
  bool passed = true;
  passed &= check("top of book and totals are the naive ones (F-2, F-3, F-5, F-9, F-30, F-33)", [] {
    const auto of = *books();
    const auto book = of.real();
    RC_ASSERT(book.mid2() == of.book.mid2());
    RC_ASSERT(book.spread() == of.book.spread());
    RC_ASSERT(same(spread_bps(book), naive::spread_bps(of.book)));
    RC_ASSERT(same(spread_percent_of_ask(book), naive::spread_percent(of.book)));
    RC_ASSERT(same(microprice(book), naive::microprice(of.book)));
    for (const auto side : {Side::bid, Side::ask}) {
      const auto total = book.total(side);
      RC_ASSERT(total.qty == naive::qty_sum(of.book.side(side)));
      RC_ASSERT(total.notional == naive::notional_sum(of.book.side(side)));
      RC_ASSERT(total.cut == of.book.cut(side));
    }
  });
  passed &= check("a ladder's rows are the naive ones (F-4, F-6, F-7, F-8)", [] {
    const auto of = *books();
    const auto rows = any_count();
    const auto group = any_group();
    const auto increment = *rc::gen::element<std::int64_t>(1, 1, 5, 10);
    const auto book = of.real();
    Ladder out;
    const auto error = ladder(book, {rows, group, increment}, out);
    RC_ASSERT(error == (group % increment == 0 ? Errc::ok : Errc::config_invalid));
    std::vector<PriceBucket> buckets;
    for (const auto side : {Side::bid, Side::ask}) {
      RC_ASSERT(aggregate(book, side, group, rows, buckets, increment) == error);
      if (error != Errc::ok) continue;
      const auto wanted = naive::ladder(of.book, side, rows, group);
      check_rows(out.side(side), wanted);
      RC_ASSERT(buckets.size() == wanted.size());
      for (std::size_t i = 0; i < buckets.size(); ++i) {
        RC_ASSERT(buckets[i].price == wanted[i].bucket.price);
        RC_ASSERT(buckets[i].qty == wanted[i].qty);
        RC_ASSERT(buckets[i].levels == wanted[i].bucket.levels.size());
        RC_ASSERT(buckets[i].partial == wanted[i].bucket.partial);
        RC_ASSERT(buckets[i].notional == naive::notional_sum(wanted[i].bucket.levels));
      }
    }
  });
  passed &= check("grouping never creates a crossing (F-4)", [] {
    const auto of = *books();
    const auto group = any_group();
    const auto book = of.real();
    std::vector<PriceBucket> bids;
    std::vector<PriceBucket> asks;
    RC_ASSERT(aggregate(book, Side::bid, group, 1, bids) == Errc::ok);
    RC_ASSERT(aggregate(book, Side::ask, group, 1, asks) == Errc::ok);
    if (!bids.empty()) RC_ASSERT(bids[0].price <= of.book.bids[0].price);
    if (!asks.empty()) RC_ASSERT(asks[0].price >= of.book.asks[0].price);
  });
  passed &= check("imbalance, share, averages and pressure are the naive ones (F-10, F-11, F-12, F-31, F-37)", [] {
    const auto of = *books();
    const auto book = of.real();
    PressureConfig config;
    config.levels = any_count();
    config.lambda_bps = *rc::gen::element(10.0, 1e-9, 0.5, 3000.0, 1e12);
    config.weighting = *rc::gen::element(Weighting::none, Weighting::distance, Weighting::rank);
    config.half_confidence = *rc::gen::element(100'000.0, 0.001, 1e18, 1.0 / 3);
    config.weak = *rc::gen::element(0.2, 0.01, 1.0 / 3);
    config.strong = *rc::gen::element(0.5, 0.9, 0.99);
    const Scales scales{static_cast<std::uint8_t>(*rc::gen::inRange(0, 19)), static_cast<std::uint8_t>(*rc::gen::inRange(0, 19))};
    RC_ASSERT(hadal::check(config) == Errc::ok);
    const auto n = config.levels;
    RC_ASSERT(same(imbalance(book, n), naive::imbalance(of.book, n)));
    RC_ASSERT(same(bid_share(book, n), naive::bid_share(of.book, n)));
    RC_ASSERT(same(side_vwap(book, Side::bid, n), naive::side_vwap(of.book, Side::bid, n)));
    RC_ASSERT(same(side_vwap(book, Side::ask, n), naive::side_vwap(of.book, Side::ask, n)));
    const auto metrics = imbalance_metrics(book, n);
    RC_ASSERT(same(metrics.imbalance, naive::imbalance(of.book, n)));
    RC_ASSERT(same(metrics.bid_share, naive::bid_share(of.book, n)));
    RC_ASSERT(metrics.bid_qty == naive::qty_sum(of.book.top(Side::bid, n)));
    RC_ASSERT(metrics.ask_qty == naive::qty_sum(of.book.top(Side::ask, n)));
    RC_ASSERT(metrics.bid_levels == of.book.top(Side::bid, n).size());
    RC_ASSERT(metrics.ask_levels == of.book.top(Side::ask, n).size());
    RC_ASSERT(same(metrics.bid_vwap, naive::side_vwap(of.book, Side::bid, n)));
    RC_ASSERT(same(metrics.ask_vwap, naive::side_vwap(of.book, Side::ask, n)));

    const auto by_distance = naive::weighted(of.book, n, true, config.lambda_bps);
    const auto by_rank = naive::weighted(of.book, n, false, config.lambda_bps);
    RC_ASSERT(same(weighted_imbalance(book, n, Weighting::distance, config.lambda_bps), by_distance));
    RC_ASSERT(same(weighted_imbalance(book, n, Weighting::rank, config.lambda_bps), by_rank));
    const auto score = config.weighting == Weighting::none       ? naive::imbalance(of.book, n)
                       : config.weighting == Weighting::distance ? by_distance
                                                                 : by_rank;
    const auto got = pressure(book, scales, config);
    RC_ASSERT(same(got.score, score));
    RC_ASSERT(same(got.confidence, naive::confidence(of.book, n, scales, config.half_confidence)));
    const auto signal = score > config.strong    ? PressureSignal::strong_buy
                        : score > config.weak    ? PressureSignal::weak_buy
                        : score < -config.strong ? PressureSignal::strong_sell
                        : score < -config.weak   ? PressureSignal::weak_sell
                                                 : PressureSignal::neutral;
    RC_ASSERT(got.signal == signal);
  });
  passed &= check("bands hold what the naive ones hold (F-13, F-38)", [] {
    const auto of = *books();
    const auto book = of.real();
    const auto ppm = *rc::gen::oneOf(rc::gen::element<std::int64_t>(0, 1'000, 5'000, 10'000, 1'000'000),
                                     rc::gen::inRange<std::int64_t>(0, 2'000), rc::gen::inRange<std::int64_t>(0, 1'000'001));
    for (const auto side : {Side::bid, Side::ask}) {
      std::vector<Level> out{{7, 7}};
      RC_ASSERT(band(book, side, ppm, out) == Errc::ok);
      RC_ASSERT(out == naive::band(of.book, side, ppm));
    }
    const auto got = band_liquidity(book, ppm);
    RC_ASSERT(got.has_value() == of.book.mid2().has_value());
    if (!got) return;
    const auto bids = naive::band(of.book, Side::bid, ppm);
    const auto asks = naive::band(of.book, Side::ask, ppm);
    RC_ASSERT(got->ppm == ppm);
    RC_ASSERT(got->bid_qty == naive::qty_sum(bids));
    RC_ASSERT(got->ask_qty == naive::qty_sum(asks));
    RC_ASSERT(got->bid_notional == naive::notional_sum(bids));
    RC_ASSERT(got->ask_notional == naive::notional_sum(asks));
    RC_ASSERT(same(got->imbalance, naive::imbalance_of(naive::qty_sum(bids), naive::qty_sum(asks))));
    RC_ASSERT(got->truncated_bid == naive::truncated(of.book, Side::bid, ppm));
    RC_ASSERT(got->truncated_ask == naive::truncated(of.book, Side::ask, ppm));
    const auto price = any_price(of);
    RC_ASSERT(within_band(price, *of.book.mid2(), ppm) == naive::in_band(price, *of.book.mid2(), ppm));
  });
  passed &= check("a fill of a size is the naive one (F-34, F-36)", [] {
    const auto of = *books();
    const auto book = of.real();
    const bool buy = *rc::gen::arbitrary<bool>();
    const auto size = any_amount(naive::qty_sum(of.book.side(buy ? Side::ask : Side::bid)));
    Fill out;
    RC_ASSERT(fill(book, buy ? TakerSide::buy : TakerSide::sell, size, out) == Errc::ok);
    check_fill(out, naive::fill(of.book, buy, size));
  });
  passed &= check("a fill of a notional is the naive one, and neither wastes nor invents money (F-35, F-36)", [] {
    const auto of = *books();
    const auto book = of.real();
    const bool buy = *rc::gen::arbitrary<bool>();
    const auto value = naive::notional_sum(of.book.side(buy ? Side::ask : Side::bid));
    const auto notional = any_amount(value.value_or(naive::kMost / 2));
    Fill out;
    RC_ASSERT(fill_notional(book, buy ? TakerSide::buy : TakerSide::sell, notional, out) == Errc::ok);
    check_fill(out, naive::fill_notional(of.book, buy, notional));
    RC_ASSERT(out.cost && out.unspent && *out.cost + *out.unspent == notional);
  });
  passed &= check("depth steps are the naive ones (F-32)", [] {
    const auto of = *books();
    const auto book = of.real();
    for (const auto side : {Side::bid, Side::ask}) {
      for (const auto unit : {DepthUnit::base, DepthUnit::quote}) {
        DepthSteps out;
        depth_steps(book, side, unit, out);
        const auto wanted = naive::steps(of.book, side, unit == DepthUnit::quote);
        RC_ASSERT(out.cut == wanted.cut);
        RC_ASSERT(out.points.size() == wanted.points.size());
        for (std::size_t i = 0; i < out.points.size(); ++i) {
          RC_ASSERT(out.points[i].price == wanted.points[i].price);
          RC_ASSERT(same(out.points[i].total, wanted.points[i].total));
        }
      }
    }
  });
  passed &= check("depth columns are the naive ones (F-41)", [] {
    const auto of = *books();
    const auto book = of.real();
    const bool large = of.book.bids.size() + of.book.asks.size() > 100;
    ColumnsRequest request;
    request.columns =
        *rc::gen::oneOf(rc::gen::inRange<std::size_t>(1, large ? 20 : 200), rc::gen::element<std::size_t>(1, large ? 64 : kMaxColumns));
    const auto a = any_price(of);
    const auto b = any_price(of);
    request.first = std::min(a, b);
    request.last = std::max(a, b);
    DepthColumns out;
    const auto error = depth_columns(book, request, out);
    RC_ASSERT(error == (a == b ? Errc::config_invalid : Errc::ok));
    if (error != Errc::ok) return;
    const auto wanted = [&](Side side, bool quote) {
      return naive::columns(of.book, side, request.columns, request.first, request.last, quote);
    };
    RC_ASSERT(same(out.bids, wanted(Side::bid, false)));
    RC_ASSERT(same(out.asks, wanted(Side::ask, false)));
    RC_ASSERT(same(out.bid_cost, wanted(Side::bid, true)));
    RC_ASSERT(same(out.ask_cost, wanted(Side::ask, true)));
  });
  passed &= check("a crosshair reads what the naive one reads (F-51)", [] {
    const auto of = *books();
    const auto book = of.real();
    const auto price = any_price(of);
    const auto got = crosshair(book, price);
    const auto mid2 = of.book.mid2();
    RC_ASSERT(got.has_value() == mid2.has_value());
    if (!got) return;
    const auto distance = Wide{2} * price - *mid2;
    RC_ASSERT(got->distance == distance);
    RC_ASSERT(same(got->distance_percent, *naive::ratio(100 * distance, mid2)));
    RC_ASSERT(got->here.price2 == Wide{2} * price);
    RC_ASSERT(got->mirror.price2 == 2 * (*mid2 - price));
    const auto side = distance < 0 ? Side::bid : Side::ask;
    RC_ASSERT(got->here.side == side);
    RC_ASSERT(got->mirror.side == other(side));
    const auto here = naive::reading(of.book, side, price);
    check_reading(got->here, here);
    check_reading(got->mirror, naive::reading(of.book, other(side), *mid2 - price));
    RC_ASSERT(same(got->average, naive::ratio(here.cost, here.total)));
    RC_ASSERT(same(got->slippage_bps, naive::slippage(side == Side::ask, mid2, here.cost, here.total)));
  });
  passed &= check("the first view is the naive one (F-56)", [] {
    const auto of = *books();
    RC_ASSERT(first_view_half_width(of.real()) == naive::first_view(of.book));
  });
  return passed;
}

bool number_properties() {
  namespace naive = test::naive;
  bool passed = true;
  passed &= check("checked sums and products have no value exactly where 128 bits are too few", [] {
    const auto any_wide = [] {
      const auto word = [] { return static_cast<UInt128>(*rc::gen::arbitrary<std::uint64_t>()); };
      const UInt128 bits = word() << 64 | word();
      const auto edge = Wide{*rc::gen::inRange(0, 3)};
      switch (*rc::gen::inRange(0, 4)) {
        case 0: return naive::kMost - edge;
        case 1: return naive::kLeast + 1 + edge;
        case 2: return Wide{*rc::gen::arbitrary<std::int64_t>()};
        default: return static_cast<Wide>(bits) >> *rc::gen::inRange(0, 128);
      }
    };
    const auto a = any_wide();
    const auto b = any_wide();
    const auto c = any_wide();
    RC_ASSERT(checked_add(a, b) == naive::plus(a, b));
    RC_ASSERT(checked_multiply(a, b) == naive::times(a, b));
    CheckedSum sum;
    sum.add(a);
    sum.add(checked_multiply(b, c));
    RC_ASSERT(sum.value() == naive::plus(a, naive::times(b, c)));
    sum.add(Wide{1});
    sum.add(std::nullopt);
    sum.add(Wide{1});
    RC_ASSERT(!sum.value());
  });
  passed &= check("the logarithm is the naive one for any bits (F-50)", [] {
    const auto bits = *rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange<std::uint64_t>(0, UINT64_MAX),
                                      rc::gen::map(rc::gen::inRange<std::uint64_t>(0, 2'000'000), [](std::uint64_t ticks) {
                                        const double x = 1 + static_cast<double>(ticks) / 2000;
                                        std::uint64_t out = 0;
                                        std::memcpy(&out, &x, sizeof out);
                                        return out;
                                      }));
    double x = 0;
    std::memcpy(&x, &bits, sizeof x);
    RC_ASSERT(same(ln(x), naive::ln(x)));
    if (!(x >= 1) || !ln(x)) return;
    RC_ASSERT(std::fabs(*ln(x) - std::log(x)) <= 1e-15 * std::log(x));
  });
  passed &= check("heights on the depth chart are the naive ones (F-32)", [] {
    const auto largest = static_cast<double>(*rc::gen::inRange<std::int64_t>(0, kHuge));
    const auto total = largest * (*rc::gen::inRange(0, 1001)) / 1000;
    RC_ASSERT(same(depth_fraction(total, largest, DepthScale::linear), naive::fraction(total, largest, false)));
    RC_ASSERT(same(depth_fraction(total, largest, DepthScale::log), naive::fraction(total, largest, true)));
  });
  passed &= check("groups on offer are the naive ones (F-47)", [] {
    const auto most = *rc::gen::element<std::int64_t>(100, 100'000, kHuge);
    const auto increment = *rc::gen::oneOf(rc::gen::element<std::int64_t>(1, 1, 5, 10, kHuge), rc::gen::inRange<std::int64_t>(1, most));
    const auto mid2 = Wide{2} * *rc::gen::inRange<std::int64_t>(1, most) + *rc::gen::inRange(0, 2);
    std::vector<std::int64_t> out{7};
    group_choices(mid2, increment, out);
    RC_ASSERT(out == naive::groups(mid2, increment));
    group_choices(std::nullopt, increment, out);
    RC_ASSERT(out == naive::groups(std::nullopt, increment));
  });
  passed &= check("axis labels are the multiples of the naive step (F-48)", [] {
    const auto most = *rc::gen::element<std::int64_t>(50, 100'000, kHuge);
    const auto span = any_in(-2, most);
    const auto first = any_in(-most / 2, std::min(most, kHuge - std::max<std::int64_t>(span, 0)));
    const auto labels = *rc::gen::inRange<std::int64_t>(-1, 40);
    const auto step = naive::axis_step(span, labels);
    RC_ASSERT(axis_step(span, labels) == step);
    std::vector<std::int64_t> out{7};
    axis_labels(first, first + span, labels, out);
    std::vector<std::int64_t> wanted;
    if (step > 0)
      for (auto at = naive::ceil_div(first, step) * step; at <= first + span; at += step) wanted.push_back(static_cast<std::int64_t>(at));
    RC_ASSERT(out == wanted);
  });
  return passed;
}

}  // namespace

int view_properties() {
  bool passed = book_properties();
  passed &= number_properties();
  return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
