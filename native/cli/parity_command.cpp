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

/// Runs a program found on the PATH with its standard output in a file. Returns its exit code; throws Failure if it cannot be started.
int run(const std::vector<std::string>& words, const std::string& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
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
  command->add_option("--js", options->js, "The package's cli.js. Default: HADAL_JS, else dist/cli.js beside the build tree")->type_name("PATH");
  options->feed.add_to(*command, true);
  command->add_flag("--json", options->json, "One JSON object per file instead of text");

  return [options, program = std::move(program)] {
    const auto config = options->feed.config();
    const auto js = find_js(options->js, program);
    if (std::error_code error; !fs::exists(js, error))
      throw Failure{js + ": not found; run npm run build, or name the package's cli.js with --js"};
    const TempFolder folder;
    auto code = ExitCode::done;
    for (const auto& path : options->files) {
      Replay replay{{config, true, false, 0}};
      const auto native_log = folder.file("native.log");
      {
        std::ofstream log{native_log, std::ios::binary};
        play_file(replay, path, [&] { log << replay.take_log(); });
        if (!log.flush()) throw Failure{native_log + ": cannot be written"};
      }
      std::vector<std::string> words{"node", js, "replay", path, "--json", "--log", folder.file("wasm.log")};
      const auto pass = [&words](const char* flag, const std::string& value) {
        if (!value.empty()) words.insert(words.end(), {flag, value});
      };
      pass("--depth", options->feed.depth);
      pass("--precision", options->feed.precision);
      pass("--symbol", options->feed.symbol);
      const int exit = run(words, folder.file("wasm.json"));
      if (exit != static_cast<int>(replay.exit_code()) && (exit == 1 || exit == 2 || exit > 4))
        throw Failure{"node " + js + " failed with exit code " + std::to_string(exit)};

      auto difference = first_difference(native_log, folder.file("wasm.log"));
      const char* what = "event log";
      if (difference.line == 0) {
        std::ofstream{folder.file("native.json"), std::ios::binary} << replay.summary_json();
        difference = first_difference(folder.file("native.json"), folder.file("wasm.json"));
        what = "summary";
      }
      if (difference.line != 0) code = ExitCode::mismatch;
      const auto& report = replay.reports().back();
      if (options->json) {
        std::string out;
        detail::JsonLine line{out};
        line.string("file", path).boolean("equal", difference.line == 0).number("frames", report.feed.frames).string("digest", report.digest);
        if (difference.line == 0) {
          line.null("differs_in").null("line").null("native").null("wasm");
        } else {
          line.string("differs_in", what).number("line", difference.line).string("native", difference.native).string("wasm", difference.wasm);
        }
        line.end();
        std::fputs(out.c_str(), stdout);
      } else if (difference.line == 0) {
        std::printf("%s  equal  %llu frames  digest %s\n", path.c_str(), static_cast<unsigned long long>(report.feed.frames),
                    report.digest.c_str());
      } else {
        std::printf("%s  DIFFERENT in line %llu of the %s\n  native: %s\n  wasm:   %s\n", path.c_str(),
                    static_cast<unsigned long long>(difference.line), what, difference.native.c_str(), difference.wasm.c_str());
      }
    }
    return code;
  };
}

}  // namespace hadal::cli
