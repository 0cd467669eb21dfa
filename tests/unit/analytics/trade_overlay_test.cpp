#include "hadal/analytics/trade_overlay.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "hadal/base/random.hpp"

using namespace hadal;

namespace {

constexpr auto kBuy = TakerSide::buy;
constexpr auto kSell = TakerSide::sell;

bool same(const PriceTrades& a, const PriceTrades& b) {
  return a.price == b.price && a.count == b.count && a.qty == b.qty && a.buys == b.buys && a.sells == b.sells && a.average == b.average &&
         a.first == b.first && a.last == b.last && a.last_age_ms == b.last_age_ms;
}

/// F-15 as a plain list per bucket, without any order among buckets.
class Model {
 public:
  explicit Model(TradeOverlayConfig config) : config_{config} {}

  std::int64_t bucket(TakerSide side, std::int64_t price) const {
    if (!config_.group) return price;
    const auto rest = price % *config_.group;
    return side == kSell ? price - rest : rest == 0 ? price : price - rest + *config_.group;
  }
  void add(std::int64_t now, TakerSide side, std::int64_t price, std::int64_t qty) {
    expire(now);
    const auto at = bucket(side, price);
    if (buckets_.count(at) == 0 && buckets_.size() == 100) {
      auto oldest = buckets_.begin();
      for (auto i = buckets_.begin(); i != buckets_.end(); ++i)
        if (i->second.back().received < oldest->second.back().received) oldest = i;
      buckets_.erase(oldest);
    }
    auto& trades = buckets_[at];
    trades.push_back({now, side, qty});
    if (trades.size() > 50) trades.erase(trades.begin());
  }
  std::vector<PriceTrades> all(std::int64_t now) {
    expire(now);
    std::vector<PriceTrades> out;
    for (const auto& [price, trades] : buckets_) {
      PriceTrades one;
      one.price = price;
      for (const auto& trade : trades) {
        one.count += 1;
        one.qty += trade.qty;
        one.buys += trade.side == kBuy ? trade.qty : 0;
        one.sells += trade.side == kSell ? trade.qty : 0;
      }
      one.average = static_cast<double>(one.qty) / static_cast<double>(one.count);
      one.first = Millis{trades.front().received};
      one.last = Millis{trades.back().received};
      one.last_age_ms = now - trades.back().received;
      out.push_back(one);
    }
    return out;
  }

 private:
  struct One {
    std::int64_t received;
    TakerSide side;
    std::int64_t qty;
  };
  void expire(std::int64_t now) {
    for (auto i = buckets_.begin(); i != buckets_.end();) {
      auto& trades = i->second;
      trades.erase(std::remove_if(trades.begin(), trades.end(), [&](const One& one) { return one.received < now - config_.window_ms; }),
                   trades.end());
      i = trades.empty() ? buckets_.erase(i) : std::next(i);
    }
  }

  TradeOverlayConfig config_;
  std::map<std::int64_t, std::vector<One>> buckets_;
};

}  // namespace

