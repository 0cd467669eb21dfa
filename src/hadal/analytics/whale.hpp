/// Unusual sizes (formula F-17): a level that is far larger than what the same side has shown lately.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hadal/analytics/change.hpp"
#include "hadal/base/errc.hpp"

namespace hadal {

struct WhaleConfig {
  std::size_t window = 100;      ///< sizes remembered a side, 10 ... 10,000
  std::size_t track_depth = 25;  ///< best levels that count, 1 ... 1000
  Decimal min_size{1, 0};        ///< base units
  double z = 2.5;                ///< standard deviations above the mean, > 0, finite

  friend bool operator==(const WhaleConfig&, const WhaleConfig&) = default;
};
[[nodiscard]] Errc check(const WhaleConfig& config) noexcept;

struct Whale {
  Side side = Side::bid;
  std::int64_t price = 0;  ///< ticks
  std::int64_t qty = 0;    ///< units
  double z = 0;            ///< (qty - mean) / sigma
  double mean = 0;         ///< units, of the sizes before this one
  double sigma = 0;        ///< units, population
};

class WhaleWatch {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit WhaleWatch(WhaleConfig config);

  /// A size that appeared or changed: tests it against the sizes before it, then remembers it. `least`: config().min_size in units.
  /// None if it is nothing unusual. O(window).
  [[nodiscard]] std::optional<Whale> add(Side side, std::int64_t price, std::int64_t qty, Int128 least) noexcept;
  /// All new or changed sizes of a message within the window of best levels. Valid until the next call.
  [[nodiscard]] std::span<const Whale> observe(const BookChange& change);
  /// After a new snapshot (H-5).
  void clear() noexcept;

  /// Those found so far, largest z first, at most kMost: of equal z the newer one first.
  [[nodiscard]] std::span<const Whale> found() const noexcept { return found_; }
  static constexpr std::size_t kMost = 100;
  static constexpr std::size_t kLeast = 10;  ///< observations before anything is unusual

 private:
  struct Ring {
    std::vector<double> sizes;
    std::size_t next = 0;  ///< where the oldest one is, once full
  };

  [[nodiscard]] std::optional<Whale> test(const Ring& ring, Side side, std::int64_t price, std::int64_t qty) const noexcept;
  void remember(const Whale& whale) noexcept;

  WhaleConfig config_;
  std::array<Ring, 2> rings_;
  std::vector<Whale> found_;
  std::vector<Whale> out_;
  std::vector<LevelChange> changes_;
};

}  // namespace hadal
