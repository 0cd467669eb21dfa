/// The one ordered stream of a client: numbers events, hands them on, and adds what trackers make of them.
///
/// Order of each event: counters, the sink (at once, no copy), the queues, then the trackers, whose events follow it in the same way. A queue
/// or a tracker changes nothing about the events that come after.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hadal/analytics/analytics.hpp"
#include "hadal/event.hpp"
#include "hadal/flow/event_queue.hpp"
#include "hadal/telemetry/telemetry.hpp"

namespace hadal {

class EventStream final : public EventSink {
 public:
  /// Both may be null; they must outlive the stream. `telemetry`: counts what happens; a feed alone has nobody who asks.
  explicit EventStream(EventSink* sink = nullptr, Telemetry* telemetry = nullptr);
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  /// An input begins: trackers say what the time that has passed means. The first one is what the times of lines count from.
  void begin(Millis now);
  /// As the source has it: the number it gives counts for nothing.
  void on_event(const Event& event) override;

  /// Fills a queue from now on; a second time changes nothing. It must outlive the stream, or be removed. `books`: those that are held begin
  /// with a local snapshot; null where there are none.
  void add(EventQueue& queue, const Feed* books = nullptr);
  void remove(EventQueue& queue);
  /// As EventQueue::drain(), with the times of this stream.
  std::size_t drain(EventQueue& queue, Millis now, const Feed* books, std::string& out,
                    std::size_t most = std::numeric_limits<std::size_t>::max()) {
    return queue.drain(now, origin_.value_or(now), books, out, most);
  }
  /// When begin(), or drain() of a queue, will have something to tell that it has not now.
  [[nodiscard]] std::optional<Millis> deadline(Millis now) const;

  [[nodiscard]] Analytics& analytics() noexcept { return analytics_; }
  [[nodiscard]] const Analytics& analytics() const noexcept { return analytics_; }
  /// Events numbered so far.
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  /// An event that depends on a clock: it has no number, and never enters the log.
  void tell_unnumbered(Millis now, decltype(Event::body) body);
  /// Of all queues together, those included that are gone.
  [[nodiscard]] DeliveryStats delivery(Millis now) const noexcept;

 private:
  void deliver(const Event& event);

  EventSink* sink_;
  Analytics analytics_;
  Telemetry* telemetry_;
  std::vector<EventQueue*> queues_;
  DeliveryStats removed_;  ///< of queues that are gone
  Millis now_{};
  std::uint64_t events_ = 0;
  std::optional<Millis> origin_;
  std::string line_;
};

}  // namespace hadal
