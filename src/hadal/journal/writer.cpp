#include "hadal/journal/writer.hpp"

#include <array>

#include "hadal/detail/json_out.hpp"

namespace hadal {
namespace {

constexpr std::array<std::string_view, 6> kWords{"open", "open_failed", "closed", "timeout", "binary", "lost"};

void append_head(std::string& out, UnixNanos received, Millis now, ConnectionId connection, std::string_view kind) {
  out += std::to_string(received);
  out += ' ';
  out += std::to_string(now.count);
  out += ' ';
  out += std::to_string(connection);
  out += ' ';
  out += kind;
  out += ' ';
}

/// A payload may not end the line.
void append_one_line(std::string& out, std::string_view text) {
  for (const char c : text) out += c == '\n' || c == '\r' ? ' ' : c;
}

/// End of the JSON string that begins at `open`, its closing quote included.
std::size_t string_end(std::string_view json, std::size_t open) {
  auto at = open + 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return std::min(at + 1, json.size());
}

}  // namespace

void append_journal_header(std::string& out, const JournalHeader& header) {
  out += "# hadal-journal 1 ";
  detail::JsonLine line{out};
  line.string("version", header.version).string_or_null("started", header.started);
  if (header.depth) line.integer("depth", *header.depth);
  if (header.simulated) line.boolean("simulated", true);
  line.end();
}

void append_received(std::string& out, UnixNanos received, Millis now, ConnectionId connection, std::string_view frame) {
  const bool verbatim = frame.find_first_of("\r\n") == std::string_view::npos;
  append_head(out, received, now, connection, verbatim ? "<" : "<j");
  if (verbatim) {
    out += frame;
  } else {
    detail::append_json_string(out, frame);
  }
  out += '\n';
}

void append_sent(std::string& out, UnixNanos received, Millis now, ConnectionId connection, std::string_view frame) {
  append_head(out, received, now, connection, ">");
  append_one_line(out, redact_tokens(frame));
  out += '\n';
}

void append_link(std::string& out, UnixNanos received, Millis now, ConnectionId connection, const LinkRecord& link) {
  using What = LinkRecord::What;
  append_head(out, received, now, connection, "!");
  out += kWords[static_cast<std::size_t>(link.what)];
  if (link.what != What::open && link.what != What::timeout) {
    out += ' ';
    out += std::to_string(link.number);
    if (!link.text.empty()) out += ' ';
    append_one_line(out, link.text);
  }
  out += '\n';
}

std::string redact_tokens(std::string_view json) {
  std::string out;
  std::size_t at = 0;
  while (at < json.size()) {
    if (json[at] != '"') {
      out += json[at++];
      continue;
    }
    const auto end = string_end(json, at);
    const auto text = json.substr(at, end - at);
    out += text;
    at = end;
    if (text != "\"token\"") continue;
    const auto value = json.find_first_not_of(" \t\r\n:", at);
    if (value == std::string_view::npos || json[value] != '"') continue;
    out += json.substr(at, value - at);
    out += "\"***\"";
    at = string_end(json, value);
  }
  return out;
}

}  // namespace hadal
