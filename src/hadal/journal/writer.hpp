/// Journals, written line by line (format: record.hpp). The caller stores the text.
#pragma once

#include <string>
#include <string_view>

#include "hadal/journal/call.hpp"
#include "hadal/journal/record.hpp"

namespace hadal {

/// The first line. `version` is hadal's.
void append_journal_header(std::string& out, const JournalHeader& header);

/// A received frame: verbatim, or as a JSON string if it holds a line end; then bytes that are not UTF-8, which no text frame has,
/// become U+FFFD.
void append_received(std::string& out, UnixNanos received, Millis now, ConnectionId connection, std::string_view frame);

/// A sent frame. The value of every member called `token` is written as `***`.
void append_sent(std::string& out, UnixNanos received, Millis now, ConnectionId connection, std::string_view frame);

/// What happened to the transport.
void append_link(std::string& out, UnixNanos received, Millis now, ConnectionId connection, const LinkRecord& link);

/// A call of the user, on no connection.
void append_call_record(std::string& out, UnixNanos received, Millis now, const Call& call);

/// JSON text without the values of its `token` members. Works on text that is cut short, too.
[[nodiscard]] std::string redact_tokens(std::string_view json);

}  // namespace hadal
