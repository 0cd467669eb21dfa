#include "hadal/analytics/order_flow.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <vector>

#include "hadal/base/random.hpp"
#include "support/allocation_count.hpp"

using namespace hadal;
using Levels = std::vector<Level>;
using Flows = std::vector<Flow>;

namespace {

struct Market {
  OrderBook book;
  OrderFlow flow;
  BookShadow shadow{};

  Market(OrderFlowConfig config, std::size_t depth, const Levels& bids, const Levels& asks) : book{depth}, flow{config} {
    REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
    shadow.take(book);
  }
  std::span<const Flow> observe(const Levels& bids, const Levels& asks) {
    book.apply_update(bids, asks);
    const auto out = flow.observe({Millis{0}, Scales{1, 0}, shadow, book, bids, asks});
    shadow.take(book, !bids.empty(), !asks.empty());
    return out;
  }
  Flows update(const Levels& bids, const Levels& asks) {
    const auto out = observe(bids, asks);
    return {out.begin(), out.end()};
  }
};

Flow level(FlowKind kind, Side side, std::int64_t price, std::int64_t qty) { return {kind, side, price, std::nullopt, qty}; }

OrderFlowConfig window(std::size_t track_depth) {
  OrderFlowConfig config;
  config.track_depth = track_depth;
  return config;
}

/// F-14, read word by word, over maps.
class Model {
 public:
  Model(OrderFlowConfig config, std::size_t depth) : config_{config}, depth_{depth} {}

  Flows update(const Levels& bids, const Levels& asks) {
    out_.clear();
    auto new_bids = bids_;
    auto new_asks = asks_;
    side(Side::bid, bids_, new_bids, bids);
    side(Side::ask, asks_, new_asks, asks);
    const auto best = [this](FlowKind kind, Side side, const auto& before, const auto& after) {
      std::optional<std::int64_t> old_price;
      std::optional<std::int64_t> new_price;
      if (!before.empty()) old_price = before.begin()->first;
      if (!after.empty()) new_price = after.begin()->first;
      if (old_price != new_price) out_.push_back({kind, side, new_price, old_price, 0});
    };
    best(FlowKind::best_bid_changed, Side::bid, bids_, new_bids);
    best(FlowKind::best_ask_changed, Side::ask, asks_, new_asks);
    bids_ = new_bids;
    asks_ = new_asks;
    return out_;
  }

 private:
  template <class Map>
  void side(Side side, const Map& before, Map& after, const Levels& message) {
    for (const auto& one : message)
      if (one.qty == 0) after.erase(one.price);
      else after[one.price] = one.qty;
    const auto uncut = after;
    while (after.size() > depth_) after.erase(std::prev(after.end()));
    const auto in_window = [this](const Map& map, std::int64_t price) {
      const auto at = map.find(price);
      return at != map.end() && static_cast<std::size_t>(std::distance(map.begin(), at)) < config_.track_depth;
    };
    auto all = before;
    all.insert(after.begin(), after.end());
    const std::int64_t large = config_.large.amount.mantissa;
    for (const auto& [price, unused] : all) {
      const bool was = in_window(before, price);
      const bool is = in_window(after, price);
      const auto tell = [&, at = price](FlowKind kind, std::int64_t qty) { out_.push_back(level(kind, side, at, qty)); };
      if (was && is) {
        const auto o = before.at(price);
        const auto v = after.at(price);
        const auto by = std::abs(v - o);
        if (o < large && large <= v) tell(FlowKind::large_appeared, v);
        else if (v < large && large <= o) tell(FlowKind::large_disappeared, o);
        else if (config_.track_size_changes && by >= config_.min_change.amount.mantissa)
          tell(v > o ? FlowKind::size_increased : FlowKind::size_decreased, by);
      } else if (is) {
        const auto v = after.at(price);
        const bool worse = before.size() == depth_ && before.key_comp()(std::prev(before.end())->first, price);
        if (before.count(price) != 0 || worse) tell(FlowKind::entered_window, v);
        else tell(v >= large ? FlowKind::large_appeared : FlowKind::level_added, v);
      } else if (was) {
        const auto o = before.at(price);
        if (uncut.count(price) != 0) tell(FlowKind::left_window, o);
        else tell(o >= large ? FlowKind::large_disappeared : FlowKind::level_removed, o);
      }
    }
  }

  OrderFlowConfig config_;
  std::size_t depth_;
  std::map<std::int64_t, std::int64_t, std::greater<>> bids_;
  std::map<std::int64_t, std::int64_t> asks_;
  Flows out_;
};

}  // namespace

