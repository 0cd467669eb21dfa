#include "hadal/session/session.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "hadal/session/requests.hpp"
#include "hadal/session/session_parts.hpp"

namespace hadal {
namespace {

constexpr std::size_t kHistory = 100;
constexpr std::int64_t kCarefulFloor = 5'000;  // D-10

FeedConfig feed_config(const SessionConfig& config) {
  FeedConfig feed;
  feed.verify = config.verify;
  feed.crossed = config.crossed;
  feed.policy = config.policy;
  feed.deliver_control = config.deliver_control;
  feed.owned = true;
  feed.endpoint = config.endpoint;
  feed.limits = config.limits;
  return feed;
}

/// The reason that books get when the connection ends this way.
Cause book_cause(ConnectionCause cause) {
  switch (cause) {
    case ConnectionCause::silence: return Cause::silence;
    case ConnectionCause::pong_timeout: return Cause::pong_timeout;
    case ConnectionCause::server_closed:
    case ConnectionCause::server_refused: return Cause::server_closed;
    case ConnectionCause::ack_stalled: return Cause::ack_stalled;
    case ConnectionCause::user_close: return Cause::closed;
    default: return Cause::transport_lost;
  }
}

}  // namespace

Session::Session(SessionConfig config, EventSink* sink, SharedConnections* shared)
    : config_{std::move(config)},
      shared_{shared == nullptr ? &own_ : shared},
      listener_{std::make_unique<Listener>(sink)},
      feed_{feed_config(config_), listener_.get()},
      random_{config_.seed, RandomStream::reconnect_jitter} {
  assert(check(config_) == Errc::ok);
}

Session::~Session() = default;

// --- every input begins with begin(), and ends with settle() if it changed anything ---

void Session::begin(Millis now) {
  now_ = std::max(now_, Millis{std::min(now.count, kMaxMillis)});
  outputs_.erase(outputs_.begin(), outputs_.begin() + static_cast<std::ptrdiff_t>(next_output_));
  next_output_ = 0;
  feed_.enter(now_, connection_);
}

bool Session::is_present(ConnectionId connection) {
  if (connection == connection_ && socket_) return true;
  if (connection != connection_) ++counters_.foreign_inputs;  // the answer to a Close is none
  return false;
}

void Session::settle() {
  take_notes();
  // Most frames change a book and nothing else.
  if (!dirty_ && wake_ && now_ < *wake_) return;
  watch_link();
  expire_requests();
  watch_books();
  deepen();
  take_notes();
  plan();
  update_state();
  dirty_ = false;
  find_deadline();
}

Output Session::poll() {
  if (next_output_ == outputs_.size()) return Wait{wake_};
  auto& next = outputs_[next_output_++];
  if (auto* text = std::get_if<Send>(&next.output)) text->text = next.text;
  if (auto* text = std::get_if<Close>(&next.output)) text->reason = next.text;
  return std::visit([](const auto& output) -> Output { return output; }, next.output);
}

void Session::push_close(int code, std::string_view reason) { outputs_.push_back({Close{connection_, code, {}}, std::string{reason}}); }

void Session::send(std::string text) { outputs_.push_back({Send{connection_, {}}, std::move(text)}); }

// --- changes of state ---

void Session::change(ConnectionState to, ConnectionCause cause, std::string_view detail) {
  assert(connection_transition(state_, to, cause) != 0);
  const auto from = std::exchange(state_, to);
  if (history_.size() == kHistory) history_.erase(history_.begin());
  history_.push_back({from, to, cause, std::string{detail}, attempt_, ++changes_, now_});
  dirty_ = true;
  feed_.enter(now_, connection_);
  feed_.publish({}, SessionEvent{from, to, cause, detail, attempt_});
  if (!is_connected(to)) stable_at_.reset();
  if (is_connected(to) && !is_connected(from)) stable_at_ = Millis{now_.count + config_.reconnect.stable};
}

void Session::start_attempt(ConnectionCause cause) {
  connection_ = ++shared_->last;
  attempted_at_ = now_;
  ++counters_.connects;
  change(ConnectionState::connecting, cause);
  connect_at_ = now_;
  watch_link();
}

/// Lets go of the socket, if there is one; with a code it is closed.
void Session::leave_socket(Cause cause, int code, std::string_view reason) {
  if (std::exchange(socket_, false) && code != 0) push_close(code, reason);
  connect_at_.reset();
  ping_.reset();
  if (is_open(state_)) forget_wire(cause);
}

void Session::drop(ConnectionCause cause, std::string_view detail, int close_code) {
  leave_socket(book_cause(cause), close_code, name(cause));
  using enum ConnectionCause;
  const bool for_good = cause == upgrade_refused || cause == server_refused || cause == auth_failed;
  if (for_good || !config_.reconnect.enabled) return change(ConnectionState::closed, cause, detail);
  change(ConnectionState::degraded, cause, detail);
  schedule_retry();
}

void Session::schedule_retry() {
  const auto& reconnect = config_.reconnect;
  if (reconnect.max_attempts != 0 && attempt_ >= reconnect.max_attempts)
    return change(ConnectionState::closed, ConnectionCause::retries_exhausted);
  retry_at_ = Millis{now_.count + (careful_ ? kCarefulFloor : 0) + reconnect_delay(reconnect, attempt_, random_)};
  ++attempt_;
}

// --- what the user wants ---

Errc Session::connect(Millis now) {
  begin(now);
  if (state_ != ConnectionState::disconnected && state_ != ConnectionState::closed) return Errc::invalid_transition;
  attempt_ = 0;
  start_attempt(ConnectionCause::user_connect);
  settle();
  return Errc::ok;
}

void Session::close(Millis now, int code, std::string_view reason) {
  begin(now);
  if (state_ == ConnectionState::closed) return;
  leave_socket(Cause::closed, code, reason);
  change(ConnectionState::closed, ConnectionCause::user_close, reason);
  settle();
}

/// The next attempt as soon as the pace and the floor of D-10 allow it.
void Session::hurry(ConnectionCause cause) {
  if (state_ != ConnectionState::degraded) return;
  const auto floor = careful_ ? Millis{attempted_at_.count + kCarefulFloor} : now_;
  if (now_ >= floor && shared_->pace.take(now_)) {
    paid_ = true;
    start_attempt(cause);
  } else {
    retry_at_ = std::min(retry_at_, std::max(floor, shared_->pace.ready_at(now_)));
    dirty_ = true;
  }
  settle();
}

void Session::retry_now(Millis now) {
  begin(now);
  hurry(ConnectionCause::user_retry);
}

void Session::online(Millis now, bool tell) {
  begin(now);
  if (!std::exchange(online_, true) && tell) feed_.publish({}, NetworkEvent{true});
  hurry(ConnectionCause::network_online);
}

void Session::offline(Millis now, bool tell) {
  begin(now);
  if (std::exchange(online_, false) && tell) feed_.publish({}, NetworkEvent{false});
}

// --- tokens ---

void Session::ask_token() {
  token_by_ = Millis{now_.count + config_.times.token};
  token_again_.reset();
  outputs_.push_back({NeedToken{}, {}});
}

void Session::set_token(Millis now, std::string token) {
  begin(now);
  token_ = std::move(token);
  ++token_number_;
  token_by_.reset();
  token_again_.reset();
  if (state_ == ConnectionState::authenticating) begin_round(ConnectionCause::token_ready);
  dirty_ = true;
  settle();
}

void Session::token_failed(Millis now, bool permanent, std::string_view text) {
  begin(now);
  if (token_by_) miss_token(permanent, text);
  dirty_ = true;
  settle();
}

/// No token has come. A connection that waits for nothing else is given up; one that serves goes on, and asks again later.
void Session::miss_token(bool permanent, std::string_view text) {
  token_by_.reset();
  if (state_ == ConnectionState::authenticating)
    return drop(permanent ? ConnectionCause::auth_failed : ConnectionCause::token_unavailable, text, kCloseNormal);
  const auto code = permanent ? Errc::auth_failed : Errc::token_unavailable;
  const auto words = text.empty() ? std::string_view{"no token came in time"} : text;
  if (!permanent) {
    feed_.publish({}, ErrorEvent{code, words, {}, {}, {}, {}, {}});
    token_again_ = Millis{now_.count + config_.times.ack_retry};
    return;
  }
  // Nor will there be one: what needs it ends, and the rest goes on.
  Response refusal;
  refusal.error = words;
  for (const auto& s : subscriptions_)
    if (s->may_join()) reject(*s, refusal, code);
}

// --- what the driver saw ---

void Session::on_open(Millis now, ConnectionId connection) {
  begin(now);
  if (!is_present(connection) || state_ != ConnectionState::connecting) return;
  feed_.opened();
  hear();
  any_ack_ = false;
  next_ping_ = Millis{now_.count + config_.times.ping_interval};
  token_rejections_ = 0;
  if (lacks_token()) {
    change(ConnectionState::authenticating, ConnectionCause::transport_opened);
    ask_token();
  } else {
    begin_round(ConnectionCause::transport_opened);
  }
  settle();
}

void Session::on_open_failed(Millis now, ConnectionId connection, int http_status, std::string_view text) {
  begin(now);
  if (!is_present(connection) || state_ != ConnectionState::connecting) return;
  socket_ = false;
  auto cause = ConnectionCause::connect_failed;
  if (http_status == 400 || http_status == 401 || http_status == 403 || http_status == 404) cause = ConnectionCause::upgrade_refused;
  if (http_status == 429 || http_status >= 500) cause = ConnectionCause::upgrade_busy;
  if (http_status == 429 || http_status == 503) careful_ = true;
  drop(cause, text, 0);
  settle();
}

void Session::on_text(Millis now, ConnectionId connection, std::string_view frame) {
  begin(now);
  if (!is_present(connection) || !is_open(state_)) return;
  hear();
  if (frame.size() > at_most_default(config_.limits).frame_bytes) {
    feed_.publish({},
                  ErrorEvent{Errc::frame_too_large, "the frame is longer than the limit; the connection is closed", {}, {}, {}, {}, {}});
    drop(ConnectionCause::transport_lost, name(Errc::frame_too_large), kCloseTooLarge);
    return settle();
  }
  feed_.on_text(now_, connection, frame);
  if (!feed_.decoder().scanned()) {
    const auto& message = feed_.decoder().message();
    if (const auto* response = std::get_if<Response>(&message)) take_answer(*response);
    if (const auto* pong = std::get_if<Pong>(&message)) take_pong(*pong);
    if (const auto* status = std::get_if<StatusMessage>(&message); status != nullptr && status->system)
      careful_ = *status->system != SystemStatus::online;
  }
  settle();
}

void Session::on_binary(Millis now, ConnectionId connection, std::size_t bytes) {
  begin(now);
  if (!is_present(connection) || !is_open(state_)) return;
  hear();
  feed_.on_binary(now_, connection, bytes);
  settle();
}

void Session::on_closed(Millis now, ConnectionId connection, int code, std::string_view reason) {
  begin(now);
  if (!is_present(connection)) return;
  socket_ = false;
  auto cause = ConnectionCause::server_closed;
  if (code == kCloseRefused) cause = ConnectionCause::server_refused;
  if (code == kCloseAbnormal) cause = ConnectionCause::transport_lost;
  if (state_ == ConnectionState::connecting) cause = ConnectionCause::connect_failed;
  drop(cause, reason, 0);
  settle();
}

void Session::on_lost(Millis now, std::uint64_t frames) {
  begin(now);
  if (!is_open(state_)) return;
  feed_.on_lost(now_, connection_, frames);
  settle();
}

void Session::on_timeout(Millis now) {
  begin(now);
  dirty_ = true;
  settle();
}

// --- liveness, attempts ---

/// Something came, whatever it is (D-12).
void Session::hear() noexcept {
  last_frame_ = now_;
  quiet_said_ = false;
}

void Session::ping() {
  std::string text;
  append_ping(text, ++last_req_id_);
  ping_ = {last_req_id_, now_};
  ++counters_.pings;
  send(std::move(text));
}

void Session::take_pong(const Pong& pong) {
  dirty_ = true;
  if (!ping_ || pong.req_id != ping_->first) return;
  round_trip_ = now_.count - ping_->second.count;
  ++counters_.pongs;
  if (pong.time_in && pong.time_out) {
    constexpr std::int64_t kMicros = 1'000;
    clock_.add(ping_->second.count * kMicros, *pong.time_in / kMicros, *pong.time_out / kMicros, now_.count * kMicros);
  }
  ping_.reset();
}

void Session::watch_link() {
  const auto& times = config_.times;
  if (state_ == ConnectionState::degraded && now_ >= retry_at_) {
    if (shared_->pace.take(now_)) {
      paid_ = true;
      start_attempt(ConnectionCause::retry_timer);
    } else {
      retry_at_ = shared_->pace.ready_at(now_);
    }
  }
  if (state_ == ConnectionState::connecting) {
    if (connect_at_ && now_ >= *connect_at_) {
      // A retry has paid for its attempt; connect() may have to wait.
      if (std::exchange(paid_, false) || shared_->pace.take(now_)) {
        connect_at_.reset();
        socket_ = true;
        connect_by_ = Millis{now_.count + times.connect};
        outputs_.push_back({Connect{connection_, config_.endpoint}, {}});
      } else {
        connect_at_ = shared_->pace.ready_at(now_);
      }
    } else if (!connect_at_ && now_ >= connect_by_) {
      drop(ConnectionCause::connect_timeout, {}, kCloseNormal);
    }
  }
  if (!is_open(state_)) return;
  if (token_by_ && now_ >= *token_by_) miss_token(false, {});
  if (!is_open(state_)) return;
  if (token_again_ && now_ >= *token_again_) token_again_.reset();
  const auto silence = now_.count - last_frame_.count;
  if (silence >= times.silence) return drop(ConnectionCause::silence, {}, kCloseSilence);
  if (ping_ && now_.count >= ping_->second.count + times.pong) return drop(ConnectionCause::pong_timeout, {}, kClosePong);
  if (silence >= times.quiet && !std::exchange(quiet_said_, true)) {
    feed_.publish({}, QuietEvent{silence});
    if (!ping_) ping();
  }
  if (times.ping_interval != 0 && now_ >= next_ping_) {
    next_ping_ = Millis{now_.count + times.ping_interval};
    if (!ping_) ping();
  }
  if (stable_at_ && now_ >= *stable_at_) {
    stable_at_.reset();
    attempt_ = 0;
  }
  if (slow_until_ && now_ >= *slow_until_) {
    slow_until_.reset();
    bucket_.set_rate(now_, kRequestRate);
  }
}

void Session::need(Millis at) { wake_ = wake_ ? std::min(*wake_, at) : at; }

void Session::find_deadline() {
  const auto& times = config_.times;
  wake_.reset();
  if (state_ == ConnectionState::degraded) need(retry_at_);
  if (state_ == ConnectionState::connecting) need(connect_at_.value_or(connect_by_));
  if (!is_open(state_)) return;
  need(Millis{last_frame_.count + (quiet_said_ ? times.silence : std::min(times.quiet, times.silence))});
  if (token_by_) need(*token_by_);
  if (token_again_) need(*token_again_);
  if (ping_) need(Millis{ping_->second.count + times.pong});
  if (times.ping_interval != 0) need(next_ping_);
  if (stable_at_) need(*stable_at_);
  if (slow_until_) need(*slow_until_);
  if (state_ == ConnectionState::authenticating) return;  // keys wait for the token
  const bool no_token = lacks_token();
  for (const auto& [id, request] : requests_) need(request.deadline);
  for (const auto& subscription : subscriptions_) {
    const auto& s = *subscription;
    if (s.snapshot_by) need(*s.snapshot_by);
    if (s.try_again) need(*s.try_again);
    if (s.heals)
      if (const auto at = feed_.heals_by(s.key.symbol)) need(*at);
    if (s.request == 0 && (s.must_leave() || s.may_join()) && !no_token) need(std::max(s.due(), bucket_.ready_at(now_)));
  }
}

}  // namespace hadal
