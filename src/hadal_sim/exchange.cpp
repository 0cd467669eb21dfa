#include "hadal_sim/exchange.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "hadal_sim/text.hpp"

namespace hadal::sim {
namespace {

using nlohmann::json;

constexpr std::size_t kTop = 10;
constexpr std::size_t kDepths[] = {10, 25, 100, 500, 1000};
constexpr std::int64_t kHeartbeat = 1'000;  // ws-v2.md section 7
constexpr std::int64_t kIdle = 60'000;      // limits-and-errors.md section 6
constexpr Side kSides[] = {Side::buy, Side::sell};

void append_digits(std::string& out, std::int64_t value) { out += std::to_string(value); }

/// The best `depth` levels of a side as JSON objects.
void append_levels(std::string& out, const Market& market, Side side, std::size_t depth, const Instrument& instrument) {
  const auto count = std::min(depth, market.levels(side).size());
  for (std::size_t rank = 0; rank < count; ++rank) {
    const auto& level = market.at(side, rank);
    out += rank == 0 ? "{\"price\":" : ",{\"price\":";
    append_fixed(out, level.price, instrument.price_decimals);
    out += ",\"qty\":";
    append_fixed(out, level.qty, instrument.qty_decimals);
    out += '}';
  }
}

std::string top_of(const Market& market) {
  std::string text;
  for (const auto side : {Side::sell, Side::buy})
    for (std::size_t rank = 0; rank < std::min(kTop, market.levels(side).size()); ++rank) {
      append_digits(text, market.at(side, rank).price);
      append_digits(text, market.at(side, rank).qty);
    }
  return text;
}

}  // namespace

struct Exchange::Pair {
  Pair(Instrument what, Random random, std::size_t levels) : instrument{std::move(what)}, agents{market, random, instrument.mid, levels} {}

  Instrument instrument;
  Market market;
  Agents agents;
  std::int64_t next_burst = 0;  ///< microseconds since time 0

  /// Levels that subscribers at a depth have been told of. Only depths that somebody has.
  std::map<std::size_t, std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>> seen;
};

struct Exchange::Connection {
  std::uint64_t id;
  std::set<std::pair<std::string, std::size_t>> books;  ///< symbol, depth
  std::set<std::string> trades;
  std::int64_t next_heartbeat = -1;  ///< from the first subscription on
  std::int64_t heard = 0;            ///< last frame of the client
  bool silent = false;               ///< half open
  bool ended = false;

