#include "hadal/session/pacing.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace hadal;

TEST_CASE("a token bucket grants its capacity at once and its rate after that (F-44)", "[session]") {
  TokenBucket bucket{10, 20'000};
  for (int i = 0; i < 10; ++i) CHECK(bucket.take({1000}));
  CHECK_FALSE(bucket.take({1000}));
  CHECK(bucket.ready_at({1000}).count == 1050);
  CHECK_FALSE(bucket.take({1049}));
  CHECK(bucket.take({1050}));
  CHECK(bucket.take({1150}));
  CHECK(bucket.take({1150}));
  CHECK_FALSE(bucket.take({1150}));
}

TEST_CASE("a token bucket asked about the future gives nothing away, and survives clocks that stand or jump", "[session]") {
  TokenBucket bucket{2, 1'000};  // one a second
  CHECK(bucket.take({5000}, 2));
  CHECK(bucket.ready_at({7000}).count == 7000);
  CHECK_FALSE(bucket.take({5000}));
  CHECK_FALSE(bucket.take({1000}));  // back
  CHECK(bucket.ready_at({1000}).count == 2000);
  CHECK(bucket.take({std::int64_t{1} << 60}, 2));
  CHECK_FALSE(bucket.take({std::int64_t{1} << 60}));
  bucket.set_rate({std::int64_t{1} << 60}, 2'000);
  CHECK(bucket.ready_at({std::int64_t{1} << 60}).count == (std::int64_t{1} << 60) + 500);
}

TEST_CASE("a cost beyond the capacity is granted when full, and the debt is carried", "[session]") {
  TokenBucket bucket{10, 10'000};
  CHECK(bucket.take({0}, 15));
  CHECK(bucket.ready_at({0}).count == 600);
}

TEST_CASE("forty attempts at once, 139 in any ten minutes (D-10)", "[session]") {
  TokenBucket pace{40, 166};
  int granted = 0;
  for (std::int64_t ms = 0; ms < 600'000; ++ms) granted += pace.take({ms}) ? 1 : 0;
  CHECK(granted == 139);
}

TEST_CASE("reconnect delays are those of F-22 and F-25", "[session]") {
  const ReconnectConfig config;
  const auto delays = [&config](Random random) {
    std::vector<std::int64_t> out;
    for (std::uint32_t k = 0; k < 8; ++k) out.push_back(reconnect_delay(config, k, random));
    return out;
  };
  CHECK(delays(Random{42}) == std::vector<std::int64_t>{371, 160, 557, 1377, 304, 13892, 6552, 24019});
  CHECK(delays(Random{42, RandomStream::reconnect_jitter}) == std::vector<std::int64_t>{485, 336, 1857, 258, 1370, 4638, 18403, 7910});
  ReconnectConfig plain;
  plain.jitter = false;
  Random unused{1};
  std::vector<std::int64_t> steps;
  for (std::uint32_t k = 0; k < 8; ++k) steps.push_back(reconnect_delay(plain, k, unused));
  CHECK(steps == std::vector<std::int64_t>{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000});
  CHECK(reconnect_delay(plain, 4'000'000'000u, unused) == 30'000);
}

TEST_CASE("repairs wait as F-61 says", "[session]") {
  std::vector<std::int64_t> delays;
  for (std::uint32_t k = 0; k < 8; ++k) delays.push_back(repair_delay(k));
  CHECK(delays == std::vector<std::int64_t>{0, 500, 1000, 2000, 4000, 8000, 8000, 8000});
  CHECK(repair_delay(4'000'000'000u) == 8000);
}
