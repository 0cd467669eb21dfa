#include "hadal/journal/reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/base/random.hpp"

using hadal::Record;
using hadal::RecordingReader;
using hadal::RecordKind;

namespace {

/// A record as text, every field of it.
std::string text_of(const Record& record) {
  static constexpr std::string_view kKinds[] = {"header", "received", "sent", "link", "call", "comment", "corrupt"};
  std::string out = std::to_string(record.line) + '@' + std::to_string(record.offset) + '+' + std::to_string(record.length) + ' ';
  out += kKinds[static_cast<std::size_t>(record.kind)];
  if (record.torn) out += " torn";
  if (record.timed)
    out += ' ' + std::to_string(record.received) + ' ' + std::to_string(record.now.count) + " #" + std::to_string(record.connection);
  out += ": ";
  return out += record.payload;
}

using Lines = std::vector<std::string>;

/// Reads `bytes`, pushed in pieces of the given sizes (the last one over and over).
Lines read(std::string_view bytes, std::vector<std::size_t> pieces = {std::string_view::npos}) {
  RecordingReader reader;
  Lines out;
  Record record;
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const auto n = std::min(bytes.size(), pieces[std::min(i, pieces.size() - 1)]);
    reader.push(bytes.substr(0, n));
    bytes.remove_prefix(n);
    while (reader.next(record)) out.push_back(text_of(record));
  }
  reader.finish();
  while (reader.next(record)) out.push_back(text_of(record));
  CHECK_FALSE(reader.next(record));
  return out;
}

constexpr std::string_view kJournal =
    "# hadal-journal 1 {\"depth\":10}\n"
    "100 1 1 ! open\r\n"
    "\n"
    "200 2 1 > {\"method\":\"ping\"}\n"
    "300 3 1 < {\"channel\":\"heartbeat\"}\n"
    "what is this\n"
    " \t \n"
    "400 4 1 <j \"a\\nb\"\n"
    "# hadal-journal 1 {\"depth\":25}\n"
    "500 0 2 < again\r\n"
    "600 1 2 ! closed 1006";

const Lines kJournalLines = {
    "1@0+30 header: # hadal-journal 1 {\"depth\":10}",
    "2@31+14 link 100 1 #1: open",
    "4@48+27 sent 200 2 #1: {\"method\":\"ping\"}",
    "5@76+33 received 300 3 #1: {\"channel\":\"heartbeat\"}",
    "6@110+12 corrupt: not of the form <unix ns> <now ms> <conn> <kind> <payload>",
    "8@127+17 received 400 4 #1: a\nb",
    "9@145+30 header: # hadal-journal 1 {\"depth\":25}",
    "10@176+15 received 500 0 #2: again",
    "11@193+21 link torn 600 1 #2: closed 1006",
};

}  // namespace

TEST_CASE("a journal is read line by line, blank lines skipped, corrupt ones numbered", "[reader]") {
  CHECK(read(kJournal) == kJournalLines);
}

TEST_CASE("any cutting of the same bytes gives the same records", "[reader]") {
  const std::string bare = "\xEF\xBB\xBF{\"a\":1}\r\n\r\n# no header\n \n{\"b\":2}\nlast";
  const auto bare_lines = read(bare);
  for (std::size_t n = 1; n < 12; ++n) {
    CHECK(read(kJournal, {n}) == kJournalLines);
    CHECK(read(bare, {n}) == bare_lines);
  }
  for (std::size_t first = 1; first < kJournal.size(); ++first) {
    CAPTURE(first);
    CHECK(read(kJournal, {first, std::string_view::npos}) == kJournalLines);
  }
  hadal::Random random{6};
  for (int i = 0; i < 200; ++i) {
    std::vector<std::size_t> pieces(30);
    for (auto& piece : pieces) piece = 1 + static_cast<std::size_t>(random.uniform(20));
    CHECK(read(kJournal, pieces) == kJournalLines);
  }
}

TEST_CASE("a recording that does not begin with a header is bare frames", "[reader]") {
  const Lines lines = {
      "1@3+7 received: {\"a\":1}",
      "3@14+16 received: # now just text.",
      "4@31+10 received: 1 2 3 < {}",
      "5@42+4 received torn: last",
  };
  CHECK(read("\xEF\xBB\xBF{\"a\":1}\r\n\r\n# now just text.\n1 2 3 < {}\nlast") == lines);

  RecordingReader reader;
  Record record;
  CHECK_FALSE(reader.is_journal());
  reader.push("\n{}\n");
  REQUIRE(reader.next(record));
  CHECK_FALSE(reader.is_journal());
  CHECK(reader.lines() == 2);
}

