#include "hadal/analytics/change.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace hadal {
namespace {

void copy(const LadderSide& side, std::size_t depth, std::vector<Level>& out) {
  out.reserve(std::max(depth, side.size()));
  out.assign(side.begin(), side.end());
}

Int128 power_of_ten(int digits) noexcept {
  Int128 power = 1;
  for (; digits > 0; --digits) power *= 10;
  return power;
}

}  // namespace

void BookShadow::take(const OrderBook& book) { take(book, true, true); }

void BookShadow::take(const OrderBook& book, bool bids, bool asks) {
  // A lowered depth cuts both sides at the next message, whichever it names.
  if (bids || bids_.size() != book.bids().size()) copy(book.bids(), book.depth(), bids_);
  if (asks || asks_.size() != book.asks().size()) copy(book.asks(), book.depth(), asks_);
  bids_cut_ = bids_.size() >= book.depth();
  asks_cut_ = asks_.size() >= book.depth();
}

void BookShadow::clear() noexcept {
  bids_.clear();
  asks_.clear();
  bids_cut_ = false;
  asks_cut_ = false;
}

std::int64_t BookShadow::qty_at(Side which, std::int64_t price) const noexcept {
  const auto levels = side(which);
  const auto at = std::lower_bound(levels.begin(), levels.end(), price,
                                   [which](const Level& level, std::int64_t wanted) { return better(which, level.price, wanted); });
  return at != levels.end() && at->price == price ? at->qty : 0;
}

bool BookChange::removed(Side side, std::int64_t price) const noexcept {
  const auto levels = message(side);
  for (auto i = levels.size(); i > 0; --i)
    if (levels[i - 1].price == price) return levels[i - 1].qty == 0;
  return false;
}

void collect_changes(const BookChange& change, std::vector<LevelChange>& out) {
  constexpr std::size_t kKept = 4'096;  // what an outsized message took beyond this is given back
  out.clear();
  if (out.capacity() > kKept && change.bids.size() + change.asks.size() <= kKept) out.shrink_to_fit();
  for (const auto side : {Side::bid, Side::ask}) {
    const auto levels = change.message(side);
    const auto begin = out.size();
    // Until the last word on each price is known, `before` is the place in the message and `after` the size it names.
    for (std::size_t i = 0; i < levels.size(); ++i)
      out.push_back({side, levels[i].price, static_cast<std::int64_t>(i), levels[i].qty, false, false});
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), [side](const LevelChange& a, const LevelChange& b) {
      return a.price != b.price ? better(side, a.price, b.price) : a.before < b.before;
    });
    const auto held = change.before.side(side);
    auto end = begin;
    for (auto i = begin; i < out.size(); ++i) {
      if (i + 1 < out.size() && out[i + 1].price == out[i].price) continue;
      auto one = out[i];
      const bool names_size = one.after != 0;
      one.before = change.before.qty_at(side, one.price);
      one.after = change.after.qty_at(side, one.price);
      if (one.before == one.after) continue;
      one.unseen_before = one.before == 0 && change.before.cut(side) && better(side, held.back().price, one.price);
      one.cut_off = one.after == 0 && names_size;
      out[end++] = one;
    }
    out.resize(end);
  }
}

bool SizeThreshold::reached(std::int64_t price, Int128 qty, Scales scales) const noexcept {
  if (qty <= 0) return false;
  const auto value = notional ? checked_multiply(qty, price) : std::optional{qty};
  if (!value) return true;
  // amount / 10^amount.scale <= value / 10^digits, with the power on the side that keeps it whole.
  const int digits = (notional ? int{scales.price} : 0) + int{scales.qty} - int{amount.scale};
  if (digits >= 0) {
    const auto least = checked_multiply(amount.mantissa, power_of_ten(digits));
    return least && *value >= *least;
  }
  const auto widened = checked_multiply(*value, power_of_ten(-digits));
  return !widened || *widened >= amount.mantissa;
}

}  // namespace hadal
