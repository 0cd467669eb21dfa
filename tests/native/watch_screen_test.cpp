#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/engine.hpp"
#include "support/frames.hpp"
#include "watch/controls.hpp"
#include "watch/model.hpp"
#include "watch/news.hpp"
#include "watch/screen.hpp"

using namespace hadal;
using namespace hadal::watch;

namespace {

/// A live book of ten levels a side, some trades, and all numbers.
Model sample() {
  Model model;
  model.version = "1.2.3";
  model.host = "localhost:8080";
  model.connection = {Tone::good, "SUBSCRIBED", {}};
  model.tabs = {{"BTC/USD", Mark::verified}, {"ETH/USD", Mark::waiting}, {"SOL/USD", Mark::stale}};
  model.book = {Tone::good, "VERIFIED", " 12 ms ago · 1,234 checks"};
  model.depth = "25";
  auto& picture = model.picture;
  picture.live = true;
  for (int i = 0; i < 10; ++i) {
    const auto n = std::to_string(i);
    picture.asks.push_back({"60000." + n, "0.1000000" + n, "1." + n + "0000000", "0.0" + n, {}, 0.05 * (i + 1), i == 0});
    picture.bids.push_back(
        {"5999" + std::to_string(9 - i) + ".9", "2.0000000" + n, "3." + n + "0000000", "0.1" + n, {}, 0.1 * (i + 1), false});
  }
  picture.best_bid = "59999.9";
  picture.best_ask = "60000.0";
  picture.mid = "59999.95";
  picture.microprice = "59999.912";
  picture.spread = "0.1";
  picture.spread_bps = "0.02";
  picture.imbalance = -0.5;
  picture.imbalance_levels = 10;
  picture.tape = {{"12:34:56.789", true, "60000.0", "0.01000000"}, {"12:34:55.001", false, "59999.9", "12.50000000"}};
  picture.trades = "2";
  model.mids = {1.5, 2.5, 2.0};
  model.mid_decimals = 2;
  model.feed = {"27.3 msg/s", "4.5 kB/s", "1.20 ms", "3.40 ms", "12 µs", "90 µs", "1.21 ms", "3.49 ms",
                "4 ms",       "0",        "1",       "0",       "2",     "9,876", "1.5 MB"};
  model.notice = Notice{Tone::warning, "BTC/USD: checksum differed, asking for a new snapshot", "3 s", true};
  return model;
}

Model stale() {
  auto model = sample();
  model.connection = {Tone::bad, "DEGRADED", "reconnecting in 3 s (attempt 2): silence"};
  model.book = {Tone::bad, "STALE", "silence 12 s"};
  model.picture.live = false;
  return model;
}

Model refused() {
  auto model = sample();
  model.tabs.push_back({"NO/PE", Mark::refused});
  model.current = 3;
  model.book = {Tone::bad, "REFUSED", {}};
  model.picture = {};
  model.refused = true;
  model.instead = "NO/PE: Currency pair not supported NO/PE";
  return model;
}

std::string text(const Model& model, Size size) { return text_of(compose(model, size)); }
bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
bool uses(const Screen& screen, std::initializer_list<Style> styles) {
  for (const auto& line : screen.lines)
    for (const auto& span : line)
      if (std::find(styles.begin(), styles.end(), span.style) != styles.end()) return true;
  return false;
}

/// An engine with one book, fed by hand.
struct Fed {
  Engine engine{config()};
  UiState state;
  Viewer viewer;

  static SessionConfig config() {
    SessionConfig config;
    config.reconnect.jitter = false;
    return config;
  }
  Fed() {
    state.symbols = {{"BTC/USD", 10, {}, {}}};
    hadal::Key key;
    key.symbol = "BTC/USD";
    static_cast<void>(engine.connect({0}));
    static_cast<void>(engine.subscribe({0}, key));
    drain();
    engine.on_open({0}, 1);
    drain();
  }
  void drain() {
    while (!std::holds_alternative<Wait>(engine.poll())) {
    }
  }
  void frame(std::int64_t now, std::string_view text) {
    engine.on_text({now}, 1, text);
    drain();
  }
  Model look(std::int64_t now) { return viewer.look(engine, {now}, state); }
};

}  // namespace

