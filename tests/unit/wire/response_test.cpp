// Answers to requests (ws-v2.md sections 4, 5 and 8 to 14), and the classes of the server's error texts.
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hadal/wire/decoder.hpp"
#include "unit/wire/book_frames.hpp"

using hadal::Decoder;
using hadal::Errc;
using hadal::parse_timestamp;
using hadal::Response;
using hadal::ServerErrorClass;

namespace {

Response response_of(std::string_view frame) {
  Decoder decoder;
  CAPTURE(frame);
  REQUIRE(decoder.decode(frame) == Errc::ok);
  CHECK(decoder.issue().count == 0);
  REQUIRE(std::holds_alternative<Response>(decoder.message()));
  return std::get<Response>(decoder.message());
}

}  // namespace

TEST_CASE("the ack of a book subscription tells symbol and depth", "[response]") {
  const auto ack = response_of(test::kAck);
  CHECK(ack.method == "subscribe");
  CHECK(ack.req_id == 11);
  CHECK(ack.success == true);
  CHECK(ack.error.empty());
  CHECK(ack.error_class == ServerErrorClass::none);
  CHECK(ack.symbol == "BTC/USD");
  CHECK(ack.channel == "book");
  CHECK(ack.status.empty());
  CHECK(ack.depth == 10);
  CHECK(ack.snapshot == true);
  CHECK_FALSE(ack.interval.has_value());
  CHECK(ack.event_trigger.empty());
  CHECK(ack.warnings.empty());
  CHECK(ack.time_in == parse_timestamp("2026-01-02T03:04:05.694962Z"));
  CHECK(ack.time_out == parse_timestamp("2026-01-02T03:04:05.695006Z"));
}

TEST_CASE("other acks carry trigger, interval, warnings and the rate count", "[response]") {
  auto ack = response_of(
      R"({"method":"subscribe","req_id":42,"result":{"channel":"ticker","event_trigger":"trades","snapshot":true,"symbol":"BTC/USD"},)"
      R"("success":true,"time_in":"2026-01-02T03:04:05.013486Z","time_out":"2026-01-02T03:04:05.013545Z"})");
  CHECK(ack.channel == "ticker");
  CHECK(ack.event_trigger == "trades");
  CHECK_FALSE(ack.depth.has_value());

  ack = response_of(R"({"method":"subscribe","req_id":31,"result":{"channel":"ohlc","interval":1440,"snapshot":false,"symbol":"ETH/USD",)"
                    R"("warnings":["timestamp is deprecated, use interval_begin","a \"second\" one"]},"success":true})");
  CHECK(ack.interval == 1440);
  CHECK(ack.snapshot == false);
  CHECK(ack.warnings == std::vector<std::string>{"timestamp is deprecated, use interval_begin", "a \"second\" one"});
  CHECK_FALSE(ack.time_in.has_value());

  ack = response_of(
      R"({"method":"subscribe","req_id":5,"result":{"channel":"executions","maxratecount":180,"snap_orders":true,"snap_trades":false},)"
      R"("success":true})");
  CHECK(ack.max_rate_count == 180);
  CHECK(ack.snap_orders == true);
  CHECK(ack.snap_trades == false);
  CHECK(ack.symbol.empty());

  ack = response_of(R"({"method":"unsubscribe","req_id":81,"result":{"channel":"instrument"},"success":true})");
  CHECK(ack.method == "unsubscribe");
  CHECK(ack.channel == "instrument");
}

TEST_CASE("a refusal keeps the server's words and names what it can", "[response]") {
  auto refusal =
      response_of(R"({"error":"Currency pair not supported XBT/USD","method":"subscribe","req_id":43,"success":false,"symbol":"XBT/USD",)"
                  R"("time_in":"2026-01-02T03:04:05.588049Z","time_out":"2026-01-02T03:04:05.588083Z"})");
  CHECK(refusal.success == false);
  CHECK(refusal.error == "Currency pair not supported XBT/USD");
  CHECK(refusal.error_class == ServerErrorClass::subscription);
  CHECK(refusal.symbol == "XBT/USD");
  CHECK(refusal.req_id == 43);
  CHECK(refusal.channel.empty());

  refusal = response_of(
      R"({"channel":"executions","error":"ESession:Invalid session","method":"subscribe","req_id":44,"status":"error","success":false,)"
      R"("time_in":"2026-01-02T03:04:05.493462Z","time_out":"2026-01-02T03:04:05.493897Z"})");
  CHECK(refusal.error_class == ServerErrorClass::auth);
  CHECK(refusal.channel == "executions");
  CHECK(refusal.status == "error");

  refusal = response_of(R"({"error":"Subscription depth not supported","method":"subscribe","req_id":0,"success":false})");
  CHECK(refusal.symbol.empty());
  CHECK(refusal.req_id == 0);

  refusal = response_of(R"({"error":"no request id","method":"subscribe","success":false})");
  CHECK_FALSE(refusal.req_id.has_value());
  CHECK(refusal.error_class == ServerErrorClass::other);
}