  [[nodiscard]] bool has_any() const { return !books.empty() || !trades.empty(); }
};

Exchange::Exchange(ExchangeConfig config) : config_{std::move(config)}, faults_{config_.faults, config_.seed ^ (std::uint64_t{4} << 56)} {
  Random seeds{config_.seed ^ (std::uint64_t{3} << 56)};
  connection_id_ = seeds.next();
  for (std::size_t i = 0; i < config_.symbols; ++i) {
    pairs_.push_back(std::make_unique<Pair>(instrument(i), Random{seeds.next()}, config_.levels));
    pairs_.back()->next_burst = draw_pause(pairs_.back()->agents.random());
  }
}

Exchange::~Exchange() = default;

Exchange::Pair* Exchange::find(std::string_view symbol) const {
  for (const auto& pair : pairs_)
    if (pair->instrument.symbol == symbol) return pair.get();
  return nullptr;
}

std::string Exchange::top(std::string_view symbol) const {
  const auto* pair = find(symbol);
  return pair == nullptr ? std::string{} : top_of(pair->market);
}

std::string Exchange::view(std::string_view symbol, std::size_t depth) const {
  std::string out;
  const auto* pair = find(symbol);
  if (pair == nullptr) return out;
  for (const auto side : {Side::sell, Side::buy})
    for (std::size_t rank = 0; rank < std::min(depth, pair->market.levels(side).size()); ++rank) {
      append_fixed(out, pair->market.at(side, rank).price, pair->instrument.price_decimals);
      out += ':';
      append_fixed(out, pair->market.at(side, rank).qty, pair->instrument.qty_decimals);
      out += ' ';
    }
  return out;
}

// --- connections ---

int Exchange::open(std::int64_t now, std::uint64_t id) {
  advance(now);
  if (faults_.strikes(FaultKind::refuse_connect, now)) return 503;
  auto& connection = *connections_.emplace(id, std::make_unique<Connection>()).first->second;
  connection.id = id;
  connection.heard = now;
  ++connection_id_;
  send(connection,
       "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\",\"system\":\"online\",\"api_version\":\"v2\","
       "\"connection_id\":" +
           std::to_string(connection_id_) + ",\"upcoming_maintenance\":[],\"emergency\":[]}]}");
  return 101;
}

void Exchange::close(std::int64_t now, std::uint64_t id) {
  advance(now);
  connections_.erase(id);
}

void Exchange::end(Connection& connection, ServerFrame::Kind kind, int code, std::string reason) {
  connection.ended = true;
  out_.push_back({kind, connection.id, std::move(reason), code, {}, {}});
}

std::optional<ServerFrame> Exchange::next() {
  if (next_out_ == out_.size()) {
    out_.clear();
    next_out_ = 0;
    return std::nullopt;
  }
  return std::move(out_[next_out_++]);
}

void Exchange::send(Connection& connection, std::string text) {
  if (connection.silent || connection.ended) return;
  ++frames_;
  out_.push_back({ServerFrame::Kind::text, connection.id, std::move(text), 0, {}, {}});
}

/// A data frame, which the faults may spoil.
void Exchange::send_data(Connection& connection, std::string text, const Pair& pair, bool snapshot) {
  if (connection.silent || connection.ended) return;
  using enum FaultKind;
  if (faults_.strikes(snapshot ? snapshot_lost : drop, now_)) return;
  const auto change_digit = [&](std::string_view after) {
    // The first digit that is not zero, into another one that is not zero.
    auto at = text.find(after);
    if (at == std::string::npos) return;
    at = text.find_first_of("123456789", at + after.size());
    if (at != std::string::npos) text[at] = static_cast<char>('1' + (text[at] - '0') % 9);
  };
  if (faults_.strikes(wrong_checksum, now_)) change_digit("\"checksum\":");
  if (faults_.strikes(corrupt_digit, now_)) change_digit("\"qty\":");
  if (faults_.strikes(truncate, now_)) text.resize(text.size() / 2);
  if (faults_.strikes(not_json, now_)) return send(connection, "CloudFlare WebSocket proxy restarting");
  const auto copies = faults_.strikes(duplicate, now_) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    send(connection, text);
    out_.back().symbol = pair.instrument.symbol;
    out_.back().top = top_of(pair.market);
  }
}

// --- time ---

std::int64_t Exchange::deadline() const {
  std::int64_t first = INT64_MAX;
  for (const auto& pair : pairs_) first = std::min(first, (pair->next_burst + 999) / 1000);
  for (const auto& [id, connection] : connections_) {
    if (connection->next_heartbeat >= 0) first = std::min(first, connection->next_heartbeat);
    first = std::min(first, connection->heard + kIdle);
  }
  return first;
}

void Exchange::advance(std::int64_t now) {
  now = std::max(now, now_);
  run_markets(now);
  now_ = now;
  for (auto& [id, one] : connections_) {
    auto& connection = *one;
    while (!connection.ended && connection.next_heartbeat >= 0 && connection.next_heartbeat <= now) {
      connection.next_heartbeat += kHeartbeat;
      send(connection, "{\"channel\":\"heartbeat\"}");
      // Once a second the connection itself may fail.
      if (faults_.strikes(FaultKind::half_open, now)) connection.silent = true;
      if (faults_.strikes(FaultKind::disconnect, now)) end(connection, ServerFrame::Kind::reset, 1006, {});
      if (!connection.ended && faults_.strikes(FaultKind::close, now))
        end(connection, ServerFrame::Kind::close, 1001, "CloudFlare WebSocket proxy restarting");
    }
    if (!connection.ended && !connection.silent && now >= connection.heard + kIdle && !connection.has_any())
      end(connection, ServerFrame::Kind::close, 1000, "idle");
    if (now >= connection.heard + kIdle) connection.heard = now;
  }
  std::erase_if(connections_, [](const auto& entry) { return entry.second->ended; });
}

