#include "hadal/analytics/ln.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "support/naive_views.hpp"

using namespace hadal;

namespace {

std::uint64_t bits(double value) {
  std::uint64_t out = 0;
  std::memcpy(&out, &value, sizeof out);
  return out;
}

}  // namespace

TEST_CASE("ln: the worked example, to the last bit") {
  REQUIRE(ln(1001));
  CHECK(bits(*ln(1001)) == 0x401ba2909ce4f864u);
}

TEST_CASE("ln: 1 is exactly 0, powers of two are multiples of one constant") {
  CHECK(bits(*ln(1)) == 0);
  CHECK(*ln(2) == 0.6931471805599453);
  CHECK(*ln(0.5) == -0.6931471805599453);
  CHECK(*ln(1024) == 10 * 0.6931471805599453);
  CHECK(*ln(std::numeric_limits<double>::min()) == -1022 * 0.6931471805599453);
}

TEST_CASE("ln: none where there is no logarithm") {
  constexpr double kMin = std::numeric_limits<double>::min();
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  for (const double x : {0.0, -0.0, -1.0, -kInfinite, kInfinite, std::numeric_limits<double>::quiet_NaN(),
                         std::numeric_limits<double>::denorm_min(), std::nextafter(kMin, 0.0), -std::numeric_limits<double>::max()})
    CHECK_FALSE(ln(x));
  CHECK(ln(kMin));
  CHECK(*ln(std::numeric_limits<double>::max()) == Approx(709.782712893384).epsilon(1e-15));
}

TEST_CASE("ln: off by less than 10^-15 from 1 up") {
  for (double x = 1.0000001; x < 1e300; x *= 1.0371) CHECK(std::fabs(*ln(x) - std::log(x)) < 1e-15 * std::log(x));
  CHECK(*ln(std::nextafter(2.0, 1.0)) < *ln(2));
}

TEST_CASE("ln: the same bits as the naive one, where the last term of the series and the halving show") {
  constexpr double kSqrt2 = 1.4142135623730951;
  int different = 0;
  for (const double scale : {1.0, 0.5, 1024.0})
    for (double x = 1.38; x < 1.45; x += 1e-5) different += bits(*ln(x * scale)) != bits(*test::naive::ln(x * scale));
  CHECK(different == 0);
  for (const double x : {std::nextafter(kSqrt2, 1.0), kSqrt2, std::nextafter(kSqrt2, 2.0)})
    CHECK(bits(*ln(x)) == bits(*test::naive::ln(x)));
}
