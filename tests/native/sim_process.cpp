#include "native/sim_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <utility>

extern char** environ;

namespace hadal::test {

SimProcess::SimProcess(const std::vector<std::string>& arguments) {
  const auto* program = std::getenv("HADAL_PROGRAM");
  if (program == nullptr) FAIL("HADAL_PROGRAM must name the program hadal; ctest sets it");
  std::vector<std::string> words{program, "sim", "--for", "120"};
  bool port = false;
  for (const auto& word : arguments) {
    port |= word == "--port";
    words.push_back(word);
  }
  if (!port) words.insert(words.end(), {"--port", "0"});
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  std::array<int, 2> in{};
  std::array<int, 2> out{};
  REQUIRE(::pipe2(in.data(), O_CLOEXEC) == 0);
  REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  const auto failed = ::posix_spawn(&process_, program, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
  REQUIRE(failed == 0);

  std::string line;
  for (char c = 0; c != '\n' && ::read(output_, &c, 1) == 1;) line += c;
  INFO(line);
  const auto at = line.find("ws://");
  REQUIRE(at != std::string::npos);
  url_ = line.substr(at, line.size() - at - 1);
}

SimProcess::~SimProcess() {
  kill();
  ::close(input_);
  ::close(output_);
}

std::string SimProcess::port() const {
  const auto colon = url_.rfind(':');
  return url_.substr(colon + 1, url_.find('/', colon) - colon - 1);
}

void SimProcess::say(const std::string& line) {
  const auto text = line + '\n';
  REQUIRE(::write(input_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

void SimProcess::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(std::exchange(process_, -1), nullptr, 0);
}

}  // namespace hadal::test
