/// Market health (formula F-16): is anything happening in this market? A label, never a statement about the book's integrity: quiet pairs
/// legitimately go 25 s without a message.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "hadal/base/errc.hpp"
#include "hadal/base/time.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

struct HealthConfig {
  std::int64_t stale_ms = 5'000;    ///< > 0
  std::int64_t halted_ms = 30'000;  ///< > stale_ms, at most kMaxMillis

  friend bool operator==(const HealthConfig&, const HealthConfig&) = default;
};
[[nodiscard]] Errc check(const HealthConfig& config) noexcept;

enum class Health : std::uint8_t { unknown, active, stale, halted };
[[nodiscard]] std::string_view name(Health health) noexcept;

/// Why: `silence` by the clock, `venue` by the exchange's own word that it closed or opened again, `message` because something came.
enum class HealthReason : std::uint8_t { none, message, silence, venue };
[[nodiscard]] std::string_view name(HealthReason reason) noexcept;

struct HealthChange {
  Health from = Health::unknown;
  Health to = Health::unknown;
  HealthReason reason = HealthReason::none;
  std::optional<std::int64_t> silence_ms{};  ///< since the last market message
};

class MarketHealth {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit MarketHealth(HealthConfig config = {}) : config_{config} {}

  /// Other limits from now on. Precondition: check(config) is Errc::ok.
  void configure(HealthConfig config) noexcept { config_ = config; }
  /// A book, trade, ticker or ohlc message of the symbol came. Heartbeats do not count.
  void message(Millis now) noexcept;
  void system_status(SystemStatus status) noexcept { system_ok_ = status == SystemStatus::online; }
  void pair_status(PairStatus status) noexcept { pair_ok_ = status == PairStatus::online; }

  /// At a time, without changing anything. A time before the last message counts as that.
  [[nodiscard]] Health status(Millis now) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> silence_ms(Millis now) const noexcept;
  /// The change since the last call, if there is one.
  [[nodiscard]] std::optional<HealthChange> advance(Millis now) noexcept;
  /// When it changes next if nothing comes; none if it stays.
  [[nodiscard]] std::optional<Millis> deadline() const noexcept;

 private:
  [[nodiscard]] bool venue_closed() const noexcept { return !system_ok_ || !pair_ok_; }

  HealthConfig config_;
  std::optional<Millis> last_;                            ///< message
  Millis now_{std::numeric_limits<std::int64_t>::min()};  ///< latest time given
  bool system_ok_ = true;
  bool pair_ok_ = true;
  Health told_ = Health::unknown;
  bool told_closed_ = false;  ///< the venue was closed at the last advance()
};

}  // namespace hadal
