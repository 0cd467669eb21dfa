#include "hadal/telemetry/summary.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <vector>

#include "hadal/base/random.hpp"

using namespace hadal;

namespace {

constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();

Summary of(const std::vector<std::int64_t>& values) {
  Summary out;
  for (const auto value : values) out.add(value);
  return out;
}

}  // namespace

TEST_CASE("mean, deviation and percentiles are those of the example of F-21", "[telemetry]") {
  const auto values = of({10, 20, 30, 40, 50, 60, 70, 80, 90, 1000}).values();
  CHECK(values.count == 10);
  CHECK(values.min == 10);
  CHECK(values.max == 1000);
  CHECK(values.mean == 145.0);
  REQUIRE(values.sigma);
  CHECK(*values.sigma == Approx(286.050695).margin(0.0000005));
  CHECK(*values.sigma == 0x1.1e0cfa55bd63bp+8);  // to the bit in every build; computed a second time, in Python
  CHECK(values.p50 == 50);
  CHECK(values.p75 == Histogram::reported(Histogram::bucket(80)));
  CHECK(values.p90 == Histogram::reported(Histogram::bucket(90)));
  CHECK(values.p95 == 1000);
  CHECK(values.p99 == 1000);
  CHECK(values.p999 == 1000);
}

TEST_CASE("a summary of nothing has no values, one of a single value no deviation", "[telemetry]") {
  Summary summary;
  const auto nothing = summary.values();
  CHECK(nothing.count == 0);
  CHECK_FALSE(nothing.min);
  CHECK_FALSE(nothing.max);
  CHECK_FALSE(nothing.mean);
  CHECK_FALSE(nothing.sigma);
  CHECK_FALSE(nothing.p50);
  CHECK_FALSE(nothing.p75);
  CHECK_FALSE(nothing.p90);
  CHECK_FALSE(nothing.p95);
  CHECK_FALSE(nothing.p99);
  CHECK_FALSE(nothing.p999);
  CHECK(summary.sum() == 0);

  summary.add(-250);
  const auto one = summary.values();
  CHECK(one.count == 1);
  CHECK(one.min == -250);
  CHECK(one.max == -250);
  CHECK(one.mean == -250.0);
  CHECK(one.sigma == 0.0);
  CHECK(one.p50 == -250);
  CHECK(one.p999 == -250);
  CHECK(summary.sum() == -250);

  summary.reset();
  CHECK(summary.values().count == 0);
  CHECK_FALSE(summary.values().mean);
  CHECK(summary.sum() == 0);
  CHECK(summary.at_most().back() == 0);
}

TEST_CASE("percentiles of a thousand values are each at their own rank", "[telemetry]") {
  Summary summary;
  for (std::int64_t v = 1'000; v >= 1; --v) summary.add(v);
  const auto values = summary.values();
  const auto reported = [](std::int64_t v) { return Histogram::reported(Histogram::bucket(v)); };
  CHECK(values.p50 == reported(500));
  CHECK(values.p75 == reported(750));
  CHECK(values.p90 == reported(900));
  CHECK(values.p95 == reported(950));
  CHECK(values.p99 == reported(990));
  CHECK(values.p999 == reported(999));
  // The six are of six buckets, so that none can stand for another.
  CHECK(reported(990) != reported(999) - 1);
  CHECK(values.mean == Approx(500.5));
  CHECK(*values.sigma == Approx(288.6749902572095));
}

TEST_CASE("the extremes of 64 bits neither wrap nor stop a summary", "[telemetry]") {
  const auto summary = of({kLowest, kHighest, 0});
  const auto values = summary.values();
  CHECK(values.min == kLowest);
  CHECK(values.max == kHighest);
  CHECK(*values.sigma == 0x1.a20bd700c2c3ep+62);
  CHECK(summary.sum() == -1);
  CHECK(of({kHighest, kHighest}).sum() == Int128{kHighest} * 2);
  CHECK(of({kLowest, kLowest}).sum() == Int128{kLowest} * 2);
}

TEST_CASE("bounds count what is at most as large, to the microsecond", "[telemetry]") {
  Summary summary;
  for (const auto bound : kLatencyBounds) {
    summary.add(bound * 1'000);
    summary.add(bound * 1'000 + 1);
  }
  for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) CHECK(summary.at_most()[i] == 2 * i + 1);
  summary.add(kLowest);
  for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) CHECK(summary.at_most()[i] == 2 * i + 2);
  summary.add(kHighest);
  CHECK(summary.at_most().back() == 2 * kLatencyBounds.size());
  CHECK(summary.histogram().count() == 2 * kLatencyBounds.size() + 2);
}

TEST_CASE("a summary agrees with sums over the whole list", "[telemetry]") {
  Random random{7};
  for (int round = 0; round < 20; ++round) {
    std::vector<std::int64_t> values(1 + static_cast<std::size_t>(random.uniform(300)));
    std::int64_t sum = 0;
    for (auto& value : values) sum += value = static_cast<std::int64_t>(random.uniform(20'000'000)) - 1'000'000;
    const auto mean = static_cast<double>(sum) / static_cast<double>(values.size());
    double squares = 0;
    std::array<std::uint64_t, kLatencyBounds.size()> at_most{};
    for (const auto value : values) {
      squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
      for (std::size_t i = 0; i < at_most.size(); ++i) at_most[i] += value <= 1'000 * kLatencyBounds[i] ? 1 : 0;
    }
    const auto summary = of(values);
    const auto said = summary.values();
    CHECK(summary.sum() == sum);
    CHECK(*said.mean == Approx(mean).epsilon(1e-9));
    CHECK(*said.sigma * *said.sigma == Approx(squares / static_cast<double>(values.size())).epsilon(1e-9));
    CHECK(summary.at_most() == at_most);
  }
}
