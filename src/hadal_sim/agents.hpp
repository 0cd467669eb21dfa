/// Who trades: seeded agents that give the statistics of recorded books (bursts, moves, refills, deletes, sizes; formula F-60).
#pragma once

#include <array>
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

struct AgentsConfig {
  std::int64_t mid = 100'000;     ///< price around which the market begins, in ticks
  std::int64_t typical = 1'000;   ///< a usual quantity of an order
  std::size_t levels = 60;        ///< price levels a side to keep up
  std::int64_t sweeps = 3;        ///< market orders, in a hundred events
  std::int64_t sweep_levels = 2;  ///< that one takes, at most
};

class Agents {
 public:
  Agents(Market& market, Random random, const AgentsConfig& config);

  /// One step of an event: an order made, changed or cancelled, or a market order. Leaves what happened in the market. True if the event
  /// goes on: an order that moves is cancelled and made again, and both are told in one message.
  bool act();
  [[nodiscard]] Random& random() noexcept { return random_; }
  /// The pair gets finer ticks.
  void scale_prices(std::int64_t factor) noexcept;

 private:
  void place(Side side, std::size_t rank, std::int64_t qty);
  void sweep(Side side);
  void cancel(Side side);
  void change(Side side);
  [[nodiscard]] const Order& pick(Side side, std::size_t rank);
  [[nodiscard]] std::int64_t quantity();
  template <class Table>
  [[nodiscard]] std::size_t draw_rank(const Table& table);
  [[nodiscard]] std::size_t place_rank(Side side);

  Market& market_;
  Random random_;
  AgentsConfig config_;
  std::int64_t widest_gap_ = 12;  ///< ticks between neighbours, at most
  std::int64_t moving_ = 0;       ///< quantity of an order on its way to another price; 0: none
  Side moving_side_ = Side::buy;
  std::array<std::int64_t, 6> favourites_{};  ///< sizes that return all the time
};

}  // namespace hadal::sim
