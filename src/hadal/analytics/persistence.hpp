/// Level persistence (formula F-18): how long a level has kept its size.
///
/// Every level of the book is seen with each message, at the cost of the levels that the message names: the others keep their size, and
/// what they gain by that is computed when it is asked for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "hadal/analytics/change.hpp"
#include "hadal/base/errc.hpp"

namespace hadal {

struct PersistenceConfig {
  double change_threshold = 0.5;   ///< a size below this share of the last one cools the level; (0, 1]
  double decay = 0.1;              ///< of the heat, (0, 1)
  std::int64_t full_ms = 300'000;  ///< heat that scores 1, > 0

  friend bool operator==(const PersistenceConfig&, const PersistenceConfig&) = default;
};
[[nodiscard]] Errc check(const PersistenceConfig& config) noexcept;

struct HotLevel {
  Side side = Side::bid;
  std::int64_t price = 0;  ///< ticks
  std::int64_t qty = 0;    ///< units
  double heat = 0;         ///< seconds
  double score = 0;        ///< 0 ... 1
};

class Persistence {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit Persistence(PersistenceConfig config) : config_{config} {}

  /// A new snapshot: every level is seen for the first time, heat 0 (H-5).
  void restart(Millis now, const OrderBook& book);
  void observe(const BookChange& change);

  /// As of the last message. None if the level is not held.
  [[nodiscard]] std::optional<HotLevel> level(Side side, std::int64_t price) const;
  /// The `count` hottest of both sides, hottest first; of equal heat the one nearer to the best price, bids first. O(n log n).
  void hottest(std::size_t count, std::vector<HotLevel>& out) const;
  /// Mean score of a side's levels; none if it is empty.
  [[nodiscard]] std::optional<double> average(Side side) const;

 private:
  struct Seen {
    std::int64_t price;
    std::int64_t qty;
    double base;         ///< heat when the size last fell
    std::int64_t since;  ///< ms of driver time at which it fell, or was first seen
  };
  [[nodiscard]] double heat(const Seen& seen) const noexcept;
  [[nodiscard]] HotLevel hot(Side side, const Seen& seen) const noexcept;
  /// Where a price is, or would be inserted.
  [[nodiscard]] std::size_t place(Side side, std::int64_t price) const noexcept;

  PersistenceConfig config_;
  std::array<std::vector<Seen>, 2> sides_;  ///< by price, worst first, as a book side holds them
  std::int64_t last_ = 0;                   ///< ms of the last message
  std::vector<LevelChange> changes_;
};

}  // namespace hadal
