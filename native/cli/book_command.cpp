#include <cstdio>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"

namespace hadal::cli {

Command add_book(CLI::App& app) {
  struct Options {
    std::string file;
    std::string symbol;
    FeedFlags feed;
    std::uint64_t line = 0;
    std::size_t levels = 10;
  };
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("book", "Print the ladder of a book after a line of a recording");
  command->footer("Example: hadal book book.jsonl --symbol BTC/USD --at 100 --levels 5");
  command->add_option("FILE", options->file, "Recording")->required()->type_name("");
  command->add_option("--symbol", options->symbol, "The pair, for example BTC/USD")->required()->type_name("S");
  command->add_option("--at", options->line, "Line of the file, from 1")->required()->type_name("LINE")->check(CLI::PositiveNumber);
  command->add_option("--levels", options->levels, "Levels a side; 0 for all")->type_name("K")->capture_default_str();
  options->feed.add_to(*command, false);

  return [options] {
    ReplayOptions replay_options;
    options->feed.symbol = options->symbol;
    replay_options.feed = options->feed.config();
    replay_options.stop_after_line = options->line;
    Replay replay{replay_options};
    play_file(replay, options->file, [] {});
    if (!replay.stopped()) throw Failure{options->file + ": has no line " + std::to_string(options->line) + " to play"};
    const auto* feed = replay.feed();
    if (feed == nullptr || feed->books().empty()) {
      print_messages(replay.take_messages());
      throw Failure{options->file + ": no book for " + options->symbol + " up to line " + std::to_string(options->line)};
    }
    std::fputs(ladder_text(*feed->books().begin()->second, options->levels).c_str(), stdout);
    return ExitCode::done;
  };
}

}  // namespace hadal::cli
