// Requests as JSON: what they mean, and that what is wrong is named.

#include "hadal/analytics/watch_request.hpp"

#include <catch2/catch.hpp>

using namespace hadal;

TEST_CASE("a watch names its views; true asks for the defaults", "[analytics]") {
  WatchRequest request;
  REQUIRE(parse_watch(R"({"ladder":{"levels":0,"group":"0.50"},"columns":{"pixels":640,"first":10,"last":90},"imbalance":{"levels":5},
    "pressure":{"weighting":"distance","lambdaBps":2.5,"weak":"0.1"},"bands":true,"fill":{"side":"sell","notional":100000},"cursor":77,
    "tape":{"count":3,"minSize":0.25},"heatmap":{"columns":10,"lo":1.5}})",
                      request)
              .empty());
  CHECK(request.views.ladder->levels == 0);
  CHECK(request.views.ladder->group == Decimal{50, 2});
  CHECK(request.views.columns == ViewRequest::Columns{640, 10, 90});
  CHECK(request.views.imbalance == 5u);
  CHECK(request.views.pressure->weighting == Weighting::distance);
  CHECK(request.views.pressure->lambda_bps == 2.5);
  CHECK(request.views.pressure->weak == 0.1);
  CHECK(request.views.pressure->strong == 0.5);
  CHECK(request.views.bands);
  CHECK(request.views.fill == ViewRequest::Order{TakerSide::sell, {100'000, 0}, true});
  CHECK(request.views.cursor == 77);
  CHECK(request.tape->count == 3);
  CHECK(request.tape->min_size == Decimal{25, 2});
  CHECK(request.heatmap->columns == 10);
  CHECK(request.heatmap->buckets == 400);
  CHECK(request.heatmap->lo == 1.5);

  REQUIRE(parse_watch(R"({"ladder":true,"imbalance":true,"bands":false,"cursor":null,"tape":null})", request).empty());
  CHECK(request.views.ladder->levels == 10);
  CHECK_FALSE(request.views.ladder->group);
  CHECK(request.views.imbalance == kImbalanceLevels);
  CHECK_FALSE(request.views.bands);
  CHECK_FALSE(request.views.columns);
  CHECK_FALSE(request.tape);
  REQUIRE(parse_watch("{}", request).empty());
  CHECK_FALSE(request.views.ladder);
}

TEST_CASE("what is wrong with a watch is named, and the former request stays", "[analytics]") {
  WatchRequest request;
  REQUIRE(parse_watch(R"({"bands":true})", request).empty());
  const auto wrong = [&](std::string_view json) { return parse_watch(json, request); };
  CHECK(wrong("{") == "request: is not JSON");
  CHECK(wrong("[1]").find("request: ") == 0);
  CHECK(wrong("7").find("request: ") == 0);
  CHECK(wrong(R"({"lader":true})").find("lader: ") == 0);
  CHECK(wrong(R"({"ladder":7})").find("ladder: ") == 0);
  CHECK(wrong(R"({"ladder":[1]})").find("ladder") == 0);
  CHECK(wrong(R"({"ladder":{"group":{}}})").find("ladder") == 0);
  CHECK(wrong(R"({"ladder":{"rows":7}})").find("ladder.rows: ") == 0);
  CHECK(wrong(R"({"ladder":{"group":"-1"}})").find("ladder.group: ") == 0);
  CHECK(wrong(R"({"ladder":{"levels":-1}})").find("ladder.levels: ") == 0);
  CHECK(wrong(R"({"columns":true})").find("columns.pixels: ") == 0);
  CHECK(wrong(R"({"columns":{"pixels":8193}})").find("columns.pixels: ") == 0);
  CHECK(wrong(R"({"columns":{"pixels":8,"first":3}})").find("columns: ") == 0);
  CHECK(wrong(R"({"columns":{"pixels":8,"first":3,"last":3}})").find("columns: ") == 0);
  CHECK(wrong(R"({"fill":true})").find("fill.side: ") == 0);
  CHECK(wrong(R"({"fill":{"side":"hold","size":1}})").find("fill.side: ") == 0);
  CHECK(wrong(R"({"fill":{"side":"buy","size":0}})").find("fill: ") == 0);
  CHECK(wrong(R"({"fill":{"size":1}})").find("fill.side: ") == 0);
  CHECK(wrong(R"({"fill":{"side":"buy","notional":1000,"size":1}})").find("fill.size: ") == 0);
  CHECK(wrong(R"({"fill":{"side":"buy","size":1,"notional":1000}})").find("fill.notional: ") == 0);
  CHECK(wrong(R"({"ladder":[]})").find("ladder: ") == 0);
  CHECK(wrong(R"({"bands":{}})").find("bands: ") == 0);
  CHECK(wrong(R"({"pressure":{"weak":0.9}})").find("pressure: ") == 0);
  CHECK(wrong(R"({"tape":{"count":0}})").find("tape.count: ") == 0);
  CHECK(wrong(R"({"heatmap":{"columns":601}})").find("heatmap: ") == 0);
  CHECK(wrong(R"({"cursor":1.5})").find("cursor: ") == 0);
  CHECK(request.views.bands);
}

TEST_CASE("trackers by their settings", "[analytics]") {
  TrackConfig config;
  REQUIRE(parse_track(R"({"flow":{"largeNotional":"250000","depth":5},"whales":{"z":3.5},"health":{"staleMs":100},"spread":true})", config)
              .empty());
  CHECK(config.flow->large.notional);
  CHECK(config.flow->large.amount == Decimal{250'000, 0});
  CHECK(config.flow->track_depth == 5);
  CHECK(config.whales->z == 3.5);
  CHECK(config.health.stale_ms == 100);
  CHECK(config.health_events);
  CHECK(config.spread_events);
  CHECK_FALSE(config.heatmap);
  REQUIRE(parse_track(R"({"flow":{"depth":3},"all":true,"heatmap":false})", config).empty());
  CHECK(config.flow->track_depth == 3);  // wherever `all` stands
  CHECK(config.persistence);
  CHECK_FALSE(config.heatmap);
  CHECK(parse_track(R"({"flow":{"large":5,"largeNotional":1000}})", config).find("flow.largeNotional: ") == 0);
  CHECK(parse_track(R"({"spread":{}})", config).find("spread: ") == 0);
  CHECK(parse_track(R"({"flow":{"large":0}})", config).find("flow: ") == 0);
  CHECK(parse_track(R"({"health":{"staleMs":60000}})", config).find("health: ") == 0);
  CHECK(parse_track(R"({"whales":{"windows":3}})", config).find("whales.windows: ") == 0);
  CHECK(parse_track(R"({"everything":true})", config).find("everything: ") == 0);
  CHECK(config.persistence);
}

TEST_CASE("queues by their settings", "[flow]") {
  DeliveryConfig config;
  REQUIRE(parse_delivery(R"({"types":["trade","flow"],"symbol":"xbt/usd","policy":"coalesce","maxQueueDepth":7})", config).empty());
  CHECK(config.types == (mask_of(EventType::trade) | mask_of(EventType::flow)));
  CHECK(config.symbol == "BTC/USD");
  CHECK(config.policy == DropPolicy::coalesce);
  CHECK(config.max_queue_depth == 7);
  REQUIRE(parse_delivery("{}", config).empty());
  CHECK(config.types == kAllEvents);
  CHECK(parse_delivery(R"({"types":[]})", config).find("types: ") == 0);
  CHECK(parse_delivery(R"({"types":["trades"]})", config).find("types") == 0);
  CHECK(parse_delivery(R"({"types":"trade"})", config).find("types") == 0);
  CHECK(parse_delivery(R"({"policy":"block"})", config).find("policy") == 0);
  CHECK(parse_delivery(R"({"maxQueueDepth":0})", config).find("delivery: ") == 0);
  CHECK(parse_delivery(R"({"symbol":"BTC"})", config).find("symbol: ") == 0);
}
