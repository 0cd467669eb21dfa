// The live client over real sockets, against a simulated exchange on loopback.
#include "hadal_asio/client.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "native/sim_process.hpp"

namespace hadal::net {
namespace {

using test::SimProcess;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

ClientOptions at(const std::string& url) {
  ClientOptions options;
  options.transport.urls[0] = url;
  options.seed = 1;
  // Outages of a test need not last.
  options.config.session.reconnect.base = 20;
  options.config.session.reconnect.cap = 100;
  options.config.session.times.silence = 1'500;
  options.config.session.times.quiet = 700;
  return options;
}

/// The next frame that `wanted` accepts, within ten seconds.
template <class Wanted>
std::optional<Frame> find(FrameReader& frames, Wanted wanted) {
  const auto until = Steady::now() + 10s;
  while (Steady::now() < until) {
    auto frame = frames.receive_for(100ms);
    if (frame && wanted(*frame)) return frame;
  }
  return std::nullopt;
}

bool is_verified(const Frame& frame) { return frame.verified; }

}  // namespace

TEST_CASE("a client keeps its books right over a real socket", "[client]") {
  SimProcess sim{{"--rate", "4"}};
  Client client{at(sim.url())};
  REQUIRE(client.subscribe_book("btc/usd") == Errc::ok);
  REQUIRE(client.subscribe_book("BTCUSD") == Errc::symbol_invalid);
  REQUIRE(client.subscribe_book("BTC/USD", 11) == Errc::depth_invalid);
  auto frames = client.frames("BTC/USD", 5);
  client.connect();
  const auto frame = find(frames, [](const Frame& f) { return f.verified && f.revision > 20; });
  REQUIRE(frame);
  CHECK(frame->bids.size() == 5);
  CHECK(frame->asks.size() == 5);
  CHECK(frame->bids[0].price < frame->asks[0].price);
  CHECK(frame->price(frame->bids[0]).find('.') != std::string::npos);
  const auto matched = client.ask([](const Engine& engine, Millis) { return engine.book("BTC/USD")->counters().matched; }).get();
  CHECK(matched >= 20);
}

TEST_CASE("an exchange that dies, falls silent or lies is survived", "[client]") {
  auto sim = std::make_unique<SimProcess>(std::vector<std::string>{"--rate", "4"});
  const auto port = sim->port();
  std::vector<ConnectionCause> causes;  // the strand's, as long as there is a client
  Client client{at(sim->url())};
  client.subscribe_book("BTC/USD");
  auto frames = client.frames("BTC/USD");
  client.on<SessionEvent>([&](const Event&, const SessionEvent& change) { causes.push_back(change.cause); }).release();
  client.connect();
  REQUIRE(find(frames, is_verified));

  sim->say(R"({"fault":"wrong_checksum","symbol":"BTC/USD","channel":"book","count":1})");
  REQUIRE(find(frames, [](const Frame& f) { return !f.verified && f.reason == Cause::checksum; }));
  REQUIRE(find(frames, is_verified));

  sim->say(R"({"fault":"half_open","count":1})");
  REQUIRE(find(frames, [](const Frame& f) { return f.reason == Cause::silence; }));
  REQUIRE(find(frames, is_verified));

  sim->kill();
  REQUIRE(find(frames, [](const Frame& f) { return f.state == BookState::stale && f.reason == Cause::transport_lost; }));
  sim = std::make_unique<SimProcess>(std::vector<std::string>{"--port", port});
  REQUIRE(find(frames, is_verified));

  const auto seen = client.ask([&](const Engine&, Millis) { return causes; }).get();
  const auto has = [&](ConnectionCause cause) { return std::find(seen.begin(), seen.end(), cause) != seen.end(); };
  CHECK(has(ConnectionCause::repair_started));
  CHECK(has(ConnectionCause::silence));
  CHECK(has(ConnectionCause::transport_lost));
}

TEST_CASE("a reader of events gets lines in order, and ends with the client", "[client]") {
  SimProcess sim{{"--rate", "10"}};
  auto client = std::make_unique<Client>(at(sim.url()));
  auto events = client->events();
  client->subscribe_book("BTC/USD");
  client->connect();
  std::int64_t last = 0;
  for (int i = 0; i < 200; ++i) {
    const auto line = events.receive_for(10s);
    REQUIRE(line);
    const auto at_n = line->find("\"n\":");
    if (at_n == std::string::npos) continue;  // the reader's own
    const auto number = std::stoll(line->substr(at_n + 4));
    CHECK(number > last);
    last = number;
  }
  std::thread ender{[&] {
    std::this_thread::sleep_for(100ms);
    client.reset();
  }};
  while (events.receive()) {
  }
  CHECK(events.ended());
  ender.join();
  CHECK_FALSE(events.receive());
}

TEST_CASE("events can be awaited", "[client]") {
  SimProcess sim;
  Client client{at(sim.url())};
  auto events = client.events();
  client.connect();
  auto line = events.async_receive(boost::asio::use_future);
  REQUIRE(line.wait_for(10s) == std::future_status::ready);
  CHECK(line.get().find("\"type\":\"connection\"") != std::string::npos);
  client.stop();
  for (;;) {
    auto next = events.async_receive(boost::asio::use_future);
    REQUIRE(next.wait_for(10s) == std::future_status::ready);
    try {
      static_cast<void>(next.get());
    } catch (const boost::system::system_error& error) {
      CHECK(error.code() == boost::asio::error::eof);
      break;
    }
  }
}

TEST_CASE("a slow reader loses the oldest and is told; others lose nothing", "[client]") {
  SimProcess sim{{"--scenario", "storm"}};
  Client client{at(sim.url())};
  ReaderOptions narrow;
  narrow.delivery.max_queue_depth = 8;
  auto slow = client.events(narrow);
  auto frames = client.frames("BTC/USD");
  client.subscribe_book("BTC/USD");
  client.connect();
  REQUIRE(find(frames, [](const Frame& f) { return f.verified && f.revision > 300; }));
  bool lagged = false;
  for (int i = 0; i < 100 && !lagged; ++i) {
    const auto line = slow.receive_for(10s);
    REQUIRE(line);
    lagged = line->find("\"type\":\"lagged\"") != std::string::npos;
  }
  CHECK(lagged);
}

TEST_CASE("a reader that blocks loses nothing: the sockets wait for it", "[client]") {
  SimProcess sim{{"--scenario", "storm"}};
  Client client{at(sim.url())};
  ReaderOptions block;
  block.block = true;
  block.delivery.max_queue_depth = 300;
  auto reader = client.events(block);
  client.subscribe_book("BTC/USD");
  client.connect();
  std::int64_t last = 0;
  const auto begun = Steady::now();
  // Nothing is read for a while: without blocking the queue would run over many times.
  std::this_thread::sleep_for(1500ms);
  while (last < 600 && Steady::now() - begun < 15s) {
    const auto line = reader.receive_for(10s);
    REQUIRE(line);
    INFO(*line);
    CHECK(line->find("\"type\":\"lagged\"") == std::string::npos);
    const auto at_n = line->find("\"n\":");
    if (at_n == std::string::npos) continue;
    const auto number = std::stoll(line->substr(at_n + 4));
    CHECK(number == last + 1);
    last = number;
  }
  CHECK(last >= 600);
}

TEST_CASE("one that blocks for too long is given up", "[client]") {
  SimProcess sim{{"--scenario", "storm"}};
  std::atomic<bool> told = false;
  Client client{at(sim.url())};
  ReaderOptions block;
  block.block = true;
  block.block_ms = 300;
  block.delivery.max_queue_depth = 64;
  auto reader = client.events(block);
  const auto listener =
      client.on<ErrorEvent>([&](const Event&, const ErrorEvent& error) { told = told || error.code == Errc::queue_full; });
  auto frames = client.frames("BTC/USD");
  client.subscribe_book("BTC/USD");
  client.connect();
  // Everybody else goes on.
  REQUIRE(find(frames, [](const Frame& f) { return f.verified && f.revision > 300; }));
  CHECK(told);
  bool lagged = false;
  for (int i = 0; i < 300 && !lagged; ++i) {
    const auto line = reader.receive_for(10s);
    REQUIRE(line);
    lagged = line->find("\"type\":\"lagged\"") != std::string::npos;
  }
  CHECK(lagged);
}

TEST_CASE("listeners come and go from other threads and from inside", "[client]") {
  SimProcess sim{{"--rate", "10"}};
  std::atomic<int> kept = 0;
  std::atomic<int> disposed = 0;
  Client client{at(sim.url())};
  client.on(EventType::book_update, [&](const Event&) { ++kept; }).release();
  auto listener = client.on(EventType::book_update, [&](const Event&) { ++disposed; });
  client.subscribe_book("BTC/USD");
  client.connect();
  const auto until = Steady::now() + 10s;
  while (kept < 20 && Steady::now() < until) std::this_thread::sleep_for(5ms);
  listener.dispose();
  listener.dispose();
  client.ask([](const Engine&, Millis) { return 0; }).get();  // whatever was under way is over
  const auto then = disposed.load();
  CHECK(then > 0);
  const auto now = kept.load();
  while (kept < now + 20 && Steady::now() < until) std::this_thread::sleep_for(5ms);
  CHECK(kept >= now + 20);
  CHECK(disposed == then);
}

TEST_CASE("a client on the caller's context stops gracefully, and its context runs out", "[client]") {
  SimProcess sim;
  boost::asio::io_context io;
  auto client = std::make_unique<Client>(io, at(sim.url()));
  client->subscribe_book("BTC/USD");
  bool stopped = false;
  client
      ->on<BookStateEvent>([&](const Event&, const BookStateEvent& change) {
        if (change.change.to != BookState::live) return;
        client->stop([&] { stopped = true; });
      })
      .release();
  client->connect();
  io.run_for(10s);
  CHECK(stopped);
  CHECK(io.stopped());
  client.reset();
}

TEST_CASE("options that cannot be are refused by name", "[client]") {
  const auto wrong = [](auto change) {
    ClientOptions options;
    change(options);
    try {
      Client client{options};
    } catch (const ConfigError& error) {
      return std::string{error.what()};
    }
    return std::string{"accepted"};
  };
  CHECK(wrong([](ClientOptions& o) { o.transport.urls[0] = "http://x"; }).rfind("url http://x: must be", 0) == 0);
  CHECK(wrong([](ClientOptions& o) { o.transport.urls[0] = "ws://example.com/v2"; }).find("plaintext") != std::string::npos);
  CHECK(wrong([](ClientOptions& o) {
          o.transport.urls[0] = "ws://example.com/v2";
          o.transport.allow_plaintext = true;
        }) == "accepted");
  CHECK(wrong([](ClientOptions& o) { o.transport.ca_file = "/nowhere.pem"; }).rfind("ca_file /nowhere.pem", 0) == 0);
  CHECK(wrong([](ClientOptions& o) { o.config.depth = 11; }).rfind("depth", 0) == 0);
  CHECK(wrong([](ClientOptions& o) { o.config.session.times.silence = 1; }).rfind("session", 0) == 0);

  Client client;
  ReaderOptions reading;
  reading.delivery.max_queue_depth = 0;
  CHECK_THROWS_AS(client.events(reading), ConfigError);
  reading = {};
  reading.block = true;
  reading.block_ms = 5'001;
  CHECK_THROWS_AS(client.events(reading), ConfigError);
  reading.block_ms = 100;
  reading.delivery.policy = DropPolicy::latest;
  CHECK_THROWS_AS(client.events(reading), ConfigError);
}

TEST_CASE("a question to a client that is gone is answered by a broken promise", "[client]") {
  auto client = std::make_unique<Client>();
  std::promise<void> done;
  client->stop([&] { done.set_value(); });
  done.get_future().wait();
  auto answer = client->ask([](const Engine&, Millis) { return 1; });
  CHECK_THROWS_AS(answer.get(), std::future_error);
  client->stop();
  auto events = client->events();
  CHECK_FALSE(events.receive());
}

}  // namespace hadal::net
