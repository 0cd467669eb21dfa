#include <filesystem>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "cli/live.hpp"
#include "cli/serve.hpp"
#include "hadal_asio/recorder.hpp"
#include "server/files.hpp"
#include "server/http_server.hpp"

namespace hadal::cli {
namespace {

struct Options {
  LiveFlags live;
  std::optional<std::string> record;
};

std::string list_of(const std::vector<std::string>& symbols) {
  constexpr std::size_t kNamed = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(symbols.size(), kNamed); ++i) out += (i == 0 ? "" : ", ") + symbols[i];
  return symbols.size() > kNamed ? out + ", ... (" + std::to_string(symbols.size()) + " symbols)" : out;
}

LogLevel level_named(std::string_view name) { return name == "debug" ? LogLevel::debug : name == "warn" ? LogLevel::warn : LogLevel::info; }

ExitCode serve(const Options& options) {
  if (options.live.print_config()) return ExitCode::done;
  const auto settings = options.live.read().settings();
  const auto seconds = options.live.seconds();
  const auto http = http_options(settings);
  if (std::error_code error;
      !http.demo.empty() && !std::filesystem::is_regular_file(std::filesystem::path{http.demo} / "index.html", error))
    throw UsageError{"--demo " + http.demo + ": holds no index.html; name the folder of the built page"};
  LiveRun run{"serve", settings};
  auto& log = run.log();
  const auto market = server::live_market(run.client(), settings.symbols);
  std::optional<net::Recorder> recorder;
  std::optional<server::HttpServer> server;
  try {
    server.emplace(run.io(), *market, http,
                   [&log](std::string_view level, const std::string& text) { log.write(level_named(level), LogArea::http, text); });
    if (options.record) recorder.emplace(run.client(), net::RecorderOptions{*options.record, 0, std::chrono::seconds{0}});
  } catch (const server::ListenError& error) {
    log.mute();
    throw Failure{std::string{"--listen "} + error.what()};
  } catch (const net::ConfigError& error) {
    log.mute();
    throw Failure{std::string{"--record "} + error.what()};
  }
  warn_of_strangers(http, log);
  run.also_stop([&server](std::function<void()> done) { server->stop(std::move(done)); });
  for (const auto& symbol : settings.symbols) static_cast<void>(run.client().subscribe_book(symbol));
  run.connect();
  write_stdout("hadal serve: " + server->url() + "/  " + list_of(settings.symbols) + " from " + settings.url + '\n');
  const auto result = run.run(seconds);
  if (recorder) {
    recorder->stop();
    if (const auto trouble = recorder->report().trouble; !trouble.empty()) {
      std::fprintf(stderr, "hadal: serve: the recording ended early: %s\n", trouble.c_str());
      return result == ExitCode::done ? ExitCode::failed : result;
    }
  }
  return result;
}

}  // namespace

server::HttpOptions http_options(const Settings& settings) {
  server::HttpOptions out;
  const auto address = parse_host_port(settings.listen);
  out.host = address->host;
  out.port = address->port;
  out.max_clients = settings.max_clients;
  out.demo = settings.demo.empty() ? server::find_demo("hadal") : settings.demo;
  return out;
}

void warn_of_strangers(const server::HttpOptions& options, Log& log) {
  if (options.host.rfind("127.", 0) == 0 || options.host == "localhost" || options.host == "::1") return;
  log.write(LogLevel::warn, LogArea::http, "other machines can reach " + options.host + ", and this server knows neither TLS nor a login");
}

Command add_serve(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("serve", "Serve verified books over HTTP: JSON, streams of events, metrics, charts");
  options->live.add_to(*command, {"server"});
  command->add_option("--record", options->record, "Record everything to a file as well, as `hadal record` does")->type_name("FILE");
  command->footer(
      "  /symbols                                the pairs that are served\n"
      "  /depth/BTC%2FUSD?levels=10&group=5      a book; 503 while it is not live\n"
      "  /stream/BTC%2FUSD?interval_ms=100       server-sent events: snapshot, update, state, lag\n"
      "  /health  /status  /metrics              for people and monitors (Prometheus)\n"
      "  /                                       charts, if the demo was built; /books: a table of the books\n"
      "A stream's events have their kind in their data: listen with onmessage.\n"
      "Exit code: 0 ended as asked, 1 the address cannot be listened on or the connection was closed for good,\n"
      "2 wrong usage, 4 could not connect.\n"
      "Example: hadal serve BTC/USD ETH/USD --listen 127.0.0.1:3000");
  return [options] { return serve(*options); };
}

}  // namespace hadal::cli
