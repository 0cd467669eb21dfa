// The session by scripts: inputs, and the outputs that they must cause. Nothing waits; time is a number.

#include "hadal/session/session.hpp"

#include "support/session_script.hpp"

using namespace hadal;
using namespace hadal::test;

TEST_CASE("what is wanted before connecting is asked for when the socket opens", "[session]") {
  Script s;
  CHECK(s.session.state() == disconnected);
  CHECK(s.session.subscribe({0}, book("xbt/usd", 25)) == Errc::ok);
  CHECK(s.drain().empty());
  CHECK(s.session.key_state(book("BTC/USD", 25)) == KeyState::wanted);
  CHECK(s.session.connect({s.now}) == Errc::ok);
  CHECK(s.session.connect({s.now}) == Errc::invalid_transition);
  CHECK(s.drain() == "connect 1");
  CHECK(s.session.state() == connecting);
  s.session.on_open({s.now}, 1);
  CHECK(s.drain() == "subscribe 1");
  CHECK(s.last_text == R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":25,"snapshot":true},"req_id":1})");
  CHECK(s.session.state() == subscribing);
  CHECK(s.session.key_state(book()) == KeyState::pending);
  CHECK(s.state() == BookState::awaiting_snapshot);
  CHECK(s.text(ack(1, "BTC/USD", "subscribe", 25)).empty());
  CHECK(s.session.state() == subscribed);
  CHECK(s.session.key_state(book()) == KeyState::active);
  REQUIRE(s.session.active().size() == 1);
  CHECK(s.session.active()[0].depth == 25);
}

TEST_CASE("the first round ends when every key has its answer, whatever it is", "[session]") {
  Script s;
  s.session.subscribe({0}, book("BTC/USD"));
  s.session.subscribe({0}, book("FOO/BAR"));
  s.session.connect({0});
  s.drain();
  s.session.on_open({s.now}, 1);
  CHECK(s.drain() == "subscribe 1");
  CHECK(s.last_text.find(R"("symbol":["BTC/USD","FOO/BAR"])") != std::string::npos);
  s.text(ack(1));
  s.text(kSnapshot);
  CHECK(s.session.state() == subscribing);
  s.text(refusal(1, "Currency pair not supported FOO/BAR", "FOO/BAR"));
  CHECK(s.session.state() == subscribed);
  CHECK(s.session.key_state(book("FOO/BAR")) == KeyState::rejected);
  CHECK(s.state("FOO/BAR") == BookState::unsubscribed);
  CHECK(s.errors("subscribe_rejected") == 1);
  CHECK(s.pass(300'000).empty());                                    // and never asked for again
  CHECK(s.session.subscribe({s.now}, book("FOO/BAR")) == Errc::ok);  // unless the user does
  CHECK(s.is(s.drain(), "subscribe"));
}

TEST_CASE("a refusal without a symbol settles every key of its request", "[session]") {
  Script s;
  s.session.connect({0});
  s.drain();
  s.session.on_open({s.now}, 1);
  CHECK(s.session.state() == subscribed);
  s.session.subscribe({s.now}, book("A/B"));
  s.drain();
  CHECK(s.session.state() == subscribed);
  s.text(refusal(s.last_id, "Subscription depth not supported", ""));
  CHECK(s.session.key_state(book("A/B")) == KeyState::rejected);
}

TEST_CASE("requests name at most fifty symbols and pass a bucket of ten", "[session]") {
  Script s;
  for (int i = 0; i < 1'000; ++i) REQUIRE(s.session.subscribe({0}, book(joined({"S", std::to_string(i), "/USD"}))) == Errc::ok);
  s.session.connect({0});
  s.drain();
  s.session.on_open({s.now}, 1);
  CHECK(
      s.drain() ==
      "subscribe 1, subscribe 2, subscribe 3, subscribe 4, subscribe 5, subscribe 6, subscribe 7, subscribe 8, subscribe 9, subscribe 10");
  CHECK(s.until == Millis{s.now + 50});
  CHECK(s.pass(499) ==
        "subscribe 11, subscribe 12, subscribe 13, subscribe 14, subscribe 15, subscribe 16, subscribe 17, subscribe 18, subscribe 19");
  CHECK(s.pass(1) == "subscribe 20");
  CHECK(s.pass(5000).empty());
  for (int i = 1'000; i < 2'000; ++i) REQUIRE(s.session.subscribe({s.now}, book(joined({"S", std::to_string(i), "/USD"}))) == Errc::ok);
  CHECK(s.session.subscribe({s.now}, book("ONE/MORE")) == Errc::limit_reached);
}

TEST_CASE("two users of a key share it; the last one ends it with the depth on the wire", "[session]") {
  Script s;
  s.go_live();
  CHECK(s.session.subscribe({s.now}, book()) == Errc::ok);
  CHECK(s.session.unsubscribe({s.now}, book()) == Errc::ok);
  CHECK(s.drain().empty());
  CHECK(s.live());
  CHECK(s.session.unsubscribe({s.now}, book()) == Errc::ok);
  CHECK(s.drain() == "unsubscribe 2");
  CHECK(s.last_text == R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10},"req_id":2})");
  CHECK(s.state() == BookState::unsubscribed);
  CHECK(s.session.key_state(book()) == KeyState::leaving);
  // What is still on its way reaches nobody, not even a snapshot.
  s.text(kUpdates[0]);
  s.text(kSnapshot);
  CHECK(s.state() == BookState::unsubscribed);
  s.text(ack(2, "BTC/USD", "unsubscribe"));
  CHECK_FALSE(s.session.key_state(book()));
  CHECK(s.session.unsubscribe({s.now}, book()) == Errc::not_subscribed);
}

TEST_CASE("wanting a key again while it leaves brings it back", "[session]") {
  Script s;
  s.go_live();
  s.session.unsubscribe({s.now}, book());
  CHECK(s.drain() == "unsubscribe 2");
  s.session.subscribe({s.now}, book());
  CHECK(s.drain().empty());
  CHECK(s.text(ack(2, "BTC/USD", "unsubscribe")) == "subscribe 3");
  s.text(ack(3));
  s.text(kSnapshot);
  CHECK(s.live());
}

TEST_CASE("a deeper wish replaces the subscription; a smaller one is served by it (C-19)", "[session]") {
  Script s;
  s.go_live();
  s.session.subscribe({s.now}, book("BTC/USD", 100));
  CHECK(s.drain() == "unsubscribe 2");
  CHECK(s.last_text.find("\"depth\":10}") != std::string::npos);
  CHECK(s.state() == BookState::resyncing);
  CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::user);
  CHECK(s.text(ack(2, "BTC/USD", "unsubscribe")) == "subscribe 3");
  CHECK(s.last_text.find("\"depth\":100,") != std::string::npos);
  s.text(ack(3, "BTC/USD", "subscribe", 100));
  s.text(kSnapshot);
  CHECK(s.live());
  CHECK(s.session.feed().book("BTC/USD")->depth() == 100);
  s.session.subscribe({s.now}, book("BTC/USD", 25));
  CHECK(s.drain().empty());
}

