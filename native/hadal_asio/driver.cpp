#include "hadal_asio/driver.hpp"

#include <utility>

namespace hadal::net {

Driver::Driver(Engine& engine, Transport& transport, Clock& clock, std::function<void()> after_input)
    : engine_{engine}, transport_{transport}, clock_{clock}, after_input_{std::move(after_input)} {}

void Driver::input(Act act) {
  if (ended_) return;
  inputs_.push_back(std::move(act));
  if (!running_) run();
}

void Driver::rearm() {
  if (!running_) run();
}

void Driver::on_timeout() {
  input([](Engine& engine, Millis now) { engine.on_timeout(now); });
}

void Driver::run() {
  if (ended_) return;
  running_ = true;
  drain();
  while (!inputs_.empty()) {
    const auto act = std::move(inputs_.front());
    inputs_.pop_front();
    act(engine_, clock_.now());
    drain();
  }
  running_ = false;
  if (!ended_ && after_input_) after_input_();
}

void Driver::hold(bool on) {
  held_ = on;
  for (const auto& [connection, socket] : sockets_) socket->hold(on);
}

void Driver::end() {
  ended_ = true;
  inputs_.clear();
  sockets_.clear();
  clock_.wake_at(std::nullopt);
}

/// Everything the engine wants done.
void Driver::drain() {
  while (!ended_) {
    const auto output = engine_.poll();
    if (const auto* wait = std::get_if<Wait>(&output)) return clock_.wake_at(wait->until);
    if (const auto* wanted = std::get_if<Connect>(&output)) {
      connect(*wanted);
    } else if (const auto* send = std::get_if<Send>(&output)) {
      const auto socket = sockets_.find(send->connection);
      if (socket != sockets_.end()) socket->second->send(std::string{send->text});
    } else if (const auto* close = std::get_if<Close>(&output)) {
      const auto socket = sockets_.extract(close->connection);
      if (!socket.empty()) socket.mapped()->close(close->code, close->reason);
    } else {
      inputs_.push_back([](Engine& engine, Millis now) { engine.token_failed(now, true, "this client has no tokens yet"); });
    }
  }
}

void Driver::connect(const Connect& wanted) {
  auto& socket = sockets_[wanted.connection] = transport_.open(wanted.connection, wanted.endpoint, *this);
  if (held_) socket->hold(true);
}

void Driver::on_open(ConnectionId connection) {
  input([connection](Engine& engine, Millis now) { engine.on_open(now, connection); });
}

void Driver::on_open_failed(ConnectionId connection, int http_status, std::string_view text) {
  sockets_.erase(connection);
  input([connection, http_status, why = std::string{text}](Engine& engine, Millis now) {
    engine.on_open_failed(now, connection, http_status, why);
  });
}

/// Frames are many: unless one comes while the engine is at work, which none does here but in tests, it is not copied.
void Driver::on_text(ConnectionId connection, std::string_view frame) {
  if (ended_) return;
  if (running_) {
    inputs_.push_back([this, connection, copy = std::string{frame}](Engine&, Millis) { text(connection, copy); });
    return;
  }
  running_ = true;
  text(connection, frame);
  run();
}

void Driver::text(ConnectionId connection, std::string_view frame) {
  engine_.on_text(clock_.now(), connection, frame, clock_.wall());
  engine_.on_done(clock_.now(), clock_.wall());
}

void Driver::on_binary(ConnectionId connection, std::size_t bytes) {
  input([connection, bytes](Engine& engine, Millis now) { engine.on_binary(now, connection, bytes); });
}

void Driver::on_closed(ConnectionId connection, int code, std::string_view reason) {
  sockets_.erase(connection);
  input([connection, code, why = std::string{reason}](Engine& engine, Millis now) { engine.on_closed(now, connection, code, why); });
}

}  // namespace hadal::net
