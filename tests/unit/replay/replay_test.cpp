#include "hadal/replay.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "unit/replay/recordings.hpp"

using hadal::ExitCode;
using hadal::Replay;
using hadal::ReplayOptions;
using test::bare_run;
using test::journal_run;
using test::with;

namespace {

struct Played {
  std::string log;
  std::string messages;
  std::string text;
  std::string json;
  ExitCode exit;
  std::vector<hadal::FileReport> reports;
};

ReplayOptions logging() {
  ReplayOptions options;
  options.keep_log = true;
  return options;
}

Played play(const std::vector<std::pair<std::string, std::string>>& files, ReplayOptions options = logging(), std::size_t piece = 64) {
  Replay replay{options};
  Played out;
  for (const auto& [name, text] : files) {
    replay.begin(name);
    for (std::size_t at = 0; at < text.size() && !replay.stopped(); at += piece) {
      replay.push(std::string_view{text}.substr(at, piece));
      out.log += replay.take_log();
    }
    replay.finish();
    out.log += replay.take_log();
    out.messages += replay.take_messages();
  }
  out.text = replay.summary_text();
  out.json = replay.summary_json();
  out.exit = replay.exit_code();
  out.reports = replay.reports();
  return out;
}

Played play(const std::string& text, ReplayOptions options = logging()) { return play({{"run", text}}, std::move(options)); }

std::string digest_of(std::string_view log) {
  hadal::Digest digest;
  digest.add(log);
  return digest.text();
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

}  // namespace

TEST_CASE("a good recording is verified, and its summary says so", "[replay]") {
  const auto run = play({{"some/dir/run.jsonl", bare_run()}});
  CHECK(run.exit == ExitCode::done);
  CHECK(run.messages.empty());
  REQUIRE(run.reports.size() == 1);
  const auto& digest = run.reports[0].digest;
  CHECK(digest == digest_of(run.log));
  CHECK(digest.size() == 16);
  CHECK(run.text ==
        "some/dir/run.jsonl  5 frames, bare frames\n"
        "  BTC/USD\n"
        "    depth         10 (from snapshot)\n"
        "    messages      1 snapshot (0 after the first), 4 updates\n"
        "    checksums     5 matched, 0 mismatched, 0 skipped\n"
        "    parse errors  0\n"
        "    best          bid 60000.0, ask 60000.3\n"
        "    state         live, verified\n"
        "    log digest    " +
            digest + "\n");
  CHECK(run.json ==
        R"({"file":"some/dir/run.jsonl","symbol":"BTC/USD","depth":10,"depth_source":"snapshot","frames":5,"snapshots":1,"updates":4,)"
        R"("matched":5,"mismatched":0,"skipped":0,"resnapshots":0,"parse_errors":0,"best_bid":"60000.0","best_ask":"60000.3","digest":")" +
            digest + "\"}\n");
  CHECK(run.log.substr(0, hadal::kLogHeader.size()) == hadal::kLogHeader);
  CHECK(count(run.log, "\"check\":\"match\"") == 5);
  CHECK(count(run.log, "\"t\":0,") == count(run.log, "\n") - 1);  // bare frames have no driver time
}

TEST_CASE("a journal knows its times, its depth and its end", "[replay]") {
  const auto run = play(journal_run());
  CHECK(run.exit == ExitCode::done);
  CHECK(run.messages.empty());
  CHECK(run.text.find("run  7 frames, journal\n") == 0);
  CHECK(run.text.find("10 (from ack)") != std::string::npos);
  CHECK(run.text.find("state         stale (transport_lost)") != std::string::npos);
  CHECK(run.log.find(R"({"n":1,"t":0,"conn":1,"type":"connection","what":"open","code":0})") != std::string::npos);
  CHECK(run.log.find(R"("t":80,"conn":1,"type":"book_snapshot")") != std::string::npos);
  CHECK(run.log.find(R"("t":500,"conn":1,"type":"connection","what":"closed","code":1006})") != std::string::npos);
  // Without the ack the sent subscribe tells the depth, without that the header does.
  const auto ack = test::journal_line(1050, "<", test::kAck);
  auto text = with(journal_run(), ack, "");
  CHECK(play(text).text.find("10 (from subscribe)") != std::string::npos);
  text.erase(text.find("1767323046001"), text.find("1767323046080") - text.find("1767323046001"));
  CHECK(play(text).text.find("25 (from header)") != std::string::npos);
  auto options = logging();
  options.feed.depth = 100;
  CHECK(play(journal_run(), options).text.find("100 (from option)") != std::string::npos);
}

