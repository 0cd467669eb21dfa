/// Everything `hadal watch` shows, as plain data, and the screen it makes. Pure: no terminal, no clock, no engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "watch/canvas.hpp"

namespace hadal::watch {

enum class Tone : std::uint8_t { neutral, good, warning, bad };

/// A state in capitals, and what there is to say about it.
struct Badge {
  Tone tone = Tone::neutral;
  std::string word;
  std::string detail;
};

/// How far a book is to be trusted, as its tab has it.
enum class Mark : std::uint8_t { verified, unverified, waiting, stale, refused };

struct Tab {
  std::string symbol;
  Mark mark = Mark::waiting;
};

/// One row of the ladder; texts as they are printed.
struct LadderLine {
  std::string price;
  std::string size;
  std::string total;
  std::string distance;  ///< from mid, basis points
  std::string levels;    ///< that make the row; empty unless prices are grouped
  double bar = 0;        ///< 0 ... 1 of the larger side's total
  bool changed = false;  ///< a moment ago
};

struct TapeLine {
  std::string time;  ///< `HH:MM:SS.mmm`; empty if unknown
  bool buy = true;
  std::string price;
  std::string size;
};

/// What pausing holds still.
struct Picture {
  bool live = false;                                                    ///< may be shown as the market; else it is old
  std::vector<LadderLine> asks, bids;                                   ///< best first
  std::string best_bid, best_ask, mid, microprice, spread, spread_bps;  ///< empty: none
  std::optional<double> imbalance;                                      ///< -1, all asks ... 1, all bids
  std::size_t imbalance_levels = 0;
  std::vector<TapeLine> tape;  ///< newest first
  std::string trades;          ///< how many so far
  std::string group;           ///< price of a row; empty: levels as they are

  [[nodiscard]] bool empty() const noexcept { return asks.empty() && bids.empty(); }
};

/// Numbers about the connection, printed; a dash where nothing is known.
struct FeedNumbers {
  std::string messages, bytes;  ///< a second
  std::string network_p50, network_p99, processing_p50, processing_p99, total_p50, total_p99;
  std::string round_trip;
  std::string gaps, resyncs, mismatches, reconnects;
  std::string frames_total, bytes_total;
};

struct Notice {
  Tone tone = Tone::neutral;
  std::string text;
  std::string age;
  bool fresh = true;
};

struct Model {
  bool ascii = false;
  std::string version;
  std::string host;
  Badge connection;
  std::vector<Tab> tabs;
  std::size_t current = 0;
  Badge book;           ///< the state it is in now, paused or not
  std::string depth;    ///< levels a side, as subscribed
  std::string instead;  ///< said in place of a ladder that has no rows
  bool refused = false;
  Picture picture;
  std::optional<std::string> paused;  ///< age of the picture
  std::size_t rows = 10;              ///< a side, wanted
  std::vector<double> mids;           ///< one a second while the book was live, oldest first
  int mid_decimals = 0;
  FeedNumbers feed;
  std::optional<Notice> notice;
  bool help = false;
};

inline constexpr Size kSmallest{40, 12};

/// Exactly `size.height` lines of at most `size.width` columns. Below kSmallest it only says so.
[[nodiscard]] Screen compose(const Model& model, Size size);

}  // namespace hadal::watch
