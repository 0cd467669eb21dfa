/// Prometheus text, exposition format 0.0.4 (catalogue I-7, I-8).
#pragma once

#include <cstddef>
#include <string>

#include "hadal/telemetry/stats.hpp"

namespace hadal {

/// Symbols that get labels of their own; the rest is summed under `other`.
inline constexpr std::size_t kMetricSymbols = 200;

/// Every family that the core can count, with HELP and TYPE, also when nothing has been counted yet. What belongs to programs alone (HTTP
/// clients, REST) is theirs to add: families stand by themselves. Label values are escaped, and are UTF-8 whatever a symbol holds.
/// Several sessions are summed where there is no label for them; the state is that of the least healthy one (Stats::state()), the clock
/// offset that of the first which knows one. `other` has no state. O(sessions + books).
[[nodiscard]] std::string metrics_text(const Stats& stats);

}  // namespace hadal
