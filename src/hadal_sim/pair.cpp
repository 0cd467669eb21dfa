#include "hadal_sim/pair.hpp"

#include <algorithm>
#include <utility>

#include "hadal_sim/text.hpp"

namespace hadal::sim {
namespace {

constexpr std::size_t kTop = 10;
constexpr int kMostDecimals = 10;
constexpr std::int64_t kMinute = 60'000'000;
constexpr std::int64_t kWarmUp = 20'000'000;  // of trading before the exchange opens

bool worse(Side side, std::int64_t price, std::int64_t than) { return side == Side::buy ? price < than : price > than; }

AgentsConfig agents_config(const Instrument& instrument, const Scenario& scenario, std::size_t levels) {
  return {instrument.mid, instrument.typical, levels, scenario.sweeps, scenario.sweep_levels};
}

/// Digits of a number that may be beyond 64 bits, with a point.
void append_wide(std::string& out, Wide value, int decimals) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  const auto least = static_cast<std::size_t>(decimals) + 1;
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - static_cast<std::size_t>(decimals), 1, '.');
  out += digits;
}

}  // namespace

Pair::Pair(Instrument instrument, Random seeds, const Scenario& scenario, std::size_t levels, std::int64_t now)
    : instrument_{std::move(instrument)},
      agents_{market_, Random{seeds.next()}, agents_config(instrument_, scenario, levels)},
      tape_{Random{seeds.next()}, instrument_.mid, instrument_.typical, now - kWarmUp} {
  // So that the first subscriber meets a market that has been traded in.
  for (auto at = now - kWarmUp + draw_pause(agents_.random()); at < now; at += draw_pause(agents_.random())) {
    for (auto events = draw_burst(agents_.random()); events > 0; --events) act(at);
    forget();
  }
}

void Pair::act(std::int64_t now) {
  for (bool more = true; more;) {
    more = agents_.act();
    for (auto& view : views) {
      if (view.users == 0) continue;
      update_view(Side::buy, view, view.update.bids, view.update.plain_bids);
      update_view(Side::sell, view, view.update.asks, view.update.plain_asks);
    }
    if (!market_.trades().empty()) {
      const bool by_limit = agents_.random().upto(9) < 3;  // of those who trade, some do it by a crossing limit order
      for (const auto& trade : market_.trades()) {
        tape_.add(trade, !by_limit, now);
        fresh_.push_back(tape_.prints().back());
      }
    }
    market_.clear_events();
  }
  const auto& bids = market_.levels(Side::buy);
  const auto& asks = market_.levels(Side::sell);
  const std::int64_t best[4] = {bids.empty() ? 0 : bids.back().price, bids.empty() ? 0 : bids.back().qty,
                                asks.empty() ? 0 : asks.back().price, asks.empty() ? 0 : asks.back().qty};
  best_changed_ = best_changed_ || !std::equal(std::begin(best), std::end(best), std::begin(best_));
  std::copy(std::begin(best), std::end(best), std::begin(best_));
}

void Pair::forget() {
  for (auto& view : views) view.update = {};
  fresh_.clear();
  best_changed_ = false;
}

bool Pair::refine() {
  if (instrument_.price_decimals == kMostDecimals) return false;
  ++instrument_.price_decimals;
  instrument_.mid *= 10;
  market_.scale_prices(10);
  agents_.scale_prices(10);
  tape_.scale_prices(10);
  best_[0] *= 10;
  best_[2] *= 10;
  for (auto& view : views)
    for (auto& price : view.worst)
      if (price) *price *= 10;
  return true;
}

// --- the book ---

void Pair::append_level(std::string& out, std::int64_t price, std::int64_t qty) const {
  if (!out.empty() && out.back() == '}') out += ',';
  out += "{\"price\":";
  append_fixed(out, price, instrument_.price_decimals);
  out += ",\"qty\":";
  append_fixed(out, qty, instrument_.qty_decimals);
  out += '}';
}

void Pair::append_side(std::string& out, Side side, std::size_t depth) const {
  std::string entries;
  for (std::size_t rank = 0; rank < std::min(depth, market_.levels(side).size()); ++rank)
    append_level(entries, market_.at(side, rank).price, market_.at(side, rank).qty);
  out += entries;
}

std::string Pair::top() const {
  std::string text;
  for (const auto side : {Side::sell, Side::buy})
    for (std::size_t rank = 0; rank < std::min(kTop, market_.levels(side).size()); ++rank) {
      text += std::to_string(market_.at(side, rank).price);
      text += std::to_string(market_.at(side, rank).qty);
    }
  return text;
}

