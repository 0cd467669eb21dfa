/// Everything that is counted, as one plain structure (catalogue I-5). Counts are totals since the start.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/book/book_state.hpp"
#include "hadal/session/connection_state.hpp"
#include "hadal/session/endpoint.hpp"
#include "hadal/telemetry/latency.hpp"

namespace hadal {

/// Counts by a word: a channel, a reason, a method, an event type.
struct NamedCount {
  std::string name;
  std::uint64_t count = 0;
};

/// Adds to the count of that name; a count of 0 leaves no trace. O(names).
void add_count(std::vector<NamedCount>& counts, std::string_view name, std::uint64_t count);

struct BookStats {
  std::string symbol;
  BookState state = BookState::unsubscribed;
  Cause reason = Cause::none;
  bool verified = false;
  std::uint64_t snapshots = 0;
  std::uint64_t updates = 0;
  std::uint64_t matched = 0;
  std::uint64_t mismatched = 0;
  std::uint64_t skipped = 0;
  std::uint64_t gaps = 0;
  std::uint64_t repairs_begun = 0;   ///< episodes: further attempts of one are not counted
  std::uint64_t repairs_done = 0;    ///< a verified snapshot came
  std::uint64_t repairs_failed = 0;  ///< given up, or lost with the connection
};

/// Requests of one method; each ends in one of these ways.
struct RequestStats {
  std::string method;
  std::uint64_t answered = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t lost = 0;  ///< with its connection
};

struct SessionStats {
  Endpoint endpoint = Endpoint::market;
  ConnectionState state = ConnectionState::disconnected;
  std::uint64_t bytes_received = 0;
  std::vector<NamedCount> frames_received;  ///< by channel
  std::vector<NamedCount> frames_sent;      ///< by method
  std::vector<NamedCount> failures;         ///< lost or failed connections, by cause
  std::uint64_t attempts = 0;
  std::uint64_t reconnections = 0;  ///< connections that were open again after a loss
  std::vector<NamedCount> keys;     ///< subscriptions, by their state
  std::uint64_t rejected_subscriptions = 0;
  std::vector<RequestStats> requests;             ///< by method
  std::optional<std::int64_t> clock_offset_us{};  ///< exchange - driver's wall clock; none until a stamp of that is given
};

/// Of one queue of events, or of several together.
struct DeliveryStats {
  std::uint64_t offered = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dropped_oldest = 0;  ///< by policy `oldest`, and what followed from it
  std::uint64_t dropped_latest = 0;
  std::uint64_t coalesced = 0;
  std::uint64_t limited = 0;    ///< times a delivery had to wait for the rate limit
  std::uint64_t queued = 0;     ///< now
  std::uint64_t peak_rate = 0;  ///< most events delivered in one second

  /// Sums; of the peak rates the higher one.
  DeliveryStats& operator+=(const DeliveryStats& one) noexcept;
  /// Percent of what was offered (formula F-27); 0 if nothing was.
  [[nodiscard]] double drop_rate() const noexcept { return percent(dropped_oldest + dropped_latest); }
  [[nodiscard]] double coalesce_rate() const noexcept { return percent(coalesced); }

 private:
  [[nodiscard]] double percent(std::uint64_t part) const noexcept {
    return offered == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(offered);
  }
};

struct Stats {
  std::vector<SessionStats> sessions;
  std::vector<BookStats> books;             ///< by symbol
  std::vector<NamedCount> rejected_frames;  ///< by reason: parse, not_json, binary, unknown, limit
  std::vector<NamedCount> gaps;             ///< of books, by cause
  std::vector<NamedCount> ignored_deltas;   ///< by reason: before_snapshot, older_than_snapshot
  std::vector<NamedCount> events;           ///< delivered to somebody, by type
  std::uint64_t events_total = 0;           ///< that happened, delivered or not
  std::uint64_t listener_failures = 0;      ///< whoever has Listeners adds theirs: Listeners::failures()
  DeliveryStats delivery;
  std::optional<double> frames_per_second{};
  std::optional<double> book_messages_per_second{};
  std::optional<double> events_per_second{};
  Latency latency{};        // braces: its constructor is explicit, and Stats{} is to be possible
  Summary round_trip;       ///< of pings, us
  Summary resync_duration;  ///< from the cause to the verified snapshot, us

  /// The least healthy one of the sessions; disconnected without any.
  [[nodiscard]] ConnectionState state() const noexcept;
  /// gaps / messages (snapshots and updates) of all books (formula F-27); 0 without messages.
  [[nodiscard]] double gap_rate() const noexcept;
};

}  // namespace hadal
