#include <algorithm>
#include <limits>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"

namespace hadal::cli {
namespace {

/// A positive amount; none for anything else.
std::optional<Decimal> parse_amount(std::string_view text) {
  Decimal value;
  return parse_decimal(text, value) == Errc::ok && value.mantissa > 0 ? std::optional{value} : std::nullopt;
}

/// `buy:2.5`; anything else is a usage error that begins with the flag.
ViewRequest::Order parse_order(const std::string& flag, const std::string& text, bool notional) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto side = text.substr(0, colon);
  const auto amount = colon == text.size() ? std::nullopt : parse_amount(std::string_view{text}.substr(colon + 1));
  if (!amount || (side != "buy" && side != "sell"))
    throw UsageError{flag + ' ' + text + ": must be buy or sell, a colon and an amount, for example buy:2.5"};
  return {side == "buy" ? TakerSide::buy : TakerSide::sell, *amount, notional};
}

}  // namespace

Command add_book(CLI::App& app) {
  struct Options {
    std::string file;
    std::string symbol;
    FeedFlags feed;
    std::optional<std::string> line;
    std::string levels = "10";
    bool ladder = false;
    std::optional<std::string> group;
    std::optional<std::string> imbalance;
    std::vector<std::string> fills;
    std::vector<std::string> notionals;
  };
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("book", "Print the ladder of a book of a recording, its liquidity, and what an order would get");
  command->footer(
      "Examples: hadal book book.jsonl --symbol BTC/USD --at 100 --levels 5\n"
      "          hadal book book.jsonl --symbol BTC/USD --group 5 --imbalance --fill buy:2.5 --fill-for sell:100000");
  command->add_option("FILE", options->file, "Recording; - for standard input")->required()->type_name("");
  command->add_option("--symbol", options->symbol, "The pair, for example BTC/USD")->required()->type_name("S");
  command->add_option("--at", options->line, "After this line of the file, from 1. Default: its end")->type_name("LINE");
  command->add_option("--levels", options->levels, "Levels a side; 0 for all")->type_name("K")->capture_default_str();
  command->add_flag("--ladder", options->ladder, "With shares, distance from mid in basis points, and bars");
  command->add_option("--group", options->group, "As --ladder, with prices grouped: bids down, asks up")->type_name("PRICE");
  command
      ->add_option("--imbalance", options->imbalance,
                   "Imbalance, average prices and pressure of so many levels (10; 0: all), and of bands around mid")
      ->type_name("[K]")
      ->expected(0, 1)
      ->default_str("10");
  command->add_option("--fill", options->fills, "What a purchase or sale of so much would get, in base currency")->type_name("SIDE:SIZE");
  command->add_option("--fill-for", options->notionals, "The same for so much in quote currency")->type_name("SIDE:AMOUNT");
  options->feed.add_to(*command, false);

  return [options] {
    ReplayOptions replay_options;
    options->feed.symbol = options->symbol;
    replay_options.feed = options->feed.config();
    if (options->line)
      replay_options.stop_after_line =
          parse_number("--at", *options->line, 1, std::numeric_limits<std::uint64_t>::max(), "a line of the file, from 1");
    const auto levels = parse_number("--levels", options->levels, 0, kMaxDepth, "a number of levels, 0 for all");

    ViewRequest request;
    if (options->ladder || options->group) {
      request.ladder.emplace();
      request.ladder->levels = static_cast<std::size_t>(levels);
      if (options->group && !(request.ladder->group = parse_amount(*options->group)))
        throw UsageError{"--group " + *options->group + ": must be a price, for example 0.5"};
    }
    if (options->imbalance) {
      const auto text = options->imbalance->empty() ? "10" : *options->imbalance;
      request.imbalance = static_cast<std::size_t>(parse_number("--imbalance", text, 0, kMaxDepth, "a number of levels, 0 for all"));
      request.pressure.emplace();
      request.pressure->levels = *request.imbalance;
      request.bands = true;
    }
    std::vector<ViewRequest::Order> orders;
    for (const auto& text : options->fills) orders.push_back(parse_order("--fill", text, false));
    for (const auto& text : options->notionals) orders.push_back(parse_order("--fill-for", text, true));

    Replay replay{replay_options};
    play_file(replay, options->file, [] {});
    if (options->line && !replay.stopped()) throw Failure{options->file + ": has no line " + *options->line + " to play"};
    const auto* feed = replay.feed();
    const VerifiedBook* book = nullptr;
    if (feed != nullptr)
      for (const auto& [symbol, one] : feed->books())
        if (same_symbol(symbol, replay_options.feed.symbol)) book = one.get();
    if (book == nullptr) {
      auto text = options->file + ": no book for " + options->symbol;
      if (options->line) text += " up to line " + *options->line;
      std::string_view before = "; it has ";
      if (feed != nullptr)
        for (const auto& symbol : feed->unselected()) {
          text += before;
          text += symbol;
          before = ", ";
        }
      throw Failure{text};
    }

    BookViews views;
    if (views.request(request) != Errc::ok) throw UsageError{"book: these views cannot be"};
    const auto& seen = views.look(*book);
    std::string out;
    if (request.ladder) {
      if (seen.ladder_error != Errc::ok)
        throw UsageError{"--group " + *options->group + ": is finer than the market's prices, or too large: they have " +
                         std::to_string(book->scales().price) + " decimals"};
      out += book_headline(*book) + ladder_table(seen);
    } else {
      out += ladder_text(*book, static_cast<std::size_t>(levels));
    }
    out += liquidity_text(request, seen);
    for (const auto& order : orders) {
      request.fill = order;
      static_cast<void>(views.request(request));
      out += fill_text(order, views.look(*book));
    }
    write_stdout(out);
    return ExitCode::done;
  };
}

}  // namespace hadal::cli
