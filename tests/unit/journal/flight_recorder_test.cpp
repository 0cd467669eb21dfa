// Incidents: one file with what led to a fault, which plays again as it was.

#include "hadal/journal/flight_recorder.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "hadal/engine.hpp"
#include "hadal/replay.hpp"
#include "support/session_script.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

struct Played {
  std::string log;
  std::string messages;
  FileReport report;
  ExitCode code;
};

Played play(const std::string& recording) {
  ReplayOptions options;
  options.keep_log = true;
  Replay replay{options};
  replay.begin("incident");
  replay.push(recording);
  replay.finish();
  return {replay.take_log(), replay.take_messages(), replay.reports().at(0), replay.exit_code()};
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("an incident plays again: the same checksum differs at the same frame, and the book ends as it was", "[incident]") {
  FlightRecorderConfig config;
  config.frames = 3;
  FlightRecorder flight{config};
  Feed feed{{}};
  std::int64_t now = 1'000;
  const auto text = [&](std::string_view frame) {
    now += 10;
    flight.frame({now}, 7, frame, feed);
    feed.on_text({now}, 7, frame);
  };
  text(kSnapshot);
  for (const auto update : kUpdates) text(update);
  for (int i = 0; i < 20; ++i) text(kUpdates[3]);  // the beginning is forgotten by now
  text(kWrongUpdate);
  CHECK(flight.frames() <= 6);
  CHECK(feed.book("BTC/USD")->state() == BookState::stale);

  flight.note(R"({"what":"a note"})");
  const auto file =
      flight.incident({now}, 1'767'323'045'000'000'000, feed,
                      {"book BTC/USD: checksum", "9.9.9", R"({"seed":1})", Verify::every, CrossedPolicy::gap, {R"({"to":"subscribed"})"}});
  CHECK(
      file.starts_with("# hadal-journal 1 {\"version\":\"9.9.9\",\"incident\":\"book BTC/USD: "
                       "checksum\",\"now\":1260,\"wall\":\"2026-01-02T03:04:05.000000000Z\""));
  CHECK(count(file, "## config {\"seed\":1}\n") == 1);
  CHECK(count(file, "## transition {\"to\":\"subscribed\"}\n") == 1);
  CHECK(count(file, "## event {\"what\":\"a note\"}\n") == 1);
  CHECK(count(file, "## book BTC/USD stale checksum not verified {") == 1);

  const auto again = play(file);
  CHECK(again.report.corrupt_lines == 0);
  CHECK(again.code == ExitCode::mismatch);
  CHECK(again.report.mismatched() == 1);
  CHECK(count(again.messages, "sent 1, computed " + std::to_string(feed.book("BTC/USD")->levels().checksum())) == 1);
  REQUIRE(again.report.books.size() == 1);
  CHECK(again.report.books[0].counters.matched >= 3);
  CHECK(again.report.books[0].depth == feed.book("BTC/USD")->depth());
  std::string best;
  append_decimal(best, feed.book("BTC/USD")->best(Side::bid)->price, 1);
  CHECK(again.report.books[0].best_bid == best);
}

TEST_CASE("memory of a flight recorder is bounded by frames and by bytes", "[incident]") {
  FlightRecorderConfig config;
  config.frames = 1'000'000;
  config.bytes = 64u << 10;
  FlightRecorder flight{config};
  Feed feed{{}};
  const std::string large(10'000, 'x');
  for (int i = 0; i < 1'000; ++i) flight.frame({i}, 1, large, feed);
  CHECK(flight.bytes() <= 2 * (config.bytes + large.size() + 100));
  CHECK(flight.frames() >= 4);
  const auto kept = flight.frames();
  for (int i = 0; i < 3; ++i) flight.frame({2'000}, 1, "\"book\"" + std::string(100'000, 'y'), feed);  // larger than all: said, not kept
  CHECK(flight.frames() == kept + 3);
  CHECK(flight.bytes() <= 2 * (config.bytes + large.size() + 100));
  const auto file = flight.incident({2'000}, std::nullopt, feed, {"asked for", "1", {}, Verify::every, CrossedPolicy::gap, {}});
  CHECK(count(file, "! lost 1") == 3);
  CHECK(count(file, "yyy") == 0);
  CHECK(check(FlightRecorderConfig{0, 1u << 20}) == Errc::config_invalid);
  CHECK(check(FlightRecorderConfig{10, 10}) == Errc::config_invalid);
}

TEST_CASE("an engine makes an incident of a book that stops being right, at most one a minute", "[incident]") {
  Engine engine{Script::plain()};
  Millis now{1'000};
  const auto drain = [&] {
    while (!std::holds_alternative<Wait>(engine.poll())) {
    }
  };
  REQUIRE(engine.keep_flight() == Errc::ok);
  CHECK(engine.keep_flight({0, 0}) == Errc::config_invalid);
  REQUIRE(engine.subscribe(now, book()) == Errc::ok);
  REQUIRE(engine.connect(now) == Errc::ok);
  drain();
  engine.on_open(now, 1);
  drain();
  const auto text = [&](std::string_view frame) {
    now.count += 10;
    engine.on_text(now, 1, frame);
    drain();
  };
  text(ack(1));
  text(kSnapshot);
  text(kUpdates[0]);
  CHECK(engine.take_incident().empty());
  text(kWrongUpdate);
  const auto file = engine.take_incident();
  REQUIRE_FALSE(file.empty());
  CHECK(engine.take_incident().empty());
  CHECK(count(file, R"("incident":"book BTC/USD: checksum")") == 1);
  CHECK(count(file, R"(## transition {"now":1000,"from":"disconnected","to":"connecting","cause":"user_connect","attempt":0})") == 1);
  CHECK(count(file, R"(## config {"seed":0)") == 1);
  const auto again = play(file);
  CHECK(again.report.mismatched() == 1);
  CHECK(again.report.books[0].counters.matched == 2);

  // Repaired, and wrong again within the minute: told, but no second file.
  text(ack(2, "BTC/USD", "unsubscribe"));
  text(ack(3));
  text(kSnapshot);
  REQUIRE(engine.book("BTC/USD")->verified());
  text(kWrongUpdate);
  CHECK(engine.take_incident().empty());
  CHECK_FALSE(engine.incident(now, std::nullopt, "asked for").empty());
  CHECK(Engine{{}}.incident(now, std::nullopt, "asked for").empty());
}

TEST_CASE("frames that the driver lost make an incident, too, and each book has a minute of its own", "[incident]") {
  Engine engine{Script::plain()};
  Millis now{1'000};
  const auto drain = [&] {
    while (!std::holds_alternative<Wait>(engine.poll())) {
    }
  };
  REQUIRE(engine.keep_flight() == Errc::ok);
  REQUIRE(engine.subscribe(now, book()) == Errc::ok);
  REQUIRE(engine.subscribe(now, book("ETH/USD")) == Errc::ok);
  REQUIRE(engine.connect(now) == Errc::ok);
  drain();
  engine.on_open(now, 1);
  drain();
  const auto text = [&](std::string_view frame) {
    engine.on_text(now, 1, frame);
    drain();
  };
  text(kSnapshot);
  text(replaced(kSnapshot, "BTC/USD", "ETH/USD"));
  text(kWrongUpdate);
  CHECK(count(engine.take_incident(), R"("incident":"book BTC/USD: checksum")") == 1);
  text(replaced(kWrongUpdate, "BTC/USD", "ETH/USD"));
  CHECK(count(engine.take_incident(), R"("incident":"book ETH/USD: checksum")") == 1);

  Engine other{Script::plain()};
  REQUIRE(other.keep_flight() == Errc::ok);
  REQUIRE(other.subscribe(now, book()) == Errc::ok);
  REQUIRE(other.connect(now) == Errc::ok);
  while (!std::holds_alternative<Wait>(other.poll())) {
  }
  other.on_open(now, 1);
  while (!std::holds_alternative<Wait>(other.poll())) {
  }
  other.on_text(now, 1, kSnapshot);
  other.on_lost(now, 1, 3);
  const auto file = other.take_incident();
  CHECK(count(file, R"("incident":"book BTC/USD: lost_frames")") == 1);
  CHECK(count(file, "! lost 3") == 1);
}

TEST_CASE("an incident of a client that compares nothing is not judged by what it never asked", "[incident]") {
  FeedConfig config;
  config.verify = Verify::off;
  FlightRecorder flight;
  Feed feed{config};
  for (const auto frame : {kSnapshot, std::string_view{kWrongUpdate}}) {
    flight.frame({1}, 1, frame, feed);
    feed.on_text({1}, 1, frame);
  }
  REQUIRE(feed.book("BTC/USD")->is_live());
  const auto again = play(flight.incident({1}, std::nullopt, feed, {"asked for", "1", {}, Verify::off, CrossedPolicy::warn, {}}));
  CHECK(again.code == ExitCode::done);
  CHECK(again.report.books[0].state == BookState::live);
}

TEST_CASE("no token gets into an incident (Q-25)", "[incident]") {
  FlightRecorder flight;
  Feed feed{{}};
  flight.frame({1}, 1, kSnapshot, feed);
  flight.sent({2}, 1, R"({"method":"subscribe","params":{"channel":"executions","token":"SECRET-7"}})");
  const auto file = flight.incident({3}, std::nullopt, feed, {"asked for", "1", {}, Verify::every, CrossedPolicy::gap, {}});
  CHECK(count(file, "SECRET") == 0);
  CHECK(count(file, R"("token":"***")") == 1);
}

TEST_CASE("a replay cuts an incident out of a long recording", "[incident]") {
  std::string recording;
  recording += std::string{kSnapshot} + '\n';
  for (const auto update : kUpdates) (recording += update) += '\n';
  for (int i = 0; i < 5'000; ++i) (recording += kUpdates[3]) += '\n';
  recording += kWrongUpdate + '\n';
  ReplayOptions options;
  options.keep_incident = true;
  Replay replay{options};
  replay.begin("long");
  replay.push(recording);
  replay.finish();
  const auto file = replay.take_incident();
  CHECK(file.size() < recording.size());
  const auto again = play(file);
  CHECK(again.report.feed.frames < 4'100);
  CHECK(again.report.feed.frames > 2'000);
  CHECK(again.report.mismatched() == 1);
  CHECK(again.report.books[0].counters.matched == again.report.feed.frames - 1);
}
