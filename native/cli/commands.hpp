/// The commands of `hadal`. Each adds itself to the command line and runs when chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hadal/hadal.hpp"

namespace hadal::cli {

/// A usage error found after parsing; ends the command with ExitCode::usage.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Runs a command that was chosen.
using Command = std::function<ExitCode()>;

/// Options that say how frames become books.
struct FeedFlags {
  std::optional<std::string> depth;
  std::optional<std::string> precision;
  std::optional<std::string> symbol;

  void add_to(CLI::App& app, bool with_symbol);
  /// Throws UsageError naming the flag.
  [[nodiscard]] FeedConfig config() const;
};

[[nodiscard]] Command add_replay(CLI::App& app);
[[nodiscard]] Command add_book(CLI::App& app);
[[nodiscard]] Command add_parity(CLI::App& app, std::string program);
[[nodiscard]] Command add_sim(CLI::App& app);
[[nodiscard]] Command add_record(CLI::App& app);
[[nodiscard]] Command add_serve(CLI::App& app);
[[nodiscard]] Command add_watch(CLI::App& app);

/// A whole number in a range; anything else is a usage error that begins with the flag.
[[nodiscard]] std::uint64_t parse_number(std::string_view flag, const std::string& text, std::uint64_t least, std::uint64_t most,
                                         std::string_view complaint);

/// Writes to standard output, to the last byte. Throws Failure.
void write_stdout(const std::string& text);

/// Plays a whole file into a replay; shows progress. Throws Failure if it cannot be opened; after one that cannot be read to its end the
/// replay has what came before.
void play_file(Replay& replay, const std::string& path, const std::function<void()>& after_piece);

/// Writes messages to stderr, one a line, each with the program's name.
void print_messages(const std::string& lines);

}  // namespace hadal::cli
