/// A made-up BTC/USD `book` feed with valid checksums: one snapshot, then updates of about 200 bytes. The same seed gives the same bytes.
///
/// An exchange's side keeps more levels than are subscribed, so that what a subscriber sees has the traits of the real thing: a removal
/// comes with the level that moves up from below, an insert pushes the worst level out without a word, and most changes are near
/// the best level, the more so the shallower the book. Every message changes one side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/book/level.hpp"

namespace bench {

inline constexpr std::size_t kUpdates = 40'000;
inline constexpr hadal::Scales kScales{1, 8};
inline constexpr std::string_view kSymbol = "BTC/USD";

struct Update {
  std::string_view frame;
  std::span<const hadal::Level> levels;  ///< what the frame says, in integers
  hadal::Side side;
  std::uint32_t checksum;  ///< by definition, of the book after this message
};

/// Views point into the feed itself.
class SyntheticFeed {
 public:
  SyntheticFeed(std::uint16_t depth, std::uint64_t seed);
  SyntheticFeed(const SyntheticFeed&) = delete;
  SyntheticFeed& operator=(const SyntheticFeed&) = delete;

  [[nodiscard]] std::uint16_t depth() const noexcept { return depth_; }
  [[nodiscard]] std::string_view snapshot() const noexcept { return snapshot_; }
  [[nodiscard]] std::span<const hadal::Level> snapshot_bids() const noexcept { return snapshot_bids_; }
  [[nodiscard]] std::span<const hadal::Level> snapshot_asks() const noexcept { return snapshot_asks_; }
  [[nodiscard]] const std::vector<Update>& updates() const noexcept { return updates_; }
  [[nodiscard]] std::size_t level_count() const noexcept { return levels_.size(); }
  /// Sum of all checksums: a reader that missed one shows.
  [[nodiscard]] std::uint64_t checksum_sum() const noexcept { return checksum_sum_; }
  /// Snapshot and updates, one a line.
  [[nodiscard]] std::string lines() const;

  /// Bytes that may be read after the end of any frame.
  static constexpr std::size_t kPadding = 64;

 private:
  std::uint16_t depth_;
  std::string snapshot_;
  std::vector<hadal::Level> snapshot_bids_;
  std::vector<hadal::Level> snapshot_asks_;
  std::string text_;  ///< all updates without separators, then kPadding bytes
  std::vector<hadal::Level> levels_;
  std::vector<Update> updates_;
  std::uint64_t checksum_sum_ = 0;
};

}  // namespace bench
