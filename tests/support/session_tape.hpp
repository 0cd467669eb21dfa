/// What a session was told and what it did, as a journal that an engine can run again.
///
/// With HADAL_SCRIPTS=folder in the environment every script of the session tests becomes two files there, named after its number and its
/// test: `.journal`, in which comments say what the driver had to do besides sending (`## connect 1 wss://...`, `## close 1 4000 silence`),
/// and `.log`, the session's own events. What no journal can hold becomes `.skipped`, with the reason. tests/js/driver.test.mjs plays them with
/// the driver of the package.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#ifndef __EMSCRIPTEN__
#include <fstream>
#endif

#include "hadal/journal/writer.hpp"
#include "hadal/log.hpp"
#include "hadal/session/session.hpp"

namespace hadal::test {

/// Runs only where it is asked for; else it hands the events on and keeps nothing.
class Tape final : public EventSink {
 public:
  Tape(const SessionConfig& config, EventSink& sink) : sink_{sink}, log_{true} {
#ifndef __EMSCRIPTEN__
    if (const auto* folder = std::getenv("HADAL_SCRIPTS")) folder_ = folder;
#endif
    if (!runs()) return;
    JournalHeader header;
    header.version = "tests";
    header.session = config;
    append_journal_header(journal_, header);
    if (config.endpoint != Endpoint::market) skip("the session is of the private endpoint; an engine always has the public one, too");
  }
  ~Tape() {
    if (runs()) write();
  }
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  [[nodiscard]] bool runs() const noexcept { return !folder_.empty(); }

  void on_event(const Event& event) override {
    sink_.on_event(event);
    if (runs()) log_.on_event(event);
  }

  void call(Millis now, const Call& call) {
    if (!begin(now)) return;
    const bool of_key = call.what == Call::What::subscribe || call.what == Call::What::unsubscribe;
    if (of_key && endpoint_of(call.key.channel) != Endpoint::market) skip("an engine has a session for the channel of another endpoint");
    append_call_record(journal_, wall(now), now, call);
  }
  void link(Millis now, ConnectionId connection, const LinkRecord& link) {
    if (begin(now)) append_link(journal_, wall(now), now, connection, link);
  }
  void received(Millis now, ConnectionId connection, std::string_view frame) {
    if (begin(now)) append_received(journal_, wall(now), now, connection, frame);
  }

  /// What the session wants done: for the journal now, for the script when it asks.
  void keep(const Output& output) {
    kept_.push_back({output, {}});
    auto& [own, text] = kept_.back();
    const auto comment = [this](std::string_view word, ConnectionId connection, std::string_view rest) {
      (((journal_ += "## ") += word) += ' ') += std::to_string(connection);
      if (!rest.empty()) (journal_ += ' ') += rest;
      journal_ += '\n';
    };
    if (const auto* connect = std::get_if<Connect>(&output)) comment("connect", connect->connection, default_url(connect->endpoint));
    if (auto* send = std::get_if<Send>(&own)) {
      append_sent(journal_, wall(now_), now_, send->connection, send->text);
      text = send->text;
      send->text = text;
    }
    if (auto* close = std::get_if<Close>(&own)) {
      text = close->reason;
      close->reason = text;
      comment("close", close->connection, std::to_string(close->code) + (text.empty() ? "" : " ") + text);
    }
  }
  std::optional<Output> take() { return next_ == kept_.size() ? std::nullopt : std::optional{kept_[next_++].output}; }

 private:
  struct Kept {
    Output output;
    std::string text;  ///< what its view is of
  };

  bool begin(Millis now) {
    if (!runs()) return false;
    constexpr std::int64_t kMost = 1'000'000'000'000;
    if (now.count < 0 || now.count > kMost) skip("a time that no journal can hold");
    if (!std::exchange(begun_, true)) log_.set_origin(now);
    now_ = std::max(now_, now);
    return reason_.empty();
  }
  /// The first reason is the one that counts.
  void skip(std::string_view reason) {
    if (reason_.empty()) reason_ = reason;
  }
  static UnixNanos wall(Millis now) { return 1'767'323'044'000'000'000 + now.count * 1'000'000; }

  void write() const {
#ifndef __EMSCRIPTEN__
    static int number = 0;
    auto name = std::to_string(++number);
    name.insert(0, 3 - std::min<std::size_t>(3, name.size()), '0');
    name += '-';
    for (const char c : Catch::getResultCapture().getCurrentTestName()) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      if (plain) name += c;
      if (!plain && name.back() != '-') name += '-';
    }
    const auto store = [&](std::string_view kind, std::string_view text) {
      std::ofstream{folder_ + '/' + name + std::string{kind}} << text;
    };
    if (!reason_.empty()) return store(".skipped", reason_);
    store(".journal", journal_);
    store(".log", log_.text());
#endif
  }

