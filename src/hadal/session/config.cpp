#include "hadal/session/config.hpp"

namespace hadal {

Errc check(const SessionConfig& config) {
  const auto& times = config.times;
  for (const auto time :
       {times.connect, times.token, times.ack, times.snapshot, times.pong, times.silence, times.quiet, times.ack_retry, times.episode})
    if (time < 100 || time > 600'000) return Errc::config_invalid;
  for (const auto time : {times.ping_interval, times.retry_after_give_up})
    if (time != 0 && (time < 100 || time > 600'000)) return Errc::config_invalid;
  // What is never compared cannot be put in order.
  if (config.policy == GapPolicy::buffer && config.verify == Verify::off) return Errc::config_invalid;
  const auto& reconnect = config.reconnect;
  const bool window = reconnect.base >= 1 && reconnect.base <= reconnect.cap && reconnect.cap <= 600'000;
  const bool steps = reconnect.multiplier >= 2 && reconnect.multiplier <= 10 && reconnect.stable >= 0;
  return window && steps ? Errc::ok : Errc::config_invalid;
}

}  // namespace hadal