std::uint64_t Pair::digest(std::size_t depth) const {
  std::uint64_t out = 0;
  for (const auto side : {Side::sell, Side::buy}) {
    for (std::size_t rank = 0; rank < std::min(depth, market_.levels(side).size()); ++rank)
      for (const auto value : {market_.at(side, rank).price, market_.at(side, rank).qty})
        out = (out ^ static_cast<std::uint64_t>(value)) * 0x9E3779B97F4A7C15u;
    out = out * 31 + 1;
  }
  return out;
}

std::string Pair::with_checksum(std::string frame, std::string_view digits, std::int64_t now) const {
  frame += "],\"checksum\":" + std::to_string(crc32(digits)) + ",\"timestamp\":\"";
  append_time(frame, now);
  return frame + "\"}]}";
}

void Pair::move_view(Side side, View& view) const {
  auto& worst = view.worst[static_cast<std::size_t>(side)];
  worst.reset();
  if (market_.levels(side).size() >= view.depth) worst = market_.at(side, view.depth - 1).price;
}

View& Pair::enter_view(std::size_t depth) {
  auto at = std::find_if(views.begin(), views.end(), [depth](const View& view) { return view.depth == depth; });
  if (at == views.end()) at = views.insert(at, View{depth, {}, 0, {}});
  ++at->users;
  for (const auto side : {Side::buy, Side::sell}) move_view(side, *at);
  return *at;
}

std::string Pair::book_snapshot(const View& view, std::int64_t now) const {
  std::string frame = "{\"channel\":\"book\",\"type\":\"snapshot\",\"data\":[{\"symbol\":\"" + instrument_.symbol + "\",\"bids\":[";
  append_side(frame, Side::buy, view.depth);
  frame += "],\"asks\":[";
  append_side(frame, Side::sell, view.depth);
  return with_checksum(std::move(frame), top(), now);
}

/// The prices that changed in view, in the order of events; after a removal the level that comes into view; nothing for levels that are
/// pushed out.
void Pair::update_view(Side side, View& view, std::string& all, std::string& plain) const {
  const auto& worst = view.worst[static_cast<std::size_t>(side)];
  const auto was_in_view = [&](std::int64_t price) { return !worst || !worse(side, price, *worst); };
  // Levels that nobody touched and that were below the view until now, worst first.
  std::vector<std::size_t> refills;
  const auto& touches = market_.touches();
  const auto is_touched = [&](std::int64_t price) {
    return std::any_of(touches.begin(), touches.end(), [&](const Touch& touch) { return touch.side == side && touch.price == price; });
  };
  if (worst)
    for (auto rank = std::min(view.depth, market_.levels(side).size()); rank > 0 && !was_in_view(market_.at(side, rank - 1).price); --rank)
      if (!is_touched(market_.at(side, rank - 1).price)) refills.push_back(rank - 1);
  const auto refill = [&] {
    append_level(all, market_.at(side, refills.back()).price, market_.at(side, refills.back()).qty);
    refills.pop_back();
  };
  std::vector<std::int64_t> told;
  for (const auto& touch : touches) {
    if (touch.side != side) continue;
    const auto qty = market_.qty_at(side, touch.price);
    const bool is = qty > 0 && market_.rank(side, touch.price) < view.depth;
    const bool again = std::find(told.begin(), told.end(), touch.price) != told.end();
    const bool was = again || (touch.before > 0 && was_in_view(touch.price));
    if (!was && !is) continue;
    told.push_back(touch.price);
    // One that is pushed out is not told; one that is gone is.
    if (!is && qty > 0) continue;
    append_level(all, touch.price, is ? qty : 0);
    append_level(plain, touch.price, is ? qty : 0);
    if (!is && !refills.empty()) refill();
  }
  while (!refills.empty()) refill();
  move_view(side, view);
}

std::string Pair::update_frame(std::string_view bids, std::string_view asks, std::string_view digits, std::int64_t now) const {
  std::string frame = "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"" + instrument_.symbol + "\",\"bids\":[";
  frame += bids;
  frame += "],\"asks\":[";
  frame += asks;
  return with_checksum(std::move(frame), digits, now);
}

std::string Pair::book_frame(const BookUpdate& update, bool refills, std::int64_t now) const {
  return refills ? update_frame(update.bids, update.asks, top(), now) : update_frame(update.plain_bids, update.plain_asks, top(), now);
}

std::string Pair::crossed_frame(const BookUpdate& update, std::int64_t now) const {
  const auto& asks = market_.levels(Side::sell);
  if (asks.empty()) return book_frame(update, true, now);
  const auto price = asks.back().price;
  auto odd = update;
  append_level(odd.bids, price, instrument_.typical);
  std::string digits;
  for (const auto side : {Side::sell, Side::buy}) {
    auto room = kTop;
    if (side == Side::buy) {
      digits += std::to_string(price) + std::to_string(instrument_.typical);
      --room;
    }
    for (std::size_t rank = 0; rank < std::min(room, market_.levels(side).size()); ++rank)
      digits += std::to_string(market_.at(side, rank).price) + std::to_string(market_.at(side, rank).qty);
  }
  return update_frame(odd.bids, odd.asks, digits, now);
}

