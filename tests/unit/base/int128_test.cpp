#include <catch2/catch.hpp>

#include <limits>

#include "hadal/base/int128.hpp"

using namespace hadal;

TEST_CASE("a product is the same, however it is worked out", "[int128]") {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kTwo32 = std::int64_t{1} << 32;
  const std::int64_t values[] = {0,      1,          -1,        3,     600'000, 123'456'789'012, kTwo32 - 1,
                                 kTwo32, kTwo32 + 1, kMost - 1, kMost, kLeast,  kLeast + 1,      -kTwo32};
  for (const auto a : values)
    for (const auto b : values) CHECK(multiply(a, b) == Int128{a} * b);
  STATIC_REQUIRE(multiply(600'000, kMost) == Int128{600'000} * kMost);
}
