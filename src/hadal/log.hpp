/// The canonical event log: what native and WebAssembly must write alike, byte for byte.
///
/// First line `# hadal-log 1`; then one compact JSON object per event, keys in fixed order `n, t, conn, type, symbol, ...`. `t` is
/// driver ms since the first input (0 throughout for recordings of bare frames). Decimals are strings, at the book's scale where
/// there is a book, else with the digits received. What is not known is left out: no value is `null`. No path, no pointer, no wall
/// clock, no locale.
#pragma once

#include <string>
#include <string_view>

#include "hadal/base/digest.hpp"
#include "hadal/event.hpp"

namespace hadal {

inline constexpr std::string_view kLogHeader = "# hadal-log 1\n";

/// Appends the line of one event, with its `\n`.
void append_log_line(std::string& out, const Event& event, Millis origin);

/// Appends a line with all levels of a book as it is held: a `book_snapshot` marked `local`, for a listener that missed updates. It has no
/// number: it is nothing that happened.
void append_local_snapshot(std::string& out, const VerifiedBook& book, Millis now, Millis origin);

/// Writes the log of one stream of events and keeps its digest (formula F-59).
class LogWriter final : public EventSink {
 public:
  /// @param keep_text whether the text is wanted, or the digest alone.
  explicit LogWriter(bool keep_text);

  void on_event(const Event& event) override;

  /// A line of another kind, with its end.
  void add_line(std::string_view line);

  /// Driver time of the first input; lines count from it.
  void set_origin(Millis origin) noexcept { origin_ = origin; }
  /// For recordings without driver times: `t` is 0 in every line.
  void set_timeless() noexcept { timeless_ = true; }

  [[nodiscard]] std::int64_t time_of(Millis at) const noexcept { return timeless_ ? 0 : at.count - origin_.count; }

  /// What has been written since the last take.
  [[nodiscard]] std::string take();
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// Over the header and all lines so far.
  [[nodiscard]] const Digest& digest() const noexcept { return digest_; }

 private:
  bool keep_text_;
  bool timeless_ = false;
  Millis origin_{};
  std::string text_;
  std::string line_;
  Digest digest_;
};

}  // namespace hadal
