#include "watch/rescue.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>

namespace hadal::watch {
namespace {

constexpr std::array kDeadly{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGQUIT};

// What a signal handler needs, and may touch: plain memory, written while none can run.
volatile std::sig_atomic_t armed = 0;
termios modes{};
std::array<char, 512> bytes{};
std::size_t byte_count = 0;
std::array<struct sigaction, kDeadly.size()> former{};
void (*orderly_end)() = nullptr;
std::terminate_handler former_terminate = nullptr;

extern "C" void die(int signal) {
  if (armed != 0) {
    armed = 0;
    static_cast<void>(!write(STDOUT_FILENO, bytes.data(), byte_count));
    tcsetattr(STDIN_FILENO, TCSANOW, &modes);
  }
  // Once more, as it would have been without us.
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void end_orderly() {
  if (armed != 0 && orderly_end != nullptr) orderly_end();
}

[[noreturn]] void terminate() {
  end_orderly();
  if (former_terminate != nullptr) former_terminate();
  std::abort();
}

}  // namespace

void Rescue::arm(const termios& before, const std::string& restore, void (*orderly)()) {
  static const int registered = std::atexit(end_orderly);
  static_cast<void>(registered);
  modes = before;
  byte_count = std::min(restore.size(), bytes.size());
  std::copy_n(restore.begin(), byte_count, bytes.begin());
  orderly_end = orderly;
  former_terminate = std::set_terminate(terminate);
  armed = 1;
  struct sigaction action {};
  action.sa_handler = die;
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (std::size_t i = 0; i < kDeadly.size(); ++i) sigaction(kDeadly[i], &action, &former[i]);
}

void Rescue::disarm() {
  if (armed == 0) return;
  armed = 0;
  for (std::size_t i = 0; i < kDeadly.size(); ++i) sigaction(kDeadly[i], &former[i], nullptr);
  std::set_terminate(former_terminate);
}

}  // namespace hadal::watch
