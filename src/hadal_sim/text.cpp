#include "hadal_sim/text.hpp"

#include <array>

namespace hadal::sim {
namespace {

void append_two(std::string& out, std::int64_t value) {
  out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

}  // namespace

void append_fixed(std::string& out, std::int64_t value, int decimals) {
  auto digits = std::to_string(value < 0 ? -value : value);
  const auto least = static_cast<std::size_t>(decimals) + 1;
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - static_cast<std::size_t>(decimals), 1, '.');
  if (value < 0) out += '-';
  out += digits;
}

void append_time(std::string& out, std::int64_t unix_micros, bool nanos) {
  auto seconds = unix_micros / 1'000'000;
  const auto micros = unix_micros % 1'000'000;
  auto days = seconds / 86'400;
  seconds %= 86'400;
  std::int64_t year = 1970;
  for (; days >= (is_leap(year) ? 366 : 365); ++year) days -= is_leap(year) ? 366 : 365;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int month = 0;
  for (; days >= kDays[month] + (month == 1 && is_leap(year) ? 1 : 0); ++month)
    days -= kDays[month] + (month == 1 && is_leap(year) ? 1 : 0);
  out += std::to_string(year);
  out += '-';
  append_two(out, month + 1);
  out += '-';
  append_two(out, days + 1);
  out += 'T';
  append_two(out, seconds / 3600);
  out += ':';
  append_two(out, seconds / 60 % 60);
  out += ':';
  append_two(out, seconds % 60);
  out += '.';
  const auto fraction = std::to_string(micros);
  out.append(6 - fraction.size(), '0');
  out += fraction;
  if (nanos) out += "000";
  out += 'Z';
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < ' ') {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string_view fitting_reason(std::string_view text) noexcept {
  constexpr std::size_t kMost = 123;
  if (text.size() <= kMost) return text;
  auto length = kMost;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) --length;
  return text.substr(0, length);
}

std::uint32_t crc32(std::string_view text) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> out{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      auto crc = byte;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
      out[byte] = crc;
    }
    return out;
  }();
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char c : text) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~crc;
}

}  // namespace hadal::sim
