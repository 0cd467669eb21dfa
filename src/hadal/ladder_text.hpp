/// A book as text for people: asks above, bids below, best levels in the middle.
#pragma once

#include <cstddef>
#include <string>

#include "hadal/book/verified_book.hpp"

namespace hadal {

/// Price, quantity and running total (formula F-7) of the best `levels` a side (0: all), exact digits, with spread, mid, state and
/// checksum count.
[[nodiscard]] std::string ladder_text(const VerifiedBook& book, std::size_t levels);

}  // namespace hadal
