/// The control plane: registration only. Called rarely; takes and returns numbers and strings.

#include <emscripten/bind.h>

#include "engine_source.hpp"
#include "sources.hpp"
#include "watch.hpp"

namespace {

using namespace hadal;
using namespace hadal::web;
using emscripten::allow_raw_pointers;
using emscripten::base;
using emscripten::class_;

std::string version() { return HADAL_VERSION; }

std::string normalized_symbol(const std::string& text) {
  std::string symbol;
  return normalize_symbol(text, symbol) == Errc::ok ? symbol : std::string{};
}

std::string error_name(int code) { return std::string{name(Errc(code))}; }

template <class Enum>
std::string join_names(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    out += name(Enum(i));
  }
  return out;
}

/// The words of an enumeration, in its order: the JavaScript side has them too, and a test compares.
std::string names(const std::string& what) {
  if (what == "channels") return join_names<Channel>(static_cast<int>(Channel::instrument) + 1);
  if (what == "policies") return join_names<GapPolicy>(static_cast<int>(GapPolicy::buffer) + 1);
  if (what == "keyStates") return join_names<KeyState>(static_cast<int>(KeyState::rejected) + 1);
  if (what == "connectionStates") return join_names<ConnectionState>(kConnectionStates);
  if (what == "eventTypes") return join_names<EventType>(kEventTypes);
  if (what == "health") return join_names<Health>(static_cast<int>(Health::halted) + 1);
  if (what == "errors") {  // with category and severity
    std::string out;
    for (int code = 0; code < 0xFFFF; ++code) {
      const auto& one = info(Errc(code));
      if (one.code != Errc(code) || one.name == "unknown") continue;
      for (const auto word : {one.name, one.category, name(one.severity)}) (out += word) += ' ';
      out.back() = ',';
    }
    out.pop_back();
    return out;
  }
  if (what == "signals") return join_names<PressureSignal>(static_cast<int>(PressureSignal::strong_sell) + 1);
  return {};
}

int check_address(const std::string& url, bool allow_plaintext) { return static_cast<int>(check_url(url, allow_plaintext)); }

/// Settings of an engine as JSON: empty, or what is wrong.
std::string check_config(const std::string& json) {
  SessionConfig config;
  return parse_session_config(json, config);
}

std::string redacted(const std::string& json) { return redact_tokens(json); }

WasmWatch* make_watch(std::uintptr_t source, const std::string& symbol) {
  return new WasmWatch{reinterpret_cast<BookSource*>(source), symbol};
}

std::string latency(double microseconds) {
  return latency_text(microseconds == microseconds ? std::optional{static_cast<std::int64_t>(microseconds)} : std::nullopt);
}

}  // namespace

EMSCRIPTEN_BINDINGS(hadal) {
  emscripten::function("version", &version);
  emscripten::function("normalizeSymbol", &normalized_symbol);
  emscripten::function("errorName", &error_name);
  emscripten::function("names", &names);
  emscripten::function("checkUrl", &check_address);
  emscripten::function("checkConfig", &check_config);
  emscripten::function("redactTokens", &redacted);
  emscripten::function("latencyText", &latency);

  class_<WasmWatch>("Watch")
      .constructor(&make_watch, allow_raw_pointers())
      .function("handle", &WasmWatch::handle)
      .function("request", &WasmWatch::request)
      .function("levelText", &WasmWatch::level_text)
      .function("computed", &WasmWatch::computed);

  class_<BookSource>("BookSource")
      .function("handle", &BookSource::handle)
      .function("slot", &BookSource::slot)
      .function("symbols", &BookSource::symbols)
      .function("levelText", &BookSource::level_text)
      .function("followed", &BookSource::followed)
      .function("track", static_cast<std::string (BookSource::*)(const std::string&, const std::string&)>(&BookSource::track));

  class_<WasmFeed, base<BookSource>>("Feed")
      .constructor<int, int, int, std::string, bool>()
      .function("opened", &WasmFeed::opened)
      .function("closed", &WasmFeed::closed)
      .function("sent", &WasmFeed::sent)
      .function("lost", &WasmFeed::lost)
      .function("drain", &WasmFeed::drain)
      .function("digest", &WasmFeed::digest)
      .function("parseErrors", &WasmFeed::parse_errors);

  class_<WasmEngine, base<BookSource>>("Engine")
      .constructor<std::string, bool>()
      .function("connect", &WasmEngine::connect)
      .function("closeConnections", &WasmEngine::close_connections)
      .function("subscribe", &WasmEngine::subscribe)
      .function("unsubscribe", &WasmEngine::unsubscribe)
      .function("resync", &WasmEngine::resync)
      .function("retryNow", &WasmEngine::retry_now)
      .function("network", &WasmEngine::network)
      .function("tokenFailed", &WasmEngine::token_failed)
      .function("opened", &WasmEngine::opened)
      .function("openFailed", &WasmEngine::open_failed)
      .function("closed", &WasmEngine::closed)
      .function("binary", &WasmEngine::binary)
      .function("timeout", &WasmEngine::timeout)
      .function("keyState", &WasmEngine::key_state)
      .function("roundTrip", &WasmEngine::round_trip)
      .function("frames", &WasmEngine::frames)
      .function("addQueue", &WasmEngine::add_queue)
      .function("queueError", &WasmEngine::queue_error)
      .function("removeQueue", &WasmEngine::remove_queue)
      .function("queueStats", &WasmEngine::queue_stats)
      .function("record", &WasmEngine::record)
      .function("endRecord", &WasmEngine::end_record)
      .function("stats", &WasmEngine::stats)
      .function("status", &WasmEngine::status)
      .function("metrics", &WasmEngine::metrics)
      .function("keepFlight", &WasmEngine::keep_flight)
      .function("incident", &WasmEngine::incident)
      .function("watchLatency", &WasmEngine::watch_latency)
      .function("takeIncident", &WasmEngine::take_incident)
      .function("drain", &WasmEngine::drain)
      .function("digest", &WasmEngine::digest);
}
