/// What goes wrong, as data (catalogue N-6): each fault has a name, a time, a chance, and is counted.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "hadal_sim/random.hpp"

namespace hadal::sim {

enum class FaultKind : std::uint8_t {
  drop,            ///< a data frame is not sent
  duplicate,       ///< a data frame is sent twice
  wrong_checksum,  ///< one digit of a checksum changes
  corrupt_digit,   ///< one digit of a quantity changes
  truncate,        ///< a frame is cut: JSON that cannot be read
  not_json,        ///< a proxy's words instead of a frame
  ack_lost,        ///< an ack is not sent, what it acknowledges happens
  snapshot_lost,   ///< a snapshot is not sent
  reject,          ///< a subscription is refused for now: `EService:Unavailable`
  rate_limit,      ///< a request is refused: `Exceeded msg rate`
  disconnect,      ///< the connection ends without a close frame
  close,           ///< the connection is closed with code 1001
  half_open,       ///< the socket stays, nothing is sent any more
  refuse_connect,  ///< the upgrade is answered 503
};
inline constexpr int kFaultKinds = 14;
[[nodiscard]] std::string_view name(FaultKind kind) noexcept;

struct Fault {
  FaultKind kind;
  std::int64_t from = 0;            ///< ms
  std::int64_t until = INT64_MAX;   ///< ms, excluded
  std::int64_t per_million = 0;     ///< of the frames, requests or seconds it applies to
  std::uint32_t most = UINT32_MAX;  ///< times
};

/// Decides from its own random stream, so that faults never change what the market does.
class Faults {
 public:
  Faults(std::vector<Fault> plan, std::uint64_t seed) : plan_{std::move(plan)}, used_(plan_.size(), 0), random_{seed} {}

  /// Whether a fault of this kind strikes now; counts it.
  [[nodiscard]] bool strikes(FaultKind kind, std::int64_t now);
  [[nodiscard]] std::uint64_t count(FaultKind kind) const noexcept { return counts_[static_cast<std::size_t>(kind)]; }
  /// The last time any fault struck; -1 before the first.
  [[nodiscard]] std::int64_t last() const noexcept { return last_; }
  [[nodiscard]] Random& random() noexcept { return random_; }

 private:
  std::vector<Fault> plan_;
  std::vector<std::uint32_t> used_;
  Random random_;
  std::array<std::uint64_t, kFaultKinds> counts_{};
  std::int64_t last_ = -1;
};

}  // namespace hadal::sim
