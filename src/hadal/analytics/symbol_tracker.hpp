/// Everything that is followed over time about one symbol (catalogue area H): which trackers are on, what they know, what they tell.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hadal/analytics/cancels.hpp"
#include "hadal/analytics/candles.hpp"
#include "hadal/analytics/change.hpp"
#include "hadal/analytics/health.hpp"
#include "hadal/analytics/heatmap.hpp"
#include "hadal/analytics/history.hpp"
#include "hadal/analytics/order_flow.hpp"
#include "hadal/analytics/persistence.hpp"
#include "hadal/analytics/tape.hpp"
#include "hadal/analytics/trade_overlay.hpp"
#include "hadal/analytics/whale.hpp"
#include "hadal/event.hpp"

namespace hadal {

/// What is followed about a symbol. All of it is off unless it is set; tape and health are always known, and only the events of health are
/// a matter of choice.
struct TrackConfig {
  std::optional<OrderFlowConfig> flow{};
  std::optional<WhaleConfig> whales{};
  std::optional<PersistenceConfig> persistence{};
  std::optional<CancelConfig> cancels{};
  std::optional<TradeOverlayConfig> overlay{};
  std::optional<HeatmapConfig> heatmap{};
  std::optional<HistoryConfig> history{};
  HealthConfig health{};
  bool health_events = false;
  bool spread_events = false;
  bool candle_events = false;

  /// All of it, with the defaults.
  [[nodiscard]] static TrackConfig everything();
};
/// From words, with the defaults: `all`, or some of kTrackers with commas between them. None for another word.
[[nodiscard]] std::optional<TrackConfig> parse_trackers(std::string_view words);
inline constexpr std::string_view kTrackers = "flow,whales,persistence,cancels,overlay,heatmap,history,health,spread,candles";

/// Errc::config_invalid if any part cannot be.
[[nodiscard]] Errc check(const TrackConfig& config) noexcept;

/// Follows a book only while it is live: what an unverified book shows is nothing that happened. Each snapshot, and each return to life, is a
/// new baseline of which no event is made (H-5).
class SymbolTracker {
 public:
  /// Receives what the trackers see. (A std::function would allocate for each message.)
  struct Publish {
    virtual void operator()(decltype(Event::body) body) const = 0;

   protected:
    ~Publish() = default;
  };

  explicit SymbolTracker(std::string symbol) : symbol_{std::move(symbol)} {}

  /// Precondition: check(config) is Errc::ok. What has other settings than before begins anew, with the next message of the book; whatever has
  /// the same keeps what it knows.
  void configure(const TrackConfig& config);

  // --- what happens, in the order it happens ---
  void book(Millis now, const BookEvent& event, const Publish& publish);
  void book_state(Millis now, BookState to);
  void trade(Millis now, const TradeEvent& event);
  void candle(const Candle& candle, const Publish& publish);
  /// A market message of the symbol came.
  void message(Millis now, const Publish& publish);
  void system_status(SystemStatus status) { health_.system_status(status); }
  void pair_status(PairStatus status) { health_.pair_status(status); }
  /// Time passes: tells what silence means.
  void advance(Millis now, const Publish& publish);
  /// Brings heatmap and history up to a time, before they are looked at.
  void settle(Millis now);
  [[nodiscard]] std::optional<Millis> deadline() const noexcept;

  // --- what is known; null for what is off ---
  [[nodiscard]] const std::string& symbol() const noexcept { return symbol_; }
  [[nodiscard]] const TrackConfig& config() const noexcept { return config_; }
  /// Of the prices and quantities that are known: the book's, or without one those of its trades; none before either.
  [[nodiscard]] std::optional<Scales> scales() const noexcept { return scales_; }
  [[nodiscard]] const Tape& tape() const noexcept { return tape_; }
  [[nodiscard]] const MarketHealth& health() const noexcept { return health_; }
  /// When the book became what it is; none before its first change of state.
  [[nodiscard]] std::optional<Millis> state_since() const noexcept { return state_since_; }
  [[nodiscard]] const WhaleWatch* whales() const noexcept { return get(whales_); }
  [[nodiscard]] const Persistence* persistence() const noexcept { return get(persistence_); }
  [[nodiscard]] const CancelWatch* cancels() const noexcept { return get(cancels_); }
  [[nodiscard]] const TradeOverlay* overlay() const noexcept { return get(overlay_); }
  [[nodiscard]] const Heatmap* heatmap() const noexcept { return get(heatmap_); }
  [[nodiscard]] const HistoryStrip* history() const noexcept { return get(history_); }
  /// A live book is being followed.
  [[nodiscard]] bool follows_live_book() const noexcept { return following_; }

 private:
  template <class Tracker>
  [[nodiscard]] static const Tracker* get(const std::optional<Tracker>& tracker) noexcept {
    return tracker ? &*tracker : nullptr;
  }
  [[nodiscard]] bool compares_books() const noexcept;
  [[nodiscard]] bool follows_book() const noexcept;
  void adopt(Scales scales);
  void restart(Millis now, const VerifiedBook& book);
  void pause(Millis now);
  void observe(const BookChange& change, const Publish& publish);
  void tell_spread(const VerifiedBook& book, const Publish& publish);

  std::string symbol_;
  TrackConfig config_;
  BookShadow shadow_;
  bool following_ = false;        ///< the shadow is a live book
  bool rebase_ = false;           ///< a tracker has begun: the next message is the baseline of all
  std::optional<Scales> scales_;  ///< of the book, or of the trades while there is none
  bool book_seen_ = false;
  std::optional<Millis> state_since_;
  std::optional<OrderFlow> flow_;
  std::optional<WhaleWatch> whales_;
  std::optional<Persistence> persistence_;
  std::optional<CancelWatch> cancels_;
  std::optional<TradeOverlay> overlay_;
  std::optional<Heatmap> heatmap_;
  std::optional<HistoryStrip> history_;
  MarketHealth health_;
  Tape tape_;
  CandleClock candles_;
  std::optional<Level> best_bid_;  ///< as told by the last spread event
  std::optional<Level> best_ask_;
  bool spread_told_ = false;
};

}  // namespace hadal
