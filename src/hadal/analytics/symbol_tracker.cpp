#include "hadal/analytics/symbol_tracker.hpp"

#include <algorithm>
#include <utility>

namespace hadal {
namespace {

template <class Config>
bool valid(const std::optional<Config>& config) noexcept {
  return !config || check(*config) == Errc::ok;
}

/// Whether there is one that begins: what goes on with the settings it has keeps what it knows.
template <class Tracker, class Config>
bool begin(std::optional<Tracker>& tracker, const std::optional<Config>& before, const std::optional<Config>& config) {
  if (before == config) return false;
  tracker.reset();
  if (config) tracker.emplace(*config);
  return config.has_value();
}

/// In ticks or units; none if the digits do not fit.
std::optional<std::int64_t> scaled(Decimal value, std::uint8_t scale) {
  std::int64_t out = 0;
  return rescale(value, scale, out) == Errc::ok ? std::optional{out} : std::nullopt;
}

}  // namespace

TrackConfig TrackConfig::everything() {
  TrackConfig config;
  config.flow.emplace();
  config.whales.emplace();
  config.persistence.emplace();
  config.cancels.emplace();
  config.overlay.emplace();
  config.heatmap.emplace();
  config.history.emplace();
  config.health_events = true;
  config.spread_events = true;
  config.candle_events = true;
  return config;
}

std::optional<TrackConfig> parse_trackers(std::string_view words) {
  if (words == "all") return TrackConfig::everything();
  TrackConfig config;
  const auto all = TrackConfig::everything();
  for (;;) {
    const auto word = words.substr(0, words.find(','));
    if (word == "flow") {
      config.flow = all.flow;
    } else if (word == "whales") {
      config.whales = all.whales;
    } else if (word == "persistence") {
      config.persistence = all.persistence;
    } else if (word == "cancels") {
      config.cancels = all.cancels;
    } else if (word == "overlay") {
      config.overlay = all.overlay;
    } else if (word == "heatmap") {
      config.heatmap = all.heatmap;
    } else if (word == "history") {
      config.history = all.history;
    } else if (word == "health") {
      config.health_events = true;
    } else if (word == "spread") {
      config.spread_events = true;
    } else if (word == "candles") {
      config.candle_events = true;
    } else {
      return std::nullopt;
    }
    if (word.size() == words.size()) return config;
    words.remove_prefix(word.size() + 1);
  }
}

Errc check(const TrackConfig& config) noexcept {
  const bool good = valid(config.flow) && valid(config.whales) && valid(config.persistence) && valid(config.cancels) &&
                    valid(config.overlay) && valid(config.heatmap) && valid(config.history) && check(config.health) == Errc::ok;
  return good ? Errc::ok : Errc::config_invalid;
}

/// Something needs to know what the book was before a message.
bool SymbolTracker::compares_books() const noexcept { return flow_ || whales_ || persistence_ || cancels_ || heatmap_; }

bool SymbolTracker::follows_book() const noexcept { return compares_books() || history_ || config_.spread_events; }

void SymbolTracker::configure(const TrackConfig& config) {
  const auto before = std::exchange(config_, config);
  bool begun = begin(flow_, before.flow, config.flow);
  begun |= begin(whales_, before.whales, config.whales);
  begun |= begin(persistence_, before.persistence, config.persistence);
  begun |= begin(cancels_, before.cancels, config.cancels);
  begun |= begin(heatmap_, before.heatmap, config.heatmap);
  begun |= begin(history_, before.history, config.history);
  begin(overlay_, before.overlay, config.overlay);  // needs no book to begin with
  health_.configure(config.health);
  if (before.candle_events != config.candle_events) candles_.clear();
  if (before.spread_events != config.spread_events) spread_told_ = false;
  rebase_ |= begun;
}

/// Prices of another scale mean something else: what was kept of the old one goes.
void SymbolTracker::adopt(Scales scales) {
  if (scales_ == scales) return;
  if (scales_) {
    if (heatmap_) heatmap_->clear();
    if (history_) history_->clear();
    if (overlay_) overlay_->clear();
    following_ = false;
  }
  scales_ = scales;
}

void SymbolTracker::restart(Millis now, const VerifiedBook& book) {
  following_ = true;
  rebase_ = false;
  if (compares_books()) shadow_.take(book.levels());
  if (whales_) whales_->clear();
  if (cancels_) cancels_->clear();
  if (persistence_) persistence_->restart(now, book.levels());
  if (heatmap_) heatmap_->resume(now, book.levels());
  if (history_) history_->observe(now, book.levels());
}

void SymbolTracker::pause(Millis now) {
  if (!std::exchange(following_, false)) return;
  if (heatmap_) heatmap_->pause(now, shadow_);
  if (history_) history_->pause(now);
}

void SymbolTracker::book(Millis now, const BookEvent& event, const Publish& publish) {
  const auto& book = *event.book;
  adopt(book.scales());
  book_seen_ = true;
  if (!follows_book()) return;
  if (!book.is_live()) return pause(now);
  if (event.kind == FrameKind::snapshot || !following_ || rebase_) {
    pause(now);
    restart(now, book);
  } else {
    const auto& outcome = *event.outcome;
    observe({now, *scales_, shadow_, book.levels(), outcome.bids, outcome.asks}, publish);
    if (compares_books()) shadow_.take(book.levels(), !outcome.bids.empty(), !outcome.asks.empty());
  }
  if (config_.spread_events) tell_spread(book, publish);
}

void SymbolTracker::observe(const BookChange& change, const Publish& publish) {
  if (flow_)
    for (const auto& flow : flow_->observe(change)) publish(FlowEvent{change.scales, &flow, 0});
  if (whales_)
    for (const auto& whale : whales_->observe(change)) publish(WhaleEvent{change.scales, &whale});
  if (cancels_)
    for (const auto& cancel : cancels_->observe(change)) publish(CancelEvent{change.scales, &cancel});
  if (persistence_) persistence_->observe(change);
  if (heatmap_) heatmap_->observe(change);
  if (history_) history_->observe(change.now, change.after);
}

void SymbolTracker::tell_spread(const VerifiedBook& book, const Publish& publish) {
  const auto bid = book.best(Side::bid);
  const auto ask = book.best(Side::ask);
  if (std::exchange(spread_told_, true) && bid == best_bid_ && ask == best_ask_) return;
  best_bid_ = bid;
  best_ask_ = ask;
  publish(SpreadEvent{book.scales(), bid, ask, book.exchange_time()});
}

void SymbolTracker::book_state(Millis now, BookState to) {
  state_since_ = now;
  if (to != BookState::live) pause(now);  // what makes a book live again is a book event
}

void SymbolTracker::trade(Millis now, const TradeEvent& event) {
  const auto& trade = *event.trade;
  if (!tape_.add(now, event.kind, trade) || event.kind == FrameKind::snapshot) return;  // those are of before the subscription
  if (!book_seen_) {  // the digits of the trades themselves: the most that any had
    const auto known = scales_.value_or(Scales{});
    adopt({std::max(known.price, trade.price.scale), std::max(known.qty, trade.qty.scale)});
  }
  const auto price = scaled(trade.price, scales_->price);
  const auto qty = scaled(trade.qty, scales_->qty);
  if (!price || !qty || *price <= 0 || *qty <= 0) return;
  if (cancels_) cancels_->trade(*price);
  if (overlay_) overlay_->add(now, trade.side, *price, *qty);
  if (heatmap_) heatmap_->trade(now, trade.side, *price, *qty);
}

void SymbolTracker::candle(const Candle& candle, const Publish& publish) {
  if (!config_.candle_events) return;
  if (const auto closed = candles_.add(candle)) publish(CandleClosedEvent{&*closed});
}

void SymbolTracker::message(Millis now, const Publish& publish) {
  health_.message(now);
  if (!config_.health_events) return;
  if (const auto change = health_.advance(now)) publish(HealthEvent{*change});
}

void SymbolTracker::advance(Millis now, const Publish& publish) {
  if (!config_.health_events) return;
  if (const auto change = health_.advance(now)) publish(HealthEvent{*change});
}

void SymbolTracker::settle(Millis now) {
  if (!following_) return;
  if (heatmap_) heatmap_->advance(now, shadow_);
  if (history_) history_->advance(now);
}

std::optional<Millis> SymbolTracker::deadline() const noexcept { return config_.health_events ? health_.deadline() : std::nullopt; }

}  // namespace hadal
