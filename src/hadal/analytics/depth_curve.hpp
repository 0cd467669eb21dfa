/// The depth chart: cumulative liquidity outward from mid, as steps or as columns of pixels (formulas F-32, F-41).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hadal/base/errc.hpp"
#include "hadal/book/order_book.hpp"

namespace hadal {

enum class DepthUnit : std::uint8_t { base, quote };
enum class DepthScale : std::uint8_t { linear, log };

/// One corner of a curve: at a price, how much rests between there and mid.
struct DepthPoint {
  std::int64_t price = 0;  ///< ticks
  double total = 0;        ///< units, or 10^-(price + qty decimals) of the quote currency
};

struct DepthSteps {
  std::vector<DepthPoint> points;  ///< (P1, 0), (P1, c1), (P2, c1), (P2, c2) ...: vertical at a level, horizontal between levels
  bool cut = false;                ///< ends at its last point; else it goes on level
};
/// The curve of one side, best level first; no points for an empty side. Sums are exact integers, converted once; a sum in quote currency
/// beyond 127 bits ends the curve there, as cut. O(levels); allocates nothing once `out` has grown.
void depth_steps(const OrderBook& book, Side side, DepthUnit unit, DepthSteps& out);

/// Height of a cumulative amount, 0 ... 1 of the largest (F-32): linear, or a logarithm over three decades. 0 if `largest` is 0.
[[nodiscard]] double depth_fraction(double total, double largest, DepthScale scale) noexcept;

/// What the columns are to cover: prices from `first` up to, not with, `last`.
struct ColumnsRequest {
  std::size_t columns = 0;  ///< 1 ... kMaxColumns
  std::int64_t first = 0;   ///< ticks
  std::int64_t last = 0;    ///< ticks, > first
  friend bool operator==(const ColumnsRequest&, const ColumnsRequest&) = default;
};
inline constexpr std::size_t kMaxColumns = 8192;

/// Cumulative amounts per column, left to right; NaN: beyond what can be seen.
struct DepthColumns {
  std::vector<double> bids;  ///< units
  std::vector<double> asks;
  std::vector<double> bid_cost;  ///< 10^-(price + qty decimals) of the quote currency
  std::vector<double> ask_cost;
};
/// Both curves reduced to the columns of a chart, exact to the pixel (F-41): one pass over the levels, one over the columns.
/// Errc::config_invalid for an empty view or another number of columns; `out` is unchanged then. Allocates nothing once `out` has grown.
[[nodiscard]] Errc depth_columns(const OrderBook& book, const ColumnsRequest& request, DepthColumns& out);

}  // namespace hadal
