#include "hadal/book/verified_book.hpp"

#include <catch2/catch.hpp>
#include <deque>

#include "hadal/base/decimal.hpp"
#include "support/model_book.hpp"

using namespace hadal;
using enum BookState;

namespace {

/// Builds entries from text and keeps them alive; sends the checksum of a model unless told otherwise.
class Script {
 public:
  explicit Script(VerifiedBook::Options options = {}, std::size_t depth = 10) : book{"TEST/USD", options, scratch}, model{depth} {}

  using Side = std::vector<std::pair<std::string, std::string>>;

  BookOutcome snapshot(const Side& bids, const Side& asks, std::optional<std::uint32_t> checksum, std::optional<UnixNanos> time = {}) {
    const auto& entry = make(bids, asks, checksum, time);
    return book.apply_snapshot({++now}, entry);
  }
  BookOutcome update(const Side& bids, const Side& asks, std::optional<std::uint32_t> checksum, std::optional<UnixNanos> time = {}) {
    const auto& entry = make(bids, asks, checksum, time);
    return book.apply_update({++now}, entry);
  }
  /// A book of one level a side at prices 100.0 / 100.1, with its right checksum, live.
  void go_live() {
    REQUIRE(snapshot({{"100.0", "2.00"}}, {{"100.1", "1.00"}}, 0).check == Check::mismatch);
    const auto right = book.levels().checksum();
    book.released();
    REQUIRE(snapshot({{"100.0", "2.00"}}, {{"100.1", "1.00"}}, right).check == Check::match);
    REQUIRE(book.is_live());
    book.forget_transitions();
  }

  BookScratch scratch;
  VerifiedBook book;
  test::ModelBook model;
  std::int64_t now = 0;

 private:
  const BookEntry& make(const Side& bids, const Side& asks, std::optional<std::uint32_t> checksum, std::optional<UnixNanos> time) {
    const auto levels = [this](const Side& side) {
      auto& list = storage_.emplace_back();
      for (const auto& [price, qty] : side) {
        WireLevel level;
        REQUIRE(parse_decimal(price, level.price) == Errc::ok);
        REQUIRE(parse_decimal(qty, level.qty) == Errc::ok);
        list.push_back(level);
      }
      return std::span<const WireLevel>{list};
    };
    entry_ = {};
    entry_.symbol = "TEST/USD";
    entry_.bids = levels(bids);
    entry_.asks = levels(asks);
    if (checksum) entry_.checksum = {WireChecksum::Kind::value, *checksum};
    entry_.timestamp = time;
    return entry_;
  }

  std::deque<std::vector<WireLevel>> storage_;
  BookEntry entry_;
};

std::vector<int> rows(const VerifiedBook& book) {
  std::vector<int> out;
  for (const auto& change : book.transitions()) out.push_back(change.row);
  return out;
}

}  // namespace

TEST_CASE("a verified snapshot makes a book live, even before its ack") {
  Script s;
  s.go_live();
  CHECK(s.book.verified());
  CHECK(s.book.reason() == Cause::none);
  CHECK(s.book.revision() == 2);
}

TEST_CASE("deltas before the first snapshot are ignored and counted") {
  Script s;
  const auto outcome = s.update({{"1", "1"}}, {}, 5);
  CHECK_FALSE(outcome.applied());
  CHECK(outcome.error == Errc::delta_before_snapshot);
  CHECK(s.book.counters().ignored_deltas == 1);
  CHECK(s.book.levels().empty());
}

