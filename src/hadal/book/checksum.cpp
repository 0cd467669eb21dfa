#include "hadal/book/checksum.hpp"

#include <algorithm>
#include <array>
#include <boost/crc.hpp>

#include "hadal/base/decimal.hpp"
#include "hadal/detail/crc_join.hpp"

namespace hadal {
namespace {

constexpr std::size_t kMaxLevelText = 40;

/// F-1: the digits of a price and a quantity without point and leading zeros are just the scaled integers. Returns the end.
char* print_level(char* out, const Level& level) noexcept {
  out = print_digits(out, static_cast<std::uint64_t>(level.price));
  return print_digits(out, static_cast<std::uint64_t>(level.qty));
}

}  // namespace

std::string checksum_text(const LadderSide& bids, const LadderSide& asks) {
  std::string text;
  std::array<char, kMaxLevelText> buffer;
  for (const auto* side : {&asks, &bids})
    for (std::size_t rank = 0; rank < std::min(side->size(), kChecksumLevels); ++rank)
      text.append(buffer.data(), print_level(buffer.data(), (*side)[rank]));
  return text;
}

std::uint32_t checksum_by_definition(const LadderSide& bids, const LadderSide& asks) {
  const auto text = checksum_text(bids, asks);
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return crc.checksum();
}

void ChecksumCache::changed(Side side, std::size_t rank) noexcept {
  if (rank >= kChecksumLevels) return;
  auto& its = parts(side);
  its.parts[rank].length = 0;
  its.valid = std::min(its.valid, rank);
  dirty_ = true;
}

void ChecksumCache::inserted(Side side, std::size_t rank) noexcept {
  if (rank >= kChecksumLevels) return;
  auto& its = parts(side).parts;
  std::move_backward(its.begin() + static_cast<std::ptrdiff_t>(rank), its.end() - 1, its.end());
  changed(side, rank);
}

void ChecksumCache::erased(Side side, std::size_t rank) noexcept {
  if (rank >= kChecksumLevels) return;
  auto& its = parts(side).parts;
  std::move(its.begin() + static_cast<std::ptrdiff_t>(rank) + 1, its.end(), its.begin() + static_cast<std::ptrdiff_t>(rank));
  its.back().length = 0;  // the eleventh level moves up; it has not been hashed
  parts(side).valid = std::min(parts(side).valid, rank);
  dirty_ = true;
}

void ChecksumCache::reset(Side side) noexcept {
  parts(side) = {};
  dirty_ = true;
}

void ChecksumCache::reset() noexcept {
  reset(Side::bid);
  reset(Side::ask);
}

ChecksumCache::Part ChecksumCache::join(SideParts& side, const LadderSide& levels) noexcept {
  const auto& tables = detail::CrcTables::instance();
  const auto count = std::min(levels.size(), kChecksumLevels);
  std::array<char, kMaxLevelText> buffer;
  for (auto rank = side.valid; rank < count; ++rank) {
    auto& part = side.parts[rank];
    if (part.length == 0) {
      const auto length = static_cast<std::size_t>(print_level(buffer.data(), levels[rank]) - buffer.data());
      part = {tables.crc({buffer.data(), length}), static_cast<std::uint32_t>(length)};
    }
    const auto& before = side.joined[rank];
    side.joined[rank + 1] = {tables.join(before.crc, part.crc, part.length), before.length + part.length};
  }
  side.valid = count;
  return side.joined[count];
}

std::uint32_t ChecksumCache::value(const LadderSide& bids, const LadderSide& asks) noexcept {
  const auto bid_count = std::min(bids.size(), kChecksumLevels);
  const auto ask_count = std::min(asks.size(), kChecksumLevels);
  // A cut can shorten a side below ten without an edit of a rank that is reported.
  if (dirty_ || bid_count != bid_count_ || ask_count != ask_count_) {
    bid_count_ = bid_count;
    ask_count_ = ask_count;
    const auto ask = join(parts(Side::ask), asks);
    const auto bid = join(parts(Side::bid), bids);
    value_ = detail::CrcTables::instance().join(ask.crc, bid.crc, bid.length);
    dirty_ = false;
  }
  return value_;
}

}  // namespace hadal
