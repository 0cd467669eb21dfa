/// What the exchange keeps per connection. Private to exchange*.cpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "hadal_sim/exchange.hpp"

namespace hadal::sim {

inline constexpr std::int64_t kHeartbeat = 1'000;  ///< ms; ws-v2.md section 7
inline constexpr std::int64_t kIdle = 60'000;      ///< ms; limits-and-errors.md section 6
inline constexpr std::string_view kSystems[] = {"online", "maintenance", "cancel_only", "post_only"};

/// A topic that a connection has.
struct Subscription {
  Connection* connection;
  Topic topic;
  Pair* pair = nullptr;  ///< null for `instrument`
  View* view = nullptr;  ///< `book`
  bool whole = true;     ///< see ServerFrame::Truth
};

struct Connection {
  std::uint64_t id = 0;
  std::uint64_t number = 0;  ///< the n-th that was opened
  std::vector<std::unique_ptr<Subscription>> subscriptions;
  std::int64_t next_heartbeat = INT64_MAX;  ///< from the first subscription on
  std::int64_t next_second = 0;
  std::int64_t heard = 0;  ///< last frame of the client
  std::int64_t stalled_until = 0;
  bool silent = false;  ///< half open
  bool ended = false;
  std::int64_t budget = 0;  ///< thousandths of a request that may come now
  std::int64_t budget_at = 0;

  struct Late {
    std::int64_t due;
    ServerFrame frame;
  };
  std::deque<Late> late;  ///< in order
  struct Held {
    std::int64_t frames;  ///< that go first
    ServerFrame frame;
  };
  std::vector<Held> held;

  [[nodiscard]] std::int64_t deadline() const {
    auto at = std::min(next_heartbeat, next_second);
    if (!late.empty()) at = std::min(at, late.front().due);
    return subscriptions.empty() ? std::min(at, heard + kIdle) : at;
  }
  [[nodiscard]] Subscription* find(const Topic& topic) const {
    for (const auto& subscription : subscriptions)
      if (subscription->topic == topic) return subscription.get();
    return nullptr;
  }
};

}  // namespace hadal::sim
