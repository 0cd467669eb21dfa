#include "hadal/book/order_book.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "hadal/base/limits.hpp"
#include "hadal/base/random.hpp"
#include "support/model_book.hpp"

using namespace hadal;
using test::levels_of;
using Levels = std::vector<Level>;

namespace {

const Levels kBids{{1000, 2}, {999, 3}, {995, 5}};
const Levels kAsks{{1001, 1}, {1003, 4}, {1010, 6}};

OrderBook book_e(std::size_t depth = 10) {
  OrderBook book{depth};
  REQUIRE(book.apply_snapshot(kBids, kAsks) == Errc::ok);
  return book;
}

}  // namespace

TEST_CASE("a snapshot replaces both sides") {
  auto book = book_e();
  REQUIRE(book.apply_snapshot(Levels{{7, 1}}, {}) == Errc::ok);
  CHECK(levels_of(book.bids()) == Levels{{7, 1}});
  CHECK(book.asks().empty());
}

TEST_CASE("a snapshot that is not strictly sorted best first is refused and changes nothing") {
  const Levels bad_bids[] = {{{999, 3}, {1000, 2}}, {{1000, 2}, {1000, 2}}, {{1000, 0}}, {{0, 1}}, {{-5, 1}}, {{1000, -1}}};
  for (const auto& bids : bad_bids) {
    auto book = book_e();
    CHECK(book.apply_snapshot(bids, kAsks) == Errc::level_order);
    CHECK(levels_of(book.bids()) == kBids);
    CHECK(levels_of(book.asks()) == kAsks);
  }
  auto book = book_e();
  CHECK(book.apply_snapshot(kBids, Levels{{1003, 4}, {1001, 1}}) == Errc::level_order);
  CHECK(levels_of(book.asks()) == kAsks);
}

TEST_CASE("an update sets, inserts and removes in array order") {
  auto book = book_e();
  book.apply_update(Levels{{999, 7}, {998, 1}, {995, 0}, {555, 0}}, Levels{{1002, 9}, {1002, 8}});
  CHECK(levels_of(book.bids()) == Levels{{1000, 2}, {999, 7}, {998, 1}});
  CHECK(levels_of(book.asks()) == Levels{{1001, 1}, {1002, 8}, {1003, 4}, {1010, 6}});
}

TEST_CASE("the last entry of a repeated price wins, a removal included") {
  auto book = book_e();
  book.apply_update(Levels{{1000, 9}, {1000, 0}, {1000, 4}, {999, 1}, {999, 0}}, {});
  CHECK(levels_of(book.bids()) == Levels{{1000, 4}, {995, 5}});
}

TEST_CASE("both sides are cut once, after the whole message") {
  OrderBook book{10};
  Levels bids;
  for (int i = 0; i < 10; ++i) bids.push_back({100 - i, 1});
  REQUIRE(book.apply_snapshot(bids, {}) == Errc::ok);
  // 101 pushes 91 out of sight for a moment; the removal of 100 brings it back, because nothing was cut in between.
  book.apply_update(Levels{{101, 1}, {100, 0}}, {});
  CHECK(book.bids().size() == 10);
  CHECK(book.qty_at(Side::bid, 91) == 1);
  book.apply_update(Levels{{102, 1}}, {});
  CHECK(book.bids().size() == 10);
  CHECK(book.qty_at(Side::bid, 91) == 0);
}

TEST_CASE("queries answer on full, one-sided and empty books") {
  const auto book = book_e();
  CHECK(book.best(Side::bid) == Level{1000, 2});
  CHECK(book.best(Side::ask) == Level{1001, 1});
  CHECK(book.spread() == Int128{1});
  CHECK(book.mid2() == Int128{2001});
  CHECK(book.qty_at(Side::ask, 1003) == 4);
  CHECK(book.qty_at(Side::ask, 1004) == 0);
  CHECK(book.total(Side::bid).qty == 10);
  CHECK(book.total(Side::bid).notional == 1000 * 2 + 999 * 3 + 995 * 5);
  CHECK_FALSE(book.total(Side::bid).cut);
  CHECK_FALSE(book.crossed());

  OrderBook one{10};
  REQUIRE(one.apply_snapshot(kBids, {}) == Errc::ok);
  CHECK_FALSE(one.spread());
  CHECK_FALSE(one.mid2());
  CHECK_FALSE(one.best(Side::ask));
  CHECK_FALSE(one.crossed());
  CHECK_FALSE(one.empty());
  CHECK(OrderBook{10}.empty());
}