TEST_CASE("a screen has exactly the lines of the window, and none is wider") {
  auto crowded = sample();
  for (int i = 0; i < 40; ++i) crowded.tabs.push_back({"PAIR" + std::to_string(i) + "/USD", Mark::waiting});
  crowded.current = 30;
  crowded.rows = 100;
  auto helped = sample();
  helped.help = true;
  auto paused = sample();
  paused.paused = "3 s";
  auto ascii = sample();
  ascii.ascii = true;
  for (const auto& model : {sample(), stale(), refused(), crowded, helped, paused, ascii, Model{}})
    for (int width = 0; width <= 210; width += width < 45 || (width > 95 && width < 105) ? 1 : 7)
      for (int height = 0; height <= 62; ++height) {
        const auto screen = compose(model, {width, height});
        REQUIRE(screen.lines.size() == static_cast<std::size_t>(height));
        for (const auto& line : screen.lines) {
          int sum = 0;
          for (const auto& span : line) sum += columns(span.text);
          if (sum > width) FAIL(width << 'x' << height << ": " << sum << " columns");
        }
      }
}

TEST_CASE("below 40x12 it says so, and from there on it shows the book") {
  CHECK(text(sample(), {39, 12}).starts_with("make the window larger (at least 40x12)\n"));
  CHECK(text(sample(), {12, 3}) == "make the\nwindow\nlarger (at\n");
  CHECK(has(text(sample(), {40, 12}), "make the window") == false);
  CHECK(has(text(sample(), {40, 12}), "spread 0.1"));
}

TEST_CASE("a screen of 80x24") {
  CHECK(text(sample(), {80, 24}) == R"( hadal  SUBSCRIBED                                       v1.2.3  localhost:8080
  1 ● BTC/USD  2 ◐ ETH/USD  3 ○ SOL/USD
 BTC/USD  VERIFIED   12 ms ago · 1,234 checks                          depth 25
   PRICE        SIZE       TOTAL   BPS  DEPTH
 60000.6  0.10000006  1.60000000  0.06  ███████████████████▌
 60000.5  0.10000005  1.50000000  0.05  ████████████████▊
 60000.4  0.10000004  1.40000000  0.04  █████████████▉
 60000.3  0.10000003  1.30000000  0.03  ███████████▏
 60000.2  0.10000002  1.20000000  0.02  ████████▍
 60000.1  0.10000001  1.10000000  0.01  █████▋
 60000.0  0.10000000  1.00000000  0.00  ██▊
── spread 0.1  0.02 bps   mid 59999.95 ─────────────────────────────────────────
 59999.9  2.00000000  3.00000000  0.10  █████▋
 59998.9  2.00000001  3.10000000  0.11  ███████████▏
 59997.9  2.00000002  3.20000000  0.12  ████████████████▊
 59996.9  2.00000003  3.30000000  0.13  ██████████████████████▎
 59995.9  2.00000004  3.40000000  0.14  ███████████████████████████▉
 59994.9  2.00000005  3.50000000  0.15  █████████████████████████████████▍
 59993.9  2.00000006  3.60000000  0.16  ███████████████████████████████████████
 bid 59999.9   ask 60000.0   mid 59999.95   microprice 59999.912
 asks ───────────━━━━━━━━━━━━┿─────────────────────── bids -0.50 over 10 levels
 27.3 msg/s   p50 1.21 ms   p99 3.49 ms   gaps 0   resyncs 1   reconnects 2
 BTC/USD: checksum differed, asking for a new snapshot                      3 s
 q quit  ? help  Tab symbol  p pause  g group  + - rows  d depth  r ask again
)");
}

