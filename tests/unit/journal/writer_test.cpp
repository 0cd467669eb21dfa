#include "hadal/journal/writer.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "hadal/base/random.hpp"
#include "hadal/journal/reader.hpp"

using hadal::LinkRecord;
using hadal::Millis;
using hadal::Record;
using hadal::RecordingReader;
using hadal::RecordKind;
using hadal::redact_tokens;

namespace {

/// What the reader makes of one written line.
struct Written {
  explicit Written(const std::string& line) {
    REQUIRE(line.find('\n') == line.size() - 1);  // one line, ended
    reader.push("# hadal-journal 1\n" + line);
    REQUIRE(reader.next(record));
    REQUIRE(reader.next(record));
    CHECK(record.line == 2);
    CHECK_FALSE(record.torn);
  }
  RecordingReader reader;
  Record record;
};

}  // namespace

TEST_CASE("the writer writes the documented lines", "[writer]") {
  std::string out;
  hadal::append_journal_header(out, {1, "0.1.0", "2026-01-02T03:04:05Z", 25, true});
  hadal::append_received(out, 1'767'323'045'678'901'000, Millis{7}, 1, R"({"channel":"heartbeat"})");
  hadal::append_received(out, 1, Millis{8}, 1, "a\nb\"");
  hadal::append_sent(out, 2, Millis{9}, 2, R"({"method":"ping"})");
  hadal::append_link(out, 3, Millis{10}, 2, {LinkRecord::What::closed, 1006, ""});
  CHECK(out == R"(# hadal-journal 1 {"version":"0.1.0","started":"2026-01-02T03:04:05Z","depth":25,"simulated":true})"
               "\n"
               R"(1767323045678901000 7 1 < {"channel":"heartbeat"})"
               "\n"
               R"(1 8 1 <j "a\nb\"")"
               "\n"
               R"(2 9 2 > {"method":"ping"})"
               "\n"
               "3 10 2 ! closed 1006\n");
}

TEST_CASE("a written header reads back", "[writer]") {
  for (const auto& written :
       {hadal::JournalHeader{1, "0.1.0", "2026-01-02T03:04:05Z", 1000, false}, hadal::JournalHeader{1, "v\"\\\n", "", {}, true}}) {
    std::string line;
    hadal::append_journal_header(line, written);
    REQUIRE(line.find('\n') == line.size() - 1);
    line.pop_back();
    const auto read = hadal::parse_header(line);
    REQUIRE(read);
    CHECK(read->version == written.version);
    CHECK(read->started == written.started);
    CHECK(read->depth == written.depth);
    CHECK(read->simulated == written.simulated);
  }
}

TEST_CASE("a received frame reads back byte for byte", "[writer]") {
  for (const std::string_view frame :
       {R"({"channel":"heartbeat"})", "", " ", "  {} ", "CloudFlare WebSocket proxy restarting", "{\n}", "\r", "\n", "a\r\nb\r\n",
        "tab\there", "\xC3\xA4\n\xE2\x82\xAC\xF0\x9F\x98\x80", "\x01\x1F\n\x7F", "# hadal-journal 1\n", "\\n", "\"\n\""}) {
    CAPTURE(frame);
    std::string line;
    hadal::append_received(line, -3, Millis{5}, 9, frame);
    const Written written{line};
    CHECK(written.record.kind == RecordKind::received);
    CHECK(written.record.received == -3);
    CHECK(written.record.now.count == 5);
    CHECK(written.record.connection == 9);
    CHECK(written.record.payload == frame);
  }
}

