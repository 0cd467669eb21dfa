/// Settings for common uses (catalogue area F). Plain values: take one and change what you like.
#pragma once

#include <cstdint>

#include "hadal/flow/event_queue.hpp"
#include "hadal/session/config.hpp"

namespace hadal {

struct ClientConfig {
  SessionConfig session;
  DeliveryConfig delivery;   ///< of each listener
  std::uint16_t depth = 10;  ///< levels a side of each book
};

/// One pair, as soon as it happens: a short queue, no limit, the oldest leaves; gives up on a connection attempt after 5 s.
[[nodiscard]] ClientConfig low_latency();
/// A screen of many pairs: 5,000 events a second, tickers merged within 50 ms, 30 s to connect.
[[nodiscard]] ClientConfig multi_pair();
/// A collector: a queue of 10,000, 10,000 events a second, merged within 100 ms, 60 s to connect.
[[nodiscard]] ClientConfig aggregator();
/// Whole books: depth 1000, a queue of 2,000, merged within 50 ms.
[[nodiscard]] ClientConfig deep_book();
/// A pair with little traffic: a queue of 100.
[[nodiscard]] ClientConfig quiet_pair();

}  // namespace hadal
