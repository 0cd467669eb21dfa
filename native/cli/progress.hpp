/// A line of progress on stderr, for long work watched by a person.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace hadal::cli {

/// Silent unless stderr is a terminal and the work has lasted half a second. Erases its line when destroyed.
class Progress {
 public:
  explicit Progress(std::string_view what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// @param part done so far, 0 ... 1.
  void update(double part, std::uint64_t frames);

 private:
  using Clock = std::chrono::steady_clock;

  std::string_view what_;
  bool enabled_;
  bool shown_ = false;
  Clock::time_point next_;
};

}  // namespace hadal::cli