TEST_CASE("a mismatch gives exit code 3 and a message with file and line", "[replay]") {
  const auto run = play({{"dir/bad.jsonl", "\n" + with(bare_run(), "2410023125", "2410023126")}});
  CHECK(run.exit == ExitCode::mismatch);
  CHECK(run.messages == "dir/bad.jsonl:3: BTC/USD: the book is no longer verified: checksum (sent 2410023126, computed 2410023125)\n");
  CHECK(run.text.find("4 matched, 1 mismatched, 0 skipped") != std::string::npos);
  CHECK(run.text.find("state         stale (checksum)") != std::string::npos);
  CHECK(run.reports[0].mismatched() == 1);
  CHECK(run.reports[0].gaps == 1);
  CHECK_FALSE(run.reports[0].all_verified());
}

TEST_CASE("each kind of failure gives exit code 3", "[replay]") {
  const std::string header = "# hadal-journal 1 {}\n";
  const std::string rows[] = {
      with(bare_run(), "60000.4", "x"),                             // a book frame that is not JSON
      with(bare_run(), R"("price":60000.0)", R"("cost":60000.0)"),  // a field is missing
      with(bare_run(), R"("symbol":"BTC/USD",)", ""),               // nobody knows whose it is
      bare_run() + "{\"channel\":\n{\"channel\":\"heartbeat\"}\n",  // not JSON at all
      with(bare_run(), "59999.9", "60000.9"),                       // not sorted
      with(journal_run(), test::journal_line(1450, "<", R"({"channel":"heartbeat"})"), test::journal_line(1450, "!", "lost 2")),
      header + "not a line\n" + test::journal_line(1, "<", R"({"channel":"heartbeat"})"),  // corrupt
  };
  for (const auto& text : rows) {
    CAPTURE(text);
    const auto run = play(text);
    CHECK(run.exit == ExitCode::mismatch);
    CHECK_FALSE(run.messages.empty());
  }
}

TEST_CASE("what concerns no book is counted and fails nothing", "[replay]") {
  const auto run = play("CloudFlare WebSocket proxy restarting\n" + bare_run() +
                        R"({"channel":"level3","data":[]})"
                        "\n"
                        R"({"channel":"spread","data":[]})"
                        "\n"
                        R"({"channel":"trade","type":"update","data":[{"symbol":"BTC/USD"},{"symbol":"BTC/USD"}]})"
                        "\n");
  CHECK(run.exit == ExitCode::done);
  CHECK(
      run.text.find(
          "    not JSON      1 frame\n    not decoded   1 frame (level3, private)\n    unknown       1 frame\n    left out      2 field") !=
      std::string::npos);
  CHECK(run.messages == "run:9: field_missing: a field is missing, field side, at byte 63\n");
}

TEST_CASE("a recording without books gives one row whose symbol is null", "[replay]") {
  const auto run = play("{\"channel\":\"heartbeat\"}\n");
  CHECK(run.exit == ExitCode::done);
  CHECK(run.text.find("run  1 frame, bare frames\n  no books\n") == 0);
  CHECK(run.json ==
        R"({"file":"run","symbol":null,"depth":null,"depth_source":null,"frames":1,"snapshots":0,"updates":0,"matched":0,"mismatched":0,)"
        R"("skipped":0,"resnapshots":0,"parse_errors":0,"best_bid":null,"best_ask":null,"digest":")" +
            digest_of(hadal::kLogHeader) + "\"}\n");
}

TEST_CASE("messages are capped, and the rest is counted", "[replay]") {
  std::string text = "# hadal-journal 1 {}\n";
  for (int i = 0; i < 25; ++i) text += "broken\n";
  const auto run = play({{"a", text}, {"b", text}});
  CHECK(count(run.messages, "\n") == 2 * (Replay::kMostMessages + 1));
  CHECK(run.messages.find("a:2: journal_corrupt: not of the form <unix ns> <now ms> <conn> <kind> <payload>\na:3: ") == 0);
  CHECK(run.messages.find("\na:21: ") != std::string::npos);
  CHECK(run.messages.find("\na:22: ") == std::string::npos);
  CHECK(run.messages.find("\na: 5 more messages\nb:2: ") != std::string::npos);
  CHECK(run.text.find("    corrupt       25 lines\n") != std::string::npos);
}

