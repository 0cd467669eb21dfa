#include "hadal/engine.hpp"

#include <algorithm>
#include <utility>

#include "hadal/detail/json_out.hpp"
#include "hadal/journal/config_text.hpp"
#include "hadal/journal/writer.hpp"
#include "hadal/telemetry/collect.hpp"
#include "hadal/version.hpp"

namespace hadal {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr std::int64_t kMicrosPerMilli = 1'000;

/// A text as a line of a journal keeps it, so that it is the same when it is run again.
std::string one_line(std::string_view text) {
  std::string out{text};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return out;
}

Call call_of(Call::What what, std::string_view text = {}) {
  Call call;
  call.what = what;
  call.text = text;
  return call;
}

Call call_of(Call::What what, const Key& key) {
  Call call;
  call.what = what;
  call.key = key;
  return call;
}

}  // namespace

struct Engine::Recording {
  JournalSink* sink;
  UnixNanos wall;
  Millis origin;
  std::string line;

  [[nodiscard]] UnixNanos at(Millis now) const { return wall + (now.count - origin.count) * kNanosPerMilli; }
  void flush() {
    sink->on_journal(line);
    line.clear();
  }
};

Engine::Engine(SessionConfig config, EventSink* sink) : config_{std::move(config)}, stream_{sink, &telemetry_} {
  static_cast<void>(at(Endpoint::market));
}

Engine::~Engine() = default;

class Engine::Input {
 public:
  explicit Input(Engine& engine) noexcept : engine_{engine} { ++engine_.inputs_; }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input() {
    if (--engine_.inputs_ == 0) engine_.look_for_incident();
  }

 private:
  Engine& engine_;
};

std::optional<Errc> Engine::defer(const Call& call) {
  if (inputs_ == 0) return std::nullopt;
  constexpr std::size_t kMost = 10'000;
  if (deferred_.size() == kMost) return Errc::limit_reached;
  deferred_.push_back(call);
  return Errc::ok;
}

Session& Engine::at(Endpoint endpoint) {
  auto& session = sessions_[static_cast<std::size_t>(endpoint)];
  if (session == nullptr) {
    auto config = config_;
    config.endpoint = endpoint;
    config.seed += static_cast<std::uint64_t>(endpoint);
    session = std::make_unique<Session>(std::move(config), &stream_, &shared_);
    if (!online_) session->offline(now_, false);
  }
  return *session;
}

Session* Engine::of(ConnectionId connection) noexcept {
  for (auto& session : sessions_)
    if (session != nullptr && session->connection() == connection && connection != 0) return session.get();
  ++foreign_inputs_;
  return nullptr;
}

// --- recording ---

void Engine::record(JournalSink* journal, UnixNanos wall, Millis now, std::string_view started, bool simulated) {
  recording_.reset();
  if (journal == nullptr) return;
  recording_ = std::make_unique<Recording>(Recording{journal, wall, now, {}});
  JournalHeader header;
  header.version = HADAL_VERSION;
  header.started = started;
  header.simulated = simulated;
  if (!begun_) header.session = config_;
  append_journal_header(recording_->line, header);
  if (begun_ && market().connection() != 0)
    append_books(recording_->line, recording_->at(now), now, market().connection(), market().feed());
  recording_->flush();
}

/// Every input begins here.
void Engine::enter(Millis now) {
  begun_ = true;
  now_ = std::max(now_, now);
  stream_.begin(now_);
  if (!token_asked_) return;
  token_asked_ = false;  // unless the question is still open
  each_session([&](const Session& session) { token_asked_ |= session.waits_for_token(); });
}

void Engine::note(Millis now, const Call& call) {
  enter(now);
  if (recording_ == nullptr) return;
  append_call_record(recording_->line, recording_->at(now), now, call);
  recording_->flush();
}

void Engine::note(Millis now, ConnectionId connection, const LinkRecord& link) {
  enter(now);
  if (flight_ && connection != 0 && market().connection() == connection) flight_->link(now_, connection, link, market().feed());
  if (recording_ == nullptr) return;
  append_link(recording_->line, recording_->at(now), now, connection, link);
  recording_->flush();
}

