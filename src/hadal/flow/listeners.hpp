/// Typed listeners (catalogue FD-2 to FD-4): a sink that hands each event to those who asked for its type, at once and without a copy.
///
/// Several per type, called in the order they were added; a type that nobody asks for costs one comparison. A listener that throws does not
/// stop the others: the failure is counted and told as an `error` event `listener_failed`; one inside a listener of errors is only counted.
/// Listeners may be added and disposed of inside a call: a new one hears the next event, one that is disposed of is not called again, since
/// what it refers to may be gone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "hadal/event.hpp"
#include "hadal/flow/event_queue.hpp"

namespace hadal {

class Listeners final : public EventSink {
 public:
  using Listener = std::function<void(const Event&)>;

  /// Ends a listener when it is destroyed, or before. Outliving the Listeners is fine; disposing twice has no effect.
  class [[nodiscard]] Disposer {
   public:
    Disposer() = default;
    Disposer(Disposer&& other) noexcept = default;
    Disposer& operator=(Disposer&& other) noexcept {
      dispose();
      alive_ = std::move(other.alive_);
      return *this;
    }
    ~Disposer() { dispose(); }
    void dispose() noexcept {
      if (const auto alive = alive_.lock()) *alive = false;
      alive_.reset();
    }
    /// The listener stays for good.
    void release() noexcept { alive_.reset(); }

   private:
    friend class Listeners;
    explicit Disposer(std::weak_ptr<bool> alive) : alive_{std::move(alive)} {}
    std::weak_ptr<bool> alive_;
  };

  /// `types`: mask_of() of one or several; kAllEvents for every event.
  Disposer on(EventMask types, Listener listener);
  Disposer on(EventType type, Listener listener) { return on(mask_of(type), std::move(listener)); }
  /// By what the event holds: `on<TradeEvent>([](const Event& event, const TradeEvent& trade) { ... })`.
  template <class Body, class Typed>
  Disposer on(Typed typed) {
    return on(kAllEvents, [typed = std::move(typed)](const Event& event) {
      if (const auto* body = std::get_if<Body>(&event.body)) typed(event, *body);
    });
  }

  void on_event(const Event& event) override;

  /// Types that anybody listens to.
  [[nodiscard]] EventMask wanted() const noexcept { return wanted_; }
  [[nodiscard]] std::size_t size() const noexcept;
  /// Listeners that threw.
  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }

 private:
  struct Entry {
    EventMask types;
    Listener listener;
    std::shared_ptr<bool> alive;
  };

  void deliver(const Event& event, EventMask type);
  void tidy();

  std::vector<Entry> entries_;
  std::vector<Entry> added_;  ///< inside a call
  EventMask wanted_ = 0;
  int depth_ = 0;       ///< of calls under way
  bool stale_ = false;  ///< some were disposed of
  std::uint64_t failures_ = 0;
};

}  // namespace hadal
