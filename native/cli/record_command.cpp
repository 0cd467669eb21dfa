#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "cli/live.hpp"
#include "hadal/base/time.hpp"
#include "hadal_asio/journal_file.hpp"
#include "hadal_asio/recorder.hpp"

namespace hadal::cli {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

struct Options {
  LiveFlags live;
  std::string out;
  std::optional<std::string> rotate;
  std::string retry = "30";
};

/// `100MB`, `1GB`: bytes; `90s`, `15m`, `1h`, `1d`: time.
void parse_rotation(const std::string& text, net::RecorderOptions& out) {
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  std::string unit{at, end};
  for (auto& c : unit) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  static constexpr std::pair<std::string_view, std::uint64_t> kBytes[] = {{"kb", 1'000}, {"mb", 1'000'000}, {"gb", 1'000'000'000}};
  static constexpr std::pair<std::string_view, std::int64_t> kSeconds[] = {{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}};
  constexpr std::uint64_t kMost = 1'000'000;
  if (error == std::errc{} && value != 0 && value <= kMost) {
    for (const auto& [name, bytes] : kBytes)
      if (unit == name) return void(out.rotate_bytes = value * bytes);
    for (const auto& [name, seconds] : kSeconds)
      if (unit == name) return void(out.rotate_every = std::chrono::seconds{static_cast<std::int64_t>(value) * seconds});
  }
  throw UsageError{"--rotate " + text +
                   ": must be a size or a time of at least one unit, for example 100MB or 1h (kB, MB, GB; s, m, h, d)"};
}

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), 1, ',');
  return text;
}

