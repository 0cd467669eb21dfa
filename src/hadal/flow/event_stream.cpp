#include "hadal/flow/event_stream.hpp"

#include <algorithm>

#include "hadal/log.hpp"

namespace hadal {
namespace {

DeliveryStats add_up(DeliveryStats sum, const DeliveryStats& one) noexcept {
  sum.offered += one.offered;
  sum.delivered += one.delivered;
  sum.dropped_oldest += one.dropped_oldest;
  sum.dropped_latest += one.dropped_latest;
  sum.coalesced += one.coalesced;
  sum.limited += one.limited;
  sum.queued += one.queued;
  sum.peak_rate = std::max(sum.peak_rate, one.peak_rate);
  return sum;
}

}  // namespace

EventStream::EventStream(EventSink* sink)
    : sink_{sink}, analytics_{[this](const Event& cause, std::string_view symbol, decltype(Event::body) body) {
        auto derived = cause;
        derived.number = ++events_;
        derived.symbol = symbol;
        derived.body = std::move(body);
        deliver(derived);
      }} {}

void EventStream::begin(Millis now) {
  if (!origin_) origin_ = now;
  now_ = std::max(now_, now);
  analytics_.advance(now);
  telemetry_.advance(now, [&](LatencyPart part) {
    tell_unnumbered(now, LatencyEvent{part, telemetry_.latency().summary(part).values(), telemetry_.latency().corrected()});
  });
}

void EventStream::on_event(const Event& event) {
  if (!origin_) origin_ = event.at;
  auto numbered = event;
  numbered.number = ++events_;
  deliver(numbered);
  analytics_.on_event(numbered);
}

void EventStream::tell_unnumbered(Millis now, decltype(Event::body) body) {
  Event event{};
  event.at = now;
  event.body = std::move(body);
  deliver(event);
}

void EventStream::deliver(const Event& event) {
  telemetry_.on_event(event);
  if (sink_ != nullptr) sink_->on_event(event);
  bool wanted = sink_ != nullptr;
  bool encoded = false;  // for the first queue that wants it
  for (auto* queue : queues_) {
    if (!queue->wants(event)) continue;
    if (!encoded) {
      line_.clear();
      append_log_line(line_, event, origin_.value_or(event.at));
      encoded = true;
    }
    queue->offer(event, line_);
    wanted = true;
  }
  if (wanted) telemetry_.delivered(type_of(event));
}

void EventStream::add(EventQueue& queue, const Feed* books) {
  if (std::find(queues_.begin(), queues_.end(), &queue) != queues_.end()) return;
  queues_.push_back(&queue);
  if (books != nullptr) queue.join(*books);
}

void EventStream::remove(EventQueue& queue) {
  const auto at = std::find(queues_.begin(), queues_.end(), &queue);
  if (at == queues_.end()) return;
  removed_ = add_up(removed_, queue.stats(now_));
  removed_.queued = 0;
  queues_.erase(at);
}

std::optional<Millis> EventStream::deadline(Millis now) const {
  std::optional<Millis> first;
  const auto sooner = [&](std::optional<Millis> at) {
    if (at && (!first || *at < *first)) first = at;
  };
  sooner(analytics_.deadline());
  sooner(telemetry_.deadline());
  for (const auto* queue : queues_) sooner(queue->ready_at(now));
  return first;
}

DeliveryStats EventStream::delivery(Millis now) const noexcept {
  auto sum = removed_;
  for (const auto* queue : queues_) sum = add_up(sum, queue->stats(now));
  return sum;
}

}  // namespace hadal
