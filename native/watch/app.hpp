/// `hadal watch` on a terminal: a live client, and a screen that shows what it knows.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hadal/replay.hpp"
#include "hadal_asio/client.hpp"

namespace hadal::watch {

struct Options {
  net::ClientOptions client;
  std::vector<std::string> symbols;  ///< at least one, any spelling
  std::size_t levels = 10;           ///< a side
  std::string version;               ///< as the header shows it; may be empty
};

/// Why there is no terminal to watch on; empty if there is one. For programs that have another way to show things.
[[nodiscard]] std::string terminal_trouble();

/// Runs on this thread until the user ends it, or a signal does. ExitCode::done; ExitCode::no_connection, with a line on standard error, if
/// there never was a connection; ExitCode::failed, with a line, without a terminal. Throws net::ConfigError for options that cannot be,
/// before it takes the screen.
[[nodiscard]] ExitCode run(const Options& options);

}  // namespace hadal::watch
