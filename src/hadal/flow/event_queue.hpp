/// A bounded queue of event lines for one listener that reads at its own pace (catalogue FD-6 to FD-13).
///
/// What does not fit is dropped by a policy that the listener chose, and it is told: `lagged` with the number of events it missed, before
/// the next one. Book updates are never merged and never delivered with a hole: after a drop the listener gets a whole `book_snapshot`,
/// marked `local`, from the book as it is held, before its next `book_update` (FD-10). So a listener of book events can rebuild every book
/// from what it is given, whatever was dropped. A queue that comes late begins each book that is held with such a snapshot. Input is never
/// dropped: a queue changes nothing that a book or another listener sees.
///
/// Lines are those of the event log. `lagged`, `delivery` and local snapshots belong to the queue, not to the stream: they have no number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/event.hpp"
#include "hadal/feed.hpp"
#include "hadal/session/pacing.hpp"
#include "hadal/telemetry/rate_meter.hpp"
#include "hadal/telemetry/stats.hpp"

namespace hadal {

/// A set of event types.
using EventMask = std::uint64_t;
[[nodiscard]] constexpr EventMask mask_of(EventType type) noexcept { return EventMask{1} << static_cast<int>(type); }
inline constexpr EventMask kAllEvents = (EventMask{1} << kEventTypes) - 1;

/// What happens when a queue is full.
enum class DropPolicy : std::uint8_t {
  oldest,    ///< the oldest event leaves
  latest,    ///< the new one is refused
  coalesce,  ///< ticker, spread, health and ohlc (of one candle): the newer replaces the queued one; everything else as `oldest`
};
[[nodiscard]] std::string_view name(DropPolicy policy) noexcept;

struct DeliveryConfig {
  EventMask types = kAllEvents;         ///< others are not even encoded
  std::string symbol;                   ///< only this one's events, and those of no symbol; empty: all
  std::size_t max_queue_depth = 1'024;  ///< events, 1 ... 1,048,576
  DropPolicy policy = DropPolicy::oldest;
  std::int64_t coalesce_window_ms = 10;      ///< an event replaces one that has been queued for at most so long; 0: however long
  std::int64_t max_messages_per_second = 0;  ///< 0: no limit; ... 1,000,000
  std::int64_t burst_allowance = 100;        ///< 1 ... 1,000,000
};
/// Errc::config_invalid if a number is outside its range.
[[nodiscard]] Errc check(const DeliveryConfig& config) noexcept;

class EventQueue {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit EventQueue(DeliveryConfig config);

  [[nodiscard]] bool wants(const Event& event) const noexcept {
    return (config_.types & mask_of(type_of(event))) != 0 &&
           (config_.symbol.empty() || event.symbol.empty() || event.symbol == config_.symbol);
  }
  /// Books that are held already: each begins with a local snapshot. O(books).
  void join(const Feed& books);
  /// An event that is wanted, and its line with its end. O(1); under `coalesce`, and when a book event is dropped, O(queue).
  void offer(const Event& event, std::string_view line);

  /// Appends what may be delivered now: whole lines, at most `most` events, and word of what was missed on top. `books`: where local snapshots
  /// come from; may be null where no book events are wanted. `origin`: what times count from. Returns the number of lines. O(lines + holes).
  std::size_t drain(Millis now, Millis origin, const Feed* books, std::string& out,
                    std::size_t most = std::numeric_limits<std::size_t>::max());
  /// When drain() will have something that it has not now; none if only a new event changes that. Changes with each drain().
  [[nodiscard]] std::optional<Millis> ready_at(Millis now) const noexcept;
  /// drain() would give something now. O(1).
  [[nodiscard]] bool due(Millis now) const noexcept;
  /// Something waits: an event, or word of what was missed.
  [[nodiscard]] bool pending() const noexcept { return size_ != 0 || missed_ != 0 || !holes_.empty(); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const DeliveryConfig& config() const noexcept { return config_; }
  [[nodiscard]] DeliveryStats stats(Millis now) const noexcept;

  /// An episode of dropping, coalescing or limiting ends when so long nothing more of it has happened.
  static constexpr std::int64_t kEpisodeMs = 1'000;
  /// A queue is full, too, when its lines are so long together.
  static constexpr std::size_t kBytes = 64u << 20;

 private:
  struct Slot {
    EventType type = EventType::error;
    std::string symbol;
    std::string line;
    Millis since{};        ///< queued, or first queued if it was replaced
    std::int64_t key = 0;  ///< of a candle: its begin and interval
  };
  struct Episode {
    Millis last{};
    bool begin_told = false;
    DeliveryStats before;  ///< counts when it began
  };

  [[nodiscard]] Slot& at(std::size_t index) noexcept { return ring_[(first_ + index) % ring_.size()]; }
  [[nodiscard]] bool full(std::size_t bytes) const noexcept {
    return size_ == config_.max_queue_depth || (size_ != 0 && bytes_ + bytes > kBytes);
  }
  void place(const Event& event, std::string_view line);
  void forget(Slot& slot) noexcept;
  void push(const Event& event, EventType type, std::string_view line);
  bool coalesce(const Event& event, EventType type, std::string_view line);
  void drop_oldest(Millis now);
  void pop() noexcept;
  /// Updates of a book without what they follow are of no use: up to its next snapshot they leave, too.
  void tear(const std::string& symbol, std::uint64_t& dropped);
  void miss(Millis now, std::uint64_t& counter) noexcept;
  void note(Millis now) noexcept;
  std::size_t tell_episode(Millis now, Millis origin, std::string& out);
  void append_delivery(Millis now, Millis origin, std::string_view phase, std::string& out) const;

  DeliveryConfig config_;
  std::vector<Slot> ring_;  ///< grows as needed, up to max_queue_depth; lines keep their memory
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::uint64_t missed_ = 0;  ///< since the last `lagged`
  std::size_t bytes_ = 0;     ///< of queued lines
  /// Books that begin with a local snapshot; true: because an event was dropped. At most Limits::books.
  std::map<std::string, bool, std::less<>> holes_;
  std::map<std::string, std::size_t, std::less<>> queued_;  ///< book events in the queue, by symbol
  TokenBucket bucket_;
  std::optional<Episode> episode_;
  DeliveryStats stats_;
  RateMeter rate_;
};

}  // namespace hadal
