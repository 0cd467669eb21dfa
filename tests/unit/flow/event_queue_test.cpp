// Bounded queues: drop policies, what is told of drops, and that no listener of books is ever left with a hole (Q-19, Q-20, FD-6 ... FD-13).

#include "hadal/flow/event_queue.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "hadal/base/random.hpp"
#include "hadal/flow/event_stream.hpp"
#include "hadal/log.hpp"
#include "support/model_book.hpp"

using namespace hadal;

namespace {

using Lines = std::vector<std::string>;

Lines split(const std::string& text) {
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool has(const std::string& line, std::string_view part) { return line.find(part) != std::string::npos; }

/// Events made by hand into queues, as an EventStream does it.
struct Bench {
  EventStream stream;
  std::int64_t now = 1'000;

  Bench() { stream.begin({now}); }

  void tell(std::string_view symbol, decltype(Event::body) body) {
    Event event{};
    event.at = {now};
    event.symbol = symbol;
    event.body = std::move(body);
    stream.on_event(event);
  }
  void trade(std::string_view symbol, std::int64_t price) {
    Trade made;
    made.symbol = symbol;
    made.price = {price, 0};
    made.qty = {1, 0};
    tell(symbol, TradeEvent{FrameKind::update, &made});
  }
  void ticker(std::string_view symbol, std::int64_t last) {
    Ticker made;
    made.symbol = symbol;
    made.last = Decimal{last, 0};
    tell(symbol, TickerEvent{FrameKind::update, &made});
  }
  void ohlc(std::int64_t begin, std::int64_t interval, std::int64_t close) {
    Candle made;
    made.symbol = "BTC/USD";
    made.interval_begin = begin;
    made.interval = interval;
    made.close = Decimal{close, 0};
    tell("BTC/USD", OhlcEvent{FrameKind::update, &made});
  }
  Lines drain(EventQueue& queue, std::size_t most = 1'000'000) {
    std::string out;
    const auto count = stream.drain(queue, {now}, nullptr, out, most);
    auto lines = split(out);
    CHECK(lines.size() == count);
    return lines;
  }
};

DeliveryConfig config(DropPolicy policy, std::size_t depth) {
  DeliveryConfig out;
  out.policy = policy;
  out.max_queue_depth = depth;
  return out;
}

}  // namespace

TEST_CASE("a queue gives lines in order, only those wanted, and the numbers of the stream", "[flow]") {
  Bench bench;
  DeliveryConfig only;
  only.types = mask_of(EventType::trade);
  only.symbol = "BTC/USD";
  EventQueue all{{}};
  EventQueue some{only};
  bench.stream.add(all);
  bench.stream.add(some);
  bench.trade("BTC/USD", 1);
  bench.now += 5;
  bench.trade("ETH/USD", 2);
  bench.ticker("BTC/USD", 3);
  bench.trade("BTC/USD", 4);
  const auto lines = bench.drain(all);
  REQUIRE(lines.size() == 4);
  CHECK(has(lines[0], R"({"n":1,"t":0,"conn":0,"type":"trade","symbol":"BTC/USD")"));
  CHECK(has(lines[3], R"({"n":4,"t":5,)"));
  const auto few = bench.drain(some);
  REQUIRE(few.size() == 2);
  CHECK(few[0] == lines[0]);
  CHECK(few[1] == lines[3]);
  CHECK(bench.drain(all).empty());
  CHECK_FALSE(all.pending());
  CHECK(some.stats({bench.now}).offered == 2);
}

TEST_CASE("oldest: the oldest events leave, and what was missed is told before the next one", "[flow]") {
  Bench bench;
  EventQueue queue{config(DropPolicy::oldest, 3)};
  bench.stream.add(queue);
  for (int i = 1; i <= 5; ++i) bench.trade("BTC/USD", i);
  CHECK(queue.size() == 3);
  const auto lines = bench.drain(queue);
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == R"({"t":0,"type":"delivery","phase":"begin","offered":2,"dropped":2,"coalesced":0,"limited":0})");
  CHECK(lines[1] == R"({"t":0,"type":"lagged","missed":2})");
  CHECK(has(lines[2], R"("n":3,)"));
  CHECK(has(lines[4], R"("n":5,)"));
  CHECK(queue.stats({bench.now}).dropped_oldest == 2);
  CHECK(queue.stats({bench.now}).drop_rate() == 40.0);
}

