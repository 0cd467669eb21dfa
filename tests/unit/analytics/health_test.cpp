#include "hadal/analytics/health.hpp"

#include <catch2/catch.hpp>

using namespace hadal;

TEST_CASE("health by the clock: the worked example") {
  MarketHealth health;
  CHECK(health.status(Millis{1'000'000}) == Health::unknown);
  CHECK_FALSE(health.silence_ms(Millis{0}));
  health.message(Millis{1'000});
  CHECK(health.status(Millis{1'000 + 4'999}) == Health::active);
  CHECK(health.status(Millis{1'000 + 5'000}) == Health::stale);
  CHECK(health.status(Millis{1'000 + 29'999}) == Health::stale);
  CHECK(health.status(Millis{1'000 + 30'000}) == Health::halted);
  CHECK(health.silence_ms(Millis{1'500}) == 500);
}

TEST_CASE("a time before the last message counts as that") {
  MarketHealth health;
  health.message(Millis{10'000});
  CHECK(health.status(Millis{0}) == Health::active);
  CHECK(health.silence_ms(Millis{0}) == 0);
  health.message(Millis{4'000});
  CHECK(health.silence_ms(Millis{10'001}) == 1);
}

TEST_CASE("each change of health is told once, with its reason") {
  MarketHealth health;
  CHECK_FALSE(health.advance(Millis{0}));
  health.message(Millis{100});
  auto change = health.advance(Millis{100});
  REQUIRE(change);
  CHECK(change->from == Health::unknown);
  CHECK(change->to == Health::active);
  CHECK(change->reason == HealthReason::message);
  CHECK(change->silence_ms == 0);
  CHECK_FALSE(health.advance(Millis{5'099}));

  change = health.advance(Millis{5'100});
  REQUIRE(change);
  CHECK(change->from == Health::active);
  CHECK(change->to == Health::stale);
  CHECK(change->reason == HealthReason::silence);
  CHECK(change->silence_ms == 5'000);
  CHECK_FALSE(health.advance(Millis{5'101}));

  change = health.advance(Millis{90'000});
  REQUIRE(change);
  CHECK(change->to == Health::halted);
  CHECK(change->reason == HealthReason::silence);

  health.message(Millis{90'001});
  change = health.advance(Millis{90'001});
  REQUIRE(change);
  CHECK(change->from == Health::halted);
  CHECK(change->to == Health::active);
  CHECK(change->reason == HealthReason::message);
}

TEST_CASE("a clock that goes back takes no change back") {
  MarketHealth health;
  health.message(Millis{0});
  REQUIRE(health.advance(Millis{0}));
  REQUIRE(health.advance(Millis{6'000})->to == Health::stale);
  CHECK_FALSE(health.advance(Millis{1'000}));
}

TEST_CASE("the venue's word beats the clock, and then the clock decides") {
  MarketHealth health;
  health.system_status(SystemStatus::maintenance);
  auto change = health.advance(Millis{0});
  REQUIRE(change);
  CHECK(change->to == Health::halted);
  CHECK(change->reason == HealthReason::venue);
  CHECK_FALSE(change->silence_ms);
  health.message(Millis{10});
  CHECK(health.status(Millis{10}) == Health::halted);
  CHECK_FALSE(health.advance(Millis{10}));

  health.system_status(SystemStatus::online);
  change = health.advance(Millis{20});
  REQUIRE(change);
  CHECK(change->to == Health::active);
  CHECK(change->reason == HealthReason::venue);

  health.pair_status(PairStatus::cancel_only);
  CHECK(health.advance(Millis{30})->reason == HealthReason::venue);
  health.pair_status(PairStatus::online);
  change = health.advance(Millis{7'000});
  REQUIRE(change);
  CHECK(change->to == Health::stale);
  CHECK(change->reason == HealthReason::venue);
}

TEST_CASE("a venue that opens while the market is silent leaves it halted by silence") {
  MarketHealth health;
  health.message(Millis{0});
  REQUIRE(health.advance(Millis{0}));
  health.pair_status(PairStatus::maintenance);
  REQUIRE(health.advance(Millis{1'000})->reason == HealthReason::venue);
  health.pair_status(PairStatus::online);
  CHECK_FALSE(health.advance(Millis{40'000}));
  health.message(Millis{41'000});
  CHECK(health.advance(Millis{41'000})->reason == HealthReason::message);
}

TEST_CASE("either status keeps the market halted") {
  MarketHealth health;
  health.message(Millis{0});
  health.system_status(SystemStatus::post_only);
  health.pair_status(PairStatus::post_only);
  health.system_status(SystemStatus::online);
  CHECK(health.status(Millis{0}) == Health::halted);
  health.pair_status(PairStatus::online);
  CHECK(health.status(Millis{0}) == Health::active);
}

TEST_CASE("the deadline is when silence changes something") {
  MarketHealth health{{1'000, 3'000}};
  CHECK_FALSE(health.deadline());
  health.message(Millis{500});
  CHECK(health.deadline() == Millis{1'500});
  (void)health.advance(Millis{1'499});
  CHECK(health.deadline() == Millis{1'500});
  (void)health.advance(Millis{1'500});
  CHECK(health.deadline() == Millis{3'500});
  health.system_status(SystemStatus::maintenance);
  CHECK_FALSE(health.deadline());
  health.system_status(SystemStatus::online);
  CHECK(health.deadline() == Millis{3'500});
  (void)health.advance(Millis{3'500});
  CHECK_FALSE(health.deadline());
  health.message(Millis{4'000});
  CHECK(health.deadline() == Millis{5'000});
}

TEST_CASE("health thresholds must be in order") {
  CHECK(check(HealthConfig{}) == Errc::ok);
  CHECK(check(HealthConfig{1, 2}) == Errc::ok);
  CHECK(check(HealthConfig{0, 2}) == Errc::config_invalid);
  CHECK(check(HealthConfig{5, 5}) == Errc::config_invalid);
  CHECK(check(HealthConfig{6, 5}) == Errc::config_invalid);
  CHECK(check(HealthConfig{1, kMaxMillis + 1}) == Errc::config_invalid);
}

TEST_CASE("states and reasons of health have names") {
  CHECK(name(Health::unknown) == "unknown");
  CHECK(name(Health::active) == "active");
  CHECK(name(Health::stale) == "stale");
  CHECK(name(Health::halted) == "halted");
  CHECK(name(HealthReason::none) == "none");
  CHECK(name(HealthReason::message) == "message");
  CHECK(name(HealthReason::silence) == "silence");
  CHECK(name(HealthReason::venue) == "venue");
}
