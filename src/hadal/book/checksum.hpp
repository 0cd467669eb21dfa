/// Kraken's book checksum (formula F-1, protocol/book-checksum.md section 1), computed two ways.
///
/// `checksum_by_definition` prints the ten best levels and hashes the text with Boost.CRC: the definition, and the oracle of every test.
/// `ChecksumCache` keeps the CRC of each level's own text and joins them (formula F-62): what the update path uses. They must
/// agree after every message; the unit, model and fuzz tests compare them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "hadal/book/ladder_side.hpp"

namespace hadal {

/// Levels a side that enter the checksum, whatever the subscribed depth.
inline constexpr std::size_t kChecksumLevels = 10;

/// The text that is hashed: asks lowest first, then bids highest first, price then quantity, no separators.
[[nodiscard]] std::string checksum_text(const LadderSide& bids, const LadderSide& asks);

/// CRC-32 of checksum_text by Boost.CRC. 0 for two empty sides. About 300 characters printed and hashed.
[[nodiscard]] std::uint32_t checksum_by_definition(const LadderSide& bids, const LadderSide& asks);

/// The checksum, kept up to date by telling it which ranks changed. Trap: every edit of a side must be reported, or the value is wrong.
class ChecksumCache {
 public:
  /// Reports of one edit; ranks count from the best level, 0 first. Ranks from kChecksumLevels on cost nothing.
  void changed(Side side, std::size_t rank) noexcept;
  void inserted(Side side, std::size_t rank) noexcept;
  void erased(Side side, std::size_t rank) noexcept;
  /// Forgets a side, or everything.
  void reset(Side side) noexcept;
  void reset() noexcept;

  /// Equals checksum_by_definition(bids, asks). O(levels that changed) to hash, then at most 21 table steps to join; O(1) if no
  /// level of the ten best changed.
  [[nodiscard]] std::uint32_t value(const LadderSide& bids, const LadderSide& asks) noexcept;

 private:
  /// A level's own text, hashed. `length` 0: not hashed yet.
  struct Part {
    std::uint32_t crc = 0;
    std::uint32_t length = 0;
  };
  struct SideParts {
    std::array<Part, kChecksumLevels> parts{};
    std::array<Part, kChecksumLevels + 1> joined{};  ///< of the first k levels
    std::size_t valid = 0;                           ///< joined[0 ... valid] hold
  };

  [[nodiscard]] SideParts& parts(Side side) noexcept { return sides_[static_cast<std::size_t>(side)]; }
  static Part join(SideParts& side, const LadderSide& levels) noexcept;

  std::array<SideParts, 2> sides_{};
  std::size_t bid_count_ = 0;
  std::size_t ask_count_ = 0;
  std::uint32_t value_ = 0;
  bool dirty_ = true;
};

}  // namespace hadal
