/// Typed events for other threads: any number of readers, any number of clients (catalogue FD-15).
///
/// Every reader has a ring of its own for each client, which that fills and the reader empties, without a lock; events are immutable and shared, never copied for a reader. A
/// reader that is too slow loses events and is told: `Lagged`, and then the whole book again for each symbol it missed something of, before any
/// further update of that symbol. So whoever applies what a reader gives has every book right, at whatever pace (guarantees ). The events
/// of one client keep their order; between clients no order is promised.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hadal_asio/client.hpp"

namespace hadal::net {

/// A snapshot or update took effect on a book.
struct HubBook {
  FrameKind kind = FrameKind::update;
  bool local = false;             ///< a whole book that this reader needs, not one that was received
  std::vector<Level> bids, asks;  ///< snapshot: the whole book, best first; update: as applied, quantity 0 removes
  Scales scales;
  std::uint16_t depth = 0;  ///< levels a side; what is beyond leaves after each message
  std::uint64_t revision = 0;
  BookState state = BookState::unsubscribed;
  bool verified = false;
  std::optional<Level> best_bid, best_ask;
  std::optional<UnixNanos> exchange_time;
};
struct HubBookState {
  BookState from = BookState::unsubscribed;
  BookState to = BookState::unsubscribed;
  Cause cause = Cause::none;
};
struct HubConnection {
  Endpoint endpoint = Endpoint::market;
  ConnectionState from = ConnectionState::disconnected;
  ConnectionState to = ConnectionState::disconnected;
  ConnectionCause cause = ConnectionCause::none;
  std::string detail;
};
/// This reader missed so many events of this client. (Its `type` is `error`: there is none of its own.)
struct Lagged {
  std::uint64_t missed = 0;
};
/// Of every other type: the line of the event log.
struct HubLine {
  std::string text;
};

struct HubEvent {
  std::string source;  ///< the client, by the name it was attached under
  EventType type = EventType::error;
  std::uint64_t number = 0;  ///< of the client's event; 0 for what belongs to the reader alone
  Millis at;
  std::string symbol;  ///< empty if the event has none
  std::variant<HubLine, HubBook, HubBookState, HubConnection, Trade, Ticker, Lagged> body;
};
using HubEventPtr = std::shared_ptr<const HubEvent>;

/// For one thread at a time.
class HubReader {
 public:
  struct State;
  explicit HubReader(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}
  HubReader(HubReader&&) noexcept = default;
  HubReader& operator=(HubReader&& other) noexcept;
  ~HubReader();

  /// Waits for the next event; null once the hub has ended and everything has been read.
  [[nodiscard]] HubEventPtr receive();
  /// Null if there was none in time, too.
  [[nodiscard]] HubEventPtr receive_for(std::chrono::milliseconds time);
  /// Null if there is none now.
  [[nodiscard]] HubEventPtr try_receive();
  [[nodiscard]] bool ended() const noexcept;

 private:
  std::shared_ptr<State> state_;
};

class Hub {
 public:
  Hub();
  /// As end().
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// The client's events reach the readers from now on. The hub may end before the client, or after it.
  void attach(Client& client, std::string name);
  /// `types`: others are not even made into events for it. `symbol`: only this one's, and those of no symbol; empty: all. `ring`: events, 8 ...
  /// 65,536. A reader that comes late begins with the books that are held. Throws ConfigError if the ring cannot be.
  [[nodiscard]] HubReader subscribe(EventMask types = kAllEvents, std::string symbol = {}, std::size_t ring = kRing);
  /// Every reader ends when it has read what it has.
  void end();

  static constexpr std::size_t kRing = 256;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hadal::net
