#include "hadal/analytics/book_views.hpp"

#include <cstring>

#include "hadal/feed.hpp"
#include "support/allocation_count.hpp"
#include "support/example_books.hpp"
#include "support/frames.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

constexpr std::string_view kSymbol = "BTC/USD";

const TextLevels kBidsE{{"100.0", "2.00000000"}, {"99.9", "3.00000000"}, {"99.5", "5.00000000"}};
const TextLevels kAsksE{{"100.1", "1.00000000"}, {"100.3", "4.00000000"}, {"101.0", "6.00000000"}};

/// A feed with one book of depth 10.
struct Market {
  Feed feed{{}};
  Millis now{0};

  void text(std::string_view frame) { feed.on_text({++now.count}, 1, frame); }
  void sent(std::string_view method) {
    feed.on_sent({++now.count}, 1,
                 R"({"method":")" + std::string{method} + R"(","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}})");
  }
  void snapshot_e() { text(book_frame("snapshot", kSymbol, kBidsE, kAsksE)); }
  [[nodiscard]] const VerifiedBook& book() const {
    const auto* found = feed.book(kSymbol);
    REQUIRE(found != nullptr);
    return *found;
  }
};

ViewRequest everything() {
  ViewRequest out;
  out.ladder = ViewRequest::LadderRows{10, Decimal{5, 1}};
  out.columns = ViewRequest::Columns{11};
  out.imbalance = 0;
  out.pressure = PressureConfig{};
  out.bands = true;
  out.fill = ViewRequest::Order{TakerSide::buy, {500, 0}, true};
  out.cursor = 1003;
  return out;
}

ViewRequest order(Decimal amount, bool notional) {
  ViewRequest out;
  out.fill = ViewRequest::Order{TakerSide::buy, amount, notional};
  return out;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

}  // namespace

