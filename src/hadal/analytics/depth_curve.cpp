#include "hadal/analytics/depth_curve.hpp"

#include <limits>

#include "hadal/analytics/ln.hpp"
#include "hadal/detail/to_double.hpp"

namespace hadal {
namespace {

using detail::to_double;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Where a price lies in the view: its column, -1 left of it, `columns` right of it.
class Pixels {
 public:
  explicit Pixels(const ColumnsRequest& request)
      : first_{request.first}, last_{request.last}, columns_{static_cast<std::int64_t>(request.columns)}, span_{Int128{last_} - first_} {
    narrow_ = span_ < std::numeric_limits<std::int64_t>::max() / columns_;
  }

  [[nodiscard]] std::int64_t column(std::int64_t price) const noexcept {
    if (price < first_) return -1;
    if (price >= last_) return columns_;
    // A division of 64 bits costs a fraction of one of 128.
    if (narrow_) return (price - first_) * columns_ / static_cast<std::int64_t>(span_);
    return static_cast<std::int64_t>((Int128{price} - first_) * columns_ / span_);
  }

 private:
  std::int64_t first_;
  std::int64_t last_;
  std::int64_t columns_;
  Int128 span_;
  bool narrow_;
};

double value_or_none(std::optional<Int128> value) noexcept { return value ? to_double(*value) : kNone; }

}  // namespace

void depth_steps(const OrderBook& book, Side which, DepthUnit unit, DepthSteps& out) {
  const auto& side = book.side(which);
  out.points.clear();
  out.cut = !side.empty() && side.size() >= book.depth();
  CheckedSum sum;
  double total = 0;
  for (const auto& level : side) {
    sum.add_product(level.qty, unit == DepthUnit::quote ? level.price : 1);
    if (!sum.value()) {
      out.cut = true;
      return;
    }
    out.points.push_back({level.price, total});
    total = to_double(*sum.value());
    out.points.push_back({level.price, total});
  }
}

double depth_fraction(double total, double largest, DepthScale scale) noexcept {
  if (!(largest > 0)) return 0;
  if (scale == DepthScale::linear) return total / largest;
  static const double kLn1001 = *ln(1001);
  return ln(1 + 1000 * total / largest).value_or(0) / kLn1001;
}

Errc depth_columns(const OrderBook& book, const ColumnsRequest& request, DepthColumns& out) {
  if (request.columns < 1 || request.columns > kMaxColumns || request.first >= request.last) return Errc::config_invalid;
  const Pixels pixels{request};
  const auto last = static_cast<std::int64_t>(request.columns) - 1;
  // From mid outward: a column has what lies between mid and its own end.
  const auto fill = [&](const LadderSide& side, std::vector<double>& totals, std::vector<double>& costs) {
    totals.resize(request.columns);
    costs.resize(request.columns);
    const bool bid = side.side() == Side::bid;
    const auto outward = [bid](std::int64_t column) { return bid ? -column : column; };
    const bool cut = !side.empty() && side.size() >= book.depth();
    const auto end = cut ? pixels.column(side[side.size() - 1].price) : 0;  // the last column that is known of a cut side
    std::size_t rank = 0;
    auto next = side.empty() ? 0 : pixels.column(side[0].price);  // of the level at `rank`
    CheckedSum total;
    CheckedSum cost;
    double totals_now = 0;
    double costs_now = 0;
    for (std::int64_t step = 0; step <= last; ++step) {
      const auto column = bid ? last - step : step;
      if (rank < side.size() && outward(next) <= outward(column)) {
        do {
          total.add(side[rank].qty);
          cost.add_product(side[rank].price, side[rank].qty);
          if (++rank < side.size()) next = pixels.column(side[rank].price);
        } while (rank < side.size() && outward(next) <= outward(column));
        totals_now = value_or_none(total.value());
        costs_now = value_or_none(cost.value());
      }
      const bool beyond = cut && outward(column) > outward(end);
      totals[static_cast<std::size_t>(column)] = beyond ? kNone : totals_now;
      costs[static_cast<std::size_t>(column)] = beyond ? kNone : costs_now;
    }
  };
  fill(book.bids(), out.bids, out.bid_cost);
  fill(book.asks(), out.asks, out.ask_cost);
  return Errc::ok;
}

}  // namespace hadal