TEST_CASE("several files share a log and keep their own digests", "[replay]") {
  auto options = logging();
  options.several_files = true;
  const auto one = play({{"x", bare_run()}});
  const auto two = play({{"x", journal_run()}});
  const auto both = play({{"/data/one.jsonl", bare_run()}, {"c:\\data\\two.journal", journal_run()}}, options);
  CHECK(both.log == std::string{hadal::kLogHeader} + "# file one.jsonl\n" + one.log.substr(hadal::kLogHeader.size()) +
                        "# file two.journal\n" + two.log.substr(hadal::kLogHeader.size()));
  REQUIRE(both.reports.size() == 2);
  CHECK(both.reports[0].digest == one.reports[0].digest);
  CHECK(both.reports[1].digest == two.reports[0].digest);
  CHECK(both.text == with(one.text, "x  ", "/data/one.jsonl  ") + '\n' + with(two.text, "x  ", "c:\\data\\two.journal  "));
  CHECK(count(both.json, "\n") == 2);
  // One bad file spoils the verdict, wherever it stands.
  const auto bad = with(bare_run(), "2410023125", "1");
  CHECK(play({{"a", bad}, {"b", bare_run()}}, options).exit == ExitCode::mismatch);
  CHECK(play({{"a", bare_run()}, {"b", bad}}, options).exit == ExitCode::mismatch);
}

TEST_CASE("the pieces in which a file comes change nothing", "[replay]") {
  const auto whole = play({{"run", journal_run()}}, logging(), std::string::npos / 2);
  for (const std::size_t piece : {1u, 7u, 1000u}) {
    const auto run = play({{"run", journal_run()}}, logging(), piece);
    CHECK(run.log == whole.log);
    CHECK(run.json == whole.json);
  }
}

TEST_CASE("the digest is the same whether or not the log is kept", "[replay]") {
  const auto quiet = play(journal_run(), {});
  CHECK(quiet.log.empty());
  CHECK(quiet.reports[0].digest == play(journal_run()).reports[0].digest);
}

TEST_CASE("a replay stops after the line it was told", "[replay]") {
  auto options = logging();
  options.stop_after_line = 3;
  const auto run = play(bare_run(), options);
  CHECK(run.reports[0].feed.frames == 3);
  CHECK(run.reports[0].books.at(0).counters.updates == 2);
  CHECK(run.log == play(bare_run().substr(0, bare_run().find(test::kUpdate4))).log);
  // A blank line is a line, too.
  options.stop_after_line = 2;
  CHECK(play("\n\n" + bare_run(), options).reports[0].feed.frames == 0);
  options.stop_after_line = 99;
  CHECK(play(bare_run(), options).reports[0].feed.frames == 5);

  options.stop_after_line = 2;
  Replay replay{options};
  replay.begin("run");
  replay.push(test::kSnapshot);
  replay.push("\n");
  CHECK_FALSE(replay.stopped());
  CHECK(replay.frames() == 1);
  replay.push(std::string{test::kUpdate2} + '\n');
  CHECK(replay.stopped());
  replay.push(std::string{test::kUpdate3} + '\n');
  CHECK(replay.frames() == 2);
  REQUIRE(replay.feed() != nullptr);
  CHECK(replay.feed()->book("BTC/USD")->counters().updates == 1);
}

TEST_CASE("a symbol is selected in any spelling", "[replay]") {
  const auto text = bare_run() + with(test::kSnapshot, "BTC/USD", "ETH/USD") + '\n';
  for (const std::string symbol : {"BTC/USD", "btc/usd", "XBT/USD", " xbt/usd "}) {
    CAPTURE(symbol);
    auto options = logging();
    options.feed.symbol = symbol;
    const auto run = play(text, options);
    CHECK(run.exit == ExitCode::done);
    REQUIRE(run.reports[0].books.size() == 1);
    CHECK(run.reports[0].books[0].symbol == "BTC/USD");
    CHECK(run.reports[0].unselected == std::vector<std::string>{"ETH/USD"});
    CHECK(run.log.find("ETH/USD") == std::string::npos);
    CHECK(run.log == play(bare_run()).log);
  }
}

TEST_CASE("a symbol that does not occur gives exit code 1 and names those that do", "[replay]") {
  auto options = logging();
  options.feed.symbol = "FOO/BAR";
  const auto text = bare_run() + with(test::kSnapshot, "BTC/USD", "ETH/USD") + '\n';
  const auto run = play({{"dir/run", text}}, options);
  CHECK(run.exit == ExitCode::failed);
  CHECK(run.messages == "dir/run: no book for FOO/BAR; it has BTC/USD, ETH/USD\n");
  CHECK(play("{\"channel\":\"heartbeat\"}\n", options).messages == "run: no book for FOO/BAR\n");
  // A failed verification weighs more.
  options.feed.symbol = "ETH/USD";
  CHECK(play({{"a", bare_run()}, {"b", with(with(test::kSnapshot, "BTC", "ETH"), "1158505442", "1")}}, options).exit == ExitCode::mismatch);
}

