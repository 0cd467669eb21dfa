#include "hadal/analytics/health.hpp"

#include <algorithm>

namespace hadal {

Errc check(const HealthConfig& config) noexcept {
  return config.stale_ms > 0 && config.halted_ms > config.stale_ms && config.halted_ms <= kMaxMillis ? Errc::ok : Errc::config_invalid;
}

std::string_view name(Health health) noexcept {
  switch (health) {
    case Health::unknown: return "unknown";
    case Health::active: return "active";
    case Health::stale: return "stale";
    case Health::halted: return "halted";
  }
  return "unknown";
}

std::string_view name(HealthReason reason) noexcept {
  switch (reason) {
    case HealthReason::none: return "none";
    case HealthReason::message: return "message";
    case HealthReason::silence: return "silence";
    case HealthReason::venue: return "venue";
  }
  return "none";
}

void MarketHealth::message(Millis now) noexcept {
  now_ = std::max(now_, now);
  last_ = now_;
}

std::optional<std::int64_t> MarketHealth::silence_ms(Millis now) const noexcept {
  if (!last_) return std::nullopt;
  return std::max<std::int64_t>(0, now.count - last_->count);
}

Health MarketHealth::status(Millis now) const noexcept {
  if (venue_closed()) return Health::halted;
  const auto silence = silence_ms(now);
  if (!silence) return Health::unknown;
  if (*silence >= config_.halted_ms) return Health::halted;
  return *silence >= config_.stale_ms ? Health::stale : Health::active;
}

std::optional<HealthChange> MarketHealth::advance(Millis now) noexcept {
  now_ = std::max(now_, now);
  const auto to = status(now_);
  const bool by_venue = venue_closed() || told_closed_;
  told_closed_ = venue_closed();
  if (to == told_) return std::nullopt;
  const auto by_clock = to == Health::active ? HealthReason::message : HealthReason::silence;
  const HealthChange change{told_, to, by_venue ? HealthReason::venue : by_clock, silence_ms(now_)};
  told_ = to;
  return change;
}

std::optional<Millis> MarketHealth::deadline() const noexcept {
  if (!last_ || venue_closed()) return std::nullopt;
  for (const auto after : {config_.stale_ms, config_.halted_ms})
    if (now_.count - last_->count < after) return Millis{last_->count + after};
  return std::nullopt;
}

}  // namespace hadal