TEST_CASE("any valid text of a frame survives writing and reading", "[writer]") {
  constexpr std::string_view kPieces[] = {"\r", "\n", "\"",   "\\",       "\t",           "{",
                                          "a",  " ",  "\x01", "\xC3\xA4", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"};
  hadal::Random random{13};
  for (int i = 0; i < 500; ++i) {
    std::string frame;
    for (auto n = random.uniform(12); n > 0; --n) frame += kPieces[random.uniform(std::size(kPieces) - 1)];
    std::string line;
    hadal::append_received(line, 1, Millis{1}, 1, frame);
    CHECK(Written{line}.record.payload == frame);
  }
}

TEST_CASE("a sent frame reads back without its token and on one line", "[writer]") {
  std::string line;
  hadal::append_sent(line, 1, Millis{1}, 1, "{\"method\":\"subscribe\",\r\n\"params\":{\"token\":\"SECRET\"}}");
  CHECK(line.find("SECRET") == std::string::npos);
  const Written written{line};
  CHECK(written.record.kind == RecordKind::sent);
  CHECK(written.record.payload == R"({"method":"subscribe",  "params":{"token":"***"}})");
}

TEST_CASE("link records read back, whatever their text", "[writer]") {
  using What = LinkRecord::What;
  const LinkRecord links[] = {
      {What::open, 0, ""},         {What::timeout, 0, ""},   {What::open_failed, 503, "Service Unavailable"}, {What::open_failed, 0, ""},
      {What::closed, 1000, "bye"}, {What::closed, 1006, ""}, {What::closed, 1001, " two  spaces "},           {What::binary, 1 << 20, ""},
      {What::lost, 1, ""},
  };
  for (const auto& link : links) {
    std::string line;
    hadal::append_link(line, 1, Millis{2}, 3, link);
    CAPTURE(line);
    const Written written{line};
    REQUIRE(written.record.kind == RecordKind::link);
    const auto read = hadal::parse_link(written.record.payload);
    REQUIRE(read);
    CHECK(read->what == link.what);
    CHECK(read->number == link.number);
    CHECK(read->text == link.text);
  }
  std::string line;
  hadal::append_link(line, 1, Millis{2}, 3, {What::closed, 1000, "two\r\nlines"});
  CHECK(line == "1 2 3 ! closed 1000 two  lines\n");
}

TEST_CASE("tokens are redacted wherever they stand", "[writer]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"token":"S"})", R"({"token":"***"})"},
      {R"({"token" : "S" })", R"({"token" : "***" })"},
      {"{\"token\":\t\r\n\"S\"}", "{\"token\":\t\r\n\"***\"}"},
      {R"({"a":1,"params":{"token":"S","b":[{"token":"T"}]},"token":"U"})",
       R"({"a":1,"params":{"token":"***","b":[{"token":"***"}]},"token":"***"})"},
      {R"({"token":""})", R"({"token":"***"})"},
      {R"({"token":"S\"T","b":"c"})", R"({"token":"***","b":"c"})"},
      {R"({"token":"S\\","b":"c"})", R"({"token":"***","b":"c"})"},
      {R"({"a":"\"token\":\"kept\""})", R"({"a":"\"token\":\"kept\""})"},
      // What is no token stays.
      {R"({"a":"token","b":"c"})", R"({"a":"token","b":"c"})"},
      {R"({"Token":"S","tokens":"T","my_token":"U"})", R"({"Token":"S","tokens":"T","my_token":"U"})"},
      {R"(["token","x"])", R"(["token","x"])"},
      {"no JSON at all", "no JSON at all"},
      {"", ""},
  };
  for (const auto& [json, redacted] : rows) {
    CAPTURE(json);
    CHECK(redact_tokens(json) == redacted);
  }
}

TEST_CASE("a token does not show in text that is cut short, wherever the cut", "[writer]") {
  constexpr std::string_view json =
      R"({"method":"subscribe","params":{"channel":"level3","token" : "QQQQ\"QQQQ\\","symbol":["BTC/USD"]},"req_id":99})";
  for (std::size_t n = 0; n <= json.size(); ++n) {
    const auto redacted = redact_tokens(json.substr(0, n));
    CAPTURE(redacted);
    CHECK(redacted.find('Q') == std::string::npos);
  }
  CHECK(redact_tokens(R"({"token":"SECR)") == R"({"token":"***")");
  CHECK(redact_tokens(R"({"token":")") == R"({"token":"***")");
  CHECK(redact_tokens(R"({"token":)") == R"({"token":)");
  CHECK(redact_tokens(R"({"token)") == R"({"token)");
}

TEST_CASE("a token is redacted when its name is escaped or its value is no string", "[writer]") {
  for (const std::string_view json :
       {R"({"\u0074oken":"12345"})", R"({"token":12345})", R"({"token":["12345"]})", R"({"token":{"value":"12345"}})"}) {
    CAPTURE(json);
    CHECK(redact_tokens(json).find("12345") == std::string::npos);
  }
}
