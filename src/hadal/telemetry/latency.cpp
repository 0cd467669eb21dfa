#include "hadal/telemetry/latency.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "hadal/base/decimal.hpp"

namespace hadal {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kMicrosPerMilli = 1'000;

/// Rounded down, also before 1970.
constexpr std::int64_t micros(UnixNanos time) { return time / 1'000 - (time % 1'000 < 0 ? 1 : 0); }

std::int64_t saturated_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

std::string_view name(LatencyPart part) noexcept {
  constexpr std::array<std::string_view, kLatencyParts> kNames{"network", "processing", "total"};
  return kNames[static_cast<std::size_t>(part)];
}

Errc check(const LatencyConfig& config) noexcept {
  const std::array times{config.total_alert_ms, config.processing_alert_ms, config.network_alert_ms, config.interval_ms};
  const auto good = [](std::int64_t ms) { return ms >= 0 && ms <= kHour; };
  return std::all_of(times.begin(), times.end(), good) ? Errc::ok : Errc::config_invalid;
}

LatencyParts latency_parts(const LatencyStamps& stamps) noexcept {
  LatencyParts out;
  if (!stamps.received) return out;
  const auto received = micros(*stamps.received);
  if (stamps.exchange) {
    out.network = saturated_sum(received - micros(*stamps.exchange), stamps.offset.value_or(0));
    out.corrected = stamps.offset.has_value();
  }
  if (stamps.done) out.processing = micros(*stamps.done) - received;
  if (out.network && out.processing) out.total = saturated_sum(*out.network, *out.processing);
  return out;
}

std::optional<LatencyAlert> Latency::add(LatencyPart part, std::int64_t microseconds) noexcept {
  const auto index = static_cast<std::size_t>(part);
  summaries_[index].add(microseconds);
  const std::array thresholds{config_.network_alert_ms, config_.processing_alert_ms, config_.total_alert_ms};
  const auto threshold = thresholds[index];
  auto& episode = episodes_[index];
  if (threshold != 0 && microseconds > threshold * kMicrosPerMilli) {
    episode.worst = episode.count == 0 ? microseconds : std::max(episode.worst, microseconds);
    if (++episode.count > 1) return std::nullopt;
    return LatencyAlert{part, true, microseconds, threshold, 1};
  }
  if (episode.count == 0) return std::nullopt;
  const LatencyAlert end{part, false, episode.worst, threshold, episode.count};
  episode = {};
  return end;
}

void Latency::reset() noexcept {
  for (auto& summary : summaries_) summary.reset();
  corrected_ = false;
}

std::string latency_text(std::optional<std::int64_t> microseconds) {
  if (!microseconds) return "\xE2\x80\x93";
  std::string out;
  auto v = static_cast<std::uint64_t>(*microseconds);
  if (*microseconds < 0) {
    out += "\xE2\x88\x92";
    v = 0 - v;  // also right for the smallest, which has no positive
  }
  if (v < 1'000) {
    append_decimal(out, v, 0);
    out += " \xC2\xB5s";
  } else if (v < 999'995) {
    append_decimal(out, (v + 5) / 10, 2);
    out += " ms";
  } else {
    append_decimal(out, (v + 5'000) / 10'000, 2);
    out += " s";
  }
  return out;
}

}  // namespace hadal
