/// Watches a session's events for what must never be among them (catalogue area Q).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "hadal/base/random.hpp"
#include "hadal/event.hpp"
#include "hadal/session/config.hpp"

namespace hadal::test {

class Observer final : public EventSink {
 public:
  /// Passes every event on to `next`. The configuration is that of the session that is watched, or what it should be.
  Observer(EventSink& next, const SessionConfig& config)
      : next_{next}, reconnect_{config.reconnect}, random_{config.seed, RandomStream::reconnect_jitter} {}

  void on_event(const Event& event) override;

  /// The first thing that was wrong; empty: nothing.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 private:
  struct Book {
    BookState state = BookState::unsubscribed;
    Cause reason = Cause::none;
    bool gap = false;   ///< no snapshot has been verified since
    bool link = false;  ///< no snapshot since a connection was lost
  };

  void fail(std::string what);
  void take(std::string_view symbol, const BookEvent& event);
  void take(std::string_view symbol, const BookStateEvent& event);
  void take(Millis at, const SessionEvent& event);

  EventSink& next_;
  ReconnectConfig reconnect_;
  Random random_;  ///< draws as the session does
  std::string failure_;
  std::uint64_t last_number_ = 0;
  std::map<std::string, Book, std::less<>> books_;
  ConnectionState state_ = ConnectionState::disconnected;
  Millis connected_at_{};
  Millis retry_at_{};
  bool careful_ = false;
  std::uint32_t next_attempt_ = 0;
  bool stable_ = false;
};

}  // namespace hadal::test
