// Trackers over a stream of events: when they look, what they tell, and that they are silent where nothing happened (area H).

#include "hadal/analytics/analytics.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "hadal/analytics/followed_text.hpp"
#include "hadal/flow/event_stream.hpp"
#include "hadal/log.hpp"
#include "support/allocation_count.hpp"
#include "support/frames.hpp"
#include "support/session_script.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

/// Frames into a feed, events out as lines; trackers as wished.
struct Followed {
  Followed() : stream{&log}, feed{config(), &stream} { log.set_origin({0}); }
  static FeedConfig config() {
    FeedConfig out;
    out.depth = 10;
    return out;
  }
  std::string text(std::string_view frame) {
    stream.begin({now});
    feed.on_text({now}, 1, frame);
    return take();
  }
  std::string pass(std::int64_t ms) {
    now += ms;
    stream.begin({now});
    return take();
  }
  /// Lines of the trackers alone.
  std::string take() {
    std::string out;
    auto lines = log.take();
    for (std::size_t at = 0; at < lines.size();) {
      const auto end = lines.find('\n', at);
      const auto line = lines.substr(at, end - at);
      at = end + 1;
      for (const auto* type : {"flow", "whale", "cancel_after_show", "health", "spread", "candle_closed"})
        if (line.find(joined({R"("type":")", type, "\""})) != std::string::npos) (out += line) += '\n';
    }
    return out;
  }
  static std::size_t count(const std::string& lines, std::string_view what) {
    std::size_t n = 0;
    for (auto at = lines.find(what); at != std::string::npos; at = lines.find(what, at + 1)) ++n;
    return n;
  }

  LogWriter log{true};
  EventStream stream;
  Feed feed;
  std::int64_t now = 0;
};

/// Whole numbers, without checksum.
std::string frame(std::string_view type, const TextLevels& bids, const TextLevels& asks) { return book_frame(type, "BTC/USD", bids, asks); }

const TextLevels kBids{{"100.0", "2.0"}, {"99.9", "3.0"}, {"99.5", "5.0"}};
const TextLevels kAsks{{"100.1", "1.0"}, {"100.3", "4.0"}, {"101.0", "6.0"}};

std::string trade(std::int64_t id, std::string_view price, std::string_view qty, std::string_view side, std::string_view type = "update") {
  return joined({R"({"channel":"trade","type":")", type, R"(","data":[{"symbol":"BTC/USD","side":")", side, R"(","price":)", price,
                 R"(,"qty":)", qty, R"(,"ord_type":"market","trade_id":)", std::to_string(id),
                 R"(,"timestamp":"2026-01-02T03:04:05.678901Z"}]})"});
}

}  // namespace

TEST_CASE("nothing is told until it is asked for, and the log is as without trackers", "[analytics]") {
  LogWriter alone{true};
  Feed feed{Followed::config(), &alone};
  Followed s;
  for (const auto& text : {frame("snapshot", kBids, kAsks), frame("update", {{"100.0", "50.0"}}, {}), trade(1, "100.1", "1.0", "buy")}) {
    feed.on_text({0}, 1, text);
    s.stream.begin({0});
    s.feed.on_text({0}, 1, text);
  }
  CHECK(s.log.take() == alone.take());
  CHECK(s.stream.analytics().symbol("BTC/USD")->tape().total() == 1);  // always known
  CHECK(s.stream.analytics().symbol("BTC/USD")->whales() == nullptr);
  CHECK_FALSE(s.stream.deadline({0}));
}

