// What an engine counts, and how late its frames are.

#include "hadal/telemetry/telemetry.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "hadal/engine.hpp"
#include "hadal/telemetry/metrics.hpp"
#include "support/session_script.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

struct Client {
  struct Sink final : EventSink {
    void on_event(const Event& event) override {
      if (event.number == 0) append_log_line(lines, event, {1'000});
    }
    std::string lines;
  };

  Client() {
    REQUIRE(engine.subscribe(now, book()) == Errc::ok);
    REQUIRE(engine.connect(now) == Errc::ok);
    drain();
    engine.on_open(now, 1);
    drain();
  }
  void drain() {
    for (;;) {
      const auto output = engine.poll();
      if (const auto* wait = std::get_if<Wait>(&output)) {
        until = wait->until;
        return;
      }
    }
  }
  void text(std::string_view frame, std::optional<UnixNanos> wall = std::nullopt) {
    engine.on_text(now, 1, frame, wall);
    drain();
  }

  Sink sink;
  Engine engine{Script::plain(), &sink};
  Millis now{1'000};
  std::optional<Millis> until;
};

std::uint64_t count_of(const std::vector<NamedCount>& counts, std::string_view name) {
  for (const auto& one : counts)
    if (one.name == name) return one.count;
  return 0;
}

}  // namespace

TEST_CASE("an engine's statistics count what happened", "[telemetry]") {
  Client c;
  c.text(ack(1));
  c.text(kSnapshot);
  c.text(kUpdates[0]);
  c.text(kHeartbeat);
  c.now.count += 2'000;
  c.text(kWrongUpdate);
  c.now.count += 250;
  c.text(ack(2, "BTC/USD", "unsubscribe"));
  c.text(ack(3));
  c.text(kSnapshot);
  c.engine.on_closed(c.now, 1, 1006, "gone");
  c.drain();

  const auto stats = c.engine.stats(c.now);
  REQUIRE(stats.sessions.size() == 1);
  const auto& session = stats.sessions[0];
  CHECK(session.state == ConnectionState::degraded);
  CHECK(count_of(session.frames_received, "book") == 4);
  CHECK(count_of(session.frames_received, "heartbeat") == 1);
  CHECK(count_of(session.frames_received, "response") == 3);
  CHECK(count_of(session.frames_sent, "subscribe") == 2);
  CHECK(count_of(session.frames_sent, "unsubscribe") == 1);
  CHECK(count_of(session.failures, "transport_lost") == 1);
  CHECK(count_of(session.keys, "wanted") == 1);
  REQUIRE(stats.books.size() == 1);
  CHECK(stats.books[0].repairs_begun == 1);
  CHECK(stats.books[0].repairs_done == 1);
  CHECK(stats.books[0].mismatched == 1);
  CHECK(count_of(stats.gaps, "checksum") == 1);
  CHECK(count_of(stats.events, "book_snapshot") == 2);
  CHECK(stats.resync_duration.values().max == 250'000);
  CHECK(stats.frames_per_second == 2.0);  // four in the first second, none in the next
  CHECK(metrics_text(stats).find("hadal_connection_failures_total{cause=\"transport_lost\"} 1\n") != std::string::npos);
}

TEST_CASE("latency is known by the driver's stamps, corrected by the exchange's clock, and never logged", "[telemetry]") {
  Client c;
  LogWriter log{true};
  c.text(ack(1));
  c.text(kSnapshot);
  const auto exchange = *parse_timestamp("2026-01-02T03:04:05.801234Z");
  c.text(kUpdates[0], exchange + 30'000'000);
  c.engine.on_done(c.now, exchange + 30'500'000);
  const auto stats = c.engine.stats(c.now);
  CHECK(stats.latency.summary(LatencyPart::network).values().max == 30'000);
  CHECK(stats.latency.summary(LatencyPart::processing).values().max == 500);
  CHECK(stats.latency.summary(LatencyPart::total).values().max == 30'500);
  CHECK_FALSE(stats.latency.corrected());
  c.text(kUpdates[1]);  // no stamp: nothing is recorded
  c.engine.on_done(c.now, exchange);
  CHECK(c.engine.stats(c.now).latency.summary(LatencyPart::network).histogram().count() == 1);
  CHECK(c.sink.lines.empty());
  c.text(kUpdates[2], *parse_timestamp("2026-01-02T03:04:06.100500Z") + 200'000'000);
  c.engine.on_done(c.now, *parse_timestamp("2026-01-02T03:04:06.100500Z") + 200'000'000);
  CHECK(c.sink.lines.find(
            R"({"t":0,"conn":0,"type":"latency_alert","part":"network","phase":"begin","us":200000,"threshold_ms":100,"count":1})") !=
        std::string::npos);
  c.engine.reset_latency();
  CHECK(c.engine.stats(c.now).latency.summary(LatencyPart::network).histogram().count() == 0);
}

TEST_CASE("latency summaries come at their interval, and no more once they are off", "[telemetry]") {
  Client c;
  LatencyConfig config;
  config.interval_ms = 1'000;
  REQUIRE(c.engine.watch_latency(config) == Errc::ok);
  config.interval_ms = -1;
  CHECK(c.engine.watch_latency(config) == Errc::config_invalid);
  c.text(ack(1));
  c.text(kSnapshot);
  c.text(kUpdates[0], *parse_timestamp("2026-01-02T03:04:05.801234Z") + 1'000'000);
  c.engine.on_done(c.now, std::nullopt);
  CHECK(c.until->count == 2'000);
  c.now.count = 2'000;
  c.engine.on_timeout(c.now);
  c.drain();
  CHECK(c.sink.lines.find(R"("type":"latency","part":"network","corrected":false,"count":1,"min":1000)") != std::string::npos);
  CHECK(c.until->count == 3'000);
  REQUIRE(c.engine.watch_latency({}) == Errc::ok);
  c.now.count = 5'000;
  c.engine.on_timeout(c.now);
  c.drain();
  CHECK(c.until->count > 5'000);
}
