/// Choices that people are offered: price groups (formula F-47) and axis labels (F-48). All in ticks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hadal/base/int128.hpp"

namespace hadal {

/// increment x {1, 5, 10, 25, 50, 100, 250, 500, 1000 ...} up to a twentieth of mid; without a mid up to 1000. Always at least the
/// increment itself. Precondition: increment >= 1.
void group_choices(std::optional<Int128> mid2, std::int64_t increment, std::vector<std::int64_t>& out);

/// The smallest of {1, 2, 5} x 10^e ticks that is at least span / labels, at least 1. 0 for an empty span, no labels, or a step
/// beyond 63 bits.
[[nodiscard]] std::int64_t axis_step(std::int64_t span, std::int64_t labels) noexcept;
/// The multiples of axis_step() inside [first, last]; none for an empty span.
void axis_labels(std::int64_t first, std::int64_t last, std::int64_t labels, std::vector<std::int64_t>& out);

}  // namespace hadal
