#include "hadal/feed.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "hadal/log.hpp"
#include "support/frames.hpp"

using namespace hadal;
using enum BookState;

namespace {

/// A feed with its events kept as log lines.
struct Script {
  explicit Script(FeedConfig config = {}) : log{true}, feed{std::move(config), &log} { static_cast<void>(log.take()); }

  Script& text(std::string_view frame) {
    feed.on_text({now++}, connection, frame);
    return *this;
  }
  /// Events of a type since the last call.
  std::size_t count(std::string_view type) {
    const auto lines = log.take();
    const auto wanted = "\"type\":\"" + std::string{type} + '"';
    std::size_t found = 0;
    for (auto at = lines.find(wanted); at != std::string::npos; at = lines.find(wanted, at + 1)) ++found;
    last = lines;
    return found;
  }
  Script& run() {
    text(test::kSnapshot);
    for (const auto update : test::kUpdates) text(update);
    return *this;
  }
  const VerifiedBook& book(std::string_view symbol = "BTC/USD") {
    REQUIRE(feed.book(symbol) != nullptr);
    return *feed.book(symbol);
  }

  LogWriter log;
  Feed feed;
  ConnectionId connection = 1;
  std::int64_t now = 0;
  std::string last;
};

std::string replace(std::string_view frame, std::string_view what, std::string_view with) {
  std::string out{frame};
  const auto at = out.find(what);
  REQUIRE(at != std::string::npos);
  return out.replace(at, what.size(), with);
}

constexpr std::string_view kEthSnapshot =
    R"({"channel":"book","type":"snapshot","data":[{"symbol":"ETH/USD","bids":[{"price":100.0,"qty":2.00000000},{"price":99.9,"qty":3.00000000},{"price":99.5,"qty":5.00000000}],"asks":[{"price":100.1,"qty":1.00000000},{"price":100.3,"qty":4.00000000},{"price":101.0,"qty":6.00000000}],"checksum":2778923152}]})";

}  // namespace

TEST_CASE("the worked run of the protocol reference verifies message by message") {
  Script s;
  s.run();
  const auto& book = s.book();
  CHECK(book.verified());
  CHECK(book.counters().matched == 5);
  CHECK(book.counters().mismatched == 0);
  CHECK(book.revision() == 5);
  CHECK(book.depth() == 10);
  CHECK(s.feed.counters().scanned == 5);
  CHECK(s.count("book_update") == 4);
}

TEST_CASE("several books on one connection do not disturb each other") {
  Script s;
  s.run().text(kEthSnapshot);
  s.text(replace(test::kUpdates[0], "2410023125", "1"));
  CHECK(s.book("BTC/USD").state() == stale);
  CHECK(s.book("ETH/USD").verified());
}

TEST_CASE("a text frame that is no JSON is reported once a connection and changes no book") {
  Script s;
  s.run();
  static_cast<void>(s.count("error"));
  s.text("CloudFlare WebSocket proxy restarting").text("").text("[1,2]");
  s.feed.on_binary({9}, 1, 12);
  CHECK(s.count("error") == 1);
  CHECK(s.feed.counters().not_json == 3);
  CHECK(s.feed.counters().binary == 1);
  CHECK(s.book().verified());
  s.feed.on_open({10}, s.connection = 2);
  s.text("proxy again");
  CHECK(s.count("error") == 1);
}

TEST_CASE("JSON that cannot be read raises parse for the symbol it names, and the stream goes on") {
  Script s;
  s.run().text(kEthSnapshot);
  static_cast<void>(s.count("error"));
  s.text(test::kUpdates[0].substr(0, 90));
  CHECK(s.count("error") == 1);
  CHECK(s.last.find("\"code\":\"json_invalid\"") != std::string::npos);
  CHECK(s.last.find("\"offset\":90") != std::string::npos);
  CHECK(s.book("BTC/USD").reason() == Cause::parse);
  CHECK(s.book("BTC/USD").counters().parse_errors == 1);
  CHECK(s.book("ETH/USD").verified());
  s.text(test::kSnapshot);
  CHECK(s.book("BTC/USD").verified());
}

