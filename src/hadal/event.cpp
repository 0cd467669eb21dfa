#include "hadal/event.hpp"

#include <array>

namespace hadal {
namespace {

constexpr std::array<std::string_view, kEventTypes> kNames{
    "connection",   "quiet",         "network",       "status",      "heartbeat",         "pong",
    "subscription", "warning",       "book_snapshot", "book_update", "book_state",        "gap",
    "healed",       "ticker",        "trade",         "ohlc",        "candle_closed",     "spread",
    "instrument",   "pair_status",   "flow",          "whale",       "cancel_after_show", "health",
    "latency",      "latency_alert", "error"};

/// One overload a body.
struct TypeOf {
  EventType operator()(const BookEvent& event) const {
    return event.kind == FrameKind::snapshot ? EventType::book_snapshot : EventType::book_update;
  }
  EventType operator()(const BookStateEvent&) const { return EventType::book_state; }
  EventType operator()(const GapEvent&) const { return EventType::gap; }
  EventType operator()(const HealedEvent&) const { return EventType::healed; }
  EventType operator()(const SubscriptionEvent&) const { return EventType::subscription; }
  EventType operator()(const WarningEvent&) const { return EventType::warning; }
  EventType operator()(const PairStatusEvent&) const { return EventType::pair_status; }
  EventType operator()(const InstrumentEvent&) const { return EventType::instrument; }
  EventType operator()(const ConnectionEvent&) const { return EventType::connection; }
  EventType operator()(const SessionEvent&) const { return EventType::connection; }
  EventType operator()(const QuietEvent&) const { return EventType::quiet; }
  EventType operator()(const NetworkEvent&) const { return EventType::network; }
  EventType operator()(const ErrorEvent&) const { return EventType::error; }
  EventType operator()(const TickerEvent&) const { return EventType::ticker; }
  EventType operator()(const TradeEvent&) const { return EventType::trade; }
  EventType operator()(const OhlcEvent&) const { return EventType::ohlc; }
  EventType operator()(const StatusEvent&) const { return EventType::status; }
  EventType operator()(const HeartbeatEvent&) const { return EventType::heartbeat; }
  EventType operator()(const PongEvent&) const { return EventType::pong; }
  EventType operator()(const SpreadEvent&) const { return EventType::spread; }
  EventType operator()(const FlowEvent&) const { return EventType::flow; }
  EventType operator()(const WhaleEvent&) const { return EventType::whale; }
  EventType operator()(const CancelEvent&) const { return EventType::cancel_after_show; }
  EventType operator()(const HealthEvent&) const { return EventType::health; }
  EventType operator()(const CandleClosedEvent&) const { return EventType::candle_closed; }
  EventType operator()(const LatencyAlertEvent&) const { return EventType::latency_alert; }
  EventType operator()(const LatencyEvent&) const { return EventType::latency; }
};

}  // namespace

std::string_view name(EventType type) noexcept { return kNames[static_cast<std::size_t>(type)]; }

std::optional<EventType> event_type(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return EventType(i);
  return std::nullopt;
}

EventType type_of(const Event& event) noexcept { return std::visit(TypeOf{}, event.body); }

}  // namespace hadal
