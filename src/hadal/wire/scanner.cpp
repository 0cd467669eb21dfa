#include "hadal/wire/scanner.hpp"

#include <bit>
#include <cstring>

namespace hadal {
namespace {

static_assert(std::endian::native == std::endian::little, "eight_digits() reads bytes in little-endian order");

/// Longest run of digits that surely fits 63 bits.
constexpr int kSafeDigits = 18;
/// Longest symbol or timestamp; a longer one goes to the general path, which says what is wrong with it.
constexpr std::size_t kMaxScannedSymbol = kSymbolBytes;

/// Containers around a price: {"data":[{"bids":[{"price":...
constexpr std::size_t kBookNesting = 5;

struct Cursor {
  const char* at;
  const char* end;

  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end - at); }

  /// Steps over a literal. The size is a constant, so that the comparison is a few machine words.
  template <std::size_t N>
  [[nodiscard]] bool skip(const char (&literal)[N]) noexcept {
    if (left() < N - 1 || std::memcmp(at, literal, N - 1) != 0) return false;
    at += N - 1;
    return true;
  }
};

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') <= 9; }

/// The value of eight ASCII digits, or -1: three multiplications instead of eight steps.
[[nodiscard]] std::int64_t eight_digits(const char* text) noexcept {
  std::uint64_t chunk;
  std::memcpy(&chunk, text, 8);
  const auto digits = chunk - 0x3030303030303030u;
  // A byte below '0' borrows, one above '9' carries into its high bit when 0x76 is added: either shows in the sign bits.
  if (((digits | (digits + 0x7676767676767676u)) & 0x8080808080808080u) != 0) return -1;
  chunk = digits * 10 + (digits >> 8);
  chunk = ((chunk & 0x000000FF000000FFu) * 0x000F424000000064u + ((chunk >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u) >> 32;
  return static_cast<std::int64_t>(static_cast<std::uint32_t>(chunk));
}

/// A JSON number without sign and exponent, of at most kSafeDigits digits.
[[nodiscard]] bool scan_number(Cursor& cursor, Decimal& out) noexcept {
  const char* at = cursor.at;
  const char* const end = cursor.end;
  if (at == end || !is_digit(*at)) return false;
  const char* const first = at;
  std::int64_t value = 0;
  while (at != end && is_digit(*at)) {
    if (at - first == kSafeDigits) return false;
    value = value * 10 + (*at++ - '0');
  }
  const auto whole = at - first;
  if (whole > 1 && *first == '0') return false;  // JSON has no leading zeros
  std::uint8_t scale = 0;
  if (at != end && *at == '.') {
    const char* const point = at++;
    if (end - at >= 8 && whole + 8 <= kSafeDigits) {  // quantities have eight decimals as a rule
      if (const auto chunk = eight_digits(at); chunk >= 0) {
        value = value * 100'000'000 + chunk;
        at += 8;
      }
    }
    while (at != end && is_digit(*at)) {
      if (whole + (at - point - 1) == kSafeDigits) return false;
      value = value * 10 + (*at++ - '0');
    }
    const auto digits = at - point - 1;
    if (digits == 0) return false;
    scale = static_cast<std::uint8_t>(digits);
  }
  if (at != end && (*at == 'e' || *at == 'E')) return false;
  out = {value, scale};
  cursor.at = at;
  return true;
}

/// The inside of a JSON string up to its closing quote: printable ASCII without escapes.
[[nodiscard]] bool scan_plain_string(Cursor& cursor, std::size_t longest, std::string_view& out) noexcept {
  const char* const first = cursor.at;
  for (; cursor.at != cursor.end; ++cursor.at) {
    const char c = *cursor.at;
    if (c == '"') {
      out = {first, static_cast<std::size_t>(cursor.at - first)};
      ++cursor.at;
      return out.size() <= longest;
    }
    if (c < ' ' || c > '~' || c == '\\') return false;
  }
  return false;
}

/// The levels of one side, after the opening bracket, through the closing one.
[[nodiscard]] bool scan_levels(Cursor& cursor, std::size_t most, std::vector<WireLevel>& out) {
  out.clear();
  if (cursor.skip("]")) return true;
  do {
    WireLevel level;
    if (!cursor.skip("{\"price\":") || !scan_number(cursor, level.price)) return false;
    if (!cursor.skip(",\"qty\":") || !scan_number(cursor, level.qty) || !cursor.skip("}")) return false;
    if (level.price.mantissa == 0 || out.size() == most) return false;
    out.push_back(level);
  } while (cursor.skip(","));
  return cursor.skip("]");
}

}  // namespace

BookScanner::BookScanner(const Limits& limits)
    : limits_{limits}, usable_{limits.nesting >= kBookNesting && limits.string_bytes >= kMaxScannedSymbol && limits.array_entries >= 1} {}

bool BookScanner::scan(std::string_view frame, BookMessage& message) {
  if (!usable_ || frame.size() > limits_.frame_bytes) return false;
  Cursor cursor{frame.data(), frame.data() + frame.size()};
  if (!cursor.skip("{\"channel\":\"book\",\"type\":\"")) return false;
  if (cursor.skip("update\",\"data\":[{\"symbol\":\"")) {
    message.kind = FrameKind::update;
  } else if (cursor.skip("snapshot\",\"data\":[{\"symbol\":\"")) {
    message.kind = FrameKind::snapshot;
  } else {
    return false;
  }
  entry_ = {};
  if (!scan_plain_string(cursor, kMaxScannedSymbol, entry_.symbol) || entry_.symbol.empty()) return false;
  if (!cursor.skip(",\"bids\":[") || !scan_levels(cursor, limits_.array_entries, bids_)) return false;
  if (!cursor.skip(",\"asks\":[") || !scan_levels(cursor, limits_.array_entries, asks_)) return false;

  Decimal checksum;
  if (!cursor.skip(",\"checksum\":") || !scan_number(cursor, checksum)) return false;
  if (checksum.scale != 0 || checksum.mantissa > 0xFFFFFFFF) return false;
  entry_.checksum = {WireChecksum::Kind::value, static_cast<std::uint32_t>(checksum.mantissa)};

  if (cursor.skip(",\"timestamp\":\"")) {
    std::string_view text;
    if (!scan_plain_string(cursor, kMaxScannedSymbol, text)) return false;
    entry_.timestamp = timestamps_.read(text);
    if (!entry_.timestamp) return false;
  }
  if (!cursor.skip("}]}") || cursor.left() != 0) return false;
  entry_.bids = bids_;
  entry_.asks = asks_;
  message.entries = {&entry_, 1};
  return true;
}

}  // namespace hadal
