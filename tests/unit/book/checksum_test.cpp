#include "hadal/book/checksum.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "hadal/base/random.hpp"
#include "hadal/book/order_book.hpp"
#include "hadal/detail/crc_join.hpp"
#include "support/model_book.hpp"

using namespace hadal;

namespace {

struct Vector {
  const char* name;
  std::vector<Level> asks;
  std::vector<Level> bids;
  std::uint32_t checksum;
};

/// Formula F-1 and protocol/book-checksum.md sections 1.3 to 1.5.
const Vector kVectors[] = {
    {"book E of the formula sheet",
     {{1001, 100000000}, {1003, 400000000}, {1010, 600000000}},
     {{1000, 200000000}, {999, 300000000}, {995, 500000000}},
     2778923152u},
    {"documented BTC/USD example",
     {{452852, 100000},
      {452864, 154571953},
      {452866, 154571109},
      {452896, 154560911},
      {452902, 15890660},
      {452918, 154553491},
      {452947, 4454749},
      {452961, 35380000},
      {452975, 9945542},
      {452995, 18772827}},
     {{452835, 10000000},
      {452834, 154582015},
      {452821, 10000000},
      {452810, 10000000},
      {452803, 154592586},
      {452790, 7990000},
      {452776, 3310103},
      {452775, 30000000},
      {452773, 154602737},
      {452766, 15445238}},
     3310070434u},
    {"documented MATIC/USD snapshot, zeros restored",
     {{5668, 441079769741},
      {5669, 465540412487},
      {5670, 4984489424998},
      {5671, 2430641678000},
      {5672, 2978325223475},
      {5673, 5723471239278},
      {5674, 4506504744000},
      {5675, 591276380354},
      {5676, 4251492434778},
      {5677, 3630408470220}},
     {{5666, 483175496356},
      {5665, 665822734739},
      {5664, 1872491513344},
      {5663, 1156392544914},
      {5662, 1400665365711},
      {5661, 1745485679807},
      {5660, 1809715470000},
      {5659, 3364489175666},
      {5658, 14834640000},
      {5657, 60670854372}},
     2439117997u},
    {"thin book", {{131, 40000000000}, {140, 1234567890}}, {{120, 25000000000}, {119, 100050000000}, {100, 9000000000}}, 3060406810u},
    {"thin book without asks", {}, {{120, 25000000000}, {119, 100050000000}, {100, 9000000000}}, 1956536667u},
    {"price precision 0", {{9760000, 20000000}}, {{9750000, 10000000}}, 2877684915u},
    {"empty book", {}, {}, 0u},
};

}  // namespace

TEST_CASE("checksums of documented and recorded books come out by definition and joined") {
  for (const auto& vector : kVectors) {
    INFO(vector.name);
    OrderBook book{10};
    REQUIRE(book.apply_snapshot(vector.bids, vector.asks) == Errc::ok);
    CHECK(checksum_by_definition(book.bids(), book.asks()) == vector.checksum);
    CHECK(book.checksum() == vector.checksum);
  }
}

TEST_CASE("the checksum text of book E is the one of the formula sheet") {
  OrderBook book{10};
  REQUIRE(book.apply_snapshot(kVectors[0].bids, kVectors[0].asks) == Errc::ok);
  CHECK(checksum_text(book.bids(), book.asks()) == "1001100000000100340000000010106000000001000200000000999300000000995500000000");
}

TEST_CASE("only ten levels a side enter the checksum, whatever the depth") {
  OrderBook deep{25};
  std::vector<Level> bids;
  for (int i = 0; i < 25; ++i) bids.push_back({1000 - i, 5});
  REQUIRE(deep.apply_snapshot(bids, {}) == Errc::ok);
  OrderBook shallow{10};
  REQUIRE(shallow.apply_snapshot(std::span{bids}.first(10), {}) == Errc::ok);
  CHECK(deep.checksum() == shallow.checksum());
}

TEST_CASE("the MATIC update leads to its documented checksum") {
  OrderBook book{10};
  REQUIRE(book.apply_snapshot(kVectors[2].bids, kVectors[2].asks) == Errc::ok);
  REQUIRE(book.checksum() == 2439117997u);
  book.apply_update(std::vector<Level>{{5657, 109839475580}}, {});
  CHECK(book.checksum() == 2114181697u);
}

TEST_CASE("table CRC equals the check value and Boost's, for every length") {
  const auto& tables = detail::CrcTables::instance();
  CHECK(tables.crc("123456789") == 0xCBF43926u);
  CHECK(tables.crc("") == 0u);
}

TEST_CASE("CRCs of joined texts equal the CRC of the whole (F-62)") {
  const auto& tables = detail::CrcTables::instance();
  const std::string asks = "100110000000010034000000001010600000000";
  const std::string bids = "1000200000000999300000000995500000000";
  CHECK(tables.crc(asks) == 2403716045u);
  CHECK(tables.crc(bids) == 1996461434u);
  CHECK(tables.join(2403716045u, 1996461434u, bids.size()) == 2778923152u);

  Random random{7};
  for (std::size_t length = 0; length <= detail::CrcTables::kMaxJoin; ++length) {
    std::string text;
    for (std::size_t i = 0; i < 20 + length; ++i) text += static_cast<char>('0' + random.uniform(9));
    const auto first = std::string_view{text}.substr(0, 20);
    const auto second = std::string_view{text}.substr(20);
    REQUIRE(tables.join(tables.crc(first), tables.crc(second), length) == tables.crc(text));
  }
}

TEST_CASE("the longest possible levels fit the join tables") {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  std::vector<Level> bids;
  std::vector<Level> asks;
  for (int i = 0; i < 10; ++i) bids.push_back({kMax - i - 10, kMax});
  for (int i = 0; i < 10; ++i) asks.push_back({kMax - 9 + i, kMax});
  OrderBook book{10};
  REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
  CHECK(book.checksum() == checksum_by_definition(book.bids(), book.asks()));
}
