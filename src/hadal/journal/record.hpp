/// One line of a recording.
///
/// A journal begins with `# hadal-journal 1 {json}`; each further line is `<unix ns> <now ms> <conn> <kind> <payload>`:
///
///   <    a received frame, verbatim                 <j   the same as a JSON string, when it holds CR or LF
///   >    a sent frame (tokens as ***)               !    open, open_failed, closed, timeout, binary, lost
///   =    a call of the user, as JSON
///
/// A line that begins with `##` is a comment.
/// A recording may also be bare: one received frame a line and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/base/time.hpp"
#include "hadal/event.hpp"
#include "hadal/session/config.hpp"

namespace hadal {

enum class RecordKind : std::uint8_t {
  header,    ///< first line of a journal, or of a part appended later
  received,  ///< `<` and `<j`
  sent,      ///< `>`
  link,      ///< `!`
  call,      ///< `=`
  comment,   ///< `##`
  corrupt,   ///< a line that cannot be read; `payload` says why
};

/// `payload` is valid until the next record is read.
struct Record {
  RecordKind kind = RecordKind::corrupt;
  std::uint64_t line = 0;    ///< of the file, from 1
  std::uint64_t offset = 0;  ///< of the line's first byte in the file
  std::uint64_t length = 0;  ///< of the line, without its end
  bool timed = false;        ///< has the fields below: false in a bare recording
  bool torn = false;         ///< the file ended before the line did
  UnixNanos received = 0;    ///< wall clock
  Millis now{};              ///< driver clock
  ConnectionId connection = 1;
  std::string_view payload;
};

/// What the first line of a journal says. Unknown members are ignored.
struct JournalHeader {
  int format = 1;
  std::string version;  ///< of hadal
  std::string started;  ///< RFC 3339
  std::optional<std::int64_t> depth;
  bool simulated = false;
  bool verify_off = false;    ///< checksums were not compared
  bool crossed_warn = false;  ///< crossed books were no gap
  /// The journal has everything that went into an engine, from its first input on; with this it can be run again.
  std::optional<SessionConfig> session{};
};

/// `!` records, taken apart: `open`, `open_failed <http status> <text>`, `closed <code> <reason>`, `timeout`, `binary <bytes>`,
/// `lost <frames>`.
struct LinkRecord {
  enum class What : std::uint8_t { open, open_failed, closed, timeout, binary, lost };
  What what = What::open;
  std::int64_t number = 0;
  std::string_view text;
};
[[nodiscard]] std::optional<LinkRecord> parse_link(std::string_view payload);

/// None if the line is no journal header, or not one of a format this version reads.
[[nodiscard]] std::optional<JournalHeader> parse_header(std::string_view line);

/// Reads one line (without its end) of a journal. `scratch` holds the text of a `<j` frame. Sets kind, timed, times, connection, payload.
void parse_record(std::string_view line, Record& record, std::string& scratch);

}  // namespace hadal