TEST_CASE("latest: new events are refused while the queue is full", "[flow]") {
  Bench bench;
  EventQueue queue{config(DropPolicy::latest, 3)};
  bench.stream.add(queue);
  for (int i = 1; i <= 5; ++i) bench.trade("BTC/USD", i);
  auto lines = bench.drain(queue);
  REQUIRE(lines.size() == 5);
  CHECK(has(lines[1], R"("missed":2)"));
  CHECK(has(lines[2], R"("n":1,)"));
  CHECK(has(lines[4], R"("n":3,)"));
  bench.trade("BTC/USD", 6);
  lines = bench.drain(queue);
  REQUIRE(lines.size() == 1);
  CHECK(has(lines[0], R"("n":6,)"));
}

TEST_CASE("coalesce: the newer replaces the queued one in its place, within the window; others are left alone", "[flow]") {
  Bench bench;
  auto wanted = config(DropPolicy::coalesce, 10);
  EventQueue queue{wanted};
  wanted.coalesce_window_ms = 0;
  EventQueue always{wanted};
  bench.stream.add(queue);
  bench.stream.add(always);
  bench.ticker("BTC/USD", 1);
  bench.trade("BTC/USD", 2);
  bench.ticker("ETH/USD", 3);
  bench.now += 10;
  bench.ticker("BTC/USD", 4);  // 10 ms after the first: still within
  bench.now += 1;
  bench.ticker("BTC/USD", 5);  // 11 ms: not any more
  bench.trade("BTC/USD", 6);   // trades are never merged
  const auto lines = bench.drain(queue);
  REQUIRE(lines.size() == 6);
  CHECK(has(lines[0], R"("type":"delivery","phase":"begin")"));
  CHECK(has(lines[1], R"("n":4,)"));
  CHECK(has(lines[2], R"("n":2,)"));
  CHECK(has(lines[3], R"("n":3,)"));
  CHECK(has(lines[4], R"("n":5,)"));
  CHECK(has(lines[5], R"("n":6,)"));
  CHECK(queue.stats({bench.now}).coalesced == 1);
  const auto merged = bench.drain(always);
  REQUIRE(merged.size() == 5);
  CHECK(has(merged[1], R"("n":5,)"));
}