TEST_CASE("order flow: the worked example") {
  Market market{{}, 10, {{1000, 2}, {999, 3}, {995, 5}}, {}};
  CHECK(market.update({{1000, 12}, {999, 5}, {995, 0}, {990, 1}}, {}) ==
        Flows{level(FlowKind::large_appeared, Side::bid, 1000, 12), level(FlowKind::size_increased, Side::bid, 999, 2),
              level(FlowKind::level_removed, Side::bid, 995, 5), level(FlowKind::level_added, Side::bid, 990, 1)});
}

TEST_CASE("a large level appears and disappears at the threshold itself") {
  Market market{{}, 10, {{1000, 9}}, {{1001, 1}}};
  CHECK(market.update({{1000, 10}}, {}) == Flows{level(FlowKind::large_appeared, Side::bid, 1000, 10)});
  CHECK(market.update({{1000, 25}}, {}) == Flows{level(FlowKind::size_increased, Side::bid, 1000, 15)});
  CHECK(market.update({{1000, 9}}, {}) == Flows{level(FlowKind::large_disappeared, Side::bid, 1000, 25)});
  CHECK(market.update({}, {{1005, 10}}) == Flows{level(FlowKind::large_appeared, Side::ask, 1005, 10)});
  CHECK(market.update({}, {{1005, 0}}) == Flows{level(FlowKind::large_disappeared, Side::ask, 1005, 10)});
}

TEST_CASE("small changes of a size are not told, nor any when they are off") {
  OrderFlowConfig config;
  config.min_change = {{3, 0}, false};
  Market coarse{config, 10, {{1000, 2}}, {}};
  CHECK(coarse.update({{1000, 4}}, {}).empty());
  CHECK(coarse.update({{1000, 1}}, {}) == Flows{level(FlowKind::size_decreased, Side::bid, 1000, 3)});
  config.track_size_changes = false;
  Market off{config, 10, {{1000, 9}}, {}};
  CHECK(off.update({{1000, 1}}, {}).empty());
  CHECK(off.update({{1000, 11}}, {}) == Flows{level(FlowKind::large_appeared, Side::bid, 1000, 11)});
}

TEST_CASE("a threshold in quote currency depends on the price") {
  OrderFlowConfig config;
  config.large = {{500, 0}, true};  // 100.0 x 5
  Market market{config, 10, {{1000, 4}, {999, 4}}, {}};
  CHECK(market.update({{1000, 5}, {999, 5}}, {}) ==
        Flows{level(FlowKind::large_appeared, Side::bid, 1000, 5), level(FlowKind::size_increased, Side::bid, 999, 1)});
}

TEST_CASE("levels slide out of the window and into it") {
  Market market{window(2), 10, {{1000, 2}, {999, 30}, {998, 5}}, {}};
  CHECK(market.update({{1001, 1}}, {}) == Flows{level(FlowKind::level_added, Side::bid, 1001, 1),
                                                level(FlowKind::left_window, Side::bid, 999, 30),
                                                {FlowKind::best_bid_changed, Side::bid, 1001, 1000, 0}});
  CHECK(market.update({{1001, 0}, {998, 7}}, {}) == Flows{level(FlowKind::level_removed, Side::bid, 1001, 1),
                                                          level(FlowKind::entered_window, Side::bid, 999, 30),
                                                          {FlowKind::best_bid_changed, Side::bid, 1000, 1001, 0}});
}

TEST_CASE("levels slide out of the depth and into it") {
  Market market{{}, 3, {}, {{1001, 1}, {1003, 40}, {1010, 6}}};
  CHECK(market.update({}, {{1002, 5}}) ==
        Flows{level(FlowKind::level_added, Side::ask, 1002, 5), level(FlowKind::left_window, Side::ask, 1010, 6)});
  // Named with a size, but beyond the depth.
  CHECK(market.update({}, {{1003, 50}, {1000, 1}}) == Flows{level(FlowKind::level_added, Side::ask, 1000, 1),
                                                            level(FlowKind::left_window, Side::ask, 1003, 40),
                                                            {FlowKind::best_ask_changed, Side::ask, 1000, 1001, 0}});
  CHECK(market.update({}, {{1001, 0}, {1003, 50}}) ==
        Flows{level(FlowKind::level_removed, Side::ask, 1001, 1), level(FlowKind::entered_window, Side::ask, 1003, 50)});
  // Removed by name, although others would have pushed it out.
  CHECK(market.update({}, {{1003, 0}, {1001, 1}}) ==
        Flows{level(FlowKind::level_added, Side::ask, 1001, 1), level(FlowKind::large_disappeared, Side::ask, 1003, 50)});
}