  EventSink& sink_;
  LogWriter log_;
  std::string folder_;  ///< empty: not running
  std::string journal_;
  std::string reason_;  ///< to skip it
  std::deque<Kept> kept_;
  std::size_t next_ = 0;
  Millis now_{};
  bool begun_ = false;
};

/// A session whose inputs are on a tape. Nothing else about it is different.
class TapedSession : public Session {
  using What = Call::What;
  using Link = LinkRecord::What;

 public:
  TapedSession(const SessionConfig& config, Tape& tape) : Session{config, &tape}, tape_{tape} {}

  Errc connect(Millis now) {
    const Input input{*this, now, said(What::connect)};
    return Session::connect(now);
  }
  void close(Millis now, int code = 1000, std::string_view reason = {}) {
    const Input input{*this, now, said(What::close, reason, code)};
    Session::close(now, code, reason);
  }
  void retry_now(Millis now) {
    const Input input{*this, now, said(What::retry_now)};
    Session::retry_now(now);
  }
  void online(Millis now) {
    const Input input{*this, now, said(What::online)};
    Session::online(now);
  }
  void offline(Millis now) {
    const Input input{*this, now, said(What::offline)};
    Session::offline(now);
  }
  void set_token(Millis now, std::string token) {
    const Input input{*this, now, said(What::set_token, token)};
    Session::set_token(now, std::move(token));
  }
  void token_failed(Millis now, bool permanent, std::string_view text) {
    const Input input{*this, now, said(What::token_failed, text, 0, permanent)};
    Session::token_failed(now, permanent, text);
  }
  Errc subscribe(Millis now, const Key& key) {
    const Input input{*this, now, about(What::subscribe, key)};
    return Session::subscribe(now, key);
  }
  Errc unsubscribe(Millis now, const Key& key) {
    const Input input{*this, now, about(What::unsubscribe, key)};
    return Session::unsubscribe(now, key);
  }
  Errc resync(Millis now, std::string_view symbol) {
    const Input input{*this, now, about(What::resync, of(symbol))};
    return Session::resync(now, symbol);
  }
  Errc clear(Millis now, std::string_view symbol) {
    const Input input{*this, now, about(What::clear, of(symbol))};
    return Session::clear(now, symbol);
  }

  void on_open(Millis now, ConnectionId connection) {
    const Input input{*this, now, connection, {}};
    Session::on_open(now, connection);
  }
  void on_open_failed(Millis now, ConnectionId connection, int http_status, std::string_view text) {
    const Input input{*this, now, connection, {Link::open_failed, http_status, text}};
    Session::on_open_failed(now, connection, http_status, text);
  }
  void on_text(Millis now, ConnectionId connection, std::string_view frame) {
    const Input input{*this};
    tape_.received(now, connection, frame);
    Session::on_text(now, connection, frame);
  }
  void on_binary(Millis now, ConnectionId connection, std::size_t bytes) {
    const Input input{*this, now, connection, {Link::binary, static_cast<std::int64_t>(bytes), {}}};
    Session::on_binary(now, connection, bytes);
  }
  void on_closed(Millis now, ConnectionId connection, int code, std::string_view reason) {
    const Input input{*this, now, connection, {Link::closed, code, reason}};
    Session::on_closed(now, connection, code, reason);
  }
  void on_lost(Millis now, std::uint64_t frames) {
    const Input input{*this, now, connection(), {Link::lost, static_cast<std::int64_t>(frames), {}}};
    Session::on_lost(now, frames);
  }
  void on_timeout(Millis now) {
    const Input input{*this, now, 0, {Link::timeout, 0, {}}};
    Session::on_timeout(now);
  }

  [[nodiscard]] Output poll() {
    const auto kept = tape_.take();
    return kept ? *kept : Session::poll();
  }

 private:
  /// The length of an input. What comes of it is on the tape before the next one, whenever the script asks for it.
  class Input {
   public:
    explicit Input(TapedSession& session) : session_{session} {}
    Input(TapedSession& session, Millis now, const Call& call) : session_{session} { session.tape_.call(now, call); }
    Input(TapedSession& session, Millis now, ConnectionId connection, const LinkRecord& link) : session_{session} {
      session.tape_.link(now, connection, link);
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    ~Input() {
      if (!session_.tape_.runs()) return;
      for (auto output = session_.Session::poll(); !std::holds_alternative<Wait>(output); output = session_.Session::poll())
        session_.tape_.keep(output);
    }

   private:
    TapedSession& session_;
  };

  static Call said(What what, std::string_view text = {}, int code = 0, bool permanent = false) {
    Call call;
    call.what = what;
    call.code = code;
    call.text = text;
    call.permanent = permanent;
    return call;
  }
  static Call about(What what, const Key& key) {
    Call call;
    call.what = what;
    call.key = key;
    return call;
  }
  static Key of(std::string_view symbol) {
    Key key;
    key.symbol = symbol;
    return key;
  }

  Tape& tape_;
};

}  // namespace hadal::test
