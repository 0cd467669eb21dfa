/// Looks at an engine for the terminal view: what the screen shows, made from what the core knows.
///
/// Reads no clock. Keeps what is needed between two looks only: which levels have just changed, the way of mid, rates, the held picture.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hadal/analytics/book_views.hpp"
#include "hadal/engine.hpp"
#include "watch/controls.hpp"
#include "watch/screen.hpp"

namespace hadal::watch {

/// `850 ms`, `12 s`, `4 min 05 s`, `3 h 12 min`.
[[nodiscard]] std::string age_text(std::int64_t ms);
/// `1,234,567`.
[[nodiscard]] std::string count_text(std::uint64_t count);
/// `512 B`, `12.3 kB`, `4.5 MB`.
[[nodiscard]] std::string bytes_text(double bytes);
/// `HH:MM:SS.mmm`, UTC.
[[nodiscard]] std::string time_text(UnixNanos time);

/// The state of a connection in words.
[[nodiscard]] Badge connection_badge(const Session& session, Millis now);
/// The state of a book in words; `since` it has it.
[[nodiscard]] Badge book_badge(const VerifiedBook* book, std::optional<Millis> since, Millis now);
/// The exchange's price increment in ticks, 1 if it is not known.
[[nodiscard]] std::int64_t increment_of(const Engine& engine, const std::string& symbol);

class Viewer {
 public:
  /// Everything as it is at `now`. O(levels shown + symbols); a few times a second it counts everything else as well.
  [[nodiscard]] Model look(const Engine& engine, Millis now, const UiState& state);

 private:
  struct Seen {
    std::int64_t qty_low = 0;  ///< of the quantity, all that a change is told by
    Millis changed{};
  };
  using SeenSide = std::map<Int128, Seen>;
  /// What is looked at; another one begins anew.
  struct Subject {
    std::string symbol;
    std::optional<Decimal> group;
    std::uint64_t generation = 0;
    friend bool operator==(const Subject&, const Subject&) = default;
  };
  struct Held {
    std::string symbol;
    std::optional<Decimal> group;
    std::size_t rows = 0;
    Picture picture;
    Millis at{};
  };
  struct Mids {
    Millis last{};
    std::vector<double> values;
  };

  [[nodiscard]] Picture picture(const Engine& engine, const VerifiedBook* book, Millis now, const UiState& state);
  void add_side(const std::vector<LadderRow>& rows, Scales scales, bool grouped, SeenSide& seen, Millis now, std::vector<LadderLine>& out);
  void sample_mids(const Engine& engine, Millis now, const UiState& state);
  void count(const Engine& engine, Millis now);

  BookViews views_;
  Subject subject_;
  SeenSide bids_, asks_;
  bool fresh_ = true;  ///< the subject is new: nothing has changed
  std::optional<Held> held_;
  std::map<std::string, Mids> mids_;
  FeedNumbers numbers_;
  std::optional<Millis> counted_;
  std::uint64_t bytes_ = 0;
  std::optional<double> byte_rate_;
};

}  // namespace hadal::watch