TEST_CASE("order flow of a book, with the history of what happened", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.flow.emplace();
  REQUIRE(s.stream.analytics().track("BTC/USD", config) == Errc::ok);
  CHECK(s.text(frame("snapshot", kBids, kAsks)).empty());  // the baseline
  const auto lines = s.text(frame("update", {{"100.0", "12.0"}, {"99.5", "0"}}, {}));
  CHECK(Followed::count(lines, "\n") == 2);
  CHECK(lines.find(R"("type":"flow","symbol":"BTC/USD","flow":1,"kind":"large_appeared","side":"bid","price":"100.0","qty":"12.0"})") !=
        std::string::npos);
  CHECK(lines.find(R"("flow":2,"kind":"level_removed","side":"bid","price":"99.5","qty":"5.0"})") != std::string::npos);
  const auto best = s.text(frame("update", {{"100.0", "0"}}, {}));
  CHECK(best.find(R"("kind":"large_disappeared","side":"bid","price":"100.0","qty":"12.0")") != std::string::npos);
  CHECK(best.find(R"("kind":"best_bid_changed","old":"100.0","new":"99.9")") != std::string::npos);

  std::vector<std::uint64_t> numbers;
  const auto& analytics = s.stream.analytics();
  analytics.flow_history(10, {}, false, [&](const FlowRecord& record) { numbers.push_back(record.number); });
  CHECK(numbers == std::vector<std::uint64_t>{4, 3, 2, 1});
  numbers.clear();
  analytics.flow_history(1, "BTC/USD", true, [&](const FlowRecord& record) { numbers.push_back(record.number); });
  CHECK(numbers == std::vector<std::uint64_t>{3});
  s.stream.analytics().clear_flow("ETH/USD");
  s.stream.analytics().clear_flow("BTC/USD");
  numbers.clear();
  analytics.flow_history(10, {}, false, [&](const FlowRecord& record) { numbers.push_back(record.number); });
  CHECK(numbers.empty());
}

