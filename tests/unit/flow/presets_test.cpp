#include "hadal/flow/presets.hpp"

#include <catch2/catch.hpp>

using namespace hadal;

TEST_CASE("presets are what the catalogue says, and can be used as they are", "[flow]") {
  for (const auto& config : {low_latency(), multi_pair(), aggregator(), deep_book(), quiet_pair()}) {
    CHECK(check(config.session) == Errc::ok);
    CHECK(check(config.delivery) == Errc::ok);
    CHECK(is_depth(config.depth));
  }
  CHECK(low_latency().delivery.max_queue_depth == 128);
  CHECK(low_latency().delivery.policy == DropPolicy::oldest);
  CHECK(low_latency().delivery.max_messages_per_second == 0);
  CHECK(low_latency().session.times.connect == 5'000);
  CHECK(multi_pair().delivery.max_queue_depth == 1'024);
  CHECK(multi_pair().delivery.max_messages_per_second == 5'000);
  CHECK(multi_pair().delivery.policy == DropPolicy::coalesce);
  CHECK(multi_pair().delivery.coalesce_window_ms == 50);
  CHECK(multi_pair().session.times.connect == 30'000);
  CHECK(aggregator().delivery.max_queue_depth == 10'000);
  CHECK(aggregator().delivery.max_messages_per_second == 10'000);
  CHECK(aggregator().delivery.coalesce_window_ms == 100);
  CHECK(aggregator().session.times.connect == 60'000);
  CHECK(deep_book().depth == 1'000);
  CHECK(deep_book().delivery.max_queue_depth == 2'000);
  CHECK(deep_book().delivery.coalesce_window_ms == 50);
  CHECK(quiet_pair().delivery.max_queue_depth == 100);
}
