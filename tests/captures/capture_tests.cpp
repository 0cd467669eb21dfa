// Recordings of the live exchange through the whole core: every checksum must match, every other frame must decode.

#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "hadal/hadal.hpp"
#include "support/captures.hpp"

using namespace hadal;
namespace fs = std::filesystem;

namespace {

fs::path captures;

FileReport replay(const std::string& name, FeedConfig config = {}) {
  Replay run{{std::move(config), false, false, 0}};
  run.begin(name);
  // Pieces of odd size, so that lines are torn at every kind of place.
  const auto bytes = test::read_file(captures / name);
  for (std::size_t at = 0; at < bytes.size(); at += 977) run.push(std::string_view{bytes}.substr(at, 977));
  run.finish();
  return run.reports().back();
}

std::uint64_t matched(const FileReport& report) {
  std::uint64_t sum = 0;
  for (const auto& book : report.books) sum += book.counters.matched;
  return sum;
}

}  // namespace

TEST_CASE("every checksum of every book capture matches, without any option") {
  struct Capture {
    const char* file;
    std::uint64_t frames;
    std::uint64_t checksums;
    std::uint16_t depth;
    const char* source;
  };
  const Capture cases[] = {
      {"v2_book_BTC-USD_d10_20260719.jsonl", 41, 41, 10, "snapshot"},
      {"v2_book_BTC-USD_d10_reencoded_20230730.jsonl", 510, 510, 10, "snapshot"},
      {"v2_book_BTC-USD_d10_resync_part1_20260801.jsonl", 74, 45, 10, "ack"},
      {"v2_book_ETH-USD_d25_20260802.jsonl", 1170, 1129, 25, "ack"},
      {"v2_book_MINA-GBP_d25_resubscribe_20260818.jsonl", 96, 19, 25, "ack"},
      {"v2_book_USDG-USD_d10_20260917.jsonl", 1, 1, 10, "snapshot"},
  };
  for (const auto& capture : cases) {
    INFO(capture.file);
    const auto report = replay(capture.file);
    CHECK(report.feed.frames == capture.frames);
    CHECK(matched(report) == capture.checksums);
    CHECK(report.mismatched() == 0);
    CHECK(report.all_verified());
    REQUIRE(report.books.size() == 1);
    CHECK(report.books[0].depth == capture.depth);
    CHECK(name(report.books[0].depth_source.value()) == capture.source);
    CHECK(report.books[0].verified);
  }
}

TEST_CASE("the ten-pair capture of 1000 levels matches") {
  const auto report = replay("v2form_book_10pairs_d1000_20210417.jsonl");
  CHECK(report.books.size() == 10);
  CHECK(matched(report) == 4279);
  CHECK(report.all_verified());
}

TEST_CASE("the re-encoded capture matches with the instrument's precision, too") {
  FeedConfig config;
  config.precision = Scales{1, 8};
  const auto report = replay("v2_book_BTC-USD_d10_reencoded_20230730.jsonl", config);
  CHECK(matched(report) == 510);
  CHECK(report.all_verified());
}

TEST_CASE("with another depth than subscribed the checksums notice") {
  FeedConfig config;
  config.depth = 1000;
  const auto report = replay("v2_book_BTC-USD_d10_resync_part1_20260801.jsonl", config);
  CHECK(report.mismatched() > 0);  // never truncated: 39 of 45 match
  CHECK(matched(report) == 39);
}

TEST_CASE("single frames of every channel decode without an issue") {
  for (const auto* file : {"v2_channels_2024.jsonl", "v2_frames_2025-2026.jsonl", "v2_level3_doc-example_20240108.jsonl"}) {
    Decoder decoder;
    for (const auto& line : test::read_lines(captures / file)) {
      INFO(line);
      CHECK(decoder.decode(line) == Errc::ok);
      CHECK(decoder.issue().count == 0);
      CHECK_FALSE(std::holds_alternative<Unknown>(decoder.message()));
    }
  }
}

TEST_CASE("the one shortened book of the channel samples is reported as a mismatch") {
  const auto report = replay("v2_channels_2024.jsonl");
  REQUIRE(report.books.size() == 1);
  CHECK(report.books[0].counters.mismatched == 1);
  CHECK(report.feed.not_decoded == 9);
  CHECK(report.feed.parse_errors == 0);
}

TEST_CASE("the pretty-printed instrument snapshot decodes as one frame, exponents included") {
  const auto frame = test::read_file(captures / "v2_instrument_snapshot_20240403.json");
  Decoder decoder;
  REQUIRE(decoder.decode(frame) == Errc::ok);
  CHECK(decoder.issue().count == 0);
  const auto& message = std::get<InstrumentMessage>(decoder.message());
  CHECK(message.assets.size() == 296);
  CHECK(message.pairs.size() == 683);
  std::int64_t finest = 0;
  for (const auto& pair : message.pairs) {
    REQUIRE(pair.price_precision);
    REQUIRE(pair.qty_increment);
    CHECK(pair.status != PairStatus::other);
    finest = std::max(finest, *pair.price_precision);
    // 1E-8 was written with an exponent: its value is what counts.
    CHECK(significant_scale(*pair.qty_increment) <= *pair.qty_precision);
  }
  CHECK(finest == 10);

  Feed feed{{}};
  feed.on_text({0}, 1, frame);
  CHECK(feed.instruments().pairs() == 683);
}

TEST_CASE("the proxy's text frame is counted and nothing else") {
  Feed feed{{}};
  feed.on_text({0}, 1, test::read_file(captures / "non_json_frames.txt"));
  CHECK(feed.counters().not_json == 1);
  CHECK(feed.counters().parse_errors == 0);
}

TEST_CASE("v1 recordings hold no v2 book") {
  const auto report = replay("v1_book_10pairs_d1000_20210417.jsonl");
  CHECK(report.books.empty());
  CHECK(report.feed.not_json == 4279);
}

int main(int argc, char** argv) {
  captures = argc > 1 ? argv[1] : "";
  if (!test::captures_present(captures, "capture_tests")) return test::kSkipped;
  return Catch::Session().run(1, argv);
}
