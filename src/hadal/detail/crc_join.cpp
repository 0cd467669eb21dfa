#include "hadal/detail/crc_join.hpp"

#include <cstring>

namespace hadal::detail {
namespace {

constexpr std::uint32_t kPolynomial = 0xEDB88320u;

/// A CRC register after one zero byte.
std::uint32_t zero_byte(std::uint32_t crc) noexcept {
  for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
  return crc;
}

}  // namespace

const CrcTables& CrcTables::instance() noexcept {
  static const CrcTables tables;
  return tables;
}

CrcTables::CrcTables() noexcept {
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    auto crc = byte;
    for (auto& slice : bytes_) slice[byte] = crc = zero_byte(crc);
  }
  // A map for n zero bytes, from what they do to each single bit.
  const auto fill = [](Map& map, const std::array<std::uint32_t, 32>& bits) {
    for (std::size_t lane = 0; lane < 4; ++lane)
      for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = 0;
        for (std::size_t bit = 0; bit < 8; ++bit)
          if ((byte >> bit & 1) != 0) crc ^= bits[lane * 8 + bit];
        map[lane][byte] = crc;
      }
  };
  std::array<std::uint32_t, 32> bits;
  for (std::size_t bit = 0; bit < 32; ++bit) bits[bit] = 1u << bit;
  for (std::size_t length = 1; length <= kMaxJoin; ++length) {
    for (auto& crc : bits) crc = zero_byte(crc);
    if (length < kChunk) fill(single_[length - 1], bits);
    if (length % kChunk == 0) fill(chunked_[length / kChunk - 1], bits);
  }
}

std::uint32_t CrcTables::crc(std::string_view text) const noexcept {
  std::uint32_t crc = 0xFFFFFFFFu;
  const char* at = text.data();
  auto left = text.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::array<unsigned char, 8> b;
    std::memcpy(b.data(), at, 8);
    crc = bytes_[7][(crc ^ b[0]) & 255] ^ bytes_[6][((crc >> 8) ^ b[1]) & 255] ^ bytes_[5][((crc >> 16) ^ b[2]) & 255] ^
          bytes_[4][(crc >> 24) ^ b[3]] ^ bytes_[3][b[4]] ^ bytes_[2][b[5]] ^ bytes_[1][b[6]] ^ bytes_[0][b[7]];
  }
  for (; left > 0; --left, ++at) crc = (crc >> 8) ^ bytes_[0][(crc ^ static_cast<unsigned char>(*at)) & 255];
  return ~crc;
}

}  // namespace hadal::detail
