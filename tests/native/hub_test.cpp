#include "hadal_asio/hub.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <set>
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
  return options;
}

/// A book kept from nothing but what a reader gives: a plain map, cut to its depth.
struct Kept {
  std::map<std::int64_t, std::int64_t, std::greater<>> bids;
  std::map<std::int64_t, std::int64_t> asks;
  bool begun = false;
  std::uint64_t revision = 0;

  template <class Side>
  static void apply(Side& side, const std::vector<Level>& levels, bool whole, std::size_t depth) {
    if (whole) side.clear();
    for (const auto& level : levels) {
      if (level.qty == 0) side.erase(level.price);
      else side[level.price] = level.qty;
    }
    while (side.size() > depth) side.erase(std::prev(side.end()));
  }
  /// What is wrong; null: nothing. Catch's assertions are for its own thread.
  [[nodiscard]] const char* take(const HubBook& book) {
    const bool whole = book.kind == FrameKind::snapshot;
    if (!whole && !begun) return "an update came before the book";
    if (!whole && book.revision != revision + 1) return "an update is missing";
    begun = true;
    revision = book.revision;
    apply(bids, book.bids, whole, book.depth);
    apply(asks, book.asks, whole, book.depth);
    if (!book.best_bid || !book.best_ask || bids.empty() || asks.empty()) return "a side is empty";
    const bool same = Level{bids.begin()->first, bids.begin()->second} == *book.best_bid &&
                      Level{asks.begin()->first, asks.begin()->second} == *book.best_ask;
    return same ? nullptr : "the best levels differ";
  }
};

}  // namespace

TEST_CASE("readers at any pace rebuild every book, of several clients", "[hub]") {
  SimProcess sim{{"--scenario", "storm", "--symbols", "5"}};
  SimProcess other{{"--scenario", "storm", "--seed", "9"}};
  Hub hub;
  Client one{at(sim.url())};
  Client two{at(other.url())};
  hub.attach(one, "one");
  hub.attach(two, "two");
  for (const auto* symbol : {"BTC/USD", "ETH/USD", "SOL/USD"}) one.subscribe_book(symbol);
  two.subscribe_book("BTC/USD");

  struct Result {
    std::uint64_t books = 0, lags = 0, missed = 0;
    std::map<std::string, Kept> kept;
    std::map<std::string, std::uint64_t> last;
    std::set<std::string> wrong;
  };
  const auto read = [](HubReader reader, std::chrono::microseconds pause, Result& result) {
    while (const auto event = reader.receive()) {
      if (const auto* lagged = std::get_if<Lagged>(&event->body)) {
        ++result.lags;
        result.missed += lagged->missed;
      }
      if (event->number != 0) {
        if (event->number <= result.last[event->source]) result.wrong.insert("out of order");
        result.last[event->source] = event->number;
      }
      if (const auto* book = std::get_if<HubBook>(&event->body)) {
        ++result.books;
        if (const auto* wrong = result.kept[event->source + ' ' + event->symbol].take(*book)) result.wrong.insert(wrong);
      }
      if (pause.count() != 0) std::this_thread::sleep_for(pause);
    }
  };
  Result quick, slow;
  std::thread a{read, hub.subscribe(), 0us, std::ref(quick)};
  std::thread b{read, hub.subscribe(kAllEvents, {}, 8), 20ms, std::ref(slow)};
  one.connect();
  two.connect();
  const auto until = Steady::now() + 20s;
  const auto updates = [](Client& client) { return client.ask([](const Engine& engine, Millis) { return engine.events(); }).get(); };
  while ((updates(one) < 2'000 || updates(two) < 600) && Steady::now() < until) std::this_thread::sleep_for(20ms);
  // Who comes late begins with whole books.
  auto late = hub.subscribe(mask_of(EventType::book_snapshot) | mask_of(EventType::book_update), "ETH/USD");
  const auto first = late.receive_for(5s);
  REQUIRE(first);
  REQUIRE(std::holds_alternative<HubBook>(first->body));
  CHECK(std::get<HubBook>(first->body).kind == FrameKind::snapshot);
  CHECK(first->symbol == "ETH/USD");
  hub.end();
  a.join();
  b.join();
  CHECK(quick.wrong == std::set<std::string>{});
  CHECK(slow.wrong == std::set<std::string>{});
  CHECK(quick.lags == 0);
  CHECK(quick.books > 1'500);
  CHECK(quick.kept.size() == 4);
  CHECK(slow.lags > 0);
  CHECK(slow.missed > 500);
  CHECK(slow.kept.size() == 4);
  while (late.receive()) {
  }
  CHECK(late.ended());
}

TEST_CASE("a reader of states alone is given the present ones after a lag", "[hub]") {
  SimProcess sim{{"--symbols", "40"}};
  Hub hub;
  Client client{at(sim.url())};
  hub.attach(client, "it");
  auto reader = hub.subscribe(mask_of(EventType::book_state), {}, 8);
  const auto symbols = client.ask([](const Engine&, Millis) { return 0; });
  for (const auto* symbol : {"BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ADA/USD"}) client.subscribe_book(symbol);
  client.connect();
  const auto until = Steady::now() + 10s;
  const auto live = [&] {
    return client
        .ask([](const Engine& engine, Millis) {
          int count = 0;
          for (const auto& [symbol, book] : engine.market().feed().books()) count += book->is_live() ? 1 : 0;
          return count;
        })
        .get();
  };
  while (live() < 5 && Steady::now() < until) std::this_thread::sleep_for(10ms);  // ten changes into a ring of eight
  REQUIRE(live() == 5);
  std::map<std::string, BookState> states;
  bool lagged = false;
  while (const auto event = reader.receive_for(300ms)) {
    lagged |= std::holds_alternative<Lagged>(event->body);
    if (const auto* state = std::get_if<HubBookState>(&event->body)) states[event->symbol] = state->to;
  }
  CHECK(lagged);
  CHECK(states.size() == 5);
  for (const auto& [symbol, state] : states) CHECK(state == BookState::live);
}

TEST_CASE("hub, readers and clients end in any order", "[hub]") {
  SimProcess sim;
  auto hub = std::make_unique<Hub>();
  auto client = std::make_unique<Client>(at(sim.url()));
  hub->attach(*client, "it");
  auto reader = hub->subscribe();
  client->subscribe_book("BTC/USD");
  client->connect();
  CHECK(reader.receive_for(5s));
  SECTION("the client first") {
    client.reset();
    hub.reset();
    while (reader.receive()) {
    }
  }
  SECTION("the hub first") {
    hub.reset();
    client.reset();
    while (reader.receive()) {
    }
  }
  SECTION("the reader first") {
    { const auto gone = std::move(reader); }
    std::this_thread::sleep_for(50ms);
  }
  CHECK_THROWS_AS(Hub{}.subscribe(kAllEvents, {}, 7), ConfigError);
}

}  // namespace hadal::net
