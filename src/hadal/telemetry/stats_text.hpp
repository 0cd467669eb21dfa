/// What is counted, and how the connection and the books are, as JSON for whoever asks: a page, an HTTP client, a person.
#pragma once

#include <string>

#include "hadal/base/time.hpp"
#include "hadal/telemetry/stats.hpp"

namespace hadal {

class Engine;

/// Appends one JSON object on one line, without its end: the members of Stats under their names, counts by a word as objects. Rates have three
/// decimals, durations are microseconds; what is not known is left out. O(sessions + books).
void append_stats(std::string& out, const Stats& stats);

/// Appends one JSON object on one line, without its end: the state of the connection (`state`, its last `cause`, `detail` and `attempt`,
/// `retry_in` ms while it waits for the next attempt, `online`), `pairs` that have an acknowledged subscription, and the state of each book as
/// `[symbol, state, reason]`. O(keys + books).
void append_status(std::string& out, const Engine& engine, Millis now);

}  // namespace hadal
