/// CRC-32 of short texts and of joined texts (formula F-62), by tables.
///
/// The CRC of X followed by Y is Z^|Y|(crc(X)) xor crc(Y), where Z^n is what n zero bytes do to a CRC register: a linear map on 32
/// bits. One table a length turns it into four look-ups. The tables take 196 KiB, are filled at the first use and live as long as the
/// program; a binary image with them would not fit the size budget of the npm package.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hadal::detail {

class CrcTables {
 public:
  /// The one instance. The first call costs about 0.2 ms.
  static const CrcTables& instance() noexcept;

  /// CRC-32 of a text (polynomial 0xEDB88320, reflected). O(length).
  [[nodiscard]] std::uint32_t crc(std::string_view text) const noexcept;

  /// CRC-32 of X followed by Y from crc(X), crc(Y) and |Y|. |Y| at most kMaxJoin.
  [[nodiscard]] std::uint32_t join(std::uint32_t first, std::uint32_t second, std::size_t second_length) const noexcept {
    if (const auto chunks = second_length / kChunk; chunks != 0) first = apply(chunked_[chunks - 1], first);
    if (const auto rest = second_length % kChunk; rest != 0) first = apply(single_[rest - 1], first);
    return first ^ second;
  }

  static constexpr std::size_t kChunk = 39;             ///< one more than the longest text of a level: 2 x 19 digits
  static constexpr std::size_t kMaxJoin = 9 * 39 + 38;  ///< more than the text of a whole side: 10 x 38

 private:
  CrcTables() noexcept;

  using Map = std::array<std::array<std::uint32_t, 256>, 4>;  ///< a linear map on 32 bits, by bytes

  [[nodiscard]] static std::uint32_t apply(const Map& map, std::uint32_t crc) noexcept {
    return map[0][crc & 255] ^ map[1][(crc >> 8) & 255] ^ map[2][(crc >> 16) & 255] ^ map[3][crc >> 24];
  }

  std::array<std::array<std::uint32_t, 256>, 8> bytes_;  ///< slicing by 8
  std::array<Map, kChunk - 1> single_;                   ///< 1 ... 38 zero bytes
  std::array<Map, kMaxJoin / kChunk> chunked_;           ///< 39, 78 ... zero bytes
};

}  // namespace hadal::detail
