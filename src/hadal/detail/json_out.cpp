#include "hadal/detail/json_out.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include "hadal/base/time.hpp"

namespace hadal::detail {
namespace {

template <class Integer>
void append_integer(std::string& out, Integer value) {
  std::array<char, 24> buffer;
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

/// Length of the well-formed UTF-8 sequence at the start of `text`; 0 if there is none (RFC 3629, table of section 4).
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const auto lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;  // surrogates
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char c = text.front();
    std::size_t taken = 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
          out += "0123456789abcdef"[c & 15];
        } else if (taken = utf8_sequence(text); taken != 0) {
          out += text.substr(0, taken);
        } else {
          taken = 1;
          out += "\xEF\xBF\xBD";
        }
    }
    text.remove_prefix(taken);
  }
  out += '"';
}

JsonLine& JsonLine::number(std::string_view key, std::uint64_t value) {
  begin(key);
  append_integer(out_, value);
  return *this;
}

JsonLine& JsonLine::integer(std::string_view key, std::int64_t value) {
  begin(key);
  append_integer(out_, value);
  return *this;
}

JsonLine& JsonLine::boolean(std::string_view key, bool value) {
  begin(key);
  out_ += value ? "true" : "false";
  return *this;
}

JsonLine& JsonLine::null(std::string_view key) {
  begin(key);
  out_ += "null";
  return *this;
}

JsonLine& JsonLine::decimal(std::string_view key, Int128 mantissa, int scale) {
  begin(key);
  out_ += '"';
  append_decimal(out_, mantissa, scale);
  out_ += '"';
  return *this;
}

JsonLine& JsonLine::time(std::string_view key, const std::optional<std::int64_t>& unix_nanos) {
  if (!unix_nanos) return *this;
  begin(key);
  out_ += '"';
  append_timestamp(out_, *unix_nanos);
  out_ += '"';
  return *this;
}

JsonLine& JsonLine::bits(std::string_view key, double value) {
  if (value != value) return *this;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  begin(key);
  out_ += '"';
  for (int shift = 60; shift >= 0; shift -= 4) out_ += kDigits[(bits >> shift) & 15];
  out_ += '"';
  return *this;
}

}  // namespace hadal::detail