// --- what the user wants ---

Errc Engine::connect(Millis now) {
  const auto record = call_of(Call::What::connect);
  if (const auto later = defer(record)) return *later;
  const Input input{*this};
  note(now, record);
  connected_ = true;
  auto result = Errc::invalid_transition;
  each_session([&](Session& session) {
    if (session.connect(now) == Errc::ok) result = Errc::ok;
  });
  return result;
}

void Engine::close(Millis now, int code, std::string_view reason) {
  auto record = call_of(Call::What::close, reason);
  record.code = code;
  if (defer(record)) return;
  const Input input{*this};
  note(now, record);
  connected_ = false;
  each_session([&](Session& session) { session.close(now, code, reason); });
}

void Engine::retry_now(Millis now) {
  const auto record = call_of(Call::What::retry_now);
  if (defer(record)) return;
  const Input input{*this};
  note(now, record);
  each_session([&](Session& session) { session.retry_now(now); });
}

void Engine::online(Millis now) {
  const auto record = call_of(Call::What::online);
  if (defer(record)) return;
  const Input input{*this};
  note(now, record);
  online_ = true;
  // The network is one: it is told once, by the public session.
  each_session([&](Session& session) { session.online(now, session.endpoint() == Endpoint::market); });
}

void Engine::offline(Millis now) {
  const auto record = call_of(Call::What::offline);
  if (defer(record)) return;
  const Input input{*this};
  note(now, record);
  online_ = false;
  each_session([&](Session& session) { session.offline(now, session.endpoint() == Endpoint::market); });
}

Errc Engine::subscribe(Millis now, const Key& key) {
  auto checked = key;
  const auto wrong = normalize(checked, config_.aliases);
  const auto record = call_of(Call::What::subscribe, key);
  if (inputs_ != 0 && wrong != Errc::ok) return wrong;
  if (const auto later = defer(record)) return *later;
  const Input input{*this};
  note(now, record);
  if (wrong != Errc::ok) return wrong;
  auto& session = at(endpoint_of(key.channel));
  const auto error = session.subscribe(now, key);
  if (error == Errc::ok && connected_ && session.state() == ConnectionState::disconnected) static_cast<void>(session.connect(now));
  return error;
}

Errc Engine::unsubscribe(Millis now, const Key& key) {
  const auto record = call_of(Call::What::unsubscribe, key);
  if (const auto later = defer(record)) return *later;
  const Input input{*this};
  note(now, record);
  auto& session = sessions_[static_cast<std::size_t>(endpoint_of(key.channel))];
  return session == nullptr ? Errc::not_subscribed : session->unsubscribe(now, key);
}

Errc Engine::resync(Millis now, std::string_view symbol) {
  Key key;
  key.symbol = symbol;
  const auto record = call_of(Call::What::resync, key);
  if (const auto later = defer(record)) return *later;
  const Input input{*this};
  note(now, record);
  return at(Endpoint::market).resync(now, symbol);
}

Errc Engine::clear(Millis now, std::string_view symbol) {
  Key key;
  key.symbol = symbol;
  const auto record = call_of(Call::What::clear, key);
  if (const auto later = defer(record)) return *later;
  const Input input{*this};
  note(now, record);
  return at(Endpoint::market).clear(now, symbol);
}

void Engine::set_token(Millis now, std::string token) {
  const auto record = call_of(Call::What::set_token, token);
  if (defer(record)) return;
  const Input input{*this};
  note(now, record);
  token_asked_ = false;
  each_session([&](Session& session) {
    if (needs_token(session.endpoint())) session.set_token(now, token);
  });
}

void Engine::token_failed(Millis now, bool permanent, std::string_view text) {
  auto record = call_of(Call::What::token_failed, text);
  record.permanent = permanent;
  if (defer(record)) return;
  const Input input{*this};
  note(now, record);
  token_asked_ = false;
  each_session([&](Session& session) {
    if (needs_token(session.endpoint())) session.token_failed(now, permanent, text);
  });
}