TEST_CASE("trade overlay: the worked example") {
  TradeOverlay overlay{{}};
  overlay.add(Millis{39'999}, kBuy, 1001, 2);
  overlay.add(Millis{40'000}, kBuy, 1001, 1);
  overlay.add(Millis{70'000}, kSell, 1001, 3);
  overlay.add(Millis{99'500}, kBuy, 1001, 2);
  const auto at = overlay.at(Millis{100'000}, kBuy, 1001);
  CHECK(at.price == 1001);
  CHECK(at.count == 3);
  CHECK(at.qty == 6);
  CHECK(at.buys == 3);
  CHECK(at.sells == 3);
  CHECK(at.average == 2.0);
  CHECK(at.first == Millis{40'000});
  CHECK(at.last == Millis{99'500});
  CHECK(at.last_age_ms == 500);
}

TEST_CASE("no trades: nothing but the price of the bucket") {
  const TradeOverlay overlay{{60'000, 5}};
  const auto at = overlay.at(Millis{0}, kBuy, 1001);
  CHECK(at.price == 1005);
  CHECK(at.count == 0);
  CHECK(at.average == 0);
  CHECK_FALSE(at.first);
  CHECK_FALSE(at.last);
  CHECK_FALSE(at.last_age_ms);
  CHECK(overlay.levels(Millis{0}) == 0);
}

TEST_CASE("a sale rounds down to its bucket and a purchase up, in look-ups too") {
  TradeOverlay overlay{{60'000, 5}};
  overlay.add(Millis{0}, kSell, 1004, 1);
  overlay.add(Millis{0}, kBuy, 1001, 2);
  overlay.add(Millis{0}, kBuy, 1005, 4);
  std::vector<PriceTrades> all;
  overlay.all(Millis{0}, all);
  REQUIRE(all.size() == 2);
  CHECK(all[0].price == 1000);
  CHECK(all[0].qty == 1);
  CHECK(all[1].price == 1005);
  CHECK(all[1].qty == 6);
  CHECK(overlay.at(Millis{0}, kSell, 1001).qty == 1);
  CHECK(overlay.at(Millis{0}, kBuy, 1002).qty == 6);
}

TEST_CASE("a bucket above the largest price is no overflow") {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  TradeOverlay overlay{{60'000, 1'000'000}};
  overlay.add(Millis{0}, kBuy, kMost, kMost);
  overlay.add(Millis{0}, kBuy, kMost, kMost);
  const auto at = overlay.at(Millis{0}, kBuy, kMost);
  CHECK(at.price > kMost);
  CHECK(at.qty == Int128{kMost} * 2);
}

TEST_CASE("expired trades count nowhere") {
  TradeOverlay overlay{{1'000, std::nullopt}};
  overlay.add(Millis{0}, kBuy, 10, 1);
  overlay.add(Millis{500}, kBuy, 11, 1);
  CHECK(overlay.levels(Millis{1'000}) == 2);
  CHECK(overlay.levels(Millis{1'001}) == 1);
  CHECK(overlay.at(Millis{1'001}, kBuy, 10).count == 0);
  std::vector<PriceTrades> all;
  overlay.all(Millis{1'001}, all);
  REQUIRE(all.size() == 1);
  CHECK(all[0].price == 11);
  overlay.clear();
  CHECK(overlay.levels(Millis{500}) == 0);
}

TEST_CASE("a clock that goes back stands still for the overlay") {
  TradeOverlay overlay{{1'000, std::nullopt}};
  overlay.add(Millis{5'000}, kBuy, 10, 1);
  overlay.add(Millis{100}, kBuy, 10, 1);
  const auto at = overlay.at(Millis{200}, kBuy, 10);
  CHECK(at.count == 2);
  CHECK(at.last == Millis{5'000});
  CHECK(at.last_age_ms == 0);
}

TEST_CASE("a full bucket lets its oldest trade go") {
  TradeOverlay overlay{{}};
  for (std::int64_t i = 1; i <= 51; ++i) overlay.add(Millis{i}, kSell, 10, i);
  const auto at = overlay.at(Millis{51}, kSell, 10);
  CHECK(at.count == TradeOverlay::kTrades);
  CHECK(at.first == Millis{2});
  CHECK(at.sells == 51 * 52 / 2 - 1);
}

TEST_CASE("the bucket with the oldest last trade leaves a full overlay") {
  TradeOverlay overlay{{}};
  for (std::int64_t price = 1; price <= 100; ++price) overlay.add(Millis{price}, kBuy, price, 1);
  overlay.add(Millis{101}, kBuy, 1, 1);  // the first one is the youngest now
  overlay.add(Millis{102}, kBuy, 200, 1);
  CHECK(overlay.levels(Millis{102}) == TradeOverlay::kBuckets);
  CHECK(overlay.at(Millis{102}, kBuy, 1).count == 2);
  CHECK(overlay.at(Millis{102}, kBuy, 2).count == 0);
  CHECK(overlay.at(Millis{102}, kBuy, 200).count == 1);
}

TEST_CASE("the overlay equals plain lists") {
  Random random{15};
  for (const auto& config : {TradeOverlayConfig{200, std::nullopt}, TradeOverlayConfig{3'000, 3}, TradeOverlayConfig{100'000, 1}}) {
    TradeOverlay overlay{config};
    Model model{config};
    std::int64_t now = 0;
    std::vector<PriceTrades> all;
    for (int step = 0; step < 3'000; ++step) {
      now += static_cast<std::int64_t>(random.uniform(5));
      const auto side = random.uniform(1) == 0 ? kBuy : kSell;
      const auto price = static_cast<std::int64_t>(1 + random.uniform(random.uniform(3) == 0 ? 400 : 20));
      const auto qty = static_cast<std::int64_t>(1 + random.uniform(9));
      overlay.add(Millis{now}, side, price, qty);
      model.add(now, side, price, qty);
      const auto later = now + static_cast<std::int64_t>(random.uniform(50));
      if (step % 10 != 0) continue;
      const auto expected = model.all(now);
      overlay.all(Millis{now}, all);
      REQUIRE(all.size() == expected.size());
      REQUIRE(overlay.levels(Millis{now}) == expected.size());
      for (std::size_t i = 0; i < all.size(); ++i) REQUIRE(same(all[i], expected[i]));
      auto copy = model;
      const auto of_later = copy.all(later);
      overlay.all(Millis{later}, all);
      REQUIRE(all.size() == of_later.size());
      for (std::size_t i = 0; i < all.size(); ++i) REQUIRE(same(all[i], of_later[i]));
      REQUIRE(same(overlay.at(Millis{now}, side, price), *std::find_if(expected.begin(), expected.end(), [&](const PriceTrades& one) {
                     return one.price == model.bucket(side, price);
                   })));
    }
  }
}

TEST_CASE("an overlay needs a window and a group") {
  CHECK(check(TradeOverlayConfig{}) == Errc::ok);
  CHECK(check(TradeOverlayConfig{1, 1}) == Errc::ok);
  CHECK(check(TradeOverlayConfig{0, 1}) == Errc::config_invalid);
  CHECK(check(TradeOverlayConfig{1, 0}) == Errc::config_invalid);
}
