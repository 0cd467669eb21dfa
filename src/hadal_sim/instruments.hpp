/// The pairs that the simulated exchange lists, with precisions as real pairs have them, and their assets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hadal::sim {

inline constexpr std::size_t kFewestSymbols = 2;  ///< BTC/USD and ETH/USD are always there
inline constexpr std::size_t kMostSymbols = 1'200;

struct Instrument {
  std::string symbol;
  int price_decimals;
  int qty_decimals;
  std::int64_t mid;      ///< where its market begins, in ticks
  std::int64_t typical;  ///< a usual quantity of an order, in units of 10^-qty_decimals
  std::string status = "online";

  [[nodiscard]] std::string_view base() const { return std::string_view{symbol}.substr(0, symbol.find('/')); }
  [[nodiscard]] std::string_view quote() const { return std::string_view{symbol}.substr(symbol.find('/') + 1); }
};

/// The `index`-th pair: the first are real names, BTC/USD and ETH/USD at the front; from there on names are made up.
[[nodiscard]] Instrument instrument(std::size_t index);

/// The pair's entry in `instrument` frames.
void append_pair(std::string& out, const Instrument& pair);
/// An asset's entry.
void append_asset(std::string& out, std::string_view id);

}  // namespace hadal::sim
