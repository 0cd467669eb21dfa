// Sessions by endpoint, and journals that can be run again.

#include "hadal/engine.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "hadal/journal/writer.hpp"
#include "hadal/replay.hpp"
#include "support/session_script.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

struct Lines final : JournalSink {
  void on_journal(std::string_view lines) override { text += lines; }
  std::string text;
};

struct Script2 {
  explicit Script2(SessionConfig config = Script::plain()) : log{true}, engine{config, &log} { log.set_origin({1000}); }

  std::string drain() {
    std::string out;
    for (;;) {
      const auto output = engine.poll();
      if (const auto* wait = std::get_if<Wait>(&output)) {
        until = wait->until;
        return out;
      }
      if (!out.empty()) out += ", ";
      if (const auto* connect = std::get_if<Connect>(&output))
        out += joined({"connect ", name(connect->endpoint), " ", std::to_string(connect->connection)});
      if (const auto* send = std::get_if<Send>(&output)) out += joined({"send ", std::to_string(send->connection)});
      if (const auto* close = std::get_if<Close>(&output)) out += joined({"close ", std::to_string(close->connection)});
      if (std::holds_alternative<NeedToken>(output)) out += "token?";
    }
  }

  LogWriter log;
  Engine engine;
  Millis now{1000};
  std::optional<Millis> until;
};

Key key(Channel channel, std::string symbol = {}) {
  Key out;
  out.channel = channel;
  out.symbol = std::move(symbol);
  return out;
}

