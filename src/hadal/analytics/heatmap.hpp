/// Liquidity over time and price (formulas F-39, F-40): what rested where, averaged over each time bucket, and as 8-bit intensities.
///
/// Bids and asks are kept apart: within one column a price may have held both. Each column has its own price range around where mid was
/// when it began, so that a market may wander; memory is fixed by columns x buckets (two sides, 8 bytes a cell: 3.8 MB at most).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "hadal/analytics/change.hpp"
#include "hadal/base/errc.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

struct HeatmapConfig {
  std::int64_t column_ms = 1'000;       ///< length of a time bucket, > 0, at most kMaxMillis
  std::size_t columns = 600;            ///< kept, 1 ... 600
  std::size_t buckets = 400;            ///< price buckets a column, 2 ... 400
  std::optional<std::int64_t> group{};  ///< ticks a bucket, >= 1; none: the group of F-47 whose 200 buckets span the first view (F-56)

  friend bool operator==(const HeatmapConfig&, const HeatmapConfig&) = default;
};
[[nodiscard]] Errc check(const HeatmapConfig& config) noexcept;

/// A trade that is drawn on the map.
struct TradeMark {
  bool buy = false;        ///< the taker bought
  std::int64_t price = 0;  ///< ticks
  std::int64_t qty = 0;    ///< units
};

/// One time bucket.
struct HeatmapColumn {
  std::int64_t index = 0;        ///< begins at driver time index x column_ms
  std::int64_t first = 0;        ///< lowest bucket kept: prices from first x group
  std::int64_t live_ms = 0;      ///< T: how long the book was live in it; 0: no data
  double coverage = 0;           ///< live_ms / column_ms
  std::span<const double> bids;  ///< H per bucket, from `first` up, in units; 0: nothing rested there
  std::span<const double> asks;
  std::optional<std::int64_t> best_bid{};  ///< ticks, the last seen in it
  std::optional<std::int64_t> best_ask{};
  std::span<const TradeMark> trades;  ///< the largest first, at most kMarks; of equal size the older first
};

/// What intensities() is to draw: time from the newest column backwards, price from `first` bucket up.
struct HeatmapWindow {
  std::size_t columns = 600;            ///< 1 ... 600
  std::size_t buckets = 400;            ///< 1 ... 400
  std::optional<std::int64_t> first{};  ///< lowest bucket; none: centred on the last mid
  std::optional<double> lo{};           ///< fixed cut-offs, in units; none: the 5th and 99th percentile of the non-zero cells in view
  std::optional<double> hi{};
};

/// Column-major: cell (column, bucket) at column x buckets + bucket, oldest column first. 0: no data, or outside of what the column kept.
struct HeatmapPicture {
  std::size_t columns = 0;  ///< as many as asked for, or all there are
  std::size_t buckets = 0;
  std::int64_t first = 0;        ///< lowest bucket
  std::int64_t first_index = 0;  ///< of the oldest column
  std::optional<double> lo{};    ///< the cut-offs used; none: percentiles were asked for, and no cell is above zero
  std::optional<double> hi{};
  std::vector<std::uint8_t> bids;
  std::vector<std::uint8_t> asks;
  std::vector<double> values;  ///< working memory: the non-zero cells, for the percentiles
};

/// One value (formula F-40).
[[nodiscard]] std::uint8_t heatmap_intensity(double value, double lo, double hi) noexcept;

class Heatmap {
 public:
  /// Precondition: check(config) is Errc::ok. Allocates everything at the first snapshot.
  explicit Heatmap(HeatmapConfig config) : config_{config} {}

  /// A live book begins: after a snapshot, or again after it was not live.
  void resume(Millis now, const OrderBook& book);
  /// The book is not live any more: time stops counting. `before` is the book as it was until now.
  void pause(Millis now, const BookShadow& before);
  /// `before` is what has rested since the last call; then the book is `after`. O(levels) if time has passed, else O(1).
  void observe(const BookChange& change);
  /// Time passes without a message.
  void advance(Millis now, const BookShadow& held);
  /// Marks a trade in the column of `now`. Does not make time pass.
  void trade(Millis now, TakerSide side, std::int64_t price, std::int64_t qty);
  void clear();

  [[nodiscard]] std::int64_t group() const noexcept { return group_; }  ///< 0 before the first snapshot
  [[nodiscard]] std::int64_t column_ms() const noexcept { return config_.column_ms; }
  [[nodiscard]] std::size_t columns() const noexcept;  ///< that can be asked for, the one under way included
  /// `age` 0 is the column under way. Valid until the next call that changes something. Precondition: age < columns().
  [[nodiscard]] HeatmapColumn column(std::size_t age) const;
  /// O(columns x buckets). Allocates nothing once `out` has grown. Errc::config_invalid for an empty or too large window.
  [[nodiscard]] Errc intensities(const HeatmapWindow& window, HeatmapPicture& out) const;

  static constexpr std::size_t kMarks = 8;  ///< trades a column

 private:
  struct Column {
    std::int64_t first = 0;
    bool placed = false;  ///< else `first` is that of the column before
    std::int64_t live_ms = 0;
    std::optional<std::int64_t> best_bid{};
    std::optional<std::int64_t> best_ask{};
  };
  /// Apart from the columns: a trade may come before time has reached its column.
  struct Marks {
    std::int64_t index = std::numeric_limits<std::int64_t>::min();
    std::size_t count = 0;
    std::array<TradeMark, kMarks> trades{};
  };

  void allocate(Millis now);
  void reach(Millis now, const BookShadow* held);
  void begin_column(std::int64_t index);
  void add(const BookShadow& held, std::int64_t ms);
  void add_side(const Column& column, Side side, std::span<const Level> levels, std::int64_t ms);
  void see(const OrderBook& book);
  void settle() const;
  template <class Visit>
  void each_cell(std::size_t columns, std::int64_t first, std::size_t buckets, Visit visit) const;
  [[nodiscard]] std::int64_t index_of(Millis now) const noexcept;
  [[nodiscard]] std::size_t slot(std::int64_t index) const noexcept;
  [[nodiscard]] std::int64_t bucket(Side side, std::int64_t price) const noexcept;
  [[nodiscard]] std::int64_t lowest_around(Int128 middle2, std::size_t buckets) const noexcept;
  [[nodiscard]] std::span<const double> row(std::size_t slot, Side side) const noexcept;

  HeatmapConfig config_;
  std::int64_t group_ = 0;
  bool live_ = false;
  Millis last_{};                      ///< up to here time is counted
  std::int64_t newest_ = 0;            ///< index of the column under way
  std::size_t count_ = 0;              ///< columns so far; 0: no snapshot yet
  Int128 middle2_ = 0;                 ///< the last mid, in half ticks
  std::vector<Column> columns_;        ///< a ring, by index modulo config_.columns
  std::vector<Marks> marks_;           ///< likewise
  std::vector<Int128> sums_;           ///< of the column under way, units x ms: bids, then asks
  mutable std::vector<double> cells_;  ///< H by slot: bids, then asks; of the column under way once it is settled
  mutable bool settled_ = true;
};

}  // namespace hadal
