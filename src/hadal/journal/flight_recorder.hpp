/// The last minutes of a client, kept so that an incident can be looked at afterwards.
///
/// Two stretches of frames are held, each with the books as they were when it began; when the present one is full the older one goes. An
/// incident is written as a journal: comment lines that say what happened, then the books at the beginning of the older stretch as snapshots
/// of their own, then every frame, request and link event since, as they came. `hadal replay` plays it into a Feed: the same checksum differs
/// at the same frame, and a book that was live when the stretch began ends as it was; one that was not is left out until its next snapshot. Tokens are
/// written as `***`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/feed.hpp"
#include "hadal/journal/record.hpp"

namespace hadal {

struct FlightRecorderConfig {
  std::size_t frames = 2'000;    ///< of a stretch, 1 ... 1,000,000: up to twice as many are kept
  std::size_t bytes = 4u << 20;  ///< of a stretch's lines, 64 KiB ... 256 MiB; the books at its beginning come on top: 90 KB at depth 1000
};
/// Errc::config_invalid outside of these ranges.
[[nodiscard]] Errc check(const FlightRecorderConfig& config) noexcept;

/// What an incident says in its first lines.
struct IncidentReport {
  std::string_view reason;   ///< in words: `book BTC/USD: checksum`, `asked for`
  std::string_view version;  ///< of hadal
  std::string_view config;   ///< one JSON object, without secrets; may be empty
  Verify verify = Verify::every;
  CrossedPolicy crossed = CrossedPolicy::gap;
  std::vector<std::string> transitions;  ///< one JSON object each, oldest first
};

class FlightRecorder {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit FlightRecorder(FlightRecorderConfig config = {}) : config_{config} {}

  /// Before the frame is played: `feed` has the books as they are until then. O(frame); O(all books) when a stretch begins.
  void frame(Millis now, ConnectionId connection, std::string_view text, const Feed& feed);
  void link(Millis now, ConnectionId connection, const LinkRecord& link, const Feed& feed);
  void sent(Millis now, ConnectionId connection, std::string_view text);
  /// A change of state, or whatever else is to be found in an incident. The last kNotes are kept.
  void note(std::string line);

  /// The journal. Its lines are stamped as if the wall clock had been 0 when the driver's was; `now` and `wall` in its first line say when that
  /// was. `feed`: the books as they are, for the comment lines.
  [[nodiscard]] std::string incident(Millis now, std::optional<UnixNanos> wall, const Feed& feed, const IncidentReport& report) const;

  [[nodiscard]] std::size_t frames() const noexcept { return older_.frames + present_.frames; }
  [[nodiscard]] std::size_t bytes() const noexcept {
    return older_.lines.size() + present_.lines.size() + older_.books.size() + present_.books.size();
  }
  static constexpr std::size_t kNotes = 100;

 private:
  struct Stretch {
    std::string books;  ///< lines that bring the books to where the stretch begins
    std::string lines;  ///< of a journal, stamped as if the wall clock had been 0 when the driver's was
    std::size_t frames = 0;
  };
  void make_room(Millis now, const Feed& feed, std::size_t bytes);

  FlightRecorderConfig config_;
  Stretch older_;
  Stretch present_;
  bool begun_ = false;
  ConnectionId connection_ = 1;  ///< the last one that a frame came on
  std::deque<std::string> notes_;
};

/// A `book` snapshot frame of a book as it is, which the decoder reads back to the same levels, scales and checksum. A checksum is written only
/// if the book is verified: no other book may come to life by it.
void append_snapshot_frame(std::string& out, const VerifiedBook& book);

/// Journal lines that bring a new feed to where this one is: for each book a subscription with its depth, and a snapshot if it is live. Any
/// other would come to life by it, and be blamed for what it never had.
void append_books(std::string& out, UnixNanos wall, Millis now, ConnectionId connection, const Feed& feed);

}  // namespace hadal