TEST_CASE("coalesce merges only one and the same candle", "[flow]") {
  Bench bench;
  EventQueue queue{config(DropPolicy::coalesce, 10)};
  bench.stream.add(queue);
  bench.ohlc(60'000'000'000, 1, 1);
  bench.ohlc(60'000'000'000, 5, 2);
  bench.ohlc(60'000'000'000, 1, 3);
  bench.ohlc(120'000'000'000, 1, 4);
  const auto lines = bench.drain(queue);
  REQUIRE(lines.size() == 4);
  CHECK(has(lines[1], R"("n":3,)"));
  CHECK(has(lines[2], R"("n":2,)"));
  CHECK(has(lines[3], R"("n":4,)"));
}

TEST_CASE("an episode of dropping is told at its start and, a second after the last drop, at its end", "[flow]") {
  Bench bench;
  EventQueue queue{config(DropPolicy::oldest, 1)};
  bench.stream.add(queue);
  bench.trade("BTC/USD", 1);
  bench.trade("BTC/USD", 2);
  CHECK(has(bench.drain(queue)[0], R"("phase":"begin")"));
  bench.now += 600;
  bench.trade("BTC/USD", 3);
  bench.trade("BTC/USD", 4);  // the same episode
  CHECK(has(bench.drain(queue)[0], R"("type":"lagged")"));
  CHECK(queue.ready_at({bench.now})->count == bench.now + 1'000);
  CHECK(bench.stream.deadline({bench.now})->count == bench.now + 1'000);
  bench.now += 999;
  CHECK(bench.drain(queue).empty());
  bench.now += 1;
  const auto lines = bench.drain(queue);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == R"({"t":1600,"type":"delivery","phase":"end","offered":3,"dropped":2,"coalesced":0,"limited":0})");
  CHECK_FALSE(queue.ready_at({bench.now}));
}

TEST_CASE("a limit lets at most rate and burst through in any second; the rest waits, or is dropped by the policy (F-26)", "[flow]") {
  Bench bench;
  auto wanted = config(DropPolicy::oldest, 2'000);
  wanted.max_messages_per_second = 1'000;
  wanted.burst_allowance = 100;
  EventQueue queue{wanted};
  bench.stream.add(queue);
  std::vector<std::size_t> passed;  // per ms
  for (int ms = 0; ms < 3'000; ++ms) {
    for (int i = 0; i < 5; ++i) bench.trade("BTC/USD", i + 1);
    std::string out;
    const auto before = queue.stats({bench.now}).delivered;
    bench.stream.drain(queue, {bench.now}, nullptr, out);
    passed.push_back(static_cast<std::size_t>(queue.stats({bench.now}).delivered - before));
    ++bench.now;
  }
  std::size_t most = 0;
  for (std::size_t from = 0; from + 1'000 <= passed.size(); ++from) {
    std::size_t sum = 0;
    for (std::size_t i = from; i < from + 1'000; ++i) sum += passed[i];
    most = std::max(most, sum);
  }
  CHECK(most <= 1'100);
  CHECK(most >= 1'000);
  const auto stats = queue.stats({bench.now});
  CHECK(stats.offered == 15'000);
  CHECK(stats.delivered + stats.dropped_oldest + stats.queued == 15'000);
  CHECK(stats.limited > 0);
  CHECK(stats.peak_rate <= 1'100);
}

TEST_CASE("what could be had already is nothing a driver waits for", "[flow]") {
  Bench bench;
  auto wanted = config(DropPolicy::oldest, 10);
  wanted.max_messages_per_second = 10;
  wanted.burst_allowance = 1;
  EventQueue queue{wanted};
  bench.stream.add(queue);
  bench.trade("BTC/USD", 1);
  bench.trade("BTC/USD", 2);
  CHECK_FALSE(queue.ready_at({bench.now}));  // the first one is there for whoever asks
  CHECK(bench.drain(queue).size() == 1);
  CHECK(queue.ready_at({bench.now})->count == bench.now + 100);
  bench.stream.remove(queue);
  CHECK_FALSE(bench.stream.deadline({bench.now}));
}

TEST_CASE("settings outside of their ranges are refused", "[flow]") {
  CHECK(check(DeliveryConfig{}) == Errc::ok);
  const auto refused = [](auto change) {
    DeliveryConfig wanted;
    change(wanted);
    return check(wanted) == Errc::config_invalid;
  };
  CHECK(refused([](auto& c) { c.max_queue_depth = 0; }));
  CHECK(refused([](auto& c) { c.max_queue_depth = 1'048'577; }));
  CHECK(refused([](auto& c) { c.coalesce_window_ms = -1; }));
  CHECK(refused([](auto& c) { c.max_messages_per_second = -1; }));
  CHECK(refused([](auto& c) { c.burst_allowance = 0; }));
}

namespace {

/// A client of book lines: keeps what it is told, and fails where a line does not follow from the one before.
struct Rebuilt {
  struct Book {
    std::map<std::string, std::string> bids, asks;
    std::uint64_t revision = 0;
  };
  std::map<std::string, Book> books;
  std::string failure;

  static std::string text_of(const std::string& line, std::string_view key) {
    auto at = line.find("\"" + std::string{key} + "\":");
    if (at == std::string::npos) return {};
    at += key.size() + 3;
    const bool quoted = line[at] == '"';
    if (quoted) ++at;
    return line.substr(at, line.find_first_of(quoted ? "\"" : ",}", at) - at);
  }

  static void apply(const std::string& line, std::string_view key, std::map<std::string, std::string>& side) {
    auto at = line.find("\"" + std::string{key} + "\":[") + key.size() + 4;
    while (line[at] == '[' || line[at] == ',') {
      at = line.find('"', at) + 1;
      const auto price = line.substr(at, line.find('"', at) - at);
      at += price.size() + 3;
      const auto qty = line.substr(at, line.find('"', at) - at);
      at += qty.size() + 2;
      // Equal lengths sort like numbers: all prices here have as many digits.
      if (qty.find_first_not_of("0.") == std::string::npos) {
        side.erase(price);
      } else {
        side[price] = qty;
      }
    }
  }

  void take(const std::string& line, std::size_t depth) {
    const auto type = text_of(line, "type");
    if (type != "book_snapshot" && type != "book_update") return;
    auto& book = books[text_of(line, "symbol")];
    const auto revision = std::stoull(text_of(line, "revision"));
    if (type == "book_snapshot") {
      book.bids.clear();
      book.asks.clear();
    } else if (revision != book.revision + 1) {
      failure = "update " + std::to_string(revision) + " after " + std::to_string(book.revision);
    }
    book.revision = revision;
    apply(line, "bids", book.bids);
    apply(line, "asks", book.asks);
    while (book.bids.size() > depth) book.bids.erase(book.bids.begin());
    while (book.asks.size() > depth) book.asks.erase(std::prev(book.asks.end()));
  }
};

std::string frame(std::string_view type, const std::string& symbol, Random& random, int levels) {
  const auto side = [&](std::int64_t first, int step) {
    std::string out = "[";
    for (int i = 0; i < levels; ++i) {
      const auto price = type == "snapshot" ? first + i * step : first + static_cast<std::int64_t>(random.uniform(20)) * step;
      const auto qty = type == "snapshot" ? 1 + random.uniform(8) : random.uniform(3);
      out += std::string{i == 0 ? "" : ","} + R"({"price":)" + std::to_string(price) + ".5,\"qty\":" + std::to_string(qty) + ".25}";
    }
    return out + "]";
  };
  auto bids = side(5'000, -1);
  auto asks = side(5'001, 1);
  if (type == "update") {  // zero has to be zero
    for (auto* text : {&bids, &asks})
      for (auto at = text->find(":0.25"); at != std::string::npos; at = text->find(":0.25")) text->replace(at, 5, ":0.00");
  }
  return R"({"channel":"book","type":")" + std::string{type} + R"(","data":[{"symbol":")" + symbol + R"(","bids":)" + bids + R"(,"asks":)" +
         asks + "}]}";
}

}  // namespace

TEST_CASE("a listener of books can rebuild them from what it is given, whatever was dropped (Q-20)", "[flow]") {
  constexpr std::size_t kDepth = 10;
  const auto policy = GENERATE(DropPolicy::oldest, DropPolicy::latest, DropPolicy::coalesce);
  const auto queue_depth = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{40});
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Random random{seed};
    EventStream stream;
    FeedConfig feed_config;
    feed_config.depth = kDepth;
    Feed feed{feed_config, &stream};
    auto wanted = config(policy, queue_depth);
    if (seed % 2 == 0) wanted.max_messages_per_second = 50;
    EventQueue queue{wanted};
    EventQueue stuck{config(policy, 3)};
    const int joins = seed % 3 == 0 ? 150 : 0;  // some come late
    stream.add(stuck);
    Rebuilt rebuilt;
    const std::vector<std::string> symbols{"BTC/USD", "ETH/USD", "SOL/USD"};
    const auto read = [&](Millis now, std::size_t most) {
      std::string out;
      stream.drain(queue, now, &feed, out, most);
      for (const auto& line : split(out)) rebuilt.take(line, kDepth);
    };
    std::int64_t now = 0;
    for (int step = 0; step < 400; ++step) {
      if (step == joins) stream.add(queue, &feed);
      now += static_cast<std::int64_t>(random.uniform(20));
      const auto& symbol = symbols[static_cast<std::size_t>(random.uniform(2))];
      const bool fresh = feed.book(symbol) == nullptr || random.uniform(60) == 0;
      stream.begin({now});
      const auto levels = fresh ? 8 : 1 + static_cast<int>(random.uniform(2));
      feed.on_text({now}, 1, frame(fresh ? "snapshot" : "update", symbol, random, levels));
      if (random.uniform(7) == 0) read({now}, static_cast<std::size_t>(1 + random.uniform(5)));
    }
    for (int i = 0; i < 400 && queue.pending(); ++i) read({now += 100}, 50);
    CHECK_FALSE(queue.pending());
    INFO("seed " << seed << ", policy " << name(policy) << ", queue " << queue_depth);
    REQUIRE(rebuilt.failure == "");
    for (const auto& [symbol, book] : feed.books()) {
      const auto& mine = rebuilt.books[symbol];
      REQUIRE(mine.revision == book->revision());
      REQUIRE(mine.bids.size() == book->levels().bids().size());
      std::size_t rank = 0;
      for (auto at = mine.bids.rbegin(); at != mine.bids.rend(); ++at, ++rank) {
        std::string price;
        append_decimal(price, book->levels().bids()[rank].price, book->scales().price);
        std::string qty;
        append_decimal(qty, book->levels().bids()[rank].qty, book->scales().qty);
        REQUIRE(at->first == price);
        REQUIRE(at->second == qty);
      }
    }
  }
}

TEST_CASE("a queue that comes late begins with the books that are held, and has missed nothing", "[flow]") {
  Random random{3};
  EventStream stream;
  Feed feed{{}, &stream};
  feed.on_text({0}, 1, frame("snapshot", "BTC/USD", random, 5));
  feed.on_text({1}, 1, frame("snapshot", "ETH/USD", random, 5));
  DeliveryConfig one;
  one.symbol = "btc/usd";  // any spelling
  EventQueue queue{one};
  stream.add(queue, &feed);
  stream.add(queue, &feed);  // twice is once
  feed.on_text({2}, 1, frame("update", "BTC/USD", random, 1));
  std::string out;
  CHECK(stream.drain(queue, {2}, &feed, out) == 1);
  CHECK(has(out, R"("type":"book_snapshot","symbol":"BTC/USD","local":true)"));
  CHECK(has(out, R"("revision":2)"));
  out.clear();
  feed.on_text({3}, 1, frame("update", "BTC/USD", random, 1));
  CHECK(stream.drain(queue, {3}, &feed, out) == 1);
  CHECK(has(out, R"("revision":3)"));
  CHECK(queue.stats({3}).dropped_oldest == 0);
}

TEST_CASE("a snapshot that takes the last place leaves no hole behind it", "[flow]") {
  Random random{3};
  EventStream stream;
  Feed feed{{}, &stream};
  EventQueue queue{config(DropPolicy::oldest, 2)};
  stream.add(queue);
  feed.on_text({0}, 1, frame("snapshot", "BTC/USD", random, 5));
  feed.on_text({1}, 1, frame("update", "BTC/USD", random, 1));
  feed.on_text({2}, 1, frame("snapshot", "BTC/USD", random, 5));
  feed.on_text({3}, 1, frame("update", "BTC/USD", random, 1));
  std::string out;
  stream.drain(queue, {3}, &feed, out);
  const auto lines = split(out);
  REQUIRE(lines.size() == 4);
  CHECK(has(lines[2], R"("type":"book_snapshot")"));
  CHECK_FALSE(has(lines[2], "local"));
  CHECK(has(lines[3], R"("type":"book_update")"));
}

TEST_CASE("what a removed queue counted is not forgotten", "[flow]") {
  Bench bench;
  EventQueue queue{config(DropPolicy::oldest, 1)};
  bench.stream.add(queue);
  for (int i = 1; i <= 5; ++i) bench.trade("BTC/USD", i);
  CHECK(bench.stream.delivery({bench.now}).dropped_oldest == 4);
  bench.stream.remove(queue);
  CHECK(bench.stream.delivery({bench.now}).dropped_oldest == 4);
  CHECK(bench.stream.delivery({bench.now}).queued == 0);
}

TEST_CASE("many holes and a long queue cost a drain no more than their number", "[flow]") {
  Bench bench;
  EventStream& stream = bench.stream;
  FeedConfig feed_config;
  feed_config.depth = 10;
  Feed feed{feed_config, &stream};
  EventQueue queue{config(DropPolicy::latest, 30'000)};
  stream.add(queue);
  Random random{1};
  for (int i = 0; i < 29'000; ++i) bench.trade("XYZ/USD", i + 1);
  for (int round = 0; round < 4; ++round)
    for (int i = 0; i < 500; ++i)
      feed.on_text({bench.now}, 1, frame(round == 0 ? "snapshot" : "update", std::to_string(i) + "/USD", random, 1));
  std::string out;
  for (int i = 0; i < 1'000; ++i) stream.drain(queue, {bench.now}, &feed, out, 1);  // quadratic, this took minutes
  CHECK(queue.stats({bench.now}).delivered == 1'000);
}

TEST_CASE("a listener that never reads changes nothing that another one sees (Q-19)", "[flow]") {
  const auto run = [](bool with_stuck) {
    Random random{7};
    LogWriter log{true};
    EventStream stream{&log};
    Feed feed{{}, &stream};
    EventQueue reader{{}};
    EventQueue stuck{config(DropPolicy::oldest, 2)};
    stream.add(reader);
    if (with_stuck) stream.add(stuck);
    std::string out;
    for (int step = 0; step < 200; ++step) {
      feed.on_text({step}, 1, frame(step == 0 ? "snapshot" : "update", "BTC/USD", random, 2));
      stream.drain(reader, {step}, &feed, out);
    }
    CHECK(out.size() > 10'000);
    return log.take() + out;
  };
  CHECK(run(false) == run(true));
}
