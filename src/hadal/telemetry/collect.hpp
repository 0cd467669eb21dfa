/// What a session counts by itself, added to the statistics of a client.
#pragma once

#include "hadal/session/session.hpp"
#include "hadal/telemetry/stats.hpp"

namespace hadal {

/// Frames, requests, keys and books of one session. O(books + keys).
void add_session(Stats& stats, const Session& session);
/// The same of a feed alone: frames and books.
void add_feed(Stats& stats, SessionStats& session, const Feed& feed);

}  // namespace hadal
