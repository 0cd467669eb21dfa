/// How late frames are and how long they take (formulas F-20, F-64).
///
/// `network` is from the exchange's stamp to the driver's receipt, corrected by the offset of the exchange's clock if one is known;
/// `processing` from receipt until the driver is done with it; `total` both. All in microseconds. The core reads no clock: a stamp that the
/// driver does not give leaves its part out. Latency never enters the event log: it depends on clocks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/base/errc.hpp"
#include "hadal/base/time.hpp"
#include "hadal/telemetry/summary.hpp"

namespace hadal {

enum class LatencyPart : std::uint8_t { network, processing, total };
inline constexpr int kLatencyParts = 3;
[[nodiscard]] std::string_view name(LatencyPart part) noexcept;

struct LatencyConfig {
  /// Episodes above these are told, ms; 0: never.
  std::int64_t total_alert_ms = 150;
  std::int64_t processing_alert_ms = 10;
  std::int64_t network_alert_ms = 100;
  std::int64_t interval_ms = 0;  ///< a `latency` event so often; 0: never
};
/// Errc::config_invalid if one is negative or above an hour.
[[nodiscard]] Errc check(const LatencyConfig& config) noexcept;

/// Stamps of one frame, unix nanoseconds, used in whole microseconds.
struct LatencyStamps {
  std::optional<UnixNanos> exchange{};
  std::optional<UnixNanos> received{};
  std::optional<UnixNanos> done{};
  std::optional<std::int64_t> offset{};  ///< exchange - driver, us (formula F-42)
};

struct LatencyParts {
  std::optional<std::int64_t> network{}, processing{}, total{};
  bool corrected = false;  ///< by the exchange's clock offset
};
/// A part whose stamps are not both there is none; so is the total without the other two. Saturates.
[[nodiscard]] LatencyParts latency_parts(const LatencyStamps& stamps) noexcept;

/// An episode above a threshold begins or ends.
struct LatencyAlert {
  LatencyPart part = LatencyPart::total;
  bool begins = true;
  std::int64_t microseconds = 0;  ///< the value that began it; at its end the worst one
  std::int64_t threshold_ms = 0;
  std::uint64_t count = 0;  ///< values above the threshold in it
};

class Latency {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit Latency(LatencyConfig config = {}) : config_{config} {}

  /// Records the parts that are there. `alert` is called for each episode that begins or ends with it: an episode ends with the first value
  /// at or below the threshold.
  template <class Alert>
  void add(const LatencyParts& parts, Alert alert) {
    const std::array values{parts.network, parts.processing, parts.total};
    for (int i = 0; i < kLatencyParts; ++i)
      if (values[static_cast<std::size_t>(i)])
        if (const auto told = add(LatencyPart(i), *values[static_cast<std::size_t>(i)])) alert(*told);
    if (parts.network) corrected_ = parts.corrected;
  }
  [[nodiscard]] std::optional<LatencyAlert> add(LatencyPart part, std::int64_t microseconds) noexcept;
  [[nodiscard]] const Summary& summary(LatencyPart part) const noexcept { return summaries_[static_cast<std::size_t>(part)]; }
  /// Whether the last network latency was corrected.
  [[nodiscard]] bool corrected() const noexcept { return corrected_; }
  [[nodiscard]] const LatencyConfig& config() const noexcept { return config_; }
  /// Forgets what was recorded. An episode under way goes on, so that its end is told.
  void reset() noexcept;

 private:
  struct Episode {
    std::uint64_t count = 0;  ///< 0: none under way
    std::int64_t worst = 0;
  };
  LatencyConfig config_;
  std::array<Summary, kLatencyParts> summaries_;
  std::array<Episode, kLatencyParts> episodes_{};
  bool corrected_ = false;
};

/// `999 us` (with the micro sign, U+00B5), `1.50 ms`, `2.35 s`; a minus sign (U+2212) in front of what is negative; a dash (U+2013) without
/// a value. UTF-8.
[[nodiscard]] std::string latency_text(std::optional<std::int64_t> microseconds);

}  // namespace hadal
