#include "hadal_sim/candles.hpp"

#include <algorithm>
#include <utility>

namespace hadal::sim {
namespace {

constexpr std::size_t kPrints = 50;
constexpr std::size_t kCandles = 25;  // 24 hours and the one in progress
constexpr std::int64_t kMinute = 60'000'000;
constexpr std::size_t kHourSeries = 4;  // in kIntervals
static_assert(kIntervals[kHourSeries] == 60);

Candle new_candle(std::int64_t begin, std::int64_t price) { return {begin, price, price, price, price, 0, 0, 0}; }

}  // namespace

Tape::Tape(Random random, std::int64_t price, std::int64_t typical, std::int64_t now)
    : random_{random}, first_price_{price}, typical_{typical}, began_{now}, last_{price}, trade_id_{1'000'000 + random_.upto(99'000'000)} {
  for (std::size_t i = 0; i < series_.size(); ++i) series_[i].interval = kIntervals[i];
  make_history(series_[kHourSeries]);
}

/// Candles before the exchange began, made backwards from its first price.
void Tape::make_history(Series& series) {
  series.has_history = true;
  const auto length = series.interval * kMinute;
  auto begin = began_ - began_ % length;
  auto close = first_price_;
  std::deque<Candle> past;
  for (std::size_t i = 1; i < kCandles; ++i) {
    begin -= length;
    // A move of up to 0.3 percent an hour, more over longer times but not in proportion.
    const auto reach = std::max<std::int64_t>(2, close * std::min<std::int64_t>(40, 3 + series.interval / 60) / 1'000);
    const auto step = [&] { return random_.upto(reach); };
    auto candle = new_candle(begin, close);
    candle.open = std::max<std::int64_t>(1, close + step() - reach / 2);
    candle.high = std::max(candle.open, close) + step() / 4;
    candle.low = std::max<std::int64_t>(1, std::min(candle.open, close) - step() / 4);
    candle.trades = 1 + series.interval * (1 + random_.upto(60));
    candle.volume = Wide{candle.trades} * typical_;
    candle.turnover = candle.volume * ((candle.high + candle.low + 2 * candle.close) / 4);
    close = candle.open;
    past.push_front(candle);
  }
  series.candles.insert(series.candles.begin(), past.begin(), past.end());
  while (series.candles.size() > kCandles) series.candles.pop_front();
}

void Tape::add(const Trade& trade, bool market, std::int64_t now) {
  last_ = trade.price;
  prints_.push_back({trade, market, ++trade_id_, now});
  if (prints_.size() > kPrints) prints_.pop_front();
  for (auto& series : series_) {
    const auto begin = now - now % (series.interval * kMinute);
    if (series.candles.empty() || series.candles.back().begin != begin) {
      series.candles.push_back(new_candle(begin, trade.price));
      if (series.candles.size() > kCandles) series.candles.pop_front();
    }
    auto& candle = series.candles.back();
    candle.high = std::max(candle.high, trade.price);
    candle.low = std::min(candle.low, trade.price);
    candle.close = trade.price;
    ++candle.trades;
    candle.volume += trade.qty;
    candle.turnover += Wide{trade.price} * trade.qty;
  }
}

const std::deque<Candle>& Tape::candles(std::int64_t interval) {
  auto& series = *std::find_if(series_.begin(), series_.end(), [interval](const Series& one) { return one.interval == interval; });
  if (!series.has_history) make_history(series);
  return series.candles;
}

Candle Tape::day(std::int64_t now) const {
  auto day = new_candle(now, last_);
  bool first = true;
  for (const auto& candle : series_[kHourSeries].candles) {
    if (candle.begin <= now - 24 * 60 * kMinute) continue;
    if (std::exchange(first, false)) {
      day.open = candle.open;
      day.high = candle.high;
      day.low = candle.low;
    }
    day.high = std::max(day.high, candle.high);
    day.low = std::min(day.low, candle.low);
    day.trades += candle.trades;
    day.volume += candle.volume;
    day.turnover += candle.turnover;
  }
  return day;
}

void Tape::scale_prices(std::int64_t factor) {
  first_price_ *= factor;
  last_ *= factor;
  for (auto& print : prints_) print.trade.price *= factor;
  for (auto& series : series_)
    for (auto& candle : series.candles) {
      for (auto* price : {&candle.open, &candle.high, &candle.low, &candle.close}) *price *= factor;
      candle.turnover *= factor;
    }
}

}  // namespace hadal::sim
