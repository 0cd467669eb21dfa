/// Files as the replay programs read them: plain or gzip, in pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hadal::cli {

/// A failure with a one-line message for stderr; ends the command with ExitCode::failed.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A file that cannot be read, or not to its end.
struct ReadFailure : Failure {
  using Failure::Failure;
};

/// Reads a file, or standard input for `-`, from its beginning. Gzip is told by its first two bytes, whatever the name.
class InputFile {
 public:
  /// Throws ReadFailure naming the file if it cannot be opened.
  explicit InputFile(const std::string& path);
  ~InputFile();

  /// The next piece, at most 256 KiB; empty at the end. Valid until the next call. Throws ReadFailure on a read or gzip error.
  [[nodiscard]] std::string_view read();

  /// The gzip stream ended before its end: known after the last piece. What came before counts.
  [[nodiscard]] bool cut_short() const noexcept;

  /// Part of the file on disk that has been read, 0 ... 1.
  [[nodiscard]] double progress() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hadal::cli
