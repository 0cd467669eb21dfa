// Every message but `book`, read from the frames of ws-v2.md sections 6, 9, 11, 12 and 13.
#include "hadal/wire/market_readers.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hadal/wire/decoder.hpp"

using hadal::Decimal;
using hadal::Decoder;
using hadal::Errc;
using hadal::FrameKind;
using hadal::parse_timestamp;

namespace {

std::string text_of(const std::optional<Decimal>& value) { return value ? to_string(*value) : "none"; }

template <class Message>
const Message& get(const Decoder& decoder) {
  REQUIRE(std::holds_alternative<Message>(decoder.message()));
  return std::get<Message>(decoder.message());
}

/// Decodes a frame that has nothing wrong with it.
template <class Message>
Message decoded(std::string_view frame) {
  Decoder decoder;
  CAPTURE(frame);
  REQUIRE(decoder.decode(frame) == Errc::ok);
  CHECK(decoder.issue().count == 0);
  CHECK(decoder.issue().code == Errc::ok);
  return get<Message>(decoder);
}

/// One frame with something missing or mistyped in it.
struct Flaw {
  std::string_view data;
  Errc code;
  std::string_view field;
  std::string_view symbol;
  std::size_t records;  ///< left after all
};

template <class Count>
void check_flaws(std::string_view channel, std::span<const Flaw> flaws, Count count) {
  Decoder decoder;
  for (const auto& flaw : flaws) {
    const auto frame = R"({"channel":")" + std::string{channel} + R"(","type":"update","data":)" + std::string{flaw.data} + '}';
    CAPTURE(frame);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().code == flaw.code);
    CHECK(decoder.issue().channel == channel);
    CHECK(decoder.issue().field == flaw.field);
    CHECK(decoder.issue().symbol == flaw.symbol);
    CHECK(count(decoder) == flaw.records);
    REQUIRE(decoder.decode(R"({"channel":"heartbeat"})") == Errc::ok);  // the stream goes on
    CHECK(decoder.issue().count == 0);
  }
}

}  // namespace

