/// Time as the core knows it: numbers handed in by a driver, and timestamps read from frames (formula F-54).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hadal {

/// Driver times beyond this count as this: 285,000 years of ms leave room for every sum.
inline constexpr std::int64_t kMaxMillis = std::int64_t{1} << 53;

/// The driver's monotonic clock, in ms; any epoch. The core never reads a clock.
struct Millis {
  std::int64_t count = 0;
  friend auto operator<=>(const Millis&, const Millis&) = default;
};

/// Exchange time: nanoseconds since 1970-01-01T00:00:00Z.
using UnixNanos = std::int64_t;

/// Reads RFC 3339 with `Z` or `+00:00` and any number of fractional digits; those past the ninth are dropped.
/// None for another offset, an impossible date, second 60, or a year outside 1678 ... 2261. O(length).
[[nodiscard]] std::optional<UnixNanos> parse_timestamp(std::string_view text) noexcept;

/// parse_timestamp() for a stream: neighbours share their minute, so that of the usual shape (six fractional digits and `Z`) only the
/// seconds are read.
class TimestampReader {
 public:
  /// Equals parse_timestamp(text).
  [[nodiscard]] std::optional<UnixNanos> read(std::string_view text) noexcept;

 private:
  std::array<char, 17> minute_text_{};  ///< `YYYY-MM-DDTHH:MM:`
  UnixNanos minute_ = 0;                ///< its beginning
};

/// Appends `YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ`, always nine fractional digits.
void append_timestamp(std::string& out, UnixNanos time);

}  // namespace hadal
