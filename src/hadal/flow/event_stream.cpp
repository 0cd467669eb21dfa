#include "hadal/flow/event_stream.hpp"

#include <algorithm>

#include "hadal/log.hpp"

namespace hadal {

EventStream::EventStream(EventSink* sink, Telemetry* telemetry)
    : sink_{sink},
      analytics_{[this](const Event& cause, std::string_view symbol, decltype(Event::body) body) {
        auto derived = cause;
        derived.number = ++events_;
        derived.symbol = symbol;
        derived.body = std::move(body);
        deliver(derived);
      }},
      telemetry_{telemetry} {}

void EventStream::begin(Millis now) {
  if (!origin_) origin_ = now;
  now_ = std::max(now_, now);
  analytics_.advance(now);
  if (telemetry_ == nullptr) return;
  telemetry_->advance(now, [&](LatencyPart part) {
    tell_unnumbered(now, LatencyEvent{part, telemetry_->latency().summary(part).values(), telemetry_->latency().corrected()});
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
  if (telemetry_ != nullptr) telemetry_->on_event(event);
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
  if (wanted && telemetry_ != nullptr) telemetry_->delivered(type_of(event));
}

void EventStream::add(EventQueue& queue, const Feed* books) {
  if (std::find(queues_.begin(), queues_.end(), &queue) != queues_.end()) return;
  queues_.push_back(&queue);
  if (books != nullptr) queue.join(*books);
}

void EventStream::remove(EventQueue& queue) {
  const auto at = std::find(queues_.begin(), queues_.end(), &queue);
  if (at == queues_.end()) return;
  removed_ += queue.stats(now_);
  removed_.queued = 0;
  queues_.erase(at);
}

std::optional<Millis> EventStream::deadline(Millis now) const {
  std::optional<Millis> first;
  const auto sooner = [&](std::optional<Millis> at) {
    if (at && (!first || *at < *first)) first = at;
  };
  sooner(analytics_.deadline());
  if (telemetry_ != nullptr) sooner(telemetry_->deadline());
  for (const auto* queue : queues_) sooner(queue->ready_at(now));
  return first;
}

DeliveryStats EventStream::delivery(Millis now) const noexcept {
  auto sum = removed_;
  for (const auto* queue : queues_) sum += queue->stats(now);
  return sum;
}

}  // namespace hadal
