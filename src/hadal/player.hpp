/// A whole recording in memory, played at the pace of the caller's clock: forward, stepwise, or from any moment.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/feed.hpp"
#include "hadal/flow/event_stream.hpp"
#include "hadal/journal/record.hpp"
#include "hadal/log.hpp"

namespace hadal {

/// Reads no clock: advance() is told how much time has passed, already multiplied by the speed. The books depend on the position
/// alone, not on how it was reached.
class Player {
 public:
  /// Reads the recording once to learn when each line happens. `keep_log`: take_log() is wanted.
  Player(std::string recording, FeedConfig config, bool keep_log = false);

  /// Plays everything up to `ms` after the present position. Returns the lines played.
  std::size_t advance(double ms);
  /// Plays on through the next received frame. False at the end.
  bool step();
  /// Goes to a moment, in either direction: everything up to it has been played. Costs a replay from the start.
  void seek(double ms);
  void play_to_end();

  /// Recording time of the last line and of the present position, in ms since the first line.
  [[nodiscard]] double duration_ms() const noexcept;
  [[nodiscard]] double time_ms() const noexcept { return time_; }
  /// Lines of the recording that are played, and the file's number of the last one played (0 before the first).
  [[nodiscard]] std::size_t lines() const noexcept { return index_.size(); }
  [[nodiscard]] std::uint64_t line() const noexcept { return next_ == 0 ? 0 : index_[next_ - 1].line; }
  [[nodiscard]] bool done() const noexcept { return next_ == index_.size(); }
  [[nodiscard]] const Feed& feed() const noexcept { return *feed_; }
  /// Trackers, as Analytics::track(): from the present position on, and again from the start after each seek.
  Errc track(std::string_view symbol, const TrackConfig& config);
  [[nodiscard]] Analytics& analytics() noexcept { return stream_->analytics(); }
  /// Time of the last input, as the feed has it.
  [[nodiscard]] Millis now() const noexcept { return feed_->now(); }
  [[nodiscard]] std::uint64_t corrupt_lines() const noexcept { return corrupt_; }
  /// Digest (formula F-59) of the event log from the start to the present position.
  [[nodiscard]] std::string digest() const { return log_->digest().text(); }
  /// Log lines since the last take or seek; empty unless keep_log.
  [[nodiscard]] std::string take_log() { return log_->take(); }

 private:
  struct Entry {
    std::uint64_t offset;
    std::uint64_t length;
    std::uint64_t line;
    std::int64_t now;  ///< ms since the first line
    bool received;
  };

  void rewind();
  void play_next();

  std::string recording_;
  FeedConfig config_;
  bool keep_log_;
  bool journal_ = false;
  std::int64_t origin_ = 0;
  std::uint64_t corrupt_ = 0;
  std::vector<Entry> index_;
  std::unique_ptr<LogWriter> log_;  ///< keeps its address when the player moves: the feed knows it
  std::unique_ptr<EventStream> stream_;
  std::map<std::string, TrackConfig, std::less<>> tracked_;
  std::optional<Feed> feed_;
  std::size_t next_ = 0;
  double time_ = 0;
  std::string scratch_;
};

}  // namespace hadal