TEST_CASE("a mismatch makes the book stale, deltas go on, and only a verified snapshot mends it") {
  Script s;
  s.go_live();
  auto outcome = s.update({{"99.9", "1.00"}}, {}, 12345);
  CHECK(outcome.check == Check::mismatch);
  CHECK(outcome.raised == Cause::checksum);
  CHECK(s.book.state() == stale);
  CHECK(s.book.reason() == Cause::checksum);
  CHECK(rows(s.book) == std::vector<int>{5});
  CHECK_FALSE(s.book.verified());

  // The next right checksum: the ten best agree, the book stays stale.
  outcome = s.update({{"99.9", "0.00"}}, {}, checksum_by_definition(s.book.levels().bids(), s.book.levels().asks()));
  CHECK(outcome.check == Check::mismatch);  // that was the checksum before the removal
  CHECK(outcome.raised == Cause::none);     // one cause an episode
  outcome = s.update({}, {}, s.book.levels().checksum());
  CHECK(outcome.check == Check::match);
  CHECK(s.book.top_verified());
  CHECK(s.book.state() == stale);

  // After a right message a new fault is a new gap.
  CHECK(s.update({}, {}, 1).raised == Cause::checksum);
  CHECK(s.book.counters().gaps == 3);  // go_live raised the first

  // A snapshot that fails its checksum is kept, stale; one that matches makes it live.
  CHECK(s.snapshot({{"50.0", "2.00"}}, {{"50.1", "1.00"}}, 7).check == Check::mismatch);
  CHECK(s.book.state() == stale);
  CHECK(s.book.best(Side::bid) == Level{500, 200});
  s.book.forget_transitions();
  CHECK(s.snapshot({{"50.0", "2.00"}}, {{"50.1", "1.00"}}, s.book.levels().checksum()).check == Check::match);
  CHECK(s.book.is_live());
  CHECK(rows(s.book) == std::vector<int>{6});
}

TEST_CASE("a snapshot without checksum makes a new book live but not verified, and does not mend a stale one") {
  Script s;
  CHECK(s.snapshot({{"1.0", "1"}}, {{"1.1", "1"}}, {}).check == Check::skipped);
  CHECK(s.book.is_live());
  CHECK_FALSE(s.book.verified());
  s.update({}, {}, 99);
  REQUIRE(s.book.state() == stale);
  s.snapshot({{"1.0", "1"}}, {{"1.1", "1"}}, {});
  CHECK(s.book.state() == stale);
}

TEST_CASE("an empty book is not compared, and the count says so") {
  Script s;
  CHECK(s.snapshot({}, {}, 123).check == Check::skipped);
  CHECK(s.book.counters().empty_unverified == 1);
  CHECK(s.book.is_live());
}

TEST_CASE("a message without checksum leaves verified as it was") {
  Script s;
  s.go_live();
  CHECK(s.update({{"99.0", "1.00"}}, {}, {}).check == Check::skipped);
  CHECK(s.book.verified());
  CHECK(s.book.counters().skipped == 1);
}

TEST_CASE("with verification off a book is live and never verified") {
  Script s{{Verify::off, CrossedPolicy::gap, {}}};
  CHECK(s.snapshot({{"1.0", "1"}}, {{"1.1", "1"}}, 42).check == Check::skipped);
  CHECK(s.book.is_live());
  CHECK_FALSE(s.book.verified());
}

TEST_CASE("a crossed book after a whole message is a gap, unless told to warn") {
  for (const auto policy : {CrossedPolicy::gap, CrossedPolicy::warn}) {
    Script s{{Verify::off, policy, {}}};
    s.snapshot({{"1.0", "1"}}, {{"1.1", "1"}}, {});
    const auto outcome = s.update({{"1.2", "1"}}, {}, {});
    CHECK((outcome.raised == Cause::crossed) == (policy == CrossedPolicy::gap));
    CHECK(s.book.is_live() == (policy == CrossedPolicy::warn));
  }
}

TEST_CASE("bids and asks in one message may cross on the way, not at the end") {
  Script s{{Verify::off, CrossedPolicy::gap, {}}};
  s.snapshot({{"1.0", "1"}}, {{"1.1", "1"}}, {});
  CHECK(s.update({{"1.1", "1"}}, {{"1.1", "0"}, {"1.2", "1"}}, {}).raised == Cause::none);
  CHECK(s.book.is_live());
}

TEST_CASE("an unsorted snapshot is refused: waiting books need another, held ones keep their levels") {
  Script s;
  auto outcome = s.snapshot({{"1.0", "1"}, {"1.1", "1"}}, {}, 1);
  CHECK(outcome.error == Errc::level_order);
  CHECK(outcome.raised == Cause::level_order);
  CHECK(s.book.state() == resyncing);
  CHECK_FALSE(s.update({{"1.0", "1"}}, {}, 1).applied());

  Script held;
  held.go_live();
  outcome = held.snapshot({{"1.0", "1"}, {"1.1", "1"}}, {}, 1);
  CHECK(held.book.state() == stale);
  CHECK(held.book.reason() == Cause::level_order);
  CHECK(held.book.best(Side::bid) == Level{1000, 200});
  CHECK(held.update({}, {}, held.book.levels().checksum()).applied());
}

