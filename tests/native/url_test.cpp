#include "hadal_asio/url.hpp"

#include <catch2/catch.hpp>

namespace hadal::net {

TEST_CASE("addresses are taken apart", "[url]") {
  struct Case {
    const char* text;
    bool secure;
    const char *host, *port, *path, *authority;
  };
  const Case cases[] = {
      {"wss://ws.kraken.com/v2", true, "ws.kraken.com", "443", "/v2", "ws.kraken.com"},
      {"wss://ws.kraken.com", true, "ws.kraken.com", "443", "/", "ws.kraken.com"},
      {"wss://host:8443/v2?x=1#part", true, "host", "8443", "/v2?x=1", "host:8443"},
      {"ws://127.0.0.1:8080/v2", false, "127.0.0.1", "8080", "/v2", "127.0.0.1:8080"},
      {"ws://[::1]:8080/v2", false, "::1", "8080", "/v2", "[::1]:8080"},
      {"ws://[::1]", false, "::1", "80", "/", "[::1]"},
      {"wss://host?x", true, "host", "443", "/?x", "host"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    const auto url = parse_url(c.text);
    REQUIRE(url);
    CHECK(url->secure == c.secure);
    CHECK(url->host == c.host);
    CHECK(url->port == c.port);
    CHECK(url->path == c.path);
    CHECK(url->authority() == c.authority);
  }
}

TEST_CASE("what is no address is none", "[url]") {
  for (const auto* text : {"", "host", "http://host", "wss://", "wss://:443", "wss://host:", "wss://host:0", "wss://host:65536",
                           "wss://host:x", "wss://user@host/", "ws://[::1", "ws://[::1]x"}) {
    INFO(text);
    CHECK_FALSE(parse_url(text));
  }
}

}  // namespace hadal::net
