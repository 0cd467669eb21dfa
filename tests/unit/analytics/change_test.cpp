#include "hadal/analytics/change.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "hadal/base/random.hpp"

using namespace hadal;
using Levels = std::vector<Level>;

namespace {

struct Market {
  OrderBook book;
  BookShadow shadow{};

  Market(std::size_t depth, const Levels& bids, const Levels& asks) : book{depth} {
    REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
    shadow.take(book);
  }
  std::vector<LevelChange> update(const Levels& bids, const Levels& asks) {
    book.apply_update(bids, asks);
    std::vector<LevelChange> out;
    std::vector<LevelChange> scratch;
    each_change({Millis{0}, Scales{1, 8}, shadow, book, bids, asks}, scratch, [&out](const LevelChange& one) { out.push_back(one); });
    shadow.take(book, !bids.empty(), !asks.empty());
    return out;
  }
};

bool same(const LevelChange& a, const LevelChange& b) {
  return a.side == b.side && a.price == b.price && a.before == b.before && a.after == b.after && a.unseen_before == b.unseen_before &&
         a.cut_off == b.cut_off;
}

bool same(const std::vector<LevelChange>& a, const std::vector<LevelChange>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], b[i])) return false;
  return true;
}

const Levels kBids{{1000, 2}, {999, 3}, {995, 5}};
const Levels kAsks{{1001, 1}, {1003, 4}, {1010, 6}};

}  // namespace

TEST_CASE("a shadow keeps the book as it was, best first") {
  OrderBook book{3};
  REQUIRE(book.apply_snapshot(kBids, Levels{{1001, 1}}) == Errc::ok);
  BookShadow shadow;
  shadow.take(book);
  book.apply_update(Levels{{1000, 0}}, {});
  CHECK(shadow.side(Side::bid).size() == 3);
  CHECK(shadow.side(Side::bid)[0] == Level{1000, 2});
  CHECK(shadow.side(Side::ask)[0] == Level{1001, 1});
  CHECK(shadow.cut(Side::bid));
  CHECK_FALSE(shadow.cut(Side::ask));
  CHECK(shadow.qty_at(Side::bid, 999) == 3);
  CHECK(shadow.qty_at(Side::bid, 995) == 5);
  CHECK(shadow.qty_at(Side::bid, 996) == 0);
  CHECK(shadow.qty_at(Side::bid, 1) == 0);
  CHECK(shadow.qty_at(Side::ask, 1001) == 1);
  CHECK(shadow.qty_at(Side::ask, 2000) == 0);

  shadow.take(book, true, false);
  CHECK(shadow.side(Side::bid)[0] == Level{999, 3});
  CHECK_FALSE(shadow.cut(Side::bid));
  shadow.clear();
  CHECK(shadow.side(Side::bid).empty());
  CHECK_FALSE(shadow.cut(Side::bid));
}

TEST_CASE("a shadow follows a side that only a lowered depth has cut") {
  Market market{3, kBids, kAsks};
  market.book.set_depth(2);
  market.update({{1000, 9}}, {});
  CHECK(market.shadow.side(Side::ask).size() == 2);
  CHECK(market.shadow.cut(Side::ask));
  market.book.set_depth(1);
  market.update({}, {{1001, 9}});
  CHECK(market.shadow.side(Side::bid).size() == 1);
}

TEST_CASE("the last word on a price says whether it was removed") {
  const Market market{10, kBids, kAsks};
  const Levels bids{{1000, 0}, {999, 0}, {999, 4}, {998, 7}, {998, 0}};
  const BookChange change{Millis{0}, Scales{}, market.shadow, market.book, bids, {}};
  CHECK(change.removed(Side::bid, 1000));
  CHECK_FALSE(change.removed(Side::bid, 999));
  CHECK(change.removed(Side::bid, 998));
  CHECK_FALSE(change.removed(Side::bid, 995));
  CHECK_FALSE(change.removed(Side::ask, 1000));
}

TEST_CASE("each price that a message changes is told once, bids first, best first") {
  Market market{10, kBids, kAsks};
  const auto changes = market.update({{995, 0}, {1000, 4}, {998, 1}, {998, 2}, {999, 3}, {997, 1}, {997, 0}}, {{1010, 7}, {1001, 0}});
  CHECK(same(changes, {{Side::bid, 1000, 2, 4, false, false},
                       {Side::bid, 998, 0, 2, false, false},
                       {Side::bid, 995, 5, 0, false, false},
                       {Side::ask, 1001, 1, 0, false, false},
                       {Side::ask, 1010, 6, 7, false, false}}));
}

