/// What `serve` and `replay --serve` share.
#pragma once

#include "cli/log.hpp"
#include "cli/settings.hpp"
#include "hadal/feed.hpp"
#include "hadal/replay.hpp"
#include "server/http_server.hpp"

namespace hadal::cli {

[[nodiscard]] server::HttpOptions http_options(const Settings& settings);
/// If other machines can reach the address.
void warn_of_strangers(const server::HttpOptions& options, Log& log);

/// Plays a recording through the server until a signal comes. Throws Failure.
[[nodiscard]] ExitCode serve_recording(const std::string& file, const FeedConfig& feed, double speed, bool loop, const std::string& listen);

}  // namespace hadal::cli