TEST_CASE("a delta older than its snapshot is dropped; one older than its predecessor is applied and counted") {
  Script s;
  s.snapshot({{"1.0", "1"}}, {{"1.1", "1"}}, {}, 1000);
  CHECK(s.update({{"0.9", "1"}}, {}, {}, 999).error == Errc::late_delta);
  CHECK(s.book.levels().bids().size() == 1);
  CHECK(s.update({{"0.9", "1"}}, {}, {}, 1000).applied());
  CHECK(s.update({{"0.8", "1"}}, {}, {}, 3000).applied());
  CHECK(s.update({{"0.7", "1"}}, {}, {}, 2000).applied());
  CHECK(s.book.counters().late_deltas == 1);
  CHECK(s.book.counters().reordered_deltas == 1);
}

TEST_CASE("after an unsubscribe deltas are ignored until the next snapshot, which may overtake its ack") {
  Script s;
  s.go_live();
  s.book.released();
  CHECK_FALSE(s.update({{"99.0", "1.00"}}, {}, 1).applied());
  CHECK(s.book.best(Side::bid) == Level{1000, 200});
  s.book.forget_transitions();
  const auto checksum = s.book.levels().checksum();
  CHECK(s.snapshot({{"100.0", "2.00"}}, {{"100.1", "1.00"}}, checksum).check == Check::match);
  CHECK(rows(s.book) == std::vector<int>{1, 2});
  s.book.subscribed();  // the late ack
  CHECK(s.book.is_live());
}

TEST_CASE("a lost link makes the book stale until it is subscribed anew") {
  Script s;
  s.go_live();
  CHECK(s.book.raise(Cause::transport_lost));
  CHECK(s.book.state() == stale);
  CHECK_FALSE(s.update({}, {}, s.book.levels().checksum()).applied());
  CHECK_FALSE(s.book.raise(Cause::checksum));  // counted, not raised
  CHECK(s.book.reason() == Cause::transport_lost);
  s.book.subscribed();
  CHECK(s.book.state() == awaiting_snapshot);
}

TEST_CASE("scales without an instrument are the longest counts of digits in the snapshot") {
  Script s;
  s.snapshot({{"29430.2", "0.18967538"}, {"29427", "0.001"}}, {{"29430.3", "8.25"}}, {});
  CHECK(s.book.scales() == Scales{1, 8});
  CHECK(s.book.levels().bids()[1] == Level{294270, 100000});
}

TEST_CASE("the instrument decides where the wire's counts disagree, the wire where they agree on another") {
  bool said = false;
  Script mixed{{Verify::every, CrossedPolicy::gap, Scales{1, 8}}};
  said = mixed.snapshot({{"10.5", "0.5"}, {"10.1", "0.25"}}, {{"11.0", "1.125"}}, {}).scale_changed;
  CHECK(mixed.book.scales() == Scales{1, 8});
  CHECK_FALSE(said);

  Script agreed{{Verify::every, CrossedPolicy::gap, Scales{1, 8}}};
  said = agreed.snapshot({{"10.50", "0.50000000"}}, {{"11.00", "1.12500000"}}, {}).scale_changed;
  CHECK(agreed.book.scales() == Scales{2, 8});
  CHECK(said);
  CHECK_FALSE(agreed.snapshot({{"10.50", "0.50000000"}}, {{"11.00", "1.12500000"}}, {}).scale_changed);  // once a book
}

TEST_CASE("digits that the instrument's scale cannot hold are never cut off") {
  Script s{{Verify::every, CrossedPolicy::gap, Scales{1, 2}}};
  s.snapshot({{"10.5", "0.5"}, {"10.1", "0.125"}}, {{"11.0", "1.5"}}, {});
  CHECK(s.book.scales() == Scales{1, 3});
}