TEST_CASE("a pong is a pong, and a refused ping a response", "[response]") {
  Decoder decoder;
  REQUIRE(decoder.decode(
              R"({"method":"pong","req_id":101,"time_in":"2026-01-02T03:04:05.272922Z","time_out":"2026-01-02T03:04:05.272940Z"})") ==
          Errc::ok);
  REQUIRE(std::holds_alternative<hadal::Pong>(decoder.message()));
  const auto& pong = std::get<hadal::Pong>(decoder.message());
  CHECK(pong.req_id == 101);
  CHECK(pong.time_in == parse_timestamp("2026-01-02T03:04:05.272922Z"));
  CHECK(pong.time_out == parse_timestamp("2026-01-02T03:04:05.272940Z"));

  const auto refused =
      response_of(R"({"error":"Unsupported field: 'params' for the given msg type: ping","method":"ping","req_id":101,"success":false})");
  CHECK(refused.method == "ping");
  CHECK(refused.error == "Unsupported field: 'params' for the given msg type: ping");
}

TEST_CASE("a mistyped field of a response is none, and said", "[response]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"method":"subscribe","success":"yes","symbol":"A/B"})", "success"},
      {R"({"method":"subscribe","req_id":1.5,"symbol":"A/B"})", "req_id"},
      {R"({"method":"subscribe","time_in":"later","symbol":"A/B"})", "time_in"},
      {R"({"method":"subscribe","result":{"symbol":"A/B","depth":"deep"}})", "depth"},
      {R"({"method":"subscribe","result":{"symbol":"A/B","snapshot":1}})", "snapshot"},
  };
  Decoder decoder;
  for (const auto& [frame, field] : rows) {
    CAPTURE(frame);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().code == Errc::field_type);
    CHECK(decoder.issue().field == field);
    CHECK(decoder.issue().symbol == "A/B");
    REQUIRE(std::holds_alternative<Response>(decoder.message()));
    CHECK(std::get<Response>(decoder.message()).symbol == "A/B");
  }
  REQUIRE(decoder.decode(R"({"method":"subscribe","req_id":9223372036854775808})") == Errc::ok);
  CHECK(decoder.issue().code == Errc::number_out_of_range);
  CHECK_FALSE(std::get<Response>(decoder.message()).req_id.has_value());
}

TEST_CASE("a container where a response or status field wants a value is mistyped", "[response]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"method":"subscribe","success":false,"error":["EGeneral:x"]})", "error"},
      {R"({"method":"subscribe","req_id":[1],"success":true})", "req_id"},
      {R"({"method":"subscribe","success":true,"result":{"depth":{"levels":10}}})", "depth"},
      {R"({"channel":"status","type":"update","data":[{"system":{"now":"online"}}]})", "system"},
  };
  Decoder decoder;
  for (const auto& [frame, field] : rows) {
    CAPTURE(frame);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().code == Errc::field_type);
    CHECK(decoder.issue().field == field);
  }
}

TEST_CASE("server error texts are classified by their prefix", "[response]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", "none"},
      {"Already subscribed", "subscription"},
      {"Subscription Not Found", "subscription"},
      {"Subscription depth not supported", "subscription"},
      {"Subscription ohlc interval not supported", "subscription"},
      {"Subscription name invalid", "subscription"},
      {"Currency pair not supported FOO/BAR", "subscription"},
      {"Currency pair not in ISO 4217-A3 format BTCUSD", "subscription"},
      {"Symbol(s) not found", "subscription"},
      {"Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com", "subscription"},
      {"Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com", "subscription"},
      {"Token(s) not found", "auth"},
      {"ESession:Invalid session", "auth"},
      {"EAPI:Invalid key", "auth"},
      {"EAPI:Invalid token", "auth"},
      {"EAuth:Account temporary disabled", "auth"},
      {"EGeneral:Temporary lockout", "auth"},
      {"EGeneral:Permission denied", "permission"},
      {"Exceeded msg rate", "rate"},
      {"EAPI:Rate limit exceeded", "rate"},
      {"EOrder:Rate limit exceeded", "rate"},
      {"EOrder:Insufficient funds", "funds"},
      {"EFunding:Unknown withdraw key", "funds"},
      {"EOrder:Unknown order", "order"},
      {"EService:Unavailable", "service"},
      {"EService:Market in post_only mode", "service"},
      {"EService:Deadline elapsed", "deadline"},
      {"Unsupported event", "other"},
      {"EGeneral:Internal error", "other"},
      {"already subscribed", "other"},
      {"EOrde", "other"},
  };
  for (const auto& [text, meaning] : rows) {
    CAPTURE(text);
    CHECK(name(hadal::classify_server_error(text)) == meaning);
  }
}

TEST_CASE("a rate limit is a rate limit, whatever counts it", "[response]") {
  for (const std::string_view text : {"EOrder:Domain rate limit exceeded", "EGeneral:Too many requests"}) {
    CAPTURE(text);
    CHECK(name(hadal::classify_server_error(text)) == "rate");
  }
}