TEST_CASE("a side that holds the whole depth is cut") {
  auto book = book_e(3);
  CHECK(book.total(Side::bid).cut);
}

TEST_CASE("locked and crossed books are told") {
  auto book = book_e();
  book.apply_update(Levels{{1001, 1}}, {});
  CHECK(book.crossed());
  CHECK(book.spread() == Int128{0});
}

TEST_CASE("widening multiplies every level, or does nothing when one would not fit") {
  auto book = book_e();
  const auto before = book.checksum();
  REQUIRE(book.widen(1, 2));
  CHECK(levels_of(book.bids()) == Levels{{10000, 200}, {9990, 300}, {9950, 500}});
  CHECK(book.checksum() != before);
  CHECK(book.checksum() == checksum_by_definition(book.bids(), book.asks()));
  CHECK_FALSE(book.widen(18, 0));
  CHECK(levels_of(book.bids()) == Levels{{10000, 200}, {9990, 300}, {9950, 500}});
}

TEST_CASE("a smaller depth cuts with the next message, a larger one keeps more") {
  auto book = book_e(10);
  book.set_depth(2);
  book.apply_update({}, {});
  CHECK(book.bids().size() == 2);
  CHECK(book.asks().size() == 2);
}

TEST_CASE("a depth-1000 book stays within 64 KiB, also after an outsized message") {
  OrderBook book{1000};
  Levels bids;
  Levels asks;
  for (int i = 0; i < 1000; ++i) {
    bids.push_back({1'000'000 - i, 1});
    asks.push_back({1'000'001 + i, 1});
  }
  REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
  CHECK(book.memory_bytes() <= 64u << 10);
  Levels flood;
  for (int i = 0; i < 20'000; ++i) flood.push_back({2'000'000 + i, 1});
  book.apply_update({}, flood);
  CHECK(book.asks().size() == 1000);
  CHECK(book.memory_bytes() <= 64u << 10);
}

TEST_CASE("for random messages the book equals a plain map cut to depth, and both checksums agree") {
  for (const std::size_t depth : {std::size_t{10}, std::size_t{25}, std::size_t{100}, std::size_t{500}, std::size_t{1000}}) {
    Random random{depth};
    OrderBook book{depth};
    test::ModelBook model{depth};
    const std::uint64_t span = depth * 3;
    const auto price = [&](bool bid) {
      // Near the best price as a rule, anywhere now and then.
      const auto offset = random.uniform(3) == 0 ? random.uniform(span) : random.uniform(15);
      return static_cast<std::int64_t>(bid ? 100'000 - offset : 100'001 + offset);
    };
    for (int message = 0; message < 3000; ++message) {
      Levels sides[2];
      for (int side = 0; side < 2; ++side)
        for (auto n = random.uniform(random.uniform(40) == 0 ? 120 : 3); n > 0; --n)
          sides[side].push_back({price(side == 0), static_cast<std::int64_t>(random.uniform(4) == 0 ? 0 : 1 + random.uniform(1'000'000))});
      book.apply_update(sides[0], sides[1]);
      model.update(sides[0], sides[1]);
      REQUIRE(levels_of(book.bids()) == model.bids());
      REQUIRE(levels_of(book.asks()) == model.asks());
      REQUIRE(book.checksum() == model.checksum());
      if (message % 50 == 0) REQUIRE(checksum_by_definition(book.bids(), book.asks()) == model.checksum());
    }
  }
}

TEST_CASE("a long message gives the same book as its levels one by one") {
  Random random{11};
  for (int round = 0; round < 20; ++round) {
    OrderBook whole{1000};
    OrderBook single{1000};
    for (int message = 0; message < 3; ++message) {
      std::vector<Level> bids;
      std::vector<Level> asks;
      for (std::size_t i = 0; i <= OrderBook::kStepwise + random.uniform(600); ++i) {
        const auto price = static_cast<std::int64_t>(1 + random.uniform(700));
        const auto qty = static_cast<std::int64_t>(random.uniform(3));
        bids.push_back({price, qty});
        asks.push_back({1000 + price, qty});
      }
      whole.apply_update(bids, asks);
      for (const auto& level : bids) single.apply_update(std::span{&level, 1}, {});
      for (const auto& level : asks) single.apply_update({}, std::span{&level, 1});
      REQUIRE(std::equal(whole.bids().begin(), whole.bids().end(), single.bids().begin(), single.bids().end()));
      REQUIRE(std::equal(whole.asks().begin(), whole.asks().end(), single.asks().begin(), single.asks().end()));
      REQUIRE(whole.checksum() == checksum_by_definition(single.bids(), single.asks()));
    }
  }
}
