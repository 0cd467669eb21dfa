#include "hadal/log.hpp"

#include <utility>

#include "hadal/detail/json_out.hpp"

namespace hadal {
namespace {

using detail::JsonLine;

void append_levels(std::string& out, std::span<const Level> levels, Scales scales) {
  out += '[';
  for (std::size_t i = 0; i < levels.size(); ++i) {
    out += i == 0 ? "[\"" : ",[\"";
    append_decimal(out, levels[i].price, scales.price);
    out += "\",\"";
    append_decimal(out, levels[i].qty, scales.qty);
    out += "\"]";
  }
  out += ']';
}

std::string_view cause_or_empty(Cause cause) { return cause == Cause::none ? std::string_view{} : name(cause); }

/// One overload an event type: the name, then its own members.
struct Body {
  JsonLine& line;
  std::string_view symbol;
  Endpoint endpoint;

  void head(std::string_view type) const { line.string("type", type).string_if("symbol", symbol); }

  void operator()(const BookEvent& event) const {
    const auto& book = *event.book;
    const auto& outcome = *event.outcome;
    const auto scales = book.scales();
    head(event.kind == FrameKind::snapshot ? "book_snapshot" : "book_update");
    line.time("time", book.exchange_time()).number("depth", book.depth());
    append_levels(line.raw("bids"), outcome.bids, scales);
    append_levels(line.raw("asks"), outcome.asks, scales);
    line.number("revision", book.revision()).optional("sent", outcome.sent).optional("computed", outcome.computed);
    line.string("check", name(outcome.check)).string("state", name(book.state())).string_if("reason", cause_or_empty(book.reason()));
    const auto spread = book.levels().spread();
    const auto mid2 = book.levels().mid2();
    if (spread) line.decimal("spread", *spread, scales.price);
    // F-3: half a tick is five units of the next decimal.
    if (mid2) line.decimal("mid", *mid2 * 5, scales.price + 1);
  }
  void operator()(const BookStateEvent& event) const {
    head("book_state");
    line.string("row", std::string{"U-"} + std::to_string(event.change.row));
    line.string("from", name(event.change.from)).string("to", name(event.change.to));
    line.string_if("reason", cause_or_empty(event.change.cause)).number("attempt", event.attempt);
  }
  void operator()(const GapEvent& event) const {
    head("gap");
    line.string("cause", name(event.cause)).optional("expected", event.expected).optional("received", event.received);
  }
  void operator()(const HealedEvent& event) const {
    head("healed");
    line.string("cause", name(event.cause));
  }
  void operator()(const SubscriptionEvent& event) const {
    const auto& ack = *event.response;
    head("subscription");
    line.string("method", ack.method).string_if("channel", ack.channel).optional("success", ack.success);
    line.optional("depth", ack.depth).optional("interval", ack.interval).string_if("event_trigger", ack.event_trigger);
    line.optional("snapshot", ack.snapshot).optional("req_id", ack.req_id).string_if("error", ack.error);
    line.string_if("class", ack.error_class == ServerErrorClass::none ? std::string_view{} : name(ack.error_class));
    line.time("time_in", ack.time_in).time("time_out", ack.time_out);
  }
  void operator()(const WarningEvent& event) const {
    head("warning");
    line.string("text", event.text);
  }
  void operator()(const PairStatusEvent& event) const {
    head("pair_status");
    line.string("from", name(event.from)).string("to", name(event.to));
  }
  void operator()(const InstrumentEvent& event) const {
    head("instrument");
    line.string("kind", name(event.kind)).number("assets", event.assets).number("pairs", event.pairs);
  }
  void operator()(const ConnectionEvent& event) const {
    head("connection");
    line.string("what", event.what).integer("code", event.code).string_if("text", event.text);
  }
  void operator()(const SessionEvent& event) const {
    head("connection");
    line.string_if("endpoint", endpoint == Endpoint::market ? std::string_view{} : name(endpoint));
    line.string("from", name(event.from)).string("to", name(event.to)).string("cause", name(event.cause));
    line.string_if("detail", event.detail).number("attempt", event.attempt);
  }
  void operator()(const QuietEvent& event) const {
    head("quiet");
    line.integer("silence", event.silence);
  }
  void operator()(const NetworkEvent& event) const {
    head("network");
    line.string("state", event.online ? "online" : "offline");
  }
  void operator()(const ErrorEvent& event) const {
    const auto& meaning = info(event.code);
    head("error");
    line.string("code", meaning.name).string("category", meaning.category).string("severity", name(meaning.severity));
    line.string("text", event.text).string_if("channel", event.channel).string_if("field", event.field);
    line.optional("req_id", event.req_id);
    if (event.offset) line.number("offset", *event.offset);
    line.string_if("excerpt", event.excerpt);
  }
  void operator()(const TickerEvent& event) const {
    const auto& t = *event.ticker;
    head("ticker");
    line.string("kind", name(event.kind)).time("time", t.timestamp);
    line.decimal("bid", t.bid).decimal("bid_qty", t.bid_qty).decimal("ask", t.ask).decimal("ask_qty", t.ask_qty);
    line.decimal("last", t.last).decimal("volume", t.volume).decimal("vwap", t.vwap).decimal("low", t.low).decimal("high", t.high);
    line.decimal("change", t.change).decimal("change_pct", t.change_pct).optional("trades", t.trades);
  }
  void operator()(const TradeEvent& event) const {
    const auto& t = *event.trade;
    head("trade");
    line.string("kind", name(event.kind)).time("time", t.timestamp).string("side", name(t.side));
    line.decimal("price", t.price).decimal("qty", t.qty).string_if("ord_type", t.ord_type).optional("trade_id", t.trade_id);
  }
  void operator()(const OhlcEvent& event) const {
    const auto& c = *event.candle;
    head("ohlc");
    line.string("kind", name(event.kind)).time("interval_begin", c.interval_begin).optional("interval", c.interval);
    line.decimal("open", c.open).decimal("high", c.high).decimal("low", c.low).decimal("close", c.close);
    line.decimal("volume", c.volume).decimal("vwap", c.vwap).optional("trades", c.trades).time("interval_end", c.timestamp);
  }
  void operator()(const StatusEvent& event) const {
    const auto& s = *event.status;
    head("status");
    line.string_if("system", s.system ? name(*s.system) : std::string_view{}).string_if("api_version", s.api_version);
    if (s.connection_id) line.string("connection_id", std::to_string(*s.connection_id));  // beyond what a JSON reader keeps exact
    line.string_if("version", s.version);
    line.string_if("upcoming_maintenance", s.upcoming_maintenance).string_if("emergency", s.emergency);
  }
  void operator()(const HeartbeatEvent&) const { head("heartbeat"); }
  void operator()(const PongEvent& event) const {
    head("pong");
    line.optional("req_id", event.pong->req_id).time("time_in", event.pong->time_in).time("time_out", event.pong->time_out);
  }
};

}  // namespace

void append_log_line(std::string& out, const Event& event, Millis origin) {
  JsonLine line{out};
  line.number("n", event.number).integer("t", event.at.count - origin.count).number("conn", event.connection);
  std::visit(Body{line, event.symbol, event.endpoint}, event.body);
  line.end();
}

LogWriter::LogWriter(bool keep_text) : keep_text_{keep_text} {
  digest_.add(kLogHeader);
  if (keep_text_) text_ = kLogHeader;
}

void LogWriter::on_event(const Event& event) {
  line_.clear();
  append_log_line(line_, event, timeless_ ? event.at : origin_);
  digest_.add(line_);
  if (keep_text_) text_ += line_;
}

std::string LogWriter::take() { return std::exchange(text_, {}); }

}  // namespace hadal