/// A short life with a repair in it, recorded.
std::string recorded(std::string* log = nullptr) {
  Script2 s;
  Lines journal;
  s.engine.record(&journal, 1'767'323'045'000'000'000, s.now, "2026-01-02T03:04:05Z");
  CHECK(s.engine.subscribe(s.now, book("xbt/usd")) == Errc::ok);
  s.drain();
  CHECK(s.engine.connect(s.now) == Errc::ok);
  s.drain();
  s.now = {1040};
  s.engine.on_open(s.now, 1);
  s.drain();
  for (const auto& frame :
       {ack(1), std::string{kSnapshot}, kWrongUpdate, ack(2, "BTC/USD", "unsubscribe"), ack(3), std::string{kSnapshot}}) {
    s.now.count += 10;
    s.engine.on_text(s.now, 1, frame);
    s.drain();
  }
  s.engine.on_text(s.now, 1, "a line\nand another");
  s.drain();
  s.engine.on_timeout({6'200});
  s.drain();
  s.engine.on_binary({6'300}, 1, 12);
  s.engine.on_lost({6'300}, 1, 2);
  s.drain();
  s.engine.on_closed({6'400}, 1, 1001, "going away");
  s.drain();
  s.engine.retry_now({6'500});
  s.drain();
  s.engine.on_open_failed({6'600}, 2, 503, "busy");
  s.drain();
  s.engine.close({6'700}, 1000, "done");
  s.drain();
  CHECK(s.engine.state() == closed);
  if (log != nullptr) *log = s.log.text();
  return journal.text;
}

struct Again : Replay {
  explicit Again(const std::string& journal) : Replay{options()} {
    begin("test.journal");
    push(journal);
    finish();
  }
  static ReplayOptions options() {
    ReplayOptions out;
    out.keep_log = true;
    return out;
  }
};

}  // namespace

TEST_CASE("channels go to the endpoint that serves them", "[engine]") {
  Script2 s;
  CHECK(s.engine.subscribe(s.now, book()) == Errc::ok);
  CHECK(s.engine.connect(s.now) == Errc::ok);
  CHECK(s.drain() == "connect public 1");
  CHECK(s.engine.connect(s.now) == Errc::invalid_transition);
  s.engine.on_open(s.now, 1);
  CHECK(s.drain() == "send 1");
  CHECK(s.engine.session(Endpoint::account) == nullptr);
  // A channel of another endpoint brings that endpoint up.
  CHECK(s.engine.subscribe(s.now, key(Channel::executions)) == Errc::ok);
  CHECK(s.drain() == "connect private 2");
  CHECK(s.engine.subscribe(s.now, key(Channel::level3, "BTC/USD")) == Errc::ok);
  CHECK(s.drain() == "connect level3 3");
  CHECK(s.engine.state() == connecting);
  s.engine.on_open(s.now, 2);
  CHECK(s.drain() == "token?");
  s.engine.on_open(s.now, 3);
  CHECK(s.drain().empty());  // the same token is asked for once
  s.engine.set_token(s.now, "secret");
  CHECK(s.drain() == "send 2, send 3");
  CHECK(s.engine.key_state(key(Channel::executions)) == KeyState::pending);
  // Frames go to the session whose connection they are of; others nowhere.
  s.engine.on_text(s.now, 1, ack(1));
  s.engine.on_text(s.now, 1, kSnapshot);
  s.engine.on_text(s.now, 9, kSnapshot);
  CHECK(s.engine.foreign_inputs() == 1);
  CHECK(s.engine.book("BTC/USD")->is_live());
  CHECK(s.engine.market().state() == subscribed);
  CHECK(s.engine.state() == subscribing);  // the least healthy of the three
  s.engine.on_closed(s.now, 2, 1006, "");
  s.drain();
  CHECK(s.engine.state() == degraded);
  CHECK(s.engine.market().state() == subscribed);
  s.engine.close(s.now);
  CHECK(s.drain() == "close 1, close 3");
  // One row of numbers, and the endpoint where it is not the public one; no secret.
  const auto log = s.log.text();
  CHECK(log.find("secret") == std::string::npos);
  CHECK(log.find(R"("type":"connection","endpoint":"private","from":"disconnected")") != std::string::npos);
  std::uint64_t number = 0;
  for (auto at = log.find("{\"n\":"); at != std::string::npos; at = log.find("{\"n\":", at + 1))
    CHECK(log.substr(at + 5, log.find(',', at) - at - 5) == std::to_string(++number));
  CHECK(number == s.engine.events());
}

TEST_CASE("a journal that begins at the beginning can be run again", "[engine][journal]") {
  std::string log;
  const auto journal = recorded(&log);
  INFO(journal);
  CHECK(journal.find(R"(# hadal-journal 1 {"version":")") == 0);
  CHECK(
      journal.find("\n1767323045000000000 1000 0 = {\"call\":\"subscribe\",\"channel\":\"book\",\"symbol\":\"xbt/usd\",\"depth\":10}\n") !=
      std::string::npos);
  CHECK(journal.find("\n1767323045040000000 1040 1 ! open\n1767323045040000000 1040 1 > {\"method\":\"subscribe\"") != std::string::npos);
  Again replay{journal};
  const auto& report = replay.reports().at(0);
  CHECK(report.engine);
  CHECK(report.requests == 4);  // subscribe, unsubscribe, subscribe, ping
  CHECK(report.differing_requests == 0);
  CHECK(report.corrupt_lines == 0);
  CHECK(replay.take_log() == log);
  CHECK(replay.summary_text().find("requests      4 recorded, all sent again") != std::string::npos);
  CHECK(replay.exit_code() == ExitCode::mismatch);  // the update that was wrong
}

TEST_CASE("a file that another recorder went on with is run again part by part", "[engine][journal]") {
  const auto journal = recorded();
  // The first one was killed before its last line; the second heard nothing; the third is whole.
  const auto killed = journal.substr(0, journal.rfind('\n', journal.size() - 2) + 1);
  const auto header = journal.substr(0, journal.find('\n') + 1);
  const std::string silent = "1767323045000000000 1000 0 = {\"call\":\"connect\"}\n";
  Again replay{killed + header + silent + journal};
  REQUIRE(replay.reports().size() == 2);
  for (const auto& report : replay.reports()) {
    CHECK(report.engine);
    CHECK(report.differing_requests == 0);
    CHECK(report.corrupt_lines == 0);
  }
  CHECK(replay.reports()[1].file == replay.reports()[0].file + " (part 3)");
  CHECK(replay.reports()[1].requests == 4);
  CHECK(replay.take_log().find("\n# part 3\n{\"n\":1,") != std::string::npos);
  CHECK(Again{journal}.reports()[0].digest == replay.reports()[1].digest);
}

TEST_CASE("what differs when a journal is run again is said", "[engine][journal]") {
  const auto journal = recorded();
  const auto check = [](const std::string& changed, std::uint64_t differing, std::string_view words) {
    Again replay{changed};
    INFO(changed);
    CHECK(replay.reports().at(0).differing_requests == differing);
    CHECK(replay.take_messages().find(words) != std::string::npos);
    CHECK(replay.exit_code() == ExitCode::mismatch);
  };
  const auto unsubscribe = journal.find("> {\"method\":\"unsubscribe\"");
  const auto line = journal.rfind('\n', unsubscribe) + 1;
  auto without = journal;
  without.erase(line, journal.find('\n', line) + 1 - line);
  check(without, 1, "a request is sent that the recording does not have: {\"method\":\"unsubscribe\"");
  auto twice = journal;
  twice.insert(line, journal.substr(line, journal.find('\n', line) + 1 - line));
  check(twice, 1, "the recording has a request that is not sent: {\"method\":\"unsubscribe\"");
  check(replaced(journal, "\"req_id\":2}", "\"req_id\":7}"), 1, "another request is sent than recorded");
  Again strange{replaced(journal, "= {\"call\":\"close\"", "= {\"call\":\"sing\"")};
  CHECK(strange.reports().at(0).corrupt_lines == 1);
}

TEST_CASE("a journal that begins later is read as what was received and sent", "[engine][journal]") {
  Script2 s;
  CHECK(s.engine.subscribe(s.now, book()) == Errc::ok);
  CHECK(s.engine.connect(s.now) == Errc::ok);
  s.drain();
  s.engine.on_open(s.now, 1);
  s.drain();
  s.engine.on_text(s.now, 1, ack(1));
  Lines journal;
  s.engine.record(&journal, 5, s.now);
  s.engine.on_text(s.now, 1, kSnapshot);
  s.engine.on_text(s.now, 1, kUpdates[0]);
  s.engine.record(nullptr, 0, s.now);
  s.engine.on_text(s.now, 1, kUpdates[1]);
  CHECK(std::count(journal.text.begin(), journal.text.end(), '\n') == 4);  // header, the subscription, two frames
  Again replay{journal.text};
  CHECK_FALSE(replay.reports().at(0).engine);
  CHECK(replay.reports().at(0).books.at(0).counters.matched == 2);
  CHECK(replay.exit_code() == ExitCode::done);

  // A book that is live already is in it, too: what follows has something to be applied to
  Lines later;
  s.engine.record(&later, 5, s.now);
  s.engine.on_text(s.now, 1, kUpdates[2]);
  s.engine.record(nullptr, 0, s.now);
  CHECK(std::count(later.text.begin(), later.text.end(), '\n') == 4);  // header, the subscription, the book, a frame
  Again continued{later.text};
  CHECK(continued.reports().at(0).books.at(0).counters.matched == 2);
  CHECK(continued.reports().at(0).books.at(0).counters.mismatched == 0);
  CHECK(continued.exit_code() == ExitCode::done);
}

TEST_CASE("the header keeps the whole configuration", "[engine][journal]") {
  SessionConfig config;
  config.seed = 18'446'744'073'709'551'615u;
  config.policy = GapPolicy::ignore;
  config.verify = Verify::off;
  config.crossed = CrossedPolicy::warn;
  config.deliver_control = true;
  config.aliases = false;
  config.times.silence = 20'000;
  config.reconnect.enabled = false;
  config.reconnect.max_attempts = 7;
  config.limits.books = 12;
  JournalHeader header;
  header.version = "1";
  header.session = config;
  std::string line;
  append_journal_header(line, header);
  line.pop_back();
  const auto read = parse_header(line);
  REQUIRE(read);
  REQUIRE(read->session);
  JournalHeader again;
  again.version = "1";
  again.session = read->session;
  std::string second;
  append_journal_header(second, again);
  second.pop_back();
  CHECK(second == line);
  CHECK(read->session->seed == config.seed);
  CHECK_FALSE(parse_header(replaced(line, "\"policy\":\"ignore\"", "\"policy\":\"hope\"")));
  CHECK_FALSE(parse_header(replaced(line, "\"times.silence\":20000", "\"times.silence\":2")));
  CHECK(parse_header(replaced(line, "\"aliases\":false", "\"of_later_versions\":[1,{}],\"aliases\":false")));
}

TEST_CASE("calls are written and read back", "[engine][journal]") {
  using What = Call::What;
  for (int what = 0; what <= static_cast<int>(What::token_failed); ++what) {
    Call call;
    call.what = What(what);
    call.key = key(Channel::ohlc, "BTC/USD");
    call.key.interval = 15;
    call.code = 4000;
    call.text = "words \"and\" \n more";
    call.permanent = true;
    std::string text;
    append_call(text, call);
    const auto read = parse_call(text);
    INFO(text);
    REQUIRE(read);
    std::string again;
    append_call(again, *read);
    CHECK(again == text);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(read->what == call.what);
  }
  std::string secret;
  Call token;
  token.what = What::set_token;
  token.text = "abc";
  append_call(secret, token);
  CHECK(secret == R"({"call":"set_token","text":"***"})");
  for (const auto* bad : {"", "{}", "[]", R"({"call":"fly"})", R"({"call":"subscribe","channel":"nothing"})",
                          R"({"call":"subscribe","depth":"x"})", R"({"call":"close","code":true})", R"({"call":"connect")"})
    CHECK_FALSE(parse_call(bad));
}

TEST_CASE("a call that is refused leaves nothing behind", "[engine]") {
  Script2 s;
  CHECK(s.engine.subscribe(s.now, book()) == Errc::ok);
  CHECK(s.engine.subscribe(s.now, key(Channel::level3, "nonsense")) == Errc::symbol_invalid);
  CHECK(s.engine.unsubscribe(s.now, key(Channel::executions)) == Errc::not_subscribed);
  CHECK(s.engine.session(Endpoint::level3) == nullptr);
  CHECK(s.engine.session(Endpoint::account) == nullptr);
  CHECK(s.engine.connect(s.now) == Errc::ok);
  CHECK(s.drain() == "connect public 1");
}

TEST_CASE("the network is one, whatever the number of sessions", "[engine]") {
  Script2 s;
  CHECK(s.engine.subscribe(s.now, book()) == Errc::ok);
  CHECK(s.engine.subscribe(s.now, key(Channel::executions)) == Errc::ok);
  const auto network = [&] {
    const auto log = s.log.take();
    return std::count(log.begin(), log.end(), '\n');
  };
  static_cast<void>(network());
  s.engine.offline(s.now);
  CHECK(network() == 1);
  CHECK(s.engine.subscribe(s.now, key(Channel::level3, "BTC/USD")) == Errc::ok);
  s.engine.online(s.now);
  CHECK(network() == 1);
}

TEST_CASE("a request that a journal lacks at its end is said, unless it was cut short", "[engine][journal]") {
  auto journal = recorded();
  const auto last = journal.rfind(" > ");
  const auto line = journal.rfind('\n', last) + 1;
  journal.resize(line);  // everything from the last request on is gone
  Again again{journal};
  CHECK(again.reports().at(0).differing_requests == 1);
  journal.resize(line - 3);
  Again torn{journal};
  CHECK(torn.reports().at(0).torn);
  CHECK(torn.reports().at(0).differing_requests == 0);
}

TEST_CASE("a header whose session is no object is a header without one", "[journal]") {
  const auto header = parse_header(R"(# hadal-journal 1 {"version":"1","session":["x"]})");
  REQUIRE(header);
  CHECK_FALSE(header->session);
}

TEST_CASE("a token is asked for on every connection, whatever became of the last question", "[engine]") {
  Script2 s;
  CHECK(s.engine.subscribe(s.now, key(Channel::executions)) == Errc::ok);
  CHECK(s.engine.connect(s.now) == Errc::ok);
  s.drain();
  std::size_t asked = 0;
  for (int i = 0; i < 200 && asked < 3; ++i) {
    const auto* account = s.engine.session(Endpoint::account);
    if (account->state() == connecting) s.engine.on_open(s.now, account->connection());
    const auto words = s.drain();
    for (auto at = words.find("token?"); at != std::string::npos; at = words.find("token?", at + 1)) ++asked;
    s.now.count += 500;
    s.engine.on_timeout(s.now);
    s.drain();
  }
  CHECK(asked == 3);
}

TEST_CASE("a close reason of two lines is the same when it is run again", "[engine][journal]") {
  Script2 s;
  Lines journal;
  s.engine.record(&journal, 1, s.now);
  CHECK(s.engine.connect(s.now) == Errc::ok);
  s.drain();
  s.engine.on_open(s.now, 1);
  s.drain();
  s.engine.on_closed(s.now, 1, -1, "one\r\ntwo");
  s.drain();
  Again again{journal.text};
  CHECK(again.reports().at(0).corrupt_lines == 0);
  CHECK(again.take_log() == s.log.text());
}
