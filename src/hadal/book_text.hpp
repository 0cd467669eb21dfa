/// Views of a book as text for people: the ladder with bars, liquidity, what an order would get.
#pragma once

#include <string>

#include "hadal/analytics/book_views.hpp"
#include "hadal/book/verified_book.hpp"

namespace hadal {

/// Symbol, state, depth, revision and checksum counts: one line with its end.
[[nodiscard]] std::string book_headline(const VerifiedBook& book);
/// The rows of Views::ladder, asks above, best levels in the middle: price, size, running total, share, distance from mid, and a bar on the
/// scale that both sides share; then spread, mid and microprice between them. UTF-8.
[[nodiscard]] std::string ladder_table(const Views& views);
/// Imbalance, VWAP of both sides, pressure and the bands around mid.
[[nodiscard]] std::string liquidity_text(const ViewRequest& request, const Views& views);
/// What an order would get: Views::fill.
[[nodiscard]] std::string fill_text(const ViewRequest::Order& order, const Views& views);

/// A number with so many decimals, half away from zero; `none` without a value. For people: the value may have more digits.
[[nodiscard]] std::string fixed(std::optional<double> value, int decimals);

}  // namespace hadal
