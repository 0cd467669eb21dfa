// The native driver plays the scripts of the session tests, with sockets and a clock by hand: it does what the sessions did, and the log is the
// same, byte for byte. The scripts are written by core_tests (HADAL_SCRIPTS, tests/support/session_tape.hpp); tests/js/driver.test.mjs plays them
// with the driver of the package.
#include "hadal_asio/driver.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "hadal/journal/reader.hpp"
#include "hadal/log.hpp"
#include "hadal/replay.hpp"

namespace hadal::net {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

/// The transport and the clock of a script, and what the driver did with them.
class Stage final : public Transport, public Clock {
 public:
  std::vector<std::string> done;  ///< as lines of the script have it, without times
  std::set<ConnectionId> open_sockets;
  std::optional<Millis> deadline;
  Millis time{};

  std::unique_ptr<Socket> open(ConnectionId id, Endpoint endpoint, SocketOwner&) override {
    done.push_back("## connect " + std::to_string(id) + ' ' + std::string{default_url(endpoint)});
    open_sockets.insert(id);
    return std::make_unique<HandSocket>(*this, id);
  }
  Millis now() override { return time; }
  std::optional<UnixNanos> wall() override { return std::nullopt; }
  void wake_at(std::optional<Millis> at) override { deadline = at; }

 private:
  class HandSocket final : public Socket {
   public:
    HandSocket(Stage& stage, ConnectionId id) : stage_{stage}, id_{id} {}
    ~HandSocket() override { stage_.open_sockets.erase(id_); }
    HandSocket(const HandSocket&) = delete;
    HandSocket& operator=(const HandSocket&) = delete;
    void send(std::string text) override { stage_.done.push_back(std::to_string(id_) + " > " + text); }
    void close(int code, std::string_view reason) override {
      stage_.done.push_back("## close " + std::to_string(id_) + ' ' + std::to_string(code) + (reason.empty() ? "" : " ") +
                            std::string{reason});
      stage_.open_sockets.erase(id_);
    }
    void hold(bool) override {}

