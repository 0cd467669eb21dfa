#include <charconv>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "cli/progress.hpp"

namespace hadal::cli {
namespace {

/// A whole number in a range; anything else is a usage error.
int parse_number(std::string_view text, int least, int most, const std::string& complaint) {
  int value = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || value < least || value > most) throw UsageError{complaint};
  return value;
}

/// Where the event log goes: nowhere, a file, or standard output.
class LogOutput {
 public:
  explicit LogOutput(const std::string& path) : path_{path} {
    if (path.empty()) return;
    file_ = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
    if (file_ == nullptr) throw Failure{path + ": cannot be written: " + std::strerror(errno)};
  }
  ~LogOutput() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }
  LogOutput(const LogOutput&) = delete;
  LogOutput& operator=(const LogOutput&) = delete;

  void write(const std::string& text) {
    if (file_ == nullptr || text.empty()) return;
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
  }
  void finish() {
    if (file_ != nullptr && std::fflush(file_) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const { throw Failure{path_ + ": cannot be written: " + std::strerror(errno)}; }

  std::string path_;
  std::FILE* file_ = nullptr;
};

}  // namespace

void FeedFlags::add_to(CLI::App& app, bool with_symbol) {
  app.add_option("--depth", depth, "Levels a side: 10, 25, 100, 500 or 1000. Default: from acks, header or first snapshot")->type_name("N");
  app.add_option("--precision", precision, "Decimals of price and quantity, as the instrument channel states them. Default: the digits on the wire")
      ->type_name("P,Q");
  if (with_symbol) app.add_option("--symbol", symbol, "Only this pair, for example BTC/USD")->type_name("S");
}

FeedConfig FeedFlags::config() const {
  FeedConfig config;
  if (!depth.empty()) {
    const std::string complaint = "--depth " + depth + ": must be 10, 25, 100, 500 or 1000";
    config.depth = static_cast<std::uint16_t>(parse_number(depth, 1, kMaxDepth, complaint));
    if (!is_depth(config.depth)) throw UsageError{complaint};
  }
  if (!precision.empty()) {
    const std::string complaint = "--precision " + precision + ": must be two numbers from 0 to 18, for example 1,8";
    const auto comma = precision.find(',');
    if (comma == std::string::npos) throw UsageError{complaint};
    const std::string_view text = precision;
    config.precision = Scales{static_cast<std::uint8_t>(parse_number(text.substr(0, comma), 0, kMaxScale, complaint)),
                              static_cast<std::uint8_t>(parse_number(text.substr(comma + 1), 0, kMaxScale, complaint))};
  }
  if (!symbol.empty() && normalize_symbol(symbol, config.symbol) != Errc::ok)
    throw UsageError{"--symbol " + symbol + ": must be BASE/QUOTE, for example BTC/USD"};
  return config;
}

void play_file(Replay& replay, const std::string& path, const std::function<void()>& after_piece) {
  InputFile file{path};
  Progress progress{path};
  replay.begin(path);
  for (auto piece = file.read(); !piece.empty() && !replay.stopped(); piece = file.read()) {
    replay.push(piece);
    after_piece();
    progress.update(file.progress(), replay.frames());
  }
  replay.finish();
  after_piece();
}

void print_messages(const std::string& lines) {
  std::size_t at = 0;
  while (at < lines.size()) {
    const auto end = lines.find('\n', at);
    std::fprintf(stderr, "hadal: %s\n", lines.substr(at, end - at).c_str());
    at = end + 1;
  }
}

Command add_replay(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    FeedFlags feed;
    std::string log;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("replay", "Replay recordings and verify every checksum");
  command->footer(
      "Recordings are journals (.gz too) or files with one received frame a line.\n"
      "Exit code: 0 all verified, 1 a file cannot be read, 2 wrong usage, 3 a mismatch or an undecodable book frame.\n"
      "Example: hadal replay book.jsonl --log - | head");
  command->add_option("FILE", options->files, "Recordings")->required()->type_name("");
  options->feed.add_to(*command, true);
  command->add_option("--log", options->log, "Write the event log to this file; - for standard output (the summary then goes to stderr)")
      ->type_name("OUT");
  command->add_flag("--json", options->json, "One JSON object per file and symbol instead of the summary for people");

  return [options] {
    ReplayOptions replay_options;
    replay_options.feed = options->feed.config();
    replay_options.keep_log = !options->log.empty();
    replay_options.several_files = options->files.size() > 1;
    Replay replay{replay_options};
    LogOutput log{options->log};
    for (const auto& path : options->files)
      play_file(replay, path, [&] {
        log.write(replay.take_log());
        print_messages(replay.take_messages());
      });
    log.finish();
    const auto summary = options->json ? replay.summary_json() : replay.summary_text();
    LogOutput{options->log == "-" ? "" : "-"}.write(summary);
    if (options->log == "-") std::fputs(summary.c_str(), stderr);
    return replay.exit_code();
  };
}

}  // namespace hadal::cli
