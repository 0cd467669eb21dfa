/// The block of doubles in which a book leaves WebAssembly. Its twin is web/ts/layout.ts: change both, and kLayoutVersion.
///
/// kHeader doubles, then for bids and for asks, each `count` doubles: prices (ticks), sizes (units), cumulative sizes (units), best
/// first. Integers are exact up to 2^53; "none" is NaN.
#pragma once

#include <cstddef>

namespace hadal::web {

inline constexpr int kLayoutVersion = 1;

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

}  // namespace hadal::web
