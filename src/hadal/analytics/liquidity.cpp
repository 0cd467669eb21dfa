#include "hadal/analytics/liquidity.hpp"

#include <algorithm>
#include <array>

#include "hadal/detail/to_double.hpp"

namespace hadal {
namespace {

using detail::to_double;

constexpr std::int64_t kMillion = 1'000'000;

std::size_t limited(const LadderSide& side, std::size_t levels) noexcept {
  return levels == 0 ? side.size() : std::min(levels, side.size());
}

Int128 sum(const LadderSide& side, std::size_t levels) noexcept {
  Int128 total = 0;
  for (std::size_t rank = 0; rank < limited(side, levels); ++rank) total += side[rank].qty;
  return total;
}

std::optional<Int128> notional(const LadderSide& side, std::size_t levels) noexcept {
  CheckedSum total;
  for (std::size_t rank = 0; rank < limited(side, levels); ++rank) total.add_product(side[rank].price, side[rank].qty);
  return total.value();
}

double ratio(Int128 bids, Int128 asks) noexcept { return bids + asks == 0 ? 0.0 : to_double(bids - asks) / to_double(bids + asks); }

double share(Int128 bids, Int128 asks) noexcept { return bids + asks == 0 ? 0.5 : to_double(bids) / to_double(bids + asks); }

std::optional<double> vwap(const LadderSide& side, std::size_t levels) noexcept {
  const auto value = notional(side, levels);
  if (side.empty() || !value) return std::nullopt;
  return to_double(*value) / to_double(sum(side, levels));
}

/// 10^exponent, the nearest double to it.
double power_of_ten(int exponent) noexcept {
  constexpr std::array kPowers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12,
                               1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25,
                               1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33, 1e34, 1e35, 1e36};
  return kPowers[static_cast<std::size_t>(exponent)];
}

/// Levels of a side within the band: the best ones, since distance grows with the rank.
std::size_t within(const LadderSide& side, Int128 mid2, std::int64_t ppm) noexcept {
  // In a crossed book the best levels may lie beyond mid on the other side, outside of a narrow band: then no prefix.
  const auto sign = side.side() == Side::bid ? 1 : -1;
  const auto outside = [&](const Level& level) { return sign * (mid2 - Int128{level.price} * 2) * kMillion > mid2 * ppm; };
  const auto at = std::partition_point(side.begin(), side.end(), [&](const Level& level) { return !outside(level); });
  return static_cast<std::size_t>(at - side.begin());
}

/// Best levels of a side that lie so far beyond mid that they are outside of the band: only in crossed books.
std::size_t beyond(const LadderSide& side, Int128 mid2, std::int64_t ppm) noexcept {
  const auto sign = side.side() == Side::bid ? 1 : -1;
  const auto at = std::partition_point(side.begin(), side.end(),
                                       [&](const Level& level) { return sign * (Int128{level.price} * 2 - mid2) * kMillion > mid2 * ppm; });
  return static_cast<std::size_t>(at - side.begin());
}

}  // namespace

double imbalance(const OrderBook& book, std::size_t levels) noexcept { return ratio(sum(book.bids(), levels), sum(book.asks(), levels)); }

double bid_share(const OrderBook& book, std::size_t levels) noexcept { return share(sum(book.bids(), levels), sum(book.asks(), levels)); }

std::optional<double> side_vwap(const OrderBook& book, Side side, std::size_t levels) noexcept { return vwap(book.side(side), levels); }

ImbalanceMetrics imbalance_metrics(const OrderBook& book, std::size_t levels) noexcept {
  ImbalanceMetrics out;
  out.bid_qty = sum(book.bids(), levels);
  out.ask_qty = sum(book.asks(), levels);
  out.imbalance = ratio(out.bid_qty, out.ask_qty);
  out.bid_share = share(out.bid_qty, out.ask_qty);
  out.bid_levels = limited(book.bids(), levels);
  out.ask_levels = limited(book.asks(), levels);
  out.bid_vwap = vwap(book.bids(), levels);
  out.ask_vwap = vwap(book.asks(), levels);
  return out;
}

