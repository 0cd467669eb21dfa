/// The trackers of all symbols of one stream of events.
///
/// Hears every event in order and tells of what follows from it. Reads no clock: time comes with events and advance(). What it knows is
/// bounded: Limits::books symbols, of which those without settings of their own make room, about 80 KB of tape each, and kHeatmaps heatmaps of
/// at most 3.8 MB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hadal/analytics/symbol_tracker.hpp"
#include "hadal/base/limits.hpp"

namespace hadal {

/// One entry of the flow history.
struct FlowRecord {
  std::uint64_t number = 0;  ///< from 1
  Millis at{};
  std::string symbol;
  Scales scales;
  Flow flow;
  bool large = false;  ///< appeared or disappeared as large
};

class Analytics {
 public:
  /// Receives derived events, without number.
  using Publish = std::function<void(const Event& cause, std::string_view symbol, decltype(Event::body))>;

  explicit Analytics(Publish publish) : publish_{std::move(publish)} {}
  Analytics(const Analytics&) = delete;
  Analytics& operator=(const Analytics&) = delete;

  /// Follows a symbol from now on, or all that have no settings of their own if `symbol` is empty. Errc::config_invalid, or
  /// Errc::limit_reached beyond Limits::books symbols or kHeatmaps heatmaps; nothing changes then. Of all symbols the first kHeatmaps have a
  /// heatmap. Called inside an event it takes effect after that. O(symbols) for all.
  Errc track(std::string_view symbol, const TrackConfig& config);
  /// Off again: `symbol` follows what all follow; an empty one turns that off.
  void untrack(std::string_view symbol);

  void on_event(const Event& event);
  void advance(Millis now);
  /// When advance() may have something to tell, at the earliest.
  [[nodiscard]] std::optional<Millis> deadline() const noexcept { return next_; }

  /// Null for a symbol of which nothing was heard and nothing asked. Valid as long as this object.
  [[nodiscard]] const SymbolTracker* symbol(std::string_view symbol) const;
  /// The same, with heatmap and history brought up to a time.
  [[nodiscard]] const SymbolTracker* settled(std::string_view symbol, Millis now);

  /// Calls `visit(record)` for up to `count` flow events, newest first; of one symbol, or all if it is empty; large ones only, if wanted.
  template <class Visit>
  void flow_history(std::size_t count, std::string_view symbol, bool large_only, Visit visit) const {
    for (std::size_t i = 0; i < flows_.size() && count > 0; ++i) {
      const auto& record = flows_[(flow_next_ + flows_.size() - 1 - i) % flows_.size()];
      if ((!symbol.empty() && record.symbol != symbol) || (large_only && !record.large)) continue;
      visit(record);
      --count;
    }
  }
  void clear_flow(std::string_view symbol);
  void clear_flow() {
    flows_.clear();
    flow_next_ = 0;
  }
  static constexpr std::size_t kFlowHistory = 1'000;
  static constexpr std::size_t kHeatmaps = 64;

 private:
  struct Handler;
  struct Teller;
  struct Entry {
    SymbolTracker tracker;
    bool own = false;  ///< has settings of its own
  };
  struct Wish {
    std::string symbol;
    std::optional<TrackConfig> config;  ///< none: untrack
  };

  Entry* find_or_make(std::string_view symbol);
  [[nodiscard]] bool make_room();
  [[nodiscard]] std::size_t heatmaps(const Entry* but) const noexcept;
  void configure(Entry& entry, TrackConfig config);
  void end_handling();
  void remember(Millis at, std::string_view symbol, const FlowEvent& event);
  void expect(const SymbolTracker& tracker) noexcept;

  Publish publish_;
  TrackConfig everyone_;
  std::map<std::string, Entry, std::less<>> symbols_;
  Entry* last_ = nullptr;     ///< most events are about the symbol of the one before
  int handling_ = 0;          ///< events being handled: trackers are being walked
  std::vector<Wish> wishes_;  ///< made meanwhile
  std::optional<SystemStatus> system_;
  std::map<std::string, PairStatus, std::less<>> pairs_;  ///< those that are not online; at most kInstruments
  std::optional<Millis> next_;                            ///< no tracker has anything to tell before
  std::vector<FlowRecord> flows_;                         ///< a ring
  std::size_t flow_next_ = 0;
  std::uint64_t flow_number_ = 0;
};

}  // namespace hadal