TEST_CASE("a screen of 110x34 has the trades beside the book") {
  CHECK(text(sample(), {110, 34}) ==
        R"( hadal  SUBSCRIBED                                                                     v1.2.3  localhost:8080
  1 ● BTC/USD  2 ◐ ETH/USD  3 ○ SOL/USD
──────────────────────────────────────────────────────────────────────┬───────────────────────────────────────
 BTC/USD  VERIFIED   12 ms ago · 1,234 checks                depth 25 ├─ TRADES ────────────────────────── 2 ─
   PRICE        SIZE       TOTAL   BPS  DEPTH                         │ 12:34:56.789  ▲  60000.0   0.01000000
 60000.9  0.10000009  1.90000000  0.09  ██████████████▌               │ 12:34:55.001  ▼  59999.9  12.50000000
 60000.8  0.10000008  1.80000000  0.08  █████████████                 │
 60000.7  0.10000007  1.70000000  0.07  ███████████▋                  │
 60000.6  0.10000006  1.60000000  0.06  ██████████▏                   │
 60000.5  0.10000005  1.50000000  0.05  ████████▊                     │
 60000.4  0.10000004  1.40000000  0.04  ███████▎                      │
 60000.3  0.10000003  1.30000000  0.03  █████▊                        │
 60000.2  0.10000002  1.20000000  0.02  ████▍                         │
 60000.1  0.10000001  1.10000000  0.01  ██▉                           │
 60000.0  0.10000000  1.00000000  0.00  █▌                            │
── spread 0.1  0.02 bps   mid 59999.95 ───────────────────────────────┤
 59999.9  2.00000000  3.00000000  0.10  ██▉                           │
 59998.9  2.00000001  3.10000000  0.11  █████▊                        │
 59997.9  2.00000002  3.20000000  0.12  ████████▊                     │
 59996.9  2.00000003  3.30000000  0.13  ███████████▋                  │
 59995.9  2.00000004  3.40000000  0.14  ██████████████▌               │
 59994.9  2.00000005  3.50000000  0.15  █████████████████▍            │
 59993.9  2.00000006  3.60000000  0.16  ████████████████████▎         │
 59992.9  2.00000007  3.70000000  0.17  ███████████████████████▎      ├─ FEED ─────────────── 9,876 messages ─
 59991.9  2.00000008  3.80000000  0.18  ██████████████████████████▏   │ rate       27.3 msg/s   4.5 kB/s
 59990.9  2.00000009  3.90000000  0.19  █████████████████████████████ │ latency    p50 1.21 ms  p99 3.49 ms
                                                                      │   network  p50 1.20 ms  p99 3.40 ms
 bid 59999.9   ask 60000.0   mid 59999.95   microprice 59999.912      │   hadal    p50 12 µs    p99 90 µs
 asks ─────────━━━━━━━━━┿────────────────── bids -0.50 over 10 levels │ mismatches 0            gaps 0
                                                                      │ resyncs    1            reconnects 2
                                                                      │ round trip 4 ms
                                                                      │ received   1.5 MB
 BTC/USD: checksum differed, asking for a new snapshot                                                    3 s
 q quit  ? help  Tab symbol  p pause  g group  + - rows  d depth  r ask again
)");
}

TEST_CASE("the smallest screen keeps the book's state, three levels a side and the way out") {
  CHECK(text(sample(), {40, 12}) == R"( hadal  SUBSCRIBED       localhost:8080
  1 ● BTC/USD  2 ◐ ETH/USD  3 ○ SOL/USD
 BTC/USD  VERIFIED   12 ms ago depth 25
 60000.2  0.10000002  ████████▌
 60000.1  0.10000001  █████▋
 60000.0  0.10000000  ██▉
── spread 0.1  0.02 bps   mid 59999.95 ─
 59999.9  2.00000000  █████▋
 59998.9  2.00000001  ███████████▍
 59997.9  2.00000002  █████████████████
 BTC/USD: checksum differed, aski…  3 s
 q quit  ? help  Tab symbol  p pause
)");
}

