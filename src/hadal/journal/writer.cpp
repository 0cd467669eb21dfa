#include "hadal/journal/writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "hadal/detail/json_out.hpp"
#include "hadal/journal/config_text.hpp"

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

/// End of the JSON value that begins at `first`, containers included.
std::size_t value_end(std::string_view json, std::size_t first) {
  std::size_t open = 0;
  for (auto at = first; at < json.size();) {
    const char c = json[at];
    if (open == 0 && (c == ',' || c == '}' || c == ']')) return at;  // a bare word or number ends here
    if (c == '{' || c == '[') ++open;
    if (c == '}' || c == ']') --open;
    at = c == '"' ? string_end(json, at) : at + 1;
    if (open == 0 && (c == '"' || c == '}' || c == ']')) return at;
  }
  return json.size();
}

/// Whether a quoted JSON string spells `token`, escapes included.
bool spells_token(std::string_view quoted) {
  if (quoted.size() < 2) return false;
  quoted = quoted.substr(1, quoted.size() - 2);
  std::string plain;
  while (!quoted.empty()) {
    std::size_t taken = 1;
    char c = quoted.front();
    if (c == '\\' && quoted.size() >= 6 && quoted[1] == 'u') {
      unsigned code = 0;
      std::from_chars(quoted.data() + 2, quoted.data() + 6, code, 16);
      c = code < 0x80 ? static_cast<char>(code) : '?';
      taken = 6;
    }
    plain += c;
    quoted.remove_prefix(taken);
  }
  return plain == "token";
}

}  // namespace

void append_journal_header(std::string& out, const JournalHeader& header) {
  out += "# hadal-journal 1 ";
  detail::JsonLine line{out};
  line.string("version", header.version).string_or_null("started", header.started);
  if (header.depth) line.integer("depth", *header.depth);
  if (header.simulated) line.boolean("simulated", true);
  if (header.session) append_session_config(line.raw("session"), *header.session);
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

void append_call_record(std::string& out, UnixNanos received, Millis now, const Call& call) {
  append_head(out, received, now, 0, "=");
  append_call(out, call);
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
    const auto colon = json.find_first_not_of(" \t\r\n", at);
    if (!spells_token(text) || colon == std::string_view::npos || json[colon] != ':') continue;
    const auto value = json.find_first_not_of(" \t\r\n", colon + 1);
    if (value == std::string_view::npos) continue;
    out += json.substr(at, value - at);
    out += "\"***\"";
    at = value_end(json, value);
  }
  return out;
}

}  // namespace hadal
