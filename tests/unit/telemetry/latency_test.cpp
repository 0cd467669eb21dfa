#include "hadal/telemetry/latency.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace hadal;

namespace {

constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();

LatencyParts total(std::int64_t microseconds) { return {.total = microseconds}; }

/// What is told while these total latencies come.
std::vector<LatencyAlert> alerts(Latency& latency, const std::vector<std::int64_t>& totals) {
  std::vector<LatencyAlert> out;
  for (const auto value : totals) latency.add(total(value), [&out](const LatencyAlert& alert) { out.push_back(alert); });
  return out;
}

const std::string kMicro = " \xC2\xB5s";
const std::string kMinus = "\xE2\x88\x92";

}  // namespace

TEST_CASE("latency parts are those of the example of F-20", "[telemetry]") {
  LatencyStamps stamps{.exchange = 1'519'000'000, .received = 1'041'100'000, .done = 1'041'350'000};
  auto parts = latency_parts(stamps);
  CHECK(parts.network == -477'900);
  CHECK(parts.processing == 250);
  CHECK(parts.total == -477'650);
  CHECK_FALSE(parts.corrected);
  stamps.offset = 499'500;
  parts = latency_parts(stamps);
  CHECK(parts.network == 21'600);
  CHECK(parts.processing == 250);
  CHECK(parts.total == 21'850);
  CHECK(parts.corrected);
}

TEST_CASE("a stamp that is missing leaves out what needs it", "[telemetry]") {
  for (unsigned given = 0; given < 16; ++given) {
    CAPTURE(given);
    LatencyStamps stamps;
    if ((given & 1u) != 0) stamps.exchange = 1'000'000;
    if ((given & 2u) != 0) stamps.received = 3'000'000;
    if ((given & 4u) != 0) stamps.done = 7'000'000;
    if ((given & 8u) != 0) stamps.offset = 50;
    const auto parts = latency_parts(stamps);
    const bool network = (given & 3u) == 3;
    const bool processing = (given & 6u) == 6;
    CHECK(parts.network.has_value() == network);
    CHECK(parts.processing.has_value() == processing);
    CHECK(parts.total.has_value() == (network && processing));
    CHECK(parts.corrected == (network && (given & 8u) != 0));
  }
}

TEST_CASE("stamps are used in whole microseconds, rounded down before 1970 too", "[telemetry]") {
  auto parts = latency_parts({.exchange = 1'999, .received = 2'000, .done = 3'999});
  CHECK(parts.network == 1);
  CHECK(parts.processing == 1);
  CHECK(parts.total == 2);
  parts = latency_parts({.exchange = -1, .received = 0, .done = 999});
  CHECK(parts.network == 1);
  CHECK(parts.processing == 0);
  CHECK(latency_parts({.exchange = -1'000, .received = 0}).network == 1);
}

TEST_CASE("extreme stamps and offsets saturate", "[telemetry]") {
  auto parts = latency_parts({.exchange = kLowest, .received = kHighest, .done = kHighest, .offset = kHighest});
  CHECK(parts.network == kHighest);
  CHECK(parts.total == kHighest);
  parts = latency_parts({.exchange = kHighest, .received = kLowest, .done = kLowest, .offset = kLowest});
  CHECK(parts.network == kLowest);
  CHECK(parts.total == kLowest);
  CHECK(latency_parts({.exchange = kLowest, .received = kHighest}).network == 18'446'744'073'709'551);
  parts = latency_parts({.exchange = 0, .received = 0, .done = -1, .offset = kLowest});
  CHECK(parts.processing == -1);
  CHECK(parts.total == kLowest);
}

TEST_CASE("limits of the latency alerts", "[telemetry]") {
  CHECK(check(LatencyConfig{}) == Errc::ok);
  CHECK(check(LatencyConfig{0, 0, 0, 0}) == Errc::ok);
  CHECK(check(LatencyConfig{3'600'000, 3'600'000, 3'600'000, 3'600'000}) == Errc::ok);
  constexpr std::array kMembers{&LatencyConfig::total_alert_ms, &LatencyConfig::processing_alert_ms, &LatencyConfig::network_alert_ms,
                                &LatencyConfig::interval_ms};
  for (const auto member : kMembers)
    for (const auto wrong : {std::int64_t{-1}, std::int64_t{3'600'001}, kLowest, kHighest}) {
      LatencyConfig config;
      config.*member = wrong;
      CHECK(check(config) == Errc::config_invalid);
    }
}

TEST_CASE("an episode is told when it begins and when it ends", "[telemetry]") {
  Latency latency;
  const auto told = alerts(latency, {150'000, 150'001, 400'000, 150'001, 150'000, 149'000, 200'000, -5});
  REQUIRE(told.size() == 4);
  CHECK(told[0].part == LatencyPart::total);
  CHECK(told[0].begins);
  CHECK(told[0].microseconds == 150'001);
  CHECK(told[0].threshold_ms == 150);
  CHECK(told[0].count == 1);
  CHECK(told[1].part == LatencyPart::total);
  CHECK_FALSE(told[1].begins);
  CHECK(told[1].microseconds == 400'000);
  CHECK(told[1].threshold_ms == 150);
  CHECK(told[1].count == 3);
  CHECK(told[2].begins);
  CHECK(told[2].microseconds == 200'000);
  CHECK_FALSE(told[3].begins);
  CHECK(told[3].microseconds == 200'000);
  CHECK(told[3].count == 1);
  CHECK(latency.summary(LatencyPart::total).histogram().count() == 8);
}

TEST_CASE("each part has a threshold and episodes of its own", "[telemetry]") {
  Latency latency{{.total_alert_ms = 3, .processing_alert_ms = 2, .network_alert_ms = 1}};
  std::vector<LatencyAlert> told;
  const auto add = [&](const LatencyParts& parts) { latency.add(parts, [&told](const LatencyAlert& alert) { told.push_back(alert); }); };
  add({.network = 1'001, .processing = 2'001, .total = 3'002});
  REQUIRE(told.size() == 3);
  CHECK(told[0].part == LatencyPart::network);
  CHECK(told[0].threshold_ms == 1);
  CHECK(told[1].part == LatencyPart::processing);
  CHECK(told[1].threshold_ms == 2);
  CHECK(told[2].part == LatencyPart::total);
  CHECK(told[2].threshold_ms == 3);
  told.clear();
  add({.processing = 2'000});  // a part that is missing neither begins nor ends anything
  REQUIRE(told.size() == 1);
  CHECK(told[0].part == LatencyPart::processing);
  CHECK_FALSE(told[0].begins);
  CHECK(latency.summary(LatencyPart::network).histogram().count() == 1);
  CHECK(latency.summary(LatencyPart::processing).histogram().count() == 2);
  CHECK(latency.summary(LatencyPart::total).histogram().count() == 1);
}

TEST_CASE("a threshold of 0 tells nothing, and extreme values are told as they are", "[telemetry]") {
  Latency quiet{{0, 0, 0, 0}};
  CHECK(alerts(quiet, {kHighest, kLowest}).empty());
  CHECK(quiet.summary(LatencyPart::total).values().max == kHighest);
  Latency longest{{.total_alert_ms = 3'600'000}};
  const auto told = alerts(longest, {3'600'000'000, kHighest, kLowest});
  REQUIRE(told.size() == 2);
  CHECK(told[0].microseconds == kHighest);
  CHECK(told[1].microseconds == kHighest);
  CHECK(longest.config().total_alert_ms == 3'600'000);
}

TEST_CASE("whether the last network latency was corrected is not forgotten by a frame without one", "[telemetry]") {
  Latency latency;
  const auto nothing = [](const LatencyAlert&) {};
  CHECK_FALSE(latency.corrected());
  latency.add({.network = 5, .corrected = true}, nothing);
  CHECK(latency.corrected());
  latency.add({.processing = 5}, nothing);
  CHECK(latency.corrected());
  latency.add({.network = 5}, nothing);
  CHECK_FALSE(latency.corrected());
}

TEST_CASE("a reset forgets the values, but an episode under way still has its end", "[telemetry]") {
  Latency latency;
  CHECK(alerts(latency, {500'000, 600'000}).size() == 1);
  latency.add({.network = 5, .corrected = true}, [](const LatencyAlert&) {});
  latency.reset();
  CHECK_FALSE(latency.corrected());
  for (const auto part : {LatencyPart::network, LatencyPart::processing, LatencyPart::total})
    CHECK(latency.summary(part).values().count == 0);
  const auto told = alerts(latency, {160'000, 10});
  REQUIRE(told.size() == 1);
  CHECK_FALSE(told[0].begins);
  CHECK(told[0].microseconds == 600'000);
  CHECK(told[0].count == 3);
}

TEST_CASE("parts have names", "[telemetry]") {
  CHECK(name(LatencyPart::network) == "network");
  CHECK(name(LatencyPart::processing) == "processing");
  CHECK(name(LatencyPart::total) == "total");
}

TEST_CASE("latencies are written as F-64 says", "[telemetry]") {
  CHECK(latency_text(999) == "999" + kMicro);
  CHECK(latency_text(1'500) == "1.50 ms");
  CHECK(latency_text(999'995) == "1.00 s");
  CHECK(latency_text(2'345'678) == "2.35 s");
  CHECK(latency_text(-250) == kMinus + "250" + kMicro);
  CHECK(latency_text(std::nullopt) == "\xE2\x80\x93");
}

TEST_CASE("latencies at the edges of their units and of 64 bits", "[telemetry]") {
  CHECK(latency_text(0) == "0" + kMicro);
  CHECK(latency_text(1'000) == "1.00 ms");
  CHECK(latency_text(1'004) == "1.00 ms");
  CHECK(latency_text(1'005) == "1.01 ms");
  CHECK(latency_text(999'994) == "999.99 ms");
  CHECK(latency_text(1'004'999) == "1.00 s");
  CHECK(latency_text(1'005'000) == "1.01 s");
  CHECK(latency_text(-999'995) == kMinus + "1.00 s");
  CHECK(latency_text(-1'005) == kMinus + "1.01 ms");
  CHECK(latency_text(3'600'000'000) == "3600.00 s");
  CHECK(latency_text(kHighest) == "9223372036854.78 s");
  CHECK(latency_text(kLowest) == kMinus + "9223372036854.78 s");
}
