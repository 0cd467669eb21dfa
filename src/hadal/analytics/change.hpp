/// What one message did to a live book, as the trackers of its symbol see it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hadal/base/decimal.hpp"
#include "hadal/base/time.hpp"
#include "hadal/book/order_book.hpp"

namespace hadal {

/// The levels of a book as they were before a message. Owned by whoever drives trackers, brought up to date after each message.
class BookShadow {
 public:
  /// Copies both sides. O(depth).
  void take(const OrderBook& book);
  /// Copies the sides that a message touched. O(depth) for each.
  void take(const OrderBook& book, bool bids, bool asks);
  void clear() noexcept;

  /// Best first.
  [[nodiscard]] std::span<const Level> side(Side side) const noexcept { return side == Side::bid ? bids_ : asks_; }
  /// The side held the whole depth: more levels may have existed than were seen.
  [[nodiscard]] bool cut(Side side) const noexcept { return side == Side::bid ? bids_cut_ : asks_cut_; }
  /// Quantity at a price, 0 if there was no such level. O(log n).
  [[nodiscard]] std::int64_t qty_at(Side side, std::int64_t price) const noexcept;

 private:
  std::vector<Level> bids_;
  std::vector<Level> asks_;
  bool bids_cut_ = false;
  bool asks_cut_ = false;
};

/// One update of a live book, before and after. Borrowed for the length of the call; prices in ticks, quantities in units of `scales`.
struct BookChange {
  Millis now;
  Scales scales;
  const BookShadow& before;
  const OrderBook& after;
  std::span<const Level> bids;  ///< as applied, in the message's order: the last word on a price counts
  std::span<const Level> asks;

  [[nodiscard]] std::span<const Level> message(Side side) const noexcept { return side == Side::bid ? bids : asks; }
  /// The message's last word on a price is that it is gone. O(levels of the message).
  [[nodiscard]] bool removed(Side side, std::int64_t price) const noexcept;
};

/// The net effect of a message at one price it names.
struct LevelChange {
  Side side;
  std::int64_t price;
  std::int64_t before;  ///< units; 0: there was no such level in what was held
  std::int64_t after;   ///< units; 0: there is none now
  bool unseen_before;   ///< `before` is 0 and may be wrong: the side was cut, and the price worse than its worst level
  bool cut_off;         ///< `after` is 0 although the message names a size: it lies beyond the depth
};

/// Calls `visit(LevelChange)` once for each price that the message names and whose size differs, bids best first, then asks best first.
/// `scratch` is working memory, so that nothing is allocated after warm-up. O(m log m + m log n).
template <class Visit>
void each_change(const BookChange& change, std::vector<LevelChange>& scratch, Visit visit);

/// The list behind each_change().
void collect_changes(const BookChange& change, std::vector<LevelChange>& out);

template <class Visit>
void each_change(const BookChange& change, std::vector<LevelChange>& scratch, Visit visit) {
  collect_changes(change, scratch);
  for (const auto& one : scratch) visit(one);
}

/// A size in base units or a value in quote units, compared exactly: `{{10, 0}, false}` is 10 base units.
struct SizeThreshold {
  Decimal amount{};
  bool notional = false;  ///< `amount` is in quote currency: price x quantity is compared

  friend bool operator==(const SizeThreshold&, const SizeThreshold&) = default;

  /// amount > 0, and of a scale that is compared exactly.
  [[nodiscard]] bool valid() const noexcept { return amount.mantissa > 0 && amount.scale <= kMaxScale; }
  /// Whether `qty` units at `price` ticks are at least the threshold. Exact; a size or value beyond 128 bits counts as reached.
  /// Precondition: valid().
  [[nodiscard]] bool reached(std::int64_t price, Int128 qty, Scales scales) const noexcept;
};

}  // namespace hadal
