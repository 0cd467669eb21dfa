/// Records a client: everything that goes into its engine and comes out of it, as journals that `hadal replay` plays.
///
/// Files are written on a thread of their own, so that a slow disk never delays the feed. A disk that is full, or too slow for kMostWaiting
/// bytes, ends the recording with an `error` event `io_error`; the feed goes on. Whoever kills the program loses at most what had not reached
/// that thread yet: of a plain file the last milliseconds, of a `.gz` kFlushMs and a little more.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "hadal_asio/client.hpp"

namespace hadal::net {

struct RecorderOptions {
  std::string path;                      ///< `.gz` at its end compresses
  std::uint64_t rotate_bytes = 0;        ///< a new file after so many bytes of text, before compression; 0: never
  std::chrono::seconds rotate_every{0};  ///< and so often; 0: never
  [[nodiscard]] bool rotates() const noexcept { return rotate_bytes != 0 || rotate_every.count() != 0; }
};

struct RecorderReport {
  std::uint64_t bytes = 0;  ///< of text, written or waiting
  std::uint64_t lines = 0;
  std::uint64_t files = 0;
  std::string file;        ///< the present one
  bool continued = false;  ///< the first file had been there before
  std::string trouble;     ///< why the recording has ended; empty: it goes on
};

class Recorder {
 public:
  /// Records from the next input on: made before anything is asked of the client, the first file can be run again. With rotation every file has
  /// its time in its name, and begins with the books as they are. Throws ConfigError if the first file cannot be opened, or a number cannot be.
  Recorder(Client& client, RecorderOptions options);
  /// As stop().
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Everything so far is written, and the file closed, when this returns. What the engine is told after that is not recorded.
  void stop();
  [[nodiscard]] RecorderReport report() const;

  static constexpr std::size_t kMostWaiting = 64u << 20;
  static constexpr int kFlushMs = 250;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hadal::net
