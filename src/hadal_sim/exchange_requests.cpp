// What clients ask, and the answers.

#include <algorithm>
#include <utility>

#include "hadal_sim/exchange_parts.hpp"
#include "hadal_sim/text.hpp"

namespace hadal::sim {
namespace {

using enum FaultKind;

constexpr std::string_view kServerTooBusy = "Exceeded msg rate";

}  // namespace

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
