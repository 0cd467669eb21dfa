/// An address of the exchange, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hadal::net {

struct Url {
  bool secure = true;  ///< `wss`
  std::string host;    ///< without the brackets of an IPv6 address
  std::string port;    ///< 443 or 80 unless it is given
  std::string path;    ///< with what follows it; at least `/`

  /// `host`, or `host:port` where the port is not the scheme's own, as HTTP's Host header has it.
  [[nodiscard]] std::string authority() const;
};

/// Of `wss://host[:port][/path]` or `ws://...`; none if it is anything else. Whether it may be spoken to is check_url()'s to say.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

}  // namespace hadal::net
