#include "hadal/analytics/top_of_book.hpp"

#include "hadal/detail/to_double.hpp"

namespace hadal {

using detail::to_double;

std::optional<double> spread_bps(const OrderBook& book) noexcept {
  const auto mid2 = book.mid2();
  if (!mid2) return std::nullopt;
  return to_double(20'000 * *book.spread()) / to_double(*mid2);
}

std::optional<double> spread_percent_of_ask(const OrderBook& book) noexcept {
  const auto spread = book.spread();
  if (!spread) return std::nullopt;
  return to_double(100 * *spread) / static_cast<double>(book.asks()[0].price);
}

std::optional<double> microprice(const OrderBook& book) noexcept {
  if (book.bids().empty() || book.asks().empty()) return std::nullopt;
  const auto& bid = book.bids()[0];
  const auto& ask = book.asks()[0];
  // Each product is below 2^126, so that their sum fits.
  const auto weighted = Int128{bid.price} * ask.qty + Int128{ask.price} * bid.qty;
  return to_double(weighted) / to_double(Int128{bid.qty} + ask.qty);
}

}  // namespace hadal
