/// Counts what the events of one client say, and how late its frames are. Changes nothing; reads no clock.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/event.hpp"
#include "hadal/telemetry/latency.hpp"
#include "hadal/telemetry/rate_meter.hpp"
#include "hadal/telemetry/stats.hpp"

namespace hadal {

class Telemetry {
 public:
  /// Precondition: check(config) is Errc::ok.
  void configure(const LatencyConfig& config) {
    latency_ = Latency{config};
    next_summary_.reset();
  }

  void on_event(const Event& event);
  /// Somebody was given an event of this type.
  void delivered(EventType type) noexcept { ++delivered_[static_cast<std::size_t>(type)]; }
  /// A frame came. `wall`: the driver's wall clock then, if it gives it. `offset`: exchange - driver's monotonic clock, us (formula F-42).
  void frame(Millis now, std::optional<UnixNanos> wall, std::optional<std::int64_t> offset) noexcept;
  /// The driver is done with that frame. `alert` hears of episodes.
  template <class Alert>
  void done(std::optional<UnixNanos> wall, Alert alert) {
    if (const auto parts = finish(wall)) latency_.add(*parts, alert);
  }
  void pong(std::int64_t round_trip_us) noexcept { round_trip_.add(round_trip_us); }
  void reset_latency() noexcept;

  /// The `latency` events that are due (LatencyConfig::interval_ms). `tell(part)`.
  template <class Tell>
  void advance(Millis now, Tell tell) {
    if (!due(now)) return;
    for (int part = 0; part < kLatencyParts; ++part)
      if (latency_.summary(LatencyPart(part)).histogram().count() != 0) tell(LatencyPart(part));
  }
  [[nodiscard]] std::optional<Millis> deadline() const noexcept { return next_summary_; }
  [[nodiscard]] const Latency& latency() const noexcept { return latency_; }
  /// Integrity causes raised on books so far, and the last one.
  struct Gap {
    std::string symbol;
    Cause cause = Cause::none;
  };
  [[nodiscard]] std::uint64_t gaps() const noexcept { return gaps_total_; }
  [[nodiscard]] const Gap& last_gap() const noexcept { return last_gap_; }

  /// Adds what is known here to `stats`; what sessions and feeds count themselves is theirs to add.
  void fill(Millis now, Stats& stats) const;

 private:
  struct Repairs {
    std::optional<Millis> since;  ///< under way
    std::uint64_t begun = 0;
    std::uint64_t done = 0;
    std::uint64_t failed = 0;
  };

  [[nodiscard]] std::optional<LatencyParts> finish(std::optional<UnixNanos> wall) noexcept;
  [[nodiscard]] bool due(Millis now) noexcept;
  void take(const Event& event, const SessionEvent& session);
  void take(const Event& event, const BookStateEvent& state);

  std::array<std::uint64_t, kEventTypes> delivered_{};
  std::uint64_t events_total_ = 0;
  struct PerEndpoint {
    std::array<std::uint64_t, kConnectionCauses> failures{};  ///< by ConnectionCause
    std::uint64_t reconnections = 0;
    std::uint64_t rejected = 0;
    bool lost = false;  ///< since it was last open
  };
  std::array<PerEndpoint, kEndpoints> endpoints_{};
  std::array<std::uint64_t, kCauses> gaps_{};
  std::uint64_t gaps_total_ = 0;
  Gap last_gap_;
  std::map<std::string, Repairs, std::less<>> repairs_;
  RateMeter frame_rate_;
  RateMeter book_rate_;
  RateMeter event_rate_;
  Latency latency_;
  Summary round_trip_;
  Summary resync_duration_;
  std::optional<Millis> next_summary_;
  struct Frame {
    Millis now;
    std::optional<UnixNanos> received;
    std::optional<UnixNanos> exchange;  ///< of the first update in it
    std::optional<std::int64_t> offset;
  };
  std::optional<Frame> frame_;              ///< the one that is being worked on
  std::optional<std::int64_t> wall_ahead_;  ///< the driver's wall clock less its monotonic one, us, at the last stamp
};

}  // namespace hadal
