#include "hadal/book/ladder_side.hpp"

#include <algorithm>

namespace hadal {

LadderSide::LadderSide(Side side, std::size_t depth) : side_{side} { reserve(depth); }

void LadderSide::reserve(std::size_t depth) {
  reserved_ = depth + kSlack;
  levels_.reserve(reserved_);
}

LadderSide::Place LadderSide::find(std::int64_t price) const noexcept {
  constexpr std::size_t kLinear = 12;  // most updates touch these ranks; a plain walk beats a binary search there
  const auto count = levels_.size();
  const auto near = std::min(count, kLinear);
  for (std::size_t rank = 0; rank < near; ++rank) {
    const auto here = (*this)[rank].price;
    if (here == price) return {rank, true};
    if (better(price, here)) return {rank, false};
  }
  // Worst first in storage: the first level that is better than, or equal to, the price.
  const auto last = levels_.begin() + static_cast<std::ptrdiff_t>(count - near);
  const auto at = std::lower_bound(levels_.begin(), last, price,
                                   [this](const Level& level, std::int64_t wanted) { return better(wanted, level.price); });
  const auto index = static_cast<std::size_t>(at - levels_.begin());
  if (at != last && at->price == price) return {count - 1 - index, true};
  return {count - index, false};
}

void LadderSide::insert(std::size_t rank, Level level) { levels_.insert(levels_.end() - static_cast<std::ptrdiff_t>(rank), level); }

void LadderSide::erase(std::size_t rank) noexcept { levels_.erase(levels_.end() - 1 - static_cast<std::ptrdiff_t>(rank)); }

void LadderSide::cut(std::size_t depth) {
  if (levels_.size() > depth) levels_.erase(levels_.begin(), levels_.end() - static_cast<std::ptrdiff_t>(depth));
  if (levels_.capacity() > reserved_ && levels_.size() <= reserved_) {
    std::vector<Level> smaller;
    smaller.reserve(reserved_);
    smaller.assign(levels_.begin(), levels_.end());
    levels_.swap(smaller);
  }
}

void LadderSide::multiply(std::int64_t price_factor, std::int64_t qty_factor) noexcept {
  for (auto& level : levels_) {
    level.price *= price_factor;
    level.qty *= qty_factor;
  }
}

}  // namespace hadal
