/// The trade tape: the last public trades of a symbol (catalogue H-6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "hadal/base/decimal.hpp"
#include "hadal/base/time.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

struct TapeTrade {
  TakerSide side = TakerSide::buy;
  bool market = false;    ///< the taker's order was a market order, else a limit order
  bool replayed = false;  ///< from a snapshot: older than the subscription
  Decimal price;
  Decimal qty;
  std::optional<std::int64_t> id;
  std::optional<UnixNanos> time;  ///< of the exchange
  Millis received;
};

/// A ring of the last kMost trades. After a re-subscribe the exchange sends trades again: those are dropped by their ids, and counted.
/// An id below all ids of a full ring counts as seen.
class Tape {
 public:
  /// Whether the trade is new. One without an id always is. O(1) if the id is above all before it, else O(kMost).
  bool add(Millis now, FrameKind kind, const Trade& trade);
  /// Forgets the trades and their ids; the counts stay.
  void clear();

  /// Newest last.
  [[nodiscard]] const std::deque<TapeTrade>& trades() const noexcept { return trades_; }
  /// Calls `visit(trade)` for the newest `count` trades of at least `min_qty` base units, newest first.
  template <class Visit>
  void newest(std::size_t count, Decimal min_qty, Visit visit) const {
    for (auto at = trades_.rbegin(); at != trades_.rend() && count > 0; ++at)
      if (compare(at->qty, min_qty) >= 0) {
        visit(*at);
        --count;
      }
  }
  [[nodiscard]] std::uint64_t duplicates() const noexcept { return duplicates_; }
  /// Trades added over the life of the tape.
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  static constexpr std::size_t kMost = 1'000;

 private:
  [[nodiscard]] bool known(std::int64_t id) const;

  std::deque<TapeTrade> trades_;
  std::optional<std::int64_t> highest_;  ///< id since the last clear()
  std::uint64_t duplicates_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace hadal
