/// One symbol's two sides as the exchange sees them, and their checksum. Knows no symbol, no time and no state: see verified_book.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "hadal/base/errc.hpp"
#include "hadal/base/int128.hpp"
#include "hadal/book/checksum.hpp"
#include "hadal/book/ladder_side.hpp"
#include "hadal/book/level.hpp"

namespace hadal {

/// Sum over a side as held (formula F-9). `cut`: the side holds the whole depth, so that more may exist.
struct SideTotal {
  Int128 qty = 0;       ///< units
  std::optional<Int128> notional = 0;  ///< 10^-(price + qty decimals) of the quote currency; none beyond 127 bits
  bool cut = false;
};

/// Single owner, not thread-safe. Allocates at construction; afterwards only when a single message adds more than LadderSide::kSlack
/// levels to a side. At depth 1000 both sides take 34 KB.
class OrderBook {
 public:
  /// @param depth levels kept a side; any number from 1 up, the exchange offers `kDepths`.
  explicit OrderBook(std::size_t depth);

  /// Errc::level_order if apply_snapshot() would refuse. O(n).
  [[nodiscard]] Errc check_snapshot(std::span<const Level> bids, std::span<const Level> asks) const noexcept;
  /// Replaces both sides. Errc::level_order if a side is not strictly sorted best first, or holds a price or quantity below 1; the
  /// book is unchanged then. Levels beyond the depth are dropped. O(n).
  [[nodiscard]] Errc apply_snapshot(std::span<const Level> bids, std::span<const Level> asks);

  /// Applies one whole message, bids then asks, in array order: quantity 0 removes the price, any other sets it. Then cuts both sides
  /// to the depth, once (protocol/book-checksum.md section 1). Precondition: prices > 0, quantities >= 0. O(levels) near the top;
  /// O((n + m) log m) for m levels beyond kStepwise on a side of n.
  void apply_update(std::span<const Level> bids, std::span<const Level> asks);

  /// Kraken's CRC-32 (formula F-1). O(1) if no level of the ten best changed since the last call.
  [[nodiscard]] std::uint32_t checksum() const noexcept { return cache_.value(bids_, asks_); }

  [[nodiscard]] const LadderSide& side(Side side) const noexcept { return side == Side::bid ? bids_ : asks_; }
  [[nodiscard]] const LadderSide& bids() const noexcept { return bids_; }
  [[nodiscard]] const LadderSide& asks() const noexcept { return asks_; }
  [[nodiscard]] std::optional<Level> best(Side side) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return bids_.empty() && asks_.empty(); }

  /// Best bid at or above best ask. An empty side never crosses.
  [[nodiscard]] bool crossed() const noexcept;

  /// Best bid + best ask, in half ticks (formula F-3); none if a side is empty.
  [[nodiscard]] std::optional<Int128> mid2() const noexcept;
  /// Best ask - best bid, in ticks (formula F-2); none if a side is empty.
  [[nodiscard]] std::optional<Int128> spread() const noexcept;
  /// Quantity resting at a price, in units; 0 if there is no such level. O(log n).
  [[nodiscard]] std::int64_t qty_at(Side side, std::int64_t price) const noexcept;
  /// O(n).
  [[nodiscard]] SideTotal total(Side side) const noexcept;

  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
  /// Keeps the levels; a smaller depth cuts with the next message.
  void set_depth(std::size_t depth);

  void clear() noexcept;

  /// Multiplies prices by 10^price_digits and quantities by 10^qty_digits (catalogue B-3). False, and no change, if a level would
  /// not fit 63 bits.
  [[nodiscard]] bool widen(int price_digits, int qty_digits) noexcept;

  /// Longer messages are sorted and merged, which allocates: level by level they would cost the square of their length.
  static constexpr std::size_t kStepwise = 128;

  [[nodiscard]] std::size_t memory_bytes() const noexcept { return sizeof *this + bids_.capacity_bytes() + asks_.capacity_bytes(); }

 private:
  void apply_side(LadderSide& side, std::span<const Level> levels);
  void merge_side(LadderSide& side, std::span<const Level> levels);

  std::size_t depth_;
  LadderSide bids_;
  LadderSide asks_;
  mutable ChecksumCache cache_;  ///< a cache of what the two sides say
};

}  // namespace hadal