TEST_CASE("views: what a book says of itself") {
  Market market;
  market.text(kSnapshot);
  BookViews views;
  const auto& got = views.look(market.book());
  CHECK(got.symbol == kSymbol);
  CHECK(got.revision == 1);
  CHECK(got.state == BookState::live);
  CHECK(got.reason == Cause::none);
  CHECK(got.verified);
  CHECK(got.exchange_time == market.book().exchange_time());
  CHECK(got.received_at == Millis{1});
  CHECK(got.verified_at == Millis{1});
  CHECK(got.scales == kExampleScales);
  CHECK(got.depth == 10);
  CHECK(got.best_bid == Level{600'000, 50'000'000});
  CHECK(got.best_ask == Level{600'001, 25'000'000});
  CHECK(got.spread == Int128{1});
  CHECK(got.mid2 == Int128{1'200'001});
  CHECK(got.spread_bps == 20'000.0 / 1'200'001);
  CHECK(got.spread_percent == 100.0 / 600'001);
  CHECK(got.microprice == (600'000.0 * 25'000'000 + 600'001.0 * 50'000'000) / 75'000'000);
  CHECK(got.bids.qty == 791'530'111);
  CHECK(got.bids.cut);
  CHECK(got.asks.cut);
  market.text(kUpdates[0]);
  CHECK(views.look(market.book()).best_bid == Level{600'000, 35'000'000});
  CHECK(got.revision == 2);
  CHECK(got.received_at == Millis{2});
}

TEST_CASE("views: book E, all at once") {
  Market market;
  market.snapshot_e();
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  const auto& got = views.look(market.book());
  CHECK(got.state == BookState::live);
  CHECK_FALSE(got.verified);  // no checksum was sent
  CHECK_FALSE(got.verified_at);
  CHECK(got.bids.qty == Int128{10} * kCoin);
  CHECK(got.bids.notional == Int128{9'972} * kCoin);  // 997.2 in 10^-9
  CHECK(got.asks.qty == Int128{11} * kCoin);
  CHECK(got.asks.notional == Int128{11'073} * kCoin);
  CHECK_FALSE(got.asks.cut);
  CHECK(got.ladder_error == Errc::ok);
  CHECK(got.group == 5);
  REQUIRE(got.ladder.bids.size() == 2);
  CHECK(got.ladder.bids[1].bucket.qty == Int128{8} * kCoin);
  CHECK(got.columns_error == Errc::ok);
  CHECK(got.first == 990);  // mid 1000.5, ten ticks each way
  CHECK(got.last == 1012);
  REQUIRE(got.columns.bids.size() == 11);
  CHECK(got.columns.bids[3] == 5.0 * kCoin);
  CHECK(got.columns.asks[10] == 11.0 * kCoin);
  CHECK(got.imbalance.imbalance == digits(-0.047619048));
  CHECK(got.pressure.confidence == digits(0.020611237));
  REQUIRE(got.bands[2]);
  CHECK(got.bands[2]->ppm == 10'000);
  CHECK(got.bands[2]->bid_qty == Int128{10} * kCoin);
  REQUIRE(got.bands[0]);
  CHECK(got.bands[0]->bid_qty == Int128{2} * kCoin);
  CHECK(got.fill_error == Errc::ok);
  CHECK(got.fill.filled == 498'703'888);
  REQUIRE(got.cursor);
  CHECK(got.cursor->distance_percent == digits(0.249875062));
}

TEST_CASE("views: computed once per revision, request and increment") {
  Market market;
  market.snapshot_e();
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  CHECK(views.computed() == 0);
  for (int i = 0; i < 5; ++i) static_cast<void>(views.look(market.book()));
  CHECK(views.computed() == 1);
  market.text(book_frame("update", kSymbol, {{"99.9", "4.00000000"}}, {}));
  for (int i = 0; i < 5; ++i) static_cast<void>(views.look(market.book()));
  CHECK(views.computed() == 2);
  CHECK(views.look(market.book()).bids.qty == Int128{11} * kCoin);
  static_cast<void>(views.look(market.book(), 5));
  CHECK(views.computed() == 3);
  static_cast<void>(views.look(market.book(), 5));
  CHECK(views.computed() == 3);
  auto changed = everything();
  changed.cursor = 1001;
  REQUIRE(views.request(changed) == Errc::ok);
  CHECK(views.look(market.book(), 5).cursor->here.total == Int128{kCoin});
  CHECK(views.computed() == 4);
}

TEST_CASE("views: the same request again is no change") {
  Market market;
  market.snapshot_e();
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  static_cast<void>(views.look(market.book()));
  REQUIRE(views.request(everything()) == Errc::ok);
  static_cast<void>(views.look(market.book()));
  CHECK(views.computed() == 1);
}

TEST_CASE("views: a refused request changes nothing") {
  Market market;
  market.snapshot_e();
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  static_cast<void>(views.look(market.book()));
  const auto refused = [&](auto change) {
    auto request = everything();
    request.imbalance = 1;
    change(request);
    CHECK(check(request) == Errc::config_invalid);
    CHECK(views.request(request) == Errc::config_invalid);
    CHECK(views.wanted().imbalance == std::size_t{0});
    CHECK(views.look(market.book()).ladder.bids.size() == 2);
    CHECK(views.computed() == 1);
  };
  refused([](auto& request) { request.ladder->group = Decimal{0, 0}; });
  refused([](auto& request) { request.ladder->group = Decimal{-5, 1}; });
  refused([](auto& request) { request.columns->columns = 0; });
  refused([](auto& request) { request.columns->columns = kMaxColumns + 1; });
  refused([](auto& request) { request.columns = ViewRequest::Columns{10, 5, 5}; });
  refused([](auto& request) { request.columns = ViewRequest::Columns{10, 6, 5}; });
  refused([](auto& request) { request.columns = ViewRequest::Columns{10, 6, std::nullopt}; });
  refused([](auto& request) { request.columns = ViewRequest::Columns{10, std::nullopt, 6}; });
  refused([](auto& request) { request.pressure->weak = 0.6; });
  refused([](auto& request) { request.fill->amount = {0, 3}; });
  refused([](auto& request) { request.fill->amount = {-1, 0}; });
  CHECK(check(ViewRequest{}) == Errc::ok);
  CHECK(check(everything()) == Errc::ok);
}

TEST_CASE("views: asked for before the first snapshot, there when it comes") {
  Market market;
  market.sent("subscribe");
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  const auto& got = views.look(market.book());
  CHECK(got.state == BookState::awaiting_snapshot);
  CHECK(got.revision == 0);
  CHECK_FALSE(got.best_bid);
  CHECK_FALSE(got.spread);
  CHECK_FALSE(got.mid2);
  CHECK_FALSE(got.microprice);
  CHECK(got.bids.qty == 0);
  CHECK(got.ladder.bids.empty());
  CHECK(got.columns_error == Errc::config_invalid);  // nothing to look at
  CHECK(got.columns.bids.empty());
  CHECK(got.imbalance.imbalance == 0.0);
  CHECK(got.pressure.signal == PressureSignal::neutral);
  for (const auto& band : got.bands) CHECK_FALSE(band);
  CHECK(got.fill.filled == 0);
  CHECK_FALSE(got.cursor);
  market.snapshot_e();
  static_cast<void>(views.look(market.book()));
  CHECK(got.ladder_error == Errc::ok);
  CHECK(got.ladder.bids.size() == 2);
  CHECK(got.columns_error == Errc::ok);
  CHECK(got.first == 990);
  CHECK(got.fill.filled == 498'703'888);
  CHECK(got.cursor);
}

TEST_CASE("views: a group finer than a tick, or no multiple of the increment, has no ladder") {
  Market market;
  market.snapshot_e();
  BookViews views;
  const auto error = [&](Decimal group, std::int64_t increment) {
    auto request = everything();
    request.ladder->group = group;
    REQUIRE(views.request(request) == Errc::ok);
    const auto& got = views.look(market.book(), increment);
    CHECK(got.ladder.bids.empty() == (got.ladder_error != Errc::ok));
    CHECK(got.ladder.asks.empty() == (got.ladder_error != Errc::ok));
    CHECK(got.cursor);  // the rest is there
    CHECK(got.columns.bids.size() == 11);
    return got.ladder_error;
  };
  CHECK(error({5, 2}, 1) == Errc::config_invalid);
  CHECK(error({5, 1}, 1) == Errc::ok);
  CHECK(error({5, 1}, 2) == Errc::config_invalid);
  CHECK(error({1, 1}, 5) == Errc::config_invalid);
  CHECK(error({5, 1}, 5) == Errc::ok);
  CHECK(error({50, 2}, 5) == Errc::ok);  // a zero more is the same group
  CHECK(error({kHuge, 0}, 1) == Errc::config_invalid);
  CHECK(error({kHuge, 1}, 1) == Errc::ok);
  CHECK(views.look(market.book()).group == kHuge);
  ViewRequest plain;
  plain.ladder = ViewRequest::LadderRows{2};
  REQUIRE(views.request(plain) == Errc::ok);
  const auto& got = views.look(market.book(), 5);  // the levels as they are, whatever the increment
  CHECK(got.ladder_error == Errc::ok);
  CHECK(got.group == 1);
  REQUIRE(got.ladder.bids.size() == 2);
  CHECK(got.ladder.bids[1].bucket.price == 999);
}

TEST_CASE("views: a request stays right when the scale widens") {
  Market market;
  market.snapshot_e();
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  CHECK(views.look(market.book()).group == 5);
  market.text(book_frame("update", kSymbol, {{"99.45", "1.000000005"}}, {}));
  const auto& got = views.look(market.book());
  CHECK(got.scales == Scales{2, 9});
  CHECK(got.group == 50);
  REQUIRE(got.ladder.bids.size() == 3);
  CHECK(got.ladder.bids[2].bucket.price == 9900);
  CHECK(got.fill.filled == 4'987'038'883);
  CHECK(got.best_ask == Level{10'010, 1'000'000'000});
}

TEST_CASE("views: a refused update may widen the scale without a new revision") {
  Market market;
  market.snapshot_e();
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  CHECK(views.look(market.book()).best_bid == Level{1000, 2 * kCoin});
  market.text(book_frame("update", kSymbol, {{"99.45", "1.00000000"}, {"922337203685477580.7", "1.00000000"}}, {}));
  const auto& got = views.look(market.book());
  CHECK(got.revision == 1);
  CHECK(got.reason == Cause::number_out_of_range);
  CHECK(got.scales == Scales{2, 8});
  CHECK(got.best_bid == Level{10'000, 2 * kCoin});
  CHECK(got.group == 50);
}

TEST_CASE("views: amounts that are finer than the units cannot be filled") {
  Market market;
  market.snapshot_e();
  BookViews views;
  REQUIRE(views.request(order({3, 0}, false)) == Errc::ok);
  CHECK(views.look(market.book()).fill.vwap == 3007.0 / 3);
  REQUIRE(views.request(order({1, 9}, false)) == Errc::ok);
  CHECK(views.look(market.book()).fill_error == Errc::config_invalid);
  CHECK(views.look(market.book()).fill.filled == 0);
  REQUIRE(views.request(order({1, 9}, true)) == Errc::ok);
  CHECK(views.look(market.book()).fill_error == Errc::ok);
  CHECK(views.look(market.book()).fill.unspent == Int128{1});
  REQUIRE(views.request(order({1, 10}, true)) == Errc::ok);
  CHECK(views.look(market.book()).fill_error == Errc::config_invalid);
}

TEST_CASE("views: the first view follows a side that is alone, and holds the whole width around mid") {
  Market market;
  market.text(book_frame("snapshot", kSymbol, {}, {{"100.0", "1.0"}, {"103.0", "1.0"}}));
  BookViews views;
  ViewRequest request;
  request.columns = ViewRequest::Columns{4};
  REQUIRE(views.request(request) == Errc::ok);
  const auto& got = views.look(market.book());
  CHECK(got.columns_error == Errc::ok);
  CHECK(got.first == 970);
  CHECK(got.last == 1031);  // not included
  CHECK(got.columns.asks.back() == 20.0);
  market.text(book_frame("snapshot", kSymbol, {{"0.2", "1.0"}}, {{"0.4", "1.0"}}));
  static_cast<void>(views.look(market.book()));
  CHECK(got.first <= 0);
  CHECK(got.last == 14);  // mid 3, ten ticks
  market.text(book_frame("snapshot", kSymbol, {}, {}));
  static_cast<void>(views.look(market.book()));
  CHECK(got.columns_error == Errc::config_invalid);
  CHECK(got.columns.asks.empty());
  request.columns = ViewRequest::Columns{4, 10, 20};
  REQUIRE(views.request(request) == Errc::ok);
  static_cast<void>(views.look(market.book()));
  CHECK(got.columns_error == Errc::ok);  // an empty book is 0 everywhere
  CHECK(got.columns.asks == std::vector<double>(4, 0.0));
}

TEST_CASE("views: a stale book answers with its state, and nothing is computed for that") {
  Market market;
  market.text(kSnapshot);
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  CHECK(views.look(market.book()).verified);
  market.feed.on_closed({9}, 1, 1006, "");
  const auto& got = views.look(market.book());
  CHECK(got.state == BookState::stale);
  CHECK(got.reason == Cause::transport_lost);
  CHECK_FALSE(got.verified);
  CHECK(got.best_bid == Level{600'000, 50'000'000});
  CHECK(got.verified_at == Millis{1});
  CHECK(got.ladder_error == Errc::ok);
  CHECK_FALSE(got.ladder.bids.empty());
  CHECK(views.computed() == 1);
}

TEST_CASE("views: a wrong checksum shows at once") {
  Market market;
  market.text(kSnapshot);
  BookViews views;
  static_cast<void>(views.look(market.book()));
  market.text(book_frame("update", kSymbol, {{"60000.0", "0.70000000"}}, {}, "1"));
  const auto& got = views.look(market.book());
  CHECK(got.state == BookState::stale);
  CHECK(got.reason == Cause::checksum);
  CHECK_FALSE(got.verified);
  CHECK(got.best_bid == Level{600'000, 70'000'000});
}

TEST_CASE("views: a book that was emptied is empty") {
  Market market;
  market.text(kSnapshot);
  BookViews views;
  CHECK(views.look(market.book()).best_bid);
  market.sent("unsubscribe");
  CHECK(views.look(market.book()).state == BookState::unsubscribed);
  REQUIRE(market.feed.clear(kSymbol) == Errc::ok);
  CHECK_FALSE(market.book().best(Side::bid));
  CHECK_FALSE(views.look(market.book()).best_bid);
}

TEST_CASE("views: another book in the same place is another book") {
  BookScratch scratch;
  BookViews views;
  std::optional<VerifiedBook> book;
  for (const std::int64_t price : {100, 200}) {
    book.emplace("BTC/USD", VerifiedBook::Options{}, scratch);
    const std::vector<WireLevel> bids{{{price, 0}, {1, 0}}};
    BookEntry entry;
    entry.symbol = kSymbol;
    entry.bids = bids;
    REQUIRE(book->apply_snapshot({1}, entry).applied());
    CHECK(views.look(*book).best_bid == Level{price, 1});
  }
}

TEST_CASE("views: two books in turn") {
  Market market;
  market.snapshot_e();
  market.text(book_frame("snapshot", "ETH/USD", {{"7", "1"}}, {}));
  BookViews views;
  REQUIRE(views.request(everything()) == Errc::ok);
  const auto* other = market.feed.book("ETH/USD");
  REQUIRE(other != nullptr);
  CHECK(views.look(market.book()).best_bid->price == 1000);
  CHECK(views.look(*other).best_bid->price == 7);
  CHECK(views.look(*other).symbol == "ETH/USD");
  CHECK_FALSE(views.look(*other).cursor);
  CHECK(views.look(market.book()).cursor);
}

TEST_CASE("views: equal revisions and requests give equal results, whatever was asked before") {
  Market market;
  market.snapshot_e();
  ViewRequest little;
  little.cursor = 1001;
  BookViews used;
  REQUIRE(used.request(everything()) == Errc::ok);
  static_cast<void>(used.look(market.book()));
  REQUIRE(used.request(little) == Errc::ok);
  BookViews fresh;
  REQUIRE(fresh.request(little) == Errc::ok);
  const auto& a = used.look(market.book());
  const auto& b = fresh.look(market.book());
  CHECK(a.cursor->here.total == b.cursor->here.total);
  CHECK(a.ladder.bids.size() == b.ladder.bids.size());
  CHECK(a.ladder.asks.size() == b.ladder.asks.size());
  CHECK(a.group == b.group);
  CHECK(a.first == b.first);
  CHECK(a.last == b.last);
  CHECK(same(a.columns.bids, b.columns.bids));
  CHECK(a.imbalance.bid_qty == b.imbalance.bid_qty);
  CHECK(a.pressure.score == b.pressure.score);
  CHECK(a.bands[0].has_value() == b.bands[0].has_value());
  CHECK(a.fill.filled == b.fill.filled);
}

TEST_CASE("views allocate nothing after warm-up") {
  for (const std::int64_t depth : {10, 1000}) {
    TextLevels bids;
    TextLevels asks;
    const auto price = [](std::int64_t ticks) { return std::to_string(ticks / 10) + "." + std::to_string(ticks % 10); };
    for (std::int64_t i = 0; i < depth; ++i) {
      bids.emplace_back(price(600'000 - i * 3), "1.00000000");
      asks.emplace_back(price(600'001 + i * 3), "2.00000000");
    }
    const auto snapshot = book_frame("snapshot", kSymbol, bids, asks);
    const std::vector<std::string> updates{
        book_frame("update", kSymbol, {{bids[2].first, "5.00000000"}}, {{asks[0].first, "0.00000000"}}),
        book_frame("update", kSymbol, {{bids[1].first, "0.00000000"}}, {{asks[0].first, "7.00000000"}}),
        book_frame("update", kSymbol, {{bids[1].first, "3.00000000"}}, {}),
    };
    Market market;
    BookViews views;
    auto request = everything();
    request.columns = ViewRequest::Columns{kMaxColumns};
    request.cursor = 600'050;
    auto fine = request;
    fine.ladder = ViewRequest::LadderRows{0};
    fine.columns = ViewRequest::Columns{100, 599'000, 601'000};
    fine.fill = ViewRequest::Order{TakerSide::sell, {20, 0}, false};
    std::size_t allocations = 0;
    const auto round = [&] {
      for (const auto& wanted : {request, fine}) {
        REQUIRE(views.request(wanted) == Errc::ok);
        market.text(snapshot);
        const auto look = [&] {
          const auto& book = market.book();
          const auto before = allocation_count();
          static_cast<void>(views.look(book));
          allocations += allocation_count() - before;
        };
        look();
        for (const auto& update : updates) {
          market.text(update);
          look();
        }
      }
    };
    round();
    CHECK(views.look(market.book()).depth == depth);
    CHECK(allocations > 0);
    allocations = 0;
    const auto computed = views.computed();
    for (int i = 0; i < 5; ++i) round();
    CHECK(allocations == 0);
    CHECK(views.computed() == computed + 5 * 2 * 4);
  }
}
