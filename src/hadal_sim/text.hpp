/// Numbers, times and checksums as the exchange writes them. Its own: an error here must not meet the same error in the client.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hadal::sim {

/// A number of 10^-decimals, with exactly that many decimals: 5100 with 8 is `0.00005100`.
void append_fixed(std::string& out, std::int64_t value, int decimals);

/// `2026-01-02T03:04:05.678901Z` from microseconds since 1970; with three zeros more if `nanos`.
void append_time(std::string& out, std::int64_t unix_micros, bool nanos = false);

/// A JSON string, escaped where it must be.
void append_quoted(std::string& out, std::string_view text);

/// The beginning of a close reason that fits into a close frame (123 bytes) and is whole UTF-8.
[[nodiscard]] std::string_view fitting_reason(std::string_view text) noexcept;

/// CRC-32 (IEEE 802.3), byte by byte from a table.
[[nodiscard]] std::uint32_t crc32(std::string_view text);

}  // namespace hadal::sim
