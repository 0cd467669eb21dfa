#include "hadal/analytics/analytics.hpp"

#include <algorithm>
#include <type_traits>

namespace hadal {

Errc Analytics::track(std::string_view symbol, const TrackConfig& config) {
  if (check(config) != Errc::ok) return Errc::config_invalid;
  if (handling_ != 0) {
    wishes_.push_back({std::string{symbol}, config});
    return Errc::ok;
  }
  if (symbol.empty()) {
    everyone_ = config;
    for (auto& [name, entry] : symbols_)
      if (!entry.own) configure(entry, config);
    return Errc::ok;
  }
  auto* entry = find_or_make(symbol);
  if (entry == nullptr || (config.heatmap && heatmaps(entry) >= kHeatmaps)) return Errc::limit_reached;
  entry->own = true;
  configure(*entry, config);
  return Errc::ok;
}

void Analytics::untrack(std::string_view symbol) {
  if (handling_ != 0) {
    wishes_.push_back({std::string{symbol}, std::nullopt});
  } else if (symbol.empty()) {
    static_cast<void>(track({}, {}));
  } else if (const auto at = symbols_.find(symbol); at != symbols_.end()) {
    at->second.own = false;
    configure(at->second, everyone_);
  }
}

/// Of all but one.
std::size_t Analytics::heatmaps(const Entry* but) const noexcept {
  std::size_t count = 0;
  for (const auto& [name, entry] : symbols_)
    if (&entry != but && entry.tracker.heatmap() != nullptr) ++count;
  return count;
}

void Analytics::configure(Entry& entry, TrackConfig config) {
  if (config.heatmap && heatmaps(&entry) >= kHeatmaps) config.heatmap.reset();
  entry.tracker.configure(config);
  expect(entry.tracker);
}

/// What listeners wished for while trackers were being walked.
void Analytics::end_handling() {
  if (--handling_ != 0) return;
  for (const auto& wish : std::exchange(wishes_, {})) {
    if (wish.config) {
      static_cast<void>(track(wish.symbol, *wish.config));
    } else {
      untrack(wish.symbol);
    }
  }
}

/// The exchange decides which symbols are heard of: one that nobody has settings for, and that shows no live book, makes room.
bool Analytics::make_room() {
  for (auto at = symbols_.begin(); at != symbols_.end(); ++at) {
    if (at->second.own || at->second.tracker.follows_live_book()) continue;
    if (last_ == &at->second) last_ = nullptr;
    symbols_.erase(at);
    return true;
  }
  return false;
}

Analytics::Entry* Analytics::find_or_make(std::string_view symbol) {
  if (last_ != nullptr && last_->tracker.symbol() == symbol) return last_;
  auto at = symbols_.find(symbol);
  if (at == symbols_.end()) {
    if (symbols_.size() >= Limits{}.books && !make_room()) return nullptr;
    at = symbols_.emplace(std::string{symbol}, Entry{SymbolTracker{std::string{symbol}}}).first;
    auto& tracker = at->second.tracker;
    if (system_) tracker.system_status(*system_);
    if (const auto pair = pairs_.find(symbol); pair != pairs_.end()) tracker.pair_status(pair->second);
    configure(at->second, everyone_);
  }
  last_ = &at->second;
  return last_;
}

const SymbolTracker* Analytics::symbol(std::string_view symbol) const {
  const auto at = symbols_.find(symbol);
  return at == symbols_.end() ? nullptr : &at->second.tracker;
}

const SymbolTracker* Analytics::settled(std::string_view symbol, Millis now) {
  const auto at = symbols_.find(symbol);
  if (at == symbols_.end()) return nullptr;
  at->second.tracker.settle(now);
  return &at->second.tracker;
}

/// For a tracker of `symbol`: publishes, and remembers what is of the flow history.
struct Analytics::Teller final : SymbolTracker::Publish {
  Analytics& analytics;
  const Event& cause;
  std::string_view symbol;

