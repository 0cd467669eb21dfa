/// The natural logarithm that is the same in every build (formula F-50): library logarithms are not.
#pragma once

#include <optional>

namespace hadal {

/// Off by less than 10^-15, relative, for x >= 1. None for x below 2^-1022, infinite, or no number. ln(1) is exactly 0.
[[nodiscard]] std::optional<double> ln(double x) noexcept;

}  // namespace hadal
