/// Recordings, read piece by piece: journals and bare JSON-lines alike.
#pragma once

#include <string>
#include <string_view>

#include "hadal/base/limits.hpp"
#include "hadal/journal/record.hpp"

namespace hadal {

/// Push bytes, then take records until there are none; call finish() after the last byte and take the rest.
/// Whether a recording is a journal is told by its first line: a header, or a record. Blank lines are skipped. Never holds more than the bytes pushed at once
/// and one line.
class RecordingReader {
 public:
  void push(std::string_view bytes);
  void finish() noexcept { finished_ = true; }

  /// False: more bytes are needed, or, after finish(), there are no more. Views in `record` live until the next push() or next().
  [[nodiscard]] bool next(Record& record);

  /// Known after the first record.
  [[nodiscard]] bool is_journal() const noexcept { return mode_ == Mode::journal; }
  [[nodiscard]] std::uint64_t lines() const noexcept { return line_; }

 private:
  enum class Mode : unsigned char { unknown, journal, bare };

  [[nodiscard]] bool take_line(std::string_view& line, Record& record);

  Mode mode_ = Mode::unknown;
  bool finished_ = false;
  bool oversized_ = false;     ///< inside a line beyond kJournalLineBytes, which is being skipped
  std::uint64_t skipped_ = 0;  ///< bytes of that line that are gone
  std::string buffer_;
  std::size_t at_ = 0;        ///< first byte not yet read
  std::size_t searched_ = 0;  ///< no line end before this one
  std::uint64_t offset_ = 0;  ///< of buffer_[0] in the file
  std::uint64_t line_ = 0;
  std::string scratch_;
};

}  // namespace hadal
