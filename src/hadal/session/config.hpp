/// What a session can be told.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hadal/base/errc.hpp"
#include "hadal/base/limits.hpp"
#include "hadal/book/verified_book.hpp"
#include "hadal/session/endpoint.hpp"
#include "hadal/session/pacing.hpp"

namespace hadal {

/// Time limits in ms (catalogue D-5), each 100 ... 600,000.
struct SessionTimes {
  std::int64_t connect = 10'000;
  std::int64_t token = 10'000;  ///< for NeedToken
  std::int64_t ack = 10'000;
  std::int64_t snapshot = 10'000;  ///< after the ack
  std::int64_t pong = 10'000;
  std::int64_t silence = 10'000;              ///< without any frame: the socket is closed
  std::int64_t quiet = 5'000;                 ///< without any frame: an event and a ping
  std::int64_t ping_interval = 10'000;        ///< 0: only the ping of `quiet`
  std::int64_t ack_retry = 60'000;            ///< a key without answer is tried again
  std::int64_t episode = 60'000;              ///< without a cause: repairs count from 0 again
  std::int64_t retry_after_give_up = 60'000;  ///< 0: never
};

struct SessionConfig {
  Endpoint endpoint = Endpoint::market;
  std::uint64_t seed = 0;
  SessionTimes times;
  ReconnectConfig reconnect;
  GapPolicy policy = GapPolicy::resync;
  Verify verify = Verify::every;
  CrossedPolicy crossed = CrossedPolicy::gap;
  bool deliver_control = false;
  bool aliases = true;  ///< XBT and XDG stand for BTC and DOGE (A-14)
  Limits limits;
};

/// Errc::config_invalid if a time or a number is outside its range.
[[nodiscard]] Errc check(const SessionConfig& config);

/// Reads settings from outside, one flat JSON object as the header of a journal has it: `{"seed":7,"times.silence":20000}`. Names that are not
/// known are refused. Empty; else a sentence that begins with the name of what is wrong,
/// and `config` is unchanged.
[[nodiscard]] std::string parse_session_config(std::string_view json, SessionConfig& config);

}  // namespace hadal
