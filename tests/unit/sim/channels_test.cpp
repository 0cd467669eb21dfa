// Every public channel as protocol/ws-v2.md records it.

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "hadal_sim/exchange.hpp"

using namespace hadal::sim;
using nlohmann::json;

namespace {

constexpr std::string_view kTimes = R"("time_in":"2026-01-02T03:04:05.000000Z","time_out":"2026-01-02T03:04:05.000042Z"})";

struct Client {
  explicit Client(ExchangeConfig config = {}) : exchange{std::move(config)} {
    REQUIRE(exchange.open(0, 1) == 101);
    take();
  }
  std::vector<std::string> take() {
    std::vector<std::string> out;
    while (const auto frame = exchange.next()) out.push_back(frame->text);
    return out;
  }
  std::vector<std::string> ask(std::string_view request) {
    exchange.text(now, 1, request);
    return take();
  }
  std::vector<std::string> wait(std::int64_t ms) {
    now += ms;
    exchange.advance(now);
    return take();
  }
  Exchange exchange;
  std::int64_t now = 0;
};

std::string ack(std::string_view head) { return std::string{head}.append(R"(,"success":true,)").append(kTimes); }

std::vector<std::string> keys(const std::string& frame, const std::string& from) {
  std::vector<std::string> out;
  const auto object = nlohmann::ordered_json::parse(
      frame.substr(frame.find(from) + from.size() - 1, frame.find('}', frame.find(from)) + 2 - frame.find(from) - from.size()));
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

std::vector<std::string> of_channel(const std::vector<std::string>& frames, std::string_view channel) {
  std::vector<std::string> out;
  const auto start = std::string{R"({"channel":")"}.append(channel).append("\"");
  std::copy_if(frames.begin(), frames.end(), std::back_inserter(out), [&](const std::string& frame) { return frame.find(start) == 0; });
  return out;
}

}  // namespace

