#include "hadal/log.hpp"

#include <utility>

#include "hadal/detail/json_out.hpp"

namespace hadal {
namespace {

using detail::JsonLine;

/// A span of levels, or a side of a book.
template <class Levels>
void append_levels(std::string& out, const Levels& levels, Scales scales) {
  out += '[';
  bool first = true;
  for (const auto& level : levels) {
    out += std::exchange(first, false) ? "[\"" : ",[\"";
    append_decimal(out, level.price, scales.price);
    out += "\",\"";
    append_decimal(out, level.qty, scales.qty);
    out += "\"]";
  }
  out += ']';
}

/// What a book event says after its levels.
void append_book_end(JsonLine& line, const VerifiedBook& book) {
  line.string("state", name(book.state()));
  if (book.reason() != Cause::none) line.string("reason", name(book.reason()));
  const auto spread = book.levels().spread();
  const auto mid2 = book.levels().mid2();
  if (spread) line.decimal("spread", *spread, book.scales().price);
  // F-3: half a tick is five units of the next decimal.
  if (mid2) line.decimal("mid", *mid2 * 5, book.scales().price + 1);
}

std::string_view cause_or_empty(Cause cause) { return cause == Cause::none ? std::string_view{} : name(cause); }

/// One overload an event type: the name, then its own members.
struct Body {
  JsonLine& line;
  Endpoint endpoint;

  void price(std::string_view key, std::optional<std::int64_t> ticks, Scales scales) const {
    if (ticks) line.decimal(key, *ticks, scales.price);
  }
  void level(std::string_view price_key, std::string_view qty_key, const std::optional<Level>& level, Scales scales) const {
    if (level) line.decimal(price_key, level->price, scales.price).decimal(qty_key, level->qty, scales.qty);
  }

