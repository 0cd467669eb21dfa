/// Limits on input (catalogue A-6 and E-1). Hostile input can make a book stale; it cannot make memory grow past these.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hadal {

/// Every limit may be lowered, none raised: whoever takes limits takes at most these.
struct Limits {
  std::size_t frame_bytes = 8u << 20;    ///< longer frames: Errc::frame_too_large
  std::size_t nesting = 32;              ///< deeper JSON: Errc::json_invalid
  std::size_t string_bytes = 64u << 10;  ///< longer JSON strings: Errc::json_invalid
  std::size_t array_entries = 65'536;    ///< longer JSON arrays: Errc::json_invalid
  std::size_t books = 2'000;             ///< further symbols: Errc::limit_reached
};

/// The lower of each and its default.
[[nodiscard]] constexpr Limits at_most_default(const Limits& wanted) noexcept {
  constexpr Limits most;
  const auto lower = [](std::size_t a, std::size_t b) { return a < b ? a : b; };
  return {lower(wanted.frame_bytes, most.frame_bytes), lower(wanted.nesting, most.nesting), lower(wanted.string_bytes, most.string_bytes),
          lower(wanted.array_entries, most.array_entries), lower(wanted.books, most.books)};
}

inline constexpr std::size_t kSymbolBytes = 64;                      ///< longest symbol
inline constexpr std::size_t kInstruments = 20'000;                  ///< assets, and pairs, remembered: more than ten times what is listed
inline constexpr std::size_t kExcerptBytes = 200;                    ///< longest excerpt of a frame inside an error event
inline constexpr std::size_t kWarningTexts = 64;                     ///< different ack warnings remembered per connection
inline constexpr std::size_t kJournalLineBytes = (48u << 20) + 256;  ///< the longest frame as a JSON string of escapes, and the line's head

/// Depths that Kraken offers for `book` (ws-v2.md section 10), levels a side.
inline constexpr std::uint16_t kDepths[] = {10, 25, 100, 500, 1000};
inline constexpr std::uint16_t kMaxDepth = 1000;

[[nodiscard]] constexpr bool is_depth(std::uint64_t depth) noexcept {
  for (const auto known : kDepths)
    if (known == depth) return true;
  return false;
}

/// The smallest offered depth that holds `levels`; 1000 if none does.
[[nodiscard]] constexpr std::uint16_t depth_holding(std::size_t levels) noexcept {
  for (const auto known : kDepths)
    if (known >= levels) return known;
  return kMaxDepth;
}

}  // namespace hadal