TEST_CASE("ticker: acks, fields, and the two triggers", "[sim]") {
  Client c;
  auto frames = c.ask(R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"],"event_trigger":"bbo"},"req_id":1})");
  REQUIRE(frames.size() == 2);
  CHECK(frames[0] ==
        ack(R"({"method":"subscribe","req_id":1,"result":{"channel":"ticker","event_trigger":"bbo","snapshot":true,"symbol":"BTC/USD"})"));
  CHECK(keys(frames[1], "\"data\":[{") == std::vector<std::string>{"symbol", "bid", "bid_qty", "ask", "ask_qty", "last", "volume", "vwap",
                                                                   "low", "high", "change", "change_pct", "trades", "timestamp"});
  const auto data = json::parse(frames[1])["data"][0];
  CHECK(data["bid"].get<double>() < data["ask"].get<double>());
  CHECK(data["low"].get<double>() <= data["vwap"].get<double>());
  CHECK(data["vwap"].get<double>() <= data["high"].get<double>());
  CHECK(data["trades"].get<int>() > 100);
  // Digits as the pair has them: one decimal of price, eight of quantity, two of percent.
  CHECK(frames[1].find('.', frames[1].find("\"bid\":")) + 2 == frames[1].find(',', frames[1].find("\"bid\":")));
  // The other trigger is a subscription of its own.
  CHECK(c.ask(R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"]},"req_id":2})").size() == 2);
  CHECK(c.ask(R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"]},"req_id":3})")[0].find("Already subscribed") !=
        std::string::npos);
  CHECK(c.ask(R"({"method":"unsubscribe","params":{"channel":"ticker","symbol":["BTC/USD"],"event_trigger":"bbo"},"req_id":4})")[0] ==
        ack(R"({"method":"unsubscribe","req_id":4,"result":{"channel":"ticker","event_trigger":"bbo","symbol":"BTC/USD"})"));
  // Now there is an update for every trade, and no other.
  c.ask(R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]},"req_id":5})");
  frames = c.wait(60'000);
  const auto trades = of_channel(frames, "trade").size();
  CHECK(trades > 5);
  CHECK(of_channel(frames, "ticker").size() == trades);

  Client bbo;
  bbo.ask(R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"],"event_trigger":"bbo"},"req_id":1})");
  CHECK(of_channel(bbo.wait(60'000), "ticker").size() > 3 * trades);
}

TEST_CASE("trade: the last fifty, oldest first, then every trade once", "[sim]") {
  ExchangeConfig config;
  config.scenario = *find_scenario("sweep");
  Client c{config};
  c.wait(50'000);  // an idle connection is closed after a minute
  auto frames = c.ask(R"({"method":"subscribe","params":{"channel":"trade","symbol":["ETH/USD"],"snapshot":true},"req_id":21})");
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].find(
            R"({"method":"subscribe","req_id":21,"result":{"channel":"trade","snapshot":true,"symbol":"ETH/USD"},"success":true)") == 0);
  const auto past = json::parse(frames[1])["data"];
  REQUIRE(past.size() == 50);
  CHECK(keys(frames[1], "\"data\":[{") == std::vector<std::string>{"symbol", "side", "price", "qty", "ord_type", "trade_id", "timestamp"});
  auto last = past[0]["trade_id"].get<std::int64_t>() - 1;
  for (const auto& trade : past) CHECK(trade["trade_id"].get<std::int64_t>() == ++last);
  for (const auto& frame : of_channel(c.wait(30'000), "trade")) {
    const auto trades = json::parse(frame)["data"];
    for (const auto& trade : trades) CHECK(trade["trade_id"].get<std::int64_t>() == ++last);
  }
  CHECK(last > past[49]["trade_id"].get<std::int64_t>() + 10);
  // Without being asked for, no snapshot.
  CHECK(c.ask(R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]},"req_id":22})").size() == 1);
}

TEST_CASE("ohlc: past candles in order, then the one in progress after each trade", "[sim]") {
  Client c;
  for (const auto interval : kIntervals) {
    const auto number = std::to_string(interval);
    auto frames =
        c.ask(R"({"method":"subscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":)" + number + R"(},"req_id":31})");
    REQUIRE(frames.size() == 2);
    CHECK(frames[0] == ack(R"({"method":"subscribe","req_id":31,"result":{"channel":"ohlc","interval":)" + number +
                           R"(,"snapshot":true,"symbol":"BTC/USD","warnings":["timestamp is deprecated, use interval_begin"]})"));
    CHECK(frames[1].find(
              R"({"channel":"ohlc","type":"snapshot","timestamp":"2026-01-02T03:04:05.000000000Z","data":[{"symbol":"BTC/USD","open":)") ==
          0);
    const auto data = json::parse(frames[1])["data"];
    CHECK(data.size() >= 9);
    std::string begin;
    for (const auto& candle : data) {
      CHECK(candle["interval_begin"].get<std::string>() > begin);
      begin = candle["interval_begin"].get<std::string>();
      CHECK(candle["low"].get<double>() <= std::min(candle["open"].get<double>(), candle["close"].get<double>()));
      CHECK(candle["high"].get<double>() >= std::max(candle["open"].get<double>(), candle["close"].get<double>()));
    }
  }
  c.ask(R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]},"req_id":5})");
  const auto frames = c.wait(90'000);
  CHECK(of_channel(frames, "ohlc").size() == std::size(kIntervals) * of_channel(frames, "trade").size());
  // A candle begins where its minute does, and its deprecated time is its end.
  const auto candle = json::parse(of_channel(frames, "ohlc").back())["data"][0];
  CHECK(candle["interval"] == 21600);
  std::set<std::string> minutes;
  for (const auto& frame : of_channel(frames, "ohlc"))
    if (const auto one = json::parse(frame)["data"][0]; one["interval"] == 1) minutes.insert(one["interval_begin"].get<std::string>());
  CHECK(minutes.size() >= 2);
  CHECK(*minutes.begin() == "2026-01-02T03:04:00.000000000Z");
  CHECK(c.ask(R"({"method":"subscribe","params":{"channel":"ohlc","symbol":["ETH/USD"],"interval":2},"req_id":32})")[0].find(
            R"({"error":"Subscription ohlc interval not supported","method":"subscribe","req_id":32,"success":false,"time_in")") == 0);
}

