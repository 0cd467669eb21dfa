/// Who trades: seeded agents that give the statistics of recorded books (bursts, refills, deletes, sizes; formula F-60).
#pragma once

#include <cstddef>
#include <cstdint>

#include "hadal_sim/market.hpp"
#include "hadal_sim/random.hpp"

namespace hadal::sim {

/// A knot of a quantile table: a value and the share of draws below it, in 2^-32.
struct Knot {
  std::uint64_t share;
  std::int64_t value;
};

/// Formula F-60: the value of the table at `u` (0 ... 2^32 - 1), linear between knots.
[[nodiscard]] std::int64_t table_value(const Knot* knots, std::size_t count, std::uint64_t u);

/// Events in the next burst, and the pause after it in microseconds.
[[nodiscard]] std::int64_t draw_burst(Random& random);
[[nodiscard]] std::int64_t draw_pause(Random& random);

class Agents {
 public:
  /// @param mid price around which the market begins, in ticks
  /// @param levels price levels a side to keep up
  Agents(Market& market, Random random, std::int64_t mid, std::size_t levels);

  /// One event: an order, a cancellation or a market order. Leaves its events in the market.
  void act();
  [[nodiscard]] Random& random() noexcept { return random_; }

 private:
  void place(Side side, std::size_t rank);
  void cancel_one(Side side);
  [[nodiscard]] std::int64_t quantity();
  [[nodiscard]] std::size_t near_rank();

  Market& market_;
  Random random_;
  std::int64_t mid_;
  std::size_t levels_;
};

}  // namespace hadal::sim
