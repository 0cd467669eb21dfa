/// Limits on input (catalogue A-6 and E-1). Hostile input can make a book stale; it cannot make memory grow past these.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hadal {

/// Every limit may be lowered, none raised.
struct Limits {
  std::size_t frame_bytes = 8u << 20;    ///< longer frames: Errc::frame_too_large
  std::size_t nesting = 32;              ///< deeper JSON: Errc::json_invalid
  std::size_t string_bytes = 64u << 10;  ///< longer JSON strings: Errc::json_invalid
  std::size_t array_entries = 65'536;    ///< longer JSON arrays: Errc::json_invalid
  std::size_t books = 2'000;             ///< further symbols: Errc::limit_reached
};

inline constexpr std::size_t kExcerptBytes = 200;     ///< longest excerpt of a frame inside an error event
inline constexpr std::size_t kWarningTexts = 64;      ///< different ack warnings remembered per connection
inline constexpr std::size_t kJournalLineBytes = (16u << 20) + 256;  ///< a frame of 8 MiB as a JSON string, and the line's head

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
