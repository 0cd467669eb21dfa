#include "server/request.hpp"

#include <catch2/catch.hpp>

namespace hadal::server {
namespace {

template <class Kind>
Kind ask(std::string_view target) {
  INFO(target);
  const auto read = read_target(target);
  if (const auto* answer = std::get_if<Answer>(&read)) INFO(answer->body);
  REQUIRE(std::holds_alternative<Kind>(read));
  return std::get<Kind>(read);
}

int refused(std::string_view target, std::string_view code) {
  const auto answer = ask<Answer>(target);
  INFO(target << " gave " << answer.body);
  CHECK(answer.body.find("\"code\":\"" + std::string{code} + '"') != std::string::npos);
  return answer.status;
}

}  // namespace

TEST_CASE("a symbol may be spelt in several ways", "[server]") {
  for (const auto* path : {"/depth/BTC%2FUSD", "/depth/BTC/USD", "/depth/btc-usd", "/depth/XBT%2fUSD"})
    CHECK(ask<AskDepth>(path).question.symbol == "BTC/USD");
  CHECK(ask<AskStream>("/stream/eth-usd").symbol == "ETH/USD");
  CHECK(refused("/depth/", "unknown_symbol") == 404);
  CHECK(refused("/depth/BTCUSD", "unknown_symbol") == 404);
  CHECK(refused("/stream/%2F", "unknown_symbol") == 404);
  CHECK(refused("/depth/BTC%2", "unknown_symbol") == 404);
}

TEST_CASE("parameters are checked, and unknown ones refused", "[server]") {
  const auto depth = ask<AskDepth>("/depth/BTC%2FUSD?levels=5&group=0.50").question;
  CHECK(depth.levels == 5);
  CHECK(depth.group == Decimal{50, 2});
  CHECK(ask<AskDepth>("/depth/BTC%2FUSD").question.levels == 0);
  CHECK(ask<AskStream>("/stream/BTC%2FUSD?interval_ms=250").interval_ms == 250);
  for (const auto* query :
       {"levels=0", "levels=1001", "levels=-1", "levels=x", "levels=", "group=0", "group=-1", "group=x", "rows=3", "levels=%zz"})
    CHECK(refused(std::string{"/depth/BTC%2FUSD?"} + query, "bad_query") == 400);
  for (const auto* query : {"interval_ms=-1", "interval_ms=60001", "interval_ms=", "levels=3"})
    CHECK(refused(std::string{"/stream/BTC%2FUSD?"} + query, "bad_query") == 400);
  CHECK(refused("/health?x=1", "bad_query") == 400);
  ask<AskHealth>("/health?");
}

TEST_CASE("no path leads out of the page's folder", "[server]") {
  CHECK(ask<AskFile>("/").path == "/");
  CHECK(ask<AskFile>("/assets/a%20b.js").path == "/assets/a b.js");
  for (const auto* path : {"/../secret", "/assets/../../secret", "/%2e%2e/secret", "/..%2fsecret", "/.git/config", "/a\\b", "/a%00b",
                           "/a%0Ab", "//etc/passwd", "/%2fetc/passwd", "/assets//etc/passwd"})
    CHECK(refused(path, "not_found") == 404);
  CHECK(refused("symbols", "bad_request") == 400);
}

TEST_CASE("percent signs", "[server]") {
  CHECK(percent_decoded("a%2Fb%2f") == "a/b/");
  CHECK(percent_decoded("") == "");
  for (const auto* text : {"%", "%2", "%g0", "%0g", "a%-1"}) CHECK_FALSE(percent_decoded(text));
}

}  // namespace hadal::server