TEST_CASE("a side that empties and fills tells best prices that are none") {
  Market market{{}, 10, {{1000, 2}}, {{1001, 1}}};
  CHECK(market.update({{1000, 0}}, {{1001, 0}}) == Flows{level(FlowKind::level_removed, Side::bid, 1000, 2),
                                                         level(FlowKind::level_removed, Side::ask, 1001, 1),
                                                         {FlowKind::best_bid_changed, Side::bid, std::nullopt, 1000, 0},
                                                         {FlowKind::best_ask_changed, Side::ask, std::nullopt, 1001, 0}});
  CHECK(market.update({}, {{1002, 1}}) ==
        Flows{level(FlowKind::level_added, Side::ask, 1002, 1), {FlowKind::best_ask_changed, Side::ask, 1002, std::nullopt, 0}});
}

TEST_CASE("a level removed and set again in one message only changed its size") {
  Market market{{}, 10, {{1000, 2}}, {}};
  CHECK(market.update({{1000, 0}, {1000, 4}}, {}) == Flows{level(FlowKind::size_increased, Side::bid, 1000, 2)});
  CHECK(market.update({{1000, 0}, {1000, 4}}, {}).empty());
  CHECK(market.update({{999, 4}, {999, 0}}, {}).empty());
}

TEST_CASE("a lowered depth lets levels leave the window") {
  Market market{{}, 3, {{1000, 2}, {999, 3}, {995, 5}}, {{1001, 1}, {1003, 4}, {1010, 6}}};
  market.book.set_depth(2);
  CHECK(market.update({{1000, 3}}, {}) == Flows{level(FlowKind::size_increased, Side::bid, 1000, 1),
                                                level(FlowKind::left_window, Side::bid, 995, 5),
                                                level(FlowKind::left_window, Side::ask, 1010, 6)});
}

TEST_CASE("order flow equals a plain reading of the formula") {
  Random random{14};
  for (const std::size_t depth : {4u, 10u, 1000u})
    for (const std::size_t track_depth : {1u, 3u, 10u, 20u}) {
      auto config = window(track_depth);
      config.min_change = {{2, 0}, false};
      Market market{config, depth, {}, {}};
      Model model{config, depth};
      for (int step = 0; step < 1500; ++step) {
        Levels levels[2];
        for (auto& side : levels)
          for (auto left = random.uniform(random.uniform(20) == 0 ? 150 : 4); left > 0; --left)
            side.push_back({static_cast<std::int64_t>(1 + random.uniform(60)),
                            random.uniform(2) == 0 ? 0 : static_cast<std::int64_t>(1 + random.uniform(14))});
        REQUIRE(market.update(levels[0], levels[1]) == model.update(levels[0], levels[1]));
      }
    }
}

TEST_CASE("order flow allocates nothing after warm-up") {
  Market market{{}, 10, {{1000, 2}, {999, 3}}, {{1001, 1}}};
  const Levels add{{998, 1}, {997, 12}, {1000, 3}};
  const Levels remove{{998, 0}, {997, 0}, {1000, 2}};
  for (int i = 0; i < 4; ++i) {
    (void)market.observe(add, {});
    (void)market.observe(remove, {});
  }
  const auto before = test::allocation_count();
  const auto told = market.observe(add, {}).size() + market.observe(remove, {}).size();
  const auto after = test::allocation_count();
  CHECK(told == 6);
  CHECK(before == after);
}

TEST_CASE("order flow refuses what is not positive, and windows that no book has") {
  CHECK(check(OrderFlowConfig{}) == Errc::ok);
  const auto with = [](auto change) {
    OrderFlowConfig config;
    change(config);
    return check(config);
  };
  CHECK(with([](auto& config) { config.large.amount = {0, 0}; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.min_change.amount = {-1, 0}; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.track_depth = 0; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.track_depth = 1001; }) == Errc::config_invalid);
  CHECK(with([](auto& config) { config.track_depth = 1000; }) == Errc::ok);
}

TEST_CASE("kinds of flow have names") {
  CHECK(name(FlowKind::large_appeared) == "large_appeared");
  CHECK(name(FlowKind::large_disappeared) == "large_disappeared");
  CHECK(name(FlowKind::size_increased) == "size_increased");
  CHECK(name(FlowKind::size_decreased) == "size_decreased");
  CHECK(name(FlowKind::level_added) == "level_added");
  CHECK(name(FlowKind::level_removed) == "level_removed");
  CHECK(name(FlowKind::entered_window) == "entered_window");
  CHECK(name(FlowKind::left_window) == "left_window");
  CHECK(name(FlowKind::best_bid_changed) == "best_bid_changed");
  CHECK(name(FlowKind::best_ask_changed) == "best_ask_changed");
  CHECK(static_cast<int>(FlowKind::best_ask_changed) + 1 == kFlowKinds);
}