TEST_CASE("instrument: everything at once, then what changes", "[sim]") {
  ExchangeConfig config;
  config.symbols = 40;
  Client c{config};
  auto frames = c.ask(R"({"method":"subscribe","params":{"channel":"instrument"},"req_id":79})");
  REQUIRE(frames.size() == 2);
  CHECK(
      frames[0] ==
      ack(R"({"method":"subscribe","req_id":79,"result":{"channel":"instrument","snapshot":true,"warnings":["tick_size is deprecated, use price_increment"]})"));
  const auto data = json::parse(frames[1])["data"];
  REQUIRE(data["pairs"].size() == 40);
  std::set<std::string> assets;
  for (const auto& asset : data["assets"]) assets.insert(asset["id"].get<std::string>());
  std::set<int> precisions;
  for (const auto& pair : data["pairs"]) {
    CHECK(assets.count(pair["base"].get<std::string>()) == 1);
    CHECK(assets.count(pair["quote"].get<std::string>()) == 1);
    precisions.insert(pair["price_precision"].get<int>());
  }
  CHECK(precisions == std::set<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(
      frames[1].find(
          R"({"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online","qty_precision":8,"qty_increment":0.00000001,"price_precision":1,)") !=
      std::string::npos);
  Fault change;
  change.kind = FaultKind::precision_change;
  change.symbol = "BTC/USD";
  change.count = 1;
  c.exchange.inject(change);
  frames = of_channel(c.wait(1'500), "instrument");
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].find(R"({"channel":"instrument","type":"update","data":{"assets":[],"pairs":[{"symbol":"BTC/USD")") == 0);
  CHECK(frames[0].find(R"("price_precision":2,)") != std::string::npos);
}

TEST_CASE("what the public endpoint does not serve is refused in its words", "[sim]") {
  Client c;
  const auto error = [&](std::string_view request) { return json::parse(c.ask(request).at(0))["error"].get<std::string>(); };
  const std::string host = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com";
  CHECK(error(R"({"method":"subscribe","params":{"channel":"executions","token":"x"},"req_id":1})") == host);
  CHECK(error(R"({"method":"subscribe","params":{"channel":"level3","symbol":["BTC/USD"],"token":"x"},"req_id":1})") == host);
  CHECK(error(R"({"method":"add_order","params":{"order_type":"limit"},"req_id":1})") == host);
  CHECK(error(R"({"method":"dance"})") == "Unsupported event");
  // Asking for the status gives one, with a refusal.
  const auto frames = c.ask(R"({"method":"subscribe","params":{"channel":"status"},"req_id":1})");
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].find("Symbol(s) not found") != std::string::npos);
  CHECK(frames[1].find(R"({"channel":"status")") == 0);
  // Symbols of one request are answered one by one, in order; acks first, then snapshots.
  const auto many = c.ask(R"({"method":"subscribe","params":{"channel":"book","symbol":["ETH/USD","btc/usd","BTC/USD"]},"req_id":9})");
  REQUIRE(many.size() == 5);
  CHECK(many[0].find(R"("symbol":"ETH/USD")") != std::string::npos);
  CHECK(many[1].find("Currency pair not supported btc/usd") != std::string::npos);
  CHECK(many[2].find(R"("symbol":"BTC/USD")") != std::string::npos);
  CHECK(many[3].find(R"("type":"snapshot","data":[{"symbol":"ETH/USD")") != std::string::npos);
  CHECK(many[4].find(R"("type":"snapshot","data":[{"symbol":"BTC/USD")") != std::string::npos);
}

