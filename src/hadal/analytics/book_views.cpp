#include "hadal/analytics/book_views.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "hadal/analytics/first_view.hpp"
#include "hadal/analytics/top_of_book.hpp"

namespace hadal {

Errc check(const ViewRequest& request) noexcept {
  const auto wrong = [&] {
    if (request.ladder && request.ladder->group && request.ladder->group->mantissa <= 0) return true;
    if (const auto& columns = request.columns) {
      if (columns->columns < 1 || columns->columns > kMaxColumns) return true;
      if (columns->first.has_value() != columns->last.has_value()) return true;
      if (columns->first && *columns->first >= *columns->last) return true;
    }
    if (request.pressure && check(*request.pressure) != Errc::ok) return true;
    return request.fill && request.fill->amount.mantissa <= 0;
  };
  return wrong() ? Errc::config_invalid : Errc::ok;
}

Errc BookViews::request(const ViewRequest& request) {
  if (check(request) != Errc::ok) return Errc::config_invalid;
  if (request == request_) return Errc::ok;
  request_ = request;
  forget();
  return Errc::ok;
}

/// Results of a former request are none of this one. The memory of lists is kept.
void BookViews::forget() {
  auto ladder = std::move(views_.ladder);
  auto columns = std::move(views_.columns);
  views_ = {};
  for (auto* rows : {&ladder.bids, &ladder.asks}) rows->clear();
  for (auto* values : {&columns.bids, &columns.asks, &columns.bid_cost, &columns.ask_cost}) values->clear();
  views_.ladder = std::move(ladder);
  views_.columns = std::move(columns);
  seen_ = {};
}

void BookViews::head(const VerifiedBook& book) {
  auto& out = views_;
  out.symbol = book.symbol();
  out.revision = book.revision();
  out.state = book.state();
  out.reason = book.reason();
  out.verified = book.verified();
  out.exchange_time = book.exchange_time();
  out.received_at = book.received_at();
  out.verified_at = book.verified_at();
  out.scales = book.scales();
  out.depth = book.depth();
}

void BookViews::compute(const VerifiedBook& verified, std::int64_t increment) {
  const auto& book = verified.levels();
  const auto scales = verified.scales();
  const bool unknown = verified.revision() == 0;  // nobody has said what a tick is
  auto& out = views_;
  out.best_bid = book.best(Side::bid);
  out.best_ask = book.best(Side::ask);
  out.spread = book.spread();
  out.mid2 = book.mid2();
  out.spread_bps = spread_bps(book);
  out.spread_percent = spread_percent_of_ask(book);
  out.microprice = microprice(book);
  out.bids = book.total(Side::bid);
  out.asks = book.total(Side::ask);

  if (const auto& rows = request_.ladder) {
    out.group = 1;
    out.ladder_error = rows->group ? rescale(*rows->group, scales.price, out.group) : Errc::ok;
    if (out.ladder_error == Errc::ok) out.ladder_error = ladder(book, {rows->levels, out.group, rows->group ? increment : 1}, out.ladder);
    if (out.ladder_error != Errc::ok) {
      out.ladder_error = unknown ? Errc::ok : Errc::config_invalid;
      out.ladder.bids.clear();
      out.ladder.asks.clear();
    }
  }
  if (const auto& columns = request_.columns) {
    out.columns_error = Errc::ok;
    if (columns->first) {
      out.first = *columns->first;
      out.last = *columns->last;
    } else if (const auto half = first_view_half_width(book)) {
      // Around mid, or the best level of the side that is there; whole ticks, so that the view holds both ends.
      const auto middle2 = out.mid2.value_or(Int128{2} * (out.best_bid ? *out.best_bid : *out.best_ask).price);
      const auto fits = [](Int128 ticks) {
        return static_cast<std::int64_t>(std::clamp<Int128>(ticks, 0, std::numeric_limits<std::int64_t>::max()));
      };
      out.first = fits(middle2 / 2 - *half);
      out.last = fits((middle2 + 1) / 2 + *half + 1);
    } else {
      out.first = out.last = 0;
    }
    out.columns_error = depth_columns(book, {columns->columns, out.first, out.last}, out.columns);
    if (out.columns_error != Errc::ok)
      for (auto* values : {&out.columns.bids, &out.columns.asks, &out.columns.bid_cost, &out.columns.ask_cost}) values->clear();
  }
  if (request_.imbalance) out.imbalance = imbalance_metrics(book, *request_.imbalance);
  if (request_.pressure) out.pressure = pressure(book, scales, *request_.pressure);
  if (request_.bands)
    for (std::size_t i = 0; i < out.bands.size(); ++i) out.bands[i] = band_liquidity(book, kBands[i]);
  if (const auto& order = request_.fill) {
    const auto amount = order->notional ? notional_units(order->amount, scales) : qty_units(order->amount, scales);
    out.fill = {};
    out.fill_error = !amount           ? (unknown ? Errc::ok : Errc::config_invalid)
                     : order->notional ? fill_notional(book, order->taker, *amount, out.fill)
                                       : fill(book, order->taker, *amount, out.fill);
  }
  out.cursor = request_.cursor ? crosshair(book, *request_.cursor) : std::nullopt;
}

const Views& BookViews::look(const VerifiedBook& book, std::int64_t increment) {
  const Seen now{book.generation(), book.revision(), book.scales(), book.depth(), increment};
  if (now != seen_) {
    compute(book, increment);
    seen_ = now;
    ++computed_;
  }
  head(book);  // a state may change without a message
  return views_;
}

}  // namespace hadal