  void operator()(const BookEvent& event) const {
    const auto& book = *event.book;
    const auto& outcome = *event.outcome;
    const auto scales = book.scales();
    line.time("time", book.exchange_time()).number("depth", book.depth());
    append_levels(line.raw("bids"), outcome.bids, scales);
    append_levels(line.raw("asks"), outcome.asks, scales);
    line.number("revision", book.revision()).optional("sent", outcome.sent).optional("computed", outcome.computed);
    line.string("check", name(outcome.check));
    append_book_end(line, book);
  }
  void operator()(const BookStateEvent& event) const {
    line.string("row", std::string{"U-"} + std::to_string(event.change.row));
    line.string("from", name(event.change.from)).string("to", name(event.change.to));
    line.string_if("reason", cause_or_empty(event.change.cause)).number("attempt", event.attempt);
  }
  void operator()(const GapEvent& event) const {
    line.string("cause", name(event.cause)).optional("expected", event.expected).optional("received", event.received);
  }
  void operator()(const HealedEvent& event) const { line.string("cause", name(event.cause)); }
  void operator()(const SubscriptionEvent& event) const {
    const auto& ack = *event.response;
    line.string("method", ack.method).string_if("channel", ack.channel).optional("success", ack.success);
    line.optional("depth", ack.depth).optional("interval", ack.interval).string_if("event_trigger", ack.event_trigger);
    line.optional("snapshot", ack.snapshot).optional("req_id", ack.req_id).string_if("error", ack.error);
    line.string_if("class", ack.error_class == ServerErrorClass::none ? std::string_view{} : name(ack.error_class));
    line.time("time_in", ack.time_in).time("time_out", ack.time_out);
  }
  void operator()(const WarningEvent& event) const { line.string("text", event.text); }
  void operator()(const PairStatusEvent& event) const { line.string("from", name(event.from)).string("to", name(event.to)); }
  void operator()(const InstrumentEvent& event) const {
    line.string("kind", name(event.kind)).number("assets", event.assets).number("pairs", event.pairs);
  }
  void operator()(const ConnectionEvent& event) const {
    line.string("what", event.what).integer("code", event.code).string_if("text", event.text);
  }
  void operator()(const SessionEvent& event) const {
    line.string_if("endpoint", endpoint == Endpoint::market ? std::string_view{} : name(endpoint));
    line.string("from", name(event.from)).string("to", name(event.to)).string("cause", name(event.cause));
    line.string_if("detail", event.detail).number("attempt", event.attempt);
  }
  void operator()(const QuietEvent& event) const { line.integer("silence", event.silence); }
  void operator()(const NetworkEvent& event) const { line.string("state", event.online ? "online" : "offline"); }
  void operator()(const ErrorEvent& event) const {
    const auto& meaning = info(event.code);
    line.string("code", meaning.name).string("category", meaning.category).string("severity", name(meaning.severity));
    line.string("text", event.text).string_if("channel", event.channel).string_if("field", event.field);
    line.optional("req_id", event.req_id);
    if (event.offset) line.number("offset", *event.offset);
    line.string_if("excerpt", event.excerpt);
  }
  void operator()(const TickerEvent& event) const {
    const auto& t = *event.ticker;
    line.string("kind", name(event.kind)).time("time", t.timestamp);
    line.decimal("bid", t.bid).decimal("bid_qty", t.bid_qty).decimal("ask", t.ask).decimal("ask_qty", t.ask_qty);
    line.decimal("last", t.last).decimal("volume", t.volume).decimal("vwap", t.vwap).decimal("low", t.low).decimal("high", t.high);
    line.decimal("change", t.change).decimal("change_pct", t.change_pct).optional("trades", t.trades);
  }
  void operator()(const TradeEvent& event) const {
    const auto& t = *event.trade;
    line.string("kind", name(event.kind)).time("time", t.timestamp).string("side", name(t.side));
    line.decimal("price", t.price).decimal("qty", t.qty).string_if("ord_type", t.ord_type).optional("trade_id", t.trade_id);
  }
  void candle(const Candle& c) const {
    line.time("interval_begin", c.interval_begin).optional("interval", c.interval);
    line.decimal("open", c.open).decimal("high", c.high).decimal("low", c.low).decimal("close", c.close);
    line.decimal("volume", c.volume).decimal("vwap", c.vwap).optional("trades", c.trades).time("interval_end", c.timestamp);
  }
  void operator()(const OhlcEvent& event) const {
    line.string("kind", name(event.kind));
    candle(*event.candle);
  }
  void operator()(const CandleClosedEvent& event) const { candle(*event.candle); }
  void operator()(const StatusEvent& event) const {
    const auto& s = *event.status;
    line.string_if("system", s.system ? name(*s.system) : std::string_view{}).string_if("api_version", s.api_version);
    if (s.connection_id) line.string("connection_id", std::to_string(*s.connection_id));  // beyond what a JSON reader keeps exact
    line.string_if("version", s.version);
    line.string_if("upcoming_maintenance", s.upcoming_maintenance).string_if("emergency", s.emergency);
  }
  void operator()(const HeartbeatEvent&) const {}
  void operator()(const PongEvent& event) const {
    line.optional("req_id", event.pong->req_id).time("time_in", event.pong->time_in).time("time_out", event.pong->time_out);
  }
  void operator()(const SpreadEvent& event) const {
    line.time("time", event.time);
    level("bid", "bid_qty", event.bid, event.scales);
    level("ask", "ask_qty", event.ask, event.scales);
    if (event.bid && event.ask) line.decimal("spread", Int128{event.ask->price} - event.bid->price, event.scales.price);
  }
  void operator()(const FlowEvent& event) const {
    const auto& flow = *event.flow;
    line.number("flow", event.flow_number).string("kind", name(flow.kind));
    if (flow.kind == FlowKind::best_bid_changed || flow.kind == FlowKind::best_ask_changed) {
      price("old", flow.old_price, event.scales);
      price("new", flow.price, event.scales);
      return;
    }
    line.string("side", name(flow.side));
    price("price", flow.price, event.scales);
    line.decimal("qty", flow.qty, event.scales.qty);
  }
  void operator()(const WhaleEvent& event) const {
    const auto& whale = *event.whale;
    line.string("side", name(whale.side));
    price("price", whale.price, event.scales);
    line.decimal("qty", whale.qty, event.scales.qty).bits("z", whale.z).bits("mean", whale.mean).bits("sigma", whale.sigma);
  }
  void operator()(const CancelEvent& event) const {
    const auto& cancel = *event.cancel;
    line.string("side", name(cancel.side));
    price("price", cancel.price, event.scales);
    line.decimal("qty", cancel.qty, event.scales.qty).integer("life", cancel.life_ms).boolean("traded", cancel.traded);
    line.bits("score", cancel.score);
  }
  void operator()(const HealthEvent& event) const {
    const auto& change = event.change;
    line.string("from", name(change.from)).string("to", name(change.to)).string("reason", name(change.reason));
    line.optional("silence", change.silence_ms);
  }
  void operator()(const LatencyAlertEvent& event) const {
    const auto& alert = event.alert;
    line.string("part", name(alert.part)).string("phase", alert.begins ? "begin" : "end").integer("us", alert.microseconds);
    line.integer("threshold_ms", alert.threshold_ms).number("count", alert.count);
  }
  void operator()(const LatencyEvent& event) const {
    const auto& v = event.values;
    line.string("part", name(event.part)).boolean("corrected", event.corrected).number("count", v.count);
    line.optional("min", v.min).optional("max", v.max).optional("p50", v.p50).optional("p75", v.p75).optional("p90", v.p90);
    line.optional("p95", v.p95).optional("p99", v.p99).optional("p999", v.p999);
  }
};

}  // namespace

void append_log_line(std::string& out, const Event& event, Millis origin) {
  JsonLine line{out};
  if (event.number != 0) line.number("n", event.number);
  line.integer("t", event.at.count - origin.count).number("conn", event.connection);
  line.string("type", name(type_of(event))).string_if("symbol", event.symbol);
  std::visit(Body{line, event.endpoint}, event.body);
  line.end();
}

void append_local_snapshot(std::string& out, const VerifiedBook& book, Millis now, Millis origin) {
  JsonLine line{out};
  line.integer("t", now.count - origin.count).string("type", "book_snapshot").string("symbol", book.symbol()).boolean("local", true);
  line.time("time", book.exchange_time()).number("depth", book.depth());
  append_levels(line.raw("bids"), book.levels().bids(), book.scales());
  append_levels(line.raw("asks"), book.levels().asks(), book.scales());
  line.number("revision", book.revision());
  append_book_end(line, book);
  line.end();
}

LogWriter::LogWriter(bool keep_text) : keep_text_{keep_text} {
  digest_.add(kLogHeader);
  if (keep_text_) text_ = kLogHeader;
}

void LogWriter::on_event(const Event& event) {
  if (event.number == 0) return;  // depends on a clock
  line_.clear();
  append_log_line(line_, event, timeless_ ? event.at : origin_);
  add_line(line_);
}

void LogWriter::add_line(std::string_view line) {
  digest_.add(line);
  if (keep_text_) text_ += line;
}

std::string LogWriter::take() { return std::exchange(text_, {}); }

}  // namespace hadal
