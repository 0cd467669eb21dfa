/// One pair on the exchange: its market, its traders, what was traded, and the frames that tell of it (protocol/ws-v2.md sections 9 to 12).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "hadal_sim/agents.hpp"
#include "hadal_sim/candles.hpp"
#include "hadal_sim/instruments.hpp"
#include "hadal_sim/market.hpp"
#include "hadal_sim/scenario.hpp"

namespace hadal::sim {

struct Subscription;

/// A book message in the making.
struct BookUpdate {
  std::string bids;  ///< entries, with commas
  std::string asks;
  std::string plain_bids;  ///< without the levels that came into view
  std::string plain_asks;
  [[nodiscard]] bool any() const noexcept { return !bids.empty() || !asks.empty(); }
  /// A level came into view and stayed: what follows it on its side would have pushed it out again.
  [[nodiscard]] bool refills() const noexcept {
    const auto side = [](const std::string& all, const std::string& plain) { return all != plain && all.starts_with(plain); };
    return side(bids, plain_bids) || side(asks, plain_asks);
  }
};

/// What subscribers at one depth have in view.
struct View {
  std::size_t depth = 10;
  std::optional<std::int64_t> worst[2];  ///< by side: the last price in view, if there may be more beyond it
  std::size_t users = 0;
  BookUpdate update;  ///< what the event has changed so far
};

/// Times are microseconds since 1970.
class Pair {
 public:
  Pair(Instrument instrument, Random seeds, const Scenario& scenario, std::size_t levels, std::int64_t now);
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  /// One event; afterwards traded(), best_changed() and the views' updates say what it did, until forget().
  void act(std::int64_t now);
  void forget();
  [[nodiscard]] bool traded() const noexcept { return !fresh_.empty(); }
  [[nodiscard]] bool best_changed() const noexcept { return best_changed_; }

  /// One decimal of price more. False if there are ten already.
  [[nodiscard]] bool refine();

  // --- frames ---
  /// One user more of the view at a depth.
  [[nodiscard]] View& enter_view(std::size_t depth);
  [[nodiscard]] std::string book_snapshot(const View& view, std::int64_t now) const;
  /// `refills` false: the levels that came into view are left out.
  [[nodiscard]] std::string book_frame(const BookUpdate& update, bool refills, std::int64_t now) const;
  /// The same with a bid at the best ask's price, and the checksum of that.
  [[nodiscard]] std::string crossed_frame(const BookUpdate& update, std::int64_t now) const;
  /// An update as a subscription that has ended would have sent it.
  [[nodiscard]] std::string old_frame(std::int64_t now) const;
  [[nodiscard]] std::string ticker_frame(bool snapshot, std::int64_t now) const;
  [[nodiscard]] std::string trade_snapshot() const;
  [[nodiscard]] std::string trade_update() const;
  [[nodiscard]] std::string ohlc_frame(bool snapshot, std::int64_t interval, std::int64_t now);

  // --- for tests ---
  /// The digits of the ten best levels a side, asks first, as the checksum takes them.
  [[nodiscard]] std::string top() const;
  /// Over the best `depth` levels a side, asks first: a number that is the same if the levels are.
  [[nodiscard]] std::uint64_t digest(std::size_t depth) const;

  [[nodiscard]] const Instrument& instrument() const noexcept { return instrument_; }
  [[nodiscard]] Instrument& instrument() noexcept { return instrument_; }
  [[nodiscard]] const Market& market() const noexcept { return market_; }
  [[nodiscard]] Agents& agents() noexcept { return agents_; }

  // --- for the exchange ---
  std::vector<Subscription*> subscribers;
  std::deque<View> views;  ///< at most one a depth; never moved

 private:
  void append_level(std::string& out, std::int64_t price, std::int64_t qty) const;
  void append_price(std::string& out, std::string_view key, std::int64_t price) const;
  void append_qty(std::string& out, std::string_view key, Wide qty) const;
  void append_side(std::string& out, Side side, std::size_t depth) const;
  void append_print(std::string& out, const Print& print) const;
  void append_candle(std::string& out, const Candle& candle, std::int64_t interval) const;
  void update_view(Side side, View& view, std::string& all, std::string& plain) const;
  void move_view(Side side, View& view) const;
  [[nodiscard]] std::string update_frame(std::string_view bids, std::string_view asks, std::string_view digits, std::int64_t now) const;
  [[nodiscard]] std::string with_checksum(std::string frame, std::string_view digits, std::int64_t now) const;

  Instrument instrument_;
  Market market_;
  Agents agents_;
  Tape tape_;
  std::vector<Print> fresh_;   ///< trades of the last event
  std::int64_t best_[4] = {};  ///< bid, its quantity, ask, its quantity
  bool best_changed_ = false;
};

}  // namespace hadal::sim
