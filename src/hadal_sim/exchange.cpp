// The half of the exchange that is about time: connections come and go, markets run, faults last.

#include "hadal_sim/exchange.hpp"

#include <algorithm>
#include <utility>

#include "hadal_sim/exchange_parts.hpp"

namespace hadal::sim {
namespace {

using enum FaultKind;

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kConnectSpan = 600'000;                   // limits-and-errors.md section 1
constexpr std::size_t kManySymbols = 50;                         // from there on books are less deep
constexpr std::int64_t kEventGap = 400;                          // microseconds between the events of a burst, at most
constexpr std::uint64_t kMarketStream = std::uint64_t{3} << 56;  // F-43: one stream of draws each
constexpr std::uint64_t kFaultStream = std::uint64_t{4} << 56;

std::size_t levels_of(const ExchangeConfig& config) {
  if (config.levels != 0) return config.levels;
  if (config.scenario.levels != 0) return config.scenario.levels;
  return config.symbols > kManySymbols ? 60 : 300;
}

}  // namespace

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

}  // namespace hadal::sim