void Exchange::run_markets(std::int64_t now) {
  for (;;) {
    Pair* first = nullptr;
    for (const auto& pair : pairs_)
      if (first == nullptr || pair->next_burst < first->next_burst) first = pair.get();
    if (first == nullptr || first->next_burst > now * 1000) return;
    now_ = std::max(now_, first->next_burst / 1000);
    auto& random = first->agents.random();
    const auto at = first->next_burst;
    for (auto events = draw_burst(random); events > 0; --events) act(*first, config_.unix_micros + at);
    first->next_burst = at + std::max<std::int64_t>(1, draw_pause(random) * 1000 / std::max<std::int64_t>(1, config_.rate));
  }
}

void Exchange::act(Pair& pair, std::int64_t micros) {
  pair.agents.act();
  publish_book(pair, micros);
  publish_trades(pair, micros);
  pair.market.clear_events();
}

/// One message per event and depth: the prices that changed in view, in the order of events; after a removal the level that comes into
/// view; nothing for levels that are pushed out.
void Exchange::publish_book(Pair& pair, std::int64_t micros) {
  if (pair.market.touches().empty()) return;
  std::map<std::size_t, std::string> frames;  // by depth
  const auto& instrument = pair.instrument;
  for (auto& [depth, seen] : pair.seen) {
    std::string sides[2];
    bool any = false;
    for (const auto side : kSides) {
      auto& known = side == Side::buy ? seen.first : seen.second;  // prices in view before, sorted by value
      auto& text = sides[static_cast<std::size_t>(side)];
      const auto entry = [&](std::int64_t price, std::int64_t qty) {
        text += text.empty() ? "{\"price\":" : ",{\"price\":";
        append_fixed(text, price, instrument.price_decimals);
        text += ",\"qty\":";
        append_fixed(text, qty, instrument.qty_decimals);
        text += '}';
        any = true;
      };
      std::vector<std::int64_t> told;
      for (const auto& touch : pair.market.touches()) {
        if (touch.side != side) continue;
        const auto qty = pair.market.qty_at(side, touch.price);
        const bool was = std::binary_search(known.begin(), known.end(), touch.price);
        const bool is = qty > 0 && pair.market.rank(side, touch.price) < depth;
        if (was || is) entry(touch.price, is ? qty : 0);
        told.push_back(touch.price);
      }
      std::vector<std::int64_t> view;
      for (std::size_t rank = 0; rank < std::min(depth, pair.market.levels(side).size()); ++rank) {
        const auto& level = pair.market.at(side, rank);
        view.push_back(level.price);
        const bool was = std::binary_search(known.begin(), known.end(), level.price);
        if (!was && std::find(told.begin(), told.end(), level.price) == told.end()) entry(level.price, level.qty);
      }
      std::sort(view.begin(), view.end());
      known = std::move(view);
    }
    if (!any) continue;
    auto& frame = frames[depth];
    frame = "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"" + instrument.symbol + "\",\"bids\":[" + sides[0] +
            "],\"asks\":[" + sides[1] + "],\"checksum\":" + std::to_string(crc32(top_of(pair.market))) + ",\"timestamp\":\"";
    append_time(frame, micros);
    frame += "\"}]}";
  }
  for (auto& [id, connection] : connections_)
    for (const auto& [symbol, depth] : connection->books) {
      if (symbol != instrument.symbol) continue;
      const auto frame = frames.find(depth);
      if (frame != frames.end()) send_data(*connection, frame->second, pair, false);
    }
}

