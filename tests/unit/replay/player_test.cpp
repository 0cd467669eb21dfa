#include "hadal/player.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hadal/base/random.hpp"
#include "hadal/replay.hpp"
#include "unit/replay/recordings.hpp"

using hadal::Player;
using test::bare_run;
using test::journal_run;

namespace {

std::string replay_digest(std::string_view recording) {
  hadal::Replay replay{{}};
  replay.begin("x");
  replay.push(recording);
  replay.finish();
  return replay.reports().at(0).digest;
}

std::string checksum_of(const Player& player) {
  const auto* book = player.feed().book("BTC/USD");
  return book == nullptr ? "none" : std::to_string(book->levels().checksum());
}

}  // namespace

TEST_CASE("a player ends where the replay ends, whatever the way", "[player]") {
  for (const auto& recording : {bare_run(), journal_run()}) {
    const auto digest = replay_digest(recording);
    {
      Player player{recording, {}};
      CHECK_FALSE(player.done());
      player.play_to_end();
      CHECK(player.done());
      CHECK(player.digest() == digest);
      CHECK(player.time_ms() == player.duration_ms());
    }
    {
      Player player{recording, {}};
      int frames = 0;
      while (player.step()) ++frames;
      CHECK(frames == static_cast<int>(player.feed().counters().frames));
      CHECK(player.done());
      CHECK(player.digest() == digest);
      CHECK_FALSE(player.step());
    }
    for (const double ms : {0.1, 1.0, 16.7, 100.0, 1e9}) {
      CAPTURE(ms);
      Player player{recording, {}};
      std::size_t played = 0;
      for (int i = 0; i < 100'000 && !player.done(); ++i) played += player.advance(ms);
      CHECK(played == player.lines());
      CHECK(player.digest() == digest);
    }
    {
      Player player{recording, {}};
      player.seek(player.duration_ms());
      CHECK(player.digest() == digest);
      player.seek(0);
      player.step();
      player.advance(50);
      player.seek(200);
      player.play_to_end();
      CHECK(player.digest() == digest);
    }
  }
}

TEST_CASE("the books depend on the position alone, not on how it was reached", "[player]") {
  for (const auto& recording : {bare_run(), journal_run()}) {
    hadal::Random random{14};
    Player wandering{recording, {}};
    for (int i = 0; i < 300; ++i) {
      switch (random.uniform(3)) {
        case 0: wandering.advance(static_cast<double>(random.uniform(200))); break;
        case 1: static_cast<void>(wandering.step()); break;
        case 2: wandering.seek(static_cast<double>(random.uniform(600))); break;
        default: wandering.advance(0.25); break;
      }
      Player straight{recording, {}};
      while (straight.line() < wandering.line()) straight.step();
      if (straight.line() != wandering.line()) continue;  // step() also plays what stands before the next frame
      REQUIRE(straight.digest() == wandering.digest());
      REQUIRE(checksum_of(straight) == checksum_of(wandering));
    }
  }
}

TEST_CASE("time is told by the frames of a bare recording", "[player]") {
  Player player{bare_run(), {}};
  CHECK(player.lines() == 5);
  CHECK(player.duration_ms() == 541);
  CHECK(player.line() == 0);
  CHECK(player.time_ms() == 0);
  CHECK(player.advance(121.9) == 1);
  CHECK(checksum_of(player) == "1158505442");
  CHECK(player.advance(0.1) == 1);
  CHECK(player.line() == 2);
  CHECK(checksum_of(player) == "2410023125");
  CHECK(player.advance(298.9) == 1);
  CHECK(checksum_of(player) == "4117151077");
  player.seek(122);
  CHECK(player.line() == 2);
  CHECK(checksum_of(player) == "2410023125");
  player.seek(421);
  CHECK(checksum_of(player) == "4157348007");
  CHECK(player.advance(1e12) == 1);
  CHECK(checksum_of(player) == "3526480573");
  CHECK(player.time_ms() == 541);
  CHECK(player.advance(1) == 0);
}

TEST_CASE("time is told by the driver clock of a journal", "[player]") {
  Player player{journal_run(), {}};
  CHECK(player.lines() == 10);
  CHECK(player.duration_ms() == 500);
  player.seek(79);
  CHECK(player.line() == 4);  // open, subscribe, ack
  CHECK(checksum_of(player) == "0");
  player.seek(80);
  CHECK(checksum_of(player) == "1158505442");
  CHECK(player.step());
  CHECK(player.time_ms() == 160);
  CHECK(checksum_of(player) == "2410023125");
  player.play_to_end();
  CHECK(player.line() == 11);
  CHECK(player.feed().book("BTC/USD")->state() == hadal::BookState::stale);
}

TEST_CASE("odd steps in time are harmless", "[player]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Player player{bare_run(), {}};
  for (const double ms : {0.0, -5.0, kNan, -kInfinity}) CHECK(player.advance(ms) == 0);
  CHECK(player.line() == 0);
  player.advance(130);
  player.seek(kNan);
  CHECK(player.line() == 0);
  CHECK(player.time_ms() == 0);
  player.seek(-1);
  CHECK(player.line() == 0);
  player.seek(kInfinity);
  CHECK(player.done());
  CHECK(player.time_ms() == 541);
  player.seek(0);
  CHECK(player.line() == 1);
  CHECK(player.advance(kInfinity) == 4);
}

TEST_CASE("the log is given out piece by piece and adds up to the replay's", "[player]") {
  hadal::ReplayOptions options;
  options.keep_log = true;
  hadal::Replay replay{options};
  replay.begin("x");
  replay.push(journal_run());
  replay.finish();
  const auto whole = replay.take_log();

  Player player{journal_run(), {}, true};
  std::string log = player.take_log();
  CHECK(log == hadal::kLogHeader);
  while (player.step()) log += player.take_log();
  CHECK(log + player.take_log() == whole);
  player.seek(100);
  CHECK(player.take_log() == whole.substr(0, whole.find("\"t\":160,") - 7));
  Player quiet{journal_run(), {}};
  quiet.play_to_end();
  CHECK(quiet.take_log().empty());
}

TEST_CASE("lines that cannot be read are counted and skipped", "[player]") {
  const auto header = journal_run().find('\n') + 1;
  auto recording = journal_run();
  recording.insert(header, "broken\n\n");
  Player player{recording + "17673230", {}};
  CHECK(player.corrupt_lines() == 1);  // a torn last line is none
  CHECK(player.lines() == 10);
  player.play_to_end();
  CHECK(player.digest() == replay_digest(recording));

  Player torn{bare_run() + "{\"channel\":\"bo", {}};
  torn.play_to_end();
  CHECK(torn.lines() == 5);
  CHECK(torn.digest() == replay_digest(bare_run()));

  Player empty{"", {}};
  CHECK(empty.done());
  CHECK(empty.duration_ms() == 0);
  CHECK_FALSE(empty.step());
  CHECK(empty.advance(10) == 0);
}

TEST_CASE("a byte order mark and CR LF are as in the replay", "[player]") {
  std::string recording = "\xEF\xBB\xBF";
  for (const char c : journal_run()) recording += c == '\n' ? std::string{"\r\n"} : std::string{c};
  Player player{recording, {}};
  player.play_to_end();
  CHECK(player.digest() == replay_digest(journal_run()));
}

TEST_CASE("a header appended later counts for a player as it does for the replay", "[player]") {
  const auto recording = "# hadal-journal 1 {\"depth\":10}\n" + test::journal_line(1, "<", test::kSnapshot) +
                         "# hadal-journal 1 {\"depth\":25}\n" + test::journal_line(2, "<", test::kUpdate2);
  Player player{recording, {}};
  player.play_to_end();
  CHECK(player.digest() == replay_digest(recording));
  CHECK(player.feed().book("BTC/USD")->depth() == 10);
}

TEST_CASE("a player that can be moved goes on writing its own log", "[player]") {
  const auto moved_digest = [](auto& player) -> std::string {
    using Type = std::remove_reference_t<decltype(player)>;
    if constexpr (std::is_move_constructible_v<Type>) {
      Type second{std::move(player)};
      second.play_to_end();
      return second.digest();
    } else {
      player.play_to_end();
      return player.digest();
    }
  };
  Player player{bare_run(), {}};
  CHECK(moved_digest(player) == replay_digest(bare_run()));
}
