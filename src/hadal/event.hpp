/// What the core tells: one ordered stream of typed events.
///
/// An event borrows everything it refers to; it is valid for the length of the call that delivers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "hadal/base/errc.hpp"
#include "hadal/base/time.hpp"
#include "hadal/book/verified_book.hpp"
#include "hadal/session/connection_state.hpp"
#include "hadal/session/endpoint.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

/// A connection, by a number that a driver never uses twice.
using ConnectionId = std::uint64_t;

/// A snapshot or update took effect on a book.
struct BookEvent {
  FrameKind kind;
  const VerifiedBook* book;
  const BookOutcome* outcome;
};

/// A book changed its state: one row of table U.
struct BookStateEvent {
  BookTransitionRecord change;
  std::uint32_t attempt = 0;  ///< of the repair; 0 without one
};

/// An integrity cause was raised. On channels without sequence numbers the two values are checksums.
struct GapEvent {
  Cause cause;
  std::optional<std::uint32_t> expected{};  ///< what the exchange sent
  std::optional<std::uint32_t> received{};  ///< what the book gives
};

/// Messages that had come in the wrong order were put in order, and all of them verify (C-14).
struct HealedEvent {
  Cause cause;  ///< that it had seemed
};

/// The answer to a subscribe or unsubscribe.
struct SubscriptionEvent {
  const Response* response;
};

/// A deprecation notice of an ack, once per text and connection.
struct WarningEvent {
  std::string_view text;
};

struct PairStatusEvent {
  PairStatus from;
  PairStatus to;
};

/// The instrument table took a message.
struct InstrumentEvent {
  FrameKind kind;
  std::size_t assets;  ///< in the message
  std::size_t pairs;
};

/// The transport of a connection, as the driver reports it.
struct ConnectionEvent {
  std::string_view what;  ///< `open`, `open_failed`, `closed`
  std::int64_t code = 0;  ///< close code or HTTP status; 0 if unknown
  std::string_view text{};
};

/// A session's connection changed its state: one row of table T.
struct SessionEvent {
  ConnectionState from;
  ConnectionState to;
  ConnectionCause cause;
  std::string_view detail;    ///< the server's words, a close reason, a symbol; may be empty
  std::uint32_t attempt = 0;  ///< of the connection, from 0
};

/// Nothing has arrived for a while; a ping went out.
struct QuietEvent {
  std::int64_t silence;  ///< ms since the last frame
};

/// The host says that its network came or went (catalogue D-16). An open socket stays.
struct NetworkEvent {
  bool online;
};

struct ErrorEvent {
  Errc code;
  std::string_view text;  ///< a sentence
  std::string_view channel;
  std::string_view field;
  std::optional<std::int64_t> req_id;
  std::optional<std::size_t> offset;  ///< bytes of the frame read when it was noticed
  std::string_view excerpt;           ///< at most kExcerptBytes of the frame, around the offset; any bytes
};

struct TickerEvent {
  FrameKind kind;
  const Ticker* ticker;
};
struct TradeEvent {
  FrameKind kind;
  const Trade* trade;
};
struct OhlcEvent {
  FrameKind kind;
  const Candle* candle;
};
struct StatusEvent {
  const StatusMessage* status;
};
/// Only if control messages are asked for.
struct HeartbeatEvent {};
struct PongEvent {
  const Pong* pong;
};

struct Event {
  std::uint64_t number = 0;  ///< from 1, without gaps
  Millis at;                 ///< driver time of the input
  ConnectionId connection = 0;
  std::string_view symbol;  ///< as received; empty if the event has none
  std::variant<BookEvent, BookStateEvent, GapEvent, HealedEvent, SubscriptionEvent, WarningEvent, PairStatusEvent, InstrumentEvent,
               ConnectionEvent, SessionEvent, QuietEvent, NetworkEvent, ErrorEvent, TickerEvent, TradeEvent, OhlcEvent, StatusEvent,
               HeartbeatEvent, PongEvent>
      body;
  Endpoint endpoint = Endpoint::market;
};

/// Receives events in order. Must not call back into what sends them.
class EventSink {
 public:
  virtual void on_event(const Event& event) = 0;

 protected:
  ~EventSink() = default;
};

}  // namespace hadal