TEST_CASE("JSON that cannot be read and names no symbol may have been about any book") {
  Script s;
  s.run().text(kEthSnapshot);
  s.text("{\"channel\":\"bo");
  CHECK(s.book("BTC/USD").reason() == Cause::parse);
  CHECK(s.book("ETH/USD").reason() == Cause::parse);
  CHECK(s.feed.counters().unreadable_books == 1);
}

TEST_CASE("a book entry with a missing or mistyped field is skipped and raises parse for its book") {
  const std::pair<std::string_view, std::string_view> damages[] = {
      {"\"price\":60000.0,", ""},
      {"\"qty\":0.35000000", "\"qty\":true"},
      {"\"bids\":[{\"price\":60000.0,\"qty\":0.35000000}],", ""},
      {"\"asks\":[]", "\"asks\":{}"},
      {"60000.0", "-60000.0"},
      {"60000.0", "0.0"},
      {"\"checksum\":2410023125", "\"checksum\":[]"},
      {"\"type\":\"update\"", "\"type\":\"delta\""},
  };
  for (const auto& [what, with] : damages) {
    INFO(what << " -> " << with);
    Script s;
    s.text(test::kSnapshot);
    static_cast<void>(s.count("error"));
    s.text(replace(test::kUpdates[0], what, with));
    CHECK(s.count("error") == 1);
    CHECK(s.book().reason() == Cause::parse);
    CHECK(s.book().revision() == 1);
    CHECK(s.feed.counters().unreadable_books == 1);
  }
}

TEST_CASE("something in data that is no entry may have been about any book") {
  for (const auto* junk : {",7]}", ",[]]}", ",null]}"}) {
    INFO(junk);
    Script s;
    s.run().text(kEthSnapshot);
    s.text(replace(test::kUpdates[0], "}]}", std::string{"}"} + junk));
    CHECK(s.book("BTC/USD").reason() == Cause::checksum);  // that update is the first of the run again
    CHECK(s.book("ETH/USD").reason() == Cause::parse);
  }
}

TEST_CASE("the log tells of a subscription before the snapshot that implies it") {
  Script s;
  s.text(test::kSnapshot);
  const auto lines = s.log.take();
  CHECK(lines.find("U-1") < lines.find("book_snapshot"));
  CHECK(lines.find("book_snapshot") < lines.find("U-2"));
}

TEST_CASE("a checksum that does not fit 32 bits is reported and matches nothing") {
  Script s;
  s.text(test::kSnapshot).text(replace(test::kUpdates[0], "2410023125", "9410023125"));
  CHECK(s.count("error") == 1);
  CHECK(s.last.find("number_out_of_range") != std::string::npos);
  CHECK(s.book().state() == stale);
  CHECK(s.book().counters().mismatched == 1);
}

TEST_CASE("a quantity beyond 63 bits concerns its book alone") {
  Script s;
  s.run().text(kEthSnapshot);
  s.text(replace(test::kUpdates[0], "0.35000000", "92233720368547758070.00000001"));
  CHECK(s.book("BTC/USD").reason() == Cause::number_out_of_range);
  CHECK(s.book("ETH/USD").verified());
}

TEST_CASE("acks tell the depth, and unsubscribe acks end a book") {
  Script s;
  s.text(
      R"({"method":"subscribe","req_id":11,"result":{"channel":"book","depth":25,"snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":"2026-01-02T03:04:05.694962Z","time_out":"2026-01-02T03:04:05.695006Z"})");
  CHECK(s.book().state() == awaiting_snapshot);
  CHECK(s.book().depth() == 25);
  s.text(test::kSnapshot);
  CHECK(s.book().verified());
  s.text(R"({"method":"unsubscribe","req_id":14,"result":{"channel":"book","depth":25,"symbol":"BTC/USD"},"success":true})");
  CHECK(s.book().state() == unsubscribed);
  s.text(test::kUpdates[0]);
  CHECK(s.book().counters().ignored_deltas == 1);
}

