#include "watch.hpp"

#include <algorithm>
#include <limits>

#include "hadal/detail/to_double.hpp"
#include "layout.hpp"

namespace hadal::web {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kNanosPerMilli = 1'000'000;

template <class Value>
double number(const std::optional<Value>& value) {
  return value ? static_cast<double>(*value) : kNone;
}
double number(const std::optional<Int128>& value) { return value ? detail::to_double(*value) : kNone; }

/// The columns of one side of the ladder, one after the other.
double* put_rows(double* out, const std::vector<LadderRow>& rows) {
  const auto count = rows.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto& row = rows[i];
    const double values[kLadderColumns] = {detail::to_double(row.bucket.price),
                                           detail::to_double(row.bucket.qty),
                                           detail::to_double(row.cumulative),
                                           number(row.cost),
                                           row.share,
                                           row.cumulative_percent,
                                           row.cum_vs_max,
                                           number(row.distance),
                                           number(row.distance_bps),
                                           static_cast<double>(row.bucket.levels)};
    for (std::size_t column = 0; column < kLadderColumns; ++column) out[column * count + i] = values[column];
  }
  return out + kLadderColumns * count;
}

/// A decimal at a scale, as a double: for what is only shown.
double at_scale(Decimal value, int scale) {
  auto out = static_cast<double>(value.mantissa);
  for (auto steps = scale - value.scale; steps > 0; --steps) out *= 10;
  for (auto steps = value.scale - scale; steps > 0; --steps) out /= 10;
  return out;
}

}  // namespace

std::string WasmWatch::request(const std::string& json) {
  WatchRequest wanted;
  auto wrong = parse_watch(json, wanted);
  if (!wrong.empty()) return wrong;
  request_ = wanted;
  if (!request_.heatmap) picture_ = {};
  seen_.reset();
  static_cast<void>(views_.request(wanted.views));  // parse_watch() has checked it
  return {};
}

/// The exchange's price increment in ticks of the book; 1 if it is not known, or finer than that.
std::int64_t WasmWatch::increment(const VerifiedBook& book) const {
  const auto* pair = source_->feed()->instruments().pair(symbol_);
  std::int64_t ticks = 1;
  if (pair == nullptr || !pair->price_increment || rescale(*pair->price_increment, book.scales().price, ticks) != Errc::ok) return 1;
  return std::max<std::int64_t>(1, ticks);
}

void WasmWatch::put_head(const Views& v) {
  auto* const out = block_.data();
  std::fill(out, out + kViewHeader, kNone);
  out[kViewVersion] = kLayoutVersion;
  out[kViewRevision] = static_cast<double>(v.revision);
  out[kViewState] = static_cast<double>(v.state);
  out[kViewReason] = static_cast<double>(v.reason);
  out[kViewVerified] = v.verified ? 1 : 0;
  out[kViewDepth] = v.depth;
  out[kViewPriceScale] = v.scales.price;
  out[kViewQtyScale] = v.scales.qty;
  if (v.exchange_time) out[kViewExchangeTime] = static_cast<double>(*v.exchange_time / kNanosPerMilli);
  if (v.received_at) out[kViewReceivedAt] = static_cast<double>(v.received_at->count);
  if (v.verified_at) out[kViewVerifiedAt] = static_cast<double>(v.verified_at->count);
  if (v.best_bid) {
    out[kViewBestBid] = static_cast<double>(v.best_bid->price);
    out[kViewBestBidQty] = static_cast<double>(v.best_bid->qty);
  }
  if (v.best_ask) {
    out[kViewBestAsk] = static_cast<double>(v.best_ask->price);
    out[kViewBestAskQty] = static_cast<double>(v.best_ask->qty);
  }
  out[kViewMid2] = number(v.mid2);
  out[kViewSpreadBps] = number(v.spread_bps);
  out[kViewSpreadPercent] = number(v.spread_percent);
  out[kViewMicroprice] = number(v.microprice);
  out[kViewBidTotal] = static_cast<double>(v.bids.qty);
  out[kViewBidValue] = number(v.bids.notional);
  out[kViewAskTotal] = static_cast<double>(v.asks.qty);
  out[kViewAskValue] = number(v.asks.notional);
}