void Exchange::publish_trades(Pair& pair, std::int64_t micros) {
  if (pair.market.trades().empty()) return;
  std::string frame = "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[";
  for (const auto& trade : pair.market.trades()) {
    if (frame.back() == '}') frame += ',';
    frame += "{\"symbol\":\"" + pair.instrument.symbol + "\",\"side\":\"";
    frame += trade.taker == Side::buy ? "buy" : "sell";
    frame += "\",\"price\":";
    append_fixed(frame, trade.price, pair.instrument.price_decimals);
    frame += ",\"qty\":";
    append_fixed(frame, trade.qty, pair.instrument.qty_decimals);
    frame += ",\"ord_type\":\"market\",\"trade_id\":" + std::to_string(++trade_id_) + ",\"timestamp\":\"";
    append_time(frame, micros);
    frame += "\"}";
  }
  frame += "]}";
  for (auto& [id, connection] : connections_)
    if (connection->trades.contains(pair.instrument.symbol)) send(*connection, frame);
}

void Exchange::send_snapshot(Connection& connection, Pair& pair, std::size_t depth) {
  auto& seen = pair.seen[depth];
  for (const auto side : kSides) {
    auto& known = side == Side::buy ? seen.first : seen.second;
    known.clear();
    for (std::size_t rank = 0; rank < std::min(depth, pair.market.levels(side).size()); ++rank)
      known.push_back(pair.market.at(side, rank).price);
    std::sort(known.begin(), known.end());
  }
  std::string frame = "{\"channel\":\"book\",\"type\":\"snapshot\",\"data\":[{\"symbol\":\"" + pair.instrument.symbol + "\",\"bids\":[";
  append_levels(frame, pair.market, Side::buy, depth, pair.instrument);
  frame += "],\"asks\":[";
  append_levels(frame, pair.market, Side::sell, depth, pair.instrument);
  frame += "],\"checksum\":" + std::to_string(crc32(top_of(pair.market))) + ",\"timestamp\":\"";
  append_time(frame, micros(now_));
  frame += "\"}]}";
  send_data(connection, std::move(frame), pair, true);
}

// --- requests ---

std::string Exchange::times() const {
  std::string out = "\"time_in\":\"";
  append_time(out, micros(now_));
  out += "\",\"time_out\":\"";
  append_time(out, micros(now_) + 42);
  return out + '"';
}

void Exchange::refuse(Connection& connection, std::string_view method, std::string_view error, const std::string& symbol,
                      const std::string& req_id) {
  std::string out = "{\"error\":";
  append_quoted(out, error);
  out += ",\"method\":";
  append_quoted(out, method);
  if (!req_id.empty()) out += ",\"req_id\":" + req_id;
  out += ",\"success\":false,";
  if (!symbol.empty()) {
    out += "\"symbol\":";
    append_quoted(out, symbol);
    out += ',';
  }
  send(connection, out + times() + '}');
}

void Exchange::accept(Connection& connection, std::string_view method, const std::string& channel, const std::string& symbol,
                      std::size_t depth, bool snapshot, const std::string& req_id) {
  if (faults_.strikes(FaultKind::ack_lost, now_)) return;
  std::string out = "{\"method\":";
  append_quoted(out, method);
  if (!req_id.empty()) out += ",\"req_id\":" + req_id;
  out += ",\"result\":{\"channel\":";
  append_quoted(out, channel);
  if (channel == "book") out += ",\"depth\":" + std::to_string(depth);
  out += snapshot ? ",\"snapshot\":true" : ",\"snapshot\":false";
  out += ",\"symbol\":";
  append_quoted(out, symbol);
  send(connection, out + "},\"success\":true," + times() + '}');
}

void Exchange::subscribe(Connection& connection, const std::string& channel, const std::string& symbol, std::size_t depth, bool snapshot,
                         const std::string& req_id) {
  auto* pair = find(symbol);
  if (symbol.find('/') == std::string::npos)
    return refuse(connection, "subscribe", "Currency pair not in ISO 4217-A3 format " + symbol, symbol, req_id);
  if (pair == nullptr) return refuse(connection, "subscribe", "Currency pair not supported " + symbol, symbol, req_id);
  if (faults_.strikes(FaultKind::reject, now_)) return refuse(connection, "subscribe", "EService:Unavailable", symbol, req_id);
  const bool fresh = channel == "book" ? connection.books.emplace(symbol, depth).second : connection.trades.insert(symbol).second;
  if (!fresh) return refuse(connection, "subscribe", "Already subscribed", symbol, req_id);
  if (connection.next_heartbeat < 0) connection.next_heartbeat = now_ + kHeartbeat;
  accept(connection, "subscribe", channel, symbol, depth, snapshot, req_id);
  if (channel == "book" && snapshot) send_snapshot(connection, *pair, depth);
}

