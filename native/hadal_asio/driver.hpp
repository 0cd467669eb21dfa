/// Carries between an engine, its sockets and its clock. Holds no rule of the protocol: what to do and when, the engine says.
///
/// Knows neither Asio nor TLS: sockets and time are interfaces, so that tests play scripts with both by hand (tests/native/driver_test.cpp).
/// Everything happens on one strand, the driver's; nothing here is thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/engine.hpp"

namespace hadal::net {

/// One socket, from the moment somebody wants it. Destroying it abandons it without a word, and its owner hears no more of it.
class Socket {
 public:
  virtual ~Socket() = default;
  virtual void send(std::string text) = 0;
  /// Says goodbye, or gives up opening. The owner hears no more of it.
  virtual void close(int code, std::string_view reason) = 0;
  /// Reads no further until told otherwise; a message that is being read still comes.
  virtual void hold(bool on) = 0;
};

/// Who hears of sockets, never from inside one of their own calls.
class SocketOwner {
 public:
  virtual void on_open(ConnectionId connection) = 0;
  virtual void on_open_failed(ConnectionId connection, int http_status, std::string_view text) = 0;
  virtual void on_text(ConnectionId connection, std::string_view frame) = 0;
  virtual void on_binary(ConnectionId connection, std::size_t bytes) = 0;
  virtual void on_closed(ConnectionId connection, int code, std::string_view reason) = 0;

 protected:
  ~SocketOwner() = default;
};

class Transport {
 public:
  /// Answered by exactly one on_open or on_open_failed; an open one by one on_closed at its end.
  [[nodiscard]] virtual std::unique_ptr<Socket> open(ConnectionId connection, Endpoint endpoint, SocketOwner& owner) = 0;

 protected:
  ~Transport() = default;
};

class Clock {
 public:
  /// Monotonic.
  [[nodiscard]] virtual Millis now() = 0;
  /// Time of day; none where nobody knows it.
  [[nodiscard]] virtual std::optional<UnixNanos> wall() = 0;
  /// Calls Driver::on_timeout() at this time, and at no other; none: not at all.
  virtual void wake_at(std::optional<Millis> time) = 0;

 protected:
  ~Clock() = default;
};

class Driver final : public SocketOwner {
 public:
  using Act = std::function<void(Engine&, Millis)>;

  /// Everything must outlive the driver. `after_input`: called when the engine has had all it was told; may be empty.
  Driver(Engine& engine, Transport& transport, Clock& clock, std::function<void()> after_input = {});

  /// One input, then everything the engine wants done, then the next input: never one inside another.
  void input(Act act);
  /// The engine's deadline may be another: a queue was read.
  void rearm();
  void on_timeout();
  /// Every socket, those to come as well, stops being read, or goes on.
  void hold(bool on);
  /// Abandons every socket and the timer; nothing happens any more.
  void end();

  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] Clock& clock() noexcept { return clock_; }

  void on_open(ConnectionId connection) override;
  void on_open_failed(ConnectionId connection, int http_status, std::string_view text) override;
  void on_text(ConnectionId connection, std::string_view frame) override;
  void on_binary(ConnectionId connection, std::size_t bytes) override;
  void on_closed(ConnectionId connection, int code, std::string_view reason) override;

 private:
  void run();
  void text(ConnectionId connection, std::string_view frame);
  void drain();
  void connect(const Connect& wanted);

  Engine& engine_;
  Transport& transport_;
  Clock& clock_;
  std::function<void()> after_input_;
  std::map<ConnectionId, std::unique_ptr<Socket>> sockets_;
  std::deque<Act> inputs_;
  bool running_ = false;
  bool held_ = false;
  bool ended_ = false;
};

}  // namespace hadal::net
