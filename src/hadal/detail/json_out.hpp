/// Writes the compact JSON of the event log and of summaries. Every byte of them comes from here and from log.cpp, replay.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/base/decimal.hpp"

namespace hadal::detail {

/// Appends a JSON string. Control characters are escaped; bytes that are not UTF-8 become U+FFFD, one a byte, so that the text is
/// always valid JSON whatever a frame held.
void append_json_string(std::string& out, std::string_view text);

/// One flat JSON object on one line, members in the order of the calls.
class JsonLine {
 public:
  explicit JsonLine(std::string& out) : out_{out} { out_ += '{'; }

  JsonLine& string(std::string_view key, std::string_view value) {
    begin(key);
    append_json_string(out_, value);
    return *this;
  }
  /// Left out when empty.
  JsonLine& string_if(std::string_view key, std::string_view value) { return value.empty() ? *this : string(key, value); }
  /// Null when empty: for summaries, whose objects always have the same keys.
  JsonLine& string_or_null(std::string_view key, std::string_view value) { return value.empty() ? null(key) : string(key, value); }
  JsonLine& number(std::string_view key, std::uint64_t value);
  JsonLine& integer(std::string_view key, std::int64_t value);
  JsonLine& boolean(std::string_view key, bool value);
  JsonLine& null(std::string_view key);
  /// A decimal, as a string with exactly `scale` decimals.
  JsonLine& decimal(std::string_view key, Int128 mantissa, int scale);
  /// A double as the 16 hex digits of its bits, as a string: exact, and the same in every build. NaN is left out.
  JsonLine& bits(std::string_view key, double value);
  JsonLine& bits(std::string_view key, const std::optional<double>& value) { return value ? bits(key, *value) : *this; }
  /// The rest leave the key out when there is no value.
  JsonLine& decimal(std::string_view key, const std::optional<Decimal>& value) {
    return value ? decimal(key, value->mantissa, value->scale) : *this;
  }
  JsonLine& time(std::string_view key, const std::optional<std::int64_t>& unix_nanos);
  JsonLine& optional(std::string_view key, const std::optional<std::int64_t>& value) { return value ? integer(key, *value) : *this; }
  JsonLine& optional(std::string_view key, const std::optional<std::uint32_t>& value) { return value ? number(key, *value) : *this; }
  JsonLine& optional(std::string_view key, const std::optional<bool>& value) { return value ? boolean(key, *value) : *this; }
  /// The caller appends the value to the returned text.
  std::string& raw(std::string_view key) {
    begin(key);
    return out_;
  }
  void end() { out_ += "}\n"; }
  /// What it is written to.
  [[nodiscard]] std::string& text() noexcept { return out_; }

 private:
  void begin(std::string_view key) {
    out_ += first_ ? "\"" : ",\"";
    first_ = false;
    out_ += key;
    out_ += "\":";
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace hadal::detail
