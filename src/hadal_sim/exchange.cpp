#include "hadal_sim/exchange.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "hadal_sim/spoil.hpp"
#include "hadal_sim/text.hpp"

namespace hadal::sim {
namespace {

using enum FaultKind;

constexpr std::int64_t kHeartbeat = 1'000;  // ws-v2.md section 7
constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kIdle = 60'000;                           // limits-and-errors.md section 6
constexpr std::int64_t kConnectSpan = 600'000;                   // limits-and-errors.md section 1
constexpr std::size_t kManySymbols = 50;                         // from there on books are less deep
constexpr std::int64_t kEventGap = 400;                          // microseconds between the events of a burst, at most
constexpr std::uint64_t kMarketStream = std::uint64_t{3} << 56;  // F-43: one stream of draws each
constexpr std::uint64_t kFaultStream = std::uint64_t{4} << 56;
constexpr std::string_view kSystems[] = {"online", "maintenance", "cancel_only", "post_only"};
constexpr std::string_view kServerTooBusy = "Exceeded msg rate";

/// Faults that change what a data frame says, in the order they are tried.
constexpr FaultKind kSpoilers[] = {wrong_checksum, corrupt_digit, missing_field,     quoted_numbers, exponents,
                                   extra_zeros,    missing_zeros, long_number,       repeated_price, truncate,
                                   not_json,       huge_frame,    unsorted_snapshot, no_timestamp,   deep_nesting};

std::size_t levels_of(const ExchangeConfig& config) {
  if (config.levels != 0) return config.levels;
  if (config.scenario.levels != 0) return config.scenario.levels;
  return config.symbols > kManySymbols ? 60 : 300;
}

}  // namespace

/// A topic that a connection has.
struct Subscription {
  Connection* connection;
  Topic topic;
  Pair* pair = nullptr;  ///< null for `instrument`
  View* view = nullptr;  ///< `book`
  bool whole = true;     ///< see ServerFrame::Truth
};

struct Connection {
  std::uint64_t id = 0;
  std::uint64_t number = 0;  ///< the n-th that was opened
  std::vector<std::unique_ptr<Subscription>> subscriptions;
  std::int64_t next_heartbeat = INT64_MAX;  ///< from the first subscription on
  std::int64_t next_second = 0;
  std::int64_t heard = 0;  ///< last frame of the client
  std::int64_t stalled_until = 0;
  bool silent = false;  ///< half open
  bool ended = false;
  std::int64_t budget = 0;  ///< thousandths of a request that may come now
  std::int64_t budget_at = 0;

  struct Late {
    std::int64_t due;
    ServerFrame frame;
  };
  std::deque<Late> late;  ///< in order
  struct Held {
    std::int64_t frames;  ///< that go first
    ServerFrame frame;
  };
  std::vector<Held> held;

