/// What has been traded: candles of every interval, the last trades, and the 24 hours of a ticker.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "hadal_sim/market.hpp"
#include "hadal_sim/random.hpp"
#include "hadal_sim/request.hpp"

namespace hadal::sim {

__extension__ typedef __int128 Wide;

/// Prices in ticks, quantities in units of the pair.
struct Candle {
  std::int64_t begin;  ///< microseconds since 1970, a multiple of the interval
  std::int64_t open;
  std::int64_t high;
  std::int64_t low;
  std::int64_t close;
  std::int64_t trades;
  Wide volume;
  Wide turnover;  ///< sum of price x quantity

  [[nodiscard]] std::int64_t vwap() const noexcept { return volume == 0 ? close : static_cast<std::int64_t>(turnover / volume); }
};

/// A trade as the exchange tells it.
struct Print {
  Trade trade;
  bool market;  ///< order type of the taker
  std::int64_t id;
  std::int64_t at;  ///< microseconds since 1970
};

class Tape {
 public:
  /// The time before the exchange began is made up from `random`: day candles end at `price`.
  /// @param typical a usual quantity of an order, in units
  Tape(Random random, std::int64_t price, std::int64_t typical, std::int64_t now);

  void add(const Trade& trade, bool market, std::int64_t now);

  /// The last 50 trades, oldest first.
  [[nodiscard]] const std::deque<Print>& prints() const noexcept { return prints_; }
  /// The last candles of an interval, oldest first; the last one may be over. Those before the exchange began are made up, each interval
  /// by itself.
  [[nodiscard]] const std::deque<Candle>& candles(std::int64_t interval);
  /// The 24 hours up to `now`, whole hours before this one.
  [[nodiscard]] Candle day(std::int64_t now) const;
  [[nodiscard]] std::int64_t last() const noexcept { return last_; }

  /// Prices get one decimal more.
  void scale_prices(std::int64_t factor);

 private:
  struct Series {
    std::int64_t interval = 0;  ///< minutes
    std::deque<Candle> candles;
    bool has_history = false;
  };

  void make_history(Series& series);

  Random random_;
  std::int64_t first_price_;
  std::int64_t typical_;
  std::int64_t began_;
  std::int64_t last_;
  std::int64_t trade_id_;
  std::deque<Print> prints_;
  std::array<Series, 9> series_;  ///< as kIntervals
};

}  // namespace hadal::sim
