#include "hadal/session/key.hpp"

#include <catch2/catch.hpp>

#include "hadal/session/requests.hpp"

using namespace hadal;

namespace {

Key key(Channel channel, std::string symbol) {
  Key out;
  out.channel = channel;
  out.symbol = std::move(symbol);
  return out;
}

std::string subscribe(std::vector<Key> keys) {
  std::string out;
  append_subscribe(out, keys, 7);
  return out;
}

std::string unsubscribe(std::vector<Key> keys) {
  std::string out;
  append_unsubscribe(out, keys, 8);
  return out;
}

}  // namespace

TEST_CASE("keys are checked before anything is sent (E-10)", "[session]") {
  auto book = key(Channel::book, " xbt/usd ");
  CHECK(normalize(book) == Errc::ok);
  CHECK(book.symbol == "BTC/USD");
  book.depth = 27;
  CHECK(normalize(book) == Errc::depth_invalid);
  auto ohlc = key(Channel::ohlc, "BTC/USD");
  ohlc.interval = 21600;
  CHECK(normalize(ohlc) == Errc::ok);
  ohlc.interval = 2;
  CHECK(normalize(ohlc) == Errc::interval_invalid);
  auto trade = key(Channel::trade, "BTCUSD");
  CHECK(normalize(trade) == Errc::symbol_invalid);
  trade.symbol = "BTC/USD";
  trade.depth = 25;
  CHECK(normalize(trade) == Errc::config_invalid);
  auto ticker = key(Channel::ticker, "BTC/USD");
  ticker.interval = 5;
  CHECK(normalize(ticker) == Errc::config_invalid);
  auto instrument = key(Channel::instrument, "");
  CHECK(normalize(instrument) == Errc::ok);
  instrument.symbol = "BTC/USD";
  CHECK(normalize(instrument) == Errc::config_invalid);
}

TEST_CASE("requests are those of the wire reference, with only documented fields", "[session]") {
  auto book = key(Channel::book, "BTC/USD");
  CHECK(subscribe({book}) ==
        R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10,"snapshot":true},"req_id":7})");
  CHECK(unsubscribe({book}) == R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10},"req_id":8})");
  auto ticker = key(Channel::ticker, "BTC/USD");
  CHECK(
      subscribe({ticker, key(Channel::ticker, "ETH/USD")}) ==
      R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD","ETH/USD"],"event_trigger":"trades","snapshot":true},"req_id":7})");
  CHECK(unsubscribe({ticker}) == R"({"method":"unsubscribe","params":{"channel":"ticker","symbol":["BTC/USD"]},"req_id":8})");
  ticker.trigger = TickerTrigger::bbo;
  CHECK(unsubscribe({ticker}) ==
        R"({"method":"unsubscribe","params":{"channel":"ticker","symbol":["BTC/USD"],"event_trigger":"bbo"},"req_id":8})");
  CHECK(subscribe({key(Channel::trade, "BTC/USD")}) ==
        R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"],"snapshot":false},"req_id":7})");
  auto ohlc = key(Channel::ohlc, "BTC/USD");
  ohlc.interval = 60;
  CHECK(subscribe({ohlc}) ==
        R"({"method":"subscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":60,"snapshot":true},"req_id":7})");
  CHECK(unsubscribe({ohlc}) == R"({"method":"unsubscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":60},"req_id":8})");
  CHECK(subscribe({key(Channel::instrument, "")}) ==
        R"({"method":"subscribe","params":{"channel":"instrument","snapshot":true},"req_id":7})");
  std::string ping;
  append_ping(ping, 101);
  CHECK(ping == R"({"method":"ping","req_id":101})");
}
