#include "hadal_sim/exchange.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace hadal::sim;

namespace {

struct Script {
  explicit Script(ExchangeConfig config = {}) : exchange{std::move(config)} {}

  std::vector<std::string> take() {
    std::vector<std::string> out;
    while (const auto frame = exchange.next())
      out.push_back(frame->kind == ServerFrame::Kind::text ? frame->text : "close " + std::to_string(frame->code));
    return out;
  }
  std::string say(std::string_view request) {
    exchange.text(now, 1, request);
    const auto frames = take();
    return frames.empty() ? std::string{} : frames.front();
  }

  Exchange exchange;
  std::int64_t now = 0;
};

bool begins(const std::string& text, std::string_view start) { return text.substr(0, start.size()) == start; }

}  // namespace

TEST_CASE("a connection begins with its status, and a subscription with its ack and snapshot", "[sim]") {
  Script s;
  CHECK(s.exchange.open(0, 1) == 101);
  const auto first = s.take();
  REQUIRE(first.size() == 1);
  CHECK(begins(first[0],
               R"({"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":)"));
  s.exchange.text(0, 1,
                  R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10,"snapshot":true},"req_id":11})");
  const auto frames = s.take();
  REQUIRE(frames.size() == 2);
  CHECK(frames[0] ==
        R"({"method":"subscribe","req_id":11,"result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"success":true,)"
        R"("time_in":"2026-01-02T03:04:05.000000Z","time_out":"2026-01-02T03:04:05.000042Z"})");
  CHECK(begins(frames[1], R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":)"));
}

TEST_CASE("refusals have the recorded words and fields", "[sim]") {
  Script s;
  static_cast<void>(s.exchange.open(0, 1));
  s.take();
  const std::string_view times = R"("time_in":"2026-01-02T03:04:05.000000Z","time_out":"2026-01-02T03:04:05.000042Z"})";
  CHECK(s.say(R"({"method":"subscribe","params":{"channel":"book","symbol":["FOO/BAR"]},"req_id":2})") ==
        std::string{R"({"error":"Currency pair not supported FOO/BAR","method":"subscribe","req_id":2,"success":false,"symbol":"FOO/BAR",)"}
            .append(times));
  CHECK(s.say(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTCUSD"]},"req_id":2})")
            .find("not in ISO 4217-A3 format BTCUSD") != std::string::npos);
  CHECK(s.say(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":27},"req_id":12})") ==
        std::string{R"({"error":"Subscription depth not supported","method":"subscribe","req_id":12,"success":false,)"}.append(times));
  CHECK(s.say(R"({"method":"subscribe","params":{"channel":"book"},"req_id":3})").find("Symbol(s) not found") != std::string::npos);
  CHECK(s.say(R"({"method":"subscribe","params":{"channel":"nothing","symbol":["BTC/USD"]}})").find("Subscription name invalid") !=
        std::string::npos);
  CHECK(s.say(R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":15})").find("Subscription Not Found") !=
        std::string::npos);
  CHECK(s.say(R"({"method":"ping","params":{},"req_id":101})").find("Unsupported field: 'params' for the given msg type: ping") !=
        std::string::npos);
  CHECK(s.say(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"colour":1},"req_id":4})")
            .find("Unsupported field: 'colour'") != std::string::npos);
  CHECK(s.say("nonsense").find("Malformed request") != std::string::npos);
  s.say(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":5})");
  CHECK(s.say(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":6})").find("Already subscribed") !=
        std::string::npos);
}

TEST_CASE("pings are answered, heartbeats come once a second from the first subscription on, an idle socket is closed", "[sim]") {
  Script s;
  static_cast<void>(s.exchange.open(0, 1));
  s.take();
  CHECK(begins(s.say(R"({"method":"ping","req_id":101})"), R"({"method":"pong","req_id":101,"time_in":)"));
  s.exchange.advance(59'999);
  CHECK(s.take().empty());
  s.exchange.advance(60'000);
  CHECK(s.take() == std::vector<std::string>{"close 1000"});

  Script busy;
  static_cast<void>(busy.exchange.open(0, 1));
  busy.say(R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]},"req_id":1})");
  int heartbeats = 0;
  for (std::int64_t now = 0; now <= 10'000; now += 100) {
    busy.exchange.advance(now);
    for (const auto& frame : busy.take()) heartbeats += frame == R"({"channel":"heartbeat"})" ? 1 : 0;
  }
  CHECK(heartbeats == 10);
}

TEST_CASE("the same seed gives the same bytes; faults have their own stream", "[sim]") {
  const auto run = [](std::vector<Fault> faults) {
    ExchangeConfig config;
    config.seed = 9;
    config.faults = std::move(faults);
    Script s{config};
    static_cast<void>(s.exchange.open(0, 1));
    s.exchange.text(0, 1, R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH/USD"],"depth":25}})");
    s.exchange.advance(20'000);
    return s.take();
  };
  const auto plain = run({});
  CHECK(plain.size() > 300);
  CHECK(plain == run({}));
  CHECK(plain == run({{.kind = FaultKind::reject, .from = 30'000, .count = 1}}));
  const auto dropped = run({{.kind = FaultKind::drop, .count = 3}});
  CHECK(dropped.size() == plain.size() - 3);
}