double weighted_imbalance(const OrderBook& book, std::size_t levels, Weighting weighting, double lambda_bps) noexcept {
  if (weighting == Weighting::none) return imbalance(book, levels);
  const auto mid2 = book.mid2();
  const auto weigh = [&](const LadderSide& side) {
    double total = 0;
    for (std::size_t rank = 0; rank < limited(side, levels); ++rank) {
      double weight = 0;
      if (weighting == Weighting::distance && mid2) {
        const auto price2 = Int128{side[rank].price} * 2;
        const auto away = std::max(Int128{0}, side.side() == Side::bid ? *mid2 - price2 : price2 - *mid2);
        weight = lambda_bps / (lambda_bps + to_double(10'000 * away) / to_double(*mid2));
      } else {
        weight = 1.0 / static_cast<double>(rank + 1);
      }
      total += weight * static_cast<double>(side[rank].qty);
    }
    return total;
  };
  const auto bids = weigh(book.bids());
  const auto asks = weigh(book.asks());
  return bids + asks == 0 ? 0.0 : (bids - asks) / (bids + asks);
}

Errc check(const PressureConfig& config) noexcept {
  const bool ordered = config.weak > 0 && config.weak < config.strong && config.strong < 1;
  constexpr double kMost = 1e30;  // and no NaN
  return ordered && config.lambda_bps > 0 && config.lambda_bps < kMost && config.half_confidence > 0 && config.half_confidence < kMost
             ? Errc::ok
             : Errc::config_invalid;
}

std::string_view name(PressureSignal signal) noexcept {
  constexpr std::array<std::string_view, 5> kNames{"neutral", "weak_buy", "strong_buy", "weak_sell", "strong_sell"};
  return kNames[static_cast<std::size_t>(signal)];
}

Pressure pressure(const OrderBook& book, Scales scales, const PressureConfig& config) noexcept {
  Pressure out;
  out.score = weighted_imbalance(book, config.levels, config.weighting, config.lambda_bps);
  if (out.score > config.strong) {
    out.signal = PressureSignal::strong_buy;
  } else if (out.score > config.weak) {
    out.signal = PressureSignal::weak_buy;
  } else if (out.score < -config.strong) {
    out.signal = PressureSignal::strong_sell;
  } else if (out.score < -config.weak) {
    out.signal = PressureSignal::weak_sell;
  }
  CheckedSum value;
  value.add(notional(book.bids(), config.levels));
  value.add(notional(book.asks(), config.levels));
  out.confidence = std::nullopt;
  if (const auto total = value.value()) {
    const auto reference = config.half_confidence * power_of_ten(scales.price + scales.qty);
    const auto at = to_double(*total);
    out.confidence = at / (at + reference);
  }
  return out;
}

bool within_band(std::int64_t price, Int128 mid2, std::int64_t ppm) noexcept {
  const auto apart = Int128{price} * 2 - mid2;
  return (apart < 0 ? -apart : apart) * kMillion <= mid2 * ppm;
}

Errc band(const OrderBook& book, Side which, std::int64_t ppm, std::vector<Level>& out) {
  if (ppm < 0 || ppm > kMillion) return Errc::config_invalid;
  out.clear();
  const auto mid2 = book.mid2();
  if (!mid2) return Errc::ok;
  const auto& side = book.side(which);
  const auto last = within(side, *mid2, ppm);
  for (auto rank = beyond(side, *mid2, ppm); rank < last; ++rank) out.push_back(side[rank]);
  return Errc::ok;
}

std::optional<BandLiquidity> band_liquidity(const OrderBook& book, std::int64_t ppm) noexcept {
  const auto mid2 = book.mid2();
  if (!mid2) return std::nullopt;
  BandLiquidity out;
  out.ppm = ppm;
  const auto add = [&](const LadderSide& side, Int128& qty, std::optional<Int128>& value, bool& truncated) {
    const auto last = within(side, *mid2, ppm);
    CheckedSum total;
    for (auto rank = beyond(side, *mid2, ppm); rank < last; ++rank) {
      qty += side[rank].qty;
      total.add_product(side[rank].price, side[rank].qty);
    }
    value = total.value();
    truncated = side.size() >= book.depth() && within_band(side[side.size() - 1].price, *mid2, ppm);
  };
  add(book.bids(), out.bid_qty, out.bid_notional, out.truncated_bid);
  add(book.asks(), out.ask_qty, out.ask_notional, out.truncated_ask);
  out.imbalance = ratio(out.bid_qty, out.ask_qty);
  return out;
}

}  // namespace hadal