Errc Engine::call(Millis now, const Call& call) {
  switch (call.what) {
    case Call::What::connect: return connect(now);
    case Call::What::close: close(now, call.code, call.text); break;
    case Call::What::retry_now: retry_now(now); break;
    case Call::What::online: online(now); break;
    case Call::What::offline: offline(now); break;
    case Call::What::subscribe: return subscribe(now, call.key);
    case Call::What::unsubscribe: return unsubscribe(now, call.key);
    case Call::What::resync: return resync(now, call.key.symbol);
    case Call::What::clear: return clear(now, call.key.symbol);
    case Call::What::set_token: set_token(now, call.text); break;
    case Call::What::token_failed: token_failed(now, call.permanent, call.text); break;
  }
  return Errc::ok;
}

// --- what the driver saw ---

void Engine::on_open(Millis now, ConnectionId connection) {
  const Input input{*this};
  note(now, connection, {});
  if (auto* session = of(connection)) session->on_open(now, connection);
}

void Engine::on_open_failed(Millis now, ConnectionId connection, int http_status, std::string_view text) {
  const Input input{*this};
  http_status = std::max(0, http_status);
  const auto words = one_line(text);
  note(now, connection, {LinkRecord::What::open_failed, http_status, words});
  if (auto* session = of(connection)) session->on_open_failed(now, connection, http_status, words);
}

void Engine::on_text(Millis now, ConnectionId connection, std::string_view frame, std::optional<UnixNanos> wall) {
  const Input input{*this};
  enter(now);
  if (recording_ != nullptr) {
    append_received(recording_->line, recording_->at(now), now, connection, frame);
    recording_->flush();
  }
  auto* session = of(connection);
  if (session == nullptr) return;
  const auto offset = session->clock_offset();
  telemetry_.frame(now_, wall, offset ? std::optional{offset->offset} : std::nullopt);
  const auto pongs = session->counters().pongs;
  if (flight_ && session->endpoint() == Endpoint::market) flight_->frame(now_, connection, frame, session->feed());
  session->on_text(now, connection, frame);
  if (session->counters().pongs != pongs) telemetry_.pong(session->round_trip().value_or(0) * kMicrosPerMilli);
}

/// A book that this input was the end of has its file made now, while what did it is the last thing in it.
void Engine::look_for_incident() {
  if (!flight_ || std::exchange(gaps_seen_, telemetry_.gaps()) == telemetry_.gaps()) return;
  constexpr std::int64_t kApart = 60'000;
  const auto& gap = telemetry_.last_gap();
  const auto known = incident_at_.find(gap.symbol);
  if (known != incident_at_.end() && now_.count - known->second.count < kApart) return;
  if (incident_at_.size() >= Limits{}.books) incident_at_.clear();
  incident_at_.insert_or_assign(gap.symbol, now_);
  incident_ = incident(now_, std::nullopt, "book " + gap.symbol + ": " + std::string{name(gap.cause)});
}

Errc Engine::keep_flight(const FlightRecorderConfig& config) {
  if (check(config) != Errc::ok) return Errc::config_invalid;
  flight_.emplace(config);
  gaps_seen_ = telemetry_.gaps();
  return Errc::ok;
}

std::string Engine::incident(Millis now, std::optional<UnixNanos> wall, std::string_view reason) const {
  if (!flight_) return {};
  std::string config;
  append_session_config(config, config_);
  IncidentReport report{reason, HADAL_VERSION, config, config_.verify, config_.crossed, {}};
  for (const auto& change : market().history()) {
    auto& line = report.transitions.emplace_back();
    detail::JsonLine json{line};
    json.integer("now", change.at.count).string("from", name(change.from)).string("to", name(change.to));
    json.string("cause", name(change.cause)).string_if("detail", change.detail).number("attempt", change.attempt);
    json.end();
    line.pop_back();  // the line end
  }
  return flight_->incident(now, wall, market().feed(), report);
}

