#include "hadal_sim/request.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>

namespace hadal::sim {
namespace {

using nlohmann::json;

constexpr std::string_view kChannels[] = {"book", "ticker", "trade", "ohlc", "instrument"};
constexpr std::string_view kPrivate[] = {"executions", "balances", "level3"};
constexpr std::string_view kTrading[] = {"add_order", "amend_order", "edit_order", "cancel_order", "cancel_all", "cancel_all_orders_after",
                                         "batch_add", "batch_cancel"};
constexpr std::string_view kPrivateHost = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com";

template <class List>
bool contains(const List& list, std::string_view what) {
  return std::find(std::begin(list), std::end(list), what) != std::end(list);
}

std::string text_or_empty(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string{};
}

/// The first member that is none of the known ones.
std::string unknown_member(const json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items())
    if (!contains(known, key)) return key;
  return {};
}

std::string unsupported(const std::string& key, const std::string& method) {
  return "Unsupported field: '" + key + "' for the given msg type: " + method;
}

/// A whole number out of a list; false if it is something else.
template <class List>
bool read_choice(const json& params, const char* key, const List& allowed, std::int64_t& out) {
  out = allowed[0];
  if (!params.contains(key)) return true;
  if (!params[key].is_number_integer()) return false;
  out = params[key].get<std::int64_t>();
  return std::find(std::begin(allowed), std::end(allowed), out) != std::end(allowed);
}

std::string unknown_param(Channel channel, const json& params) {
  switch (channel) {
    case Channel::book: return unknown_member(params, {"channel", "symbol", "snapshot", "depth"});
    case Channel::ticker: return unknown_member(params, {"channel", "symbol", "snapshot", "event_trigger"});
    case Channel::trade: return unknown_member(params, {"channel", "symbol", "snapshot"});
    case Channel::ohlc: return unknown_member(params, {"channel", "symbol", "snapshot", "interval"});
    case Channel::instrument: break;
  }
  return unknown_member(params, {"channel", "snapshot", "execution_venue", "include_tokenized_assets"});
}

/// What is wrong with the parameters, in the exchange's words; empty: nothing.
std::string read_params(const json& params, Request& request) {
  const auto channel = text_or_empty(params, "channel");
  if (contains(kPrivate, channel)) return std::string{kPrivateHost};
  if (channel == "status" || channel == "heartbeat") {
    request.also_status = channel == "status";
    return "Symbol(s) not found";
  }
  const auto known = std::find(std::begin(kChannels), std::end(kChannels), channel);
  if (known == std::end(kChannels)) return "Subscription name invalid";
  auto& topic = request.topic;
  topic.channel = Channel(known - std::begin(kChannels));
  if (const auto key = unknown_param(topic.channel, params); !key.empty()) return unsupported(key, request.method);
  if (topic.channel == Channel::book && !read_choice(params, "depth", kDepths, topic.depth)) return "Subscription depth not supported";
  if (topic.channel == Channel::ohlc && !read_choice(params, "interval", kIntervals, topic.interval))
    return "Subscription ohlc interval not supported";
  if (params.contains("event_trigger")) {
    const auto trigger = text_or_empty(params, "event_trigger");
    if (trigger != "trades" && trigger != "bbo") return "EGeneral:Invalid arguments:event_trigger";
    topic.bbo = trigger == "bbo";
  }
  request.snapshot = topic.channel != Channel::trade;
  if (params.contains("snapshot")) {
    if (!params["snapshot"].is_boolean()) return "EGeneral:Invalid arguments:snapshot";
    request.snapshot = params["snapshot"].get<bool>();
  }
  if (topic.channel == Channel::instrument) {
    request.symbols.emplace_back();
    return {};
  }
  if (!params.contains("symbol") || !params["symbol"].is_array()) return "Symbol(s) not found";
  for (const auto& symbol : params["symbol"])
    if (symbol.is_string()) request.symbols.push_back(symbol.get<std::string>());
  return request.symbols.empty() ? "Symbol(s) not found" : "";
}

}  // namespace

std::string_view name(Channel channel) noexcept { return kChannels[static_cast<std::size_t>(channel)]; }

Request parse_request(std::string_view frame) {
  Request request;
  const auto json_frame = json::parse(frame, nullptr, false);
  if (!json_frame.is_object()) {
    request.refusal = "Malformed request";
    return request;
  }
  request.method = text_or_empty(json_frame, "method");
  if (json_frame.contains("req_id") && json_frame["req_id"].is_number_integer()) request.req_id = json_frame["req_id"].dump();
  if (contains(kTrading, request.method)) {
    request.refusal = kPrivateHost;
  } else if (request.method == "ping") {
    if (const auto key = unknown_member(json_frame, {"method", "req_id"}); !key.empty()) request.refusal = unsupported(key, request.method);
  } else if (request.method == "subscribe" || request.method == "unsubscribe") {
    if (const auto key = unknown_member(json_frame, {"method", "params", "req_id"}); !key.empty()) {
      request.refusal = unsupported(key, request.method);
    } else {
      const auto params = json_frame.contains("params") && json_frame["params"].is_object() ? json_frame["params"] : json::object();
      request.refusal = read_params(params, request);
    }
  } else {
    request.refusal = "Unsupported event";
  }
  return request;
}

}  // namespace hadal::sim
