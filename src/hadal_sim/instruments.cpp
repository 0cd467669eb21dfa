#include "hadal_sim/instruments.hpp"

#include <iterator>

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

}  // namespace

Instrument instrument(std::size_t index) {
  if (index < std::size(kPairs)) {
    const auto& row = kPairs[index];
    return {std::string{row.symbol}, row.price_decimals, row.qty_decimals, row.mid};
  }
  // Letters only, so that the name is one: AAA/USD, AAB/USD ...
  auto rest = index - std::size(kPairs);
  std::string name = "QAAA/USD";
  for (std::size_t at = 3; at > 0; --at, rest /= 26) name[at] = static_cast<char>('A' + rest % 26);
  return {name, static_cast<int>(index % 11), 8, 10'000 + static_cast<std::int64_t>(index * 37 % 90'000)};
}

}  // namespace hadal::sim