TEST_CASE("a level that slides into a full side was not seen before, and one beyond the depth is cut off") {
  Market market{3, kBids, kAsks};
  const auto in = market.update({{999, 0}, {990, 7}}, {{1002, 5}, {1010, 8}});
  CHECK(same(in, {{Side::bid, 999, 3, 0, false, false},
                  {Side::bid, 990, 0, 7, true, false},
                  {Side::ask, 1002, 0, 5, false, false},
                  {Side::ask, 1010, 6, 0, false, true}}));
  // A side that is not full shows everything there is.
  CHECK(same(market.update({{990, 0}}, {}), {{Side::bid, 990, 7, 0, false, false}}));
  CHECK(same(market.update({{900, 1}}, {}), {{Side::bid, 900, 0, 1, false, false}}));
}

TEST_CASE("changes carry one shadow into the next") {
  Random random{1};
  for (const std::size_t depth : {5u, 1000u}) {
    Market market{depth, {{20, 1}}, {{30, 1}}};
    std::map<std::int64_t, std::int64_t> sides[2]{{{20, 1}}, {{30, 1}}};
    for (int step = 0; step < 2000; ++step) {
      Levels levels[2];
      for (auto& side : levels)
        for (auto left = random.uniform(random.uniform(50) == 0 ? 200 : 4); left > 0; --left)
          side.push_back({static_cast<std::int64_t>(1 + random.uniform(40)), static_cast<std::int64_t>(random.uniform(3))});
      for (const auto& one : market.update(levels[0], levels[1])) {
        auto& side = sides[static_cast<std::size_t>(one.side)];
        REQUIRE(one.before == (side.count(one.price) != 0 ? side[one.price] : 0));
        REQUIRE(one.before != one.after);
        if (one.after == 0) side.erase(one.price);
        else side[one.price] = one.after;
      }
      // What others pushed out is not named: forget it as the book did.
      while (sides[0].size() > depth) sides[0].erase(sides[0].begin());
      while (sides[1].size() > depth) sides[1].erase(std::prev(sides[1].end()));
      for (const auto side : {Side::bid, Side::ask}) {
        const auto& expected = sides[static_cast<std::size_t>(side)];
        REQUIRE(market.shadow.side(side).size() == expected.size());
        for (const auto& level : market.shadow.side(side)) REQUIRE(expected.at(level.price) == level.qty);
      }
    }
  }
}

TEST_CASE("a threshold in base units is compared exactly, whatever the scales") {
  const SizeThreshold ten{{10, 0}, false};
  CHECK(ten.reached(1, 10'00000000, {1, 8}));
  CHECK_FALSE(ten.reached(1, 10'00000000 - 1, {1, 8}));
  const SizeThreshold fine{{1, 9}, false};  // smaller than a unit
  CHECK(fine.reached(1, 1, {1, 8}));
  CHECK_FALSE(fine.reached(1, 0, {1, 8}));
  const SizeThreshold written{{1000, 2}, false};
  CHECK(written.reached(1, 100, {1, 1}));
  CHECK_FALSE(written.reached(1, 99, {1, 1}));
  CHECK_FALSE(written.reached(1, -100, {1, 1}));
}

TEST_CASE("a threshold in quote currency compares price times quantity") {
  const SizeThreshold thousand{{1000, 0}, true};
  CHECK(thousand.reached(5000, 2'00000000, {1, 8}));  // 500.0 x 2
  CHECK_FALSE(thousand.reached(5000, 2'00000000 - 1, {1, 8}));
  CHECK_FALSE(thousand.reached(4999, 2'00000000, {1, 8}));
}

TEST_CASE("thresholds at the edge of 128 bits") {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const SizeThreshold most{{kMost, 0}, true};
  CHECK_FALSE(most.reached(1, 1, {18, 18}));              // the threshold does not fit, the value does
  CHECK(most.reached(kMost, Int128{kMost} * 8, {0, 0}));  // the value does not fit
  CHECK(SizeThreshold{{1, 18}, true}.reached(kMost, kMost, {0, 0}));
  CHECK(SizeThreshold{{kMost, 0}, false}.reached(1, kMost, {0, 0}));
  CHECK_FALSE(SizeThreshold{{kMost, 0}, false}.reached(1, kMost, {0, 18}));
}

TEST_CASE("a threshold must be positive") {
  CHECK(SizeThreshold{{1, 18}, false}.valid());
  CHECK_FALSE(SizeThreshold{{0, 0}, false}.valid());
  CHECK_FALSE(SizeThreshold{{-1, 0}, true}.valid());
  CHECK_FALSE(SizeThreshold{{1, 19}, false}.valid());
}

TEST_CASE("the working memory of an outsized message is given back") {
  Market market{10, kBids, kAsks};
  Levels many;
  for (std::int64_t i = 1; i <= 10'000; ++i) many.push_back({i, 1});
  std::vector<LevelChange> scratch;
  collect_changes({Millis{0}, Scales{}, market.shadow, market.book, many, {}}, scratch);
  CHECK(scratch.capacity() >= 10'000);
  const Levels few{{1, 0}};
  collect_changes({Millis{0}, Scales{}, market.shadow, market.book, few, {}}, scratch);
  CHECK(scratch.capacity() < 10'000);
}
