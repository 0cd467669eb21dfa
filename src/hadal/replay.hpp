/// Recordings through the core: the event log, the summary and the verdict, every byte of them. Programs only read files and store text.
///
/// A journal that holds everything that went into an engine is run again: the same inputs at the same times, and what it sends is compared
/// with what was sent. Any other recording drives a Feed. A file that several recorders went on with is several parts, with a report each.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hadal/analytics/book_views.hpp"
#include "hadal/engine.hpp"
#include "hadal/feed.hpp"
#include "hadal/journal/reader.hpp"
#include "hadal/log.hpp"

namespace hadal {

struct ReplayOptions {
  FeedConfig feed;
  bool keep_log = false;               ///< the text of the event log is wanted
  bool several_files = false;          ///< each part of the log begins with `# file <base name>`
  std::uint64_t stop_after_line = 0;   ///< of the (one) file; 0: read it all
  std::optional<TrackConfig> track{};  ///< trackers of every symbol: their events are in the log, and what they know at its end
  std::uint64_t views_every = 0;       ///< a line with all views of a book in the log after every so many of its messages; 0: none
  bool keep_incident = false;          ///< of the first book that stops being right: take_incident()
};

/// Every view at once, as a log has them: the whole ladder grouped, 64 columns, imbalance, pressure, bands, a fill of 100,000 in quote currency,
/// a cursor. Grouping, weighting and side take turns with the revision.
[[nodiscard]] ViewRequest all_views(const VerifiedBook& book);

/// Exit codes of every command (catalogue M-4).
enum class ExitCode : int { done = 0, failed = 1, usage = 2, mismatch = 3, no_connection = 4 };

/// One symbol's line of a summary.
struct BookReport {
  std::string symbol;
  std::uint16_t depth = 0;
  std::optional<DepthSource> depth_source;  ///< none while the depth is unknown
  BookState state = BookState::unsubscribed;
  Cause reason = Cause::none;
  bool verified = false;
  BookCounters counters;
  std::string best_bid;  ///< empty: none
  std::string best_ask;
};

struct FileReport {
  std::string file;  ///< as given
  bool journal = false;
  bool verify_off = false;  ///< its header says that checksums are not compared
  FeedCounters feed;
  std::uint64_t corrupt_lines = 0;
  bool torn = false;  ///< the file ends early: its last line was left out
  std::uint64_t gaps = 0;
  bool engine = false;                   ///< a journal that could be run again: an engine took its inputs
  std::uint64_t requests = 0;            ///< of such a journal, as recorded
  std::uint64_t differing_requests = 0;  ///< sent now and not then, then and not now, or with another text
  std::string digest;
  std::vector<BookReport> books;  ///< by symbol
  std::vector<std::string> unselected;

  [[nodiscard]] std::uint64_t mismatched() const noexcept;
  /// Holds at least one received frame that is JSON.
  [[nodiscard]] bool usable() const noexcept { return feed.frames > feed.not_json || corrupt_lines != 0; }
  /// No mismatch and no other fault, no request that differs, and every book with levels has been compared. A changed precision alone is no fault: the
  /// checksums go on matching.
  [[nodiscard]] bool all_verified() const noexcept;
};

/// Why nothing could be compared for a book that had messages; empty if something was, or if nothing needed to be.
[[nodiscard]] std::string_view unproven(const BookCounters& counters) noexcept;

/// For each file: begin(), push() until its end, finish(). Then summary and exit code. Bytes outside begin() and finish() are ignored.
class Replay {
 public:
  explicit Replay(ReplayOptions options);
  ~Replay();

  void begin(std::string_view file);
  void push(std::string_view bytes);
  void finish();
  /// The file ends early: its gzip stream is cut short. Before finish().
  void cut_short();
  /// True once stop_after_line has been played: the rest of the file need not be read.
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

  /// The log written since the last call; empty unless keep_log.
  [[nodiscard]] std::string take_log();
  /// One-line messages about what went wrong since the last call, each with file and line; at most kMostMessages a file.
  [[nodiscard]] std::string take_messages();

  /// A file with the frames before the first gap of the file under way (flight_recorder.hpp); empty: none, or taken.
  [[nodiscard]] std::string take_incident() { return std::exchange(incident_, {}); }

  [[nodiscard]] const std::vector<FileReport>& reports() const noexcept { return reports_; }
  /// For people: a few lines a file and symbol.
  [[nodiscard]] std::string summary_text() const;
  /// For programs: one JSON object a line, per file and symbol; a file without books gives one object whose symbol is null.
  [[nodiscard]] std::string summary_json() const;
  /// done if all is verified; mismatch after a mismatch, an undecodable book frame, a corrupt line, another gap, or if a book had nothing
  /// to be verified by; failed if a file holds no frames or the selected symbol does not occur.
  [[nodiscard]] ExitCode exit_code() const noexcept;

  /// The feed of the file under way, or of the last one; of an engine, that of its public session.
  [[nodiscard]] const Feed* feed() const noexcept;
  /// Received frames so far in this file.
  [[nodiscard]] std::uint64_t frames() const noexcept;

  static constexpr std::uint64_t kMostMessages = 20;

 private:
  struct File;

  void play(const Record& record);
  void begin_part();
  void conclude(bool last);
  void message(std::uint64_t line, std::string_view text);
  void note(std::string_view text);

  ReplayOptions options_;
  std::unique_ptr<File> file_;
  std::vector<FileReport> reports_;
  std::string log_;
  std::string messages_;
  std::string incident_;
  bool stopped_ = false;
};

/// Hands one record to a feed. Headers and calls change nothing yet. For a record that is not `timed` the frame's own timestamps are
/// the clock.
void apply_record(Feed& feed, const Record& record);

/// Whether a record is a last line that was cut short, and so is to be left out: one without its line end that is no header, and no
/// whole frame.
[[nodiscard]] bool is_cut_short(const Record& record, Decoder& decoder);

}  // namespace hadal
