/// How much rests on each side, and how they compare (formulas F-10, F-11, F-12, F-13, F-31, F-37, F-38).
///
/// `levels` is a number of best levels a side, 0 the whole side. Sums are exact; a ratio is one division of exact integers. O(levels), no
/// allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "hadal/base/errc.hpp"
#include "hadal/book/order_book.hpp"

namespace hadal {

inline constexpr std::size_t kImbalanceLevels = 10;  ///< the usual number of levels

/// (bids - asks) / (bids + asks), from -1, all asks, to +1, all bids (F-10). Two empty sides: 0.
[[nodiscard]] double imbalance(const OrderBook& book, std::size_t levels = kImbalanceLevels) noexcept;
/// bids / (bids + asks), 0 ... 1 (F-31). Two empty sides: 0.5.
[[nodiscard]] double bid_share(const OrderBook& book, std::size_t levels = kImbalanceLevels) noexcept;
/// Average price of a side's best levels, weighted by quantity, in ticks (F-11). None for an empty side, or beyond 127 bits.
[[nodiscard]] std::optional<double> side_vwap(const OrderBook& book, Side side, std::size_t levels = kImbalanceLevels) noexcept;

/// All of that at once (catalogue G-5).
struct ImbalanceMetrics {
  double imbalance = 0;
  double bid_share = 0.5;
  Int128 bid_qty = 0;  ///< units
  Int128 ask_qty = 0;
  std::size_t bid_levels = 0;  ///< that were there
  std::size_t ask_levels = 0;
  std::optional<double> bid_vwap;  ///< ticks
  std::optional<double> ask_vwap;
};
[[nodiscard]] ImbalanceMetrics imbalance_metrics(const OrderBook& book, std::size_t levels = kImbalanceLevels) noexcept;

enum class Weighting : std::uint8_t {
  none,
  distance,  ///< lambda / (lambda + distance from mid in basis points)
  rank,      ///< 1 / rank, from 1
};

/// Imbalance with more weight on what is nearer to mid (F-37). `lambda_bps`: the distance at which the weight is one half, > 0. Without a mid
/// `distance` falls back to `rank`.
[[nodiscard]] double weighted_imbalance(const OrderBook& book, std::size_t levels, Weighting weighting, double lambda_bps = 10) noexcept;

struct PressureConfig {
  std::size_t levels = kImbalanceLevels;
  Weighting weighting = Weighting::none;
  double lambda_bps = 10;
  double weak = 0.2;  ///< 0 < weak < strong < 1
  double strong = 0.5;
  double half_confidence = 100'000;  ///< value of both sides' levels at which the confidence is one half, in quote currency; > 0
  friend bool operator==(const PressureConfig&, const PressureConfig&) = default;
};
/// Errc::config_invalid if the thresholds are out of order, or a number is outside its range.
[[nodiscard]] Errc check(const PressureConfig& config) noexcept;

enum class PressureSignal : std::uint8_t { neutral, weak_buy, strong_buy, weak_sell, strong_sell };
[[nodiscard]] std::string_view name(PressureSignal signal) noexcept;

struct Pressure {
  double score = 0;                                 ///< -1 ... 1
  PressureSignal signal = PressureSignal::neutral;  ///< beyond a threshold, not at it
  std::optional<double> confidence = 0;             ///< 0 ... 1; none beyond 127 bits
};
/// Which side weighs more, in words (F-12). Precondition: check(config) is Errc::ok.
[[nodiscard]] Pressure pressure(const OrderBook& book, Scales scales, const PressureConfig& config = {}) noexcept;

/// Whether a level lies within `ppm` millionths of mid, both ends included (F-13). Exact.
[[nodiscard]] bool within_band(std::int64_t price, Int128 mid2, std::int64_t ppm) noexcept;
/// The levels within the band, best first; none without a mid. Errc::config_invalid unless 0 <= ppm <= 1,000,000. O(log n + result).
[[nodiscard]] Errc band(const OrderBook& book, Side side, std::int64_t ppm, std::vector<Level>& out);

/// What rests within a half-width around mid (F-38).
struct BandLiquidity {
  std::int64_t ppm = 0;
  Int128 bid_qty = 0;  ///< units
  Int128 ask_qty = 0;
  std::optional<Int128> bid_notional = 0;  ///< 10^-(price + qty decimals) of the quote currency
  std::optional<Int128> ask_notional = 0;
  double imbalance = 0;
  bool truncated_bid = false;  ///< the side is cut inside the band: the sum is a lower bound
  bool truncated_ask = false;
};
/// None without a mid. Precondition: 0 <= ppm <= 1,000,000.
[[nodiscard]] std::optional<BandLiquidity> band_liquidity(const OrderBook& book, std::int64_t ppm) noexcept;

/// The half-widths that are usually shown: 0.1, 0.5 and 1 percent.
inline constexpr std::int64_t kBands[] = {1'000, 5'000, 10'000};

}  // namespace hadal
