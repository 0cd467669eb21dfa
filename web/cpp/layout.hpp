/// The block of doubles in which a book leaves WebAssembly. Its twin is web/ts/layout.ts: change both, and kLayoutVersion.
///
/// kHeader doubles, then for bids and for asks, each `count` doubles: prices (ticks), sizes (units), cumulative sizes (units), best
/// first. Integers are exact up to 2^53; "none" is NaN.
#pragma once

#include <cstddef>

namespace hadal::web {

inline constexpr int kLayoutVersion = 5;

enum Slot : std::size_t {
  kVersion,
  kRevision,
  kState,   ///< BookState
  kReason,  ///< Cause; 0 none
  kVerified,
  kDepth,
  kPriceScale,
  kQtyScale,
  kMatched,
  kMismatched,
  kSkipped,
  kSnapshots,
  kUpdates,
  kExchangeTime,   ///< ms since 1970
  kMid2,           ///< half ticks (F-3)
  kViewHalfWidth,  ///< ticks (F-56)
  kBidCount,
  kAskCount,
  kHeader,  ///< number of slots before the columns
};

/// The block of a watch: kViewHeader doubles, then columns, each list as long as the header says: for bids, then asks, the ladder's rows (prices
/// in ticks, sizes, cumulative sizes, cumulative cost, share %, cumulative %, bar 0 ... 1, distance in half ticks, distance in bps, levels); the groups
/// that a ladder may be asked for (F-47), in ticks; bids, asks, bid costs, ask costs of the depth columns; for bids, then asks, the book's prices,
/// sizes and cumulative sizes; times (ms since 1970), prices (ticks), sizes (units), sides (1 a purchase) and ids of the tape, newest first; coverage
/// (0 ... 1), best bid and best ask (ticks) of the heatmap's columns, oldest first; column (from 0), price, size and side of its trades. Sizes in
/// units, costs in 10^-(price + qty decimals) of the quote currency. "None" is NaN. What is not watched is 0 long.
enum ViewSlot : std::size_t {
  kViewVersion,
  kViewRevision,
  kViewState,
  kViewReason,
  kViewVerified,
  kViewDepth,
  kViewPriceScale,
  kViewQtyScale,
  kViewExchangeTime,  ///< ms since 1970
  kViewReceivedAt,    ///< ms of the driver
  kViewVerifiedAt,    ///< ms of the driver
  kViewBestBid,       ///< ticks
  kViewBestBidQty,
  kViewBestAsk,
  kViewBestAskQty,
  kViewMid2,
  kViewSpreadBps,
  kViewSpreadPercent,
  kViewMicroprice,
  kViewBidTotal,
  kViewBidValue,
  kViewAskTotal,
  kViewAskValue,
  kViewHealth,   ///< Health
  kViewSilence,  ///< ms since the last market message
  kViewError,    ///< 1 ladder, 2 columns, 4 fill could not be had
  kViewGroup,    ///< ticks a row of the ladder
  kViewBidRows,
  kViewAskRows,
  kViewFirst,  ///< ticks that the columns cover
  kViewLast,
  kViewColumns,
  kViewImbalance,
  kViewBidShare,
  kViewImbalanceBid,
  kViewImbalanceAsk,
  kViewBidVwap,  ///< ticks
  kViewAskVwap,
  kViewPressure,
  kViewSignal,  ///< PressureSignal
  kViewConfidence,
  kViewBands,  ///< three times: bid size, ask size, bid value, ask value, imbalance, bid cut, ask cut
  kViewFilled = kViewBands + 21,
  kViewCost,
  kViewVwap,   ///< ticks
  kViewWorst,  ///< ticks
  kViewLevels,
  kViewComplete,
  kViewCut,
  kViewUnspent,
  kViewSlippage,  ///< bps
  kViewWorstBps,
  kViewCursorDistance,  ///< half ticks
  kViewCursorPercent,
  kViewCursorTotal,
  kViewCursorCost,
  kViewCursorAverage,   ///< ticks
  kViewCursorSlippage,  ///< bps
  kViewMirrorPrice2,    ///< half ticks
  kViewMirrorTotal,
  kViewTape,
  kViewHeatColumns,
  kViewHeatBuckets,
  kViewHeatFirst,  ///< lowest bucket
  kViewHeatIndex,  ///< of the oldest column
  kViewHeatGroup,  ///< ticks a bucket
  kViewHeatLo,
  kViewHeatHi,
  kViewHeatColumnMs,  ///< length of a column
  kViewHeatMarks,     ///< trades on the map
  kViewMatched,
  kViewMismatched,
  kViewSkipped,
  kViewSnapshots,
  kViewUpdates,
  kViewNow,             ///< ms of the driver: when the last thing happened
  kViewSince,           ///< ms of the driver: when the book became what it is
  kViewFirstHalfWidth,  ///< of the first view, ticks (F-56)
  kViewGroups,          ///< groups that a ladder may be asked for
  kViewBookBids,
  kViewBookAsks,
  kViewInexact,  ///< 1: a price or size of the book is beyond 2^53
  kViewHeader,
};
/// Columns of a side of the ladder.
inline constexpr std::size_t kLadderColumns = 10;

}  // namespace hadal::web