TEST_CASE("a refusal ends nothing and keeps the server's words") {
  Script s;
  s.run();
  static_cast<void>(s.count(""));
  s.text(R"({"error":"Already subscribed","method":"subscribe","req_id":13,"success":false,"symbol":"BTC/USD"})");
  CHECK(s.count("subscription") == 1);
  CHECK(s.last.find("\"error\":\"Already subscribed\"") != std::string::npos);
  CHECK(s.book().verified());
}

TEST_CASE("a warning is said once a text and connection") {
  Script s;
  const std::string_view ack =
      R"({"method":"subscribe","result":{"channel":"ohlc","interval":1,"snapshot":true,"symbol":"BTC/USD","warnings":["timestamp is deprecated, use interval_begin"]},"success":true})";
  s.text(ack).text(ack);
  CHECK(s.count("warning") == 1);
  s.feed.on_open({5}, s.connection = 2);
  s.text(ack);
  CHECK(s.count("warning") == 1);
}

TEST_CASE("what the client sent tells the depth and ends books") {
  Script s;
  s.feed.on_sent({0}, 1, R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH/USD"],"depth":100},"req_id":1})");
  CHECK(s.book("ETH/USD").depth() == 100);
  CHECK(s.book("BTC/USD").state() == awaiting_snapshot);
  s.text(test::kSnapshot);
  s.feed.on_sent({9}, 1, R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":100},"req_id":2})");
  CHECK(s.book("BTC/USD").state() == unsubscribed);
  s.feed.on_sent({9}, 1, "not json");
}

TEST_CASE("a lost connection makes every book stale at once; a new snapshot mends it") {
  Script s;
  s.run();
  s.feed.on_closed({7}, 1, 1006, "gone");
  CHECK(s.book().reason() == Cause::transport_lost);
  s.text(test::kUpdates[0]);
  CHECK(s.book().counters().ignored_deltas == 1);
  s.feed.on_open({8}, 2);
  s.text(test::kSnapshot);
  CHECK(s.book().verified());
}

TEST_CASE("frames reported lost are a gap in every book") {
  Script s;
  s.run();
  s.feed.on_lost({7}, 1, 3);
  CHECK(s.book().reason() == Cause::lost_frames);
  CHECK(s.count("gap") == 1);
}

TEST_CASE("the instrument channel gives scales; a changed precision is a gap, a changed status an event") {
  const std::string_view instrument =
      R"({"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online","qty_precision":8,"price_precision":1}]}})";
  Script s;
  s.text(instrument).run();
  CHECK(s.book().verified());
  CHECK(s.feed.instruments().scales("BTC/USD") == Scales{1, 8});
  static_cast<void>(s.count(""));
  s.text(replace(replace(instrument, "snapshot", "update"), "online", "cancel_only"));
  CHECK(s.count("pair_status") == 1);
  CHECK(s.book().verified());
  s.text(replace(replace(instrument, "snapshot", "update"), "\"price_precision\":1", "\"price_precision\":2"));
  CHECK(s.book().reason() == Cause::precision_changed);
}

TEST_CASE("only the selected symbol has a book, in any spelling") {
  FeedConfig config;
  config.symbol = "xbt/usd";
  Script s{config};
  s.run().text(kEthSnapshot).text("{\"channel\":\"book\",\"data\":[{\"symbol\":\"ETH/USD\",");
  CHECK(s.book().verified());
  CHECK(s.feed.book("ETH/USD") == nullptr);
  CHECK(s.feed.unselected().count("ETH/USD") == 1);
  CHECK(s.feed.counters().unreadable_books == 0);
}

TEST_CASE("books are limited in number") {
  FeedConfig config;
  config.limits.books = 1;
  Script s{config};
  s.run().text(kEthSnapshot).text(kEthSnapshot);
  CHECK(s.feed.books().size() == 1);
  CHECK(s.feed.counters().refused_books == 2);
  CHECK(s.count("error") == 1);
}

