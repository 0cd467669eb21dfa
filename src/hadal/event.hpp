/// What the core tells: one ordered stream of typed events.
///
/// An event borrows everything it refers to; it is valid for the length of the call that delivers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "hadal/analytics/cancels.hpp"
#include "hadal/analytics/health.hpp"
#include "hadal/analytics/order_flow.hpp"
#include "hadal/analytics/whale.hpp"
#include "hadal/base/errc.hpp"
#include "hadal/base/time.hpp"
#include "hadal/book/verified_book.hpp"
#include "hadal/session/connection_state.hpp"
#include "hadal/session/endpoint.hpp"
#include "hadal/telemetry/latency.hpp"
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
  const InstrumentMessage* message = nullptr;
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

// What follows comes from the trackers (analytics.hpp) that are switched on. Prices in ticks, quantities in units of `scales`.

/// The best bid or ask, or its size, changed (catalogue G-15).
struct SpreadEvent {
  Scales scales;
  std::optional<Level> bid;  ///< none: the side is empty
  std::optional<Level> ask;
  std::optional<UnixNanos> time;  ///< of the exchange
};
struct FlowEvent {
  Scales scales;
  const Flow* flow;
  std::uint64_t flow_number;  ///< in the flow history of all symbols, from 1
};
struct WhaleEvent {
  Scales scales;
  const Whale* whale;
};
struct CancelEvent {
  Scales scales;
  const Cancel* cancel;
};
struct HealthEvent {
  HealthChange change;
};
/// A later candle shows this one to be final (catalogue G-16).
struct CandleClosedEvent {
  const Candle* candle;
};

// Depend on clocks, so that they never enter the event log: their number is 0.

struct LatencyAlertEvent {
  LatencyAlert alert;
};
/// A summary, every LatencyConfig::interval_ms.
struct LatencyEvent {
  LatencyPart part;
  SummaryValues values;
  bool corrected;  ///< by the exchange's clock offset
};

/// What an event is, as lines and listeners name it.
enum class EventType : std::uint8_t {
  connection,
  quiet,
  network,
  status,
  heartbeat,
  pong,
  subscription,
  warning,
  book_snapshot,
  book_update,
  book_state,
  gap,
  healed,
  ticker,
  trade,
  ohlc,
  candle_closed,
  spread,
  instrument,
  pair_status,
  flow,
  whale,
  cancel_after_show,
  health,
  latency,
  latency_alert,
  error,
};
inline constexpr int kEventTypes = 27;
[[nodiscard]] std::string_view name(EventType type) noexcept;
/// None for a word that is no type.
[[nodiscard]] std::optional<EventType> event_type(std::string_view name) noexcept;

struct Event {
  std::uint64_t number = 0;  ///< from 1, without gaps; 0 for what never enters the log
  Millis at;                 ///< driver time of the input
  ConnectionId connection = 0;
  std::string_view symbol;  ///< as received; empty if the event has none
  std::variant<BookEvent, BookStateEvent, GapEvent, HealedEvent, SubscriptionEvent, WarningEvent, PairStatusEvent, InstrumentEvent,
               ConnectionEvent, SessionEvent, QuietEvent, NetworkEvent, ErrorEvent, TickerEvent, TradeEvent, OhlcEvent, StatusEvent,
               HeartbeatEvent, PongEvent, SpreadEvent, FlowEvent, WhaleEvent, CancelEvent, HealthEvent, CandleClosedEvent,
               LatencyAlertEvent, LatencyEvent>
      body;
  Endpoint endpoint = Endpoint::market;
};

[[nodiscard]] EventType type_of(const Event& event) noexcept;

/// Receives events in order. Must not call back into what sends them.
class EventSink {
 public:
  virtual void on_event(const Event& event) = 0;

 protected:
  ~EventSink() = default;
};

}  // namespace hadal