TEST_CASE("later tokens are padded, or widen the book once for all levels") {
  Script s;
  s.snapshot({{"100.0", "2.00"}}, {{"100.1", "1.00"}}, {});
  REQUIRE(s.update({{"99", "3"}}, {}, {}).applied());
  CHECK(s.book.counters().padded_numbers == 2);
  CHECK(s.book.levels().bids()[1] == Level{990, 300});
  const auto outcome = s.update({{"99.125", "3.000"}}, {}, {});
  CHECK(outcome.scale_changed);
  CHECK(s.book.scales() == Scales{3, 2});  // zeros beyond the scale carry nothing
  CHECK(s.book.levels().bids()[0] == Level{100000, 200});
  CHECK(s.book.levels().bids()[1] == Level{99125, 300});
  CHECK(s.book.levels().bids()[2] == Level{99000, 300});
}

TEST_CASE("a number beyond 63 bits makes the book stale for good, until somebody asks anew") {
  Script s;
  s.go_live();  // scales 1, 2
  CHECK(s.update({{"99.0", "92233720368547758.1"}}, {}, 1).error == Errc::number_out_of_range);
  CHECK(s.book.state() == stale);
  CHECK(s.book.reason() == Cause::number_out_of_range);
  CHECK(rows(s.book) == std::vector<int>{13});
  s.snapshot({{"100.0", "2.00"}}, {{"100.1", "1.00"}}, s.book.levels().checksum());
  CHECK(s.book.state() == stale);  // no snapshot mends it
  s.book.released();
  s.snapshot({{"100.0", "2.00"}}, {{"100.1", "1.00"}}, s.book.levels().checksum());
  CHECK(s.book.is_live());
}

TEST_CASE("widening that an old level cannot follow is out of range and changes nothing") {
  Script s;
  s.snapshot({{"1.0", "9000000000000000000"}}, {{"1.1", "1"}}, {});
  CHECK(s.update({}, {{"1.2", "0.5"}}, {}).error == Errc::number_out_of_range);
  CHECK(s.book.scales() == Scales{1, 0});
  CHECK(s.book.levels().asks().size() == 1);
}

TEST_CASE("depth: option beats ack beats sent subscribe beats header beats snapshot") {
  Script s;
  s.book.set_depth(100, DepthSource::header);
  CHECK(s.book.depth() == 100);
  s.book.set_depth(25, DepthSource::subscribe);
  CHECK(s.book.depth() == 25);
  s.book.set_depth(10, DepthSource::ack);
  CHECK(s.book.depth() == 10);
  s.book.set_depth(25, DepthSource::subscribe);
  CHECK(s.book.depth() == 10);
  s.book.set_depth(500, DepthSource::option);
  CHECK(s.book.depth() == 500);
  s.book.set_depth(10, DepthSource::ack);
  CHECK(s.book.depth() == 500);
  CHECK(name(s.book.depth_source()) == "option");
}

TEST_CASE("the depth told by a snapshot is the smallest that holds its larger side") {
  Script s;
  Script::Side bids;
  for (int i = 0; i < 11; ++i) bids.emplace_back(std::to_string(100 - i), "1");
  s.snapshot(bids, {}, {});
  CHECK(s.book.depth() == 25);
  CHECK(s.book.depth_source() == DepthSource::snapshot);
  s.book.set_depth(10, DepthSource::ack);  // a later ack corrects it
  CHECK(s.book.depth() == 10);
}

TEST_CASE("ages count from the last message and the last match, and are never negative") {
  Script s;
  CHECK_FALSE(s.book.age({5}));
  s.go_live();
  const auto at = s.now;
  CHECK(s.book.age({at + 120}) == 120);
  CHECK(s.book.verified_age({at + 120}) == 120);
  CHECK(s.book.verified_age({at - 7}) == 0);
  s.update({{"99.0", "1.00"}}, {}, 1);
  CHECK(s.book.verified_age({at + 120}) == 120);
  CHECK(s.book.age({at + 120}) == 119);
}

TEST_CASE("require_live hides what is not live") {
  Script s;
  s.go_live();
  CHECK(s.book.best(Side::bid, true));
  s.book.raise(Cause::lost_frames);
  CHECK_FALSE(s.book.best(Side::bid, true));
  CHECK(s.book.best(Side::bid));
}