void Exchange::unsubscribe(Connection& connection, const std::string& channel, const std::string& symbol, std::size_t depth,
                           const std::string& req_id) {
  const bool held = channel == "book" ? connection.books.erase({symbol, depth}) > 0 : connection.trades.erase(symbol) > 0;
  if (!held) return refuse(connection, "unsubscribe", "Subscription Not Found", symbol, req_id);
  if (!connection.has_any()) connection.next_heartbeat = -1;
  accept(connection, "unsubscribe", channel, symbol, depth, true, req_id);
}

void Exchange::text(std::int64_t now, std::uint64_t id, std::string_view frame) {
  advance(now);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  auto& connection = *found->second;
  connection.heard = now;
  const auto request = json::parse(frame, nullptr, false);
  if (!request.is_object() || !request.contains("method") || !request["method"].is_string())
    return refuse(connection, "", "Malformed request", {}, {});
  const auto method = request["method"].get<std::string>();
  const auto req_id = request.contains("req_id") && request["req_id"].is_number_integer() ? request["req_id"].dump() : std::string{};
  const auto unsupported = [&](const json& object, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      refuse(connection, method, "Unsupported field: '" + key + "' for the given msg type: " + method, {}, req_id);
      return true;
    }
    return false;
  };
  if (method == "ping") {
    if (unsupported(request, {"method", "req_id"})) return;
    send(connection, "{\"method\":\"pong\"," + (req_id.empty() ? std::string{} : "\"req_id\":" + req_id + ',') + times() + '}');
    return;
  }
  if (method != "subscribe" && method != "unsubscribe") return refuse(connection, method, "Unsupported event", {}, req_id);
  if (unsupported(request, {"method", "params", "req_id"})) return;
  if (faults_.strikes(FaultKind::rate_limit, now_)) return refuse(connection, method, "Exceeded msg rate", {}, req_id);
  const auto params = request.contains("params") && request["params"].is_object() ? request["params"] : json::object();
  const auto channel = params.contains("channel") && params["channel"].is_string() ? params["channel"].get<std::string>() : std::string{};
  if (channel != "book" && channel != "trade") return refuse(connection, method, "Subscription name invalid", {}, req_id);
  if (channel == "book" ? unsupported(params, {"channel", "symbol", "depth", "snapshot"})
                        : unsupported(params, {"channel", "symbol", "snapshot"}))
    return;
  std::size_t depth = kDepths[0];
  if (params.contains("depth")) {
    if (!params["depth"].is_number_unsigned() ||
        std::find(std::begin(kDepths), std::end(kDepths), params["depth"].get<std::size_t>()) == std::end(kDepths))
      return refuse(connection, method, "Subscription depth not supported", {}, req_id);
    depth = params["depth"].get<std::size_t>();
  }
  if (!params.contains("symbol") || !params["symbol"].is_array() || params["symbol"].empty())
    return refuse(connection, method, "Symbol(s) not found", {}, req_id);
  const bool snapshot = params.contains("snapshot") && params["snapshot"].is_boolean() ? params["snapshot"].get<bool>() : channel == "book";
  for (const auto& symbol : params["symbol"]) {
    if (!symbol.is_string()) continue;
    if (method == "subscribe") {
      subscribe(connection, channel, symbol.get<std::string>(), depth, snapshot, req_id);
    } else {
      unsubscribe(connection, channel, symbol.get<std::string>(), depth, req_id);
    }
  }
}

}  // namespace hadal::sim
