#include "hadal/journal/record.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

using hadal::LinkRecord;
using hadal::parse_header;
using hadal::parse_link;
using hadal::Record;
using hadal::RecordKind;

namespace {

struct Parsed {
  Record record;
  std::string payload;
};

Parsed parse(std::string_view line) {
  Parsed out;
  std::string scratch;
  hadal::parse_record(line, out.record, scratch);
  out.payload = out.record.payload;
  return out;
}

}  // namespace

TEST_CASE("a line has wall clock, driver clock, connection, kind and payload", "[record]") {
  const auto [record, payload] = parse(R"(1767323045678901000 12 3 < {"channel":"heartbeat"} and more)");
  CHECK(record.kind == RecordKind::received);
  CHECK(record.timed);
  CHECK(record.received == 1'767'323'045'678'901'000);
  CHECK(record.now.count == 12);
  CHECK(record.connection == 3);
  CHECK(payload == R"({"channel":"heartbeat"} and more)");
}

TEST_CASE("each kind has its mark", "[record]") {
  const std::pair<std::string_view, RecordKind> rows[] = {
      {"1 2 3 < x", RecordKind::received},  {R"(1 2 3 <j "x")", RecordKind::received},           {"1 2 3 > x", RecordKind::sent},
      {"1 2 3 ! open", RecordKind::link},   {R"(1 2 3 = {"call":"connect"})", RecordKind::call}, {"1 2 3 <", RecordKind::received},
      {"-5 0 0 < x", RecordKind::received}, {"# hadal-journal 1 {}", RecordKind::header},
  };
  for (const auto& [line, kind] : rows) {
    CAPTURE(line);
    const auto parsed = parse(line);
    CHECK(parsed.record.kind == kind);
    CHECK(parsed.record.timed == (kind != RecordKind::header));
  }
  CHECK(parse("1 2 3 <").payload.empty());
  CHECK(parse("1 2 3 <  two spaces").payload == " two spaces");
}

TEST_CASE("a frame written as a JSON string comes back as it was", "[record]") {
  CHECK(parse(R"(1 2 3 <j "line one\r\nline two")").payload == "line one\r\nline two");
  CHECK(parse(R"(1 2 3 <j "\"quoted\" \u0041\\")").payload == "\"quoted\" A\\");
  CHECK(parse(R"(1 2 3 <j "")").payload.empty());
  const std::string longer(1 << 20, 'x');  // beyond the limit on strings inside frames
  CHECK(parse("1 2 3 <j \"" + longer + '"').payload == longer);
}

TEST_CASE("a line that cannot be read is corrupt and says why", "[record]") {
  const std::string_view form = "not of the form <unix ns> <now ms> <conn> <kind> <payload>";
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", form},
      {"hello", form},
      {R"({"channel":"heartbeat"})", form},
      {"1", form},
      {"1 2", form},
      {"1 2 3", form},
      {"1 2 3 ", form},
      {" 1 2 3 < x", form},
      {"1  2 3 < x", form},
      {"x 2 3 < x", form},
      {"1 x 3 < x", form},
      {"1 2 x < x", form},
      {"1 2 -3 < x", form},
      {"1 -2 3 < x", form},
      {"1.5 2 3 < x", form},
      {"9223372036854775808 2 3 < x", form},
      {"1 9007199254740993 3 < x", form},  // beyond 2^53 ms
      {"1 2 18446744073709551616 < x", form},
      {"1 2 3 ? x", "unknown kind: expected < <j > ! or ="},
      {"1 2 3 << x", "unknown kind: expected < <j > ! or ="},
      {"1 2 3 <j plain", "the frame after <j is not a JSON string"},
      {R"(1 2 3 <j "cut)", "the frame after <j is not a JSON string"},
      {R"(1 2 3 <j ["x"])", "the frame after <j is not a JSON string"},
      {"1 2 3 <j 5", "the frame after <j is not a JSON string"},
      {R"(1 2 3 <j "x" "y")", "the frame after <j is not a JSON string"},
      {"1 2 3 ! opened", "unknown word after !"},
      {"1 2 3 ! lost", "unknown word after !"},
      {"# hadal-journal 2 {}", "not a header of journal format 1"},
      {"# a comment", "not a header of journal format 1"},
  };
  for (const auto& [line, why] : rows) {
    CAPTURE(line);
    const auto parsed = parse(line);
    CHECK(parsed.record.kind == RecordKind::corrupt);
    CHECK_FALSE(parsed.record.timed);
    CHECK(parsed.payload == why);
  }
}

TEST_CASE("a driver time of exactly 2^53 ms is the last one taken", "[record]") {
  CHECK(parse("1 9007199254740992 3 < x").record.now.count == 9'007'199'254'740'992);
}

TEST_CASE("a header tells version, start, depth and whether it was simulated", "[record]") {
  const auto header =
      parse_header(R"(# hadal-journal 1 {"version":"0.1.0","started":"2026-01-02T03:04:05Z","depth":25,"simulated":true,"seed":7})");
  REQUIRE(header);
  CHECK(header->format == 1);
  CHECK(header->version == "0.1.0");
  CHECK(header->started == "2026-01-02T03:04:05Z");
  CHECK(header->depth == 25);
  CHECK(header->simulated);

  const auto bare = parse_header("# hadal-journal 1");
  REQUIRE(bare);
  CHECK(bare->version.empty());
  CHECK_FALSE(bare->depth.has_value());
  CHECK_FALSE(bare->simulated);

  const auto nested = parse_header(R"(# hadal-journal 1 {"configuration":{"depth":100}})");
  REQUIRE(nested);
  CHECK(nested->depth == 100);
}

TEST_CASE("other formats and broken headers are no headers", "[record]") {
  for (const std::string_view line :
       {"", "#", "# hadal-journal", "# hadal-journal ", "# hadal-journal 0 {}", "# hadal-journal 2 {}", "# hadal-journal x {}",
        "# hadal-journal 1 {", "# hadal-journal 1 {} {}", "# hadal-log 1", "hadal-journal 1 {}", " # hadal-journal 1 {}"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_header(line).has_value());
  }
}

TEST_CASE("link records come apart into word, number and text", "[record]") {
  using What = LinkRecord::What;
  struct Row {
    std::string_view payload;
    What what;
    std::int64_t number;
    std::string_view text;
  };
  const Row rows[] = {
      {"open", What::open, 0, ""},
      {"timeout", What::timeout, 0, ""},
      {"open_failed 503 Service Unavailable", What::open_failed, 503, "Service Unavailable"},
      {"open_failed 0", What::open_failed, 0, ""},
      {"closed 1006", What::closed, 1006, ""},
      {"closed 1001 CloudFlare WebSocket proxy restarting", What::closed, 1001, "CloudFlare WebSocket proxy restarting"},
      {"binary 4096", What::binary, 4096, ""},
      {"lost 3", What::lost, 3, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.payload);
    const auto link = parse_link(row.payload);
    REQUIRE(link);
    CHECK(link->what == row.what);
    CHECK(link->number == row.number);
    CHECK(link->text == row.text);
  }
  for (const std::string_view payload : {"", " open", "Open", "close 1000", "closed", "closed ", "closed x", "closed -1", "closed 1000x",
                                         "lost 99999999999999999999", "binary  5"}) {
    CAPTURE(payload);
    CHECK_FALSE(parse_link(payload).has_value());
  }
}
