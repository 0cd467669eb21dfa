/// Prints the metrics of an empty or of a full Stats, for `promtool check metrics`.
#include <cstdint>
#include <iostream>
#include <limits>
#include <string>
#include <string_view>

#include "hadal/base/random.hpp"
#include "hadal/telemetry/metrics.hpp"

namespace {

using namespace hadal;

/// Every family with samples, more symbols than labels, and texts that need escapes.
Stats full() {
  Stats stats;
  Random random{64};
  const auto any = [&random](std::uint64_t last) { return random.uniform(last); };
  for (int i = 0; i < kEndpoints; ++i) {
    SessionStats session;
    session.endpoint = Endpoint(i);
    session.state = ConnectionState(4 + i);
    session.bytes_received = any(1'000'000'000);
    session.frames_received = {{"book", any(100'000)}, {"trade", any(1'000)}, {"heartbeat", any(1'000)}, {"odd \"name\"\\\n", 1}};
    session.frames_sent = {{"subscribe", any(100)}, {"unsubscribe", any(100)}, {"ping", any(100)}};
    session.failures = {{"silence", any(9)}, {"transport_lost", any(9)}, {"pong_timeout", any(9)}};
    session.attempts = any(100);
    session.reconnections = any(100);
    session.keys = {{"wanted", any(9)}, {"active", any(99)}, {"rejected", any(9)}};
    session.rejected_subscriptions = any(9);
    session.requests = {{"subscribe", any(99), any(9), any(9)}, {"unsubscribe", any(99), any(9), any(9)}};
    if (i > 0) session.clock_offset_us = -static_cast<std::int64_t>(any(500'000));
    stats.sessions.push_back(session);
  }
  for (int i = 0; i < 300; ++i) {
    BookStats book;
    book.symbol = std::to_string(1'000 + i);
    book.symbol += "/USD";
    book.state = BookState(i % 5);
    book.snapshots = any(9);
    book.updates = any(1'000'000);
    book.matched = any(1'000'000);
    book.mismatched = any(9);
    book.skipped = any(9);
    book.gaps = any(9);
    book.repairs_done = any(9);
    book.repairs_failed = any(9);
    stats.books.push_back(book);
  }
  stats.books[0].symbol = "A\"B\\C\nD\r\t\x7F/\xC2\xB5";
  stats.books[1].symbol = "\xFF\xC3";
  stats.books[2].symbol = "\xFE\xC3";
  stats.books[3].symbol = "other";
  stats.books[4].symbol = "";
  stats.books[5].symbol = "trailing\\";
  stats.books[6].symbol = "} 1\n# TYPE x counter";
  stats.books[7].symbol = std::string{"nul\0", 4};
  stats.rejected_frames = {{"parse", 1}, {"not_json", 2}, {"binary", 3}, {"unknown", 4}, {"limit", 5}};
  stats.gaps = {{"checksum", 7}, {"crossed", 1}, {"silence", 2}};
  stats.ignored_deltas = {{"before_snapshot", 1}, {"older_than_snapshot", 2}};
  stats.events = {{"book", 1'000'000}, {"status", 5}};
  stats.listener_failures = 1;
  stats.delivery = {.offered = 100, .delivered = 90, .dropped_oldest = 5, .dropped_latest = 3, .coalesced = 2, .queued = 9};
  for (int i = 0; i < 1'000; ++i) {
    const auto network = static_cast<std::int64_t>(any(3'000'000)) - 500'000;
    const auto processing = static_cast<std::int64_t>(any(3'000));
    stats.latency.add({.network = network, .processing = processing, .total = network + processing}, [](const LatencyAlert&) {});
    stats.round_trip.add(static_cast<std::int64_t>(any(20'000'000)));
  }
  stats.resync_duration.add(std::numeric_limits<std::int64_t>::max());
  stats.resync_duration.add(std::numeric_limits<std::int64_t>::min());
  return stats;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view which = count == 2 ? arguments[1] : "";
  if (which != "empty" && which != "full") {
    std::cerr << "usage: print_metrics empty|full\n";
    return 2;
  }
  std::cout << hadal::metrics_text(which == "full" ? full() : hadal::Stats{});
  return 0;
}