void WasmWatch::put_views(const Views& v) {
  auto* const out = block_.data();
  const auto& wanted = request_.views;
  const auto failed = [](bool asked, Errc error, int bit) { return asked && error != Errc::ok ? bit : 0; };
  out[kViewError] = failed(wanted.ladder.has_value(), v.ladder_error, 1) + failed(wanted.columns.has_value(), v.columns_error, 2) +
                    failed(wanted.fill.has_value(), v.fill_error, 4);
  out[kViewGroup] = static_cast<double>(v.group);
  if (wanted.columns) {
    out[kViewFirst] = static_cast<double>(v.first);
    out[kViewLast] = static_cast<double>(v.last);
  }
  if (wanted.imbalance) {
    out[kViewImbalance] = v.imbalance.imbalance;
    out[kViewBidShare] = v.imbalance.bid_share;
    out[kViewImbalanceBid] = static_cast<double>(v.imbalance.bid_qty);
    out[kViewImbalanceAsk] = static_cast<double>(v.imbalance.ask_qty);
    out[kViewBidVwap] = number(v.imbalance.bid_vwap);
    out[kViewAskVwap] = number(v.imbalance.ask_vwap);
  }
  if (wanted.pressure) {
    out[kViewPressure] = v.pressure.score;
    out[kViewSignal] = static_cast<double>(v.pressure.signal);
    out[kViewConfidence] = number(v.pressure.confidence);
  }
  if (wanted.bands)
    for (std::size_t i = 0; i < v.bands.size(); ++i) {
      const auto& band = v.bands[i];
      if (!band) continue;
      auto* const at = out + kViewBands + 7 * i;
      at[0] = static_cast<double>(band->bid_qty);
      at[1] = static_cast<double>(band->ask_qty);
      at[2] = number(band->bid_notional);
      at[3] = number(band->ask_notional);
      at[4] = band->imbalance;
      at[5] = band->truncated_bid ? 1 : 0;
      at[6] = band->truncated_ask ? 1 : 0;
    }
  if (wanted.fill && v.fill_error == Errc::ok) {
    out[kViewFilled] = static_cast<double>(v.fill.filled);
    out[kViewCost] = number(v.fill.cost);
    out[kViewVwap] = number(v.fill.vwap);
    out[kViewWorst] = number(v.fill.worst);
    out[kViewLevels] = static_cast<double>(v.fill.levels);
    out[kViewComplete] = v.fill.complete ? 1 : 0;
    out[kViewCut] = v.fill.cut ? 1 : 0;
    out[kViewUnspent] = number(v.fill.unspent);
    out[kViewSlippage] = number(v.fill.slippage_bps);
    out[kViewWorstBps] = number(v.fill.worst_bps);
  }
  if (v.cursor) {
    out[kViewCursorDistance] = static_cast<double>(v.cursor->distance);
    out[kViewCursorPercent] = v.cursor->distance_percent;
    out[kViewCursorTotal] = number(v.cursor->here.total);
    out[kViewCursorCost] = number(v.cursor->here.cost);
    out[kViewCursorAverage] = number(v.cursor->average);
    out[kViewCursorSlippage] = number(v.cursor->slippage_bps);
    out[kViewMirrorPrice2] = static_cast<double>(v.cursor->mirror.price2);
    out[kViewMirrorTotal] = number(v.cursor->mirror.total);
  }
}

