#include "cli/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace hadal::cli {

using namespace std::chrono_literals;

Progress::Progress(std::string_view what) : what_{what}, enabled_{isatty(STDERR_FILENO) == 1}, next_{Clock::now() + 500ms} {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

void Progress::update(double part, std::uint64_t frames) {
  if (!enabled_ || Clock::now() < next_) return;
  next_ = Clock::now() + 100ms;
  shown_ = true;
  std::fprintf(stderr, "\r\x1b[K%.*s  %3.0f %%  %llu frames", static_cast<int>(what_.size()), what_.data(), part * 100,
               static_cast<unsigned long long>(frames));
  std::fflush(stderr);
}

}  // namespace hadal::cli
