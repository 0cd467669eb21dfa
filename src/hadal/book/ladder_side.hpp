/// One side of a book: a contiguous sorted array, best level at the back.
///
/// Most updates touch the best few levels, so inserting and erasing there moves almost nothing. Ranks count from the best level, 0
/// first, whatever the storage order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hadal/book/level.hpp"

namespace hadal {

class LadderSide {
 public:
  using const_iterator = std::vector<Level>::const_reverse_iterator;

  LadderSide(Side side, std::size_t depth);

  [[nodiscard]] Side side() const noexcept { return side_; }
  [[nodiscard]] std::size_t size() const noexcept { return levels_.size(); }
  [[nodiscard]] bool empty() const noexcept { return levels_.empty(); }
  /// Level at `rank`, 0 the best. Precondition: rank < size().
  [[nodiscard]] const Level& operator[](std::size_t rank) const noexcept { return levels_[levels_.size() - 1 - rank]; }
  /// Best first. Valid until the next edit.
  [[nodiscard]] const_iterator begin() const noexcept { return levels_.crbegin(); }
  [[nodiscard]] const_iterator end() const noexcept { return levels_.crend(); }

  /// True if `a` stands before `b` on this side.
  [[nodiscard]] bool better(std::int64_t a, std::int64_t b) const noexcept { return hadal::better(side_, a, b); }

  /// Where a price stands, or would stand. O(1) near the best level, O(log n) beyond.
  struct Place {
    std::size_t rank;
    bool exists;
  };
  [[nodiscard]] Place find(std::int64_t price) const noexcept;

  /// Edits by rank as found. They allocate only when one message grows the side past its depth by more than kSlack levels.
  void set(std::size_t rank, std::int64_t qty) noexcept { levels_[levels_.size() - 1 - rank].qty = qty; }
  void insert(std::size_t rank, Level level);
  void erase(std::size_t rank) noexcept;
  /// Drops the worst levels until `depth` are left, and gives back memory that an outsized message took.
  void cut(std::size_t depth);
  void clear() noexcept { levels_.clear(); }
  /// Replaces all levels by `levels`, best first and strictly sorted (the caller has checked).
  void assign(std::span<const Level> levels) { levels_.assign(levels.rbegin(), levels.rend()); }
  /// Storage for `depth` levels and kSlack more.
  void reserve(std::size_t depth);
  /// Multiplies all prices and quantities: a widened scale. The caller has checked that nothing overflows.
  void multiply(std::int64_t price_factor, std::int64_t qty_factor) noexcept;

  /// Bytes of level storage held.
  [[nodiscard]] std::size_t capacity_bytes() const noexcept { return levels_.capacity() * sizeof(Level); }

  /// Levels beyond the depth that one message may add before it is cut (C-4) without growing the storage.
  static constexpr std::size_t kSlack = 64;

 private:
  std::vector<Level> levels_;  ///< worst first
  std::size_t reserved_ = 0;
  Side side_;
};

}  // namespace hadal