/// The book as it is.
void WasmWatch::put_book(const VerifiedBook& book, double*& end) {
  auto* const out = block_.data();
  const auto& counters = book.counters();
  out[kViewMatched] = static_cast<double>(counters.matched);
  out[kViewMismatched] = static_cast<double>(counters.mismatched);
  out[kViewSkipped] = static_cast<double>(counters.skipped);
  out[kViewSnapshots] = static_cast<double>(counters.snapshots);
  out[kViewUpdates] = static_cast<double>(counters.updates);
  out[kViewBookBids] = out[kViewBookAsks] = out[kViewInexact] = 0;
  out[kViewNow] = static_cast<double>(source_->now().count);
  const auto& levels = book.levels();
  out[kViewFirstHalfWidth] = number(first_view_half_width(levels));
  if (!request_.book) return;
  out[kViewBookBids] = static_cast<double>(levels.bids().size());
  out[kViewBookAsks] = static_cast<double>(levels.asks().size());
  constexpr double kExact = 9007199254740992.0;  // 2^53
  for (const auto* side : {&levels.bids(), &levels.asks()}) {
    const auto* const prices = end;
    end = fill_side(end, *side);
    if (side->empty()) continue;
    // The largest of a side are its running total, and its first or last price
    if (end[-1] >= kExact || std::max(prices[0], prices[side->size() - 1]) >= kExact) out[kViewInexact] = 1;
  }
}

WasmWatch::Seen WasmWatch::seen(const VerifiedBook& book) const {
  const auto& counters = book.counters();
  Seen now{book.generation(),
           book.revision(),
           counters.matched + counters.mismatched + counters.skipped,
           book.state(),
           book.reason(),
           book.verified(),
           0};
  const auto* analytics = source_->analytics();
  const auto* followed = analytics == nullptr || !request_.tape ? nullptr : analytics->symbol(symbol_);
  if (followed != nullptr) now.followed = followed->tape().total();
  return now;
}

int WasmWatch::dirty() const {
  const auto* feed = source_->feed();
  const auto* book = feed == nullptr ? nullptr : feed->book(symbol_);
  if (book == nullptr) return 0;
  if (!seen_) return 2;
  const auto now = seen(*book);
  if (now.state != seen_->state || now.reason != seen_->reason || now.verified != seen_->verified) return 2;
  constexpr std::int64_t kByTheClock = 1'000;  // ms
  return now != *seen_ || source_->now().count - filled_at_.count >= kByTheClock ? 1 : 0;
}

/// Tape, heatmap and health. `end`: where the columns go on.
void WasmWatch::put_followed(const VerifiedBook& book, double*& end) {
  auto* const out = block_.data();
  auto* analytics = source_->analytics();
  const auto* followed = analytics == nullptr ? nullptr : analytics->settled(symbol_, source_->now());
  out[kViewTape] = out[kViewHeatColumns] = out[kViewHeatBuckets] = out[kViewHeatMarks] = 0;
  if (followed == nullptr) return;
  if (const auto since = followed->state_since()) out[kViewSince] = static_cast<double>(since->count);
  out[kViewHealth] = static_cast<double>(followed->health().status(source_->now()));
  out[kViewSilence] = number(followed->health().silence_ms(source_->now()));
  if (request_.tape) {
    std::size_t count = 0;
    const auto& tape = followed->tape();
    tape.newest(request_.tape->count, request_.tape->min_size, [&](const TapeTrade&) { ++count; });
    std::size_t i = 0;
    tape.newest(count, request_.tape->min_size, [&](const TapeTrade& trade) {
      end[i] = trade.time ? static_cast<double>(*trade.time / kNanosPerMilli) : kNone;
      end[count + i] = at_scale(trade.price, book.scales().price);
      end[2 * count + i] = at_scale(trade.qty, book.scales().qty);
      end[3 * count + i] = trade.side == TakerSide::buy ? 1 : 0;
      end[4 * count + i] = number(trade.id);
      ++i;
    });
    out[kViewTape] = static_cast<double>(count);
    end += 5 * count;
  }
  const auto* map = followed->heatmap();
  if (!request_.heatmap || map == nullptr || map->intensities(*request_.heatmap, picture_) != Errc::ok) return;
  put_heat(*map, end);
}

