#include "hadal/session/requests.hpp"

#include "hadal/detail/json_out.hpp"

namespace hadal {
namespace {

void append_params(std::string& out, std::span<const Key> keys, bool subscribe, std::string_view token) {
  const auto& key = keys.front();
  out += "{\"channel\":\"";
  out += name(key.channel);
  out += '"';
  if (has_symbol(key.channel)) {
    out += ",\"symbol\":[";
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i > 0) out += ',';
      detail::append_json_string(out, keys[i].symbol);
    }
    out += ']';
  }
  if (key.channel == Channel::book || key.channel == Channel::level3) out += ",\"depth\":" + std::to_string(key.depth);
  if (key.channel == Channel::ohlc) out += ",\"interval\":" + std::to_string(key.interval);
  if (key.channel == Channel::ticker && (subscribe || key.trigger != TickerTrigger::trades)) {
    out += ",\"event_trigger\":\"";
    out += name(key.trigger);
    out += '"';
  }
  // `executions` has two snapshots of its own, both as documented by default.
  if (subscribe && key.channel != Channel::executions) out += key.channel == Channel::trade ? ",\"snapshot\":false" : ",\"snapshot\":true";
  if (needs_token(endpoint_of(key.channel))) {
    out += ",\"token\":";
    detail::append_json_string(out, token);
  }
  out += '}';
}

void append_request(std::string& out, std::string_view method, std::span<const Key> keys, std::int64_t req_id, std::string_view token) {
  out += "{\"method\":\"";
  out += method;
  out += "\",\"params\":";
  append_params(out, keys, method == "subscribe", token);
  out += ",\"req_id\":" + std::to_string(req_id) + '}';
}

}  // namespace

void append_subscribe(std::string& out, std::span<const Key> keys, std::int64_t req_id, std::string_view token) {
  append_request(out, "subscribe", keys, req_id, token);
}

void append_unsubscribe(std::string& out, std::span<const Key> keys, std::int64_t req_id, std::string_view token) {
  append_request(out, "unsubscribe", keys, req_id, token);
}

void append_ping(std::string& out, std::int64_t req_id) { out += "{\"method\":\"ping\",\"req_id\":" + std::to_string(req_id) + '}'; }

}  // namespace hadal
