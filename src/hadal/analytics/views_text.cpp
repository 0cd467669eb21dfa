// The views of a book as text: what native and WebAssembly are compared by.

#include <utility>

#include "hadal/analytics/book_views.hpp"
#include "hadal/detail/json_out.hpp"

namespace hadal {
namespace {

using detail::JsonLine;

void append_bits(std::string& out, double value) {
  std::string text;
  JsonLine line{text};
  line.bits("v", value);
  out += text.size() > 5 ? text.substr(5) : "null";  // {"v":"..."
}

/// A list of doubles, null for none.
void append_list(JsonLine& line, std::string_view key, const std::vector<double>& values) {
  auto& out = line.raw(key);
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    append_bits(out, values[i]);
  }
  out += ']';
}

class ViewText {
 public:
  ViewText(JsonLine& line, const Views& views) : line_{line}, views_{views} {}

  void top() {
    qty("bid_total", views_.bids.qty);
    qty("ask_total", views_.asks.qty);
    value("bid_value", views_.bids.notional);
    value("ask_value", views_.asks.notional);
    line_.boolean("bid_cut", views_.bids.cut).boolean("ask_cut", views_.asks.cut);
    if (views_.spread) line_.decimal("spread", *views_.spread, scales().price);
    if (views_.mid2) line_.decimal("mid", *views_.mid2 * 5, scales().price + 1);
    line_.bits("spread_bps", views_.spread_bps).bits("spread_percent", views_.spread_percent).bits("microprice", views_.microprice);
  }

  void rows(std::string_view key, const std::vector<LadderRow>& rows) {
    auto& out = line_.raw(key);
    out += '[';
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& row = rows[i];
      if (i > 0) out += ',';
      JsonLine line{out};
      line.decimal("price", row.bucket.price, scales().price).decimal("qty", row.bucket.qty, scales().qty);
      line.number("levels", row.bucket.levels);
      if (row.bucket.partial) line.boolean("partial", true);
      line.bits("share", row.share).decimal("total", row.cumulative, scales().qty);
      line.bits("percent", row.cumulative_percent).bits("bar", row.cum_vs_max);
      if (row.cost) line.decimal("cost", *row.cost, scales().price + scales().qty);
      if (row.distance) line.decimal("distance", *row.distance * 5, scales().price + 1);
      line.bits("bps", row.distance_bps);
      line.end();
      out.pop_back();  // the line end
    }
    out += ']';
  }

  void columns() {
    line_.integer("first", views_.first).integer("last", views_.last);
    append_list(line_, "bid_columns", views_.columns.bids);
    append_list(line_, "ask_columns", views_.columns.asks);
    append_list(line_, "bid_costs", views_.columns.bid_cost);
    append_list(line_, "ask_costs", views_.columns.ask_cost);
  }

  void imbalance() {
    const auto& i = views_.imbalance;
    line_.bits("imbalance", i.imbalance).bits("bid_share", i.bid_share);
    qty("bid_qty", i.bid_qty);
    qty("ask_qty", i.ask_qty);
    line_.number("bid_levels", i.bid_levels).number("ask_levels", i.ask_levels);
    line_.bits("bid_vwap", i.bid_vwap).bits("ask_vwap", i.ask_vwap);
  }

  void pressure() {
    const auto& p = views_.pressure;
    line_.bits("pressure", p.score).string("signal", name(p.signal)).bits("confidence", p.confidence);
  }

  void bands() {
    auto& out = line_.raw("bands");
    out += '[';
    bool first = true;
    for (const auto& band : views_.bands) {
      if (!band) continue;
      if (!std::exchange(first, false)) out += ',';
      JsonLine line{out};
      line.integer("ppm", band->ppm).decimal("bid_qty", band->bid_qty, scales().qty).decimal("ask_qty", band->ask_qty, scales().qty);
      if (band->bid_notional) line.decimal("bid_value", *band->bid_notional, scales().price + scales().qty);
      if (band->ask_notional) line.decimal("ask_value", *band->ask_notional, scales().price + scales().qty);
      line.bits("imbalance", band->imbalance).boolean("bid_cut", band->truncated_bid).boolean("ask_cut", band->truncated_ask);
      line.end();
      out.pop_back();
    }
    out += ']';
  }

  void fill() {
    const auto& f = views_.fill;
    JsonLine line{line_.raw("fill")};
    line.decimal("filled", f.filled, scales().qty);
    if (f.cost) line.decimal("cost", *f.cost, scales().price + scales().qty);
    line.bits("vwap", f.vwap);
    if (f.worst) line.decimal("worst", *f.worst, scales().price);
    line.number("levels", f.levels).boolean("complete", f.complete).boolean("cut", f.cut);
    if (f.unspent) line.decimal("unspent", *f.unspent, scales().price + scales().qty);
    line.bits("slippage_bps", f.slippage_bps).bits("worst_bps", f.worst_bps);
    end(line);
  }

  void cursor() {
    const auto& c = *views_.cursor;
    JsonLine line{line_.raw("cursor")};
    line.decimal("distance", c.distance * 5, scales().price + 1).bits("percent", c.distance_percent);
    reading(line, "here", c.here);
    reading(line, "mirror", c.mirror);
    line.bits("average", c.average).bits("slippage_bps", c.slippage_bps);
    end(line);
  }

 private:
  [[nodiscard]] Scales scales() const { return views_.scales; }
  void qty(std::string_view key, Int128 units) { line_.decimal(key, units, scales().qty); }
  void value(std::string_view key, const std::optional<Int128>& amount) {
    if (amount) line_.decimal(key, *amount, scales().price + scales().qty);
  }
  void reading(JsonLine& parent, std::string_view key, const DepthReading& reading) {
    JsonLine line{parent.raw(key)};
    line.string("side", name(reading.side)).decimal("price", reading.price2 * 5, scales().price + 1);
    if (reading.total) line.decimal("total", *reading.total, scales().qty);
    if (reading.cost) line.decimal("cost", *reading.cost, scales().price + scales().qty);
    if (reading.beyond) line.boolean("beyond", true);
    end(line);
  }
  void end(JsonLine& line) {
    line.end();
    line.text().pop_back();  // the line end
  }

  JsonLine& line_;
  const Views& views_;
};

}  // namespace

void append_views(detail::JsonLine& line, const ViewRequest& request, const Views& views) {
  ViewText text{line, views};
  line.number("revision", views.revision).string("state", name(views.state));
  if (views.reason != Cause::none) line.string("reason", name(views.reason));
  line.boolean("verified", views.verified).time("time", views.exchange_time);
  text.top();
  if (request.ladder) {
    if (views.ladder_error != Errc::ok) line.string("ladder_error", name(views.ladder_error));
    text.rows("bids", views.ladder.bids);
    text.rows("asks", views.ladder.asks);
  }
  if (request.columns) {
    if (views.columns_error != Errc::ok) line.string("columns_error", name(views.columns_error));
    text.columns();
  }
  if (request.imbalance) text.imbalance();
  if (request.pressure) text.pressure();
  if (request.bands) text.bands();
  if (request.fill) {
    if (views.fill_error != Errc::ok) line.string("fill_error", name(views.fill_error));
    text.fill();
  }
  if (views.cursor) text.cursor();
}

}  // namespace hadal
