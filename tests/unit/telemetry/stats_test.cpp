#include "hadal/telemetry/stats.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>

using namespace hadal;

TEST_CASE("loss ratios are percent of what was offered (F-27)", "[telemetry]") {
  DeliveryStats delivery;
  CHECK(delivery.drop_rate() == 0.0);
  CHECK(delivery.coalesce_rate() == 0.0);
  delivery.offered = 400;
  delivery.dropped_oldest = 2;
  delivery.dropped_latest = 1;
  delivery.coalesced = 100;
  CHECK(delivery.drop_rate() == 0.75);
  CHECK(delivery.coalesce_rate() == 25.0);
  delivery.offered = 0;
  CHECK(delivery.drop_rate() == 0.0);
}

TEST_CASE("the gap rate is gaps by messages of all books (F-27)", "[telemetry]") {
  Stats stats{};
  CHECK(stats.gap_rate() == 0.0);
  stats.books.resize(2);
  stats.books[0].gaps = 1;
  CHECK(stats.gap_rate() == 0.0);  // no message
  stats.books[0].snapshots = 2;
  stats.books[0].updates = 97;
  stats.books[1].snapshots = 1;
  stats.books[1].updates = 300;
  stats.books[1].gaps = 2;
  CHECK(stats.gap_rate() == 0.0075);
}

TEST_CASE("the state of all sessions is that of the least healthy one", "[telemetry]") {
  using enum ConnectionState;
  constexpr std::array kFromBest{subscribed, resyncing, subscribing, authenticating, connecting, degraded, disconnected, closed};
  Stats stats;
  CHECK(stats.state() == disconnected);
  for (std::size_t a = 0; a < kFromBest.size(); ++a)
    for (std::size_t b = a; b < kFromBest.size(); ++b) {
      stats.sessions.assign(3, {});
      stats.sessions[0].state = kFromBest[a];
      stats.sessions[1].state = kFromBest[b];
      stats.sessions[2].state = kFromBest[a];
      CHECK(stats.state() == kFromBest[b]);
    }
}
