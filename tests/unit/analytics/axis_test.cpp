#include "hadal/analytics/axis.hpp"

#include "support/example_books.hpp"

using namespace hadal;
using namespace hadal::test;
using Ticks = std::vector<std::int64_t>;

namespace {

Ticks groups(std::optional<Int128> mid2, std::int64_t increment) {
  Ticks out{7};
  group_choices(mid2, increment, out);
  return out;
}

Ticks labels(std::int64_t first, std::int64_t last, std::int64_t count) {
  Ticks out{7};
  axis_labels(first, last, count, out);
  return out;
}

}  // namespace

TEST_CASE("groups: the worked examples") {
  CHECK(groups(2001, 1) == Ticks{1, 5, 10, 25, 50});
  CHECK(groups(2 * 452'848, 1) == Ticks{1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10'000});
}

TEST_CASE("groups: up to a twentieth of mid, itself included") {
  CHECK(groups(2000, 1) == Ticks{1, 5, 10, 25, 50});
  CHECK(groups(1999, 1) == Ticks{1, 5, 10, 25});
  CHECK(groups(10'000, 5) == Ticks{5, 25, 50, 125, 250});
}

TEST_CASE("groups: without a mid up to a thousand increments") {
  CHECK(groups(std::nullopt, 1) == Ticks{1, 5, 10, 25, 50, 100, 250, 500, 1000});
  CHECK(groups(std::nullopt, 5) == Ticks{5, 25, 50, 125, 250, 500, 1250, 2500, 5000});
}

TEST_CASE("groups: never none, never too large for a price") {
  CHECK(groups(2, 1) == Ticks{1});
  CHECK(groups(100, 50) == Ticks{50});
  CHECK(groups(std::nullopt, kHuge) == Ticks{kHuge});
  CHECK(groups(2 * Int128{kHuge}, kHuge) == Ticks{kHuge});
  const auto many = groups(2 * Int128{kHuge}, 1);
  CHECK(many.back() == 250'000'000'000'000'000);
  for (const auto group : groups(std::nullopt, kHuge / 30)) CHECK(group % (kHuge / 30) == 0);
  CHECK(groups(std::nullopt, kHuge / 30).size() == 4);
}

TEST_CASE("axis: the worked example") {
  CHECK(axis_step(22, 5) == 5);
  CHECK(labels(990, 1012, 5) == Ticks{990, 995, 1000, 1005, 1010});
}

TEST_CASE("axis: the smallest round step that is enough") {
  CHECK(axis_step(1, 10) == 1);
  CHECK(axis_step(10, 10) == 1);
  CHECK(axis_step(11, 10) == 2);
  CHECK(axis_step(20, 10) == 2);
  CHECK(axis_step(21, 10) == 5);
  CHECK(axis_step(50, 10) == 5);
  CHECK(axis_step(51, 10) == 10);
  CHECK(axis_step(10'001, 1) == 20'000);
}

TEST_CASE("axis: both ends may carry a label, also below zero") {
  CHECK(labels(10, 20, 2) == Ticks{10, 15, 20});
  CHECK(labels(-7, 7, 3) == Ticks{-5, 0, 5});
  CHECK(labels(-10, -5, 1) == Ticks{-10, -5});
  CHECK(labels(11, 14, 1) == Ticks{});  // between 10 and 15
}

TEST_CASE("axis: an empty view, or no room, has no labels") {
  CHECK(labels(5, 5, 4) == Ticks{});
  CHECK(labels(6, 5, 4) == Ticks{});
  CHECK(labels(kHuge, INT64_MIN, 4) == Ticks{});
  CHECK(labels(0, 10, 0) == Ticks{});
  CHECK(labels(0, 10, -3) == Ticks{});
  CHECK(axis_step(0, 5) == 0);
  CHECK(axis_step(-5, 5) == 0);
  CHECK(axis_step(5, 0) == 0);
}

TEST_CASE("axis: the largest prices") {
  CHECK(labels(kHuge - 10, kHuge, 5) == Ticks{kHuge - 9, kHuge - 7, kHuge - 5, kHuge - 3, kHuge - 1});
  CHECK(axis_step(kHuge, 2) == 5'000'000'000'000'000'000);
  CHECK(labels(1, kHuge, 2) == Ticks{5'000'000'000'000'000'000});
  CHECK(axis_step(5'000'000'000'000'000'000, 1) == 5'000'000'000'000'000'000);
  const auto step = axis_step(kHuge, 1);
  CHECK(step == 0);                                      // 10^19 has no 64 bits; it must not wrap
  if (step == 0) CHECK(labels(1, kHuge, 1) == Ticks{});  // else it might never end
}