std::string Pair::old_frame(std::int64_t now) const {
  BookUpdate update;
  const auto& bids = market_.levels(Side::buy);
  append_level(update.bids, bids.empty() ? instrument_.mid : bids.back().price, instrument_.typical);
  return book_frame(update, true, now);
}

// --- the other channels ---

void Pair::append_price(std::string& out, std::string_view key, std::int64_t price) const {
  out += ",\"";
  out += key;
  out += "\":";
  append_fixed(out, price, instrument_.price_decimals);
}

void Pair::append_qty(std::string& out, std::string_view key, Wide qty) const {
  out += ",\"";
  out += key;
  out += "\":";
  append_wide(out, qty, instrument_.qty_decimals);
}

std::string Pair::ticker_frame(bool snapshot, std::int64_t now) const {
  const auto day = tape_.day(now);
  const auto change = tape_.last() - day.open;
  std::string out = "{\"channel\":\"ticker\",\"type\":\"";
  out += snapshot ? "snapshot" : "update";
  out += "\",\"data\":[{\"symbol\":\"" + instrument_.symbol + '"';
  append_price(out, "bid", best_[0]);
  append_qty(out, "bid_qty", best_[1]);
  append_price(out, "ask", best_[2]);
  append_qty(out, "ask_qty", best_[3]);
  append_price(out, "last", tape_.last());
  append_qty(out, "volume", day.volume);
  append_price(out, "vwap", day.vwap());
  append_price(out, "low", day.low);
  append_price(out, "high", day.high);
  append_price(out, "change", change);
  out += ",\"change_pct\":";
  append_fixed(out, day.open == 0 ? 0 : static_cast<std::int64_t>(Wide{change} * 10'000 / day.open), 2);
  out += ",\"trades\":" + std::to_string(day.trades) + ",\"timestamp\":\"";
  append_time(out, now);
  return out + "\"}]}";
}

void Pair::append_print(std::string& out, const Print& print) const {
  if (out.back() == '}') out += ',';
  out += "{\"symbol\":\"" + instrument_.symbol + "\",\"side\":\"";
  out += print.trade.taker == Side::buy ? "buy\"" : "sell\"";
  append_price(out, "price", print.trade.price);
  append_qty(out, "qty", print.trade.qty);
  out += print.market ? ",\"ord_type\":\"market\"" : ",\"ord_type\":\"limit\"";
  out += ",\"trade_id\":" + std::to_string(print.id) + ",\"timestamp\":\"";
  append_time(out, print.at);
  out += "\"}";
}

std::string Pair::trade_snapshot() const {
  std::string out = "{\"channel\":\"trade\",\"type\":\"snapshot\",\"data\":[";
  for (const auto& print : tape_.prints()) append_print(out, print);
  return out + "]}";
}

std::string Pair::trade_update() const {
  std::string out = "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[";
  for (const auto& print : fresh_) append_print(out, print);
  return out + "]}";
}

void Pair::append_candle(std::string& out, const Candle& candle, std::int64_t interval) const {
  if (out.back() == '}') out += ',';
  out += "{\"symbol\":\"" + instrument_.symbol + '"';
  append_price(out, "open", candle.open);
  append_price(out, "high", candle.high);
  append_price(out, "low", candle.low);
  append_price(out, "close", candle.close);
  out += ",\"trades\":" + std::to_string(candle.trades);
  append_qty(out, "volume", candle.volume);
  append_price(out, "vwap", candle.vwap());
  out += ",\"interval_begin\":\"";
  append_time(out, candle.begin, true);
  out += "\",\"interval\":" + std::to_string(interval) + ",\"timestamp\":\"";
  append_time(out, candle.begin + interval * kMinute);
  out += "\"}";
}

std::string Pair::ohlc_frame(bool snapshot, std::int64_t interval, std::int64_t now) {
  std::string out = "{\"channel\":\"ohlc\",\"type\":\"";
  out += snapshot ? "snapshot" : "update";
  out += "\",\"timestamp\":\"";
  append_time(out, now, true);
  out += "\",\"data\":[";
  const auto& candles = tape_.candles(interval);
  for (auto i = snapshot ? 0 : candles.size() - 1; i < candles.size(); ++i) append_candle(out, candles[i], interval);
  return out + "]}";
}

}  // namespace hadal::sim
