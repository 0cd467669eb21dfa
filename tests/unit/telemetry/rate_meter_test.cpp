#include "hadal/telemetry/rate_meter.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>

#include "hadal/base/random.hpp"

using namespace hadal;

namespace {

constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();
constexpr auto kHighestCount = std::numeric_limits<std::uint64_t>::max();

}  // namespace

TEST_CASE("four seconds with 12, 30, 25 and 40 are 26.75 a second (F-55)", "[telemetry]") {
  RateMeter meter;
  meter.add({5'500}, 12);
  meter.add({6'500}, 30);
  meter.add({7'500}, 20);
  meter.add({8'499}, 5);
  meter.add({9'499}, 40);
  CHECK(meter.per_second({9'500}) == 26.75);
  CHECK(meter.peak({9'500}) == 40);
}

TEST_CASE("there is no rate before the first second is over", "[telemetry]") {
  RateMeter meter;
  CHECK_FALSE(meter.per_second({0}));
  CHECK_FALSE(meter.per_second({kHighest}));
  CHECK(meter.peak({kHighest}) == 0);
  meter.add({100});
  meter.add({1'099}, 2);
  CHECK_FALSE(meter.per_second({1'099}));
  CHECK(meter.peak({1'099}) == 0);
  CHECK(meter.per_second({1'100}) == 3.0);
  CHECK(meter.peak({1'100}) == 3);
}

TEST_CASE("the second under way does not count, seconds without an add do", "[telemetry]") {
  RateMeter meter;
  meter.add({0}, 6);
  meter.add({2'000}, 100);
  CHECK(meter.per_second({2'999}) == 3.0);
  CHECK(meter.per_second({3'000}) == 106.0 / 3.0);
  CHECK(meter.per_second({10'000}) == 10.6);
  CHECK(meter.per_second({11'000}) == 10.0);  // the first second is over ten seconds old
  CHECK(meter.per_second({12'000}) == 10.0);
  CHECK(meter.per_second({13'000}) == 0.0);
  CHECK(meter.per_second({kHighest}) == 0.0);
  CHECK(meter.per_second({2'999}) == 3.0);  // asking changes nothing
  CHECK(meter.peak({kHighest}) == 100);
}

TEST_CASE("what is older than ten seconds is forgotten, but for the peak", "[telemetry]") {
  RateMeter meter;
  for (std::int64_t second = 0; second < 25; ++second) meter.add({second * 1'000}, second == 3 ? 500 : 2);
  CHECK(meter.per_second({25'000}) == 2.0);
  meter.add({40'000}, 7);
  CHECK(meter.per_second({40'999}) == 0.0);
  CHECK(meter.per_second({41'000}) == 0.7);
  CHECK(meter.peak({41'000}) == 500);
}

TEST_CASE("a clock that goes back counts as one that stands still", "[telemetry]") {
  RateMeter meter;
  meter.add({10'000}, 1);
  meter.add({12'000}, 2);
  meter.add({3'000}, 4);
  meter.add({kLowest}, 8);
  CHECK(meter.per_second({0}) == 0.5);  // still in the third second
  CHECK(meter.per_second({13'000}) == 5.0);
  CHECK(meter.peak({13'000}) == 14);
}

TEST_CASE("extreme times and counts neither wrap nor stop a meter", "[telemetry]") {
  RateMeter meter;
  meter.add({kLowest}, kHighestCount);
  meter.add({kLowest}, 5);
  meter.add({-kMaxMillis + 1'000}, kHighestCount);
  CHECK(meter.per_second({-kMaxMillis + 2'000}) == 18'446'744'073'709'551'615.0);
  CHECK(meter.peak({-kMaxMillis + 2'000}) == kHighestCount);
  meter.add({kHighest}, 3);
  CHECK(meter.per_second({kHighest}) == 0.0);
}

TEST_CASE("a meter agrees with a list of all seconds", "[telemetry]") {
  Random random{55};
  for (int round = 0; round < 30; ++round) {
    RateMeter meter;
    const auto origin = static_cast<std::int64_t>(random.uniform(100'000)) - 50'000;
    std::map<std::int64_t, std::uint64_t> seconds;
    std::int64_t now = origin;
    for (int step = 0; step < 300; ++step) {
      const auto count = random.uniform(9);
      meter.add({now}, count);
      seconds[(now - origin) / 1'000] += count;
      now += static_cast<std::int64_t>(random.uniform(random.uniform(20) == 0 ? 30'000 : 700));

      const auto asked = now + static_cast<std::int64_t>(random.uniform(3'000));
      const auto under_way = (asked - origin) / 1'000;
      std::uint64_t sum = 0, peak = 0;
      for (const auto& [second, n] : seconds) {
        if (second < under_way) peak = std::max(peak, n);
        if (second < under_way && second >= under_way - 10) sum += n;
      }
      const auto complete = std::min<std::int64_t>(under_way, 10);
      const auto want = complete == 0 ? std::nullopt : std::optional{static_cast<double>(sum) / static_cast<double>(complete)};
      CHECK(meter.per_second({asked}) == want);
      CHECK(meter.peak({asked}) == peak);
    }
  }
}
