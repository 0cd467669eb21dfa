#include "hadal/telemetry/histogram.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "hadal/base/int128.hpp"
#include "hadal/base/random.hpp"

using namespace hadal;

namespace {

constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();
constexpr auto kHighestCount = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t kEnd = std::int64_t{1} << 40;

Histogram of(const std::vector<std::int64_t>& values) {
  Histogram out;
  for (const auto value : values) out.add(value);
  return out;
}

/// Of any size: each power of two is as likely as the next.
std::int64_t draw(Random& random) {
  const auto bits = random.uniform(43);
  const auto value = static_cast<std::int64_t>(random.next() & ((std::uint64_t{1} << bits) - 1));
  return random.uniform(9) == 0 ? -value - 1 : value;
}

/// Formula F-21 on a sorted list, and what a histogram may say about that element.
void check_rank(const Histogram& histogram, const std::vector<std::int64_t>& sorted, std::uint64_t numerator, std::uint64_t denominator) {
  const auto rank = std::max<std::uint64_t>(1, (sorted.size() * numerator + denominator - 1) / denominator);
  const auto exact = sorted[static_cast<std::size_t>(rank - 1)];
  const auto said = histogram.percentile(numerator, denominator);
  CAPTURE(numerator, denominator, exact);
  REQUIRE(said);
  if (exact < 0) CHECK(*said == sorted.front());
  else if (exact >= kEnd) CHECK(*said == sorted.back());
  else if (exact < 64) CHECK(*said == exact);
  else CHECK(64 * std::max(*said - exact, exact - *said) <= exact);
}

void check_against(const Histogram& histogram, std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  CHECK(histogram.count() == values.size());
  CHECK(histogram.min() == (values.empty() ? std::nullopt : std::optional{values.front()}));
  CHECK(histogram.max() == (values.empty() ? std::nullopt : std::optional{values.back()}));
  const auto where = [&values](auto which) { return static_cast<std::uint64_t>(std::count_if(values.begin(), values.end(), which)); };
  CHECK(histogram.underflow() == where([](std::int64_t v) { return v < 0; }));
  CHECK(histogram.overflow() == where([](std::int64_t v) { return v >= kEnd; }));
  if (values.empty()) {
    CHECK_FALSE(histogram.percentile(50, 100));
    return;
  }
  for (std::uint64_t percent = 0; percent <= 100; ++percent) check_rank(histogram, values, percent, 100);
  check_rank(histogram, values, 999, 1000);
}

}  // namespace

TEST_CASE("buckets and percentiles are those of the example of F-45", "[telemetry]") {
  CHECK(Histogram::bucket(10) == 10);
  CHECK(Histogram::reported(10) == 10);
  CHECK(Histogram::bucket(100) == 82);
  CHECK(Histogram::bucket(101) == 82);
  CHECK(Histogram::reported(82) == 101);
  CHECK(Histogram::bucket(992) == 190);
  CHECK(Histogram::bucket(1000) == 190);
  CHECK(Histogram::bucket(1007) == 190);
  CHECK(Histogram::reported(190) == 1000);
  CHECK(Histogram::bucket(9984) == 295);
  CHECK(Histogram::bucket(10239) == 295);
  CHECK(Histogram::reported(295) == 10112);
  const auto four = of({10'000, 10, 1000, 100});
  CHECK(four.percentile(50, 100) == 101);
  CHECK(four.percentile(99, 100) == 10112);
  CHECK(four.max() == 10'000);
}

TEST_CASE("buckets follow each other without a gap up to 2^40 - 1, each reporting a value of its own", "[telemetry]") {
  CHECK(Histogram::bucket(0) == 0);
  CHECK(Histogram::bucket(63) == 63);
  CHECK(Histogram::bucket(64) == 64);
  CHECK(Histogram::bucket(kEnd - 1) == Histogram::kBuckets - 1);
  std::int64_t low = 0;
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    const std::int64_t width = i < 64 ? 1 : std::int64_t{1} << ((i - 64) / 32 + 1);
    CAPTURE(i, low, width);
    CHECK(Histogram::bucket(low) == i);
    CHECK(Histogram::bucket(low + width - 1) == i);
    CHECK(Histogram::reported(i) == low + width / 2);
    low += width;
  }
  CHECK(low == kEnd);
}

TEST_CASE("an empty histogram says nothing, and nothing is a fraction of nothing", "[telemetry]") {
  Histogram histogram;
  CHECK(histogram.count() == 0);
  CHECK_FALSE(histogram.min());
  CHECK_FALSE(histogram.max());
  CHECK_FALSE(histogram.percentile(50, 100));
  histogram.add(5);
  CHECK_FALSE(histogram.percentile(50, 0));
  histogram.reset();
  CHECK(histogram.count() == 0);
  CHECK_FALSE(histogram.min());
  CHECK_FALSE(histogram.percentile(50, 100));
}

TEST_CASE("what is negative or too large is counted, with its exact extremes", "[telemetry]") {
  const auto histogram = of({kLowest, -1, 7, kEnd - 1, kEnd, kHighest});
  CHECK(histogram.count() == 6);
  CHECK(histogram.underflow() == 2);
  CHECK(histogram.overflow() == 2);
  CHECK(histogram.min() == kLowest);
  CHECK(histogram.max() == kHighest);
  CHECK(histogram.percentile(1, 6) == kLowest);
  CHECK(histogram.percentile(2, 6) == kLowest);
  CHECK(histogram.percentile(3, 6) == 7);
  CHECK(histogram.percentile(4, 6) == Histogram::reported(Histogram::kBuckets - 1));
  CHECK(histogram.percentile(5, 6) == kHighest);
  CHECK(histogram.percentile(6, 6) == kHighest);
}

TEST_CASE("a rank is at least the first and at most the last, whatever the fraction", "[telemetry]") {
  const auto histogram = of({1, 2, 3});
  CHECK(histogram.percentile(0, 100) == 1);
  CHECK(histogram.percentile(1, kHighestCount) == 1);
  CHECK(histogram.percentile(1, 3) == 1);
  CHECK(histogram.percentile(34, 100) == 2);
  CHECK(histogram.percentile(66, 100) == 2);
  CHECK(histogram.percentile(67, 100) == 3);
  CHECK(histogram.percentile(kHighestCount, kHighestCount) == 3);
  CHECK(histogram.percentile(kHighestCount, 1) == 3);
}

TEST_CASE("a histogram agrees with a sorted list, alone and merged", "[telemetry]") {
  Random random{20'261'121};
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    std::vector<std::int64_t> one(static_cast<std::size_t>(random.uniform(200)));
    std::vector<std::int64_t> other(static_cast<std::size_t>(random.uniform(200)));
    for (auto& value : one) value = draw(random);
    for (auto& value : other) value = draw(random);
    auto histogram = of(one);
    check_against(histogram, one);
    histogram.merge(of(other));
    one.insert(one.end(), other.begin(), other.end());
    check_against(histogram, one);
  }
}

TEST_CASE("merging with nothing changes nothing, and with itself doubles", "[telemetry]") {
  auto histogram = of({-5, 100, kEnd});
  histogram.merge({});
  check_against(histogram, {-5, 100, kEnd});
  auto positive = of({100});
  positive.merge({});
  check_against(positive, {100});
  Histogram empty;
  empty.merge(histogram);
  check_against(empty, {-5, 100, kEnd});
  histogram.merge(histogram);
  check_against(histogram, {-5, -5, 100, 100, kEnd, kEnd});
}
