#include "hadal/base/decimal.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <string_view>

#include "hadal/base/random.hpp"

using hadal::Decimal;
using hadal::Errc;
using hadal::Int128;

namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

struct Token {
  std::string_view text;
  Decimal value;
};

std::string printed(Int128 mantissa, int scale) {
  std::string out;
  hadal::append_decimal(out, mantissa, scale);
  return out;
}

}  // namespace

TEST_CASE("a decimal token keeps every digit it was written with", "[decimal]") {
  const Token tokens[] = {
      {"0.00005100", {5100, 8}},
      {"1740.00000000", {174'000'000'000, 8}},
      {"45285.2", {452'852, 1}},
      {"60000.0", {600'000, 1}},
      {"63389", {63'389, 0}},
      {"-429.3", {-4293, 1}},
      {"0.1", {1, 1}},
      {"007.50", {750, 2}},  // leading zeros mean nothing
      {"0.000000000000000001", {1, 18}},
      {"0.123456789012345678", {123'456'789'012'345'678, 18}},
      {"1.0000000000000000", {10'000'000'000'000'000, 16}},
      {"9223372036854775807", {kMax, 0}},
      {"-9223372036854775807", {-kMax, 0}},
      {"9.223372036854775807", {kMax, 18}},
      {"92233720368.54775807", {kMax, 8}},
  };
  for (const auto& [text, value] : tokens) {
    CAPTURE(text);
    Decimal out;
    REQUIRE(hadal::parse_decimal(text, out) == Errc::ok);
    CHECK(out.mantissa == value.mantissa);
    CHECK(int{out.scale} == int{value.scale});
  }
}

TEST_CASE("an exponent moves the point", "[decimal]") {
  const Token tokens[] = {
      {"5.1e-05", {51, 6}}, {"1E-8", {1, 8}},      {"1e3", {1000, 0}},
      {"1e+3", {1000, 0}},  {"100e-2", {100, 2}},  {"1.50e1", {150, 1}},
      {"1.5e3", {1500, 0}}, {"-2.5E-1", {-25, 2}}, {"1e18", {1'000'000'000'000'000'000, 0}},
      {"10e-18", {10, 18}}, {"100e-20", {1, 18}},  {"0.001e3", {1, 0}},
      {"1e0", {1, 0}},      {"1e-0", {1, 0}},      {"12e-00000001", {12, 1}},
  };
  for (const auto& [text, value] : tokens) {
    CAPTURE(text);
    Decimal out;
    REQUIRE(hadal::parse_decimal(text, out) == Errc::ok);
    CHECK(out.mantissa == value.mantissa);
    CHECK(int{out.scale} == int{value.scale});
  }
}

TEST_CASE("zero is zero in every spelling and never negative", "[decimal]") {
  const Token zeros[] = {
      {"0", {0, 0}},
      {"-0", {0, 0}},
      {"0.0", {0, 1}},
      {"0.00000000", {0, 8}},
      {"-0.00", {0, 2}},
      {"000", {0, 0}},
      {"0e9", {0, 0}},
      {"0e-5", {0, 5}},
      {"0.0e-99999999999", {0, 18}},
      {"0e99999999999", {0, 0}},
      {"0.0000000000000000000000", {0, 18}},
  };
  for (const auto& [text, value] : zeros) {
    CAPTURE(text);
    Decimal out{7, 7};
    REQUIRE(hadal::parse_decimal(text, out) == Errc::ok);
    CHECK(out.mantissa == 0);
    CHECK(int{out.scale} == int{value.scale});
  }
}

TEST_CASE("trailing zeros beyond what fits are dropped, because they say nothing", "[decimal]") {
  const Token tokens[] = {
      {"0.50000000000000000000000000000", {500'000'000'000'000'000, 18}},
      {"1740.000000000000000000", {1'740'000'000'000'000'000, 15}},
      {"9.9000000000000000000000", {990'000'000'000'000'000, 17}},
      {"9223372036854775807.000", {kMax, 0}},
  };
  for (const auto& [text, value] : tokens) {
    CAPTURE(text);
    Decimal out;
    REQUIRE(hadal::parse_decimal(text, out) == Errc::ok);
    CHECK(out.mantissa == value.mantissa);
    CHECK(int{out.scale} == int{value.scale});
  }
}

TEST_CASE("a number beyond 63 bits or 18 decimals is out of range and leaves the output alone", "[decimal]") {
  const std::string_view tokens[] = {
      "9223372036854775808",
      "-9223372036854775808",
      "9.223372036854775808",
      "10000000000000000000",
      "1e19",
      "1e400",
      "9e99999999999",
      "0.0000000000000000001",
      "1.0000000000000000001",
      "1e-19",
      "5.1e-18",
      "99999999999999999999999999",
      "1000000000000000000.1",
  };
  for (const auto text : tokens) {
    CAPTURE(text);
    Decimal out{42, 3};
    CHECK(hadal::parse_decimal(text, out) == Errc::number_out_of_range);
    CHECK((out == Decimal{42, 3}));
  }
}

TEST_CASE("text of another form is no decimal and leaves the output alone", "[decimal]") {
  const std::string_view tokens[] = {
      "",    "-",  "+1",    ".5",    "5.",  "-.5", "1..2", "1.2.3",    "1,5",   "1 ",   " 1",       "0x10", "1e",  "1e+",
      "1e-", "e5", "1e5.0", "1e5e5", "--1", "1-",  "NaN",  "Infinity", "1_000", "1.5f", "\xD9\xA1", "12a",  "1.a", "-e1",
  };
  for (const auto text : tokens) {
    CAPTURE(text);
    Decimal out{42, 3};
    CHECK(hadal::parse_decimal(text, out) == Errc::number_invalid);
    CHECK((out == Decimal{42, 3}));
  }
  Decimal out{42, 3};
  CHECK(hadal::parse_decimal(std::string_view{"1\0002", 3}, out) == Errc::number_invalid);
}

TEST_CASE("rescaling multiplies or drops zeros and never rounds", "[decimal]") {
  struct Row {
    Decimal from;
    int scale;
    Errc error;
    std::int64_t out;
  };
  const Row rows[] = {
      {{5100, 8}, 8, Errc::ok, 5100},
      {{51, 6}, 8, Errc::ok, 5100},
      {{452'852, 1}, 1, Errc::ok, 452'852},
      {{500, 3}, 1, Errc::ok, 5},
      {{-4293, 1}, 3, Errc::ok, -429'300},
      {{-4300, 2}, 0, Errc::ok, -43},
      {{0, 18}, 0, Errc::ok, 0},
      {{0, 0}, 18, Errc::ok, 0},
      {{kMax, 0}, 0, Errc::ok, kMax},
      {{9, 0}, 18, Errc::ok, 9'000'000'000'000'000'000},
      {{10, 0}, 18, Errc::number_out_of_range, 0},
      {{kMax, 0}, 1, Errc::number_out_of_range, 0},
      {{-kMax, 5}, 6, Errc::number_out_of_range, 0},
      {{51, 6}, 5, Errc::number_invalid, 0},
      {{-1, 18}, 17, Errc::number_invalid, 0},
      {{1, 0}, 19, Errc::number_out_of_range, 0},
      {{1, 0}, -1, Errc::number_out_of_range, 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.from.mantissa, int{row.from.scale}, row.scale);
    std::int64_t out = 777;
    CHECK(hadal::rescale(row.from, row.scale, out) == row.error);
    CHECK(out == (row.error == Errc::ok ? row.out : 777));
  }
}

TEST_CASE("the significant scale counts no trailing zeros", "[decimal]") {
  CHECK(hadal::significant_scale({5000, 4}) == 1);
  CHECK(hadal::significant_scale({5050, 4}) == 3);
  CHECK(hadal::significant_scale({-1200, 3}) == 1);
  CHECK(hadal::significant_scale({1200, 2}) == 0);
  CHECK(hadal::significant_scale({100, 0}) == 0);
  CHECK(hadal::significant_scale({0, 8}) == 0);
  CHECK(hadal::significant_scale({1, 18}) == 18);
}

TEST_CASE("decimals compare by value, and are equal only as written", "[decimal]") {
  using Order = std::strong_ordering;
  const auto is = [](Decimal a, Decimal b, Order order) { return hadal::compare(a, b) == order; };
  CHECK(is({50, 2}, {5, 1}, Order::equal));
  CHECK_FALSE((Decimal{50, 2} == Decimal{5, 1}));
  CHECK(is({0, 0}, {0, 18}, Order::equal));
  CHECK(is({51, 2}, {5, 1}, Order::greater));
  CHECK(is({-51, 2}, {-5, 1}, Order::less));
  CHECK(is({-1, 18}, {0, 0}, Order::less));
  // Beyond 64 bits once both have 18 decimals.
  CHECK(is({kMax, 0}, {kMax, 18}, Order::greater));
  CHECK(is({-kMax, 0}, {kMax, 18}, Order::less));
  CHECK(is({kMax, 0}, {kMax - 1, 0}, Order::greater));
}

TEST_CASE("printing writes exactly the asked decimals, sign and leading zero included", "[decimal]") {
  CHECK(printed(5100, 8) == "0.00005100");
  CHECK(printed(174'000'000'000, 8) == "1740.00000000");
  CHECK(printed(-4293, 1) == "-429.3");
  CHECK(printed(63'389, 0) == "63389");
  CHECK(printed(0, 0) == "0");
  CHECK(printed(0, 8) == "0.00000000");
  CHECK(printed(-5, 0) == "-5");
  CHECK(printed(-5, 3) == "-0.005");
  CHECK(printed(1, 18) == "0.000000000000000001");
  CHECK(printed(kMax, 18) == "9.223372036854775807");
  CHECK(printed(std::numeric_limits<std::int64_t>::min(), 0) == "-9223372036854775808");
  CHECK(hadal::to_string({0, 2}) == "0.00");
}

TEST_CASE("sums beyond 64 bits print whole", "[decimal]") {
  const Int128 product = Int128{kMax} * kMax;
  CHECK(printed(product, 0) == "85070591730234615847396907784232501249");
  CHECK(printed(product, 18) == "85070591730234615847.396907784232501249");
  CHECK(printed(-product, 9) == "-85070591730234615847396907784.232501249");
  const Int128 largest = static_cast<Int128>(~hadal::UInt128{0} >> 1);
  CHECK(printed(largest, 0) == "170141183460469231731687303715884105727");
  CHECK(printed(-largest - 1, 18) == "-170141183460469231731.687303715884105728");
}

TEST_CASE("plain digits carry no sign and no leading zero", "[decimal]") {
  const std::pair<std::uint64_t, std::string_view> rows[] = {
      {0, "0"},
      {7, "7"},
      {10, "10"},
      {99, "99"},
      {100, "100"},
      {12'345, "12345"},
      {1'158'505'442, "1158505442"},
      {std::numeric_limits<std::uint64_t>::max(), "18446744073709551615"},
  };
  for (const auto& [value, text] : rows) {
    char buffer[20];
    const auto* const end = hadal::print_digits(buffer, value);
    CHECK(std::string_view(buffer, static_cast<std::size_t>(end - buffer)) == text);
  }
}

TEST_CASE("any decimal survives text and back", "[decimal]") {
  hadal::Random random{49};
  for (int i = 0; i < 20'000; ++i) {
    const auto bits = random.uniform(62);
    const auto magnitude = static_cast<std::int64_t>(random.next() >> (63 - bits) >> 1);
    const Decimal value{random.uniform(1) == 0 ? magnitude : -magnitude, static_cast<std::uint8_t>(random.uniform(hadal::kMaxScale))};
    const auto text = hadal::to_string(value);
    CAPTURE(text);
    Decimal back;
    REQUIRE(hadal::parse_decimal(text, back) == Errc::ok);
    REQUIRE((back == value));
  }
}
