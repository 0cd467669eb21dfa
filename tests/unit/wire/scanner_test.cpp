#include "hadal/wire/scanner.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "unit/wire/book_frames.hpp"

using hadal::BookMessage;
using hadal::BookScanner;
using hadal::Limits;
using test::kUpdate2;
using test::with;

namespace {

bool scans(std::string_view frame, const Limits& limits = {}) {
  BookScanner scanner{limits};
  BookMessage message;
  return scanner.scan(frame, message);
}

/// One replacement in kUpdate2, the frame of one bid.
struct Deviation {
  std::string_view what;
  std::string_view replacement;
};

}  // namespace

TEST_CASE("the scanner reads the usual frames digit by digit", "[scanner]") {
  BookScanner scanner;
  for (std::size_t i = 0; i < std::size(test::kBookFrames); ++i) {
    BookMessage message;
    REQUIRE(scanner.scan(test::kBookFrames[i], message));
    CHECK(test::text_of(message) == test::kBookTexts[i]);
  }
}

TEST_CASE("the scanner takes shapes that are rare but plain", "[scanner]") {
  const std::pair<Deviation, std::string_view> rows[] = {
      {{R"(,"timestamp":"2026-01-02T03:04:05.801234Z")", ""}, "update | BTC/USD | 60000.0x0.35000000 |  | 2410023125 | -"},
      {{"05.801234Z", "05Z"}, "update | BTC/USD | 60000.0x0.35000000 |  | 2410023125 | 1767323045000000000"},
      {{"60000.0", "60000"}, "update | BTC/USD | 60000x0.35000000 |  | 2410023125 | 1767323045801234000"},
      {{"0.35000000", "0"}, "update | BTC/USD | 60000.0x0 |  | 2410023125 | 1767323045801234000"},
      {{"0.35000000", "0.3500000"}, "update | BTC/USD | 60000.0x0.3500000 |  | 2410023125 | 1767323045801234000"},
      {{"0.35000000", "0.350000001"}, "update | BTC/USD | 60000.0x0.350000001 |  | 2410023125 | 1767323045801234000"},
      {{"0.35000000", "1234567890.12345678"}, "update | BTC/USD | 60000.0x1234567890.12345678 |  | 2410023125 | 1767323045801234000"},
      {{"0.35000000", "123456789012345678"}, "update | BTC/USD | 60000.0x123456789012345678 |  | 2410023125 | 1767323045801234000"},
      {{"60000.0", "0.00000000000000001"}, "update | BTC/USD | 0.00000000000000001x0.35000000 |  | 2410023125 | 1767323045801234000"},
      {{"2410023125", "0"}, "update | BTC/USD | 60000.0x0.35000000 |  | 0 | 1767323045801234000"},
      {{"2410023125", "4294967295"}, "update | BTC/USD | 60000.0x0.35000000 |  | 4294967295 | 1767323045801234000"},
      {{R"({"price":60000.0,"qty":0.35000000})", ""}, "update | BTC/USD |  |  | 2410023125 | 1767323045801234000"},
      {{"BTC/USD", "$WIF.M/ZUSD"}, "update | $WIF.M/ZUSD | 60000.0x0.35000000 |  | 2410023125 | 1767323045801234000"},
  };
  for (const auto& [change, text] : rows) {
    const auto frame = with(kUpdate2, change.what, change.replacement);
    CAPTURE(frame);
    BookScanner scanner;
    BookMessage message;
    REQUIRE(scanner.scan(frame, message));
    CHECK(test::text_of(message) == text);
  }
}

