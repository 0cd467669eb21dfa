#include <limits>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"

namespace hadal::cli {

Command add_book(CLI::App& app) {
  struct Options {
    std::string file;
    std::string symbol;
    FeedFlags feed;
    std::string line;
    std::string levels = "10";
  };
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("book", "Print the ladder of a book after a line of a recording");
  command->footer("Example: hadal book book.jsonl --symbol BTC/USD --at 100 --levels 5");
  command->add_option("FILE", options->file, "Recording")->required()->type_name("");
  command->add_option("--symbol", options->symbol, "The pair, for example BTC/USD")->required()->type_name("S");
  command->add_option("--at", options->line, "Line of the file, from 1")->required()->type_name("LINE");
  command->add_option("--levels", options->levels, "Levels a side; 0 for all")->type_name("K")->capture_default_str();
  options->feed.add_to(*command, false);

  return [options] {
    ReplayOptions replay_options;
    options->feed.symbol = options->symbol;
    replay_options.feed = options->feed.config();
    const auto line = parse_number("--at", options->line, 1, std::numeric_limits<std::uint64_t>::max(), "a line of the file, from 1");
    const auto levels = parse_number("--levels", options->levels, 0, kMaxDepth, "a number of levels, 0 for all");
    replay_options.stop_after_line = line;
    Replay replay{replay_options};
    play_file(replay, options->file, [] {});
    if (!replay.stopped()) throw Failure{options->file + ": has no line " + options->line + " to play"};
    const auto* feed = replay.feed();
    if (feed == nullptr || feed->books().empty()) {
      auto text = options->file + ": no book for " + options->symbol + " up to line " + options->line;
      std::string_view before = "; it has ";
      if (feed != nullptr)
        for (const auto& symbol : feed->unselected()) {
          text += before;
          text += symbol;
          before = ", ";
        }
      throw Failure{text};
    }
    write_stdout(ladder_text(*feed->books().begin()->second, static_cast<std::size_t>(levels)));
    return ExitCode::done;
  };
}

}  // namespace hadal::cli
