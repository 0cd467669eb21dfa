#include <cstdio>
#include <thread>

#include "cli/commands.hpp"
#include "cli/live.hpp"
#include "watch/app.hpp"

namespace hadal::cli {
namespace {

struct Options {
  LiveFlags live;
  std::string levels = "10";
  bool plain = false;
};

Key trades_of(const std::string& symbol) {
  Key key;
  key.channel = Channel::trade;
  key.symbol = symbol;
  return key;
}

/// Event lines on standard output, for pipes and for terminals that cannot move their cursor.
ExitCode print_lines(const Settings& settings, std::optional<std::int64_t> seconds) {
  LiveRun run{"watch", settings};
  auto& client = run.client();
  net::ReaderOptions reading;
  reading.delivery.max_queue_depth = 8'192;
  auto reader = client.events(reading);
  for (const auto& symbol : settings.symbols) {
    static_cast<void>(client.subscribe_book(symbol));
    static_cast<void>(client.subscribe(trades_of(symbol)));
  }
  run.connect();
  std::thread printer{[&] {
    while (auto line = reader.receive()) {
      *line += '\n';
      if (std::fwrite(line->data(), 1, line->size(), stdout) == line->size() && std::fflush(stdout) == 0) continue;
      return run.stop();  // nobody reads any more
    }
  }};
  const auto result = run.run(seconds);
  client.stop();
  printer.join();
  return result;
}

ExitCode watch(const Options& options) {
  if (options.live.print_config()) return ExitCode::done;
  const auto said = options.live.read();
  auto settings = said.settings();
  const auto seconds = options.live.seconds();
  const auto levels = parse_number("--levels", options.levels, 1, 100, "a number of rows a side, 1 to 100");
  // Whoever pipes wants lines; a terminal that cannot move its cursor has to do with them.
  if (options.plain || !watch::terminal_trouble().empty()) {
    if (!said.has("log")) settings.log = "warn";
    return print_lines(settings, seconds);
  }
  watch::Options view;
  view.client = client_options(settings);
  view.symbols = settings.symbols;
  view.levels = levels;
  view.version = HADAL_VERSION;
  return watch::run(view);
}

}  // namespace

Command add_watch(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("watch", "Watch verified books in the terminal");
  options->live.add_to(*command, {});
  command->add_option("--levels", options->levels, "Rows a side")->type_name("N")->capture_default_str();
  command->add_flag("--plain", options->plain, "Print events as lines of JSON instead; so does a watch without a terminal");
  command->footer(
      "Keys: Tab, arrows or 1-9 switch the pair, g and G group prices, d the depth, + and - the rows, p pauses, r asks for\n"
      "the book again, ? helps, q quits.\n"
      "Exit code: 0 ended as asked, 1 the connection was closed for good (--plain), 2 wrong usage, 4 could not connect.\n"
      "Example: hadal watch BTC/USD ETH/USD --depth 100");
  return [options] { return watch(*options); };
}

}  // namespace hadal::cli
