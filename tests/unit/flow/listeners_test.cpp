// Typed listeners (FD-2, FD-3, FD-4).

#include "hadal/flow/listeners.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "hadal/engine.hpp"

using namespace hadal;

namespace {

void tell(Listeners& listeners, decltype(Event::body) body) {
  Event event{};
  event.number = 1;
  event.body = std::move(body);
  listeners.on_event(event);
}

}  // namespace

TEST_CASE("listeners hear their types, in the order they were added", "[flow]") {
  Listeners listeners;
  std::string heard;
  auto first = listeners.on(EventType::quiet, [&](const Event&) { heard += 'a'; });
  auto second = listeners.on(kAllEvents, [&](const Event&) { heard += 'b'; });
  auto third = listeners.on<QuietEvent>([&](const Event&, const QuietEvent& quiet) { heard += std::to_string(quiet.silence); });
  tell(listeners, QuietEvent{7});
  tell(listeners, NetworkEvent{true});
  CHECK(heard == "ab7b");
  CHECK(listeners.size() == 3);
  second.dispose();
  second.dispose();
  tell(listeners, NetworkEvent{true});
  tell(listeners, QuietEvent{8});
  CHECK(heard == "ab7ba8");
}

TEST_CASE("a type that nobody listens to is not wanted", "[flow]") {
  Listeners listeners;
  CHECK(listeners.wanted() == 0);
  {
    const auto disposer = listeners.on(EventType::trade, [](const Event&) {});
    CHECK(listeners.wanted() == mask_of(EventType::trade));
  }
  tell(listeners, TradeEvent{FrameKind::update, nullptr});  // the disposer has gone: nobody is called
  CHECK(listeners.size() == 0);
  CHECK(listeners.wanted() == 0);
}

TEST_CASE("listeners may be added and disposed of inside a call", "[flow]") {
  Listeners listeners;
  std::string heard;
  Listeners::Disposer later;
  Listeners::Disposer victim;
  auto adder = listeners.on(EventType::quiet, [&](const Event&) {
    heard += 'a';
    if (heard.size() == 1) later = listeners.on(EventType::quiet, [&](const Event&) { heard += 'c'; });
    victim.dispose();
  });
  victim = listeners.on(EventType::quiet, [&](const Event&) { heard += 'b'; });
  tell(listeners, QuietEvent{});
  CHECK(heard == "a");  // the new one hears the next event; the victim is gone at once
  tell(listeners, QuietEvent{});
  CHECK(heard == "aac");
  CHECK(listeners.size() == 2);
}

TEST_CASE("a disposer may outlive its listeners", "[flow]") {
  Listeners::Disposer disposer;
  {
    Listeners listeners;
    disposer = listeners.on(EventType::quiet, [](const Event&) {});
  }
  disposer.dispose();
  SUCCEED();
}

#if !defined(__EMSCRIPTEN__)  // built without exceptions
TEST_CASE("a listener that throws stops nobody, is counted and told", "[flow]") {
  Listeners listeners;
  std::string heard;
  const auto bad = listeners.on(EventType::quiet, [](const Event&) { throw 1; });
  const auto good = listeners.on(EventType::quiet, [&](const Event&) { heard += 'g'; });
  const auto errors = listeners.on<ErrorEvent>([&](const Event&, const ErrorEvent& error) {
    heard += name(error.code);
    throw 2;  // only counted
  });
  const auto last = listeners.on(EventType::error, [&](const Event&) { heard += 'l'; });
  tell(listeners, QuietEvent{});
  CHECK(heard == "listener_failedlg");
  CHECK(listeners.failures() == 2);
}
#endif

TEST_CASE("calls made inside an event take effect after the input that causes it (FD-4)", "[flow]") {
  Listeners listeners;
  Engine engine{{}, &listeners};
  std::vector<std::string> sent;
  Millis now{1'000};
  const auto drain = [&] {
    for (;;) {
      const auto output = engine.poll();
      if (std::holds_alternative<Wait>(output)) return;
      if (const auto* send = std::get_if<Send>(&output)) sent.emplace_back(send->text);
    }
  };
  Key key;
  key.symbol = "BTC/USD";
  Errc inside = Errc::already_closed;
  Errc wrong = Errc::ok;
  const auto listener = listeners.on<SessionEvent>([&](const Event&, const SessionEvent& event) {
    if (event.to != ConnectionState::subscribed) return;
    inside = engine.subscribe(now, key);
    CHECK_FALSE(engine.key_state(key));  // not yet
    Key bad;
    bad.symbol = "nonsense";
    wrong = engine.subscribe(now, bad);
  });
  REQUIRE(engine.connect(now) == Errc::ok);
  drain();
  engine.on_open(now, 1);
  CHECK(inside == Errc::ok);
  CHECK(wrong == Errc::symbol_invalid);
  drain();
  CHECK(engine.key_state(key) == KeyState::pending);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].find("BTC/USD") != std::string::npos);
}

TEST_CASE("a sink that answers each call with another does not keep the driver in one poll()", "[flow]") {
  Listeners listeners;
  Engine engine{{}, &listeners};
  const Millis now{1'000};
  int calls = 0;
  const auto listener = listeners.on<NetworkEvent>([&](const Event&, const NetworkEvent& event) {
    ++calls;
    event.online ? engine.offline(now) : engine.online(now);
  });
  engine.offline(now);
  for (int i = 0; i < 10; ++i) {
    const auto before = calls;
    const auto output = engine.poll();
    REQUIRE(std::holds_alternative<Wait>(output));
    CHECK(std::get<Wait>(output).until == now);  // there is more: come again
    CHECK(calls == before + 1);
  }
}

TEST_CASE("calls inside an event are kept up to a limit, and then refused", "[flow]") {
  Listeners listeners;
  Engine engine{{}, &listeners};
  const Millis now{1'000};
  int kept = 0;
  int refused = 0;
  auto listener = listeners.on<NetworkEvent>([&](const Event&, const NetworkEvent&) {
    Key key;
    key.symbol = "BTC/USD";
    for (int i = 0; i < 10'100; ++i) ++(engine.subscribe(now, key) == Errc::ok ? kept : refused);
  });
  engine.offline(now);
  CHECK(kept == 10'000);
  CHECK(refused == 100);
}
