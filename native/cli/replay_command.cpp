#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <utility>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "cli/progress.hpp"
#include "cli/serve.hpp"

namespace hadal::cli {
namespace {

std::string reason(int error) { return std::strerror(error); }

/// Where an output goes: nowhere, a file, or standard output. The file is begun with the first byte, so that a recording that cannot
/// be opened costs no older log.
class LogOutput {
 public:
  /// Throws UsageError if the log would overwrite an input.
  LogOutput(const std::string& path, const std::vector<std::string>& inputs, const std::string& flag = "--log") : path_{path} {
    for (const auto& input : inputs)
      if (std::error_code ignored; std::filesystem::equivalent(path, input, ignored))
        throw UsageError{flag + ' ' + path + ": is the recording itself; name another file"};
  }
  ~LogOutput() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }
  LogOutput(const LogOutput&) = delete;
  LogOutput& operator=(const LogOutput&) = delete;

  void write(const std::string& text) {
    if (path_.empty() || text.empty()) return;
    if (file_ == nullptr) file_ = path_ == "-" ? stdout : std::fopen(path_.c_str(), "wb");
    if (file_ == nullptr || std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
  }
  void finish() {
    if (file_ != nullptr && std::fflush(file_) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const { throw Failure{path_ + ": cannot be written: " + reason(errno)}; }

  std::string path_;
  std::FILE* file_ = nullptr;
};

/// A factor in thousandths on its way, so that `0.1` is what it says.
double parse_speed(const std::string& text) {
  Decimal speed;
  std::int64_t thousandths = 0;
  if (parse_decimal(text, speed) != Errc::ok || rescale(speed, 3, thousandths) != Errc::ok || thousandths < 100 || thousandths > 100'000)
    throw UsageError{"--speed " + text + ": must be a factor from 0.1 to 100"};
  return static_cast<double>(thousandths) / 1'000;
}

}  // namespace

void FeedFlags::add_to(CLI::App& app, bool with_symbol) {
  app.add_option("--depth", depth, "Levels a side: 10, 25, 100, 500 or 1000. Default: from acks, header or first snapshot")->type_name("N");
  app.add_option("--precision", precision,
                 "Decimals of price and quantity, as the instrument channel states them. Default: the digits on the wire")
      ->type_name("P,Q");
  if (with_symbol) app.add_option("--symbol", symbol, "Only this pair, for example BTC/USD")->type_name("S");
}

std::uint64_t parse_number(std::string_view flag, const std::string& text, std::uint64_t least, std::uint64_t most,
                           std::string_view complaint) {
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || value < least || value > most)
    throw UsageError{std::string{flag} + ' ' + text + ": must be " + std::string{complaint}};
  return value;
}

FeedConfig FeedFlags::config() const {
  FeedConfig config;
  if (depth) {
    constexpr std::string_view kComplaint = "10, 25, 100, 500 or 1000";
    config.depth = static_cast<std::uint16_t>(parse_number("--depth", *depth, 1, kMaxDepth, kComplaint));
    if (!is_depth(config.depth)) throw UsageError{"--depth " + *depth + ": must be " + std::string{kComplaint}};
  }
  if (precision) {
    constexpr std::string_view kComplaint = "two numbers from 0 to 18, for example 1,8";
    const auto comma = precision->find(',');
    if (comma == std::string::npos) throw UsageError{"--precision " + *precision + ": must be " + std::string{kComplaint}};
    config.precision =
        Scales{static_cast<std::uint8_t>(parse_number("--precision", precision->substr(0, comma), 0, kMaxScale, kComplaint)),
               static_cast<std::uint8_t>(parse_number("--precision", precision->substr(comma + 1), 0, kMaxScale, kComplaint))};
  }
  if (symbol && normalize_symbol(*symbol, config.symbol) != Errc::ok)
    throw UsageError{"--symbol " + *symbol + ": must be BASE/QUOTE, for example BTC/USD"};
  return config;
}

void write_stdout(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw Failure{"standard output: cannot be written: " + reason(errno)};
}

void play_file(Replay& replay, const std::string& path, const std::function<void()>& after_piece) {
  InputFile file{path};
  Progress progress{path};
  replay.begin(path);
  std::optional<ReadFailure> failure;
  try {
    for (auto piece = file.read(); !piece.empty() && !replay.stopped(); piece = file.read()) {
      replay.push(piece);
      after_piece();
      progress.update(file.progress(), replay.frames());
    }
    if (file.cut_short()) replay.cut_short();
  } catch (const ReadFailure& error) {
    failure = error;
  }
  replay.finish();
  after_piece();
  if (failure) throw *failure;
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
    std::optional<std::string> log;
    std::optional<std::string> track;
    std::optional<std::string> views;
    std::optional<std::string> incident;
    bool json = false;
    bool serve = false;
    bool loop = false;
    std::optional<std::string> speed;
    std::optional<std::string> listen;
  };
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("replay", "Replay recordings and verify every checksum");
  command->footer(
      "Recordings are journals (.gz too) or files with one received frame a line.\n"
      "Exit code: 0 all verified, 1 a file cannot be read or holds no frames, 2 wrong usage, 3 a mismatch, an undecodable\n"
      "book frame, a corrupt line, lost frames, or a book that nothing verified.\n"
      "Example: hadal replay book.jsonl --log - | head");
  command->add_option("FILE", options->files, "Recordings; - for standard input")->required()->type_name("");
  options->feed.add_to(*command, true);
  command->add_option("--log", options->log, "Write the event log to this file; - for standard output (the summary then goes to stderr)")
      ->type_name("OUT");
  command
      ->add_option("--track", options->track,
                   "Trackers: their events, and what they know at the end, are in the log: all, or some of " + std::string{kTrackers})
      ->type_name("LIST");
  command->add_option("--views", options->views, "A line with every view of a book in the log, after each N of its messages")
      ->type_name("N");
  command->add_option("--incident", options->incident, "Write a file with the frames before the first fault, which replay can play")
      ->type_name("OUT");
  command->add_flag("--json", options->json, "One JSON object per file and symbol instead of the summary for people");
  command->add_flag("--serve", options->serve,
                    "Serve the recording as it plays, as `hadal serve` serves the exchange; at its end the last books stay");
  command->add_option("--speed", options->speed, "With --serve: 0.1 to 100 times the pace of the recording [1]")->type_name("X");
  command->add_flag("--loop", options->loop, "With --serve: again from the start at its end");
  command->add_option("--listen", options->listen, "With --serve: where to serve [127.0.0.1:3000]")->type_name("HOST:PORT");

  return [options] {
    ReplayOptions replay_options;
    replay_options.feed = options->feed.config();
    if (options->serve) {
      if (options->files.size() != 1) throw UsageError{"--serve: plays one recording; name one"};
      for (const auto* other : {options->log ? "--log" : "", options->track ? "--track" : "", options->views ? "--views" : "",
                                options->incident ? "--incident" : "", options->json ? "--json" : ""})
        if (*other != 0) throw UsageError{std::string{other} + ": does not go with --serve"};
      const auto listen = options->listen.value_or("127.0.0.1:3000");
      if (!parse_host_port(listen)) throw UsageError{"--listen " + listen + ": must be HOST:PORT, for example 127.0.0.1:3000"};
      return serve_recording(options->files.front(), replay_options.feed, parse_speed(options->speed.value_or("1")), options->loop, listen);
    }
    for (const auto* alone : {options->speed ? "--speed" : "", options->loop ? "--loop" : "", options->listen ? "--listen" : ""})
      if (*alone != 0) throw UsageError{std::string{alone} + ": goes with --serve alone"};
    if (options->log && options->log->empty()) throw UsageError{"--log: name a file, or - for standard output"};
    if (options->track) {
      replay_options.track = parse_trackers(*options->track);
      if (!replay_options.track)
        throw UsageError{"--track " + *options->track + ": must be all, or some of " + std::string{kTrackers} +
                         " with commas between them"};
    }
    if (options->views)
      replay_options.views_every =
          parse_number("--views", *options->views, 1, std::numeric_limits<std::uint32_t>::max(), "a number of messages, from 1");
    if (options->incident && options->incident->empty()) throw UsageError{"--incident: name a file, or - for standard output"};
    replay_options.keep_incident = options->incident.has_value();
    const auto log_path = options->log.value_or("");
    replay_options.keep_log = !log_path.empty();
    replay_options.several_files = options->files.size() > 1;
    Replay replay{replay_options};
    LogOutput log{log_path, options->files};
    LogOutput incident{options->incident.value_or(""), options->files, "--incident"};
    if (!log_path.empty() && options->incident == log_path)
      throw UsageError{"--incident " + log_path + ": is where the log goes; name another file"};
    bool incident_made = false;
    bool failed = false;
    for (const auto& path : options->files) {
      try {
        play_file(replay, path, [&] {
          log.write(replay.take_log());
          if (auto made = replay.take_incident(); !made.empty() && !std::exchange(incident_made, true)) incident.write(made);
          print_messages(replay.take_messages());
        });
      } catch (const ReadFailure& error) {  // the other files have their say
        std::fprintf(stderr, "hadal: %s\n", error.what());
        failed = true;
      }
    }
    log.finish();
    incident.finish();
    if (options->incident && !incident_made)
      std::fprintf(stderr, "hadal: %s: not written: nothing went wrong\n", options->incident->c_str());
    const auto summary = options->json ? replay.summary_json() : replay.summary_text();
    if (log_path == "-" || options->incident == "-") {
      std::fputs(summary.c_str(), stderr);
    } else {
      write_stdout(summary);
    }
    const auto code = replay.exit_code();
    return failed && code == ExitCode::done ? ExitCode::failed : code;
  };
}

}  // namespace hadal::cli
