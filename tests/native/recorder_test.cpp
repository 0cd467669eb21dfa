#include "hadal_asio/recorder.hpp"

#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "hadal/replay.hpp"
#include "hadal_asio/journal_file.hpp"
#include "native/sim_process.hpp"

namespace hadal::net {
namespace {

using test::SimProcess;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

/// A folder of the test's own.
struct Folder {
  Folder() : path{fs::temp_directory_path() / ("hadal-recorder-" + std::to_string(::getpid()))} {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path path;
};

std::string read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}
void write_file(const fs::path& path, const std::string& text) { std::ofstream{path, std::ios::binary} << text; }

FileReport replayed(const fs::path& path) {
  Replay replay{{}};
  replay.begin(path.string());
  replay.push(read_file(path));
  replay.finish();
  INFO(replay.summary_text() << replay.take_messages());
  REQUIRE(replay.reports().size() == 1);
  return replay.reports()[0];
}

ClientOptions at(const std::string& url) {
  ClientOptions options;
  options.transport.urls[0] = url;
  return options;
}

void wait_for_events(Client& client, std::uint64_t events) {
  const auto until = Steady::now() + 15s;
  while (client.ask([](const Engine& engine, Millis) { return engine.events(); }).get() < events && Steady::now() < until)
    std::this_thread::sleep_for(5ms);
}

}  // namespace

TEST_CASE("names of files", "[recorder]") {
  CHECK(marked_name("feed.journal.gz", "m") == "feed-m.journal.gz");
  CHECK(marked_name("feed.journal", "m") == "feed-m.journal");
  CHECK(marked_name("feed.gz", "m") == "feed-m.gz");
  CHECK(marked_name("feed", "m") == "feed-m");
  CHECK(marked_name("a.b/feed", "m") == "a.b/feed-m");
  CHECK(marked_name("a.b/.feed", "m") == "a.b/.feed-m");
  CHECK(is_gzip_name("a.gz"));
  CHECK_FALSE(is_gzip_name(".gz"));
}

TEST_CASE("a plain file is continued after its last whole line", "[recorder]") {
  const Folder folder;
  const auto path = folder.path / "a.journal";
  const std::string head = "# hadal-journal 1 {}\n";
  for (const auto& before : {std::string{}, head, head + "torn", std::string{"# hadal-jour"}, head + "one\n\n"}) {
    write_file(path, before);
    const std::string text{before};
    const auto whole = text.rfind('\n') == std::string::npos ? std::string{} : text.substr(0, text.rfind('\n') + 1);
    JournalFile file;
    REQUIRE(file.open(path.string()).empty());
    CHECK(file.continued() == !text.empty());
    REQUIRE(file.write("two\n").empty());
    REQUIRE(file.close().empty());
    CHECK(read_file(path) == whole + "two\n");
  }
  const std::string longest(10'000, 'x');
  write_file(path, head + longest);
  JournalFile file;
  REQUIRE(file.open(path.string()).empty());
  REQUIRE(file.close().empty());
  CHECK(read_file(path) == head);
}

TEST_CASE("a file that is no recording is left alone", "[recorder]") {
  const Folder folder;
  const auto path = folder.path / "letter.txt";
  for (const auto* text : {"precious text without newline", "# hadal-log 1\n", "# hadal-journal", "x"}) {
    write_file(path, text);
    JournalFile file;
    const auto trouble = file.open(path.string());
    if (std::string_view{text} == "# hadal-journal") CHECK(trouble.empty());  // the beginning of one
    else CHECK(trouble.find("is no recording") != std::string::npos);
    if (!trouble.empty()) CHECK(read_file(path) == text);
  }
}

TEST_CASE("what cannot be opened or written is said in a sentence", "[recorder]") {
  const Folder folder;
  JournalFile file;
  CHECK(file.open((folder.path / "no" / "where").string()).find("cannot be opened") != std::string::npos);
  CHECK(file.open(folder.path.string()).find("cannot be opened") != std::string::npos);
  write_file(folder.path / "a.gz", "x");
  CHECK(file.open((folder.path / "a.gz").string()).find("choose another name") != std::string::npos);
  CHECK_FALSE(file.write("x").empty());
  REQUIRE(file.open("/dev/full").empty());
  CHECK(file.write("x").find("No space left") != std::string::npos);
}

TEST_CASE("a recording from the first input on can be run again", "[recorder]") {
  const Folder folder;
  const auto path = folder.path / "a.journal";
  SimProcess sim{{"--rate", "10"}};
  Client client{at(sim.url())};
  Recorder recorder{client, {path.string()}};
  client.subscribe_book("BTC/USD");
  client.connect();
  wait_for_events(client, 300);
  recorder.stop();
  recorder.stop();
  const auto said = recorder.report();
  CHECK(said.trouble.empty());
  CHECK(said.files == 1);
  CHECK(said.bytes == fs::file_size(path));
  const auto report = replayed(path);
  CHECK(report.engine);
  CHECK(report.differing_requests == 0);
  CHECK(report.corrupt_lines == 0);
  CHECK(report.mismatched() == 0);
  REQUIRE(report.books.size() == 1);
  CHECK(report.books[0].counters.matched > 200);
  // The client goes on without it.
  wait_for_events(client, 400);
}

TEST_CASE("with rotation every file stands for itself", "[recorder]") {
  const Folder folder;
  SimProcess sim{{"--rate", "20"}};
  {
    Client client{at(sim.url())};
    Recorder recorder{client, {(folder.path / "a.journal").string(), 40'000}};
    client.subscribe_book("BTC/USD");
    client.connect();
    wait_for_events(client, 1'000);
  }
  std::uint64_t matched = 0;
  int files = 0;
  for (const auto& entry : fs::directory_iterator{folder.path}) {
    ++files;
    INFO(entry.path().filename().string());
    CHECK(entry.path().filename().string().rfind("a-20", 0) == 0);
    const auto report = replayed(entry.path());
    CHECK(report.corrupt_lines == 0);
    CHECK_FALSE(report.torn);
    CHECK(report.mismatched() == 0);
    for (const auto& book : report.books) matched += book.counters.matched;
  }
  CHECK(files >= 4);
  CHECK(matched > 900);
}

TEST_CASE("a full disk ends the recording with an error, and the feed goes on", "[recorder]") {
  SimProcess sim{{"--rate", "10"}};
  std::atomic<int> errors = 0;
  Client client{at(sim.url())};
  client.on<ErrorEvent>([&](const Event&, const ErrorEvent& error) { errors += error.code == Errc::io_error ? 1 : 0; }).release();
  Recorder recorder{client, {"/dev/full"}};
  client.subscribe_book("BTC/USD");
  client.connect();
  wait_for_events(client, 200);
  CHECK(errors == 1);
  CHECK(recorder.report().trouble.find("No space left") != std::string::npos);
  CHECK(client.ask([](const Engine& engine, Millis) { return engine.book("BTC/USD")->verified(); }).get());
}

}  // namespace hadal::net