TEST_CASE("a byte order mark before a header is skipped", "[reader]") {
  CHECK(read("\xEF\xBB\xBF# hadal-journal 1\n1 2 3 < x\n") == Lines{"1@3+17 header: # hadal-journal 1", "2@21+9 received 1 2 #3: x"});
  CHECK(read("\xEF\xBB\xBF").empty());
  CHECK(read("\xEF\xBB\xBF\n").empty());
  // Only at the very beginning.
  CHECK(read("{}\n\xEF\xBB\xBF{}\n") == Lines{"1@0+2 received: {}", "2@3+5 received: \xEF\xBB\xBF{}"});
}

TEST_CASE("a first line that is a bad header still makes a journal", "[reader]") {
  RecordingReader reader;
  reader.push("# hadal-journal 9 {}\n1 2 3 < x\n");
  Record record;
  REQUIRE(reader.next(record));
  CHECK(reader.is_journal());
  CHECK(record.kind == RecordKind::corrupt);
  REQUIRE(reader.next(record));
  CHECK(record.kind == RecordKind::received);
}

TEST_CASE("nothing, and nothing but blank lines, is no record", "[reader]") {
  CHECK(read("").empty());
  CHECK(read("\n\r\n \t\n\n").empty());
  CHECK(read(" ").empty());
}

TEST_CASE("a line is taken only when it is whole, or when there is no more", "[reader]") {
  RecordingReader reader;
  Record record;
  reader.push("{\"a\"");
  CHECK_FALSE(reader.next(record));
  reader.push(":1}");
  CHECK_FALSE(reader.next(record));
  reader.push("\r");
  CHECK_FALSE(reader.next(record));
  reader.push("\n{\"b\"");
  REQUIRE(reader.next(record));
  CHECK(record.payload == "{\"a\":1}");
  CHECK_FALSE(record.torn);
  CHECK_FALSE(reader.next(record));
  reader.finish();
  REQUIRE(reader.next(record));
  CHECK(record.payload == "{\"b\"");
  CHECK(record.torn);
  CHECK_FALSE(reader.next(record));
}

TEST_CASE("a line beyond the limit is corrupt, and reading goes on behind it", "[reader]") {
  const std::string longest(hadal::kJournalLineBytes, 'x');
  const std::string text = "{}\n" + longest + "\n" + longest + "y\n{\"c\":3}\n";
  const auto size = std::to_string(longest.size());
  const auto offset = std::to_string(longest.size() + 4);
  Lines whole = read(text);
  REQUIRE(whole.size() == 4);
  CHECK(whole[0] == "1@0+2 received: {}");
  CHECK(whole[1] == "2@3+" + size + " received: " + longest);
  CHECK(whole[2] == "3@" + offset + '+' + std::to_string(longest.size() + 1) + " corrupt: the line is longer than the limit");
  CHECK(whole[3] == "4@" + std::to_string(2 * longest.size() + 6) + "+7 received: {\"c\":3}");

  // In pieces, too; nothing of it is kept.
  Lines pieces = read(text, {1 << 20});
  REQUIRE(pieces.size() == 4);
  CHECK(pieces[1] == whole[1]);
  CHECK(pieces[2].substr(pieces[2].find(' ')) == whole[2].substr(whole[2].find(' ')));
  CHECK(pieces[3] == whole[3]);

  const auto torn = read("{}\n" + longest + "yz", {1 << 20});
  REQUIRE(torn.size() == 2);
  CHECK(torn[1].find("corrupt torn: the line is longer than the limit") != std::string::npos);
}

TEST_CASE("a line beyond the limit has the same place and length however the bytes were cut", "[reader]") {
  const std::string text = "{}\n" + std::string(hadal::kJournalLineBytes + (3 << 20), 'x') + "\n{}\n";
  CHECK(read(text, {1 << 20}) == read(text));
}

TEST_CASE("a line of exactly the limit may end with CR LF however the bytes were cut", "[reader]") {
  const std::string text = std::string(hadal::kJournalLineBytes, 'x') + "\r\n";
  const auto whole = read(text);
  REQUIRE(whole.size() == 1);
  CHECK((read(text, {text.size() - 1, 1}) == whole));
}
