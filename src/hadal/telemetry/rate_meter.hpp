/// How many a second, over the last ten complete seconds (formula F-55).
///
/// Seconds are counted from the first add. One that passes without any counts as 0, also when nothing has been added since.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "hadal/base/time.hpp"

namespace hadal {

/// A clock that goes back counts as one that stands still. Counts saturate.
class RateMeter {
 public:
  void add(Millis now, std::uint64_t count = 1) noexcept;
  /// None in the first second.
  [[nodiscard]] std::optional<double> per_second(Millis now) const noexcept;
  /// The highest count of any second that is complete by now; 0 before.
  [[nodiscard]] std::uint64_t peak(Millis now) const noexcept;

 private:
  static constexpr int kSeconds = 10;

  /// Seconds since the origin; never before second_.
  [[nodiscard]] std::int64_t second_at(Millis now) const noexcept;
  [[nodiscard]] std::uint64_t& slot(std::int64_t second) noexcept;
  [[nodiscard]] std::uint64_t slot(std::int64_t second) const noexcept;

  std::array<std::uint64_t, kSeconds + 1> seconds_{};  ///< by second modulo their number: the complete ones, and the one under way
  std::optional<std::int64_t> origin_;                 ///< ms
  std::int64_t second_ = 0;                            ///< of the last add
  std::uint64_t peak_ = 0;                             ///< before it
};

}  // namespace hadal