   private:
    Stage& stage_;
    ConnectionId id_;
  };
};

/// What the driver was told and did, and the log.
struct Played {
  std::vector<std::string> done;
  std::string log;
};

Played play(const fs::path& script, const SessionConfig& config, bool restless) {
  Stage stage;
  LogWriter log{true};
  Engine engine{config, &log};
  Driver driver{engine, stage, stage};
  RecordingReader reader;
  const auto text = read_file(script);
  reader.push(text);
  reader.finish();
  bool begun = false;
  Record record;
  std::vector<std::string> lines = lines_of(text);
  while (reader.next(record)) {
    if (record.kind == RecordKind::header || record.kind == RecordKind::comment || record.kind == RecordKind::sent) continue;
    stage.time = record.now;
    if (!std::exchange(begun, true)) log.set_origin(record.now);
    // The line as it stands, without its two times.
    auto line = lines[record.line - 1];
    for (int i = 0; i < 2; ++i) line.erase(0, line.find(' ') + 1);
    stage.done.push_back(line);
    // What a socket says that was let go reaches nobody: its handle is gone.
    const bool there = record.connection == 0 || stage.open_sockets.count(record.connection) != 0;
    if (record.kind == RecordKind::call) {
      const auto call = parse_call(record.payload);
      REQUIRE(call);
      driver.input([call](Engine& to, Millis now) { static_cast<void>(to.call(now, *call)); });
    } else if (record.kind == RecordKind::received) {
      if (there) driver.on_text(record.connection, record.payload);
    } else {
      const auto parsed = parse_link(record.payload);
      REQUIRE(parsed);
      const auto& link = *parsed;
      switch (link.what) {
        case LinkRecord::What::open:
          if (there) driver.on_open(record.connection);
          break;
        case LinkRecord::What::open_failed:
          if (there) driver.on_open_failed(record.connection, static_cast<int>(link.number), link.text);
          break;
        case LinkRecord::What::closed:
          if (there) driver.on_closed(record.connection, static_cast<int>(link.number), link.text);
          break;
        case LinkRecord::What::binary:
          if (there) driver.on_binary(record.connection, static_cast<std::size_t>(link.number));
          break;
        case LinkRecord::What::lost:
          driver.input([id = record.connection, frames = link.number](Engine& to, Millis now) {
            to.on_lost(now, id, static_cast<std::uint64_t>(frames));
          });
          break;
        case LinkRecord::What::timeout:
          if (stage.deadline && *stage.deadline <= stage.time) driver.on_timeout();
          break;
      }
    }
    // Early calls change nothing but deadlines.
    for (int times = restless ? 2 : 0; times > 0; --times) driver.on_timeout();
  }
  auto done = stage.done;
  driver.end();
  CHECK(stage.open_sockets.empty());
  CHECK_FALSE(stage.deadline);
  const auto before = engine.events();
  driver.on_text(1, R"({"channel":"heartbeat"})");
  driver.on_timeout();
  CHECK(engine.events() == before);
  return {std::move(done), log.text()};
}

std::optional<SessionConfig> config_of(const fs::path& script) {
  RecordingReader reader;
  const auto text = read_file(script);
  reader.push(text);
  reader.finish();
  Record record;
  if (!reader.next(record) || record.kind != RecordKind::header) return std::nullopt;
  const auto header = parse_header(record.payload);
  return header ? header->session : std::nullopt;
}

/// The script's own lines, as play() notes them: without header, without times.
std::vector<std::string> expected_of(const fs::path& script) {
  std::vector<std::string> out;
  for (auto line : lines_of(read_file(script))) {
    if (line.rfind("# ", 0) == 0) continue;
    if (line.rfind("##", 0) != 0)
      for (int i = 0; i < 2; ++i) line.erase(0, line.find(' ') + 1);
    out.push_back(line);
  }
  return out;
}

}  // namespace

TEST_CASE("the driver does what the scripts of the session tests say", "[driver]") {
  const auto* folder = std::getenv("HADAL_SCRIPTS_FOLDER");
  if (folder == nullptr) {
    WARN("HADAL_SCRIPTS_FOLDER is not set: ctest sets it, after core_tests has written the scripts");
    return;
  }
  int played = 0;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().extension() != ".journal") continue;
    const auto config = config_of(entry.path());
    REQUIRE(config);
    auto log = entry.path();
    log.replace_extension(".log");
    const auto expected_log = read_file(log);
    const auto expected = expected_of(entry.path());
    for (const bool restless : {false, true}) {
      INFO(entry.path().filename().string() << (restless ? ", with early timers" : ""));
      const auto run = play(entry.path(), *config, restless);
      REQUIRE(run.done == expected);
      REQUIRE(run.log == expected_log);
    }
    ++played;
  }
  CHECK(played >= 50);
}

TEST_CASE("an input that comes while the engine is at work waits for its turn", "[driver]") {
  Stage stage;
  struct Sink final : EventSink {
    std::function<void(const Event&)> hear;
    void on_event(const Event& event) override { hear(event); }
  } sink;
  Engine engine{SessionConfig{}, &sink};
  Driver driver{engine, stage, stage};
  std::vector<std::string> heard;
  sink.hear = [&](const Event& event) {
    heard.emplace_back(name(type_of(event)));
    // A socket that answered at once would call from here.
    if (heard.size() == 1) driver.on_open(1);
    if (heard.size() == 1) driver.on_text(1, R"({"channel":"heartbeat"})");
  };
  driver.input([](Engine& to, Millis now) { static_cast<void>(to.connect(now)); });
  CHECK(heard.size() >= 2);
  CHECK(engine.market().state() == ConnectionState::subscribed);
  CHECK(engine.market().feed().counters().heartbeats == 1);
}

}  // namespace hadal::net