void Engine::on_done(Millis now, std::optional<UnixNanos> wall) {
  const Input input{*this};
  telemetry_.done(wall, [&](const LatencyAlert& alert) { stream_.tell_unnumbered(std::max(now_, now), LatencyAlertEvent{alert}); });
}

void Engine::on_binary(Millis now, ConnectionId connection, std::size_t bytes) {
  const Input input{*this};
  note(now, connection, {LinkRecord::What::binary, static_cast<std::int64_t>(bytes), {}});
  if (auto* session = of(connection)) session->on_binary(now, connection, bytes);
}

void Engine::on_closed(Millis now, ConnectionId connection, int code, std::string_view reason) {
  const Input input{*this};
  code = std::max(0, code);
  const auto words = one_line(reason);
  note(now, connection, {LinkRecord::What::closed, code, words});
  if (auto* session = of(connection)) session->on_closed(now, connection, code, words);
}

void Engine::on_lost(Millis now, ConnectionId connection, std::uint64_t frames) {
  const Input input{*this};
  note(now, connection, {LinkRecord::What::lost, static_cast<std::int64_t>(frames), {}});
  if (auto* session = of(connection)) session->on_lost(now, frames);
}

void Engine::on_timeout(Millis now) {
  const Input input{*this};
  note(now, 0, {LinkRecord::What::timeout, 0, {}});
  each_session([&](Session& session) { session.on_timeout(now); });
}

Output Engine::poll() {
  // Those that were there: a sink that answers each call with another must not keep the driver here for ever.
  for (auto calls = deferred_.size();; --calls) {
    auto output = poll_sessions();
    if (!std::holds_alternative<Wait>(output)) return output;
    if (calls == 0) return deferred_.empty() ? output : Wait{now_};
    const auto next = std::move(deferred_.front());
    deferred_.pop_front();
    static_cast<void>(call(now_, next));
  }
}

Output Engine::poll_sessions() {
  auto until = stream_.deadline(now_);
  for (auto& session : sessions_) {
    if (session == nullptr) continue;
    for (;;) {
      auto output = session->poll();
      if (const auto* wait = std::get_if<Wait>(&output)) {
        if (wait->until) until = until ? std::min(*until, *wait->until) : *wait->until;
        break;
      }
      // Two sessions that want a token want the same one.
      if (std::holds_alternative<NeedToken>(output) && std::exchange(token_asked_, true)) continue;
      if (const auto* send = std::get_if<Send>(&output); send != nullptr && flight_ && session->endpoint() == Endpoint::market)
        flight_->sent(now_, send->connection, send->text);
      if (const auto* send = std::get_if<Send>(&output); send != nullptr && recording_ != nullptr) {
        append_sent(recording_->line, recording_->at(now_), now_, send->connection, send->text);
        recording_->flush();
      }
      return output;
    }
  }
  return Wait{until};
}

// --- queries ---

const Session* Engine::session(Endpoint endpoint) const noexcept { return sessions_[static_cast<std::size_t>(endpoint)].get(); }

ConnectionState Engine::state() const noexcept {
  auto worst = market().state();
  for (const auto& session : sessions_)
    if (session != nullptr) worst = less_healthy(worst, session->state());
  return worst;
}

std::optional<KeyState> Engine::key_state(const Key& key) const {
  const auto* known = session(endpoint_of(key.channel));
  return known == nullptr ? std::nullopt : known->key_state(key);
}

Errc Engine::watch_latency(const LatencyConfig& config) {
  if (check(config) != Errc::ok) return Errc::config_invalid;
  telemetry_.configure(config);
  return Errc::ok;
}

Stats Engine::stats(Millis now) const {
  Stats stats;
  for (const auto& session : sessions_) {
    if (session == nullptr) continue;
    add_session(stats, *session);
  }
  telemetry_.fill(now, stats);
  stats.delivery = stream_.delivery(now);
  return stats;
}

}  // namespace hadal
