#include "hadal/base/random.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <limits>

using hadal::Random;
using hadal::RandomStream;

TEST_CASE("seed 42 gives the documented sequence", "[random]") {
  Random random{42};
  CHECK(random.next() == 13'679'457'532'755'275'413u);
  CHECK(random.next() == 2'949'826'092'126'892'291u);
  CHECK(random.next() == 5'139'283'748'462'763'858u);
}

TEST_CASE("the documented reconnect delays are draws of the generator", "[random]") {
  // Formula F-22: windows of the attempts, and the delays that seed 42 gives directly and through its jitter stream.
  constexpr std::array<std::uint64_t, 8> kWindows{500, 1000, 2000, 4000, 8000, 16'000, 30'000, 30'000};
  constexpr std::array<std::uint64_t, 8> kDirect{371, 160, 557, 1377, 304, 13'892, 6552, 24'019};
  constexpr std::array<std::uint64_t, 8> kJitter{485, 336, 1857, 258, 1370, 4638, 18'403, 7910};
  Random direct{42};
  Random jitter{42, RandomStream::reconnect_jitter};
  for (std::size_t k = 0; k < kWindows.size(); ++k) {
    CAPTURE(k);
    CHECK(direct.uniform(kWindows[k]) == kDirect[k]);
    CHECK(jitter.uniform(kWindows[k]) == kJitter[k]);
  }
}

TEST_CASE("streams of one seed differ from each other and from the seed itself", "[random]") {
  const std::array<std::uint64_t, 5> firsts{Random{7}.next(), Random{7, RandomStream::reconnect_jitter}.next(),
                                            Random{7, RandomStream::rest_jitter}.next(), Random{7, RandomStream::sim_market}.next(),
                                            Random{7, RandomStream::sim_faults}.next()};
  for (std::size_t i = 0; i < firsts.size(); ++i)
    for (std::size_t j = i + 1; j < firsts.size(); ++j) CHECK(firsts[i] != firsts[j]);
  // A stream is a seed: its number in the highest byte.
  CHECK(Random{7, RandomStream::sim_market}.next() == Random{7 ^ (std::uint64_t{3} << 56)}.next());
}

TEST_CASE("uniform draws reach both ends and never leave them", "[random]") {
  Random random{43};
  for (const std::uint64_t last : {0u, 1u, 2u, 9u, 255u}) {
    std::array<int, 256> seen{};
    for (int i = 0; i < 20'000; ++i) {
      const auto draw = random.uniform(last);
      REQUIRE(draw <= last);
      ++seen[static_cast<std::size_t>(draw)];
    }
    for (std::uint64_t value = 0; value <= last; ++value) {
      CAPTURE(last, value);
      // Far beyond chance: half and double of what is expected.
      const auto expected = 20'000.0 / static_cast<double>(last + 1);
      CHECK(seen[static_cast<std::size_t>(value)] > expected / 2);
      CHECK(seen[static_cast<std::size_t>(value)] < expected * 2);
    }
  }
}

TEST_CASE("the widest window is the generator itself", "[random]") {
  Random drawn{5};
  Random plain{5};
  for (int i = 0; i < 100; ++i) CHECK(drawn.uniform(std::numeric_limits<std::uint64_t>::max()) == plain.next());
}

TEST_CASE("the generator runs at compile time", "[random]") {
  constexpr auto first = [] {
    Random random{42};
    return random.next();
  }();
  STATIC_REQUIRE(first == 13'679'457'532'755'275'413u);
}