  Teller(Analytics& owner, const Event& event, std::string_view about) : analytics{owner}, cause{event}, symbol{about} {}
  void operator()(decltype(Event::body) body) const override {
    if (auto* flow = std::get_if<FlowEvent>(&body)) {
      flow->flow_number = ++analytics.flow_number_;
      analytics.remember(cause.at, symbol, *flow);
    }
    analytics.publish_(cause, symbol, std::move(body));
  }
};

void Analytics::expect(const SymbolTracker& tracker) noexcept {
  const auto at = tracker.deadline();
  if (at && (!next_ || *at < *next_)) next_ = at;
}

void Analytics::remember(Millis at, std::string_view symbol, const FlowEvent& event) {
  const auto kind = event.flow->kind;
  const bool large = kind == FlowKind::large_appeared || kind == FlowKind::large_disappeared;
  FlowRecord record{event.flow_number, at, std::string{symbol}, event.scales, *event.flow, large};
  if (flows_.size() < kFlowHistory) {
    flows_.push_back(std::move(record));
    flow_next_ = 0;
  } else {
    flows_[flow_next_] = std::move(record);
    flow_next_ = (flow_next_ + 1) % kFlowHistory;
  }
}

void Analytics::clear_flow(std::string_view symbol) {
  std::rotate(flows_.begin(), flows_.begin() + static_cast<std::ptrdiff_t>(flow_next_), flows_.end());  // oldest first
  flow_next_ = 0;
  flows_.erase(std::remove_if(flows_.begin(), flows_.end(), [&](const FlowRecord& record) { return record.symbol == symbol; }),
               flows_.end());
}

/// One overload for each event that says something about a symbol.
struct Analytics::Handler {
  Analytics& analytics;
  const Event& event;

  void operator()(const BookEvent& body) const {
    with_tracker([&](SymbolTracker& tracker, const auto& publish) {
      tracker.message(event.at, publish);
      tracker.book(event.at, body, publish);
    });
  }
  void operator()(const BookStateEvent& body) const {
    with_tracker([&](SymbolTracker& tracker, const auto&) { tracker.book_state(event.at, body.change.to); });
  }
  void operator()(const TradeEvent& body) const {
    with_tracker([&](SymbolTracker& tracker, const auto& publish) {
      tracker.message(event.at, publish);
      tracker.trade(event.at, body);
    });
  }
  void operator()(const TickerEvent&) const {
    with_tracker([&](SymbolTracker& tracker, const auto& publish) { tracker.message(event.at, publish); });
  }
  void operator()(const OhlcEvent& body) const {
    with_tracker([&](SymbolTracker& tracker, const auto& publish) {
      tracker.message(event.at, publish);
      tracker.candle(*body.candle, publish);
    });
  }
  void operator()(const StatusEvent& body) const {
    if (!body.status->system) return;
    analytics.system_ = body.status->system;
    for (auto& [name, entry] : analytics.symbols_) {
      entry.tracker.system_status(*analytics.system_);
      entry.tracker.advance(event.at, Teller{analytics, event, entry.tracker.symbol()});
      analytics.expect(entry.tracker);
    }
  }
  void operator()(const PairStatusEvent& body) const { pair_status(event.symbol, body.to); }
  /// A snapshot says what a pair's status is, not that it changed.
  void operator()(const InstrumentEvent& body) const {
    if (body.message != nullptr)
      for (const auto& pair : body.message->pairs) pair_status(pair.symbol, pair.status);
  }
  void pair_status(std::string_view symbol, PairStatus status) const {
    if (status == PairStatus::online) {
      if (const auto known = analytics.pairs_.find(symbol); known != analytics.pairs_.end()) analytics.pairs_.erase(known);
    } else if (analytics.pairs_.size() < kInstruments) {
      analytics.pairs_.insert_or_assign(std::string{symbol}, status);
    }
    const auto at = analytics.symbols_.find(symbol);
    if (at == analytics.symbols_.end()) return;
    auto& tracker = at->second.tracker;
    tracker.pair_status(status);
    tracker.advance(event.at, Teller{analytics, event, tracker.symbol()});
    analytics.expect(tracker);
  }
  template <class Other>
  void operator()(const Other&) const {}

  template <class Act>
  void with_tracker(Act act) const {
    auto* entry = analytics.find_or_make(event.symbol);
    if (entry == nullptr) return;
    act(entry->tracker, Teller{analytics, event, entry->tracker.symbol()});
    analytics.expect(entry->tracker);
  }
};

void Analytics::on_event(const Event& event) {
  ++handling_;
  std::visit(Handler{*this, event}, event.body);
  end_handling();
}

void Analytics::advance(Millis now) {
  if (!next_ || now < *next_) return;
  ++handling_;
  next_.reset();
  Event cause{};
  cause.at = now;
  for (auto& [name, entry] : symbols_) {
    entry.tracker.advance(now, Teller{*this, cause, entry.tracker.symbol()});
    expect(entry.tracker);
  }
  end_handling();
}

}  // namespace hadal
