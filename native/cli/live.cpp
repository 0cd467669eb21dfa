#include "cli/live.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"

namespace hadal::cli {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::uint64_t kMostSeconds = 10u * 366 * 24 * 3'600;

std::string read_config(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw UsageError{"--config " + path + ": is a folder; name a file"};
  std::ifstream file{path, std::ios::binary};
  if (!file) throw UsageError{"--config " + path + ": cannot be opened: " + std::strerror(errno)};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (file.bad()) throw UsageError{"--config " + path + ": cannot be read"};
  return text;
}

}  // namespace

void LiveFlags::add_to(CLI::App& app, const std::vector<std::string>& groups) {
  app.add_option("symbols", symbols_, "Pairs, for example BTC/USD ETH/USD")->type_name("SYMBOL");
  for (const auto& info : all_settings()) {
    const bool ours = info.group == "live" || std::find(groups.begin(), groups.end(), info.group) != groups.end();
    if (info.flag.empty() || !ours) continue;
    const std::string key{info.key};
    auto help = std::string{info.help};
    const auto shown = default_text(info.key);
    if (!shown.empty()) help += " [" + shown + ']';
    if (info.type.empty()) app.add_flag(std::string{info.flag}, switches_[key], help);
    else app.add_option(std::string{info.flag}, texts_[key], help)->type_name(std::string{info.type});
  }
  app.add_option("--config", config_,
                 "Settings from a JSON file: {\"symbols\":[\"BTC/USD\"],\"depth\":25,\"log\":\"info\"}. Flags and "
                 "variables\n(HADAL_SYMBOLS, HADAL_DEPTH, HADAL_LISTEN, HADAL_LOG ...) beat it; --print-config shows all names")
      ->type_name("FILE");
  app.add_flag("--print-config", print_, "Print the settings as they are, and where each comes from, and end");
  app.add_option("--for", for_, "End after so many seconds")->type_name("SECONDS");
}

SettingsReader LiveFlags::reader() const {
  SettingsReader reader;
  try {
    if (config_) reader.read_file(read_config(*config_), *config_);
    reader.read_environment(environ);
    SettingTexts flags;
    std::string symbols;
    for (const auto& symbol : symbols_) symbols += (symbols.empty() ? "" : ",") + symbol;
    if (!symbols_.empty()) flags["symbols"] = symbols;
    for (const auto& [key, text] : texts_)
      if (text) flags[key] = *text;
    for (const auto& [key, on] : switches_)
      if (on) flags[key] = "true";
    reader.read_flags(flags);
  } catch (const SettingsError& error) {
    throw UsageError{error.what()};
  }
  return reader;
}

SettingsReader LiveFlags::read() const {
  auto all = reader();
  const auto& settings = all.settings();
  if (settings.symbols.empty()) throw UsageError{"name at least one pair, for example BTC/USD (or set HADAL_SYMBOLS)"};
  if (check_url(settings.url, settings.allow_plaintext) != Errc::ok)
    throw UsageError{"--url " + settings.url + ": other machines are spoken to with wss:// only; add --allow-plaintext if this one cannot"};
  return all;
}

bool LiveFlags::print_config() const {
  if (!print_) return false;
  const auto all = reader();
  write_stdout(all.json());
  if (const auto sources = all.sources(); !sources.empty()) std::fputs(sources.c_str(), stderr);
  return true;
}

std::optional<std::int64_t> LiveFlags::seconds() const {
  if (!for_) return std::nullopt;
  return static_cast<std::int64_t>(parse_number("--for", *for_, 1, kMostSeconds, "a number of seconds, from 1"));
}

net::ClientOptions client_options(const Settings& settings) {
  net::ClientOptions options;
  options.config.session = settings.session;
  if (settings.retries) {
    options.config.session.reconnect.max_attempts = *settings.retries;
    options.config.session.reconnect.enabled = *settings.retries != 0;
  }
  options.config.depth = settings.depth;
  options.seed = settings.seed;
  options.transport.urls[static_cast<std::size_t>(Endpoint::market)] = settings.url;
  options.transport.allow_plaintext = settings.allow_plaintext;
  options.transport.ca_file = settings.ca_file;
  return options;
}

