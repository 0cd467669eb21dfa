/// `hadal`: checksum-verified Kraken order books on the command line.

#include <cstdio>
#include <map>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "cli/suggestion.hpp"

namespace {

using hadal::ExitCode;
using hadal::cli::suggestion;

/// `command`: whose help says more; empty: the program's.
int usage_error(const std::string& text, const std::string& command = {}) {
  std::fprintf(stderr, "hadal: %s (see hadal %s%s--help)\n", text.c_str(), command.c_str(), command.empty() ? "" : " ");
  return static_cast<int>(ExitCode::usage);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Checksum-verified Kraken order books. Not affiliated with Kraken.", "hadal"};
  app.set_version_flag("--version", "hadal " HADAL_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(28);

  std::map<std::string, hadal::cli::Command> commands;
  commands["replay"] = hadal::cli::add_replay(app);
  commands["book"] = hadal::cli::add_book(app);
  commands["parity"] = hadal::cli::add_parity(app, argv[0]);
  commands["watch"] = hadal::cli::add_watch(app);
  commands["serve"] = hadal::cli::add_serve(app);
  commands["record"] = hadal::cli::add_record(app);
  commands["sim"] = hadal::cli::add_sim(app);

  try {
    app.parse(argc, argv);
    return static_cast<int>(commands.at(app.get_subcommands().front()->get_name())());
  } catch (const CLI::Success& done) {  // --help, --version
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    const std::string word = argc > 1 ? argv[1] : "";
    if (word.empty()) return usage_error("name a command: watch, serve, record, replay, book, parity or sim");
    if (commands.count(word) == 0 && word.front() != '-') {
      std::vector<std::string> names;
      for (const auto& [name, command] : commands) names.push_back(name);
      return usage_error("unknown command " + word + suggestion(word, names));
    }
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && commands.count(word) != 0) {
      std::vector<std::string> flags;
      for (const auto* option : app.get_subcommand(word)->get_options())
        for (const auto& flag : option->get_lnames()) flags.push_back("--" + flag);
      for (int i = 2; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument.substr(0, 2) == "--" && std::find(flags.begin(), flags.end(), argument.substr(0, argument.find('='))) == flags.end())
          return usage_error(word + ": unknown option " + argument.substr(0, argument.find('=')) + suggestion(argument, flags), word);
      }
    }
    return usage_error(first_line(error.what()), commands.count(word) != 0 ? word : std::string{});
  } catch (const hadal::cli::UsageError& error) {
    return usage_error(error.what(), argv[1]);
  } catch (const hadal::cli::Failure& error) {
    std::fprintf(stderr, "hadal: %s\n", error.what());
    return static_cast<int>(ExitCode::failed);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hadal: unexpected: %s\n", error.what());
    return static_cast<int>(ExitCode::failed);
  }
}
