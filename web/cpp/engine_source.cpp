#include "engine_source.hpp"

#include <limits>
#include <utility>

namespace hadal::web {
namespace {

Millis millis(double ms) { return {static_cast<std::int64_t>(ms)}; }
ConnectionId id(double connection) { return static_cast<ConnectionId>(connection); }

/// Of a time of day in ms; none for NaN. To the microsecond, which is what latency is counted in.
std::optional<UnixNanos> nanos(double wall_ms) {
  constexpr double kMost = 9e12;  // ms: the year 2255
  if (!(wall_ms >= 0 && wall_ms < kMost)) return std::nullopt;
  return static_cast<UnixNanos>(wall_ms * 1'000) * 1'000;
}

SessionConfig engine_config(const std::string& json) {
  SessionConfig config;
  static_cast<void>(parse_session_config(json, config));
  return config;
}

Key key_of(int channel, const std::string& symbol, int depth, int interval, int trigger) {
  Key key;
  key.channel = Channel(channel);
  key.symbol = symbol;
  if (depth != 0) key.depth = static_cast<std::uint16_t>(depth);
  if (interval != 0) key.interval = static_cast<std::uint16_t>(interval);
  key.trigger = TickerTrigger(trigger);
  return key;
}

}  // namespace

WasmEngine::WasmEngine(const std::string& config, bool keep_log) : log_{true}, engine_{engine_config(config), keep_log ? &log_ : nullptr} {}

void WasmEngine::note(double now_ms) {
  if (!std::exchange(started_, true)) log_.set_origin(millis(now_ms));
  now_ = millis(now_ms);
}

int WasmEngine::connect(double now_ms) {
  note(now_ms);
  return static_cast<int>(engine_.connect(millis(now_ms)));
}

void WasmEngine::close_connections(double now_ms, int code, const std::string& reason) {
  note(now_ms);
  engine_.close(millis(now_ms), code, reason);
}

int WasmEngine::subscribe(double now_ms, int channel, const std::string& symbol, int depth, int interval, int trigger) {
  note(now_ms);
  return static_cast<int>(engine_.subscribe(millis(now_ms), key_of(channel, symbol, depth, interval, trigger)));
}

int WasmEngine::unsubscribe(double now_ms, int channel, const std::string& symbol, int depth, int interval, int trigger) {
  note(now_ms);
  return static_cast<int>(engine_.unsubscribe(millis(now_ms), key_of(channel, symbol, depth, interval, trigger)));
}

int WasmEngine::resync(double now_ms, const std::string& symbol) {
  note(now_ms);
  return static_cast<int>(engine_.resync(millis(now_ms), symbol));
}

void WasmEngine::retry_now(double now_ms) {
  note(now_ms);
  engine_.retry_now(millis(now_ms));
}

void WasmEngine::network(double now_ms, bool online) {
  note(now_ms);
  if (online) {
    engine_.online(millis(now_ms));
  } else {
    engine_.offline(millis(now_ms));
  }
}

void WasmEngine::token_failed(double now_ms, bool permanent, const std::string& text) {
  note(now_ms);
  engine_.token_failed(millis(now_ms), permanent, text);
}

void WasmEngine::opened(double now_ms, double connection) {
  note(now_ms);
  engine_.on_open(millis(now_ms), id(connection));
}

void WasmEngine::open_failed(double now_ms, double connection, int http_status, const std::string& text) {
  note(now_ms);
  engine_.on_open_failed(millis(now_ms), id(connection), http_status, text);
}

void WasmEngine::closed(double now_ms, double connection, int code, const std::string& reason) {
  note(now_ms);
  engine_.on_closed(millis(now_ms), id(connection), code, reason);
}

void WasmEngine::binary(double now_ms, double connection, double bytes) {
  note(now_ms);
  engine_.on_binary(millis(now_ms), id(connection), static_cast<std::size_t>(bytes));
}

void WasmEngine::text(double now_ms, double connection, std::string_view frame, double wall_ms) {
  note(now_ms);
  engine_.on_text(millis(now_ms), id(connection), frame, nanos(wall_ms));
}

void WasmEngine::done(double now_ms, double wall_ms) { engine_.on_done(millis(now_ms), nanos(wall_ms)); }

void WasmEngine::timeout(double now_ms) {
  note(now_ms);
  engine_.on_timeout(millis(now_ms));
}

WasmEngine::OutputKind WasmEngine::poll() {
  const auto output = engine_.poll();
  text_.clear();
  connection_ = 0;
  if (const auto* connect = std::get_if<Connect>(&output)) {
    connection_ = static_cast<double>(connect->connection);
    number_ = static_cast<double>(connect->endpoint);
    text_ = default_url(connect->endpoint);
    return OutputKind::connect;
  }
  if (const auto* send = std::get_if<Send>(&output)) {
    connection_ = static_cast<double>(send->connection);
    text_ = send->text;
    return OutputKind::send;
  }
  if (const auto* close = std::get_if<Close>(&output)) {
    connection_ = static_cast<double>(close->connection);
    number_ = close->code;
    text_ = close->reason;
    return OutputKind::close;
  }
  if (std::holds_alternative<NeedToken>(output)) return OutputKind::need_token;
  const auto until = std::get<Wait>(output).until;
  number_ = until ? static_cast<double>(until->count) : std::numeric_limits<double>::infinity();
  return OutputKind::wait;
}

int WasmEngine::add_queue(const std::string& json) {
  DeliveryConfig config;
  queue_error_ = parse_delivery(json, config);
  if (!queue_error_.empty()) return -1;
  auto queue = std::make_unique<EventQueue>(std::move(config));
  engine_.add(*queue);
  for (std::size_t i = 0; i < queues_.size(); ++i)
    if (queues_[i] == nullptr) {
      queues_[i] = std::move(queue);
      return static_cast<int>(i);
    }
  queues_.push_back(std::move(queue));
  return static_cast<int>(queues_.size()) - 1;
}

void WasmEngine::remove_queue(int queue) {
  if (queue < 0 || static_cast<std::size_t>(queue) >= queues_.size()) return;
  auto& removed = queues_[static_cast<std::size_t>(queue)];
  if (removed == nullptr) return;
  engine_.remove(*removed);
  removed.reset();
}

std::string WasmEngine::drain_queue(int queue, double now_ms, int most) {
  std::string out;
  if (queue < 0 || static_cast<std::size_t>(queue) >= queues_.size()) return out;
  const auto limit = most == 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(most);
  if (auto& from = queues_[static_cast<std::size_t>(queue)]) engine_.drain(*from, millis(now_ms), out, limit);
  return out;
}

std::string WasmEngine::queue_stats(int queue, double now_ms) const {
  if (queue < 0 || static_cast<std::size_t>(queue) >= queues_.size()) return {};
  const auto& from = queues_[static_cast<std::size_t>(queue)];
  if (from == nullptr) return {};
  const auto s = from->stats(millis(now_ms));
  std::string out;
  for (const auto count : {s.offered, s.delivered, s.dropped_oldest + s.dropped_latest, s.coalesced, s.limited, s.queued, s.peak_rate})
    (out += std::to_string(count)) += ',';
  out.pop_back();
  return out;
}

bool WasmEngine::queue_waiting(int queue) const {
  if (queue < 0 || static_cast<std::size_t>(queue) >= queues_.size()) return false;
  const auto& from = queues_[static_cast<std::size_t>(queue)];
  if (from == nullptr) return false;
  return from->due(now_);
}

bool WasmEngine::any_waiting() const {
  for (std::size_t i = 0; i < queues_.size(); ++i)
    if (queue_waiting(static_cast<int>(i))) return true;
  return false;
}

void WasmEngine::record(double now_ms, double wall_ms, const std::string& started, bool simulated) {
  journal_.clear();
  engine_.record(this, nanos(wall_ms).value_or(0), millis(now_ms), started, simulated);
}

std::string WasmEngine::stats(double now_ms) const {
  std::string out;
  append_stats(out, engine_.stats(millis(now_ms)));
  return out;
}

std::string WasmEngine::status(double now_ms) const {
  std::string out;
  append_status(out, engine_, millis(now_ms));
  return out;
}

bool WasmEngine::keep_flight(double frames, double bytes) {
  const bool whole = frames >= 0 && frames < 1e9 && bytes >= 0 && bytes < 1e9;
  return whole && engine_.keep_flight({static_cast<std::size_t>(frames), static_cast<std::size_t>(bytes)}) == Errc::ok;
}

bool WasmEngine::watch_latency(double total, double processing, double network, double interval) {
  const auto whole = [](double ms) { return ms >= 0 && ms < 1e9 && ms == static_cast<double>(static_cast<std::int64_t>(ms)); };
  if (!whole(total) || !whole(processing) || !whole(network) || !whole(interval)) return false;
  LatencyConfig config;
  config.total_alert_ms = static_cast<std::int64_t>(total);
  config.processing_alert_ms = static_cast<std::int64_t>(processing);
  config.network_alert_ms = static_cast<std::int64_t>(network);
  config.interval_ms = static_cast<std::int64_t>(interval);
  return engine_.watch_latency(config) == Errc::ok;
}

std::string WasmEngine::incident(double now_ms, double wall_ms, const std::string& reason) const {
  return engine_.incident(millis(now_ms), nanos(wall_ms), reason);
}

int WasmEngine::key_state(int channel, const std::string& symbol, int depth, int interval, int trigger) const {
  const auto state = engine_.key_state(key_of(channel, symbol, depth, interval, trigger));
  return state ? static_cast<int>(*state) : -1;
}

double WasmEngine::round_trip() const {
  const auto time = engine_.market().round_trip();
  return time ? static_cast<double>(*time) : -1;
}

}  // namespace hadal::web
