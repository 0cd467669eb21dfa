/// Every view of a book, slow and obvious, written from the formulas: what the real ones are compared with, bit for bit.
///
/// Shares no code with them. Sums go over all levels for each number, and overflow is found by comparing before it happens.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "hadal/base/int128.hpp"
#include "hadal/book/level.hpp"

namespace hadal::test::naive {

using Wide = Int128;
using MaybeWide = std::optional<Wide>;
using MaybeDouble = std::optional<double>;

inline constexpr Wide kMost = static_cast<Wide>(~UInt128{0} >> 1);
inline constexpr Wide kLeast = -kMost - 1;

inline MaybeWide plus(MaybeWide a, MaybeWide b) {
  if (!a || !b) return std::nullopt;
  if (*b > 0 && *a > kMost - *b) return std::nullopt;
  if (*b < 0 && *a < kLeast - *b) return std::nullopt;
  return *a + *b;
}
inline UInt128 size(Wide a) { return a < 0 ? UInt128{0} - static_cast<UInt128>(a) : static_cast<UInt128>(a); }
inline MaybeWide times(MaybeWide a, MaybeWide b) {
  if (!a || !b) return std::nullopt;
  if (*a == 0 || *b == 0) return Wide{0};
  const bool negative = (*a < 0) != (*b < 0);
  const UInt128 limit = static_cast<UInt128>(kMost) + (negative ? 1 : 0);
  if (size(*a) > limit / size(*b)) return std::nullopt;
  const UInt128 product = size(*a) * size(*b);
  return static_cast<Wide>(negative ? UInt128{0} - product : product);
}
inline MaybeWide minus(MaybeWide a, MaybeWide b) {
  if (!a || !b || *b == kLeast) return std::nullopt;  // no test comes near
  return plus(a, -*b);
}
inline MaybeDouble ratio(MaybeWide a, MaybeWide b) {
  if (!a || !b || *b == 0) return std::nullopt;
  return static_cast<double>(*a) / static_cast<double>(*b);
}
inline Wide power_of_ten(int exponent) {
  Wide out = 1;
  while (exponent-- > 0) out *= 10;
  return out;
}
/// Towards minus infinity; b > 0.
inline Wide floor_div(Wide a, Wide b) { return (a - (a % b + b) % b) / b; }
inline Wide ceil_div(Wide a, Wide b) { return -floor_div(-a, b); }

struct Book {
  std::size_t depth = 0;
  std::vector<Level> bids;  ///< best first
  std::vector<Level> asks;