TEST_CASE("clear() empties a book that nobody uses, and no other") {
  Script s;
  s.run();
  CHECK(s.feed.clear("BTC/USD") == Errc::invalid_transition);
  CHECK(s.feed.clear("ETH/USD") == Errc::not_subscribed);
  s.feed.on_sent({9}, 1, R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"]}})");
  CHECK(s.feed.clear("BTC/USD") == Errc::ok);
  CHECK(s.book().levels().empty());
}

TEST_CASE("control frames are counted, and delivered only when asked for") {
  Script quiet;
  quiet.text(R"({"channel":"heartbeat"})").text(R"({"method":"pong","req_id":101})");
  CHECK(quiet.count("heartbeat") == 0);
  CHECK(quiet.feed.counters().heartbeats == 1);
  CHECK(quiet.feed.counters().pongs == 1);
  FeedConfig config;
  config.deliver_control = true;
  Script loud{config};
  loud.text(R"({"channel":"heartbeat"})").text(R"({"method":"pong","req_id":101})");
  CHECK(loud.count("heartbeat") == 1);
  CHECK(loud.last.find("\"type\":\"pong\"") != std::string::npos);
}

TEST_CASE("level 3, private and unknown channels are counted") {
  Script s;
  s.text(R"({"channel":"level3","type":"update","data":[]})").text(R"({"channel":"executions","type":"update","data":[]})");
  s.text(R"({"method":"add_order","result":{"order_id":"X"},"success":true})").text(R"({"channel":"weather"})");
  CHECK(s.feed.counters().not_decoded == 3);
  CHECK(s.feed.counters().unknown == 1);
  CHECK(s.count("error") == 1);
}

TEST_CASE("event numbers rise by one and never skip") {
  Script s;
  s.run().text("{bad").text(kEthSnapshot);
  const auto text = s.log.take();
  std::uint64_t expected = 1;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const auto head = "{\"n\":" + std::to_string(expected++) + ",";
    CHECK(text.compare(at, head.size(), head) == 0);
  }
  CHECK(expected - 1 == s.feed.events());
}

TEST_CASE("what happens to a connection concerns its own books") {
  Script s;
  s.feed.on_text({0}, 1, test::kSnapshot);
  s.feed.on_text({0}, 2, kEthSnapshot);
  s.feed.on_closed({1}, 2, 1006, "");
  CHECK(s.book().verified());
  CHECK(s.book("ETH/USD").reason() == Cause::transport_lost);
  s.feed.on_lost({2}, 2, 5);
  s.feed.on_text({3}, 2, R"({"channel":"book","data":[{"symbol":)");
  CHECK(s.book().verified());
  SECTION("a book follows its snapshot to a new connection") {
    s.feed.on_open({4}, 3);
    s.feed.on_text({5}, 3, test::kSnapshot);
    s.feed.on_closed({6}, 1, 1000, "late");
    CHECK(s.book().verified());
    s.feed.on_closed({7}, 3, 1006, "");
    CHECK(s.book().reason() == Cause::transport_lost);
  }
}

TEST_CASE("a malformed book frame that names another symbol disturbs no book") {
  FeedConfig only;
  only.symbol = "BTC/USD";
  for (const auto& config : {FeedConfig{}, only}) {
    Script s{config};
    s.text(test::kSnapshot);
    s.text(R"({"channel":"book","type":"update","data":{"symbol":"ETH/USD","bids":[],"asks":[]}})");
    s.text(R"({"channel":"book","type":"update","data":[{"symbol":"ETH/USD","bids":5,"asks":[]}]})");
    CHECK(s.book().verified());
    CHECK(s.book().counters().parse_errors == 0);
  }
}

TEST_CASE("a frame without data counts as a parse error of every book it may have been about") {
  Script s;
  s.text(test::kSnapshot).text(R"({"channel":"book","type":"update"})");
  CHECK(s.book().reason() == Cause::parse);
  CHECK(s.book().counters().parse_errors == 1);
}