TEST_CASE("a mismatch repairs that book alone: unsubscribe, ack, subscribe, ack, snapshot", "[session]") {
  Script s;
  s.go_live();
  CHECK(s.text(kWrongUpdate) == "unsubscribe 2");
  CHECK(s.session.state() == resyncing);
  CHECK(s.state() == BookState::resyncing);
  CHECK_FALSE(s.session.feed().book("BTC/USD")->levels().empty());  // readable, flagged
  CHECK(s.text(kSnapshot).empty());                                 // of the old subscription
  CHECK(s.state() == BookState::resyncing);
  CHECK(s.text(ack(2, "BTC/USD", "unsubscribe")) == "subscribe 3");
  CHECK(s.text(ack(3)).empty());
  CHECK(s.state() == BookState::resyncing);
  CHECK(s.text(kSnapshot).empty());
  CHECK(s.live());
  CHECK(s.session.state() == subscribed);
  CHECK(s.session.counters().repairs == 1);
}

TEST_CASE("a snapshot may overtake its ack", "[session]") {
  Script s;
  s.session.subscribe({0}, book());
  s.session.connect({0});
  s.drain();
  s.session.on_open({s.now}, 1);
  s.drain();
  s.text(kSnapshot);
  CHECK(s.live());
  s.text(ack(1));
  CHECK(s.pass(60'000).empty());  // no watchdog is left behind
  CHECK(s.live());
}

TEST_CASE("repairs wait longer each time, give up after five, and then try once a minute", "[session]") {
  Script s;
  s.go_live();
  const auto wrong_cycle = [&s](std::string_view first) {
    // Answers one repair with a snapshot that does not verify.
    CHECK(s.is(first, "unsubscribe"));
    CHECK(s.is(s.text(ack(s.last_id, "BTC/USD", "unsubscribe")), "subscribe"));
    s.text(ack(s.last_id));
    return s.text(kWrongSnapshot);
  };
  auto next = wrong_cycle(s.text(kWrongUpdate));
  for (const std::int64_t delay : {500, 1000, 2000, 4000}) {
    CHECK(next.empty());
    CHECK(s.state() == BookState::resyncing);
    CHECK(s.pass(delay - 1).empty());
    next = wrong_cycle(s.pass(1));
  }
  CHECK(next.empty());
  CHECK(s.state() == BookState::stale);
  CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::gave_up);
  CHECK(s.session.state() == subscribed);
  CHECK(s.errors("gave_up") == 1);
  for (int minute = 0; minute < 3; ++minute) {
    CHECK(s.pass(59'999).empty());
    wrong_cycle(s.pass(1));
    CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::gave_up);
  }
  CHECK(s.errors("gave_up") == 0);  // said once
  CHECK(s.pass(59'999).empty());
  CHECK(s.is(s.pass(1), "unsubscribe"));
  s.text(ack(s.last_id, "BTC/USD", "unsubscribe"));
  s.text(ack(s.last_id));
  s.text(kSnapshot);
  CHECK(s.live());
}

TEST_CASE("an episode of repairs ends after a quiet minute", "[session]") {
  Script s;
  s.go_live();
  const auto mend = [&s] {
    s.text(ack(s.last_id, "BTC/USD", "unsubscribe"));
    s.text(ack(s.last_id));
    s.text(kSnapshot);
    REQUIRE(s.live());
  };
  CHECK_FALSE(s.text(kWrongUpdate).empty());
  mend();
  CHECK(s.text(kWrongUpdate).empty());  // the second of the episode waits
  CHECK_FALSE(s.pass(500).empty());
  mend();
  CHECK(s.pass(60'000).empty());
  CHECK_FALSE(s.text(kWrongUpdate).empty());  // at once again
}

TEST_CASE("a snapshot that does not come is asked for again", "[session]") {
  Script s;
  s.session.subscribe({0}, book());
  s.session.connect({0});
  s.drain();
  s.session.on_open({s.now}, 1);
  s.drain();
  s.text(ack(1));
  CHECK(s.pass(9'999).empty());
  CHECK(s.is(s.pass(1), "unsubscribe"));
  CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::snapshot_timeout);
}

TEST_CASE("an unanswered subscription is sent three times and kept", "[session]") {
  Script s;
  s.go_live();
  s.session.subscribe({s.now}, book("ETH/USD"));
  CHECK(s.drain() == "subscribe 2");
  CHECK(s.is(s.pass(10'000), "subscribe"));
  CHECK(s.is(s.pass(10'000), "subscribe"));
  CHECK(s.pass(10'000).empty());
  CHECK(s.errors("ack_timeout") == 1);
  CHECK(s.session.key_state(book("ETH/USD")) == KeyState::wanted);
  CHECK(s.session.state() == subscribed);
  CHECK(s.pass(59'999).empty());
  CHECK(s.is(s.pass(1), "subscribe"));
  s.text(ack(s.last_id, "ETH/USD"));
  CHECK(s.session.key_state(book("ETH/USD")) == KeyState::active);
}

TEST_CASE("a connection that answers nothing at all is given up", "[session]") {
  Script s;
  s.session.subscribe({0}, book());
  s.session.connect({0});
  s.drain();
  s.session.on_open({s.now}, 1);
  s.drain();
  CHECK(s.pass(29'999) == "subscribe 3, subscribe 5");
  CHECK(s.pass(1) == "close 1 4003");
  CHECK(s.session.state() == degraded);
  CHECK(s.session.history().back().cause == ConnectionCause::ack_stalled);
}

TEST_CASE("Already subscribed and Subscription Not Found are answers like any other", "[session]") {
  Script s;
  s.go_live();
  s.session.subscribe({s.now}, book("ETH/USD"));
  s.drain();
  s.text(refusal(s.last_id, "Already subscribed", "ETH/USD"));
  CHECK(s.session.key_state(book("ETH/USD")) == KeyState::active);
  CHECK(s.pass(9'999).empty());
  CHECK(s.is(s.pass(1), "unsubscribe"));  // no snapshot comes by itself
  CHECK(s.is(s.text(refusal(s.last_id, "Subscription Not Found", "ETH/USD", "unsubscribe")), "subscribe"));
}

TEST_CASE("a rate refusal halves the rate and comes again after a second, five times at most", "[session]") {
  Script s;
  s.go_live();
  s.session.subscribe({s.now}, book("ETH/USD"));
  s.drain();
  for (int i = 0; i < 5; ++i) {
    CHECK(s.text(refusal(s.last_id, "Exceeded msg rate", "ETH/USD")).empty());
    CHECK(s.pass(999).empty());
    CHECK(s.is(s.pass(1), "subscribe"));
  }
  s.text(refusal(s.last_id, "Exceeded msg rate", "ETH/USD"));
  CHECK(s.errors("rate_limited") == 1);
  CHECK(s.session.key_state(book("ETH/USD")) == KeyState::wanted);  // a matter of time: no key is lost by it
  CHECK(s.is(s.pass(60'000), "subscribe"));
}

TEST_CASE("silence is noticed, asked about, and ends the connection; everything wanted comes back", "[session]") {
  Script s;
  s.go_live();
  CHECK(s.pass(4'999, false).empty());
  CHECK(s.pass(1, false) == "ping 2");
  CHECK(s.log.take().find(R"("type":"quiet","silence":5000)") != std::string::npos);
  CHECK(s.pass(4'999, false).empty());
  CHECK(s.pass(1, false) == "close 1 4000");
  CHECK(s.session.state() == degraded);
  CHECK(s.state() == BookState::stale);
  CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::silence);
  s.session.on_closed({s.now}, 1, 1006, "");  // the answer to the close
  s.text(kSnapshot);                          // too late
  CHECK(s.state() == BookState::stale);
  CHECK(s.pass(499).empty());
  CHECK(s.pass(1) == "connect 2");
  s.session.on_open({s.now}, 2);
  CHECK(s.drain() == "subscribe 3");
  CHECK(s.state() == BookState::awaiting_snapshot);
  CHECK(s.text(kUpdates[0]).empty());
  CHECK(s.session.feed().book("BTC/USD")->levels().best(Side::bid)->qty == 50000000);  // no update before the snapshot
  s.text(ack(3));
  s.text(kSnapshot);
  CHECK(s.live());
}

TEST_CASE("a healthy idle socket is pinged and never closed", "[session]") {
  Script s;
  s.session.connect({0});
  s.drain();
  s.session.on_open({s.now}, 1);
  s.drain();
  CHECK(s.pass(600'000).empty());  // Script::pass answers the pings
  CHECK(s.session.state() == subscribed);
  CHECK(s.session.counters().pings == 60);
  CHECK(s.session.round_trip() == 0);
}

TEST_CASE("an unanswered ping closes a socket that still talks", "[session]") {
  Script s;
  s.go_live();
  for (int i = 0; i < 200; ++i) {
    s.now += 100;
    s.session.on_text({s.now}, 1, kHeartbeat);
    const auto words = s.drain();
    s.session.on_timeout({s.now});
    const auto more = words + s.drain();
    if (i < 99 || (i > 99 && i < 199)) CHECK(more.empty());
    if (i == 99) CHECK(more == "ping 2");
    if (i == 199) CHECK(more.starts_with("close 1 4001"));
  }
  CHECK(s.session.history().back().cause == ConnectionCause::pong_timeout);
}

TEST_CASE("delays grow from attempt to attempt and start over after a stable connection", "[session]") {
  Script s;
  s.session.connect({s.now});
  CHECK(s.drain() == "connect 1");
  ConnectionId connection = 1;
  for (const std::int64_t delay : {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000}) {
    s.session.on_open_failed({s.now}, connection++, 0, "refused");
    s.drain();
    CHECK(s.session.state() == degraded);
    CHECK(s.pass(delay - 1).empty());
    CHECK(s.pass(1) == "connect " + std::to_string(connection));
  }
  s.session.on_open({s.now}, connection);
  s.drain();
  CHECK(s.pass(30'000).empty());
  s.session.on_closed({s.now}, connection, 1001, "CloudFlare WebSocket proxy restarting");
  s.drain();
  CHECK(s.session.history().back().cause == ConnectionCause::server_closed);
  CHECK(s.session.history().back().detail == "CloudFlare WebSocket proxy restarting");
  CHECK(s.pass(499).empty());
  CHECK(s.pass(1) == "connect " + std::to_string(connection + 1));
}

TEST_CASE("some answers end all trying, some ask for care", "[session]") {
  for (const int status : {400, 401, 403, 404}) {
    Script s;
    s.session.connect({s.now});
    s.drain();
    s.session.on_open_failed({s.now}, 1, status, "no");
    CHECK(s.drain().empty());
    CHECK(s.session.state() == closed);
    CHECK(s.session.history().back().cause == ConnectionCause::upgrade_refused);
    CHECK(s.pass(600'000).empty());
    CHECK(s.session.connect({s.now}) == Errc::ok);
    CHECK(s.drain() == "connect 2");
  }
  for (const int status : {429, 503}) {
    Script s;
    s.session.connect({s.now});
    s.drain();
    s.session.on_open_failed({s.now}, 1, status, "busy");
    s.drain();
    CHECK(s.session.history().back().cause == ConnectionCause::upgrade_busy);
    CHECK(s.pass(5'499).empty());
    CHECK(s.pass(1) == "connect 2");
  }
  Script s;
  s.go_live();
  s.session.on_closed({s.now}, 1, 1008, "policy");
  CHECK(s.session.state() == closed);
  CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::server_closed);
  CHECK(s.pass(600'000).empty());
}

TEST_CASE("the exchange's own state asks for care, too", "[session]") {
  Script s;
  s.go_live();
  s.text(R"({"channel":"status","type":"update","data":[{"system":"maintenance","api_version":"v2","version":"2.0.10"}]})");
  s.session.on_closed({s.now}, 1, 1006, "");
  s.drain();
  CHECK(s.pass(5'499).empty());
  CHECK(s.pass(1) == "connect 2");
}

TEST_CASE("a connection attempt has its time", "[session]") {
  Script s;
  s.session.connect({s.now});
  s.drain();
  CHECK(s.until == Millis{s.now + 10'000});
  CHECK(s.pass(9'999).empty());
  CHECK(s.pass(1) == "close 1 1000");
  s.session.on_open_failed({s.now}, 1, 0, "aborted");
  CHECK(s.drain().empty());
  CHECK(s.session.history().back().cause == ConnectionCause::connect_timeout);
}

TEST_CASE("reconnection can be switched off or limited", "[session]") {
  auto config = Script::plain();
  config.reconnect.enabled = false;
  Script off{config};
  off.go_live();
  off.session.on_closed({off.now}, 1, 1006, "");
  CHECK(off.session.state() == closed);
  CHECK(off.session.history().back().cause == ConnectionCause::transport_lost);

  config = Script::plain();
  config.reconnect.max_attempts = 2;
  Script two{config};
  two.session.connect({two.now});
  two.drain();
  two.session.on_open_failed({two.now}, 1, 0, "refused");
  CHECK(two.pass(500) == "connect 2");
  two.session.on_open_failed({two.now}, 2, 0, "refused");
  CHECK(two.pass(1000) == "connect 3");
  two.session.on_open_failed({two.now}, 3, 0, "refused");
  CHECK(two.session.state() == closed);
  CHECK(two.session.history().back().cause == ConnectionCause::retries_exhausted);
}

TEST_CASE("close() ends everything once; what is wanted waits for the next connect()", "[session]") {
  Script s;
  s.go_live();
  s.session.close({s.now}, 1000, "bye");
  CHECK(s.drain() == "close 1 1000");
  CHECK(s.session.state() == closed);
  CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::closed);
  const auto changes = s.session.history().size();
  s.session.close({s.now});
  CHECK(s.drain().empty());
  CHECK(s.session.history().size() == changes);
  s.session.on_closed({s.now}, 1, 1000, "");
  CHECK(s.pass(60'000).empty());
  s.session.connect({s.now});
  CHECK(s.drain() == "connect 2");
  s.session.on_open({s.now}, 2);
  CHECK(s.drain().starts_with("subscribe"));
}

TEST_CASE("retry_now and online do not wait, but keep the pace", "[session]") {
  Script s;
  s.session.retry_now({s.now});
  CHECK(s.drain().empty());
  s.session.connect({s.now});
  s.drain();
  std::string last;
  for (ConnectionId connection = 1; connection < 60; ++connection) {
    s.session.on_open_failed({s.now}, connection, 0, "refused");
    s.drain();
    connection % 2 == 0 ? s.session.retry_now({s.now}) : s.session.online({s.now});
    last = s.drain();
    if (last.empty()) break;
  }
  CHECK(last.empty());
  CHECK(s.session.counters().connects == 40);
}

TEST_CASE("inputs of another connection are counted and change nothing", "[session]") {
  Script s;
  s.go_live();
  s.session.on_text({s.now}, 7, kWrongUpdate);
  s.session.on_closed({s.now}, 7, 1006, "");
  s.session.on_open({s.now}, 7);
  s.session.on_open_failed({s.now}, 7, 404, "");
  CHECK(s.drain().empty());
  CHECK(s.live());
  CHECK(s.session.counters().foreign_inputs == 4);
}

TEST_CASE("policy ignore asks for nothing but for a snapshot that cannot be used", "[session]") {
  auto config = Script::plain();
  config.policy = GapPolicy::ignore;
  Script s{config};
  s.go_live();
  CHECK(s.text(kWrongUpdate).empty());
  CHECK(s.state() == BookState::stale);
  CHECK(s.session.state() == subscribed);
  CHECK(s.pass(60'000).empty());
  CHECK(s.session.resync({s.now}, "BTC/USD") == Errc::ok);
  CHECK(s.is(s.drain(), "unsubscribe"));
  CHECK(s.session.resync({s.now}, "ETH/USD") == Errc::not_subscribed);
}

TEST_CASE("a number that no book can hold is repaired only when the user asks", "[session]") {
  Script s;
  s.go_live();
  CHECK(s.text(replaced(kUpdates[0], "0.35000000", "99999999999.12345678")).empty());
  CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::number_out_of_range);
  CHECK(s.pass(120'000).empty());
  s.session.resync({s.now}, "BTC/USD");
  CHECK(s.is(s.drain(), "unsubscribe"));
  CHECK(s.is(s.text(ack(s.last_id, "BTC/USD", "unsubscribe")), "subscribe"));
  s.text(ack(s.last_id));
  s.text(kSnapshot);
  CHECK(s.live());
}

TEST_CASE("frames lost by the driver repair every book of the session", "[session]") {
  Script s;
  s.go_live();
  s.session.on_lost({s.now}, 3);
  CHECK(s.drain() == "unsubscribe 2");
  CHECK(s.session.feed().book("BTC/USD")->reason() == Cause::lost_frames);
}

TEST_CASE("a binary frame is left out, and is a sign of life all the same", "[session]") {
  Script s;
  s.go_live();
  CHECK(s.pass(4'999, false).empty());
  s.session.on_binary({s.now}, 1, 12);
  CHECK(s.drain().empty());
  CHECK(s.errors("not_json") == 1);
  CHECK(s.live());
  CHECK(s.pass(4'999, false).empty());
  CHECK(s.is(s.pass(1, false), "ping"));
}

TEST_CASE("early, late and repeated timeouts and a clock that stands change nothing but deadlines", "[session]") {
  Script s;
  s.go_live();
  for (int i = 0; i < 100; ++i) {
    s.session.on_timeout({s.now - i});
    CHECK(s.drain().empty());
  }
  CHECK(s.live());
  s.session.on_timeout({s.now + 1'000'000'000});
  CHECK(s.drain() == "close 1 4000");
  s.session.on_timeout({0});
  CHECK(s.drain().empty());
}

TEST_CASE("every change of state is one event, chained to the one before, and the last 100 are kept", "[session]") {
  Script s;
  s.go_live();
  ConnectionId connection = 1;
  for (int i = 0; i < 60; ++i) {
    s.session.on_closed({s.now}, connection++, 1006, "");
    s.drain();
    s.pass(40'000);
    s.session.on_open({s.now}, connection);
    s.drain();
  }
  const auto& history = s.session.history();
  REQUIRE(history.size() == 100);
  for (std::size_t i = 1; i < history.size(); ++i) {
    CHECK(history[i].from == history[i - 1].to);
    CHECK(history[i].number == history[i - 1].number + 1);
    CHECK(connection_transition(history[i].from, history[i].to, history[i].cause) != 0);
  }
}

TEST_CASE("settings outside their range are told apart", "[session]") {
  CHECK(check(SessionConfig{}) == Errc::ok);
  SessionConfig config;
  config.times.ack = 99;
  CHECK(check(config) == Errc::config_invalid);
  config = {};
  config.times.ping_interval = 0;
  CHECK(check(config) == Errc::ok);
  config.reconnect.base = 40'000;
  CHECK(check(config) == Errc::config_invalid);
}

TEST_CASE("a snapshot without its ack is a subscription like any other", "[session]") {
  Script s;
  s.session.subscribe({0}, book());
  s.session.connect({0});
  s.drain();
  s.session.on_open({s.now}, 1);
  CHECK(s.drain() == "subscribe 1");
  s.text(kSnapshot);  // the ack is lost
  CHECK(s.live());
  CHECK(s.session.state() == subscribed);
  CHECK(s.pass(30'000).empty());
  CHECK(s.errors("ack_timeout") == 0);
  CHECK(s.session.key_state(book()) == KeyState::active);
  s.text(kUpdates[0]);
  CHECK(s.session.feed().book("BTC/USD")->revision() == 2);
}

TEST_CASE("a key wanted again while its unsubscribe stays unanswered comes back", "[session]") {
  Script s;
  s.go_live();
  Key trades;
  trades.channel = Channel::trade;
  trades.symbol = "BTC/USD";
  s.session.subscribe({s.now}, trades);
  s.drain();
  s.text(R"({"method":"subscribe","req_id":2,"result":{"channel":"trade","snapshot":false,"symbol":"BTC/USD"},"success":true})");
  CHECK(s.session.key_state(trades) == KeyState::active);
  s.session.unsubscribe({s.now}, trades);
  s.session.unsubscribe({s.now}, book());
  CHECK(s.drain() == "unsubscribe 3, unsubscribe 4");
  s.session.subscribe({s.now}, trades);
  s.session.subscribe({s.now}, book());
  CHECK(s.drain().empty());
  // Both acks are lost. The trades are asked for again; the book, which was let go, leaves once more.
  const auto words = s.pass(10'000);
  CHECK(words.find("unsubscribe") != std::string::npos);
  CHECK(words.find(", subscribe") != std::string::npos);
  const auto id = s.last_id;
  s.text(refusal(id, "Already subscribed"));
  CHECK(s.session.key_state(trades) == KeyState::active);
  CHECK(s.text(refusal(id - 1, "Subscription Not Found", "BTC/USD", "unsubscribe")).starts_with("subscribe"));
  s.text(ack(s.last_id));
  s.text(kSnapshot);
  CHECK(s.live());
}

TEST_CASE("a repair does not begin the stable time of a connection anew", "[session]") {
  Script s;
  s.session.subscribe({s.now}, book());
  s.session.connect({s.now});
  s.drain();
  s.session.on_open_failed({s.now}, 1, 0, "refused");
  s.drain();
  CHECK(s.pass(500) == "connect 2");
  s.session.on_open({s.now}, 2);
  CHECK(s.is(s.drain(), "subscribe"));
  s.text(ack(s.last_id));
  s.text(kSnapshot);
  s.pass(20'000);
  CHECK(s.session.attempt() == 1);
  CHECK(s.is(s.text(kWrongUpdate), "unsubscribe"));
  CHECK(s.is(s.text(ack(s.last_id, "BTC/USD", "unsubscribe")), "subscribe"));
  s.text(ack(s.last_id));
  s.text(kSnapshot);
  s.pass(10'000);
  CHECK(s.session.attempt() == 0);
}

TEST_CASE("a deeper wish that comes while a subscribe is in flight is kept", "[session]") {
  SECTION("the snapshot overtakes the ack") {
    Script s;
    REQUIRE(s.session.subscribe({s.now}, book()) == Errc::ok);
    REQUIRE(s.session.connect({s.now}) == Errc::ok);
    s.drain();
    s.session.on_open({s.now}, 1);
    REQUIRE(s.drain() == "subscribe 1");
    REQUIRE(s.session.subscribe({s.now}, book("BTC/USD", 100)) == Errc::ok);
    CHECK(s.drain().empty());
    CHECK(s.text(kSnapshot).empty());
    CHECK(s.text(ack(1)) == "unsubscribe 2");
    CHECK(s.state() == BookState::resyncing);
    CHECK(s.text(ack(2, "BTC/USD", "unsubscribe")) == "subscribe 3");
    CHECK(s.last_text.find("\"depth\":100") != std::string::npos);
  }
  SECTION("during a repair") {
    Script s;
    s.go_live();
    REQUIRE(s.session.resync({s.now}, "BTC/USD") == Errc::ok);
    CHECK(s.drain() == "unsubscribe 2");
    CHECK(s.text(ack(2, "BTC/USD", "unsubscribe")) == "subscribe 3");
    REQUIRE(s.session.subscribe({s.now}, book("BTC/USD", 100)) == Errc::ok);
    CHECK(s.drain().empty());
    CHECK(s.text(ack(3)) == "unsubscribe 4");
    CHECK(s.text(ack(4, "BTC/USD", "unsubscribe")) == "subscribe 5");
    CHECK(s.last_text.find("\"depth\":100") != std::string::npos);
  }
}

TEST_CASE("a subscribe without an answer, not wanted any more, is ended all the same", "[session]") {
  Script s;
  s.go_live();
  REQUIRE(s.session.subscribe({s.now}, book("ETH/USD")) == Errc::ok);
  CHECK(s.drain() == "subscribe 2");
  REQUIRE(s.session.unsubscribe({s.now}, book("ETH/USD")) == Errc::ok);
  CHECK(s.drain().empty());
  CHECK(s.is(s.pass(10'000), "unsubscribe"));  // the exchange may have it
  CHECK(s.text(refusal(s.last_id, "Subscription Not Found", "ETH/USD", "unsubscribe")).empty());
  CHECK_FALSE(s.session.key_state(book("ETH/USD")));
}

TEST_CASE("an unsubscribe that is refused for now is asked again", "[session]") {
  Script s;
  s.go_live();
  REQUIRE(s.session.unsubscribe({s.now}, book()) == Errc::ok);
  CHECK(s.drain() == "unsubscribe 2");
  CHECK(s.text(refusal(2, "EService:Busy", "BTC/USD", "unsubscribe")).empty());
  CHECK(s.session.key_state(book()) == KeyState::leaving);
  CHECK(s.is(s.pass(500), "unsubscribe"));
}

TEST_CASE("a user's resync counts as no attempt, and is one more after giving up", "[session]") {
  Script s;
  s.go_live();
  const auto again = [&](std::string_view snapshot) {
    REQUIRE(s.session.resync({s.now}, "BTC/USD") == Errc::ok);
    REQUIRE(s.is(s.drain(), "unsubscribe"));
    REQUIRE(s.is(s.text(ack(s.last_id, "BTC/USD", "unsubscribe")), "subscribe"));
    s.text(ack(s.last_id));
    s.text(snapshot);
  };
  for (int i = 0; i < 8; ++i) {
    again(kSnapshot);
    s.pass(1'000);  // within the pace of requests
  }
  CHECK(s.live());
  CHECK(s.errors("gave_up") == 0);
  // Now until it is given up.
  auto next = s.text(kWrongUpdate);
  for (const std::int64_t delay : {500, 1000, 2000, 4000, 0}) {
    REQUIRE(s.is(next, "unsubscribe"));
    REQUIRE(s.is(s.text(ack(s.last_id, "BTC/USD", "unsubscribe")), "subscribe"));
    s.text(ack(s.last_id));
    s.text(kWrongSnapshot);
    if (delay != 0) next = s.pass(delay);
  }
  REQUIRE(s.session.feed().book("BTC/USD")->reason() == Cause::gave_up);
  s.pass(5'000);
  again(kSnapshot);
  CHECK(s.live());
}

TEST_CASE("books of symbols that nobody has any more make room", "[session]") {
  auto config = Script::plain();
  config.limits.books = 3;
  Script s{config};
  REQUIRE(s.session.connect({s.now}) == Errc::ok);
  s.drain();
  s.session.on_open({s.now}, 1);
  for (const auto* symbol : {"A/USD", "B/USD", "C/USD", "D/USD", "E/USD"}) {
    REQUIRE(s.session.subscribe({s.now}, book(symbol)) == Errc::ok);
    s.drain();
    s.text(ack(s.last_id, symbol));
    CHECK(s.session.feed().book(symbol) != nullptr);
    REQUIRE(s.session.unsubscribe({s.now}, book(symbol)) == Errc::ok);
    s.drain();
    s.text(ack(s.last_id, symbol, "unsubscribe"));
    s.pass(1'000);
  }
  CHECK(s.session.feed().books().size() == 3);
}

TEST_CASE("hurry keeps the floor of a busy exchange, and a clock that jumps overflows nothing", "[session]") {
  Script s;
  s.go_live();
  s.text(R"({"channel":"status","type":"update","data":[{"version":"2.0.10","system":"maintenance","api_version":"v2"}]})");
  s.session.on_closed({s.now}, 1, 1001, "");
  s.drain();
  s.pass(6'000);
  CHECK(s.session.connection() == 2);
  s.session.on_open_failed({s.now}, 2, 503, "");
  s.drain();
  s.session.retry_now({s.now});
  CHECK(s.drain().empty());
  CHECK(s.session.state() == degraded);

  Script jump;
  jump.go_live();
  jump.session.on_timeout({INT64_MAX});
  jump.drain();
  CHECK((!jump.until || jump.until->count > 0));
}

TEST_CASE("a silence shorter than the quiet time is kept", "[session]") {
  auto config = Script::plain();
  config.times.silence = 1'000;
  Script s{config};
  s.go_live();
  CHECK(s.pass(1'000, false) == "close 1 4000");
}