TEST_CASE("a last line cut short loses nothing before it and fails nothing", "[replay]") {
  const auto good = play(bare_run());
  const auto cut = play(bare_run() + std::string{test::kUpdate2.substr(0, 100)});
  CHECK(cut.exit == ExitCode::done);
  CHECK(cut.reports[0].torn);
  CHECK(cut.reports[0].corrupt_lines == 0);
  CHECK(cut.log == good.log);
  CHECK(cut.messages == "run:6: the last line is cut short and was left out\n");
  CHECK(cut.text.find("    torn          the file ends early\n") != std::string::npos);

  for (const std::string_view tail : {"17673230450", "1767323045000000000 1 1", R"(1767323045000000000 9999 1 < {"channel":"bo)",
                                      "1767323045000000000 9999 1 ! closed 10"}) {
    CAPTURE(tail);
    const auto journal = play(journal_run() + std::string{tail});
    CHECK(journal.exit == ExitCode::done);
    CHECK(journal.reports[0].torn);
    CHECK(journal.log == play(journal_run()).log);
  }

  // A whole last line without its end is a line like any other.
  auto whole = bare_run();
  whole.pop_back();
  const auto run = play(whole);
  CHECK_FALSE(run.reports[0].torn);
  CHECK(run.log == good.log);
}

TEST_CASE("a file without anything to replay is a failure that says what was expected", "[replay]") {
  for (const std::string_view text : {"", "\n\n", "# hadal-journal 1 {}\n"}) {
    CAPTURE(text);
    const auto run = play(std::string{text});
    CHECK(run.exit == ExitCode::failed);
    CHECK(run.messages == "run: holds no received frames; expected a hadal journal or one JSON frame a line\n");
  }
  const auto run = play("[0,{\"as\":[]},\"book-10\",\"XBT/USD\"]\nhello\n");
  CHECK(run.exit == ExitCode::failed);
  CHECK(run.messages.find("run: is no recording of WebSocket v2: none of its lines is a JSON object\n") != std::string::npos);
}

TEST_CASE("a book that nothing verified is not called verified", "[replay]") {
  const auto no_snapshot = play({{"run", std::string{test::kUpdate2}}});
  CHECK(no_snapshot.exit == ExitCode::mismatch);
  CHECK(no_snapshot.messages == "run: BTC/USD: nothing was verified: no snapshot\n");
  const auto no_checksum = play(with(test::kSnapshot, R"(,"checksum":1158505442)", ""));
  CHECK(no_checksum.exit == ExitCode::mismatch);
  CHECK(no_checksum.messages == "run: BTC/USD: nothing was verified: no message carries a checksum\n");
  const auto empty = play(R"({"channel":"book","type":"snapshot","data":[{"symbol":"A/B","bids":[],"asks":[],"checksum":0}]})");
  CHECK(empty.exit == ExitCode::done);
}

TEST_CASE("a journal that lost its header is still a journal", "[replay]") {
  const auto whole = journal_run();
  const auto rest = play(whole.substr(whole.find('\n') + 1));
  CHECK(rest.exit == ExitCode::done);
  CHECK(rest.reports[0].journal);
  CHECK(rest.log == play(whole).log);
}

TEST_CASE("bytes before begin() and after finish() are ignored", "[replay]") {
  Replay replay{logging()};
  replay.push(bare_run());
  replay.finish();
  CHECK(replay.reports().empty());
  replay.begin("run");
  replay.push(bare_run());
  replay.finish();
  replay.push(bare_run());
  replay.finish();
  CHECK(replay.reports().size() == 1);
  CHECK(replay.reports()[0].books.size() == 1);
}

TEST_CASE("what a frame says cannot reach the terminal's controls", "[replay]") {
  const auto run = play(R"({"channel":"book","type":"update","data":[{"symbol":5,"\u001b[31m":1}]})"
                        "\n"
                        R"({"channel":"ticker","type":"update","data":[{"symbol":"\u001b[31m\nX/Y","bid":"\u001b"}]})"
                        "\n");
  for (const char c : run.messages + run.text) CHECK((c == '\n' || (c >= ' ' && c != '\x7f')));
}
