/// What somebody wants to see of a book, declared once and computed when it is looked at (catalogue G-17).
///
/// Prices and amounts are asked for in the market's own units (a group of `0.5`, a purchase of `2.5`), so that a request can be made before
/// the first snapshot and stays right when a scale widens. Each result stands for itself: one that cannot be had says why, and the others are
/// there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/analytics/crosshair.hpp"
#include "hadal/analytics/depth_curve.hpp"
#include "hadal/analytics/fill.hpp"
#include "hadal/analytics/ladder.hpp"
#include "hadal/analytics/liquidity.hpp"
#include "hadal/book/verified_book.hpp"

namespace hadal {

/// Rows of a ladder.
struct LadderView {
  std::size_t levels = 10;         ///< a side; 0: all
  std::optional<Decimal> group{};  ///< price of a row; none: the levels as they are
  friend bool operator==(const LadderView&, const LadderView&) = default;
};
/// Depth columns of a chart.
struct ColumnsView {
  std::size_t columns = 0;              ///< 1 ... kMaxColumns
  std::optional<std::int64_t> first{};  ///< ticks; both none: the first view (F-56), which follows the market
  std::optional<std::int64_t> last{};   ///< ticks, not included
  friend bool operator==(const ColumnsView&, const ColumnsView&) = default;
};
/// A taker's order.
struct OrderView {
  TakerSide taker = TakerSide::buy;
  Decimal amount{};       ///< > 0
  bool notional = false;  ///< in quote currency
  friend bool operator==(const OrderView&, const OrderView&) = default;
};

struct ViewRequest {
  using LadderRows = LadderView;
  using Columns = ColumnsView;
  using Order = OrderView;

  std::optional<LadderRows> ladder{};
  std::optional<Columns> columns{};
  std::optional<std::size_t> imbalance{};  ///< levels; 0: all
  std::optional<PressureConfig> pressure{};
  bool bands = false;  ///< liquidity within kBands
  std::optional<Order> fill{};
  std::optional<std::int64_t> cursor{};  ///< ticks

  friend bool operator==(const ViewRequest&, const ViewRequest&) = default;
};
/// Errc::config_invalid for what can never be, whatever the book: no columns, an empty view, an amount or group that is not positive.
[[nodiscard]] Errc check(const ViewRequest& request) noexcept;

/// Results, those that were asked for. Prices in ticks, quantities in units of `scales`.
struct Views {
  std::string_view symbol;  ///< valid as long as the book
  std::uint64_t revision = 0;
  BookState state = BookState::unsubscribed;
  Cause reason = Cause::none;
  bool verified = false;
  std::optional<UnixNanos> exchange_time{};
  std::optional<Millis> received_at{};
  std::optional<Millis> verified_at{};
  Scales scales{};
  std::uint16_t depth = 0;

  std::optional<Level> best_bid{}, best_ask{};
  std::optional<Int128> spread{};  ///< ticks
  std::optional<Int128> mid2{};    ///< half ticks
  std::optional<double> spread_bps{};
  std::optional<double> spread_percent{};  ///< of the ask
  std::optional<double> microprice{};      ///< ticks
  SideTotal bids{}, asks{};

  Errc ladder_error = Errc::
      ok;  ///< config_invalid: the group is no multiple of the price increment, finer than a tick, or too large; ok before the first snapshot
  std::int64_t group = 1;  ///< ticks a row of the ladder
  Ladder ladder;
  Errc columns_error = Errc::ok;     ///< config_invalid: there is no view to show yet
  std::int64_t first = 0, last = 0;  ///< ticks that the columns cover; the first view stays within 0 ... 2^63 - 1
  DepthColumns columns;
  ImbalanceMetrics imbalance;
  Pressure pressure;
  std::array<std::optional<BandLiquidity>, std::size(kBands)> bands{};
  Errc fill_error = Errc::ok;  ///< config_invalid: the amount is finer than the market's units, or too large; ok before the first snapshot
  Fill fill;
  std::optional<Crosshair> cursor{};
};

/// Reads no clock; equal revisions and requests give equal results. Single owner.
class BookViews {
 public:
  /// Errc as check(); the former request stays then. The same request again is no change.
  Errc request(const ViewRequest& request);
  [[nodiscard]] const ViewRequest& wanted() const noexcept { return request_; }

  /// The results for the book as it is. Computed only if the book or the request has changed since; O(levels + columns) then, else O(1).
  /// Allocates nothing after warm-up. `increment`: the exchange's price_increment in ticks, 1 if it is not known.
  [[nodiscard]] const Views& look(const VerifiedBook& book, std::int64_t increment = 1);

  /// How often results were computed.
  [[nodiscard]] std::uint64_t computed() const noexcept { return computed_; }

 private:
  void forget();
  void head(const VerifiedBook& book);
  void compute(const VerifiedBook& book, std::int64_t increment);

  ViewRequest request_;
  Views views_;
  struct Seen {
    std::uint64_t generation = 0;  ///< of the book; 0: none
    std::uint64_t revision = 0;
    Scales scales{};
    std::uint16_t depth = 0;
    std::int64_t increment = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  Seen seen_;
  std::uint64_t computed_ = 0;
};

namespace detail {
class JsonLine;
}
/// All results of a request as members of a JSON object, in a fixed order: decimals at the book's scale, ratios as 16 hex digits of their bits.
/// It is what native and WebAssembly are compared by.
void append_views(detail::JsonLine& line, const ViewRequest& request, const Views& views);

}  // namespace hadal