TEST_CASE("a ticker frame gives every field with its digits", "[market_readers]") {
  const auto message = decoded<hadal::TickerMessage>(
      R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":60000.0,"bid_qty":0.50000000,"ask":60000.1,)"
      R"("ask_qty":0.25000000,"last":60000.1,"volume":3156.84782110,"vwap":59874.6,"low":58163.6,"high":61247.4,"change":-429.3,)"
      R"("change_pct":-0.71,"trades":135262,"timestamp":"2026-01-02T03:04:05.678901Z"}]})");
  CHECK(message.kind == FrameKind::snapshot);
  REQUIRE(message.tickers.size() == 1);
  const auto& t = message.tickers[0];
  CHECK(t.symbol == "BTC/USD");
  CHECK(text_of(t.bid) == "60000.0");
  CHECK(text_of(t.bid_qty) == "0.50000000");
  CHECK(text_of(t.ask) == "60000.1");
  CHECK(text_of(t.ask_qty) == "0.25000000");
  CHECK(text_of(t.last) == "60000.1");
  CHECK(text_of(t.volume) == "3156.84782110");
  CHECK(text_of(t.vwap) == "59874.6");
  CHECK(text_of(t.low) == "58163.6");
  CHECK(text_of(t.high) == "61247.4");
  CHECK(text_of(t.change) == "-429.3");
  CHECK(text_of(t.change_pct) == "-0.71");
  CHECK(t.trades == 135'262);
  CHECK(t.timestamp == 1'767'323'045'678'901'000);
}

TEST_CASE("a ticker of 2024, without trades and time, or with nulls, is complete all the same", "[market_readers]") {
  const auto message = decoded<hadal::TickerMessage>(
      R"({"data":[{"bid":null,"bid_qty":"0.5","ask":6e4,"vwap":null,"symbol":"BTC\/USD","new":[1]},{"symbol":"A/B"}],)"
      R"("type":"update", "channel":"ticker"})");
  CHECK(message.kind == FrameKind::update);
  REQUIRE(message.tickers.size() == 2);
  CHECK(message.tickers[0].symbol == "BTC/USD");
  CHECK_FALSE(message.tickers[0].bid.has_value());
  CHECK(text_of(message.tickers[0].bid_qty) == "0.5");
  CHECK(text_of(message.tickers[0].ask) == "60000");
  CHECK_FALSE(message.tickers[0].vwap.has_value());
  CHECK_FALSE(message.tickers[0].trades.has_value());
  CHECK_FALSE(message.tickers[0].timestamp.has_value());
  CHECK(message.tickers[1].symbol == "A/B");
  CHECK_FALSE(message.tickers[1].ask.has_value());  // nothing of the record before
}

TEST_CASE("a trade frame gives every trade in order", "[market_readers]") {
  const auto message = decoded<hadal::TradeMessage>(
      R"({"channel":"trade","type":"snapshot","data":[{"symbol":"BTC/USD","side":"buy","price":60000.1,"qty":0.00044780,)"
      R"("ord_type":"limit","trade_id":109116692,"timestamp":"2026-01-02T03:04:01.925533Z"},{"symbol":"BTC/USD","side":"sell",)"
      R"("price":60000.0,"qty":5.1e-05,"ord_type":"market","trade_id":109116693,"timestamp":"2026-01-02T03:04:02.925603Z"}]})");
  CHECK(message.kind == FrameKind::snapshot);
  REQUIRE(message.trades.size() == 2);
  const auto& buy = message.trades[0];
  CHECK(buy.symbol == "BTC/USD");
  CHECK(buy.side == hadal::TakerSide::buy);
  CHECK(to_string(buy.price) == "60000.1");
  CHECK(to_string(buy.qty) == "0.00044780");
  CHECK(buy.ord_type == "limit");
  CHECK(buy.trade_id == 109'116'692);
  CHECK(buy.timestamp == parse_timestamp("2026-01-02T03:04:01.925533Z"));
  const auto& sell = message.trades[1];
  CHECK(sell.side == hadal::TakerSide::sell);
  CHECK(to_string(sell.price) == "60000.0");
  CHECK(to_string(sell.qty) == "0.000051");
  CHECK(sell.ord_type == "market");
  CHECK(sell.trade_id == 109'116'693);
  CHECK(sell.timestamp == parse_timestamp("2026-01-02T03:04:02.925603Z"));
}

TEST_CASE("an ohlc frame gives every candle and its own time", "[market_readers]") {
  const auto message = decoded<hadal::OhlcMessage>(
      R"({"channel":"ohlc","type":"update","timestamp":"2026-01-02T03:04:26.844359566Z","data":[{"symbol":"ETH/USD","open":3026.46,)"
      R"("high":3026.90,"low":3026.45,"close":3026.89,"trades":5,"volume":2.24044498,"vwap":3026.48,)"
      R"("interval_begin":"2026-01-02T03:04:00.000000000Z","interval":1,"timestamp":"2026-01-02T03:05:00.000000Z"}]})");
  CHECK(message.kind == FrameKind::update);
  CHECK(message.timestamp == parse_timestamp("2026-01-02T03:04:26.844359566Z"));
  REQUIRE(message.candles.size() == 1);
  const auto& c = message.candles[0];
  CHECK(c.symbol == "ETH/USD");
  CHECK(text_of(c.open) == "3026.46");
  CHECK(text_of(c.high) == "3026.90");
  CHECK(text_of(c.low) == "3026.45");
  CHECK(text_of(c.close) == "3026.89");
  CHECK(c.trades == 5);
  CHECK(text_of(c.volume) == "2.24044498");
  CHECK(text_of(c.vwap) == "3026.48");
  CHECK(c.interval_begin == parse_timestamp("2026-01-02T03:04:00Z"));
  CHECK(c.interval == 1);
  CHECK(c.timestamp == parse_timestamp("2026-01-02T03:05:00Z"));
}

TEST_CASE("a status frame gives every field, each of which may be absent", "[market_readers]") {
  auto message = decoded<hadal::StatusMessage>(
      R"({"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2",)"
      R"("connection_id":15113583034416118705,"upcoming_maintenance":[],"emergency":[]}]})");
  CHECK(message.system == hadal::SystemStatus::online);
  CHECK(message.api_version == "v2");
  CHECK(message.connection_id == 15'113'583'034'416'118'705u);
  CHECK(message.version == "2.0.10");
  CHECK(message.upcoming_maintenance == "[]");
  CHECK(message.emergency == "[]");

  message = decoded<hadal::StatusMessage>(
      R"({"channel":"status","data":[{"api_version":"v2","system":"maintenance","version":"2.0.6"}],"type":"update"})");
  CHECK(message.system == hadal::SystemStatus::maintenance);
  CHECK(message.version == "2.0.6");
  CHECK_FALSE(message.connection_id.has_value());
  CHECK(message.upcoming_maintenance.empty());
  CHECK(message.emergency.empty());

  message = decoded<hadal::StatusMessage>(
      R"({"channel":"status","data":[{"system":"half_open","connection_id":18446744073709551615,"upcoming_maintenance":[ {"title":"a ]",)"
      R"("affected_services":["spot_ws"]} ],"emergency":[[1],{}]}],"type":"update"})");
  CHECK(message.system == hadal::SystemStatus::other);
  CHECK(message.connection_id == 18'446'744'073'709'551'615u);
  CHECK(message.upcoming_maintenance == R"([ {"title":"a ]","affected_services":["spot_ws"]} ])");
  CHECK(message.emergency == "[[1],{}]");

  for (const std::string_view word : {"online", "cancel_only", "maintenance", "post_only"}) {
    message = decoded<hadal::StatusMessage>(R"({"channel":"status","type":"update","data":[{"system":")" + std::string{word} + "\"}]}");
    REQUIRE(message.system);
    CHECK(name(*message.system) == word);
  }
}

