/// Trades by price level, to lay over a ladder (formula F-15).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "hadal/base/errc.hpp"
#include "hadal/base/int128.hpp"
#include "hadal/base/time.hpp"
#include "hadal/book/level.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

struct TradeOverlayConfig {
  std::int64_t window_ms = 60'000;      ///< trades older than this are forgotten, > 0
  std::optional<std::int64_t> group{};  ///< ticks, >= 1; none: exact prices

  friend bool operator==(const TradeOverlayConfig&, const TradeOverlayConfig&) = default;
};
[[nodiscard]] Errc check(const TradeOverlayConfig& config) noexcept;

/// Statistics of the trades at one price or in one bucket.
struct PriceTrades {
  Int128 price = 0;  ///< ticks, of the bucket
  std::size_t count = 0;
  Int128 qty = 0;                 ///< units
  Int128 buys = 0;                ///< units that takers bought
  Int128 sells = 0;               ///< units that takers sold
  double average = 0;             ///< units a trade; 0 without trades
  std::optional<Millis> first{};  ///< received
  std::optional<Millis> last{};
  std::optional<std::int64_t> last_age_ms{};  ///< never negative
};

/// Trades are bucketed as F-4 buckets the levels they hit: a taker's sale hit a bid and rounds down, a purchase hit an ask and rounds up.
/// A clock that goes back counts as one that stands still.
class TradeOverlay {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit TradeOverlay(TradeOverlayConfig config) : config_{config} {}

  /// Precondition: price > 0, qty >= 0. O(trades kept).
  void add(Millis now, TakerSide side, std::int64_t price, std::int64_t qty);
  void clear() { buckets_.clear(); }

  /// Of the bucket that a trade of `side` at `price` would fall into. Expired trades do not count.
  [[nodiscard]] PriceTrades at(Millis now, TakerSide side, std::int64_t price) const;
  /// All buckets with trades, ascending by price. Allocates nothing once `out` has grown.
  void all(Millis now, std::vector<PriceTrades>& out) const;
  [[nodiscard]] std::size_t levels(Millis now) const;

  static constexpr std::size_t kTrades = 50;    ///< a bucket; the oldest leaves
  static constexpr std::size_t kBuckets = 100;  ///< the one with the oldest last trade leaves

 private:
  struct One {
    Millis received;
    TakerSide side;
    std::int64_t qty;
  };
  struct Bucket {
    Int128 price;
    std::vector<One> trades;  ///< oldest first
  };
  [[nodiscard]] Int128 bucket_price(TakerSide side, std::int64_t price) const noexcept;
  [[nodiscard]] PriceTrades summarize(Millis now, const Bucket& bucket) const noexcept;
  [[nodiscard]] bool expired(Millis now, const One& one) const noexcept { return now.count - one.received.count > config_.window_ms; }
  void expire(Millis now);

  TradeOverlayConfig config_;
  std::vector<Bucket> buckets_;  ///< ascending by price, none of them empty
  Millis last_{std::numeric_limits<std::int64_t>::min()};
};

}  // namespace hadal
