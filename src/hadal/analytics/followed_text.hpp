/// What the trackers of a symbol know, as one JSON object: for questions now and then, and for comparing twins.
#pragma once

#include <string>
#include <string_view>

#include "hadal/analytics/analytics.hpp"

namespace hadal {

/// Members of those that are on, in a fixed order: health, tape (count and last trade), overlay, whales, hottest levels, cancels, history,
/// heatmap (its columns as digests of their numbers), and the newest 20 flow events. Decimals at the book's scale, doubles as 16 hex digits. False,
/// and nothing appended, for a symbol that nothing is known of. O(everything that is kept).
bool append_followed(std::string& out, Analytics& analytics, std::string_view symbol, Millis now);

}  // namespace hadal
