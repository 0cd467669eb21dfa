/// Cancel after show (formula F-19): a large level that appeared and vanished within seconds. It says what was seen, not what anyone meant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "hadal/analytics/change.hpp"
#include "hadal/base/errc.hpp"

namespace hadal {

struct CancelConfig {
  Decimal min_size{5, 0};         ///< base units
  std::int64_t most_ms = 5'000;   ///< longest life that is told, 1 ... kPendingMs
  double least_score = 0.5;       ///< 0 ... 1
  bool require_no_trades = true;  ///< not told if a trade printed at the price while it stood

  friend bool operator==(const CancelConfig&, const CancelConfig&) = default;
};
[[nodiscard]] Errc check(const CancelConfig& config) noexcept;

struct Cancel {
  Side side = Side::bid;
  std::int64_t price = 0;    ///< ticks
  std::int64_t qty = 0;      ///< units, as it appeared
  std::int64_t life_ms = 0;  ///< >= 0
  bool traded = false;       ///< a public trade printed at that price meanwhile
  double score = 0;          ///< 0 ... 1
  Millis at{};               ///< when it vanished
};

/// The score alone. `size` in base units, `life_ms` as lived.
[[nodiscard]] double cancel_score(double size, std::int64_t life_ms, bool traded) noexcept;

class CancelWatch {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit CancelWatch(CancelConfig config) : config_{config} {}

  /// A public trade printed at `price` ticks.
  void trade(std::int64_t price) noexcept;
  /// What the message made vanish and is worth telling. Valid until the next call. A level that is only cut off by depth has not vanished:
  /// it is forgotten. One that comes into view by sliding into the depth has not appeared.
  [[nodiscard]] std::span<const Cancel> observe(const BookChange& change);
  /// After a new snapshot (H-5): nothing is pending any more.
  void clear() noexcept { pending_.clear(); }

  /// Results, oldest first, at most kMost.
  [[nodiscard]] std::span<const Cancel> found() const noexcept { return found_; }
  static constexpr std::size_t kPending = 100;        ///< a symbol; the oldest leaves
  static constexpr std::int64_t kPendingMs = 60'000;  ///< then it is forgotten
  static constexpr std::size_t kMost = 1'000;

 private:
  struct Pending {
    Side side;
    std::int64_t price;
    std::int64_t qty;
    Millis since;
    bool traded = false;
  };

  template <class Which>
  void forget(Which which) {
    pending_.erase(std::remove_if(pending_.begin(), pending_.end(), which), pending_.end());
  }
  void appeared(const LevelChange& one);
  void vanished(const Pending& one, Scales scales);

  CancelConfig config_;
  Millis last_{std::numeric_limits<std::int64_t>::min()};
  std::vector<Pending> pending_;  ///< oldest first
  std::vector<Cancel> found_;
  std::vector<Cancel> out_;
  std::vector<LevelChange> changes_;
};

}  // namespace hadal
