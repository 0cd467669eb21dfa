#include "hadal/telemetry/telemetry.hpp"

#include <algorithm>
#include <utility>

#include "hadal/base/limits.hpp"

namespace hadal {
namespace {

constexpr std::int64_t kMicrosPerMilli = 1'000;
constexpr std::int64_t kNanosPerMicro = 1'000;

/// When the exchange made what an update tells; snapshots tell of older things.
std::optional<UnixNanos> exchange_time(const Event& event) {
  if (const auto* book = std::get_if<BookEvent>(&event.body))
    return book->kind == FrameKind::update ? book->book->exchange_time() : std::nullopt;
  if (const auto* trade = std::get_if<TradeEvent>(&event.body))
    return trade->kind == FrameKind::update ? trade->trade->timestamp : std::nullopt;
  if (const auto* ticker = std::get_if<TickerEvent>(&event.body))
    return ticker->kind == FrameKind::update ? ticker->ticker->timestamp : std::nullopt;
  return std::nullopt;
}

}  // namespace

void Telemetry::on_event(const Event& event) {
  const auto type = type_of(event);
  ++events_total_;
  event_rate_.add(event.at);
  if (type == EventType::book_snapshot || type == EventType::book_update) book_rate_.add(event.at);
  if (frame_ && !frame_->exchange) frame_->exchange = exchange_time(event);
  if (const auto* session = std::get_if<SessionEvent>(&event.body)) take(event, *session);
  if (const auto* state = std::get_if<BookStateEvent>(&event.body)) take(event, *state);
  if (const auto* gap = std::get_if<GapEvent>(&event.body)) {
    ++gaps_[static_cast<std::size_t>(gap->cause)];
    ++gaps_total_;
    last_gap_.symbol = event.symbol;
    last_gap_.cause = gap->cause;
  }
  if (const auto* ack = std::get_if<SubscriptionEvent>(&event.body); ack != nullptr && ack->response->success == false)
    ++endpoints_[static_cast<std::size_t>(event.endpoint)].rejected;
}

void Telemetry::take(const Event& event, const SessionEvent& session) {
  using enum ConnectionState;
  auto& endpoint = endpoints_[static_cast<std::size_t>(event.endpoint)];
  const bool ends = session.to == degraded || session.to == closed;
  if (ends && session.cause != ConnectionCause::user_close && session.from != degraded) {
    ++endpoint.failures[static_cast<std::size_t>(session.cause)];
    endpoint.lost |= session.from != connecting;
  }
  if (session.from == connecting && !ends && std::exchange(endpoint.lost, false)) ++endpoint.reconnections;
}

void Telemetry::take(const Event& event, const BookStateEvent& state) {
  if (repairs_.size() >= Limits{}.books && !repairs_.contains(event.symbol)) return;
  auto known = repairs_.find(event.symbol);
  if (known == repairs_.end()) {
    if (state.change.to != BookState::resyncing) return;
    known = repairs_.emplace(std::string{event.symbol}, Repairs{}).first;
  }
  auto& repairs = known->second;
  if (state.change.to == BookState::resyncing) {
    ++repairs.begun;
    if (!repairs.since) repairs.since = event.at;
  } else if (repairs.since) {
    if (state.change.to == BookState::live) {
      ++repairs.done;
      resync_duration_.add((event.at.count - repairs.since->count) * kMicrosPerMilli);
    } else if (state.change.to == BookState::stale) {
      ++repairs.failed;
    }
    repairs.since.reset();
  }
}

void Telemetry::frame(Millis now, std::optional<UnixNanos> wall, std::optional<std::int64_t> offset) noexcept {
  frame_rate_.add(now);
  frame_ = Frame{now, wall, std::nullopt, offset};
  if (wall) wall_ahead_ = *wall / kNanosPerMicro - now.count * kMicrosPerMilli;
}

std::optional<LatencyParts> Telemetry::finish(std::optional<UnixNanos> wall) noexcept {
  const auto frame = std::exchange(frame_, std::nullopt);
  if (!frame || !frame->received) return std::nullopt;
  LatencyStamps stamps{frame->exchange, frame->received, wall, std::nullopt};
  // The offset is against the driver's monotonic clock; the stamps are of its wall clock.
  if (frame->offset && wall_ahead_) stamps.offset = *frame->offset - *wall_ahead_;
  return latency_parts(stamps);
}

bool Telemetry::due(Millis now) noexcept {
  const auto interval = latency_.config().interval_ms;
  if (interval == 0) return false;
  if (next_summary_ && now < *next_summary_) return false;
  return std::exchange(next_summary_, Millis{now.count + interval}).has_value();
}

void Telemetry::reset_latency() noexcept {
  latency_.reset();
  round_trip_.reset();
  resync_duration_.reset();
}

void Telemetry::fill(Millis now, Stats& stats) const {
  for (std::size_t cause = 0; cause < gaps_.size(); ++cause) add_count(stats.gaps, name(Cause(cause)), gaps_[cause]);
  for (std::size_t type = 0; type < delivered_.size(); ++type) add_count(stats.events, name(EventType(type)), delivered_[type]);
  stats.events_total = events_total_;
  for (auto& session : stats.sessions) {
    const auto& endpoint = endpoints_[static_cast<std::size_t>(session.endpoint)];
    for (std::size_t cause = 0; cause < endpoint.failures.size(); ++cause)
      add_count(session.failures, name(ConnectionCause(cause)), endpoint.failures[cause]);
    session.reconnections = endpoint.reconnections;
    session.rejected_subscriptions = endpoint.rejected;
    // Against a clock of any epoch it would mean nothing.
    if (session.clock_offset_us)
      session.clock_offset_us = wall_ahead_ ? std::optional{*session.clock_offset_us - *wall_ahead_} : std::nullopt;
  }
  for (auto& book : stats.books)
    if (const auto known = repairs_.find(book.symbol); known != repairs_.end()) {
      book.repairs_begun = known->second.begun;
      book.repairs_done = known->second.done;
      book.repairs_failed = known->second.failed;
    }
  stats.frames_per_second = frame_rate_.per_second(now);
  stats.book_messages_per_second = book_rate_.per_second(now);
  stats.events_per_second = event_rate_.per_second(now);
  stats.latency = latency_;
  stats.round_trip = round_trip_;
  stats.resync_duration = resync_duration_;
}

}  // namespace hadal
