#include "hadal/wire/symbol.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

using hadal::Errc;
using hadal::legacy_symbol;
using hadal::normalize_symbol;
using hadal::same_symbol;

namespace {

std::string normalized(std::string_view text) {
  std::string out = "untouched";
  return normalize_symbol(text, out) == Errc::ok ? out : std::string{};
}

}  // namespace

TEST_CASE("a symbol is trimmed, upper-cased and freed of legacy codes", "[symbol]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"BTC/USD", "BTC/USD"},     {"btc/usd", "BTC/USD"},     {" \tbtc/Usd\r\n", "BTC/USD"},
      {"XBT/USD", "BTC/USD"},     {"xbt/eur", "BTC/EUR"},     {"ETH/XBT", "ETH/BTC"},
      {"XDG/USD", "DOGE/USD"},    {"xdg/xbt", "DOGE/BTC"},    {"USDT/XDG", "USDT/DOGE"},
      {"XBTC/USD", "XBTC/USD"},  // only the whole leg is an alias
      {"XXBT/ZUSD", "XXBT/ZUSD"}, {"BTC.M/USD", "BTC.M/USD"}, {"a/b", "A/B"},
  };
  for (const auto& [text, symbol] : rows) {
    CAPTURE(text);
    CHECK(normalized(text) == symbol);
  }
}

TEST_CASE("what cannot be a symbol is refused and leaves the output alone", "[symbol]") {
  const std::string rows[] = {
      "",
      " ",
      "/",
      "BTCUSD",
      "BTC/",
      "/USD",
      " /USD",
      "BTC/ ",
      "*",
      "BTC /USD",
      "BTC/ USD",
      "BTC\t/USD",
      "BTC/U\nSD",
      std::string{"BTC\0/USD", 8},
      "BTC\x1B/USD",
      "BTC-USD",
      "BTC\\USD",
  };
  for (const auto& text : rows) {
    CAPTURE(text);
    std::string out = "untouched";
    CHECK(normalize_symbol(text, out) == Errc::symbol_invalid);
    CHECK(out == "untouched");
  }
}

TEST_CASE("delete is a control character, too", "[symbol]") {
  std::string out;
  CHECK(normalize_symbol("BTC\x7F/USD", out) == Errc::symbol_invalid);
}

TEST_CASE("a symbol has at most 32 characters, spaces around it not counted", "[symbol]") {
  const std::string longest = std::string(28, 'A') + "/USD";
  REQUIRE(longest.size() == hadal::kMaxSymbol);
  CHECK(normalized(longest) == longest);
  CHECK(normalized("  " + longest + " ") == longest);
  std::string out = "untouched";
  CHECK(normalize_symbol("A" + longest, out) == Errc::symbol_invalid);
  CHECK(out == "untouched");
}

TEST_CASE("normalising twice is the same as once, even where a code grows by a letter", "[symbol]") {
  const std::string texts[] = {" xbt/usd", "xdg/xdg", "XDG/" + std::string(27, 'A'), "XDG/" + std::string(28, 'A')};
  for (const auto& text : texts) {
    CAPTURE(text);
    std::string once;
    if (normalize_symbol(text, once) != Errc::ok) continue;
    CHECK(once.size() <= hadal::kMaxSymbol);
    CHECK(normalized(once) == once);
  }
}

TEST_CASE("the legacy spelling is the way back", "[symbol]") {
  CHECK(legacy_symbol("BTC/USD") == "XBT/USD");
  CHECK(legacy_symbol("DOGE/EUR") == "XDG/EUR");
  CHECK(legacy_symbol("DOGE/BTC") == "XDG/XBT");
  CHECK(legacy_symbol("ETH/USD") == "ETH/USD");
  CHECK(legacy_symbol("BTCX/DOGES") == "BTCX/DOGES");
  CHECK(legacy_symbol("BTC") == "BTC");
  for (const std::string_view symbol : {"BTC/USD", "ETH/BTC", "DOGE/BTC", "SOL/EUR"}) CHECK(normalized(legacy_symbol(symbol)) == symbol);
}

TEST_CASE("two spellings of one pair are the same symbol", "[symbol]") {
  CHECK(same_symbol("BTC/USD", "BTC/USD"));
  CHECK(same_symbol("XBT/USD", "BTC/USD"));
  CHECK(same_symbol(" btc/usd", "XBT/USD "));
  CHECK(same_symbol("xdg/eur", "DOGE/EUR"));
  CHECK_FALSE(same_symbol("BTC/USD", "BTC/EUR"));
  CHECK_FALSE(same_symbol("BTC/USD", "USD/BTC"));
  // What cannot be normalised is compared as it is.
  CHECK(same_symbol("BTCUSD", "BTCUSD"));
  CHECK_FALSE(same_symbol("BTCUSD", "btcusd"));
  CHECK_FALSE(same_symbol("BTCUSD", "BTC/USD"));
}