TEST_CASE("limits: requests a second, connections in ten minutes", "[sim]") {
  Client c;
  int refused = 0;
  for (int i = 0; i < 50; ++i)
    refused += c.ask(R"({"method":"ping","req_id":1})")[0].find("Exceeded msg rate") != std::string::npos ? 1 : 0;
  CHECK(refused == 50 - 37);
  CHECK(c.exchange.too_fast() == 13);
  c.wait(1'000);
  CHECK(c.ask(R"({"method":"ping","req_id":1})")[0].find("pong") != std::string::npos);

  Exchange exchange{{}};
  for (std::uint64_t id = 1; id <= 150; ++id) REQUIRE(exchange.open(0, id) == 101);
  CHECK(exchange.open(0, 151) == 429);
  CHECK(exchange.open(599'999, 152) == 429);
  CHECK(exchange.open(600'000, 153) == 101);
}

TEST_CASE("who opens a connection's number again has lost it", "[sim]") {
  Client c;
  c.ask(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":1})");
  CHECK(c.exchange.open(0, 1) == 101);
  const auto frames = c.wait(5'000);
  CHECK(of_channel(frames, "status").size() == 1);
  CHECK(of_channel(frames, "book").empty());
}

TEST_CASE("up to 1,200 symbols, each with its own market", "[sim]") {
  ExchangeConfig config;
  config.symbols = 1'200;
  Client c{config};
  const auto symbols = c.exchange.symbols();
  CHECK(std::set<std::string>(symbols.begin(), symbols.end()).size() == 1'200);
  CHECK(symbols[0] == "BTC/USD");
  CHECK(symbols[1] == "ETH/USD");
  const auto frames = c.ask(R"({"method":"subscribe","params":{"channel":"book","symbol":[")" + symbols.back() + R"("]},"req_id":1})");
  REQUIRE(frames.size() == 2);
  CHECK(of_channel(c.wait(5'000), "book").size() > 20);
}

TEST_CASE("scenarios differ as their names say", "[sim]") {
  const auto count = [](std::string_view name, std::size_t& levels) {
    ExchangeConfig config;
    config.scenario = *find_scenario(name);
    Client c{config};
    c.ask(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":1000},"req_id":1})");
    const auto frames = of_channel(c.wait(60'000), "book").size();
    levels = c.exchange.pair("BTC/USD")->market().levels(Side::buy).size();
    return static_cast<double>(frames) / 60;
  };
  std::size_t levels = 0;
  const auto busy = count("busy", levels);
  CHECK((busy > 18 && busy < 40));
  CHECK(levels > 200);
  CHECK(count("storm", levels) > 6 * busy);
  CHECK(count("calm", levels) < busy / 2);
  CHECK(count("quiet", levels) < 2);
  CHECK(count("thin", levels) > 1);
  CHECK(levels < 10);
  CHECK(count("sweep", levels) > busy / 2);
  CHECK_FALSE(find_scenario("wild"));
}

TEST_CASE("fault plans: what can be written, and what is said of the rest", "[sim]") {
  const auto plan = parse_fault_plan(
      R"([{"fault":"drop","symbol":"BTC/USD","from":1000,"until":2000,"count":3,"probability":0.25},{"fault":"close","code":1008},{"fault":"malformed","probability":0.6}])");
  CHECK(plan.error.empty());
  REQUIRE(plan.faults.size() == 8);
  CHECK(plan.faults[0].kind == FaultKind::drop);
  CHECK(plan.faults[0].per_million == 250'000);
  CHECK(plan.faults[0].count == 3);
  CHECK(plan.faults[1].code == 1008);
  CHECK(plan.faults[1].per_million == 1'000'000);
  CHECK(plan.faults[7].per_million == 100'000);
  CHECK(parse_fault_plan(R"({"fault":"loss"})").faults.at(0).per_million == 300'000);
  CHECK(parse_fault_plan("[]").error.empty());
  const auto error = [](std::string_view text) { return parse_fault_plan(text).error; };
  CHECK(error("{") == "is not valid JSON");
  CHECK(error("7") == "is not a list of faults");
  CHECK(error(R"([{"fault":"drop"},{"symbol":"X/Y"}])") == "entry 2 has no \"fault\" with a name");
  CHECK(error(R"([{"fault":"explode"}])").find("entry 1: unknown fault \"explode\"; known are drop, duplicate") == 0);
  CHECK(error(R"([{"fault":"drop","probability":2}])") == "entry 1 (drop): \"probability\" is not a number from 0 to 1");
  CHECK(error(R"([{"fault":"stall","ms":"x"}])") == "entry 1 (stall): \"ms\" is not a whole number from 0 to 600000");
  CHECK(error(R"([{"fault":"stall","colour":1}])").find("entry 1 (stall): \"colour\" is not known; known are fault, symbol") == 0);
  CHECK(error(R"([{"fault":"drop","channel":"books"}])").find("is none of book, ticker") != std::string::npos);
  CHECK(error(R"([{"fault":"latency","count":1}])").find("does not apply") != std::string::npos);
  CHECK(error(R"([{"fault":"refuse_connect","code":101}])").find("from 400 to 599") != std::string::npos);
  CHECK(parse_fault_plan(R"([{"fault":"clock_skew","ms":-1}])").faults.at(0).ms == -1);
  // Every kind has a name that a plan can use.
  for (int kind = 0; kind < kFaultKinds; ++kind)
    CHECK(parse_fault_plan(R"([{"fault":")" + std::string{name(FaultKind(kind))} + R"("}])").faults.size() == 1);
}
