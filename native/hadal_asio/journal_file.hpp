/// One file of a recording: plain, or gzip by its name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hadal::net {

/// What a file could not do, in a sentence that begins with its name. Empty: nothing.
using FileTrouble = std::string;

/// Not thread-safe. A file that cannot be written takes nothing more; what it holds already stays readable.
class JournalFile {
 public:
  JournalFile();
  ~JournalFile();
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  /// A recording that is there already is continued; a last line that was cut short leaves first. Any other file is left alone. A gzip file is never continued: what a killed
  /// program leaves behind could not be read beyond its end. Folders are not made.
  [[nodiscard]] FileTrouble open(const std::string& path);
  [[nodiscard]] FileTrouble write(std::string_view text);
  /// What was written is out of this process' hands: it survives its death. (A power cut is another matter: close() alone reaches the disk.)
  [[nodiscard]] FileTrouble flush();
  /// After close(): removes a new file into which nothing could be written.
  void remove_if_empty() noexcept;
  /// To the disk. Twice is fine.
  [[nodiscard]] FileTrouble close();

  /// Whether open() found something to continue.
  [[nodiscard]] bool continued() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Ends in `.gz`.
[[nodiscard]] bool is_gzip_name(std::string_view path) noexcept;
/// `feed.journal.gz` with the mark `20261122T104050Z` is `feed-20261122T104050Z.journal.gz`.
[[nodiscard]] std::string marked_name(std::string_view path, std::string_view mark);

}  // namespace hadal::net
