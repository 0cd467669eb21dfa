#include "server/answers.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "server/board.hpp"

namespace hadal::server {
namespace {

/// A market of one book, fed by hand.
class Hand final : public MarketView {
 public:
  Hand() : feed{FeedConfig{}} {}
  const VerifiedBook* book(std::string_view symbol) const override { return feed.book(symbol); }
  Millis now() const override { return {1'500}; }
  Stats stats() const override { return {}; }
  std::int64_t increment(std::string_view) const override { return 1; }
  void append_source(std::string& out) const override { out += ",\"source\":\"hand\""; }

  /// The worked run of the protocol's reference, and its first update.
  void snapshot() {
    feed.on_text(
        {1'000}, 1,
        R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.50000000},{"price":59999.9,"qty":0.12500010},{"price":59999.0,"qty":1.20000000},{"price":59998.5,"qty":0.00025000},{"price":59997.3,"qty":2.00000001},{"price":59996.0,"qty":0.33000000},{"price":59995.5,"qty":0.01000000},{"price":59994.2,"qty":0.75000000},{"price":59993.0,"qty":3.00000000},{"price":59990.0,"qty":0.00005100}],"asks":[{"price":60000.1,"qty":0.25000000},{"price":60000.4,"qty":0.00700000},{"price":60001.0,"qty":1.00000000},{"price":60002.2,"qty":0.44440000},{"price":60003.0,"qty":0.00012000},{"price":60004.7,"qty":0.90000000},{"price":60005.0,"qty":2.50000000},{"price":60006.6,"qty":0.06000000},{"price":60008.0,"qty":0.15000000},{"price":60010.0,"qty":5.00000000}],"checksum":1158505442,"timestamp":"2026-01-02T03:04:05.678901Z"}]})");
  }
  void update(const char* checksum = "2410023125") {
    feed.on_text(
        {1'200}, 1,
        std::string{
            R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.35000000}],"asks":[],"checksum":)"} +
            checksum + R"(,"timestamp":"2026-01-02T03:04:05.801234Z"}]})");
  }
  /// Below the best levels: nothing that a stream shows.
  void deep_update() {
    feed.on_text(
        {1'300}, 1,
        R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":59980.0,"qty":1.00000000}],"asks":[],"checksum":1158505442}]})");
  }

  Feed feed;
};

}  // namespace

TEST_CASE("a book as an answer, digit by digit", "[server]") {
  Hand market;
  market.snapshot();
  market.update();
  const auto answer = depth_answer(market, {"BTC/USD", 1, {}});
  CHECK(answer.status == 200);
  CHECK(
      answer.body ==
      R"({"symbol":"BTC/USD","state":"live","reason":null,"verified":true,"verified_age_ms":300,"checksum":2410023125,"depth":10,)"
      R"("best_bid":{"price":"60000.0","qty":"0.35000000"},"best_ask":{"price":"60000.1","qty":"0.25000000"},"spread":"0.1","mid":"60000.05",)"
      R"("bids":[{"price":"60000.0","qty":"0.35000000"}],"asks":[{"price":"60000.1","qty":"0.25000000"}],)"
      R"("timestamp":"2026-01-02T03:04:05.801234000Z","revision":2})"
      "\n");
}

TEST_CASE("grouped rows, all rows, and groups that cannot be", "[server]") {
  Hand market;
  market.snapshot();
  const auto all = nlohmann::json::parse(depth_answer(market, {"BTC/USD", 0, {}}).body);
  CHECK(all["bids"].size() == 10);
  const auto grouped = nlohmann::json::parse(depth_answer(market, {"BTC/USD", 2, Decimal{5, 0}}).body);
  CHECK(grouped["bids"][0]["price"] == "60000.0");
  CHECK(grouped["bids"][1]["price"] == "59995.0");
  CHECK(grouped["asks"][0]["price"] == "60005.0");
  CHECK(depth_answer(market, {"BTC/USD", 2, Decimal{5, 2}}).status == 400);
}

TEST_CASE("a book that is not live is answered with 503 and what is known", "[server]") {
  Hand market;
  const auto nothing = depth_answer(market, {"BTC/USD", 0, {}});
  CHECK(nothing.status == 503);
  auto json = nlohmann::json::parse(nothing.body);
  CHECK(json["state"] == "unsubscribed");
  CHECK(json["best_bid"].is_null());
  market.snapshot();
  market.update("1");
  const auto stale = depth_answer(market, {"BTC/USD", 0, {}});
  CHECK(stale.status == 503);
  json = nlohmann::json::parse(stale.body);
  CHECK(json["state"] == "stale");
  CHECK(json["reason"] == "checksum");
  CHECK(json["verified"] == false);
  CHECK(json["bids"].size() == 10);
}

TEST_CASE("health names what is not live", "[server]") {
  Hand market;
  market.snapshot();
  CHECK(health_answer(market, {"BTC/USD"}).status == 200);
  const auto ill = health_answer(market, {"BTC/USD", "ETH/USD"});
  CHECK(ill.status == 503);
  CHECK(ill.body == "{\"healthy\":false,\"live\":1,\"symbols\":2,\"not_live\":{\"ETH/USD\":\"unsubscribed\"}}\n");
}

TEST_CASE("status is JSON, and errors are", "[server]") {
  Hand market;
  CHECK(nlohmann::json::parse(status_answer(market, {"BTC/USD"}, {}).body)["source"] == "hand");
  CHECK(nlohmann::json::parse(error_answer(404, "x", "a \"quote\"").body)["error"]["message"] == "a \"quote\"");
  CHECK(symbols_json({"A/B", "C/D"}) == "[\"A/B\",\"C/D\"]\n");
}

TEST_CASE("a board makes events of what a stream shows, for symbols that are watched", "[server]") {
  Hand market;
  int woken = 0;
  Board board{{"BTC/USD"}, [&] { ++woken; }};
  std::vector<std::string> kinds;
  const auto collect = [&] {
    kinds.clear();
    board.collect([&](const std::string& symbol, const StreamTextPtr& event) {
      CHECK(symbol == "BTC/USD");
      const auto at = event->text.find("data: ");
      REQUIRE(event->text.substr(event->text.size() - 2) == "\n\n");
      kinds.push_back(nlohmann::json::parse(event->text.substr(at + 6))["kind"]);
    });
    return kinds;
  };
  using Kinds = std::vector<std::string>;
  market.snapshot();
  board.changed(*market.book("BTC/USD"));
  CHECK(woken == 0);
  CHECK(collect() == Kinds{});

  board.watch("BTC/USD", 1);
  market.update();
  board.changed(*market.book("BTC/USD"));
  CHECK(woken == 1);
  CHECK(collect() == Kinds{"update"});
  board.changed(*market.book("BTC/USD"));  // nothing new
  CHECK(collect() == Kinds{});
  market.snapshot();
  board.changed(*market.book("BTC/USD"));
  market.update("1");
  board.changed(*market.book("BTC/USD"));
  CHECK(woken == 2);  // once for both
  CHECK(collect() == Kinds{"snapshot", "state"});
  board.watch("BTC/USD", -1);
  market.snapshot();
  board.changed(*market.book("BTC/USD"));
  CHECK(collect() == Kinds{});
}

}  // namespace hadal::server