/// What the map's colours do not say: how much of each column was seen, its best prices and its largest trades.
void WasmWatch::put_heat(const Heatmap& map, double*& end) {
  const auto columns = picture_.columns;
  const auto used = static_cast<std::size_t>(end - block_.data());
  const auto size = used + 3 * columns + 4 * Heatmap::kMarks * columns;
  if (block_.size() < size) block_.resize(size);
  auto* const out = block_.data();
  end = out + used;
  out[kViewHeatColumns] = static_cast<double>(columns);
  out[kViewHeatBuckets] = static_cast<double>(picture_.buckets);
  out[kViewHeatFirst] = static_cast<double>(picture_.first);
  out[kViewHeatIndex] = static_cast<double>(picture_.first_index);
  out[kViewHeatGroup] = static_cast<double>(map.group());
  out[kViewHeatLo] = number(picture_.lo);
  out[kViewHeatHi] = number(picture_.hi);
  out[kViewHeatColumnMs] = static_cast<double>(map.column_ms());
  marks_.clear();
  for (std::size_t i = 0; i < columns; ++i) {
    const auto column = map.column(columns - 1 - i);
    end[i] = column.coverage;
    end[columns + i] = number(column.best_bid);
    end[2 * columns + i] = number(column.best_ask);
    for (const auto& trade : column.trades) marks_.push_back({i, trade});
  }
  end += 3 * columns;
  for (const auto& [column, trade] : marks_) *end++ = static_cast<double>(column);
  for (const auto& [column, trade] : marks_) *end++ = static_cast<double>(trade.price);
  for (const auto& [column, trade] : marks_) *end++ = static_cast<double>(trade.qty);
  for (const auto& [column, trade] : marks_) *end++ = trade.buy ? 1 : 0;
  out[kViewHeatMarks] = static_cast<double>(marks_.size());
}

const double* WasmWatch::fill() {
  const auto* feed = source_->feed();
  const auto* book = feed == nullptr ? nullptr : feed->book(symbol_);
  if (book == nullptr) return nullptr;
  const auto ticks = increment(*book);
  const auto& views = views_.look(*book, ticks);
  const auto& wanted = request_.views;
  groups_.clear();
  if (wanted.ladder) group_choices(views.mid2, ticks, groups_);
  const auto rows = wanted.ladder ? views.ladder.bids.size() + views.ladder.asks.size() : 0;
  const auto columns = wanted.columns ? views.columns.bids.size() : 0;
  const auto tape = request_.tape ? request_.tape->count : 0;
  const auto levels = request_.book ? book->levels().bids().size() + book->levels().asks().size() : 0;
  const auto size = kViewHeader + kLadderColumns * rows + groups_.size() + 4 * columns + 3 * levels + 5 * tape;
  if (block_.size() < size) block_.resize(size + size / 2);
  put_head(views);
  put_views(views);
  auto* const out = block_.data();
  auto* end = out + kViewHeader;
  out[kViewBidRows] = out[kViewAskRows] = 0;
  if (wanted.ladder) {
    out[kViewBidRows] = static_cast<double>(views.ladder.bids.size());
    out[kViewAskRows] = static_cast<double>(views.ladder.asks.size());
    end = put_rows(put_rows(end, views.ladder.bids), views.ladder.asks);
  }
  out[kViewGroups] = static_cast<double>(groups_.size());
  for (const auto group : groups_) *end++ = static_cast<double>(group);
  out[kViewColumns] = static_cast<double>(columns);
  if (columns != 0)
    for (const auto* list : {&views.columns.bids, &views.columns.asks, &views.columns.bid_cost, &views.columns.ask_cost})
      end = std::copy(list->begin(), list->end(), end);
  put_book(*book, end);
  put_followed(*book, end);
  seen_ = seen(*book);
  filled_at_ = source_->now();
  return block_.data();
}

std::string WasmWatch::level_text(int side, int rank) const {
  const auto* feed = source_->feed();
  const auto* book = feed == nullptr ? nullptr : feed->book(symbol_);
  return book == nullptr ? std::string{} : web::level_text(*book, side, rank);
}

const std::uint8_t* WasmWatch::heat(int side) const {
  const auto& cells = side == 0 ? picture_.bids : picture_.asks;
  return cells.empty() ? nullptr : cells.data();
}

}  // namespace hadal::web
