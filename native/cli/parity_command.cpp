/// Runs a recording natively and in WebAssembly (Node) and compares the event logs, byte for byte (catalogue M-16).

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "hadal/detail/json_out.hpp"

extern char** environ;

namespace hadal::cli {
namespace {

namespace fs = std::filesystem;

/// A folder of our own that goes away with the command.
class TempFolder {
 public:
  TempFolder() {
    auto pattern = (fs::temp_directory_path() / "hadal-parity-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw Failure{pattern + ": cannot be created: " + std::strerror(errno)};
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

/// Runs a program found on the PATH with its standard output and error in files. Returns its exit code; throws Failure if it cannot be started.
int run(const std::vector<std::string>& words, const std::string& output, const std::string& errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, words.front().c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) throw Failure{words.front() + " was not found; install Node.js 20 or newer to compare with WebAssembly"};
  if (error != 0) throw Failure{words.front() + ": cannot be started: " + std::strerror(error)};
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// What a failed program said: the first line that is not blank.
std::string first_words(const std::string& path) {
  std::ifstream file{path};
  std::string line;
  while (std::getline(file, line))
    if (line.find_first_not_of(" \t\r") != std::string::npos) return ": " + line;
  return {};
}

struct Difference {
  std::uint64_t line = 0;  ///< of the log, from 1; 0: none
  std::string native;
  std::string wasm;
};

Difference first_difference(const std::string& native_path, const std::string& wasm_path) {
  std::ifstream native{native_path, std::ios::binary};
  std::ifstream wasm{wasm_path, std::ios::binary};
  Difference difference;
  for (std::uint64_t line = 1;; ++line) {
    const bool more_native = static_cast<bool>(std::getline(native, difference.native));
    const bool more_wasm = static_cast<bool>(std::getline(wasm, difference.wasm));
    if (!more_native && !more_wasm) return {};
    if (!more_native) difference.native = "(the log ends)";
    if (!more_wasm) difference.wasm = "(the log ends)";
    if (more_native != more_wasm || difference.native != difference.wasm || native.eof() != wasm.eof()) {
      difference.line = line;
      return difference;
    }
  }
}

/// The JavaScript: --js, else HADAL_JS, else dist/cli.js beside the build tree this program lies in.
std::string find_js(const std::string& flag, const std::string& program) {
  if (!flag.empty()) return flag;
  if (const char* const named = std::getenv("HADAL_JS"); named != nullptr && *named != '\0') return named;
  std::error_code error;
  auto self = fs::canonical("/proc/self/exe", error);
  if (error) self = fs::absolute(program, error);
  return (self.parent_path() / "../../dist/cli.js").lexically_normal().string();
}

/// Compares the two programs on one file and prints the verdict. Throws Failure.
bool compare(const std::string& path, const std::string& js, const FeedFlags& flags, bool json, const TempFolder& folder) {
  if (path == "-") throw UsageError{"parity: name a file; standard input can be read once only"};
  Replay replay{{flags.config(), true, false, 0}};
  const auto native_log = folder.file("native.log");
  {
    std::ofstream log{native_log, std::ios::binary};
    play_file(replay, path, [&] { log << replay.take_log(); });
    if (!log.flush()) throw Failure{native_log + ": cannot be written"};
  }
  std::vector<std::string> words{"node", js, "replay", "--json", "--log", folder.file("wasm.log")};
  const auto pass = [&words](const char* flag, const std::optional<std::string>& value) {
    if (value) words.insert(words.end(), {flag, *value});
  };
  pass("--depth", flags.depth);
  pass("--precision", flags.precision);
  pass("--symbol", flags.symbol);
  words.insert(words.end(), {"--", path});
  fs::remove(folder.file("wasm.log"));
  const int exit = run(words, folder.file("wasm.json"), folder.file("wasm.err"));
  if (exit != static_cast<int>(replay.exit_code()) && (exit == 1 || exit == 2 || exit > 4))
    throw Failure{"node " + js + " failed with exit code " + std::to_string(exit) + first_words(folder.file("wasm.err"))};
  if (!fs::exists(folder.file("wasm.log"))) throw Failure{"node " + js + " wrote no event log; is it hadal's cli.js?"};

  auto difference = first_difference(native_log, folder.file("wasm.log"));
  const char* what = "event log";
  if (difference.line == 0) {
    std::ofstream{folder.file("native.json"), std::ios::binary} << replay.summary_json();
    difference = first_difference(folder.file("native.json"), folder.file("wasm.json"));
    what = "summary";
  }
  const auto& report = replay.reports().back();
  if (json) {
    std::string out;
    detail::JsonLine line{out};
    line.string("file", path).boolean("equal", difference.line == 0).number("frames", report.feed.frames).string("digest", report.digest);
    if (difference.line == 0) {
      line.null("differs_in").null("line").null("native").null("wasm");
    } else {
      line.string("differs_in", what).number("line", difference.line).string("native", difference.native).string("wasm", difference.wasm);
    }
    line.end();
    write_stdout(out);
  } else if (difference.line == 0) {
    write_stdout(path + "  equal  " + std::to_string(report.feed.frames) + " frames  digest " + report.digest + '\n');
  } else {
    write_stdout(path + "  DIFFERENT in line " + std::to_string(difference.line) + " of the " + what + "\n  native: " + difference.native +
                 "\n  wasm:   " + difference.wasm + '\n');
  }
  return difference.line == 0;
}

}  // namespace

Command add_parity(CLI::App& app, std::string program) {
  struct Options {
    std::vector<std::string> files;
    FeedFlags feed;
    std::string js;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("parity", "Replay natively and in WebAssembly (Node) and compare the event logs");
  command->footer("Exit code: 0 equal, 1 Node or a file is missing, 2 wrong usage, 3 the logs differ.\nExample: hadal parity *.jsonl");
  command->add_option("FILE", options->files, "Recordings")->required()->type_name("");
  command->add_option("--js", options->js, "The package's cli.js. Default: HADAL_JS, else dist/cli.js beside the build tree")
      ->type_name("PATH");
  options->feed.add_to(*command, true);
  command->add_flag("--json", options->json, "One JSON object per file instead of text");

  return [options, program = std::move(program)] {
    static_cast<void>(options->feed.config());  // complains first
    const auto js = find_js(options->js, program);
    if (std::error_code error; !fs::exists(js, error))
      throw Failure{js + ": not found; run npm run build, or name the package's cli.js with --js"};
    const TempFolder folder;
    auto code = ExitCode::done;
    for (const auto& path : options->files) {
      try {
        if (!compare(path, js, options->feed, options->json, folder)) code = ExitCode::mismatch;
      } catch (const ReadFailure& error) {  // the other files have their say
        std::fprintf(stderr, "hadal: %s\n", error.what());
        if (code == ExitCode::done) code = ExitCode::failed;
      }
    }
    return code;
  };
}

}  // namespace hadal::cli