TEST_CASE("a connection id beyond 64 bits is none, and said", "[market_readers]") {
  Decoder decoder;
  for (const std::string_view id : {"18446744073709551616", "-1", "\"99999999999999999999\""}) {
    CAPTURE(id);
    const auto frame = R"({"channel":"status","type":"update","data":[{"system":"online","connection_id":)" + std::string{id} + "}]}";
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK_FALSE(get<hadal::StatusMessage>(decoder).connection_id.has_value());
    CHECK(get<hadal::StatusMessage>(decoder).system == hadal::SystemStatus::online);
    CHECK(decoder.issue().code == Errc::number_out_of_range);
    CHECK(decoder.issue().field == "connection_id");
  }
}

TEST_CASE("a trade without what it cannot do without is left out, others stay", "[market_readers]") {
  const Flaw flaws[] = {
      {R"([{"symbol":"A/B","side":"buy","price":1,"qty":2},{"symbol":"C/D","side":"buy","qty":2}])", Errc::field_missing, "price", "C/D",
       1},
      {R"([{"side":"buy","price":1,"qty":2}])", Errc::field_missing, "symbol", "", 0},
      {R"([{"symbol":"A/B","side":"hold","price":1,"qty":2}])", Errc::field_type, "side", "A/B", 0},
      {R"([{"symbol":"A/B","side":"buy","price":true,"qty":2}])", Errc::field_type, "price", "A/B", 0},
      {R"([{"symbol":"A/B","side":"buy","price":null,"qty":2}])", Errc::field_missing, "price", "A/B", 0},
      {R"([{"symbol":"A/B","side":"buy","price":1,"qty":[2]}])", Errc::field_type, "qty", "A/B", 0},
      {R"([{"symbol":"A/B","side":"buy","price":"1x","qty":2}])", Errc::number_invalid, "price", "A/B", 0},
      // Optional fields cost nothing but themselves.
      {R"([{"symbol":"A/B","side":"buy","price":1,"qty":2,"trade_id":9223372036854775808}])", Errc::number_out_of_range, "trade_id", "A/B",
       1},
      {R"([{"symbol":"A/B","side":"buy","price":1,"qty":2,"timestamp":"now"}])", Errc::field_type, "timestamp", "A/B", 1},
      {R"({"symbol":"A/B"})", Errc::field_type, "data", "A/B", 0},
      {R"(null)", Errc::field_type, "data", "", 0},
      {R"([1])", Errc::field_type, "data", "", 0},
  };
  check_flaws("trade", flaws, [](const Decoder& decoder) { return get<hadal::TradeMessage>(decoder).trades.size(); });
}

TEST_CASE("a ticker needs its symbol, a candle its symbol and its beginning", "[market_readers]") {
  const Flaw tickers[] = {
      {R"([{"bid":1},{"symbol":"A/B"}])", Errc::field_missing, "symbol", "A/B", 1},
      {R"([{"symbol":"A/B","bid":{}}])", Errc::field_type, "bid", "A/B", 1},
      {R"([{"symbol":"A/B","trades":1.5}])", Errc::field_type, "trades", "A/B", 1},
  };
  check_flaws("ticker", tickers, [](const Decoder& decoder) { return get<hadal::TickerMessage>(decoder).tickers.size(); });
  const Flaw candles[] = {
      {R"([{"symbol":"A/B","open":1}])", Errc::field_missing, "interval_begin", "A/B", 0},
      {R"([{"symbol":"A/B","interval_begin":5}])", Errc::field_type, "interval_begin", "A/B", 0},
      {R"([{"symbol":"A/B","interval_begin":"2026-01-02T03:04:00Z","open":"?"}])", Errc::number_invalid, "open", "A/B", 1},
  };
  check_flaws("ohlc", candles, [](const Decoder& decoder) { return get<hadal::OhlcMessage>(decoder).candles.size(); });
}

TEST_CASE("a list needs its data", "[market_readers]") {
  Decoder decoder;
  for (const std::string_view channel : {"trade", "ticker", "ohlc"}) {
    const auto frame = R"({"channel":")" + std::string{channel} + R"(","type":"update"})";
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().code == Errc::field_missing);
    CHECK(decoder.issue().channel == channel);
    CHECK(decoder.issue().field == "data");
  }
}