  [[nodiscard]] std::int64_t deadline() const {
    auto at = std::min(next_heartbeat, next_second);
    if (!late.empty()) at = std::min(at, late.front().due);
    return subscriptions.empty() ? std::min(at, heard + kIdle) : at;
  }
  [[nodiscard]] Subscription* find(const Topic& topic) const {
    for (const auto& subscription : subscriptions)
      if (subscription->topic == topic) return subscription.get();
    return nullptr;
  }
};

Exchange::Exchange(ExchangeConfig config) : config_{std::move(config)}, faults_{config_.faults, config_.seed ^ kFaultStream} {
  Random seeds{config_.seed ^ kMarketStream};
  connection_id_ = seeds.next();
  config_.symbols = std::clamp<std::size_t>(config_.symbols, kFewestSymbols, kMostSymbols);
  config_.rate = std::max<std::int64_t>(1, config_.rate * config_.scenario.rate / 1'000);
  for (std::size_t i = 0; i < config_.symbols; ++i) {
    auto& pair = *pairs_.emplace_back(
        std::make_unique<Pair>(instrument(i), Random{seeds.next()}, config_.scenario, levels_of(config_), config_.unix_micros));
    by_symbol_.emplace(pair.instrument().symbol, &pair);
    bursts_.push({config_.unix_micros + draw_pause(pair.agents().random()) * 1'000 / config_.rate, i});
  }
}

Exchange::~Exchange() = default;

Pair* Exchange::find(std::string_view symbol) const {
  const auto found = by_symbol_.find(symbol);
  return found == by_symbol_.end() ? nullptr : found->second;
}

FaultPlan Exchange::inject(std::string_view plan_text) {
  auto plan = parse_fault_plan(plan_text);
  if (plan.error.empty() && plan.faults.empty()) plan.error = "names no fault";
  if (!plan.error.empty()) return plan;
  for (auto& fault : plan.faults) {
    fault.from += now_;
    if (fault.until != INT64_MAX) fault.until += now_;
    faults_.add(fault);
  }
  return plan;
}

std::vector<std::string> Exchange::symbols() const {
  std::vector<std::string> out;
  for (const auto& pair : pairs_) out.push_back(pair->instrument().symbol);
  return out;
}

std::vector<Topic> Exchange::topics() const {
  std::vector<Topic> out;
  for (const auto& [id, connection] : connections_)
    for (const auto& subscription : connection->subscriptions) out.push_back(subscription->topic);
  return out;
}

std::string Exchange::top(std::string_view symbol) const {
  const auto* pair = find(symbol);
  return pair == nullptr ? std::string{} : pair->top();
}

std::uint64_t Exchange::digest(std::string_view symbol, std::size_t depth) const {
  const auto* pair = find(symbol);
  return pair == nullptr ? 0 : pair->digest(depth);
}

FaultSite Exchange::site(const Connection& connection, const Topic& topic) const {
  return {now_, connection.number, name(topic.channel), topic.symbol};
}

// --- connections ---

int Exchange::open(std::int64_t now, std::uint64_t id) {
  advance(now);
  while (!opens_.empty() && opens_.front() <= now_ - kConnectSpan) opens_.pop_front();
  if (config_.connections != 0 && now_ >= banned_until_ && std::ssize(opens_) >= config_.connections) banned_until_ = now_ + kConnectSpan;
  if (now_ < banned_until_) return 429;
  opens_.push_back(now_);
  if (now_ < refuse_until_) return 503;
  if (const auto* fault = faults_.strikes(refuse_connect, {now_, opened_ + 1, {}, {}})) return *fault->code;
  if (connections_.contains(id)) close(now, id);  // who opens it again has lost it
  auto& connection = *connections_.emplace(id, std::make_unique<Connection>()).first->second;
  connection.id = id;
  connection.number = ++opened_;
  connection.heard = connection.budget_at = now_;
  connection.budget = config_.requests * 1'500;
  connection.next_second = now_ + kSecond;
  link_deadline_.reset();
  ++connection_id_;
  send_status(connection);
  return 101;
}

void Exchange::close(std::int64_t now, std::uint64_t id) {
  advance(now);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  auto& connection = *found->second;
  while (!connection.subscriptions.empty()) remove(*connection.subscriptions.back());
  connections_.erase(found);
  link_deadline_.reset();
}

void Exchange::end(Connection& connection, ServerFrame::Kind kind, int code, std::string reason) {
  if (connection.ended) return;
  emit(connection, {kind, connection.id, std::move(reason), code});
  connection.ended = true;
  connection.next_heartbeat = connection.next_second = connection.heard = INT64_MAX - kIdle;
}

std::optional<ServerFrame> Exchange::next() {
  if (next_out_ == out_.size()) {
    out_.clear();
    next_out_ = 0;
    return std::nullopt;
  }
  return std::move(out_[next_out_++]);
}

// --- frames on their way ---

/// Everything that leaves goes through here: late, or at once.
void Exchange::emit(Connection& connection, ServerFrame frame) {
  if (connection.silent || connection.ended) return;
  if (frame.kind == ServerFrame::Kind::text || frame.kind == ServerFrame::Kind::binary) ++frames_;
  const auto* slow = faults_.in_force(latency, {now_, connection.number, {}, {}});
  auto due = std::max(now_ + (slow == nullptr ? 0 : *slow->ms), connection.stalled_until);
  if (!connection.late.empty()) due = std::max(due, connection.late.back().due);
  if (due <= now_ && connection.late.empty()) {
    out_.push_back(std::move(frame));
  } else {
    connection.late.push_back({due, std::move(frame)});
    link_deadline_.reset();
  }
}

void Exchange::send(Connection& connection, std::string text) {
  emit(connection, {ServerFrame::Kind::text, connection.id, std::move(text)});
}

/// A data frame, which the faults may spoil.
void Exchange::send_data(Subscription& subscription, std::string text, bool snapshot, std::int64_t at, const BookUpdate* update) {
  auto& connection = *subscription.connection;
  if (connection.silent || connection.ended) return;
  const auto where = site(connection, subscription.topic);
  const bool is_book = subscription.topic.channel == Channel::book;
  if (faults_.strikes(snapshot ? snapshot_lost : drop, where) != nullptr) {
    subscription.whole = false;
    return;
  }
  if (update != nullptr && update->refills() && faults_.strikes(no_refill, where) != nullptr) {
    text = subscription.pair->book_frame(*update, false, at);
    subscription.whole = false;
  }
  if (update != nullptr && faults_.strikes(crossed, where) != nullptr) {
    text = subscription.pair->crossed_frame(*update, at);
    subscription.whole = false;
  }
  bool carries_checksum = is_book;
  for (const auto kind : kSpoilers) {
    const bool fits = kind == unsorted_snapshot || kind == no_timestamp ? snapshot && is_book : kind != repeated_price || update != nullptr;
    const auto* fault = fits ? faults_.strikes(kind, where) : nullptr;
    if (fault == nullptr) continue;
    text = spoil(kind, *fault->text, std::move(text));
    if (!is_harmless(kind)) subscription.whole = false;
    if (kind == not_json) carries_checksum = false;
    break;  // one at a time: what it makes of a frame is then what its name says
  }
  ServerFrame frame{ServerFrame::Kind::text, connection.id, std::move(text)};
  if (faults_.strikes(binary, where) != nullptr) {
    frame.kind = ServerFrame::Kind::binary;
    subscription.whole = false;
  }
  const auto* moved = faults_.strikes(reorder, where);
  if (moved != nullptr) subscription.whole = false;
  if (config_.truth && carries_checksum && frame.kind == ServerFrame::Kind::text) {
    const auto depth = subscription.view->depth;
    frame.truth = {subscription.topic.symbol, depth,           subscription.pair->top(), subscription.pair->digest(depth),
                   subscription.whole,        moved != nullptr};
  }
  if (moved != nullptr) {
    connection.held.push_back({*moved->frames, std::move(frame)});
    return;
  }
  if (faults_.strikes(duplicate, where) != nullptr) emit(connection, frame);
  emit(connection, std::move(frame));
  // What was held back has let one more go first.
  for (auto& held : connection.held) --held.frames;
  for (std::size_t i = 0; i < connection.held.size();) {
    if (connection.held[i].frames > 0) {
      ++i;
      continue;
    }
    emit(connection, std::move(connection.held[i].frame));
    connection.held.erase(connection.held.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Exchange::send_status(Connection& connection) {
  const bool maintained = kSystems[system_] == "maintenance";  // recorded without a connection_id then
  std::string text = "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\",\"system\":\"";
  text += kSystems[system_];
  text += "\",\"api_version\":\"v2\"";
  if (!maintained) text += ",\"connection_id\":" + std::to_string(connection_id_ + connection.number);
  send(connection, text + ",\"upcoming_maintenance\":[],\"emergency\":[]}]}");
}

void Exchange::send_instruments(Connection& connection) {
  std::set<std::string_view> assets;
  std::string pairs;
  for (const auto& pair : pairs_) {
    assets.insert(pair->instrument().base());
    assets.insert(pair->instrument().quote());
    if (!pairs.empty()) pairs += ',';
    append_pair(pairs, pair->instrument());
  }
  std::string text = "{\"channel\":\"instrument\",\"type\":\"snapshot\",\"data\":{\"assets\":[";
  for (const auto asset : assets) {
    if (text.back() == '}') text += ',';
    append_asset(text, asset);
  }
  send(connection, text + "],\"pairs\":[" + pairs + "]}}");
}

void Exchange::send_instrument_update(const std::vector<const Pair*>& changed) {
  std::string text = "{\"channel\":\"instrument\",\"type\":\"update\",\"data\":{\"assets\":[],\"pairs\":[";
  for (const auto* pair : changed) {
    if (text.back() == '}') text += ',';
    append_pair(text, pair->instrument());
  }
  text += "]}}";
  for (auto& [id, connection] : connections_)
    if (connection->find({.channel = Channel::instrument}) != nullptr) send(*connection, text);
}

// --- time ---

std::int64_t Exchange::deadline() const {
  if (!link_deadline_) {
    link_deadline_ = INT64_MAX;
    for (const auto& [id, connection] : connections_) link_deadline_ = std::min(*link_deadline_, connection->deadline());
  }
  return std::min({millis(bursts_.top().at), *link_deadline_, next_tick_});
}

void Exchange::advance(std::int64_t now) {
  while (deadline() <= now) step(std::max(now_, deadline()));
  now_ = std::max(now_, now);
}

void Exchange::step(std::int64_t now) {
  now_ = now;
  while (millis(bursts_.top().at) <= now) run_burst();
  if (next_tick_ <= now) tick(now);
  if (link_deadline_.value_or(0) > now) return;
  for (auto& [id, connection] : connections_) tick(*connection, now);
  for (auto at = connections_.begin(); at != connections_.end();) {
    auto& connection = *at->second;
    if (connection.ended && connection.late.empty()) {
      while (!connection.subscriptions.empty()) remove(*connection.subscriptions.back());
      at = connections_.erase(at);
    } else {
      ++at;
    }
  }
  link_deadline_.reset();
}

/// Once a second, what may happen to the exchange.
void Exchange::tick(std::int64_t now) {
  next_tick_ = now + kSecond;
  if (next_system_ && now >= *next_system_) {
    walk_status();
  } else if (!next_system_) {
    if (const auto* fault = faults_.strikes(maintenance, {now, 0, {}, {}})) {
      system_step_ = std::max<std::int64_t>(kSecond, *fault->ms);
      walk_status();
    }
  }
  change_precisions();
}

void Exchange::walk_status() {
  system_ = (system_ + 1) % std::size(kSystems);
  next_system_.reset();
  if (system_ != 0) next_system_ = now_ + system_step_;
  for (auto& [id, connection] : connections_) send_status(*connection);
  std::vector<const Pair*> changed;
  for (auto& pair : pairs_) {
    pair->instrument().status = kSystems[system_];
    changed.push_back(pair.get());
  }
  send_instrument_update(changed);
}

void Exchange::change_precisions() {
  for (auto& pair : pairs_) {
    if (faults_.strikes(precision_change, {now_, 0, {}, pair->instrument().symbol}) == nullptr || !pair->refine()) continue;
    send_instrument_update({pair.get()});
    // What was told before has other digits than what comes now.
    for (auto* subscription : pair->subscribers) subscription->whole = false;
  }
}

/// What is due on a connection.
void Exchange::tick(Connection& connection, std::int64_t now) {
  if (!connection.ended && connection.next_heartbeat <= now) {
    connection.next_heartbeat += kHeartbeat;
    send(connection, "{\"channel\":\"heartbeat\"}");
  }
  if (!connection.ended && connection.next_second <= now) {
    connection.next_second += kSecond;
    // Frames held back with none following.
    for (auto& held : std::exchange(connection.held, {})) emit(connection, std::move(held.frame));
    const FaultSite where{now, connection.number, {}, {}};
    if (faults_.strikes(half_open, where) != nullptr) connection.silent = true;
    if (const auto* fault = faults_.strikes(stall, where)) connection.stalled_until = now + *fault->ms;
    // What happens to a connection that nobody hears from happens to nobody.
    if (const auto* fault = connection.silent ? nullptr : faults_.strikes(disconnect, where)) {
      refuse_until_ = now + *fault->ms;
      end(connection, ServerFrame::Kind::reset, 1006, {});
    }
    if (const auto* fault = connection.ended || connection.silent ? nullptr : faults_.strikes(FaultKind::close, where)) {
      refuse_until_ = now + *fault->ms;
      end(connection, ServerFrame::Kind::close, *fault->code, *fault->text);
    }
  }
  if (connection.subscriptions.empty() && now >= connection.heard + kIdle) {
    if (!connection.silent) end(connection, ServerFrame::Kind::close, 1000, "idle");
    connection.heard = now;
  }
  while (!connection.late.empty() && connection.late.front().due <= now) {
    out_.push_back(std::move(connection.late.front().frame));
    connection.late.pop_front();
  }
}

void Exchange::run_burst() {
  const auto [at, index] = bursts_.top();
  bursts_.pop();
  auto& pair = *pairs_[index];
  auto& random = pair.agents().random();
  now_ = std::max(now_, millis(at));
  auto when = at;
  for (auto events = draw_burst(random); events > 0; --events) {
    pair.act(when);
    publish(pair, when);
    pair.forget();
    when += 1 + random.upto(kEventGap);  // no two messages of a pair have one time
  }
  const auto* more = faults_.in_force(burst, {now_, 0, {}, pair.instrument().symbol});
  const auto rate = config_.rate * (more == nullptr ? 1 : *more->factor);
  bursts_.push({when + std::max<std::int64_t>(1, draw_pause(random) * 1'000 / rate), index});
}

/// Tells the subscribers of a pair what its last event did.
void Exchange::publish(Pair& pair, std::int64_t at) {
  if (pair.subscribers.empty()) return;
  for (const auto& view : pair.views) {
    if (!view.update.any()) continue;
    const auto text = pair.book_frame(view.update, true, at);
    for (auto* subscription : pair.subscribers)
      if (subscription->view == &view) send_data(*subscription, text, false, at, &view.update);
  }
  const auto tell = [&](auto of, auto&& frame) {
    std::string text;
    for (auto* subscription : pair.subscribers) {
      if (!of(subscription->topic)) continue;
      if (text.empty()) text = frame();
      send_data(*subscription, text, false, at);
    }
  };
  if (pair.traded()) {
    tell([](const Topic& topic) { return topic.channel == Channel::trade; }, [&] { return pair.trade_update(); });
    for (const auto interval : kIntervals)
      tell([interval](const Topic& topic) { return topic.channel == Channel::ohlc && topic.interval == interval; },
           [&] { return pair.ohlc_frame(false, interval, at); });
  }
  tell([&](const Topic& topic) { return topic.channel == Channel::ticker && (topic.bbo ? pair.best_changed() : pair.traded()); },
       [&] { return pair.ticker_frame(false, at); });
}

// --- requests ---

std::string Exchange::times(const Connection& connection) {
  const auto* skewed = faults_.in_force(clock_skew, {now_, connection.number, {}, {}});
  const auto at = micros(now_ + (skewed == nullptr ? 0 : *skewed->ms));
  std::string out = "\"time_in\":\"";
  append_time(out, at);
  out += "\",\"time_out\":\"";
  append_time(out, at + 42);
  return out + "\"}";
}

void Exchange::refuse(Connection& connection, const Request& request, std::string_view error, std::string_view symbol) {
  std::string out = "{\"error\":";
  append_quoted(out, error);
  if (!request.method.empty()) append_quoted(out += ",\"method\":", request.method);
  if (!request.req_id.empty()) out += ",\"req_id\":" + request.req_id;
  out += ",\"success\":false,";
  if (!symbol.empty()) {
    append_quoted(out += "\"symbol\":", symbol);
    out += ',';
  }
  send(connection, out + times(connection));
}

/// Keys in the order recorded: sorted, at every level.
std::string Exchange::ack(const Request& request, const Topic& topic) const {
  const bool subscribe = request.method == "subscribe";
  std::string out = "{\"method\":\"" + request.method + '"';
  if (!request.req_id.empty()) out += ",\"req_id\":" + request.req_id;
  out += ",\"result\":{\"channel\":\"";
  out += name(topic.channel);
  out += '"';
  if (topic.channel == Channel::book) out += ",\"depth\":" + std::to_string(topic.depth);
  if (topic.channel == Channel::ticker) out += topic.bbo ? ",\"event_trigger\":\"bbo\"" : ",\"event_trigger\":\"trades\"";
  if (topic.channel == Channel::ohlc) out += ",\"interval\":" + std::to_string(topic.interval);
  if (subscribe) out += request.snapshot ? ",\"snapshot\":true" : ",\"snapshot\":false";
  if (!subscribe && topic.channel == Channel::book) out += ",\"snapshot\":true";
  if (!topic.symbol.empty()) append_quoted(out += ",\"symbol\":", topic.symbol);
  if (subscribe && topic.channel == Channel::ohlc) out += ",\"warnings\":[\"timestamp is deprecated, use interval_begin\"]";
  if (subscribe && topic.channel == Channel::instrument) out += ",\"warnings\":[\"tick_size is deprecated, use price_increment\"]";
  return out + "},\"success\":true,";
}

bool Exchange::refused_symbol(Connection& connection, const Request& request, const std::string& symbol) {
  if (request.topic.channel == Channel::instrument) return false;
  if (symbol.find('/') == std::string::npos) {
    refuse(connection, request, "Currency pair not in ISO 4217-A3 format " + symbol, symbol);
    return true;
  }
  if (find(symbol) == nullptr) {
    refuse(connection, request, "Currency pair not supported " + symbol, symbol);
    return true;
  }
  return false;
}

void Exchange::subscribe(Connection& connection, const Request& request) {
  std::vector<Subscription*> snapshots;
  std::vector<std::string> late;
  for (const auto& symbol : request.symbols) {
    if (refused_symbol(connection, request, symbol)) continue;
    auto topic = request.topic;
    topic.symbol = symbol;
    const auto where = site(connection, topic);
    if (const auto* fault = faults_.strikes(reject, where)) {
      refuse(connection, request, *fault->text, symbol);
      continue;
    }
    if (connection.find(topic) != nullptr) {
      refuse(connection, request, "Already subscribed", symbol);
      continue;
    }
    auto& subscription = *connection.subscriptions.emplace_back(std::make_unique<Subscription>(Subscription{&connection, topic}));
    if (connection.next_heartbeat == INT64_MAX) connection.next_heartbeat = now_ + kHeartbeat;
    if (topic.channel != Channel::instrument) {
      subscription.pair = find(symbol);
      subscription.pair->subscribers.push_back(&subscription);
    }
    if (topic.channel == Channel::book) subscription.view = &subscription.pair->enter_view(static_cast<std::size_t>(topic.depth));
    if (request.snapshot) snapshots.push_back(&subscription);
    auto text = ack(request, topic) + times(connection);
    if (faults_.strikes(ack_lost, where) != nullptr) continue;
    if (faults_.strikes(ack_late, where) != nullptr) {
      late.push_back(std::move(text));
    } else {
      send(connection, std::move(text));
    }
  }
  for (auto* subscription : snapshots) snapshot(*subscription);
  for (auto& text : late) send(connection, std::move(text));
}

void Exchange::snapshot(Subscription& subscription) {
  if (subscription.pair == nullptr) return send_instruments(*subscription.connection);
  auto& pair = *subscription.pair;
  const auto at = micros(now_);
  switch (subscription.topic.channel) {
    case Channel::book: send_data(subscription, pair.book_snapshot(*subscription.view, at), true, at); break;
    case Channel::ticker: send_data(subscription, pair.ticker_frame(true, at), true, at); break;
    case Channel::trade: send_data(subscription, pair.trade_snapshot(), true, at); break;
    case Channel::ohlc: send_data(subscription, pair.ohlc_frame(true, subscription.topic.interval, at), true, at); break;
    case Channel::instrument: break;  // has no pair
  }
}

void Exchange::remove(Subscription& subscription) {
  if (subscription.view != nullptr) --subscription.view->users;
  if (subscription.pair != nullptr) std::erase(subscription.pair->subscribers, &subscription);
  auto& connection = *subscription.connection;
  std::erase_if(connection.subscriptions, [&](const auto& one) { return one.get() == &subscription; });
  if (connection.subscriptions.empty()) connection.next_heartbeat = INT64_MAX;
}

void Exchange::unsubscribe(Connection& connection, const Request& request) {
  for (const auto& symbol : request.symbols) {
    auto topic = request.topic;
    topic.symbol = symbol;
    auto* subscription = connection.find(topic);
    if (subscription == nullptr) {
      refuse(connection, request, "Subscription Not Found", symbol);
      continue;
    }
    const auto where = site(connection, topic);
    auto* pair = subscription->pair;
    remove(*subscription);
    if (faults_.strikes(ack_lost, where) == nullptr) send(connection, ack(request, topic) + times(connection));
    if (topic.channel == Channel::book && faults_.strikes(old_frame, where) != nullptr) send(connection, pair->old_frame(micros(now_)));
  }
}

void Exchange::text(std::int64_t now, std::uint64_t id, std::string_view frame) {
  advance(now);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  auto& connection = *found->second;
  connection.heard = now_;
  link_deadline_.reset();
  const auto request = parse_request(frame);
  if (config_.requests != 0) {
    connection.budget = std::min(config_.requests * 1'500, connection.budget + (now_ - connection.budget_at) * config_.requests);
    connection.budget_at = now_;
    if (connection.budget < 1'000) {
      ++too_fast_;
      return refuse(connection, request, kServerTooBusy);
    }
    connection.budget -= 1'000;
  }
  if (!request.refusal.empty()) {
    refuse(connection, request, request.refusal);
    if (request.also_status) send_status(connection);
    return;
  }
  if (request.method == "ping") {
    auto pong = std::string{"{\"method\":\"pong\","};
    if (!request.req_id.empty()) pong += "\"req_id\":" + request.req_id + ',';
    return send(connection, pong + times(connection));
  }
  if (faults_.strikes(rate_limit, {now_, connection.number, name(request.topic.channel), {}}) != nullptr)
    return refuse(connection, request, kServerTooBusy);
  if (request.method == "subscribe") {
    subscribe(connection, request);
  } else {
    unsubscribe(connection, request);
  }
}

}  // namespace hadal::sim
