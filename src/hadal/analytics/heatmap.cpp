#include "hadal/analytics/heatmap.hpp"

#include <algorithm>

#include "hadal/analytics/first_view.hpp"
#include "hadal/detail/floor_divide.hpp"

namespace hadal {
namespace {

using detail::floor_divide;

constexpr std::size_t kMostColumns = 600;
constexpr std::size_t kMostBuckets = 400;

std::optional<std::int64_t> best(std::span<const Level> levels) noexcept {
  return levels.empty() ? std::nullopt : std::optional{levels[0].price};
}

std::optional<std::int64_t> best(const LadderSide& levels) noexcept {
  return levels.empty() ? std::nullopt : std::optional{levels[0].price};
}

/// The mid in half ticks; with one side empty the other's best price, with both empty none.
std::optional<Int128> middle(std::optional<std::int64_t> bid, std::optional<std::int64_t> ask) noexcept {
  if (!bid && !ask) return std::nullopt;
  return Int128{bid ? *bid : *ask} + (ask ? *ask : *bid);
}

/// The smallest group of F-47, at increment 1, whose 200 buckets span the first view.
std::int64_t choose_group(std::int64_t half_width) noexcept {
  const auto spans = [half_width](Int128 group) { return 200 * group >= Int128{2} * half_width; };
  if (spans(1)) return 1;
  for (Int128 power = 10;; power *= 10)
    for (const auto group : {power / 2, power, power * 5 / 2})
      if (spans(group)) return static_cast<std::int64_t>(group);
}

/// Nearest rank (formula F-21) among `count` > 0 values, counted from 0.
std::size_t rank_of(std::size_t count, std::size_t percent) noexcept { return std::max<std::size_t>(1, (count * percent + 99) / 100) - 1; }

bool finite(std::optional<double> value) noexcept { return !value || *value - *value == 0; }

}  // namespace

Errc check(const HeatmapConfig& config) noexcept {
  const bool valid = config.column_ms > 0 && config.column_ms <= kMaxMillis && config.columns >= 1 && config.columns <= kMostColumns &&
                     config.buckets >= 2 && config.buckets <= kMostBuckets && config.group.value_or(1) >= 1;
  return valid ? Errc::ok : Errc::config_invalid;
}

std::uint8_t heatmap_intensity(double value, double lo, double hi) noexcept {
  if (!(hi > lo)) return value >= hi ? 255 : 1;
  const double share = (value - lo) / (hi - lo);
  const double x = share > 0 ? std::min(share, 1.0) : 0.0;
  return static_cast<std::uint8_t>(1 + static_cast<int>(254 * x + 0.5));
}

std::int64_t Heatmap::index_of(Millis now) const noexcept { return floor_divide(now.count, config_.column_ms); }

std::size_t Heatmap::slot(std::int64_t index) const noexcept {
  const auto count = static_cast<std::int64_t>(config_.columns);
  return static_cast<std::size_t>((index % count + count) % count);
}

std::int64_t Heatmap::bucket(Side side, std::int64_t price) const noexcept {
  return price / group_ + (side == Side::ask && price % group_ != 0 ? 1 : 0);
}

std::int64_t Heatmap::lowest_around(Int128 middle2, std::size_t buckets) const noexcept {
  return static_cast<std::int64_t>(floor_divide(middle2, Int128{2} * group_)) - static_cast<std::int64_t>(buckets / 2);
}

std::span<const double> Heatmap::row(std::size_t slot, Side side) const noexcept {
  return std::span{cells_}.subspan((2 * slot + static_cast<std::size_t>(side)) * config_.buckets, config_.buckets);
}

void Heatmap::allocate(Millis now) {
  columns_.assign(config_.columns, Column{});
  marks_.assign(config_.columns, Marks{});
  sums_.assign(2 * config_.buckets, 0);
  cells_.assign(2 * config_.buckets * config_.columns, 0.0);
  last_ = now;
  newest_ = index_of(now);
  count_ = 1;
}

void Heatmap::clear() {
  count_ = 0;
  group_ = 0;
  live_ = false;
  settled_ = true;
  middle2_ = 0;
}

void Heatmap::resume(Millis now, const OrderBook& book) {
  if (count_ == 0) allocate(now);
  reach(now, nullptr);
  live_ = true;
  see(book);
}

void Heatmap::pause(Millis now, const BookShadow& before) {
  reach(now, &before);
  live_ = false;
}

void Heatmap::observe(const BookChange& change) {
  reach(change.now, &change.before);
  if (live_) see(change.after);
}

void Heatmap::advance(Millis now, const BookShadow& held) { reach(now, &held); }

void Heatmap::see(const OrderBook& book) {
  const auto bid = best(book.bids());
  const auto ask = best(book.asks());
  auto& column = columns_[slot(newest_)];
  if (bid) column.best_bid = bid;
  if (ask) column.best_ask = ask;
  middle2_ = middle(bid, ask).value_or(middle2_);
  if (group_ != 0) return;
  if (config_.group) group_ = *config_.group;
  else if (const auto half_width = first_view_half_width(book)) group_ = choose_group(*half_width);
}

/// Lets time pass. If the book was live meanwhile it was `held`; none: it is not known, and the time does not count.
void Heatmap::reach(Millis now, const BookShadow* held) {
  if (count_ == 0 || now <= last_) return;
  const auto newest = index_of(now);
  const auto oldest = newest - static_cast<std::int64_t>(config_.columns) + 1;
  if (newest_ + 1 < oldest) {  // a long time: only what can be kept of it
    const auto first = columns_[slot(newest_)].first;
    newest_ = oldest - 1;
    columns_[slot(newest_)].first = first;
    settled_ = true;
    last_ = Millis{oldest * config_.column_ms};
  }
  for (;;) {
    const auto end = std::min(now.count, (newest_ + 1) * config_.column_ms);
    if (live_ && held != nullptr && end > last_.count) add(*held, end - last_.count);
    last_ = Millis{end};
    if (newest_ == newest) return;
    begin_column(newest_ + 1);
  }
}

void Heatmap::begin_column(std::int64_t index) {
  settle();
  const auto first = columns_[slot(newest_)].first;
  auto& column = columns_[slot(index)];
  column = Column{};
  column.first = first;
  std::fill(sums_.begin(), sums_.end(), Int128{0});
  settled_ = false;
  newest_ = index;
  count_ = std::min(count_ + 1, config_.columns);
}

void Heatmap::add(const BookShadow& held, std::int64_t ms) {
  auto& column = columns_[slot(newest_)];
  const auto bid = best(held.side(Side::bid));
  const auto ask = best(held.side(Side::ask));
  if (const auto middle2 = middle(bid, ask); group_ != 0 && middle2) {
    if (!column.placed) column.first = lowest_around(*middle2, config_.buckets);
    column.placed = true;
    if (bid) column.best_bid = bid;
    if (ask) column.best_ask = ask;
    add_side(column, Side::bid, held.side(Side::bid), ms);
    add_side(column, Side::ask, held.side(Side::ask), ms);
  }
  column.live_ms += ms;
  settled_ = false;
}

void Heatmap::add_side(const Column& column, Side side, std::span<const Level> levels, std::int64_t ms) {
  const auto sums = std::span{sums_}.subspan(static_cast<std::size_t>(side) * config_.buckets, config_.buckets);
  const auto last = column.first + static_cast<std::int64_t>(config_.buckets) - 1;
  for (const auto& level : levels) {
    const auto at = bucket(side, level.price);
    if (side == Side::bid ? at < column.first : at > last) return;  // those behind it stand further out
    if (at < column.first || at > last) continue;
    sums[static_cast<std::size_t>(at - column.first)] += Int128{level.qty} * ms;
  }
}

/// Works out the cells of the column under way.
void Heatmap::settle() const {
  if (settled_) return;
  settled_ = true;
  const auto at = slot(newest_);
  const auto live = static_cast<double>(columns_[at].live_ms);
  const auto cells = std::span{cells_}.subspan(2 * at * config_.buckets, 2 * config_.buckets);
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = sums_[i] == 0 ? 0.0 : static_cast<double>(sums_[i]) / live;
}

void Heatmap::trade(Millis now, TakerSide side, std::int64_t price, std::int64_t qty) {
  if (count_ == 0) return;
  const auto index = index_of(std::max(now, last_));
  auto& marks = marks_[slot(index)];
  if (marks.index > index) return;
  if (marks.index < index) {
    marks.index = index;
    marks.count = 0;
  }
  const auto begin = marks.trades.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(marks.count);
  const auto at = std::find_if(begin, end, [qty](const TradeMark& mark) { return mark.qty < qty; });
  if (at == marks.trades.end()) return;
  if (marks.count < kMarks) ++marks.count;
  std::copy_backward(at, begin + static_cast<std::ptrdiff_t>(marks.count) - 1, begin + static_cast<std::ptrdiff_t>(marks.count));
  *at = {side == TakerSide::buy, price, qty};
}

std::size_t Heatmap::columns() const noexcept { return count_; }

HeatmapColumn Heatmap::column(std::size_t age) const {
  settle();
  const auto index = newest_ - static_cast<std::int64_t>(age);
  const auto at = slot(index);
  const auto& column = columns_[at];
  const auto& marks = marks_[at];
  HeatmapColumn out;
  out.index = index;
  out.first = column.first;
  out.live_ms = column.live_ms;
  out.coverage = static_cast<double>(column.live_ms) / static_cast<double>(config_.column_ms);
  out.bids = row(at, Side::bid);
  out.asks = row(at, Side::ask);
  out.best_bid = column.best_bid;
  out.best_ask = column.best_ask;
  if (marks.index == index) out.trades = std::span{marks.trades}.first(marks.count);
  return out;
}

/// Calls visit(side, place in the picture, H) for every cell in view that has data.
template <class Visit>
void Heatmap::each_cell(std::size_t columns, std::int64_t first, std::size_t buckets, Visit visit) const {
  const auto kept = static_cast<Int128>(config_.buckets);
  for (std::size_t i = 0; i < columns; ++i) {
    const auto at = slot(newest_ - static_cast<std::int64_t>(columns - 1 - i));
    const auto& column = columns_[at];
    if (column.live_ms == 0) continue;
    const auto shift = Int128{first} - column.first;  // from a place in view to one in the column
    if (shift >= kept || -shift >= static_cast<Int128>(buckets)) continue;
    const auto begin = static_cast<std::size_t>(std::max<Int128>(0, -shift));
    const auto end = static_cast<std::size_t>(std::min(static_cast<Int128>(buckets), kept - shift));
    const auto from = static_cast<std::size_t>(static_cast<Int128>(begin) + shift);
    for (const auto side : {Side::bid, Side::ask}) {
      const auto cells = row(at, side);
      for (auto j = begin; j < end; ++j) visit(side, i * buckets + j, cells[from + (j - begin)]);
    }
  }
}

Errc Heatmap::intensities(const HeatmapWindow& window, HeatmapPicture& out) const {
  const bool valid = window.columns >= 1 && window.columns <= kMostColumns && window.buckets >= 1 && window.buckets <= kMostBuckets &&
                     finite(window.lo) && finite(window.hi);
  if (!valid) return Errc::config_invalid;
  settle();
  out.columns = std::min(window.columns, count_);
  out.buckets = window.buckets;
  out.first = window.first.value_or(group_ == 0 ? 0 : lowest_around(middle2_, window.buckets));
  out.first_index = out.columns == 0 ? 0 : newest_ - static_cast<std::int64_t>(out.columns) + 1;
  out.lo = window.lo;
  out.hi = window.hi;
  if (!out.lo || !out.hi) {
    auto& values = out.values;
    values.clear();
    each_cell(out.columns, out.first, out.buckets, [&values](Side, std::size_t, double value) {
      if (value > 0) values.push_back(value);
    });
    const auto percentile = [&values](std::size_t percent) -> std::optional<double> {
      if (values.empty()) return std::nullopt;
      const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank_of(values.size(), percent));
      std::nth_element(values.begin(), at, values.end());
      return *at;
    };
    if (!out.lo) out.lo = percentile(5);
    if (!out.hi) out.hi = percentile(99);
  }
  out.bids.assign(out.columns * out.buckets, 0);
  out.asks.assign(out.columns * out.buckets, 0);
  each_cell(out.columns, out.first, out.buckets, [&out](Side side, std::size_t place, double value) {
    auto& cells = side == Side::bid ? out.bids : out.asks;
    cells[place] = out.lo && out.hi ? heatmap_intensity(value, *out.lo, *out.hi) : 1;
  });
  return Errc::ok;
}

}  // namespace hadal
