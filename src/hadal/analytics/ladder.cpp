#include "hadal/analytics/ladder.hpp"

#include <algorithm>

#include "hadal/detail/to_double.hpp"

namespace hadal {
namespace {

using detail::to_double;

bool valid_group(std::int64_t group, std::int64_t increment) noexcept { return group >= 1 && increment >= 1 && group % increment == 0; }

/// Calls `visit(bucket)` for each bucket, best first, until it says false.
template <class Visit>
void each_bucket(const OrderBook& book, Side which, std::int64_t group, Visit visit) {
  const auto& side = book.side(which);
  const auto bucket_of = [&](std::int64_t price) {
    if (group == 1) return Int128{price};
    const auto below = price / group;
    return Int128{which == Side::ask && price % group != 0 ? below + 1 : below} * group;
  };
  for (std::size_t rank = 0; rank < side.size();) {
    PriceBucket bucket;
    bucket.price = bucket_of(side[rank].price);
    CheckedSum notional;
    do {
      bucket.qty += side[rank].qty;
      notional.add_product(side[rank].price, side[rank].qty);
      ++bucket.levels;
      ++rank;
    } while (rank < side.size() && group > 1 && bucket_of(side[rank].price) == bucket.price);
    bucket.partial = rank == side.size() && side.size() >= book.depth() && group > 1;
    bucket.notional = notional.value();
    if (!visit(bucket)) return;
  }
}

/// The rows of a side, all but what needs the other side. Returns their total.
Int128 fill_rows(const OrderBook& book, Side side, const LadderRequest& request, std::vector<LadderRow>& rows) {
  rows.clear();
  Int128 total = 0;
  CheckedSum cost;
  const auto mid2 = book.mid2();
  each_bucket(book, side, request.group, [&](const PriceBucket& bucket) {
    if (request.levels != 0 && rows.size() == request.levels) return false;
    total += bucket.qty;
    cost.add(bucket.notional);
    LadderRow row;
    row.bucket = bucket;
    row.cumulative = total;
    row.cost = cost.value();
    if (mid2) {
      row.distance = side == Side::bid ? *mid2 - 2 * bucket.price : 2 * bucket.price - *mid2;
      row.distance_bps = to_double(10'000 * *row.distance) / to_double(*mid2);
    }
    rows.push_back(row);
    return true;
  });
  return total;
}

void fill_ratios(std::vector<LadderRow>& rows, Int128 total, Int128 larger) {
  for (auto& row : rows) {
    row.share = to_double(100 * row.bucket.qty) / to_double(total);
    row.cumulative_percent = to_double(100 * row.cumulative) / to_double(total);
    row.cum_vs_max = to_double(row.cumulative) / to_double(larger);
  }
}

}  // namespace

Errc aggregate(const OrderBook& book, Side side, std::int64_t group, std::size_t most, std::vector<PriceBucket>& out,
               std::int64_t increment) {
  if (!valid_group(group, increment)) return Errc::config_invalid;
  out.clear();
  each_bucket(book, side, group, [&](const PriceBucket& bucket) {
    if (most != 0 && out.size() == most) return false;
    out.push_back(bucket);
    return true;
  });
  return Errc::ok;
}

Errc ladder(const OrderBook& book, const LadderRequest& request, Ladder& out) {
  if (!valid_group(request.group, request.increment)) return Errc::config_invalid;
  const auto bids = fill_rows(book, Side::bid, request, out.bids);
  const auto asks = fill_rows(book, Side::ask, request, out.asks);
  const auto larger = std::max(bids, asks);
  fill_ratios(out.bids, bids, larger);
  fill_ratios(out.asks, asks, larger);
  return Errc::ok;
}

}  // namespace hadal
