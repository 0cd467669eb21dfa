#include "hadal_sim/instruments.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "hadal_sim/text.hpp"

namespace hadal::sim {
namespace {

struct Row {
  std::string_view symbol;
  int price_decimals;
  int qty_decimals;
  std::int64_t mid;
};

constexpr Row kPairs[] = {
    {"BTC/USD", 1, 8, 600'000}, {"ETH/USD", 2, 8, 302'700},    {"SOL/USD", 2, 8, 14'512},   {"XRP/USD", 5, 8, 52'310},
    {"ADA/USD", 6, 8, 451'203}, {"DOGE/USD", 7, 8, 1'234'567}, {"DOT/USD", 4, 8, 72'003},   {"LINK/USD", 5, 8, 1'402'311},
    {"LTC/EUR", 2, 8, 8'134},   {"MATIC/USD", 4, 8, 5'660},    {"USDT/USD", 5, 8, 100'012}, {"EUR/USD", 5, 8, 108'421},
    {"BTC/EUR", 1, 8, 553'001}, {"ETH/BTC", 5, 8, 5'045},      {"XMR/USD", 2, 8, 16'001},   {"ATOM/USD", 4, 8, 91'020},
    {"MINA/GBP", 4, 8, 4'410},  {"SHIB/USD", 9, 5, 24'513},    {"PEPE/USD", 10, 5, 88'120}, {"BTC/JPY", 0, 8, 9'300'000},
    {"USDG/USD", 4, 8, 10'001}, {"SC/EUR", 5, 8, 5'512},       {"AVAX/USD", 2, 8, 3'511},   {"TRX/USD", 6, 8, 121'003},
};

/// A usual order is worth about so many units of the quote currency.
std::int64_t usual_value(std::string_view quote) {
  if (quote == "JPY") return 300'000;
  return quote == "BTC" ? 1 : 2'000;
}

Instrument make(std::string symbol, int price_decimals, int qty_decimals, std::int64_t mid) {
  Instrument out{std::move(symbol), price_decimals, qty_decimals, mid, 1};
  // value / price, as units: value x 10^price_decimals x 10^qty_decimals / ticks.
  auto units = usual_value(out.quote());
  for (int i = 0; i < price_decimals + qty_decimals; ++i) {
    if (units > INT64_MAX / 10 / 1'000) {  // leave room for a thousand of them
      mid /= 10;
    } else {
      units *= 10;
    }
  }
  out.typical = std::max<std::int64_t>(1, units / std::max<std::int64_t>(1, mid));
  return out;
}

void append_flag(std::string& out, std::string_view key, bool value) {
  out += ",\"";
  out += key;
  out += value ? "\":true" : "\":false";
}

void append_number(std::string& out, std::string_view key, std::int64_t value, int decimals = 0) {
  out += ",\"";
  out += key;
  out += "\":";
  append_fixed(out, value, decimals);
}

}  // namespace

Instrument instrument(std::size_t index) {
  if (index < std::size(kPairs)) {
    const auto& row = kPairs[index];
    return make(std::string{row.symbol}, row.price_decimals, row.qty_decimals, row.mid);
  }
  // Letters only, so that the name is one: QAAA/USD, QAAB/USD ...
  auto rest = index - std::size(kPairs);
  std::string name = "QAAA/USD";
  for (std::size_t at = 3; at > 0; --at, rest /= 26) name[at] = static_cast<char>('A' + rest % 26);
  return make(std::move(name), static_cast<int>(index % 11), 8, 10'000 + static_cast<std::int64_t>(index * 37 % 90'000));
}

void append_pair(std::string& out, const Instrument& pair) {
  const bool marginable = pair.quote() == "USD" && pair.symbol[0] != 'Q';
  out += "{\"symbol\":";
  append_quoted(out, pair.symbol);
  out += ",\"base\":";
  append_quoted(out, pair.base());
  out += ",\"quote\":";
  append_quoted(out, pair.quote());
  out += ",\"status\":";
  append_quoted(out, pair.status);
  append_number(out, "qty_precision", pair.qty_decimals);
  append_number(out, "qty_increment", 1, pair.qty_decimals);
  append_number(out, "price_precision", pair.price_decimals);
  append_number(out, "cost_precision", std::min(10, pair.price_decimals + 4));
  append_flag(out, "marginable", marginable);
  append_flag(out, "has_index", true);
  append_number(out, "cost_min", 50, 2);
  if (marginable) {
    append_number(out, "margin_initial", 20, 2);
    append_number(out, "position_limit_long", 250);
    append_number(out, "position_limit_short", 200);
  }
  append_number(out, "tick_size", 1, pair.price_decimals);
  append_number(out, "price_increment", 1, pair.price_decimals);
  append_number(out, "qty_min", std::max<std::int64_t>(1, pair.typical / 500), pair.qty_decimals);
  out += '}';
}

void append_asset(std::string& out, std::string_view id) {
  const bool money = id == "USD" || id == "EUR" || id == "GBP" || id == "JPY";
  const bool borrowable = money || id[0] != 'Q';
  out += "{\"id\":";
  append_quoted(out, id);
  out += ",\"status\":\"enabled\"";
  append_number(out, "precision", money ? 4 : 10);
  append_number(out, "precision_display", money ? 2 : 5);
  append_flag(out, "borrowable", borrowable);
  append_number(out, "collateral_value", money ? 100 : borrowable ? 90 : 0, 2);
  if (borrowable) append_number(out, "margin_rate", money ? 25'000 : 10'000, 6);
  out += '}';
}

}  // namespace hadal::sim
