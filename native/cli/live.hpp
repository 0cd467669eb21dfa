/// What the live commands share: their flags, and a client that runs until somebody ends it.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/log.hpp"
#include "cli/settings.hpp"
#include "hadal/replay.hpp"
#include "hadal_asio/client.hpp"

namespace hadal::cli {

/// The flags of a live command.
class LiveFlags {
 public:
  /// `groups`: whose settings it has besides those of all: `server`, `record`.
  void add_to(CLI::App& app, const std::vector<std::string>& groups);
  /// From all sources. Throws UsageError naming the source of what is wrong.
  [[nodiscard]] SettingsReader read() const;
  /// `--print-config` was asked for: it has been printed, and the command is done.
  [[nodiscard]] bool print_config() const;
  /// `--for`.
  [[nodiscard]] std::optional<std::int64_t> seconds() const;

 private:
  [[nodiscard]] SettingsReader reader() const;

  std::vector<std::string> symbols_;
  std::map<std::string, std::optional<std::string>, std::less<>> texts_;
  std::map<std::string, bool, std::less<>> switches_;
  std::optional<std::string> config_;
  std::optional<std::string> for_;
  bool print_ = false;
};

[[nodiscard]] net::ClientOptions client_options(const Settings& settings);

/// A client on a thread of its own, its log, and the signals that end it.
///
/// The first SIGINT or SIGTERM ends everything in order, within kStopMs; the second at once. So does a connection that is closed for good.
class LiveRun {
 public:
  /// Throws UsageError if a setting cannot be.
  LiveRun(std::string command, const Settings& settings);
  ~LiveRun();

  [[nodiscard]] boost::asio::io_context& io() noexcept;  ///< of the caller's thread, run by run()
  [[nodiscard]] net::Client& client() noexcept;
  [[nodiscard]] Log& log() noexcept;

  void connect();
  /// Another part that has to end, begun when the client's end is: it calls `done` when it has.
  void also_stop(std::function<void(std::function<void()> done)> part);
  /// Until a signal, or so many seconds.
  /// 4 if no connection was ever open, 1 if the last one was closed for good, else 0.
  [[nodiscard]] ExitCode run(std::optional<std::int64_t> seconds);
  void stop();

  static constexpr int kStopMs = 1'900;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hadal::cli