TEST_CASE("what is right is in colour") { CHECK(uses(compose(sample(), {80, 24}), {Style::bid, Style::ask, Style::good_badge})); }

TEST_CASE("a book that is not live is without colour, and says why and since when") {
  const auto screen = compose(stale(), {80, 24});
  CHECK_FALSE(
      uses(screen, {Style::bid, Style::bid_strong, Style::bid_bar, Style::ask, Style::ask_strong, Style::ask_bar, Style::good_badge}));
  const auto words = text_of(screen);
  CHECK(has(words, " BTC/USD  STALE  silence 12 s"));
  CHECK(has(words, "── STALE silence 12 s: old levels ─"));
  CHECK(has(words, " DEGRADED  reconnecting in 3 s (attempt 2): silence"));
  CHECK(has(words, "60000.0  0.10000000"));
  CHECK_FALSE(has(words, "spread"));
  CHECK(has(words, "bid –   ask –   mid –"));
  CHECK_FALSE(has(words, "-0.50"));
}

TEST_CASE("a level that has just changed is strong") {
  auto model = sample();
  CHECK(uses(compose(model, {80, 24}), {Style::ask_strong}));
  model.picture.asks[0].changed = false;
  CHECK_FALSE(uses(compose(model, {80, 24}), {Style::ask_strong}));
}

TEST_CASE("a symbol that is refused shows the exchange's words in place of a ladder") {
  const auto words = text(refused(), {60, 20});
  CHECK(has(words, "4 × NO/PE"));
  CHECK(has(words, " NO/PE  REFUSED "));
  CHECK(has(words, "  NO/PE: Currency pair not supported NO/PE\n"));
  CHECK_FALSE(has(words, "PRICE"));
  CHECK(has(text(refused(), {40, 12}), "NO/PE: Currency pair not supported\n"));  // broken between words
}

TEST_CASE("a held picture says that it is one, and the states go on") {
  auto model = sample();
  model.paused = "4 s";
  const auto words = text(model, {80, 24});
  CHECK(has(words, " PAUSED\n"));
  CHECK(has(words, "picture of 4 s ago"));
  CHECK(has(words, "p go on"));
  CHECK(has(words, "VERIFIED"));
  CHECK(uses(compose(model, {80, 24}), {Style::warning_badge}));
  model.connection = stale().connection;
  CHECK(has(text(model, {40, 12}), " PAUSED\n"));  // before any detail
}

TEST_CASE("help stands in a box over the book") {
  auto model = sample();
  model.help = true;
  for (const Size size : {Size{40, 12}, Size{80, 24}, Size{200, 60}}) {
    const auto words = text(model, size);
    for (const auto* part : {"─ KEYS ─", "Tab ← → 1-9   symbol", "q Esc Ctrl-C  quit", "any key closes", "└──"}) CHECK(has(words, part));
    CHECK(has(words, "stale: not to be trusted") == (size.height >= 20));
  }
}

TEST_CASE("without UTF-8 there is nothing but ASCII") {
  for (auto model : {sample(), stale(), refused()}) {
    model.ascii = true;
    for (const bool help : {false, true}) {
      model.help = help;
      for (const Size size : {Size{40, 12}, Size{80, 24}, Size{120, 40}})
        for (const auto c : text(model, size))
          if (c != '\n' && (c < ' ' || c > '~')) FAIL("byte " << int(static_cast<unsigned char>(c)));
    }
  }
  auto model = sample();
  model.ascii = true;
  CHECK(has(text(model, {80, 24}), "59993.9"));
  CHECK(has(text(model, {80, 24}), "###"));
  CHECK(has(text(model, {80, 24}), " 1 * BTC/USD  2 ~ ETH/USD  3 o SOL/USD"));
}

