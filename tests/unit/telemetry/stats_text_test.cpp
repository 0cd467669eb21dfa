#include "hadal/telemetry/stats_text.hpp"

#include <catch2/catch.hpp>

#include "hadal/engine.hpp"
#include "support/session_script.hpp"

namespace hadal::test {
namespace {

/// Its engine has one live book after go_live().
struct Connected {
  Engine engine{Script::plain()};

  void drain(Millis now) {
    for (;;) {
      const auto output = engine.poll();
      if (std::holds_alternative<Wait>(output)) return;
      if (const auto* connect = std::get_if<Connect>(&output)) engine.on_open(now, connect->connection);
    }
  }
  void go_live() {
    REQUIRE(engine.subscribe({1000}, book()) == Errc::ok);
    REQUIRE(engine.connect({1000}) == Errc::ok);
    drain({1000});
    engine.on_text({1010}, 1, ack(1));
    drain({1010});
    engine.on_text({1020}, 1, kSnapshot);
    drain({1020});
  }
  [[nodiscard]] std::string status(Millis now) const {
    std::string out;
    append_status(out, engine, now);
    return out;
  }
};

}  // namespace

TEST_CASE("the status of an engine is one JSON object", "[stats][status]") {
  Connected c;
  CHECK(c.status({1000}) == R"({"state":"disconnected","online":true,"pairs":[],"books":[]})");
  c.go_live();
  CHECK(c.status({1020}) ==
        R"({"state":"subscribed","cause":"all_settled","attempt":0,"online":true,"pairs":["BTC/USD"],"books":[["BTC/USD","live",null]]})");
  c.engine.on_closed({1030}, 1, 1006, "gone \"away\"");
  c.drain({1030});
  CHECK(c.status({1130}) ==
        R"({"state":"degraded","cause":"transport_lost","detail":"gone \"away\"","attempt":0,"retry_in":400,"online":true,"pairs":[],)"
        R"("books":[["BTC/USD","stale","transport_lost"]]})");
  CHECK(c.status({90'000}).find(R"("retry_in":0,)") != std::string::npos);
}

TEST_CASE("the statistics of an engine are one JSON object", "[stats]") {
  Connected c;
  c.go_live();
  std::string out;
  append_stats(out, c.engine.stats({2020}));
  INFO(out);
  CHECK(out.starts_with(R"({"state":"subscribed",)"));
  CHECK(out.find(R"("gap_rate":0.000,)") != std::string::npos);
  CHECK(out.find(R"("frames_received":{"book":1,"response":1})") != std::string::npos);
  CHECK(out.find(R"("books":[{"symbol":"BTC/USD","state":"live","verified":true,"snapshots":1,"updates":0,"matched":1,)") !=
        std::string::npos);
  CHECK(out.find(R"("latency":{"network":{"count":0},)") != std::string::npos);
  CHECK(out.ends_with("}"));
}

TEST_CASE("words of the wire stay JSON strings among the statistics", "[stats]") {
  Stats stats;
  stats.rejected_frames.push_back({"odd \"word\"\n", 2});
  stats.frames_per_second = 12.3456;
  std::string out;
  append_stats(out, stats);
  CHECK(out.find(R"("rejected_frames":{"odd \"word\"\n":2})") != std::string::npos);
  CHECK(out.find(R"("frames_per_second":12.346)") != std::string::npos);
}

}  // namespace hadal::test