std::string megabytes(std::uint64_t bytes) {
  std::string out;
  append_decimal(out, static_cast<std::int64_t>(bytes / 10'000), 2);
  return out + " MB";
}

Channel channel_of(std::string_view name) { return find_channel(name).value_or(Channel::book); }

/// Records, tells how it goes, and begins again after a disk was full.
class Recording {
 public:
  Recording(LiveRun& run, const Settings& settings, net::RecorderOptions options, std::int64_t retry)
      : run_{run},
        settings_{settings},
        options_{std::move(options)},
        retry_{retry},
        recorder_{std::make_unique<net::Recorder>(run.client(), options_)},
        timer_{run.io()},
        terminal_{::isatty(STDERR_FILENO) != 0},
        begun_{Steady::now()} {}

  void begin() {
    const auto report = recorder_->report();
    run_.log().write(LogLevel::info, LogArea::journal, std::string{report.continued ? "going on with " : "recording to "} + report.file,
                     {{"file", report.file}});
    for (const auto& symbol : settings_.symbols) {
      for (const auto& name : settings_.channels) {
        const auto channel = channel_of(name);
        if (!has_symbol(channel)) continue;
        if (channel == Channel::book) static_cast<void>(run_.client().subscribe_book(symbol));
        else static_cast<void>(run_.client().subscribe(key(channel, symbol)));
      }
    }
    for (const auto& name : settings_.channels)
      if (const auto channel = channel_of(name); !has_symbol(channel)) static_cast<void>(run_.client().subscribe(key(channel, {})));
    run_.connect();
    tick();
  }

  /// Of everything that was recorded; a disk that was full once is a failure, even if it had room later.
  ExitCode finish() {
    recorder_->stop();
    if (trouble_.empty()) trouble_ = recorder_->report().trouble;  // of the last moment
    const auto report = add_up();
    erase_line();
    std::fprintf(stderr, "hadal record: %s lines, %s in %s %s\n", grouped(report.lines).c_str(), megabytes(report.bytes).c_str(),
                 grouped(report.files).c_str(), report.files == 1 ? "file" : "files");
    if (!trouble_.empty()) std::fprintf(stderr, "hadal: record: %s\n", trouble_.c_str());
    return trouble_.empty() ? ExitCode::done : ExitCode::failed;
  }

 private:
  static Key key(Channel channel, std::string symbol) {
    Key out;
    out.channel = channel;
    out.symbol = std::move(symbol);
    return out;
  }

  void tick() {
    timer_.expires_after(std::chrono::seconds{1});
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      look();
      tick();
    });
  }

  void look() {
    const auto report = recorder_->report();
    if (!report.trouble.empty() && !failed_at_) {
      failed_at_ = Steady::now();
      trouble_ = report.trouble;
      run_.log().write(LogLevel::error, LogArea::journal,
                       "the recording has ended: " + report.trouble +
                           (retry_ == 0 ? "" : "; tried again in " + std::to_string(retry_) + " s, in a new file. The feed goes on"));
      if (retry_ == 0) return run_.stop();
    }
    if (failed_at_ && Steady::now() - *failed_at_ >= std::chrono::seconds{retry_}) try_again();
    if (terminal_) show(report);
  }

  void try_again() {
    failed_at_ = Steady::now();
    recorder_->stop();
    const auto old = recorder_->report();
    auto options = options_;
    if (!options.rotates()) {
      std::string mark;
      append_timestamp(mark,
                       std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
      std::erase_if(mark, [](char c) { return c == '-' || c == ':' || c == '.'; });
      options.path = net::marked_name(options.path, mark);
    }
    try {
      auto next = std::make_unique<net::Recorder>(run_.client(), options);
      done_.bytes += old.bytes;
      done_.lines += old.lines;
      done_.files += old.files;
      recorder_ = std::move(next);
      failed_at_.reset();
      run_.log().write(LogLevel::info, LogArea::journal, "recording again, to " + recorder_->report().file);
    } catch (const net::ConfigError& error) {
      run_.log().write(LogLevel::error, LogArea::journal, std::string{"the recording cannot go on yet: "} + error.what());
    }
  }

  net::RecorderReport add_up() const {
    auto out = recorder_->report();
    out.bytes += done_.bytes;
    out.lines += done_.lines;
    out.files += done_.files;
    return out;
  }

  void show(const net::RecorderReport& report) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Steady::now() - begun_).count();
    struct State {
      std::uint64_t frames = 0;
      std::size_t live = 0;
      ConnectionState connection = ConnectionState::disconnected;
    };
    auto asked = run_.client().ask([](const Engine& engine, Millis) {
      State state;
      state.frames = engine.market().feed().counters().frames;
      state.connection = engine.state();
      for (const auto& [symbol, book] : engine.market().feed().books()) state.live += book->verified() ? 1 : 0;
      return state;
    });
    if (asked.wait_for(std::chrono::milliseconds{200}) != std::future_status::ready) return;
    const auto state = asked.get();
    char clock[32];
    std::snprintf(clock, sizeof clock, "%02lld:%02lld:%02lld", static_cast<long long>(seconds / 3'600),
                  static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
    std::fprintf(stderr, "\r\x1b[K%s  %s frames  %s  %s  %zu of %zu books verified  %s", clock, grouped(state.frames).c_str(),
                 megabytes(report.bytes + done_.bytes).c_str(), std::string{name(state.connection)}.c_str(), state.live,
                 settings_.symbols.size(), report.trouble.empty() ? report.file.c_str() : "NOT RECORDING");
    shown_ = true;
  }
  void erase_line() {
    if (std::exchange(shown_, false)) std::fputs("\r\x1b[K", stderr);
  }

  LiveRun& run_;
  const Settings& settings_;
  net::RecorderOptions options_;
  std::int64_t retry_;
  std::unique_ptr<net::Recorder> recorder_;
  net::RecorderReport done_;  ///< of recorders before
  std::string trouble_;
  std::optional<Steady::time_point> failed_at_;
  asio::steady_timer timer_;
  bool terminal_;
  bool shown_ = false;
  Steady::time_point begun_;
};

ExitCode record(const Options& options) {
  if (options.live.print_config()) return ExitCode::done;
  const auto said = options.live.read();
  auto settings = said.settings();
  const auto seconds = options.live.seconds();
  if (options.out.empty()) throw UsageError{"--out: name the file to record to, for example --out feed.journal.gz"};
  // A terminal has a line of its own that says the same.
  if (::isatty(STDERR_FILENO) != 0 && !said.has("log")) settings.log = "warn";
  net::RecorderOptions files;
  files.path = options.out;
  if (options.rotate) parse_rotation(*options.rotate, files);
  const auto retry =
      static_cast<std::int64_t>(parse_number("--retry-after", options.retry, 0, 86'400, "a number of seconds, or 0 to end at once"));
  LiveRun run{"record", settings};
  std::optional<Recording> recording;
  try {
    recording.emplace(run, settings, files, retry);
  } catch (const net::ConfigError& error) {
    run.log().mute();
    throw Failure{std::string{"--out "} + error.what()};
  }
  recording->begin();
  const auto result = run.run(seconds);
  const auto written = recording->finish();
  return result == ExitCode::done ? written : result;
}

}  // namespace

Command add_record(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("record", "Record what the exchange sends, as a file that replays");
  options->live.add_to(*command, {"record"});
  command->add_option("--out", options->out, "File; with .gz at its end compressed. One that is there is continued")->type_name("FILE");
  command->add_option("--rotate", options->rotate, "Begin a new file after a size or a time: 100MB, 1h. Each has its time in its name")
      ->type_name("SIZE|TIME");
  command->add_option("--retry-after", options->retry, "Begin a new file so long after the disk was full; 0: end at once")
      ->type_name("SECONDS")
      ->capture_default_str();
  command->footer(
      "A recording loses at most its last line when the program is killed; a .gz file the last quarter of a second.\n"
      "Exit code: 0 ended as asked, 1 the file could not be written or the connection was closed for good, 2 wrong usage,\n"
      "4 could not connect.\n"
      "Example: hadal record BTC/USD ETH/USD --depth 100 --out feed.journal.gz --rotate 1h");
  return [options] { return record(*options); };
}

}  // namespace hadal::cli
