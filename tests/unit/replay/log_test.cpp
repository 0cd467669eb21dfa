#include "hadal/log.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "hadal/feed.hpp"
#include "unit/wire/book_frames.hpp"

using hadal::BookState;
using hadal::Cause;
using hadal::Event;
using hadal::FrameKind;
using hadal::Millis;

namespace {

/// The line of an event that happened 12 ms after the origin, without its end.
std::string line_of(decltype(Event::body) body, std::string_view symbol = {}) {
  std::string out;
  hadal::append_log_line(out, {7, Millis{1012}, 3, symbol, std::move(body)}, Millis{1000});
  REQUIRE(out.back() == '\n');
  out.pop_back();
  CHECK(hadal::Decoder{}.decode(out) == hadal::Errc::ok);  // valid JSON, and UTF-8
  return out;
}

constexpr std::string_view kHead = R"({"n":7,"t":12,"conn":3,"type":)";

std::string expected(std::string_view rest) { return std::string{kHead} + std::string{rest}; }

std::string excerpt_line(std::string_view excerpt) {
  const auto line = line_of(hadal::ErrorEvent{hadal::Errc::not_json, "t", {}, {}, {}, {}, excerpt});
  const std::string_view key = "\"excerpt\":";
  const auto at = line.find(key) + key.size();
  return line.substr(at, line.size() - at - 1);
}

/// Reads one frame and hands its message on.
template <class Message>
Message read(std::string_view frame) {
  hadal::Decoder decoder;
  REQUIRE(decoder.decode(frame) == hadal::Errc::ok);
  return std::get<Message>(decoder.message());
}

}  // namespace

TEST_CASE("book events list levels, sums, state, spread and mid at the book's scale", "[log]") {
  hadal::Decoder decoder;
  hadal::BookScratch scratch;
  hadal::VerifiedBook book{"A/B", {}, scratch};
  REQUIRE(decoder.decode(R"({"channel":"book","type":"snapshot","data":[{"symbol":"A/B","bids":[{"price":"0.50","qty":2}],)"
                         R"("asks":[{"price":0.53,"qty":1}],"checksum":5}]})") == hadal::Errc::ok);
  auto outcome = book.apply_snapshot(Millis{0}, std::get<hadal::BookMessage>(decoder.message()).entries[0]);
  REQUIRE(outcome.computed);
  CHECK(line_of(hadal::BookEvent{FrameKind::snapshot, &book, &outcome}, "A/B") ==
        expected(R"("book_snapshot","symbol":"A/B","depth":10,"bids":[["0.50","2"]],"asks":[["0.53","1"]],"revision":1,"sent":5,)"
                 R"("computed":)" +
                 std::to_string(*outcome.computed) +
                 R"(,"check":"mismatch","state":"stale","reason":"checksum","spread":"0.03","mid":"0.515"})"));

  REQUIRE(decoder.decode(R"({"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[{"price":0.5,"qty":0}],"asks":[],)"
                         R"("timestamp":"2026-01-02T03:04:05.678901Z"}]})") == hadal::Errc::ok);
  outcome = book.apply_update(Millis{1}, std::get<hadal::BookMessage>(decoder.message()).entries[0]);
  CHECK(line_of(hadal::BookEvent{FrameKind::update, &book, &outcome}, "A/B") ==
        expected(R"("book_update","symbol":"A/B","time":"2026-01-02T03:04:05.678901000Z","depth":10,"bids":[["0.50","0"]],"asks":[],)"
                 R"("revision":2,"check":"skipped","state":"stale","reason":"checksum"})"));
}

