/// What another thread reads of a client at its own pace.
///
/// A reader is for one thread at a time; it may outlive its client, and then it ends.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hadal/book/verified_book.hpp"
#include "hadal/flow/event_queue.hpp"

namespace hadal::net {

struct ReaderOptions {
  DeliveryConfig delivery{};
  /// Stop reading the sockets, rather than drop an event, until there is room again (catalogue FD-9): at most `block_ms` at a time, then the
  /// oldest leave and an `error` event `queue_full` says so. Every other reader of the client waits, too. The policy must be `oldest`.
  bool block = false;
  std::int64_t block_ms = 5'000;  ///< 1 ... 5,000: longer, and the exchange would seem silent
};

/// Lines of the event log, one at a time.
class EventReader {
 public:
  struct State;
  explicit EventReader(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}
  EventReader(EventReader&&) noexcept = default;
  EventReader& operator=(EventReader&&) noexcept;
  ~EventReader();

  /// The next line, without its end. Waits through reconnections; none once the client has stopped and everything has been read.
  [[nodiscard]] std::optional<std::string> receive();
  /// As receive(), but waits no longer than this; ended() tells the two nones apart.
  [[nodiscard]] std::optional<std::string> receive_for(std::chrono::milliseconds time);
  [[nodiscard]] bool ended() const;

  /// The same for Asio: completes with (error_code, line), asio::error::eof at the end. One at a time; not while a thread is in receive().
  /// The handler runs where its associated executor says, never inside this call.
  template <class Token>
  auto async_receive(Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::string)>(
        [this](auto handler) {
          auto work = boost::asio::make_work_guard(handler);
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          wait([shared, work](std::optional<std::string> line) {
            const auto error = line ? boost::system::error_code{} : boost::system::error_code{boost::asio::error::eof};
            boost::asio::post(work.get_executor(), [shared, error, text = line ? std::move(*line) : std::string{}]() mutable {
              std::move (*shared)(error, std::move(text));
            });
          });
        },
        token);
  }

 private:
  void wait(std::function<void(std::optional<std::string>)> then);
  std::shared_ptr<State> state_;
};

/// One book as it was at a moment: a copy, its reader's own.
struct Frame {
  std::string symbol;
  std::uint64_t revision = 0;  ///< messages applied; a jump says how many were merged
  BookState state = BookState::unsubscribed;
  Cause reason = Cause::none;
  bool verified = false;
  Scales scales;
  std::vector<Level> bids, asks;  ///< best first
  std::optional<UnixNanos> exchange_time;
  std::optional<Millis> received_at, verified_at;

  /// `60003.0`, of a level's price; `0.25000000`, of its quantity.
  [[nodiscard]] std::string price(const Level& level) const;
  [[nodiscard]] std::string qty(const Level& level) const;
};

/// The newest state of one book: an unread one is replaced, never queued (catalogue FD-14).
class FrameReader {
 public:
  struct State;
  explicit FrameReader(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}
  FrameReader(FrameReader&&) noexcept = default;
  FrameReader& operator=(FrameReader&&) noexcept;
  ~FrameReader();

  /// The next state that differs from the last one read. None once the client has stopped.
  [[nodiscard]] std::optional<Frame> receive();
  [[nodiscard]] std::optional<Frame> receive_for(std::chrono::milliseconds time);
  [[nodiscard]] bool ended() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hadal::net
