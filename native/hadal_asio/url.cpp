#include "hadal_asio/url.hpp"

#include <charconv>
#include <cstdint>

namespace hadal::net {
namespace {

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, port);
  return error == std::errc{} && at == end && port != 0;
}

}  // namespace

std::string Url::authority() const {
  auto out = host.find(':') == std::string::npos ? host : '[' + host + ']';
  if (port != (secure ? "443" : "80")) out += ':' + port;
  return out;
}

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  url.secure = take_prefix(text, "wss://");
  if (!url.secure && !take_prefix(text, "ws://")) return std::nullopt;
  const auto end = text.find_first_of("/?#");
  auto authority = text.substr(0, end);
  const auto rest = end == std::string_view::npos ? std::string_view{} : text.substr(end);
  url.path = rest.substr(0, rest.find('#'));
  if (url.path.empty() || url.path.front() != '/') url.path.insert(0, 1, '/');

  if (take_prefix(authority, "[")) {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    url.host = authority.substr(0, bracket);
    authority.remove_prefix(bracket + 1);
    if (!authority.empty() && authority.front() != ':') return std::nullopt;
  } else {
    url.host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(url.host.size());
  }
  url.port = url.secure ? "443" : "80";
  if (take_prefix(authority, ":")) {
    if (!is_port(authority)) return std::nullopt;
    url.port = authority;
  }
  if (url.host.empty() || url.host.find('@') != std::string::npos) return std::nullopt;
  return url;
}

}  // namespace hadal::net
