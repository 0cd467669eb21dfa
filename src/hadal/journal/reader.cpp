#include "hadal/journal/reader.hpp"

#include <algorithm>

namespace hadal {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

void RecordingReader::push(std::string_view bytes) {
  buffer_.erase(0, at_);
  offset_ += at_;
  searched_ -= std::min(searched_, at_);
  at_ = 0;
  buffer_ += bytes;
}

bool RecordingReader::take_line(std::string_view& line, Record& record) {
  const auto end = buffer_.find('\n', std::max(at_, searched_));
  record.torn = false;
  record.offset = offset_ + at_ - skipped_;
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    if (oversized_ || buffer_.size() - at_ > kJournalLineBytes + 1) {  // one more for a CR; skip on, keep nothing
      oversized_ = true;
      skipped_ += buffer_.size() - at_;
      at_ = buffer_.size();
    }
    if (!finished_ || (at_ == buffer_.size() && !oversized_)) return false;
    line = std::string_view{buffer_}.substr(at_);
    at_ = buffer_.size();
    record.torn = true;
  } else {
    line = std::string_view{buffer_}.substr(at_, end - at_);
    at_ = end + 1;
  }
  ++line_;
  if (line_ == 1 && line.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    line.remove_prefix(kByteOrderMark.size());
    record.offset += kByteOrderMark.size();
  }
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  record.line = line_;
  record.length = skipped_ + line.size();
  skipped_ = 0;
  return true;
}

bool RecordingReader::next(Record& record) {
  std::string_view line;
  do {
    if (!take_line(line, record)) return false;
  } while (!oversized_ && is_blank(line));

  record.timed = false;
  record.connection = 1;
  if (oversized_ || record.length > kJournalLineBytes) {
    oversized_ = false;
    record.kind = RecordKind::corrupt;
    record.payload = "the line is longer than the limit";
    return true;
  }
  if (mode_ == Mode::unknown) {
    mode_ = line.front() == '#' ? Mode::journal : Mode::bare;
    if (line.front() >= '0' && line.front() <= '9') {  // the later part of a journal that was cut has no header
      parse_record(line, record, scratch_);
      if (record.kind != RecordKind::corrupt) mode_ = Mode::journal;
    }
    record.timed = false;
    record.connection = 1;
  }
  if (mode_ == Mode::journal) {
    parse_record(line, record, scratch_);
  } else {
    record.kind = RecordKind::received;
    record.payload = line;
  }
  return true;
}

}  // namespace hadal
