#include "server/answers.hpp"

#include <algorithm>
#include <utility>

#include "hadal/detail/json_out.hpp"

namespace hadal::server {
namespace {

using detail::JsonLine;

void add_decimal(std::string& out, Int128 mantissa, int scale) {
  out += '"';
  append_decimal(out, mantissa, scale);
  out += '"';
}

void add_level(std::string& out, Int128 price, Int128 qty, Scales scales) {
  out += "{\"price\":";
  add_decimal(out, price, scales.price);
  out += ",\"qty\":";
  add_decimal(out, qty, scales.qty);
  out += '}';
}

void best(JsonLine& line, std::string_view key, const std::optional<Level>& level, Scales scales) {
  if (!level) line.null(key);
  else add_level(line.raw(key), level->price, level->qty, scales);
}

void rows(JsonLine& line, std::string_view key, const std::vector<LadderRow>& side, Scales scales) {
  auto& out = line.raw(key) += '[';
  for (const auto& row : side) {
    if (out.back() != '[') out += ',';
    add_level(out, row.bucket.price, row.bucket.qty, scales);
  }
  out += ']';
}

void state_members(JsonLine& line, BookState state, Cause reason, bool verified) {
  line.string("state", name(state)).string_or_null("reason", reason == Cause::none ? std::string_view{} : name(reason));
  line.boolean("verified", verified);
}

void timestamp(JsonLine& line, const std::optional<UnixNanos>& time) {
  if (time) line.time("timestamp", time);
  else line.null("timestamp");
}

std::string_view unknown_if_null(const VerifiedBook* book) { return book == nullptr ? "unsubscribed" : name(book->state()); }

}  // namespace

Answer error_answer(int status, std::string_view code, std::string_view message) {
  Answer out{status, {}, "application/json"};
  {
    JsonLine line{out.body};
    JsonLine inner{line.raw("error")};
    inner.string("code", code).string("message", message);
  }
  out.body += "}}\n";
  return out;
}

std::string symbols_json(const std::vector<std::string>& symbols) {
  std::string out = "[";
  for (const auto& symbol : symbols) {
    if (out.size() > 1) out += ',';
    detail::append_json_string(out, symbol);
  }
  return out + "]\n";
}

Answer depth_answer(const MarketView& market, const DepthQuestion& question) {
  const auto* book = market.book(question.symbol);
  Answer out;
  out.status = book != nullptr && book->is_live() ? 200 : 503;
  JsonLine line{out.body};
  line.string("symbol", question.symbol);
  if (const auto refusal = market.refusal(question.symbol); !refusal.empty()) line.string("refused", refusal);
  if (book == nullptr) {
    state_members(line, BookState::unsubscribed, Cause::none, false);
    for (const auto* key : {"verified_age_ms", "checksum", "depth", "best_bid", "best_ask", "spread", "mid"}) line.null(key);
    line.raw("bids") += "[]";
    line.raw("asks") += "[]";
    line.null("timestamp").number("revision", 0);
    line.end();
    return out;
  }
  BookViews views;
  ViewRequest request;
  request.ladder = ViewRequest::LadderRows{question.levels, question.group};
  if (views.request(request) != Errc::ok) return error_answer(400, "bad_query", "group: must be a price above 0, for example group=0.5");
  const auto& seen = views.look(*book, market.increment(question.symbol));
  if (seen.ladder_error != Errc::ok)
    return error_answer(400, "bad_query",
                        "group: must be a multiple of the price increment, and no more than the market's digits can hold");
  const auto scales = seen.scales;
  state_members(line, seen.state, seen.reason, seen.verified);
  if (const auto age = book->verified_age(market.now())) line.integer("verified_age_ms", *age);
  else line.null("verified_age_ms");
  if (book->levels().empty()) line.null("checksum");
  else line.number("checksum", book->levels().checksum());
  line.number("depth", book->depth());
  best(line, "best_bid", seen.best_bid, scales);
  best(line, "best_ask", seen.best_ask, scales);
  if (seen.spread) add_decimal(line.raw("spread"), *seen.spread, scales.price);
  else line.null("spread");
  // Half a tick has one decimal more.
  if (seen.mid2) add_decimal(line.raw("mid"), *seen.mid2 * 5, scales.price + 1);
  else line.null("mid");
  rows(line, "bids", seen.ladder.bids, scales);
  rows(line, "asks", seen.ladder.asks, scales);
  timestamp(line, book->exchange_time());
  line.number("revision", book->revision());
  line.end();
  return out;
}

Answer health_answer(const MarketView& market, const std::vector<std::string>& symbols) {
  const auto live = [&](const std::string& symbol) {
    const auto* book = market.book(symbol);
    return book != nullptr && book->is_live();
  };
  const auto count = std::count_if(symbols.begin(), symbols.end(), live);
  const bool healthy = count == static_cast<std::ptrdiff_t>(symbols.size());
  Answer out;
  out.status = healthy ? 200 : 503;
  JsonLine line{out.body};
  line.boolean("healthy", healthy).integer("live", count).number("symbols", symbols.size());
  auto& reasons = line.raw("not_live") += '{';
  for (const auto& symbol : symbols) {
    if (live(symbol)) continue;
    if (reasons.back() != '{') reasons += ',';
    const auto* book = market.book(symbol);
    detail::append_json_string(reasons, symbol);
    reasons += ':';
    std::string why{unknown_if_null(book)};
    if (book != nullptr && book->reason() != Cause::none) ((why += " (") += name(book->reason())) += ')';
    if (const auto refusal = market.refusal(symbol); !refusal.empty()) why = "refused: " + refusal;
    detail::append_json_string(reasons, why);
  }
  reasons += '}';
  line.end();
  return out;
}

Answer status_answer(const MarketView& market, const std::vector<std::string>& symbols, const HttpStats& http) {
  Answer out;
  JsonLine line{out.body};
  line.string("version", HADAL_VERSION).integer("uptime_ms", http.uptime_ms).number("symbols", symbols.size());
  market.append_source(out.body);
  append_stats(line.raw("stats"), market.stats());
  {
    JsonLine inner{line.raw("http")};
    inner.number("clients", http.clients).number("streams", http.streams).number("requests", http.requests);
    inner.number("refused", http.refused).number("events", http.sent_events).number("lagged", http.lagged);
    out.body += '}';
  }
  line.end();
  return out;
}

Answer metrics_answer(const MarketView& market, const HttpStats& http) {
  Answer out;
  out.type = "text/plain; version=0.0.4; charset=utf-8";
  out.body = metrics_text(market.stats());
  const auto family = [&](std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
    const std::string metric{name};
    out.body += "# HELP " + metric + ' ' + std::string{help} + "\n# TYPE " + metric + ' ' + std::string{type} + '\n' + metric + ' ' +
                std::to_string(value) + '\n';
  };
  family("hadal_http_clients", "gauge", "HTTP clients that are connected.", http.clients);
  family("hadal_http_streams", "gauge", "Of those, streams of events.", http.streams);
  family("hadal_http_requests_total", "counter", "HTTP requests.", http.requests);
  family("hadal_http_refused_total", "counter", "HTTP clients beyond the limit.", http.refused);
  family("hadal_http_events_total", "counter", "Events sent to streams.", http.sent_events);
  family("hadal_http_lagged_total", "counter", "Events that slow streams missed.", http.lagged);
  return out;
}

std::string_view name(StreamKind kind) noexcept {
  switch (kind) {
    case StreamKind::snapshot: return "snapshot";
    case StreamKind::update: return "update";
    case StreamKind::state: return "state";
  }
  return "";
}

TopOfStream top_of(const VerifiedBook& book) {
  return {book.state(), book.reason(), book.verified(), book.scales(), book.best(Side::bid), book.best(Side::ask)};
}

std::string stream_event(const VerifiedBook& book, StreamKind kind) {
  const auto top = top_of(book);
  std::string out = "id: " + std::to_string(book.revision()) + "\ndata: ";
  JsonLine line{out};
  line.string("symbol", book.symbol()).string("kind", name(kind));
  state_members(line, top.state, top.reason, top.verified);
  best(line, "best_bid", top.bid, top.scales);
  best(line, "best_ask", top.ask, top.scales);
  if (top.bid && top.ask) add_decimal(line.raw("spread"), Int128{top.ask->price} - top.bid->price, top.scales.price);
  else line.null("spread");
  timestamp(line, book.exchange_time());
  line.number("revision", book.revision());
  out += "}\n\n";
  return out;
}

std::string stream_nothing(std::string_view symbol) {
  std::string out = "data: ";
  JsonLine line{out};
  line.string("symbol", symbol).string("kind", name(StreamKind::state));
  state_members(line, BookState::unsubscribed, Cause::none, false);
  for (const auto* key : {"best_bid", "best_ask", "spread", "timestamp"}) line.null(key);
  line.number("revision", 0);
  out += "}\n\n";
  return out;
}

std::string stream_lag(std::string_view symbol, std::uint64_t missed) {
  std::string out = "data: ";
  JsonLine line{out};
  line.string("symbol", symbol).string("kind", "lag").number("missed", missed);
  out += "}\n\n";
  return out;
}

}  // namespace hadal::server