struct LiveRun::State {
  State(std::string of, const Settings& settings)
      : command{std::move(of)}, log{settings.log, settings.log_format == "json", settings.log_file}, client{client_options(settings)} {}

  void stop(ExitCode code) {
    if (stopping) return;
    stopping = true;
    if (result == ExitCode::done) result = code;
    deadline.expires_after(std::chrono::milliseconds{kStopMs});
    deadline.async_wait([this](const error_code& error) {
      if (!error) io.stop();
    });
    waiting = 1 + parts.size();
    const auto one_done = [this] {
      asio::post(io, [this] {
        if (--waiting == 0) io.stop();
      });
    };
    for (const auto& part : parts) part(one_done);
    client.stop(one_done);
  }

  void listen() {
    signals.async_wait([this](const error_code& error, int) {
      if (error) return;
      if (stopping) std::_Exit(static_cast<int>(ExitCode::failed));  // asked twice: at once
      stop(ExitCode::done);
      listen();
    });
  }

  std::string command;
  asio::io_context io{1};
  asio::signal_set signals{io, SIGINT, SIGTERM};
  asio::steady_timer deadline{io};
  asio::steady_timer end{io};
  Log log;
  std::vector<std::function<void(std::function<void()>)>> parts;
  ExitCode result = ExitCode::done;
  std::size_t waiting = 0;
  bool stopping = false;
  std::atomic<bool> opened = false;
  std::mutex mutex;
  std::string last_trouble;  ///< of connecting
  net::Client client;        ///< the last, so that it ends before what its listeners know
};

LiveRun::LiveRun(std::string command, const Settings& settings) try : state_{std::make_unique<State>(std::move(command), settings)} {
  auto& state = *state_;
  std::signal(SIGPIPE, SIG_IGN);
  follow(state.client, state.log);
  state.client
      .on<SessionEvent>([&state](const Event&, const SessionEvent& change) {
        if (change.cause == ConnectionCause::transport_opened) state.opened = true;
        const bool bad = change.to == ConnectionState::degraded || change.to == ConnectionState::closed;
        if (bad && change.cause != ConnectionCause::retries_exhausted &&
            change.cause != ConnectionCause::user_close) {  // those are no reason
          const std::lock_guard lock{state.mutex};
          state.last_trouble = std::string{name(change.cause)};
          if (!change.detail.empty()) state.last_trouble += ": " + std::string{change.detail};
        }
        if (change.to != ConnectionState::closed || change.cause == ConnectionCause::user_close) return;
        asio::post(state.io, [&state] { state.stop(state.opened ? ExitCode::failed : ExitCode::no_connection); });
      })
      .release();
  state.listen();
} catch (const net::ConfigError& error) {
  throw UsageError{error.what()};
} catch (const LogError& error) {
  throw UsageError{error.what()};
}

LiveRun::~LiveRun() = default;

asio::io_context& LiveRun::io() noexcept { return state_->io; }
net::Client& LiveRun::client() noexcept { return state_->client; }
Log& LiveRun::log() noexcept { return state_->log; }
void LiveRun::connect() { state_->client.connect(); }
void LiveRun::also_stop(std::function<void(std::function<void()> done)> part) { state_->parts.push_back(std::move(part)); }
void LiveRun::stop() {
  asio::post(state_->io, [this] { state_->stop(ExitCode::done); });
}

ExitCode LiveRun::run(std::optional<std::int64_t> seconds) {
  auto& state = *state_;
  if (seconds) {
    state.end.expires_after(std::chrono::seconds{*seconds});
    state.end.async_wait([&state](const error_code& error) {
      if (!error) state.stop(ExitCode::done);
    });
  }
  state.io.run();
  // Nobody is there any more to hear a second signal: it ends the program, whatever is still being closed.
  state.signals.clear();
  if (state.result == ExitCode::done && !state.opened) state.result = ExitCode::no_connection;
  if (state.result != ExitCode::done) {
    const std::lock_guard lock{state.mutex};
    const auto what = state.opened ? "the connection was closed for good" : "could not connect";
    const auto why = state.last_trouble.empty() ? std::string{} : ": " + state.last_trouble;
    std::fprintf(stderr, "hadal: %s: %s%s\n", state.command.c_str(), what, why.c_str());
  }
  return state.result;
}

}  // namespace hadal::cli