TEST_CASE("a tracker whose settings stay keeps what it knows when others come and go", "[analytics]") {
  Followed s;
  auto& analytics = s.stream.analytics();
  TrackConfig config;
  config.heatmap.emplace();
  config.history.emplace();
  REQUIRE(analytics.track("BTC/USD", config) == Errc::ok);
  static_cast<void>(s.text(frame("snapshot", kBids, kAsks)));
  s.now = 2'500;
  static_cast<void>(s.text(frame("update", {{"99.5", "6.0"}}, {})));
  const auto live_ms = [&] {
    std::int64_t sum = 0;
    const auto* map = analytics.settled("BTC/USD", {s.now})->heatmap();
    for (std::size_t age = 0; age < map->columns(); ++age) sum += map->column(age).live_ms;
    return sum;
  };
  CHECK(live_ms() == 2'500);
  config.flow.emplace();
  REQUIRE(analytics.track("BTC/USD", config) == Errc::ok);
  s.now = 4'000;
  CHECK(s.text(frame("update", {{"100.0", "12.0"}}, {})).empty());  // the baseline of order flow
  CHECK(live_ms() == 4'000);                                        // but the map has seen all of it
  s.now = 5'000;
  CHECK(s.text(frame("update", {{"100.0", "14.0"}}, {})).find("size_increased") != std::string::npos);
  config.flow.reset();
  REQUIRE(analytics.track("BTC/USD", config) == Errc::ok);
  REQUIRE(analytics.track("BTC/USD", config) == Errc::ok);
  s.now = 6'000;
  static_cast<void>(s.text(frame("update", {{"99.5", "7.0"}}, {})));
  CHECK(live_ms() == 6'000);
  config.heatmap->columns = 10;
  REQUIRE(analytics.track("BTC/USD", config) == Errc::ok);
  CHECK(analytics.symbol("BTC/USD")->heatmap()->columns() == 0);  // another map
  s.now = 7'000;
  static_cast<void>(s.text(frame("update", {{"99.5", "8.0"}}, {})));
  s.now = 7'400;
  CHECK(live_ms() == 400);
  std::vector<HistoryBucket> buckets;
  analytics.symbol("BTC/USD")->history()->buckets(buckets);
  CHECK(buckets.size() == 8);
}

TEST_CASE("the flow history keeps the last thousand, newest first", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.flow.emplace();
  REQUIRE(s.stream.analytics().track({}, config) == Errc::ok);
  static_cast<void>(s.text(frame("snapshot", kBids, kAsks)));
  for (int i = 0; i < 700; ++i) {
    static_cast<void>(s.text(frame("update", {{"99.0", "3.0"}}, {})));
    static_cast<void>(s.text(frame("update", {{"99.0", "0"}}, {})));
  }
  std::uint64_t expected = 1'400;
  std::size_t seen = 0;
  s.stream.analytics().flow_history(5'000, {}, false, [&](const FlowRecord& record) {
    CHECK(record.number == expected--);
    ++seen;
  });
  CHECK(seen == Analytics::kFlowHistory);
}

TEST_CASE("a resync is no storm of events: the new snapshot is a new baseline (H-5)", "[analytics]") {
  Followed s;
  REQUIRE(s.stream.analytics().track({}, TrackConfig::everything()) == Errc::ok);
  static_cast<void>(s.text(frame("snapshot", kBids, kAsks)));
  static_cast<void>(s.pass(100));
  const TextLevels other{{"90.0", "40.0"}, {"89.0", "50.0"}};
  const auto lines = s.text(frame("snapshot", other, {{"95.0", "60.0"}}));
  CHECK(Followed::count(lines, R"("type":"flow")") == 0);
  CHECK(Followed::count(lines, R"("type":"whale")") == 0);
  CHECK(Followed::count(lines, R"("type":"cancel_after_show")") == 0);
  CHECK(Followed::count(lines, R"("type":"spread")") == 1);  // the best prices did change
}

TEST_CASE("a book that is not live is not followed: what it shows is nothing that happened", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.flow.emplace();
  config.history.emplace();
  config.heatmap.emplace();
  REQUIRE(s.stream.analytics().track({}, config) == Errc::ok);
  static_cast<void>(s.text(kSnapshot));
  static_cast<void>(s.text(kUpdates[0]));
  CHECK_FALSE(s.text(kUpdates[1]).empty());
  s.now = 1'000;
  CHECK(s.text(kWrongUpdate).empty());  // its checksum differs: the book is stale from here on
  CHECK(s.text(kUpdates[2]).empty());
  s.now = 1'500;
  const auto* tracker = s.stream.analytics().settled("BTC/USD", {s.now});
  CHECK(tracker->heatmap()->column(0).live_ms == 0);  // the second under way has no data
  CHECK(tracker->heatmap()->column(1).live_ms == 1'000);
  CHECK(s.text(kSnapshot).empty());  // a new baseline
  static_cast<void>(s.text(kUpdates[0]));
  CHECK_FALSE(s.text(kUpdates[1]).empty());
}

TEST_CASE("health: a market falls silent, halts and comes back, by timers and at once by the venue", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.health_events = true;
  REQUIRE(s.stream.analytics().track("BTC/USD", config) == Errc::ok);
  CHECK_FALSE(s.stream.deadline({0}));  // nothing has been heard of it yet
  auto lines = s.text(frame("snapshot", kBids, kAsks));
  CHECK(lines.find(R"("type":"health","symbol":"BTC/USD","from":"unknown","to":"active","reason":"message")") != std::string::npos);
  CHECK(s.stream.deadline({0})->count == 5'000);
  CHECK(s.pass(4'999).empty());
  CHECK(s.pass(1).find(R"("from":"active","to":"stale","reason":"silence","silence":5000)") != std::string::npos);
  CHECK(s.stream.deadline({s.now})->count == 30'000);
  CHECK(s.pass(25'000).find(R"("from":"stale","to":"halted","reason":"silence")") != std::string::npos);
  CHECK_FALSE(s.stream.deadline({s.now}));
  CHECK(s.text(frame("update", {{"100.0", "3.0"}}, {})).find(R"("from":"halted","to":"active","reason":"message")") != std::string::npos);
  lines = s.text(R"({"channel":"status","type":"update","data":[{"system":"maintenance","api_version":"v2"}]})");
  CHECK(lines.find(R"("from":"active","to":"halted","reason":"venue")") != std::string::npos);
  lines = s.text(R"({"channel":"status","type":"update","data":[{"system":"online","api_version":"v2"}]})");
  CHECK(lines.find(R"("from":"halted","to":"active","reason":"venue")") != std::string::npos);
  CHECK(s.stream.analytics().symbol("BTC/USD")->health().status({s.now}) == Health::active);
}

TEST_CASE("spread events tell each change of the best levels, and nothing else", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.spread_events = true;
  REQUIRE(s.stream.analytics().track({}, config) == Errc::ok);
  const auto first = s.text(frame("snapshot", kBids, kAsks));
  CHECK(first.find(R"("type":"spread","symbol":"BTC/USD","bid":"100.0","bid_qty":"2.0","ask":"100.1","ask_qty":"1.0","spread":"0.1"})") !=
        std::string::npos);
  CHECK(s.text(frame("update", {{"99.9", "7.0"}}, {})).empty());
  CHECK(s.text(frame("update", {{"100.0", "2.5"}}, {})).find(R"("bid_qty":"2.5")") != std::string::npos);
  const auto one_sided = s.text(frame("update", {{"100.0", "0"}, {"99.9", "0"}, {"99.5", "0"}}, {}));
  CHECK(one_sided.find(R"("type":"spread","symbol":"BTC/USD","ask":"100.1","ask_qty":"1.0"})") != std::string::npos);
}

TEST_CASE("a candle is final when a later one shows it", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.candle_events = true;
  REQUIRE(s.stream.analytics().track({}, config) == Errc::ok);
  const auto candle = [](std::string_view minute, std::string_view close) {
    return joined({R"({"channel":"ohlc","type":"update","data":[{"symbol":"BTC/USD","open":1.0,"high":2.0,"low":0.5,"close":)", close,
                   R"(,"trades":3,"volume":1.0,"vwap":1.0,"interval_begin":"2026-01-02T03:)", minute,
                   R"(:00.000000000Z","interval":1}]})"});
  };
  CHECK(s.text(candle("04", "1.5")).empty());
  CHECK(s.text(candle("04", "1.7")).empty());
  const auto lines = s.text(candle("05", "1.9"));
  CHECK(Followed::count(lines, "candle_closed") == 1);
  CHECK(lines.find(R"("close":"1.7")") != std::string::npos);
}

TEST_CASE("trades reach tape and overlay once, those of a snapshot the tape alone", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.overlay.emplace();
  REQUIRE(s.stream.analytics().track({}, config) == Errc::ok);
  static_cast<void>(s.text(frame("snapshot", kBids, kAsks)));
  static_cast<void>(s.text(trade(1, "100.1", "2.0", "buy", "snapshot")));
  static_cast<void>(s.text(trade(2, "100.1", "3.0", "buy")));
  static_cast<void>(s.text(trade(2, "100.1", "3.0", "buy", "snapshot")));  // again, after a re-subscribe
  const auto* tracker = s.stream.analytics().symbol("BTC/USD");
  CHECK(tracker->tape().trades().size() == 2);
  CHECK(tracker->tape().duplicates() == 1);
  CHECK(tracker->overlay()->at({0}, TakerSide::buy, 1001).count == 1);
  CHECK(tracker->overlay()->at({0}, TakerSide::buy, 1001).qty == 30);
}

TEST_CASE("settings of one symbol go before those of all; refused ones change nothing", "[analytics]") {
  Followed s;
  TrackConfig all;
  all.flow.emplace();
  TrackConfig none;
  none.spread_events = true;
  REQUIRE(s.stream.analytics().track({}, all) == Errc::ok);
  REQUIRE(s.stream.analytics().track("BTC/USD", none) == Errc::ok);
  static_cast<void>(s.text(frame("snapshot", kBids, kAsks)));
  CHECK(Followed::count(s.text(frame("update", {{"100.0", "50.0"}}, {})), R"("type":"flow")") == 0);
  s.stream.analytics().untrack("BTC/USD");
  static_cast<void>(s.text(frame("update", {{"100.0", "2.0"}}, {})));  // the baseline
  CHECK(Followed::count(s.text(frame("update", {{"100.0", "50.0"}}, {})), R"("type":"flow")") == 1);
  auto wrong = all;
  wrong.flow->track_depth = 0;
  CHECK(s.stream.analytics().track({}, wrong) == Errc::config_invalid);
  CHECK(s.stream.analytics().symbol("BTC/USD")->config().flow->track_depth == 20);
  wrong = all;
  wrong.health.stale_ms = 50'000;
  CHECK(s.stream.analytics().track("ETH/USD", wrong) == Errc::config_invalid);
  CHECK(s.stream.analytics().symbol("ETH/USD") == nullptr);
}

TEST_CASE("a wider scale is a new baseline, too", "[analytics]") {
  Followed s;
  REQUIRE(s.stream.analytics().track({}, TrackConfig::everything()) == Errc::ok);
  static_cast<void>(s.text(frame("snapshot", kBids, kAsks)));
  static_cast<void>(s.text(frame("update", {{"99.9", "4.0"}}, {})));
  const auto lines = s.text(frame("update", {{"99.95", "2.0"}}, {}));
  CHECK(Followed::count(lines, R"("type":"flow")") == 0);
  CHECK(Followed::count(s.text(frame("update", {{"99.95", "9.0"}}, {})), R"("type":"flow")") == 1);
}

TEST_CASE("with every tracker on, an update allocates nothing after warm-up but what its events say", "[analytics]") {
  EventStream stream;
  Feed feed{Followed::config(), &stream};
  REQUIRE(stream.analytics().track({}, TrackConfig::everything()) == Errc::ok);
  std::int64_t now = 0;
  const auto round = [&] {
    for (const auto update : kUpdates) {
      stream.begin({++now});
      feed.on_text({now}, 1, update);
    }
    stream.begin({++now});
    feed.on_text({now}, 1, kSnapshot);
  };
  for (int i = 0; i < 200; ++i) round();
  const auto before = allocation_count();
  for (int i = 0; i < 50; ++i) round();
  CHECK(allocation_count() == before);
}

TEST_CASE("trackers may be switched from inside an event", "[analytics]") {
  Followed s;
  struct Switch final : EventSink {
    Analytics* analytics = nullptr;
    int flows = 0;
    void on_event(const Event& event) override {
      if (type_of(event) != EventType::flow) return;
      ++flows;
      static_cast<void>(analytics->track({}, {}));
    }
  } sink;
  EventStream stream{&sink};
  sink.analytics = &stream.analytics();
  Feed feed{Followed::config(), &stream};
  REQUIRE(stream.analytics().track({}, TrackConfig::everything()) == Errc::ok);
  feed.on_text({0}, 1, frame("snapshot", kBids, kAsks));
  feed.on_text({1}, 1, frame("update", {{"100.0", "12.0"}, {"99.5", "0"}}, {}));
  CHECK(sink.flows == 2);  // both of the message, then it is off
  feed.on_text({2}, 1, frame("update", {{"100.0", "2.0"}}, {}));
  CHECK(sink.flows == 2);
}

TEST_CASE("health that is asked for during silence is told when its time comes", "[analytics]") {
  Followed s;
  static_cast<void>(s.text(frame("snapshot", kBids, kAsks)));
  static_cast<void>(s.pass(1'000));
  TrackConfig config;
  config.health_events = true;
  REQUIRE(s.stream.analytics().track("BTC/USD", config) == Errc::ok);
  REQUIRE(s.stream.deadline({s.now}));
  CHECK(s.pass(4'000).find(R"("to":"stale")") != std::string::npos);
}

TEST_CASE("a pair that is not online from the start is halted by the venue", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.health_events = true;
  REQUIRE(s.stream.analytics().track({}, config) == Errc::ok);
  static_cast<void>(s.text(
      R"({"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"cancel_only"}]}})"));
  CHECK(s.text(frame("snapshot", kBids, kAsks)).find(R"("to":"halted","reason":"venue")") != std::string::npos);
}

TEST_CASE("trades without a book count with all their digits", "[analytics]") {
  Followed s;
  TrackConfig config;
  config.overlay.emplace();
  REQUIRE(s.stream.analytics().track({}, config) == Errc::ok);
  static_cast<void>(s.text(trade(1, "100", "2", "buy")));
  static_cast<void>(s.text(trade(2, "100.25", "0.5", "buy")));
  static_cast<void>(s.text(trade(3, "100.3", "1.25", "buy")));
  const auto* tracker = s.stream.analytics().symbol("BTC/USD");
  CHECK(tracker->scales() == Scales{2, 2});
  CHECK(tracker->overlay()->at({0}, TakerSide::buy, 10'030).qty == 125);
}

TEST_CASE("symbols that nobody asked for take no place from one that somebody did", "[analytics]") {
  Followed s;
  for (int i = 0; i < 2'100; ++i)
    static_cast<void>(s.text(replaced(trade(i, "1.0", "1.0", "buy"), "BTC/USD", joined({"A", std::to_string(i), "/USD"}))));
  TrackConfig config;
  config.spread_events = true;
  CHECK(s.stream.analytics().track("ETH/USD", config) == Errc::ok);
  config.heatmap.emplace();
  for (std::size_t i = 0; i < Analytics::kHeatmaps; ++i)
    REQUIRE(s.stream.analytics().track(joined({"H", std::to_string(i), "/USD"}), config) == Errc::ok);
  CHECK(s.stream.analytics().track("ONE/MORE", config) == Errc::limit_reached);
}

TEST_CASE("what is known of a symbol is one JSON object", "[analytics]") {
  Followed s;
  REQUIRE(s.stream.analytics().track({}, TrackConfig::everything()) == Errc::ok);
  std::string out;
  CHECK_FALSE(append_followed(out, s.stream.analytics(), "BTC/USD", {0}));
  static_cast<void>(s.text(frame("snapshot", kBids, kAsks)));
  static_cast<void>(s.text(trade(1, "100.1", "2.0", "buy")));
  s.now = 1'500;
  static_cast<void>(s.text(frame("update", {{"100.0", "12.0"}}, {})));
  REQUIRE(append_followed(out, s.stream.analytics(), "BTC/USD", {2'500}));
  CHECK(
      out.find(
          R"({"symbol":"BTC/USD","health":"active","silence":1000,"trades":1,"duplicates":0,"last":"100.1","last_qty":"2.0","overlay":[{"price":"100.1","count":1,"qty":"2.0","buys":"2.0","sells":"0.0")") ==
      0);
  CHECK(out.find(R"("hottest":[{"side":"bid","price":"100.0","qty":"12.0")") != std::string::npos);
  CHECK(out.find(R"("history":[{"index":0,"spread":"0.1","spread_min":"0.1","spread_max":"0.1","mid":"100.05")") != std::string::npos);
  CHECK(out.find(R"("heatmap":[{"index":0,)") != std::string::npos);
  CHECK(out.find(R"("flow":[{"flow":1,"kind":"large_appeared","side":"bid","price":"100.0","qty":"12.0"}]})") != std::string::npos);
}

TEST_CASE("words name trackers", "[analytics]") {
  CHECK(parse_trackers("all")->heatmap);
  const auto some = parse_trackers("flow,spread");
  REQUIRE(some);
  CHECK(some->flow);
  CHECK(some->spread_events);
  CHECK_FALSE(some->whales);
  CHECK(parse_trackers(kTrackers)->history);
  CHECK_FALSE(parse_trackers(""));
  CHECK_FALSE(parse_trackers("flow,"));
  CHECK_FALSE(parse_trackers("flow,nothing"));
}
