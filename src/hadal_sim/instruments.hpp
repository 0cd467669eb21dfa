/// The pairs that the simulated exchange lists, with precisions as real pairs have them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hadal::sim {

struct Instrument {
  std::string symbol;
  int price_decimals;
  int qty_decimals;
  std::int64_t mid;  ///< where its market begins, in ticks
};

/// The `index`-th pair: the first are real names, BTC/USD and ETH/USD at the front; from there on names are made up.
[[nodiscard]] Instrument instrument(std::size_t index);

}  // namespace hadal::sim