TEST_CASE("a book that starts empty takes its scales from the first levels that come") {
  Script s;
  s.snapshot({}, {}, 0);
  REQUIRE(s.book.is_live());
  OrderBook expected{10};
  expected.apply_update(std::vector{Level{1000, 200000000}}, {});
  CHECK(s.update({{"99.0", "0.00000000"}}, {}, std::nullopt).check == Check::skipped);  // a removal says nothing about digits
  CHECK(s.update({{"100.0", "2.00000000"}}, {}, expected.checksum()).check == Check::match);
  CHECK(s.book.scales() == Scales{1, 8});
  CHECK(s.book.verified());
}

TEST_CASE("a refused snapshot leaves neither depth nor scale behind") {
  Script s;
  Script::Side wrong;
  for (int i = 0; i < 30; ++i) wrong.push_back({"100.00", "1.000"});  // not sorted, and 30 deep
  CHECK(s.snapshot(wrong, {}, 1).error == Errc::level_order);
  CHECK(s.book.depth() == 0);
  CHECK(s.book.scales() == Scales{});
  Script::Side right;
  for (int i = 0; i < 10; ++i) right.push_back({std::to_string(100 - i) + ".0", "1.0"});
  s.snapshot(right, {}, std::nullopt);
  CHECK(s.book.depth() == 10);
  s.update({{"101.0", "1.0"}}, {}, std::nullopt);
  CHECK(s.book.levels().bids().size() == 10);
}

TEST_CASE("the depth of a subscription that ended binds the next one only if it was an option") {
  Script s;
  s.book.set_depth(10, DepthSource::ack);
  s.book.subscribed();
  s.book.released();
  CHECK(s.book.depth() == 10);
  s.book.set_depth(25, DepthSource::subscribe);
  CHECK(s.book.depth() == 25);

  Script fixed;
  fixed.book.set_depth(10, DepthSource::option);
  fixed.book.released();
  fixed.book.set_depth(25, DepthSource::ack);
  CHECK(fixed.book.depth() == 10);
}

TEST_CASE("an update that cannot be decoded loses nothing where updates are ignored") {
  Script s;
  s.book.subscribed();
  CHECK_FALSE(s.book.unreadable_update(Cause::number_out_of_range));
  CHECK(s.book.state() == awaiting_snapshot);
  CHECK(s.book.counters().parse_errors == 1);
  s.go_live();
  CHECK(s.book.unreadable_update(Cause::number_out_of_range));
  CHECK(s.book.state() == stale);
  s.book.raise(Cause::closed);
  CHECK_FALSE(s.book.raise(Cause::limit));
  CHECK(s.book.reason() == Cause::closed);
}

TEST_CASE("an empty market ends a repair if the exchange's checksum is that of no text") {
  for (const std::uint32_t sent : {0u, 5u}) {
    Script s;
    s.book.subscribed();
    CHECK(s.snapshot({{"1", "1"}, {"2", "1"}}, {}, 5).error == Errc::level_order);
    REQUIRE(s.book.state() == resyncing);
    s.snapshot({}, {}, sent);
    CHECK(s.book.is_live() == (sent == 0));
  }
}

TEST_CASE("queries answer as for an empty book when a live one is required") {
  Script s;
  s.go_live();
  CHECK(s.book.top(Side::bid, 5) == std::vector{Level{1000, 200}});
  CHECK(s.book.volume_at(Side::ask, 1001, true) == 100);
  s.book.raise(Cause::closed);
  CHECK(s.book.volume_at(Side::ask, 1001) == 100);
  CHECK(s.book.volume_at(Side::ask, 1001, true) == 0);
  CHECK(s.book.top(Side::bid, 5, true).empty());
  CHECK_FALSE(s.book.best(Side::bid, true));
}

TEST_CASE("each input begins with no transitions, so that none is lost") {
  Script s;
  for (int i = 0; i < 5; ++i) {
    s.book.subscribed();
    CHECK(s.book.transitions().size() == 1);
    s.book.released();
    CHECK(s.book.transitions().size() == 1);
  }
}
