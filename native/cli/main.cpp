/// `hadal`: checksum-verified Kraken order books on the command line.

#include <cstdio>
#include <map>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"

namespace {

using hadal::ExitCode;

/// Edit distance, for suggestions.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

/// `; did you mean replay?` for a word that is close to one of the known ones.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t closest = 3;
  for (const auto& candidate : known) {
    const auto steps = distance(word, candidate);
    if (steps < closest) {
      closest = steps;
      best = candidate;
    }
  }
  return best.empty() ? std::string{} : "; did you mean " + best + "?";
}

int usage_error(const std::string& text) {
  std::fprintf(stderr, "hadal: %s (see hadal --help)\n", text.c_str());
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
  commands["sim"] = hadal::cli::add_sim(app);

  try {
    app.parse(argc, argv);
    return static_cast<int>(commands.at(app.get_subcommands().front()->get_name())());
  } catch (const CLI::Success& done) {  // --help, --version
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    const std::string word = argc > 1 ? argv[1] : "";
    if (word.empty()) return usage_error("name a command: replay, book, parity or sim");
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
          return usage_error(word + ": unknown option " + argument + suggestion(argument, flags));
      }
    }
    return usage_error(first_line(error.what()));
  } catch (const hadal::cli::UsageError& error) {
    return usage_error(error.what());
  } catch (const hadal::cli::Failure& error) {
    std::fprintf(stderr, "hadal: %s\n", error.what());
    return static_cast<int>(ExitCode::failed);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hadal: unexpected: %s\n", error.what());
    return static_cast<int>(ExitCode::failed);
  }
}