TEST_CASE("state changes, gaps, warnings and pair states have their lines", "[log]") {
  CHECK(line_of(hadal::BookStateEvent{{4, BookState::live, BookState::resyncing, Cause::checksum}, 2}, "BTC/USD") ==
        expected(R"("book_state","symbol":"BTC/USD","row":"U-4","from":"live","to":"resyncing","reason":"checksum","attempt":2})"));
  CHECK(line_of(hadal::BookStateEvent{{12, BookState::live, BookState::unsubscribed, Cause::none}}, "BTC/USD") ==
        expected(R"("book_state","symbol":"BTC/USD","row":"U-12","from":"live","to":"unsubscribed","attempt":0})"));
  CHECK(line_of(hadal::GapEvent{Cause::checksum, 4'294'967'295u, 0u}, "BTC/USD") ==
        expected(R"("gap","symbol":"BTC/USD","cause":"checksum","expected":4294967295,"received":0})"));
  CHECK(line_of(hadal::GapEvent{Cause::parse}, "BTC/USD") == expected(R"("gap","symbol":"BTC/USD","cause":"parse"})"));
  CHECK(line_of(hadal::WarningEvent{"say \"what\""}) == expected(R"("warning","text":"say \"what\""})"));
  CHECK(line_of(hadal::PairStatusEvent{hadal::PairStatus::online, hadal::PairStatus::cancel_only}, "A/B") ==
        expected(R"("pair_status","symbol":"A/B","from":"online","to":"cancel_only"})"));
  CHECK(line_of(hadal::InstrumentEvent{FrameKind::snapshot, 849, 1450}) ==
        expected(R"("instrument","kind":"snapshot","assets":849,"pairs":1450})"));
  CHECK(line_of(hadal::ConnectionEvent{"closed", 1001, "proxy restarting"}) ==
        expected(R"("connection","what":"closed","code":1001,"text":"proxy restarting"})"));
  CHECK(line_of(hadal::ConnectionEvent{"open"}) == expected(R"("connection","what":"open","code":0})"));
}

TEST_CASE("acks and refusals have their line", "[log]") {
  const auto ack = read<hadal::Response>(test::kAck);
  CHECK(line_of(hadal::SubscriptionEvent{&ack}, ack.symbol) ==
        expected(R"("subscription","symbol":"BTC/USD","method":"subscribe","channel":"book","success":true,"depth":10,)"
                 R"("snapshot":true,"req_id":11,"time_in":"2026-01-02T03:04:05.694962000Z",)"
                 R"("time_out":"2026-01-02T03:04:05.695006000Z"})"));
  const auto refusal = read<hadal::Response>(R"({"error":"Already subscribed","method":"subscribe","success":false,"symbol":"BTC/USD"})");
  CHECK(line_of(hadal::SubscriptionEvent{&refusal}, refusal.symbol) ==
        expected(R"("subscription","symbol":"BTC/USD","method":"subscribe","success":false,)"
                 R"("error":"Already subscribed","class":"subscription"})"));
  const auto ohlc =
      read<hadal::Response>(R"({"method":"subscribe","result":{"channel":"ohlc","interval":5,"event_trigger":"bbo"},"success":true})");
  CHECK(line_of(hadal::SubscriptionEvent{&ohlc}).find(R"("interval":5,"event_trigger":"bbo")") != std::string::npos);
}

TEST_CASE("an error tells code, category, severity and where", "[log]") {
  CHECK(
      line_of(hadal::ErrorEvent{hadal::Errc::number_out_of_range, "too large", "book", "price", 5, 17, "{\"a\":1}"}, "A/B") ==
      expected(
          R"("error","symbol":"A/B","code":"number_out_of_range","category":"parse","severity":"high","text":"too large","channel":"book",)"
          R"("field":"price","req_id":5,"offset":17,"excerpt":"{\"a\":1}"})"));
  CHECK(line_of(hadal::ErrorEvent{hadal::Errc::io_error, "disk full", {}, {}, {}, {}, {}}) ==
        expected(R"("error","code":"io_error","category":"file","severity":"high","text":"disk full"})"));
}

TEST_CASE("market data lines carry the digits received", "[log]") {
  const auto tickers = read<hadal::TickerMessage>(
      R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":60000.0,"bid_qty":0.50000000,"ask":60000.1,)"
      R"("ask_qty":0.25000000,"last":60000.1,"volume":3156.84782110,"vwap":59874.6,"low":58163.6,"high":61247.4,"change":-429.3,)"
      R"("change_pct":-0.71,"trades":135262,"timestamp":"2026-01-02T03:04:05.678901Z"},{"symbol":"X/Y"}]})");
  CHECK(
      line_of(hadal::TickerEvent{FrameKind::snapshot, &tickers.tickers.at(0)}, "BTC/USD") ==
      expected(
          R"("ticker","symbol":"BTC/USD","kind":"snapshot","time":"2026-01-02T03:04:05.678901000Z","bid":"60000.0","bid_qty":"0.50000000",)"
          R"("ask":"60000.1","ask_qty":"0.25000000","last":"60000.1","volume":"3156.84782110","vwap":"59874.6","low":"58163.6",)"
          R"("high":"61247.4","change":"-429.3","change_pct":"-0.71","trades":135262})"));
  CHECK(line_of(hadal::TickerEvent{FrameKind::update, &tickers.tickers.at(1)}, "X/Y") ==
        expected(R"("ticker","symbol":"X/Y","kind":"update"})"));

  const auto trades = read<hadal::TradeMessage>(
      R"({"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":60000.0,"qty":5.1e-05,"ord_type":"market",)"
      R"("trade_id":109116694,"timestamp":"2026-01-02T03:04:05.801234Z"},{"symbol":"BTC/USD","side":"buy","price":1,"qty":2}]})");
  CHECK(line_of(hadal::TradeEvent{FrameKind::update, &trades.trades.at(0)}, "BTC/USD") ==
        expected(R"("trade","symbol":"BTC/USD","kind":"update","time":"2026-01-02T03:04:05.801234000Z","side":"sell","price":"60000.0",)"
                 R"("qty":"0.000051","ord_type":"market","trade_id":109116694})"));
  CHECK(line_of(hadal::TradeEvent{FrameKind::snapshot, &trades.trades.at(1)}, "BTC/USD") ==
        expected(R"("trade","symbol":"BTC/USD","kind":"snapshot","side":"buy","price":"1","qty":"2"})"));

  const auto candles = read<hadal::OhlcMessage>(
      R"({"channel":"ohlc","type":"update","data":[{"symbol":"ETH/USD","open":3026.46,"high":3026.90,"low":3026.45,"close":3026.89,)"
      R"("trades":5,"volume":2.24044498,"vwap":3026.48,)"
      R"("interval_begin":"2026-01-02T03:04:00Z","interval":1,"timestamp":"2026-01-02T03:05:00Z"}]})");
  CHECK(line_of(hadal::OhlcEvent{FrameKind::update, &candles.candles.at(0)}, "ETH/USD") ==
        expected(
            R"("ohlc","symbol":"ETH/USD","kind":"update","interval_begin":"2026-01-02T03:04:00.000000000Z","interval":1,"open":"3026.46",)"
            R"("high":"3026.90","low":"3026.45","close":"3026.89","volume":"2.24044498","vwap":"3026.48","trades":5,)"
            R"("interval_end":"2026-01-02T03:05:00.000000000Z"})"));
}

TEST_CASE("control messages have their line", "[log]") {
  auto status = read<hadal::StatusMessage>(
      R"({"channel":"status","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":15113583034416118705,)"
      R"("upcoming_maintenance":[{"title":"x"}],"emergency":[]}]})");
  CHECK(line_of(hadal::StatusEvent{&status}) ==
        expected(R"("status","system":"online","api_version":"v2","connection_id":"15113583034416118705","version":"2.0.10",)"
                 R"("upcoming_maintenance":"[{\"title\":\"x\"}]","emergency":"[]"})"));
  status = {};
  CHECK(line_of(hadal::StatusEvent{&status}) == expected(R"("status"})"));
  CHECK(line_of(hadal::HeartbeatEvent{}) == expected(R"("heartbeat"})"));
  const hadal::Pong pong{101, 1, {}};
  CHECK(line_of(hadal::PongEvent{&pong}) == expected(R"("pong","req_id":101,"time_in":"1970-01-01T00:00:00.000000001Z"})"));
}

TEST_CASE("excerpts are valid JSON whatever bytes a frame held", "[log]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"plain", R"("plain")"},
      {"\"\\/", R"("\"\\/")"},
      {"a\nb\rc\td", R"("a\nb\rc\td")"},
      {std::string_view{"\0\x01\x08\x0C\x1F\x7F", 6}, "\"\\u0000\\u0001\\u0008\\u000c\\u001f\x7F\""},
      {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\""},
      {"\xFF", "\"\xEF\xBF\xBD\""},
      {"\xC3", "\"\xEF\xBF\xBD\""},  // cut in the middle of a letter
      {"\xA4x", "\"\xEF\xBF\xBDx\""},
      {"\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                  // overlong
      {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},  // surrogate
      {"\xE0\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},  // beyond U+10FFFF
      {"\xF0\x8F\xBF\xBF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xF5\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& [bytes, json] : rows) CHECK(excerpt_line(bytes) == json);
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; second += 5) {
      const char bytes[] = {static_cast<char>(first), static_cast<char>(second), 'x'};
      excerpt_line({bytes, 3});  // line_of() checks that it is JSON
    }
}

TEST_CASE("a log begins with its header, counts from its origin and keeps a digest", "[log]") {
  hadal::LogWriter log{true};
  log.set_origin(Millis{100});
  log.on_event({1, Millis{100}, 1, {}, hadal::HeartbeatEvent{}});
  log.on_event({2, Millis{350}, 1, {}, hadal::HeartbeatEvent{}});
  const std::string text =
      "# hadal-log 1\n"
      R"({"n":1,"t":0,"conn":1,"type":"heartbeat"})"
      "\n"
      R"({"n":2,"t":250,"conn":1,"type":"heartbeat"})"
      "\n";
  CHECK(log.text() == text);
  hadal::Digest digest;
  digest.add(text);
  CHECK(log.digest().text() == digest.text());
  CHECK(log.take() == text);
  CHECK(log.take().empty());

  hadal::LogWriter quiet{false};
  quiet.set_origin(Millis{100});
  quiet.on_event({1, Millis{100}, 1, {}, hadal::HeartbeatEvent{}});
  quiet.on_event({2, Millis{350}, 1, {}, hadal::HeartbeatEvent{}});
  CHECK(quiet.text().empty());
  CHECK(quiet.digest().text() == digest.text());

  hadal::LogWriter timeless{true};
  timeless.set_timeless();
  timeless.on_event({1, Millis{9999}, 1, {}, hadal::HeartbeatEvent{}});
  CHECK(timeless.text().find("\"t\":0,") != std::string::npos);
}
