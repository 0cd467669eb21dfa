// Sessions of the private endpoint: tokens, and what happens without (table T, rows 3 and 8 to 12).

#include "support/session_script.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

SessionConfig account() {
  auto config = Script::plain();
  config.endpoint = Endpoint::account;
  return config;
}

Key key(Channel channel) {
  Key out;
  out.channel = channel;
  return out;
}

constexpr std::string_view kInvalid =
    R"({"channel":"executions","error":"ESession:Invalid session","method":"subscribe","req_id":%,"status":"error","success":false})";

std::string invalid(std::int64_t req_id) { return replaced(kInvalid, "%", std::to_string(req_id)); }

std::string accepted(std::int64_t req_id) {
  return joined({R"({"method":"subscribe","req_id":)", std::to_string(req_id), R"(,"result":{"channel":"executions"},"success":true})"});
}

/// Open, and asked for a token.
void open(Script& s, Channel channel = Channel::executions) {
  REQUIRE(s.session.subscribe({s.now}, key(channel)) == Errc::ok);
  REQUIRE(s.session.connect({s.now}) == Errc::ok);
  REQUIRE(s.drain() == "connect 1");
  s.session.on_open({s.now}, 1);
  REQUIRE(s.drain() == "token?");
  REQUIRE(s.session.state() == authenticating);
}

}  // namespace

TEST_CASE("a key that needs a token waits for one; then it is in every request", "[session]") {
  Script s{account()};
  open(s);
  s.session.set_token({s.now}, "abc");
  CHECK(s.drain() == "subscribe 1");
  CHECK(s.last_text == R"({"method":"subscribe","params":{"channel":"executions","token":"abc"},"req_id":1})");
  CHECK(s.session.state() == subscribing);
  CHECK(s.text(accepted(1)).empty());
  CHECK(s.session.state() == subscribed);
  // Data frames of private channels are counted, not decoded yet, and keep the connection alive.
  CHECK(s.text(R"({"channel":"executions","type":"snapshot","data":[],"sequence":1})").empty());
  CHECK(s.session.feed().counters().not_decoded == 1);
  REQUIRE(s.session.subscribe({s.now}, key(Channel::balances)) == Errc::ok);
  CHECK(s.drain() == "subscribe 2");
  CHECK(s.last_text == R"({"method":"subscribe","params":{"channel":"balances","snapshot":true,"token":"abc"},"req_id":2})");
  REQUIRE(s.session.unsubscribe({s.now}, key(Channel::executions)) == Errc::ok);
  CHECK(s.drain() == "unsubscribe 3");
  CHECK(s.last_text == R"({"method":"unsubscribe","params":{"channel":"executions","token":"abc"},"req_id":3})");
  // A token is of one connection.
  s.session.on_closed({s.now}, 1, 1006, "");
  s.drain();
  s.pass(500);
  s.session.on_open({s.now}, 2);
  CHECK(s.drain() == "token?");
}

TEST_CASE("a token that is there already is used", "[session]") {
  Script s{account()};
  s.session.set_token({s.now}, "abc");
  REQUIRE(s.session.subscribe({s.now}, key(Channel::executions)) == Errc::ok);
  REQUIRE(s.session.connect({s.now}) == Errc::ok);
  s.drain();
  s.session.on_open({s.now}, 1);
  CHECK(s.drain() == "subscribe 1");
  CHECK(s.session.state() == subscribing);
}

