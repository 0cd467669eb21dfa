/// What a user asks of an engine, as a journal keeps it: the `=` records.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hadal/session/key.hpp"

namespace hadal {

struct Call {
  enum class What : std::uint8_t {
    connect,
    close,
    retry_now,
    online,
    offline,
    subscribe,
    unsubscribe,
    resync,
    set_token,
    token_failed,
    clear
  };
  What what = What::connect;
  Key key{};               ///< of subscribe, unsubscribe; the symbol of resync and clear
  int code = 1000;         ///< of close
  std::string text{};      ///< reason, token or words
  bool permanent = false;  ///< of token_failed
};

/// Appends one JSON object, without a line end: `{"call":"subscribe","channel":"book","symbol":"BTC/USD","depth":10}`. A token is written
/// as `***`.
void append_call(std::string& out, const Call& call);

/// None if the text is no call that this version knows.
[[nodiscard]] std::optional<Call> parse_call(std::string_view json);

}  // namespace hadal
