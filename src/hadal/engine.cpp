#include "hadal/engine.hpp"

#include <algorithm>
#include <utility>

#include "hadal/journal/writer.hpp"
#include "hadal/version.hpp"

namespace hadal {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;

/// From the best to the worst.
int rank(ConnectionState state) {
  using enum ConnectionState;
  constexpr std::array kOrder{subscribed, resyncing, subscribing, authenticating, connecting, degraded, disconnected, closed};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), state) - kOrder.begin());
}

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

/// Numbers the events of all sessions in one row.
struct Engine::Stream final : EventSink {
  explicit Stream(EventSink* to) : sink{to} {}
  void on_event(const Event& event) override {
    ++events;
    if (sink == nullptr) return;
    auto numbered = event;
    numbered.number = events;
    sink->on_event(numbered);
  }
  EventSink* sink;
  std::uint64_t events = 0;
};

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

Engine::Engine(SessionConfig config, EventSink* sink) : config_{std::move(config)}, stream_{std::make_unique<Stream>(sink)} {
  static_cast<void>(at(Endpoint::market));
}

Engine::~Engine() = default;

Session& Engine::at(Endpoint endpoint) {
  auto& session = sessions_[static_cast<std::size_t>(endpoint)];
  if (session == nullptr) {
    auto config = config_;
    config.endpoint = endpoint;
    config.seed += static_cast<std::uint64_t>(endpoint);
    session = std::make_unique<Session>(std::move(config), stream_.get(), &shared_);
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
  recording_->flush();
}

/// Every input begins here.
void Engine::enter(Millis now) {
  begun_ = true;
  now_ = std::max(now_, now);
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
  if (recording_ == nullptr) return;
  append_link(recording_->line, recording_->at(now), now, connection, link);
  recording_->flush();
}

// --- what the user wants ---

Errc Engine::connect(Millis now) {
  note(now, call_of(Call::What::connect));
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
  note(now, record);
  connected_ = false;
  each_session([&](Session& session) { session.close(now, code, reason); });
}

void Engine::retry_now(Millis now) {
  note(now, call_of(Call::What::retry_now));
  each_session([&](Session& session) { session.retry_now(now); });
}

void Engine::online(Millis now) {
  note(now, call_of(Call::What::online));
  online_ = true;
  // The network is one: it is told once, by the public session.
  each_session([&](Session& session) { session.online(now, session.endpoint() == Endpoint::market); });
}

void Engine::offline(Millis now) {
  note(now, call_of(Call::What::offline));
  online_ = false;
  each_session([&](Session& session) { session.offline(now, session.endpoint() == Endpoint::market); });
}

Errc Engine::subscribe(Millis now, const Key& key) {
  note(now, call_of(Call::What::subscribe, key));
  auto checked = key;
  if (const auto wrong = normalize(checked, config_.aliases); wrong != Errc::ok) return wrong;
  auto& session = at(endpoint_of(key.channel));
  const auto error = session.subscribe(now, key);
  if (error == Errc::ok && connected_ && session.state() == ConnectionState::disconnected) static_cast<void>(session.connect(now));
  return error;
}

Errc Engine::unsubscribe(Millis now, const Key& key) {
  note(now, call_of(Call::What::unsubscribe, key));
  auto& session = sessions_[static_cast<std::size_t>(endpoint_of(key.channel))];
  return session == nullptr ? Errc::not_subscribed : session->unsubscribe(now, key);
}

Errc Engine::resync(Millis now, std::string_view symbol) {
  Key key;
  key.symbol = symbol;
  note(now, call_of(Call::What::resync, key));
  return at(Endpoint::market).resync(now, symbol);
}

Errc Engine::clear(Millis now, std::string_view symbol) {
  Key key;
  key.symbol = symbol;
  note(now, call_of(Call::What::clear, key));
  return at(Endpoint::market).clear(now, symbol);
}

void Engine::set_token(Millis now, std::string token) {
  note(now, call_of(Call::What::set_token, token));
  token_asked_ = false;
  each_session([&](Session& session) {
    if (needs_token(session.endpoint())) session.set_token(now, token);
  });
}

void Engine::token_failed(Millis now, bool permanent, std::string_view text) {
  auto record = call_of(Call::What::token_failed, text);
  record.permanent = permanent;
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
  note(now, connection, {});
  if (auto* session = of(connection)) session->on_open(now, connection);
}

void Engine::on_open_failed(Millis now, ConnectionId connection, int http_status, std::string_view text) {
  http_status = std::max(0, http_status);
  const auto words = one_line(text);
  note(now, connection, {LinkRecord::What::open_failed, http_status, words});
  if (auto* session = of(connection)) session->on_open_failed(now, connection, http_status, words);
}

void Engine::on_text(Millis now, ConnectionId connection, std::string_view frame) {
  enter(now);
  if (recording_ != nullptr) {
    append_received(recording_->line, recording_->at(now), now, connection, frame);
    recording_->flush();
  }
  if (auto* session = of(connection)) session->on_text(now, connection, frame);
}

void Engine::on_binary(Millis now, ConnectionId connection, std::size_t bytes) {
  note(now, connection, {LinkRecord::What::binary, static_cast<std::int64_t>(bytes), {}});
  if (auto* session = of(connection)) session->on_binary(now, connection, bytes);
}

void Engine::on_closed(Millis now, ConnectionId connection, int code, std::string_view reason) {
  code = std::max(0, code);
  const auto words = one_line(reason);
  note(now, connection, {LinkRecord::What::closed, code, words});
  if (auto* session = of(connection)) session->on_closed(now, connection, code, words);
}

void Engine::on_lost(Millis now, ConnectionId connection, std::uint64_t frames) {
  note(now, connection, {LinkRecord::What::lost, static_cast<std::int64_t>(frames), {}});
  if (auto* session = of(connection)) session->on_lost(now, frames);
}

void Engine::on_timeout(Millis now) {
  note(now, 0, {LinkRecord::What::timeout, 0, {}});
  each_session([&](Session& session) { session.on_timeout(now); });
}

Output Engine::poll() {
  std::optional<Millis> until;
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
    if (session != nullptr && rank(session->state()) > rank(worst)) worst = session->state();
  return worst;
}

std::optional<KeyState> Engine::key_state(const Key& key) const {
  const auto* known = session(endpoint_of(key.channel));
  return known == nullptr ? std::nullopt : known->key_state(key);
}

std::uint64_t Engine::events() const noexcept { return stream_->events; }

}  // namespace hadal
