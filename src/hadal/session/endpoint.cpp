#include "hadal/session/endpoint.hpp"

#include <array>

namespace hadal {
namespace {

constexpr std::array<std::string_view, kEndpoints> kNames{"public", "private", "level3"};
constexpr std::array<std::string_view, kEndpoints> kUrls{"wss://ws.kraken.com/v2", "wss://ws-auth.kraken.com/v2",
                                                         "wss://ws-l3.kraken.com/v2"};

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// The host of `host[:port][/path]`, brackets of an IPv6 address included.
std::string_view host_of(std::string_view rest) {
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (!rest.empty() && rest.front() == '[') return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find(':'));
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  // 127.0.0.0/8 in dotted form, and no name that merely begins so.
  return take_prefix(host, "127.") && !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::string_view name(Endpoint endpoint) noexcept { return kNames[static_cast<std::size_t>(endpoint)]; }
std::string_view default_url(Endpoint endpoint) noexcept { return kUrls[static_cast<std::size_t>(endpoint)]; }

Errc check_url(std::string_view url, bool allow_plaintext) noexcept {
  const bool secure = take_prefix(url, "wss://");
  if (!secure && !take_prefix(url, "ws://")) return Errc::config_invalid;
  const auto host = host_of(url);
  // `user@host` would show a secret in every log.
  if (host.empty() || url.substr(0, url.find('/')).find('@') != std::string_view::npos) return Errc::config_invalid;
  for (const char c : url)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7F') return Errc::config_invalid;
  return secure || allow_plaintext || is_loopback(host) ? Errc::ok : Errc::config_invalid;
}

}  // namespace hadal