  [[nodiscard]] const std::vector<Level>& side(Side side) const { return side == Side::bid ? bids : asks; }
  [[nodiscard]] bool cut(Side which) const { return side(which).size() >= depth; }
  /// The best n levels; 0: all.
  [[nodiscard]] std::vector<Level> top(Side which, std::size_t n) const {
    auto out = side(which);
    if (n != 0 && n < out.size()) out.resize(n);
    return out;
  }
  [[nodiscard]] MaybeWide mid2() const {
    if (bids.empty() || asks.empty()) return std::nullopt;
    return Wide{bids[0].price} + asks[0].price;
  }
  [[nodiscard]] MaybeWide spread() const {
    if (bids.empty() || asks.empty()) return std::nullopt;
    return Wide{asks[0].price} - bids[0].price;
  }
};

inline Wide qty_sum(const std::vector<Level>& levels) {
  Wide out = 0;
  for (const auto& level : levels) out += level.qty;
  return out;
}
inline MaybeWide notional_sum(const std::vector<Level>& levels) {
  MaybeWide out = Wide{0};
  for (const auto& level : levels) out = plus(out, times(Wide{level.price}, Wide{level.qty}));
  return out;
}

// --- F-5, F-30, F-33 ---

inline MaybeDouble spread_bps(const Book& book) { return ratio(times(Wide{20000}, book.spread()), book.mid2()); }
inline MaybeDouble spread_percent(const Book& book) {
  if (!book.mid2()) return std::nullopt;
  return ratio(times(Wide{100}, book.spread()), Wide{book.asks[0].price});
}
inline MaybeDouble microprice(const Book& book) {
  if (!book.mid2()) return std::nullopt;
  const auto& [pb, qb] = book.bids[0];
  const auto& [pa, qa] = book.asks[0];
  return ratio(plus(times(Wide{pb}, Wide{qa}), times(Wide{pa}, Wide{qb})), Wide{qb} + qa);
}

// --- F-4, F-6, F-7, F-8 ---

struct Bucket {
  Wide price = 0;
  std::vector<Level> levels;
  bool partial = false;
};
/// Best first, for a valid group. A bucket of one tick cannot hold levels that are not seen.
inline std::vector<Bucket> aggregate(const Book& book, Side side, std::int64_t group) {
  std::map<Wide, std::vector<Level>> buckets;
  for (const auto& level : book.side(side)) {
    const auto index = side == Side::bid ? floor_div(level.price, group) : ceil_div(level.price, group);
    buckets[index * group].push_back(level);
  }
  std::vector<Bucket> out;
  for (auto& [price, levels] : buckets) out.push_back({price, levels, false});
  if (side == Side::bid) std::reverse(out.begin(), out.end());
  if (!out.empty() && book.cut(side) && group > 1) out.back().partial = true;
  return out;
}

struct Row {
  Bucket bucket;
  Wide qty = 0;
  double share = 0;
  Wide cumulative = 0;
  double cumulative_percent = 0;
  double cum_vs_max = 0;
  MaybeWide cost;
  MaybeWide distance;
  MaybeDouble distance_bps;
};
inline std::vector<Row> ladder(const Book& book, Side side, std::size_t rows, std::int64_t group) {
  const auto buckets = [&](Side which) {
    auto out = aggregate(book, which, group);
    if (rows != 0 && rows < out.size()) out.resize(rows);
    return out;
  };
  const auto total = [](const std::vector<Bucket>& of) {
    Wide out = 0;
    for (const auto& bucket : of) out += qty_sum(bucket.levels);
    return out;
  };
  const auto mine = buckets(side);
  const auto largest = std::max(total(buckets(Side::bid)), total(buckets(Side::ask)));
  std::vector<Row> out;
  std::vector<Level> so_far;
  for (const auto& bucket : mine) {
    so_far.insert(so_far.end(), bucket.levels.begin(), bucket.levels.end());
    Row row;
    row.bucket = bucket;
    row.qty = qty_sum(bucket.levels);
    row.share = *ratio(100 * row.qty, total(mine));
    row.cumulative = qty_sum(so_far);
    row.cumulative_percent = *ratio(100 * row.cumulative, total(mine));
    row.cum_vs_max = *ratio(row.cumulative, largest);
    row.cost = notional_sum(so_far);
    if (const auto mid2 = book.mid2()) {
      row.distance = side == Side::bid ? *mid2 - 2 * bucket.price : 2 * bucket.price - *mid2;
      row.distance_bps = ratio(10000 * *row.distance, mid2);
    }
    out.push_back(row);
  }
  return out;
}

// --- F-10, F-11, F-12, F-13, F-31, F-37, F-38 ---

inline double imbalance_of(Wide bids, Wide asks) { return ratio(bids - asks, bids + asks).value_or(0); }
inline double imbalance(const Book& book, std::size_t n) {
  return imbalance_of(qty_sum(book.top(Side::bid, n)), qty_sum(book.top(Side::ask, n)));
}
inline double bid_share(const Book& book, std::size_t n) {
  const auto bids = qty_sum(book.top(Side::bid, n));
  return ratio(bids, bids + qty_sum(book.top(Side::ask, n))).value_or(0.5);
}
inline MaybeDouble side_vwap(const Book& book, Side side, std::size_t n) {
  return ratio(notional_sum(book.top(side, n)), qty_sum(book.top(side, n)));
}
/// By rank also where `by_distance` has no mid to count from.
inline double weighted(const Book& book, std::size_t n, bool by_distance, double lambda) {
  const auto mid2 = book.mid2();
  const auto sum = [&](Side side) {
    double out = 0;
    double rank = 0;
    for (const auto& level : book.top(side, n)) {
      rank += 1;
      double weight = 1 / rank;
      if (by_distance && mid2) {
        const auto half_ticks = side == Side::bid ? *mid2 - Wide{2} * level.price : Wide{2} * level.price - *mid2;
        weight = lambda / (lambda + std::max(0.0, *ratio(10000 * half_ticks, mid2)));
      }
      out += weight * static_cast<double>(level.qty);
    }
    return out;
  };
  const double bids = sum(Side::bid);
  const double asks = sum(Side::ask);
  return bids + asks == 0 ? 0 : (bids - asks) / (bids + asks);
}
inline MaybeDouble confidence(const Book& book, std::size_t n, Scales scales, double half) {
  const auto value = plus(notional_sum(book.top(Side::bid, n)), notional_sum(book.top(Side::ask, n)));
  if (!value) return std::nullopt;
  const double reference = half * static_cast<double>(power_of_ten(scales.price + scales.qty));
  return static_cast<double>(*value) / (static_cast<double>(*value) + reference);
}
inline bool in_band(std::int64_t price, Wide mid2, std::int64_t ppm) {
  return static_cast<Wide>(size(Wide{2} * price - mid2)) * 1'000'000 <= mid2 * ppm;
}
inline std::vector<Level> band(const Book& book, Side side, std::int64_t ppm) {
  std::vector<Level> out;
  for (const auto& level : book.side(side))
    if (book.mid2() && in_band(level.price, *book.mid2(), ppm)) out.push_back(level);
  return out;
}
inline bool truncated(const Book& book, Side side, std::int64_t ppm) {
  return book.mid2() && book.cut(side) && in_band(book.side(side).back().price, *book.mid2(), ppm);
}

// --- F-34, F-35, F-36 ---

struct Fill {
  Wide filled = 0;
  MaybeWide cost = Wide{0};
  MaybeDouble vwap;
  std::optional<std::int64_t> worst;
  std::size_t levels = 0;
  bool complete = false;
  bool cut = false;
  MaybeWide unspent;
  MaybeDouble slippage_bps;
  MaybeDouble worst_bps;
};
/// s x 10000 x (2 cost - mid2 x filled) over (mid2 x filled).
inline MaybeDouble slippage(bool buy, MaybeWide mid2, MaybeWide cost, MaybeWide filled) {
  const auto base = times(mid2, filled);
  return ratio(times(Wide{buy ? 10000 : -10000}, minus(times(Wide{2}, cost), base)), base);
}
/// Takes levels as `part` says how much of one, until it takes less than all of it. What is left of a notional: as F-35.
inline void finish(const Book& book, bool buy, const std::vector<Level>& taken, Fill& out) {
  for (const auto& level : taken) {
    if (level.qty == 0) continue;
    out.filled += level.qty;
    out.worst = level.price;
    ++out.levels;
  }
  out.cost = notional_sum(taken);
  out.vwap = ratio(out.cost, out.filled);
  out.cut = !out.complete && book.cut(buy ? Side::ask : Side::bid);
  const auto mid2 = book.mid2();
  out.slippage_bps = slippage(buy, mid2, out.cost, out.filled);
  if (out.worst && mid2) out.worst_bps = ratio((buy ? 1 : -1) * (Wide{20000} * *out.worst - 10000 * *mid2), mid2);
}
inline Fill fill(const Book& book, bool buy, Wide size) {
  Fill out;
  std::vector<Level> taken;
  for (const auto& level : book.side(buy ? Side::ask : Side::bid)) {
    const auto part = std::min<Wide>(level.qty, size);
    taken.push_back({level.price, static_cast<std::int64_t>(part)});
    size -= part;
  }
  out.complete = size == 0;
  finish(book, buy, taken, out);
  return out;
}
inline Fill fill_notional(const Book& book, bool buy, Wide left) {
  Fill out;
  std::vector<Level> taken;
  const auto& side = book.side(buy ? Side::ask : Side::bid);
  std::size_t at = 0;
  for (; at < side.size() && Wide{side[at].price} * side[at].qty <= left; ++at) {
    taken.push_back(side[at]);
    left -= Wide{side[at].price} * side[at].qty;
  }
  if (at < side.size()) {
    taken.push_back({side[at].price, static_cast<std::int64_t>(left / side[at].price)});
    left %= side[at].price;
    out.complete = true;
  } else {
    out.complete = !side.empty() && left < side.back().price;
  }
  finish(book, buy, taken, out);
  out.unspent = left;
  return out;
}

// --- F-50, F-32, F-41 ---

inline MaybeDouble ln(double x) {
  if (!(x >= std::numeric_limits<double>::min()) || x > std::numeric_limits<double>::max()) return std::nullopt;
  int exponent = 0;
  double m = 2 * std::frexp(x, &exponent);  // [1, 2): both exact
  --exponent;
  if (m > 1.4142135623730951) {
    m = m / 2;
    ++exponent;
  }
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double p = 0;
  for (int k = 11; k >= 0; --k) p = p * z + 1.0 / (2 * k + 1);
  return 2 * s * p + exponent * 0.6931471805599453;
}

struct Point {
  std::int64_t price;
  double total;
};
struct Steps {
  std::vector<Point> points;
  bool cut = false;
};
inline Steps steps(const Book& book, Side side, bool quote) {
  Steps out;
  std::vector<Level> so_far;
  for (const auto& level : book.side(side)) {
    const auto before = quote ? notional_sum(so_far) : MaybeWide{qty_sum(so_far)};
    so_far.push_back(level);
    const auto after = quote ? notional_sum(so_far) : MaybeWide{qty_sum(so_far)};
    if (!after) {
      out.cut = true;
      return out;
    }
    out.points.push_back({level.price, static_cast<double>(*before)});
    out.points.push_back({level.price, static_cast<double>(*after)});
  }
  out.cut = book.cut(side);
  return out;
}
inline double fraction(double total, double largest, bool log) {
  if (largest == 0) return 0;
  if (!log) return total / largest;
  return *ln(1 + 1000 * total / largest) / *ln(1001);
}

/// Sums of one side per column; NaN: none.
inline std::vector<double> columns(const Book& book, Side side, std::size_t count, std::int64_t first, std::int64_t last, bool quote) {
  const auto n = static_cast<Wide>(count);
  const auto column = [&](std::int64_t price) { return floor_div((Wide{price} - first) * n, Wide{last} - first); };
  std::vector<double> out;
  for (Wide i = 0; i < n; ++i) {
    std::vector<Level> held;
    for (const auto& level : book.side(side))
      if (side == Side::bid ? column(level.price) >= i : column(level.price) <= i) held.push_back(level);
    auto sum = quote ? notional_sum(held) : MaybeWide{qty_sum(held)};
    if (book.cut(side)) {
      const auto worst = column(book.side(side).back().price);
      if (side == Side::bid ? i < worst : i > worst) sum = std::nullopt;
    }
    out.push_back(sum ? static_cast<double>(*sum) : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

// --- F-51 ---

struct Reading {
  MaybeWide total;
  MaybeWide cost;
  bool beyond = false;
};
/// Of one side up to a price, in ticks.
inline Reading reading(const Book& book, Side side, Wide price) {
  std::vector<Level> held;
  for (const auto& level : book.side(side))
    if (side == Side::bid ? level.price >= price : level.price <= price) held.push_back(level);
  Reading out;
  const auto worst = book.side(side).back().price;
  out.beyond = book.cut(side) && (side == Side::bid ? price < worst : price > worst);
  if (out.beyond) return out;
  out.total = qty_sum(held);
  out.cost = notional_sum(held);
  return out;
}

// --- F-47, F-48, F-56 ---

inline std::vector<std::int64_t> groups(MaybeWide mid2, std::int64_t increment) {
  std::vector<std::int64_t> out;
  for (Wide power = 1; power <= INT64_MAX; power *= 10) {
    for (const Wide quarters : {4, 10, 20}) {
      if (quarters * power % 4 != 0 || quarters * power / 4 > INT64_MAX / increment) continue;
      const auto group = quarters * power / 4 * increment;
      const bool offered = mid2 ? 40 * group <= *mid2 : group <= Wide{1000} * increment;
      if (group <= INT64_MAX && (offered || group == increment)) out.push_back(static_cast<std::int64_t>(group));
    }
  }
  return out;
}
/// 0: no labels, or a step that has no 64 bits.
inline std::int64_t axis_step(std::int64_t span, std::int64_t labels) {
  if (span <= 0 || labels <= 0) return 0;
  for (Wide power = 1; power <= INT64_MAX; power *= 10)
    for (const Wide digit : {1, 2, 5})
      if (digit * power * labels >= span && digit * power <= INT64_MAX) return static_cast<std::int64_t>(digit * power);
  return 0;
}
inline std::optional<std::int64_t> first_view(const Book& book) {
  const auto mid2 = book.mid2();
  MaybeWide widest;
  for (const auto side : {Side::bid, Side::ask}) {
    const auto& levels = book.side(side);
    if (levels.empty()) continue;
    const auto middle = mid2 ? *mid2 : Wide{2} * levels[0].price;
    std::vector<Wide> distances;
    for (const auto& level : levels)
      distances.push_back(side == Side::bid ? middle - Wide{2} * level.price : Wide{2} * level.price - middle);
    std::sort(distances.begin(), distances.end());
    std::size_t count = 1;
    while (10 * count < 9 * levels.size()) ++count;
    widest = widest ? std::max(*widest, distances[count - 1]) : distances[count - 1];
  }
  if (!widest) return std::nullopt;
  return static_cast<std::int64_t>(std::max<Wide>(10, ceil_div(*widest, 2)));
}

}  // namespace hadal::test::naive
