#include "hadal/analytics/top_of_book.hpp"

namespace hadal {

std::optional<double> spread_bps(const OrderBook& book) noexcept {
  const auto mid2 = book.mid2();
  if (!mid2) return std::nullopt;
  return static_cast<double>(20'000 * *book.spread()) / static_cast<double>(*mid2);
}

std::optional<double> spread_percent_of_ask(const OrderBook& book) noexcept {
  const auto spread = book.spread();
  if (!spread) return std::nullopt;
  return static_cast<double>(100 * *spread) / static_cast<double>(book.asks()[0].price);
}

std::optional<double> microprice(const OrderBook& book) noexcept {
  if (book.bids().empty() || book.asks().empty()) return std::nullopt;
  const auto& bid = book.bids()[0];
  const auto& ask = book.asks()[0];
  // Each product is below 2^126, so that their sum fits.
  const auto weighted = Int128{bid.price} * ask.qty + Int128{ask.price} * bid.qty;
  return static_cast<double>(weighted) / static_cast<double>(Int128{bid.qty} + ask.qty);
}

}  // namespace hadal
