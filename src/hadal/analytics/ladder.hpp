/// A book as rows: price, size, share, running totals, distance from mid; as it is, or with prices grouped (formulas F-4, F-6, F-7, F-8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "hadal/base/errc.hpp"
#include "hadal/book/order_book.hpp"

namespace hadal {

/// The levels of one side that fall into one bucket of prices (formula F-4).
struct PriceBucket {
  Int128 price = 0;          ///< ticks: for bids the lower end of the bucket, which may be 0, for asks the upper, which may exceed 63 bits
  Int128 qty = 0;            ///< units
  std::uint32_t levels = 0;  ///< price levels, not orders: those only level 3 knows
  bool partial = false;      ///< the last bucket of a cut side: levels that we do not see may belong to it
  std::optional<Int128> notional =
      0;  ///< sum of price x quantity of the levels themselves, 10^-(price + qty decimals) of the quote currency
};

/// Groups a side by `group` ticks: bids down, asks up, best first, so that no bid moves above its price and no ask below. `most` buckets
/// (0: all). Errc::config_invalid unless `group` >= 1 and a multiple of `increment` >= 1 (the exchange's price_increment, in ticks; 1 when not
/// known). O(levels); allocates nothing once `out` has grown.
[[nodiscard]] Errc aggregate(const OrderBook& book, Side side, std::int64_t group, std::size_t most, std::vector<PriceBucket>& out,
                             std::int64_t increment = 1);

/// What a ladder is to show.
struct LadderRequest {
  std::size_t levels = 10;     ///< rows a side; 0: all
  std::int64_t group = 1;      ///< ticks a row; 1: the levels as they are
  std::int64_t increment = 1;  ///< of the exchange, in ticks
  friend bool operator==(const LadderRequest&, const LadderRequest&) = default;
};

struct LadderRow {
  PriceBucket bucket;
  double share = 0;                    ///< percent of its side's rows (F-6)
  Int128 cumulative = 0;               ///< units, from the best row to this one (F-7)
  double cumulative_percent = 0;       ///< of its side's rows
  double cum_vs_max = 0;               ///< 0 ... 1 of the larger side's total: the scale that bars and charts of both sides share
  std::optional<Int128> cost;          ///< price x quantity from the best row to this one, as PriceBucket::notional
  std::optional<Int128> distance;      ///< from mid, half ticks; negative where a crossed book overlaps (F-8)
  std::optional<double> distance_bps;  ///< the same in basis points of mid
};

struct Ladder {
  std::vector<LadderRow> bids;  ///< best first
  std::vector<LadderRow> asks;
  [[nodiscard]] const std::vector<LadderRow>& side(Side side) const noexcept { return side == Side::bid ? bids : asks; }
};

/// Errc as aggregate(); `out` is unchanged then. A missing side has no rows and counts as 0 where sides are compared. O(levels); allocates
/// nothing once `out` has grown.
[[nodiscard]] Errc ladder(const OrderBook& book, const LadderRequest& request, Ladder& out);

}  // namespace hadal