TEST_CASE("the scanner declines every single deviation", "[scanner]") {
  const Deviation deviations[] = {
      // key order
      {R"("channel":"book","type":"update")", R"("type":"update","channel":"book")"},
      {R"("price":60000.0,"qty":0.35000000)", R"("qty":0.35000000,"price":60000.0)"},
      {R"("bids":[{"price":60000.0,"qty":0.35000000}],"asks":[])", R"("asks":[],"bids":[{"price":60000.0,"qty":0.35000000}])"},
      // white space
      {R"({"channel")", R"( {"channel")"},
      {R"({"channel")", R"({ "channel")"},
      {R"("type":)", R"("type": )"},
      {R"(60000.0,)", R"(60000.0 ,)"},
      {R"([{"symbol")", "[\n{\"symbol\""},
      {R"("}]})", R"("}]} )"},
      {R"("}]})", "\"}]}\n"},
      // another frame, another key, one more or one less
      {"book", "ticker"},
      {"update", "delta"},
      {"symbol", "pair"},
      {R"("asks":[],)", ""},
      {R"("checksum":2410023125,)", ""},
      {R"("asks":[],)", R"("asks":[],"extra":1,)"},
      {R"("qty":0.35000000)", R"("qty":0.35000000,"orders":1)"},
      {R"("}]})", R"("}],"sequence":1})"},
      {R"("}]})", R"("},{"symbol":"ETH/USD","bids":[],"asks":[],"checksum":0}]})"},
      {R"("asks":[])", R"("asks":null)"},
      {R"("asks":[])", R"("asks":[,])"},
      {R"(0.35000000}])", R"(0.35000000},])"},
      // strings
      {"BTC/USD", R"(BTC\/USD)"},
      {"BTC/USD", R"(BTC\u002fUSD)"},
      {"BTC/USD", "\xC3\x84/USD"},
      {"BTC/USD", "BTC\x01/USD"},
      {"BTC/USD", ""},
      // numbers
      {"60000.0", R"("60000.0")"},
      {"60000.0", "6e4"},
      {"60000.0", "60000.0E0"},
      {"60000.0", "-60000.0"},
      {"60000.0", "+60000.0"},
      {"60000.0", "060000.0"},
      {"60000.0", "00"},
      {"60000.0", "0"},
      {"60000.0", "0.0"},
      {"60000.0", "60000."},
      {"60000.0", ".5"},
      {"60000.0", "60,000"},
      {"60000.0", "null"},
      {"60000.0", ""},
      {"60000.0", "1234567890123456789"},
      {"60000.0", "1.234567890123456789"},
      {"60000.0", "12345678901.23456789"},
      {"0.35000000", "0.3500000a"},
      {"0.35000000", "0.35000/00"},
      {"0.35000000", "0.3500:000"},
      {"0.35000000", "-0.35000000"},
      // checksum
      {"2410023125", "4294967296"},
      {"2410023125", "-1"},
      {"2410023125", "2410023125.0"},
      {"2410023125", R"("2410023125")"},
      {"2410023125", "null"},
      // timestamp
      {"2026-01-02T03:04:05.801234Z", ""},
      {"2026-01-02T03:04:05.801234Z", "yesterday"},
      {"2026-01-02T03:04:05.801234Z", "2026-01-02T03:04:60.801234Z"},
      {R"("2026-01-02T03:04:05.801234Z")", "null"},
      // behind the end
      {R"("}]})", R"("}]}})"},
      {R"("}]})", R"("}]}{)"},
  };
  REQUIRE(scans(kUpdate2));
  for (const auto& [what, replacement] : deviations) {
    const auto frame = with(kUpdate2, what, replacement);
    CAPTURE(frame);
    REQUIRE(frame != kUpdate2);
    CHECK_FALSE(scans(frame));
  }
  CHECK_FALSE(scans(std::string{kUpdate2} + '\0'));
}

TEST_CASE("the scanner declines every truncation", "[scanner]") {
  for (const auto frame : test::kBookFrames) {
    for (std::size_t n = 0; n < frame.size(); ++n) {
      const std::string cut{frame.substr(0, n)};  // on the heap: a read past the end shows under a sanitizer
      if (scans(cut)) FAIL("accepted " << cut);
    }
    SUCCEED();
  }
}

TEST_CASE("the scanner leaves long symbols and what lies beyond the limits to the general path", "[scanner]") {
  CHECK(scans(with(kUpdate2, "BTC/USD", std::string(60, 'A') + "/USD")));
  CHECK_FALSE(scans(with(kUpdate2, "BTC/USD", std::string(61, 'A') + "/USD")));

  Limits limits;
  limits.frame_bytes = kUpdate2.size();
  CHECK(scans(kUpdate2, limits));
  limits.frame_bytes = kUpdate2.size() - 1;
  CHECK_FALSE(scans(kUpdate2, limits));

  limits = {};
  limits.array_entries = 10;
  CHECK(scans(test::kSnapshot, limits));
  limits.array_entries = 9;
  CHECK_FALSE(scans(test::kSnapshot, limits));
}

TEST_CASE("a declined frame leaves nothing behind in the next message", "[scanner]") {
  BookScanner scanner;
  BookMessage message;
  REQUIRE(scanner.scan(test::kSnapshot, message));
  REQUIRE_FALSE(scanner.scan(with(test::kUpdate3, "0.02000000", "bad"), message));
  REQUIRE(scanner.scan(kUpdate2, message));
  CHECK(test::text_of(message) == test::kBookTexts[1]);
}
