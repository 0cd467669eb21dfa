#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <utility>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "cli/serve.hpp"

namespace hadal::cli {

ExitCode serve_recording(const std::string& file, const FeedConfig& feed, double speed, bool loop, const std::string& listen) {
  constexpr std::size_t kMost = 1u << 30;
  server::PlaybackOptions playback;
  playback.name = file.substr(file.rfind('/') + 1);
  playback.feed = feed;
  playback.speed = speed;
  playback.loop = loop;
  InputFile input{file};
  for (auto piece = input.read(); !piece.empty(); piece = input.read()) {
    playback.recording += piece;
    if (playback.recording.size() > kMost) throw Failure{file + ": is longer than 1 GiB, and is played from memory; serve a part of it"};
  }

  Settings settings;
  settings.listen = listen;
  Log log{settings.log, false, ""};
  playback.on_end = [&log] {
    log.write(LogLevel::info, LogArea::journal,
              "the recording has ended; its last books go on being served, as they were then (--loop begins again)");
  };
  boost::asio::io_context io{1};
  const auto market = server::play_market(io, std::move(playback));
  if (market->empty()) throw Failure{file + ": holds no books"};
  const auto http = http_options(settings);
  std::optional<server::HttpServer> server;
  try {
    server.emplace(io, *market, http, [&log](std::string_view level, const std::string& text) {
      log.write(level == "warn" ? LogLevel::warn : LogLevel::debug, LogArea::http, text);
    });
  } catch (const server::ListenError& error) {
    throw Failure{std::string{"--listen "} + error.what()};
  }
  warn_of_strangers(http, log);
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  boost::asio::steady_timer deadline{io};
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    deadline.expires_after(std::chrono::milliseconds{1'900});
    deadline.async_wait([&io](const boost::system::error_code& cancelled) {
      if (!cancelled) io.stop();
    });
    server->stop([&io] { io.stop(); });
    signals.async_wait([](const boost::system::error_code& cancelled, int) {
      if (!cancelled) std::_Exit(static_cast<int>(ExitCode::failed));
    });
  });
  write_stdout("hadal replay: " + server->url() + "/  " + file + (loop ? ", over and over" : "") + "  (Ctrl-C ends)\n");
  market->start();
  io.run();
  return ExitCode::done;
}

}  // namespace hadal::cli