TEST_CASE("a stray update before the snapshot cannot spoil the book") {
  Script s;
  s.feed.on_sent({0}, 1, R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}})");
  s.text(replace(test::kUpdates[0], "0.35000000", "99999999999.12345678"));
  s.text(test::kUpdates[0]);
  CHECK(s.book().state() == awaiting_snapshot);
  CHECK(s.count("error") == 2);  // the number, and that updates are ignored
  s.text(test::kUpdates[0]);
  CHECK(s.count("error") == 0);  // said once
  s.run();
  CHECK(s.book().verified());
}

TEST_CASE("a refused subscription ends a book that waits, and no other") {
  Script s;
  s.feed.on_sent({0}, 1, R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}})");
  s.text(R"({"error":"Already subscribed","method":"subscribe","success":false,"symbol":"BTC/USD"})");
  CHECK(s.book().state() == awaiting_snapshot);
  s.text(R"({"error":"Currency pair not supported BTC/USD","method":"subscribe","success":false,"symbol":"BTC/USD"})");
  CHECK(s.book().state() == unsubscribed);
  s.run();
  s.text(R"({"error":"Currency pair not supported BTC/USD","method":"subscribe","success":false,"symbol":"BTC/USD"})");
  CHECK(s.book().verified());
}

TEST_CASE("a scale that differs from the instrument's is said once a book, whatever is said of other pairs") {
  const std::string instrument =
      R"({"channel":"instrument","type":"update","data":{"assets":[],"pairs":[{"symbol":"$","base":"A","quote":"B","status":"online","price_precision":3,"qty_precision":8}]}})";
  Script s;
  s.text(replace(instrument, "$", "BTC/USD"));
  s.text(test::kSnapshot);
  s.text(replace(instrument, "$", "ETH/USD"));
  s.text(test::kSnapshot);
  s.text(replace(instrument, "$", "BTC/USD"));
  s.text(test::kSnapshot);
  const auto errors = s.count("error");
  CHECK(errors == 1);
  CHECK(s.last.find("scale_changed") != std::string::npos);
  CHECK(s.book().scales() == Scales{1, 8});
}

TEST_CASE("symbols that no exchange has make no book") {
  Script s;
  s.text(test::book_frame("snapshot", std::string(65, 'X'), {}, {}));
  s.text(test::book_frame("snapshot", R"(A\nB/C)", {}, {}));
  s.text(test::book_frame("snapshot", R"(\u001b[31m)", {}, {}));
  CHECK(s.feed.books().empty());
  CHECK(s.feed.counters().parse_errors == 3);
}

TEST_CASE("limits may be lowered, not raised") {
  FeedConfig config;
  config.limits.frame_bytes = 64u << 20;
  Script s{config};
  s.text("{\"x\":\"" + std::string(9u << 20, 'y') + "\"}");
  s.count("error");
  CHECK(s.last.find("frame_too_large") != std::string::npos);
}

TEST_CASE("a configuration that no feed can be made of is told apart") {
  CHECK(check(FeedConfig{}) == Errc::ok);
  FeedConfig config;
  config.depth = 7;
  CHECK(check(config) == Errc::depth_invalid);
  config.depth = 25;
  config.precision = Scales{40, 40};
  CHECK(check(config) == Errc::config_invalid);
  config.precision = Scales{1, 8};
  config.symbol = "???";
  CHECK(check(config) == Errc::symbol_invalid);
  config.symbol = "xbt/usd";
  CHECK(check(config) == Errc::ok);
}

TEST_CASE("a depth-1000 book with all that belongs to it takes at most 64 KiB") {
  test::TextLevels bids;
  test::TextLevels asks;
  for (int i = 0; i < 1000; ++i) {
    bids.emplace_back(std::to_string(5000 - i) + ".1", "1.5");
    asks.emplace_back(std::to_string(5001 + i) + ".1", "1.5");
  }
  Script s;
  s.text(test::book_frame("snapshot", "BTC/USD", bids, asks));
  s.text(test::book_frame("update", "BTC/USD", bids, asks));
  CHECK(s.book().levels().bids().size() == 1000);
  CHECK(s.book().memory_bytes() <= 64u << 10);
}
