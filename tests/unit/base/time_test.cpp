#include "hadal/base/time.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hadal/base/random.hpp"

using hadal::parse_timestamp;
using hadal::UnixNanos;

namespace {

constexpr UnixNanos kSecond = 1'000'000'000;
constexpr UnixNanos kDay = 86'400 * kSecond;

std::string printed(UnixNanos time) {
  std::string out;
  hadal::append_timestamp(out, time);
  return out;
}

}  // namespace

TEST_CASE("a timestamp becomes nanoseconds, whatever its number of fractional digits", "[time]") {
  constexpr UnixNanos second = 1'767'323'045 * kSecond;
  const std::pair<std::string_view, UnixNanos> rows[] = {
      {"2026-01-02T03:04:05Z", second},
      {"2026-01-02T03:04:05.6Z", second + 600'000'000},
      {"2026-01-02T03:04:05.678901Z", 1'767'323'045'678'901'000},
      {"2026-01-02T03:04:05.678901234Z", 1'767'323'045'678'901'234},
      {"2026-01-02T03:04:05.678901234987Z", 1'767'323'045'678'901'234},  // dropped, not rounded
      {"2026-01-02T03:04:05.000000000999999999999Z", second},
      {"2026-01-02T03:04:05+00:00", second},
      {"2026-01-02T03:04:05.500+00:00", second + 500'000'000},
  };
  for (const auto& [text, nanos] : rows) {
    CAPTURE(text);
    const auto time = parse_timestamp(text);
    REQUIRE(time);
    CHECK(*time == nanos);
  }
}

TEST_CASE("the calendar knows leap years, centuries and times before 1970", "[time]") {
  const std::pair<std::string_view, UnixNanos> rows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59Z", -kSecond},
      {"1969-12-31T23:59:59.999999999Z", -1},
      {"1970-02-28T00:00:00Z", 58 * kDay},
      {"1970-03-01T00:00:00Z", 59 * kDay},
      {"1972-02-29T00:00:00Z", (730 + 59) * kDay},
      {"2000-02-29T12:00:00Z", 11'016 * kDay + kDay / 2},
      {"2000-03-01T00:00:00Z", 11'017 * kDay},
      {"2024-02-29T23:59:59Z", 1'709'251'199 * kSecond},
      {"2100-03-01T00:00:00Z", 4'107'542'400 * kSecond},
      {"1900-03-01T00:00:00Z", -2'203'891'200 * kSecond},
      {"1678-01-01T00:00:00Z", -9'214'560'000 * kSecond},
      {"2261-12-31T23:59:59.999999999Z", 9'214'646'400 * kSecond - 1},
  };
  for (const auto& [text, nanos] : rows) {
    CAPTURE(text);
    const auto time = parse_timestamp(text);
    REQUIRE(time);
    CHECK(*time == nanos);
  }
}

TEST_CASE("an impossible or foreign time is no time", "[time]") {
  const std::string_view rows[] = {
      "2026-13-02T03:04:05Z",
      "2026-00-02T03:04:05Z",
      "2026-01-00T03:04:05Z",
      "2026-01-32T03:04:05Z",
      "2026-04-31T03:04:05Z",
      "2026-02-29T03:04:05Z",
      "1900-02-29T03:04:05Z",
      "2100-02-29T03:04:05Z",
      "2026-01-02T24:00:00Z",
      "2026-01-02T03:60:05Z",
      "2026-12-31T23:59:60Z",
      "2026-01-02T03:04:99Z",
      "1677-12-31T23:59:59Z",
      "2262-01-01T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "2026-01-02T03:04:05+01:00",
      "2026-01-02T03:04:05-00:30",
      "2026-01-02T03:04:05+0000",
      "2026-01-02T03:04:05",
      "2026-01-02T03:04:05.Z",
      "2026-01-02T03:04:05.12",
      "2026-01-02T03:04:05.12x",
      "2026-01-02T03:04:05ZZ",
      "2026-01-02T03:04:05Z ",
      " 2026-01-02T03:04:05Z",
      "2026-01-02 03:04:05Z",
      "2026/01/02T03:04:05Z",
      "2026-01-02T03.04.05Z",
      "2026-1-2T03:04:05Z0",
      "20x6-01-02T03:04:05Z",
      "2026-01-0xT03:04:05Z",
      "-026-01-02T03:04:05Z",
      "2026-01-02T+3:04:05Z",
      "1767323045",
      "",
      "Z",
  };
  for (const auto text : rows) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text).has_value());
  }
}

TEST_CASE("no proper beginning of a timestamp is a timestamp", "[time]") {
  const std::string_view whole = "2026-01-02T03:04:05.678901+00:00";
  REQUIRE(parse_timestamp(whole));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    CAPTURE(n);
    CHECK_FALSE(parse_timestamp(whole.substr(0, n)).has_value());
  }
}

TEST_CASE("a time prints with nine digits", "[time]") {
  CHECK(printed(1'767'323'045'678'901'000) == "2026-01-02T03:04:05.678901000Z");
  CHECK(printed(0) == "1970-01-01T00:00:00.000000000Z");
  CHECK(printed(-1) == "1969-12-31T23:59:59.999999999Z");
  CHECK(printed(-kDay) == "1969-12-31T00:00:00.000000000Z");
  CHECK(printed(11'016 * kDay) == "2000-02-29T00:00:00.000000000Z");
  std::string out = "at ";
  hadal::append_timestamp(out, 1);
  CHECK(out == "at 1970-01-01T00:00:00.000000001Z");
}

TEST_CASE("any time survives text and back", "[time]") {
  hadal::Random random{54};
  const auto first = *parse_timestamp("1678-01-01T00:00:00Z");
  const auto last = *parse_timestamp("2261-12-31T23:59:59.999999999Z");
  const auto span = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  for (int i = 0; i < 20'000; ++i) {
    const auto time = static_cast<UnixNanos>(static_cast<std::uint64_t>(first) + random.uniform(span));
    REQUIRE(parse_timestamp(printed(time)) == std::optional{time});
  }
  for (int day = -300; day < 800; ++day) REQUIRE(parse_timestamp(printed(day * kDay)) == std::optional{day * kDay});
}

TEST_CASE("a reader of neighbouring timestamps gives what the plain function gives") {
  hadal::TimestampReader reader;
  hadal::Random random{7};
  const auto below = [&random](std::size_t bound) { return static_cast<std::size_t>(random.uniform(bound - 1)); };
  const std::vector<std::string> minutes{"2026-01-02T03:04:", "2026-01-02T03:05:", "1969-12-31T23:59:", "2026-13-02T03:04:"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text = minutes[below(minutes.size())];
    text += static_cast<char>('0' + random.uniform(6));
    text += static_cast<char>('0' + random.uniform(9));
    text += '.';
    for (int digit = 0; digit < 6; ++digit) text += static_cast<char>('0' + random.uniform(9));
    text += 'Z';
    if (random.uniform(9) == 0) text[below(text.size())] = static_cast<char>(' ' + random.uniform(90));
    if (random.uniform(9) == 0) text.resize(below(text.size() + 1));
    INFO(text);
    REQUIRE(reader.read(text) == parse_timestamp(text));
  }
}