TEST_CASE("the present tab is always in sight") {
  auto model = sample();
  for (int i = 0; i < 30; ++i) model.tabs.push_back({"PAIR" + std::to_string(i) + "/USD", Mark::waiting});
  for (model.current = 0; model.current < model.tabs.size(); ++model.current) {
    const auto screen = compose(model, {60, 20});
    std::string current;
    for (const auto& span : screen.lines[1])
      if (span.style == Style::tab) current += span.text;
    CHECK(has(current, ' ' + model.tabs[model.current].symbol + ' '));
  }
}

TEST_CASE("words of others cannot speak to the terminal") {
  CHECK(plain("ok\x1b[2J\r\n\x07\xc3\xa9~") ==
        "ok?[2J??"
        "???~");
  CHECK(fit("abcdef", 4) == "abc…");
  CHECK(fit("abcd", 4) == "abcd");
}

TEST_CASE("ages, counts and sizes as people write them") {
  CHECK(age_text(-5) == "0 ms");
  CHECK(age_text(999) == "999 ms");
  CHECK(age_text(59'999) == "59 s");
  CHECK(age_text(245'000) == "4 min 05 s");
  CHECK(age_text(11'520'000) == "3 h 12 min");
  CHECK(count_text(0) == "0");
  CHECK(count_text(999) == "999");
  CHECK(count_text(1'234'567) == "1,234,567");
  CHECK(bytes_text(512) == "512 B");
  CHECK(bytes_text(12'345) == "12.3 kB");
  CHECK(bytes_text(999'990) == "1.0 MB");
  CHECK(time_text(1'767'323'045'678'901'000) == "03:04:05.678");
}

TEST_CASE("an engine's book becomes a model") {
  Fed fed;
  auto model = fed.look(10);
  CHECK(model.picture.empty());
  CHECK(model.book.word == "AWAITING SNAPSHOT");
  CHECK(model.instead == "waiting for the first snapshot of BTC/USD");

  fed.frame(100, test::kSnapshot);
  model = fed.look(112);
  CHECK(model.tabs[0].mark == Mark::verified);
  CHECK(model.book.word == "VERIFIED");
  CHECK(model.book.detail == " 12 ms ago · 1 check");
  CHECK(model.picture.live);
  CHECK(model.picture.asks.size() == 10);
  CHECK(model.picture.asks[0].price == "60000.1");
  CHECK(model.picture.asks[0].size == "0.25000000");
  CHECK(model.picture.bids[1].total == "0.62500010");
  CHECK(model.picture.spread == "0.1");
  CHECK(model.picture.mid == "60000.05");
  CHECK_FALSE(model.picture.bids[0].changed);

  fed.frame(200, test::kUpdates[0]);
  model = fed.look(210);
  CHECK(model.picture.bids[0].changed);
  CHECK_FALSE(model.picture.bids[1].changed);
  CHECK_FALSE(fed.look(600).picture.bids[0].changed);
}

TEST_CASE("a book whose checksum differs is no longer shown as live") {
  Fed fed;
  fed.frame(100, test::kSnapshot);
  auto wrong = std::string{test::kUpdates[0]};
  wrong.replace(wrong.find("2410023125"), 10, "2410023126");
  fed.frame(200, wrong);
  const auto model = fed.look(700);
  CHECK_FALSE(model.picture.live);
  CHECK(model.book.word == "RESYNCING");
  CHECK(model.book.detail == "checksum 500 ms");
  CHECK(model.tabs[0].mark == Mark::waiting);
  CHECK(model.feed.mismatches == "1");

  fed.engine.on_closed({1'000}, 1, 1006, {});
  fed.drain();
  CHECK(fed.look(3'100).book.word == "STALE");
  CHECK(fed.look(3'100).book.detail == "transport lost 2 s");
  CHECK(fed.look(3'100).connection.word == "DEGRADED");
}

TEST_CASE("a pause holds the ladder, not the states") {
  Fed fed;
  fed.frame(100, test::kSnapshot);
  fed.state.paused = true;
  CHECK(fed.look(150).picture.bids[0].size == "0.50000000");
  fed.frame(200, test::kUpdates[0]);
  auto model = fed.look(1'150);
  CHECK(model.picture.bids[0].size == "0.50000000");
  CHECK(model.paused == "1 s");
  CHECK(model.book.detail == "950 ms ago · 2 checks");
  fed.state.paused = false;
  model = fed.look(1'200);
  CHECK(model.picture.bids[0].size == "0.35000000");
  CHECK_FALSE(model.paused);
}

TEST_CASE("keys choose groups by F-47, and off") {
  Fed fed;
  fed.frame(100, test::kSnapshot);
  const auto* book = fed.engine.book("BTC/USD");
  const auto group = [&](watch::Key key) {
    CHECK(press(fed.state, {key}, book, 1, {0}) == Wish::nothing);
    const auto& chosen = fed.state.watched().group;
    return chosen ? to_string(*chosen) : std::string{"off"};
  };
  using enum watch::Key;
  CHECK(group(finer) == "off");
  CHECK(group(coarser) == "0.5");
  CHECK(group(coarser) == "1.0");
  CHECK(group(coarser) == "2.5");
  const auto model = fed.look(200);
  CHECK(model.picture.group == "2.5");
  CHECK(model.picture.bids[0].price == "60000.0");
  CHECK(model.picture.bids[0].levels == "1");
  CHECK(model.picture.bids[1].price == "59997.5");
  CHECK(model.picture.bids[1].levels == "3");
  CHECK(group(finer) == "1.0");
  CHECK(group(finer) == "0.5");
  CHECK(group(finer) == "off");
  for (int i = 0; i < 40; ++i) static_cast<void>(group(coarser));
  CHECK(group(coarser) == "2500.0");  // mid / 20
}

TEST_CASE("keys: symbols, depth, rows, pause, help") {
  UiState state;
  state.symbols = {{"A/B", 10, {}, {}}, {"C/D", 1000, {}, {}}};
  const auto hit = [&](watch::Key key, std::size_t number = 0) { return press(state, {key, number}, nullptr, 1, {0}); };
  using enum watch::Key;
  CHECK(hit(previous) == Wish::nothing);
  CHECK(state.current == 1);
  CHECK(hit(next) == Wish::nothing);
  CHECK(state.current == 0);
  CHECK(hit(pick, 8) == Wish::nothing);
  CHECK(state.current == 0);
  CHECK(hit(pick, 1) == Wish::nothing);
  CHECK(hit(depth) == Wish::change_depth);
  CHECK(state.watched().depth == 10);
  CHECK(state.note->text == "C/D: asking for 10 levels a side");
  CHECK(hit(depth) == Wish::change_depth);
  CHECK(state.watched().depth == 25);
  for (int i = 0; i < 20; ++i) CHECK(hit(fewer) == Wish::nothing);
  CHECK(state.rows == 1);
  CHECK(hit(pause) == Wish::nothing);
  CHECK(state.paused);
  CHECK(hit(help) == Wish::nothing);
  CHECK(state.help);
  CHECK(hit(quit) == Wish::nothing);  // any key closes it
  CHECK_FALSE(state.help);
  CHECK(hit(again) == Wish::ask_again);
  CHECK(hit(other) == Wish::nothing);
  CHECK(hit(quit) == Wish::quit);
}

TEST_CASE("news say what was wrong with a book, also when it is right again") {
  News news;
  Event event{1, {5}, 1, "BTC/USD", GapEvent{Cause::checksum}};
  CHECK(news.hear(event)->text == "BTC/USD: checksum differed, asking for a new snapshot");
  event.body = BookStateEvent{{8, BookState::resyncing, BookState::live, Cause::none}};
  const auto good = news.hear(event);
  REQUIRE(good);
  CHECK(good->text == "BTC/USD: checksum differed; right again, from a new snapshot");
  CHECK(good->tone == Tone::good);
  CHECK(good->at.count == 5);
  CHECK_FALSE(news.hear(event));  // and only once
  event.body = HeartbeatEvent{};
  CHECK_FALSE(news.hear(event));
}