TEST_CASE("no token: tried again, or not at all", "[session]") {
  SECTION("none in time") {
    Script s{account()};
    open(s);
    CHECK(s.pass(9'999).empty());
    CHECK(s.session.state() == authenticating);
    CHECK(s.pass(1) == "close 1 1000");
    CHECK(s.session.state() == degraded);
    CHECK(s.session.history().back().cause == ConnectionCause::token_unavailable);
  }
  SECTION("none for now") {
    Script s{account()};
    open(s);
    s.session.token_failed({s.now}, false, "the key service is busy");
    CHECK(s.drain() == "close 1 1000");
    CHECK(s.session.history().back().cause == ConnectionCause::token_unavailable);
    CHECK(s.session.history().back().detail == "the key service is busy");
    CHECK(s.pass(500) == "connect 2");
  }
  SECTION("none for good") {
    Script s{account()};
    open(s);
    s.session.token_failed({s.now}, true, "EAPI:Invalid key");
    CHECK(s.drain() == "close 1 1000");
    CHECK(s.session.state() == closed);
    CHECK(s.session.history().back().cause == ConnectionCause::auth_failed);
    CHECK(s.pass(60'000).empty());
    REQUIRE(s.session.connect({s.now}) == Errc::ok);
    CHECK(s.drain() == "connect 2");
  }
  SECTION("an answer that nobody asked for is none") {
    Script s{account()};
    s.session.token_failed({s.now}, true, "");
    CHECK(s.session.state() == disconnected);
  }
}

TEST_CASE("a rejected token is replaced once a connection", "[session]") {
  Script s{account()};
  open(s);
  s.session.set_token({s.now}, "old");
  CHECK(s.drain() == "subscribe 1");
  CHECK(s.text(invalid(1)) == "token?");
  CHECK(s.session.state() == authenticating);
  CHECK(s.session.history().back().cause == ConnectionCause::token_rejected);
  s.session.set_token({s.now}, "new");
  CHECK(s.drain() == "subscribe 2");
  SECTION("and the new one is good") {
    CHECK(s.text(accepted(2)).empty());
    CHECK(s.session.state() == subscribed);
    CHECK(s.session.key_state(key(Channel::executions)) == KeyState::active);
  }
  SECTION("and the new one is no better") {
    CHECK(s.text(invalid(2)) == "close 1 1000");
    CHECK(s.session.state() == closed);
    CHECK(s.session.history().back().cause == ConnectionCause::auth_failed);
  }
}

TEST_CASE("two requests with one bad token ask for one new token", "[session]") {
  Script s{account()};
  REQUIRE(s.session.subscribe({s.now}, key(Channel::balances)) == Errc::ok);
  open(s);
  s.session.set_token({s.now}, "old");
  CHECK(s.drain() == "subscribe 1, subscribe 2");
  CHECK(s.text(invalid(1)) == "token?");
  CHECK(s.text(invalid(2)).empty());
  s.session.set_token({s.now}, "new");
  CHECK(s.drain() == "subscribe 3, subscribe 4");
}

TEST_CASE("a key that comes later asks for the token later, and a connection that serves is not given up for it", "[session]") {
  Script s{account()};
  REQUIRE(s.session.connect({s.now}) == Errc::ok);
  s.drain();
  s.session.on_open({s.now}, 1);
  CHECK(s.drain().empty());
  CHECK(s.session.state() == subscribed);
  REQUIRE(s.session.subscribe({s.now}, key(Channel::executions)) == Errc::ok);
  CHECK(s.drain() == "token?");
  s.session.token_failed({s.now}, false, "busy");
  CHECK(s.drain().empty());
  CHECK(s.errors("token_unavailable") == 1);
  CHECK(s.session.state() == subscribed);
  CHECK(s.pass(60'000) == "token?");
  s.session.set_token({s.now}, "abc");
  CHECK(s.is(s.drain(), "subscribe"));
}

TEST_CASE("a channel of another endpoint is refused before anything is sent", "[session]") {
  Script market;
  CHECK(market.session.subscribe({market.now}, key(Channel::executions)) == Errc::wrong_endpoint);
  Script private_one{account()};
  CHECK(private_one.session.subscribe({private_one.now}, book()) == Errc::wrong_endpoint);
  // And if the exchange says so.
  Script s;
  REQUIRE(s.session.subscribe({s.now}, book()) == Errc::ok);
  REQUIRE(s.session.connect({s.now}) == Errc::ok);
  s.drain();
  s.session.on_open({s.now}, 1);
  CHECK(s.drain() == "subscribe 1");
  s.text(refusal(1, "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com", ""));
  CHECK(s.errors("wrong_endpoint") == 1);
}

TEST_CASE("the network comes and goes", "[session]") {
  Script s;
  s.go_live();
  static_cast<void>(s.log.take());
  s.session.offline({s.now});
  s.session.offline({s.now});
  CHECK(s.drain().empty());
  CHECK(s.session.state() == subscribed);
  s.session.online({s.now});
  s.session.online({s.now});
  const auto lines = s.log.take();
  CHECK(lines.find(R"("type":"network","state":"offline")") != std::string::npos);
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 2);
  s.session.on_closed({s.now}, 1, 1006, "");
  s.drain();
  s.session.online({s.now});
  CHECK(s.drain() == "connect 2");
}

TEST_CASE("an old name is translated, and said once", "[session]") {
  Script s;
  static_cast<void>(s.log.take());
  CHECK(s.session.subscribe({s.now}, book("xbt/usd")) == Errc::ok);
  CHECK(s.session.subscribe({s.now}, book("XBT/USD", 25)) == Errc::ok);
  CHECK(s.session.subscribe({s.now}, book("XDG/USD")) == Errc::ok);
  CHECK(s.session.subscribe({s.now}, book("eth/usd")) == Errc::ok);
  CHECK(s.session.key_state(book("BTC/USD")) == KeyState::wanted);
  const auto lines = s.log.take();
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 2);
  CHECK(lines.find("XBT/USD is called BTC/USD by the exchange") != std::string::npos);

  auto config = Script::plain();
  config.aliases = false;
  Script plain{config};
  CHECK(plain.session.subscribe({plain.now}, book("XBT/USD")) == Errc::ok);
  CHECK(plain.session.key_state(book("XBT/USD")) == KeyState::wanted);
  CHECK_FALSE(plain.session.key_state(book("BTC/USD")));
}

TEST_CASE("the clock offset is that of the quickest of eight pings (F-42)", "[session]") {
  ClockOffset clock;
  CHECK_FALSE(clock.estimate());
  CHECK(clock.add(1'000'000, 1'520'000, 1'520'018, 1'041'018));
  CHECK(clock.estimate()->round_trip == 41'000);
  CHECK(clock.estimate()->offset == 499'500);
  CHECK(clock.estimate()->error == 20'500);
  CHECK_FALSE(clock.add(0, 100, 1'000, 500));  // the exchange took longer than the whole way
  CHECK(clock.dropped() == 1);
  CHECK(clock.add(0, 7, 7, 9));  // 2 theta = 5
  CHECK(clock.estimate()->offset == 2);
  CHECK(clock.add(0, 0, 0, 50));  // slower: does not count
  CHECK(clock.estimate()->offset == 2);
  for (int i = 0; i < 8; ++i) clock.add(0, -3, -3, 8);  // 2 theta = -14; the others are forgotten
  CHECK(clock.estimate()->offset == -7);

  Script s;
  s.go_live();
  s.pass(5'000, false);  // silence: a ping
  CHECK(s.session.clock_offset() == std::nullopt);
  s.now += 40;
  s.text(joined({R"({"method":"pong","req_id":)", std::to_string(s.last_id),
                 R"(,"time_in":"1970-01-01T00:00:06.520000Z","time_out":"1970-01-01T00:00:06.520018Z"})"}));
  REQUIRE(s.session.clock_offset());
  CHECK(s.session.round_trip() == 40);
  CHECK(s.session.clock_offset()->round_trip == 39'982);
  CHECK(s.session.clock_offset()->offset == 500'009);  // sent at 6,000 ms
}

TEST_CASE("addresses: wss, or ws to this machine", "[session]") {
  for (const auto* good :
       {"wss://ws.kraken.com/v2", "wss://example.org:8443/v2", "ws://127.0.0.1:8080/v2", "ws://localhost/v2", "ws://[::1]:9/v2"})
    CHECK(check_url(good) == Errc::ok);
  for (const auto* bad : {"", "ws.kraken.com", "https://ws.kraken.com", "ws://example.org/v2", "ws://127.0.0.1.example.org/v2", "wss://",
                          "wss:///v2", "wss://me:secret@example.org/", "wss://example.org/a b", "ws://localhost.example.org/"})
    CHECK(check_url(bad) == Errc::config_invalid);
  CHECK(check_url("ws://example.org/v2", true) == Errc::ok);
  for (int endpoint = 0; endpoint < kEndpoints; ++endpoint) CHECK(check_url(default_url(Endpoint(endpoint))) == Errc::ok);
}

TEST_CASE("a key that can have no token ends, and the rest goes on", "[session]") {
  Script s{account()};
  REQUIRE(s.session.connect({s.now}) == Errc::ok);
  s.drain();
  s.session.on_open({s.now}, 1);
  s.drain();
  REQUIRE(s.session.subscribe({s.now}, key(Channel::executions)) == Errc::ok);
  CHECK(s.drain() == "token?");
  s.session.token_failed({s.now}, true, "EAPI:Invalid key");
  CHECK(s.drain().empty());  // not asked again and again
  CHECK(s.errors("auth_failed") == 1);
  CHECK(s.session.key_state(key(Channel::executions)) == KeyState::rejected);
  CHECK(s.session.state() == subscribed);
}

TEST_CASE("no deadline of a key while its token is awaited", "[session]") {
  Script s{account()};
  open(s);
  REQUIRE(s.session.subscribe({s.now}, key(Channel::balances)) == Errc::ok);
  s.session.set_token({s.now}, "old");
  CHECK(s.drain() == "subscribe 1, subscribe 2");
  s.text(accepted(1));
  s.text(invalid(2));
  CHECK(s.session.state() == authenticating);
  REQUIRE(s.session.unsubscribe({s.now}, key(Channel::executions)) == Errc::ok);
  s.drain();
  REQUIRE(s.until);
  CHECK(s.until->count > s.now);
}
