#include "hadal/analytics/tape.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace hadal;

namespace {

Trade trade(std::optional<std::int64_t> id, std::int64_t qty = 1) {
  Trade out;
  out.side = TakerSide::sell;
  out.price = {1001, 1};
  out.qty = {qty, 0};
  out.ord_type = "limit";
  out.trade_id = id;
  return out;
}

}  // namespace

TEST_CASE("the tape keeps what a trade says") {
  Tape tape;
  auto one = trade(7);
  one.ord_type = "market";
  one.timestamp = 123;
  REQUIRE(tape.add(Millis{50}, FrameKind::snapshot, one));
  REQUIRE(tape.add(Millis{60}, FrameKind::update, trade(8)));
  const auto& first = tape.trades().front();
  CHECK(first.side == TakerSide::sell);
  CHECK(first.market);
  CHECK(first.replayed);
  CHECK(first.price == Decimal{1001, 1});
  CHECK(first.qty == Decimal{1, 0});
  CHECK(first.id == 7);
  CHECK(first.time == 123);
  CHECK(first.received == Millis{50});
  CHECK_FALSE(tape.trades().back().market);
  CHECK_FALSE(tape.trades().back().replayed);
  CHECK_FALSE(tape.trades().back().time);
}

TEST_CASE("a trade that is sent again is dropped and counted") {
  Tape tape;
  for (const int id : {10, 12, 11}) CHECK(tape.add(Millis{0}, FrameKind::update, trade(id)));
  for (const int id : {10, 11, 12}) CHECK_FALSE(tape.add(Millis{1}, FrameKind::snapshot, trade(id)));
  CHECK(tape.add(Millis{1}, FrameKind::snapshot, trade(9)));  // missed before: the ring is not full
  CHECK(tape.duplicates() == 3);
  CHECK(tape.total() == 4);
  CHECK(tape.trades().size() == 4);
}

TEST_CASE("a trade without an id is always new") {
  Tape tape;
  CHECK(tape.add(Millis{0}, FrameKind::update, trade(std::nullopt)));
  CHECK(tape.add(Millis{0}, FrameKind::update, trade(std::nullopt)));
  CHECK(tape.duplicates() == 0);
}

TEST_CASE("a full tape lets the oldest go and does not take it back") {
  Tape tape;
  for (std::int64_t id = 1; id <= 1'001; ++id) REQUIRE(tape.add(Millis{id}, FrameKind::update, trade(id)));
  CHECK(tape.trades().size() == Tape::kMost);
  CHECK(tape.trades().front().id == 2);
  CHECK_FALSE(tape.add(Millis{0}, FrameKind::snapshot, trade(1)));
  CHECK_FALSE(tape.add(Millis{0}, FrameKind::snapshot, trade(2)));
  CHECK(tape.duplicates() == 2);
  CHECK(tape.total() == 1'001);
}

TEST_CASE("in a full tape an id above the lowest that was never seen is new") {
  Tape tape;
  for (std::int64_t id = 1; id <= 1'000; ++id) REQUIRE(tape.add(Millis{id}, FrameKind::update, trade(2 * id)));
  CHECK(tape.add(Millis{0}, FrameKind::update, trade(5)));
  CHECK_FALSE(tape.add(Millis{0}, FrameKind::update, trade(5)));
}

TEST_CASE("the newest trades of a least size come newest first") {
  Tape tape;
  for (std::int64_t i = 1; i <= 6; ++i) REQUIRE(tape.add(Millis{i}, FrameKind::update, trade(i, i % 2 == 0 ? 5 : 4)));
  std::vector<std::int64_t> ids;
  tape.newest(2, {50, 1}, [&ids](const TapeTrade& one) { ids.push_back(*one.id); });
  CHECK(ids == std::vector<std::int64_t>{6, 4});
  ids.clear();
  tape.newest(100, {0, 0}, [&ids](const TapeTrade& one) { ids.push_back(*one.id); });
  CHECK(ids == std::vector<std::int64_t>{6, 5, 4, 3, 2, 1});
}

TEST_CASE("a cleared tape knows no ids, but keeps its counts") {
  Tape tape;
  REQUIRE(tape.add(Millis{0}, FrameKind::update, trade(1)));
  REQUIRE_FALSE(tape.add(Millis{0}, FrameKind::update, trade(1)));
  tape.clear();
  CHECK(tape.trades().empty());
  CHECK(tape.add(Millis{0}, FrameKind::update, trade(1)));
  CHECK(tape.total() == 2);
  CHECK(tape.duplicates() == 1);
}
