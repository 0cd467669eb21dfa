#include "watch/model.hpp"

#include <algorithm>
#include <utility>

#include "hadal/book_text.hpp"
#include "watch/news.hpp"

namespace hadal::watch {
namespace {

constexpr std::int64_t kFlash = 200;     ///< ms that a changed level stays strong
constexpr std::int64_t kCount = 500;     ///< ms between counts: numbers that change faster cannot be read
constexpr std::int64_t kSample = 1'000;  ///< ms between samples of mid
constexpr std::size_t kMostSamples = 600;
constexpr std::int64_t kFreshNote = 10'000;  ///< ms
constexpr std::size_t kTape = 100;

std::string decimal(Int128 mantissa, int scale) {
  std::string text;
  append_decimal(text, mantissa, scale);
  return text;
}

/// Ticks that may be fractions, as a price.
std::string price_text(std::optional<double> ticks, int scale) {
  if (!ticks) return {};
  auto unit = 1.0;
  for (int i = 0; i < scale; ++i) unit *= 10;
  return fixed(*ticks / unit, std::min(scale + 2, 12));
}

Mark mark_of(const Watched& watched, const VerifiedBook* book) {
  if (!watched.refusal.empty()) return Mark::refused;
  if (book == nullptr) return Mark::waiting;
  switch (book->state()) {
    case BookState::live: return book->verified() ? Mark::verified : Mark::unverified;
    case BookState::stale: return Mark::stale;
    default: return Mark::waiting;
  }
}

Badge badge_of_watched(const Watched& watched, const VerifiedBook* book, std::optional<Millis> since, Millis now) {
  if (!watched.refusal.empty()) return {Tone::bad, "REFUSED", {}};
  return book_badge(book, since, now);
}

/// What is said where there is no ladder.
std::string instead_of(const Watched& watched, const VerifiedBook* book, const Session& session) {
  if (!watched.refusal.empty()) return watched.symbol + ": " + plain(watched.refusal);
  if (!is_open(session.state())) return "no connection yet";
  if (book == nullptr || book->state() != BookState::live) return "waiting for the first snapshot of " + watched.symbol;
  return watched.symbol + ": both sides are empty";
}

std::vector<TapeLine> tape_of(const Tape& tape) {
  std::vector<TapeLine> out;
  tape.newest(kTape, Decimal{}, [&](const TapeTrade& trade) {
    out.push_back(
        {trade.time ? time_text(*trade.time) : std::string{}, trade.side == TakerSide::buy, to_string(trade.price), to_string(trade.qty)});
  });
  return out;
}

}  // namespace

std::int64_t increment_of(const Engine& engine, const std::string& symbol) {
  const auto* book = engine.book(symbol);
  const auto* pair = engine.market().feed().instruments().pair(symbol);
  std::int64_t ticks = 1;
  if (book == nullptr || pair == nullptr || !pair->price_increment) return 1;
  return rescale(*pair->price_increment, book->scales().price, ticks) == Errc::ok && ticks >= 1 ? ticks : 1;
}

void Viewer::add_side(const std::vector<LadderRow>& rows, Scales scales, bool grouped, SeenSide& seen, Millis now,
                      std::vector<LadderLine>& out) {
  SeenSide next;
  for (const auto& row : rows) {
    const auto qty = static_cast<std::int64_t>(row.bucket.qty);
    const auto before = seen.find(row.bucket.price);
    Seen level{qty, Millis{now.count - kFlash}};
    if (before != seen.end() && before->second.qty_low == qty) {
      level.changed = before->second.changed;
    } else if (!fresh_) {
      level.changed = now;
    }
    next.emplace(row.bucket.price, level);
    LadderLine line;
    line.price = decimal(row.bucket.price, scales.price);
    line.size = decimal(row.bucket.qty, scales.qty);
    line.total = decimal(row.cumulative, scales.qty);
    if (row.distance_bps) line.distance = fixed(row.distance_bps, 2);
    if (grouped) line.levels = std::to_string(row.bucket.levels) + (row.bucket.partial ? "+" : "");
    line.bar = row.cum_vs_max;
    line.changed = now.count - level.changed.count < kFlash;
    out.push_back(std::move(line));
  }
  seen = std::move(next);
}

Picture Viewer::picture(const Engine& engine, const VerifiedBook* book, Millis now, const UiState& state) {
  const auto& watched = state.watched();
  Picture out;
  const auto* tracker = engine.analytics().symbol(watched.symbol);
  if (tracker != nullptr) {
    out.tape = tape_of(tracker->tape());
    out.trades = count_text(tracker->tape().total());
  }
  if (book == nullptr || !watched.refusal.empty()) return out;

  ViewRequest request;
  request.ladder = ViewRequest::LadderRows{state.rows, watched.group};
  request.imbalance = state.rows;
  static_cast<void>(views_.request(request));
  const auto* views = &views_.look(*book, increment_of(engine, watched.symbol));
  if (views->ladder_error != Errc::ok) {  // the market's digits have changed under the group
    request.ladder->group.reset();
    static_cast<void>(views_.request(request));
    views = &views_.look(*book);
  }
  Subject subject{watched.symbol, request.ladder->group, book->generation()};
  fresh_ = subject != subject_ || (bids_.empty() && asks_.empty());
  subject_ = std::move(subject);

  const auto scales = views->scales;
  const auto price = [&](const std::optional<Level>& level) { return level ? decimal(level->price, scales.price) : std::string{}; };
  out.live = book->is_live();
  add_side(views->ladder.bids, scales, request.ladder->group.has_value(), bids_, now, out.bids);
  add_side(views->ladder.asks, scales, request.ladder->group.has_value(), asks_, now, out.asks);
  out.best_bid = price(views->best_bid);
  out.best_ask = price(views->best_ask);
  if (views->mid2) out.mid = decimal(*views->mid2 * 5, scales.price + 1);
  if (views->spread) out.spread = decimal(*views->spread, scales.price);
  if (views->spread_bps) out.spread_bps = fixed(views->spread_bps, 2);
  out.microprice = price_text(views->microprice, scales.price);
  if (!out.empty()) out.imbalance = views->imbalance.imbalance;
  out.imbalance_levels = std::max(views->imbalance.bid_levels, views->imbalance.ask_levels);
  if (request.ladder->group) out.group = to_string(*request.ladder->group);
  return out;
}

void Viewer::sample_mids(const Engine& engine, Millis now, const UiState& state) {
  for (const auto& watched : state.symbols) {
    const auto* book = engine.book(watched.symbol);
    if (book == nullptr || !book->is_live()) continue;
    const auto mid2 = book->levels().mid2();
    auto& mids = mids_[watched.symbol];
    if (!mid2 || (!mids.values.empty() && now.count - mids.last.count < kSample)) continue;
    auto half_unit = 0.5;
    for (int i = 0; i < book->scales().price; ++i) half_unit /= 10;
    mids.last = now;
    if (mids.values.size() == kMostSamples) mids.values.erase(mids.values.begin());
    mids.values.push_back(static_cast<double>(*mid2) * half_unit);
  }
}

void Viewer::count(const Engine& engine, Millis now) {
  const auto elapsed = counted_ ? now.count - counted_->count : kCount;
  if (elapsed < kCount) return;
  const auto stats = engine.stats(now);
  std::uint64_t bytes = 0, frames = 0, reconnects = 0;
  for (const auto& session : stats.sessions) {
    bytes += session.bytes_received;
    reconnects += session.reconnections;
    for (const auto& channel : session.frames_received) frames += channel.count;
  }
  std::uint64_t gaps = 0, resyncs = 0, mismatched = 0;
  for (const auto& book : stats.books) {
    gaps += book.gaps;
    resyncs += book.repairs_begun;
    mismatched += book.mismatched;
  }
  if (counted_ && bytes >= bytes_) {
    const auto rate = static_cast<double>(bytes - bytes_) * 1'000 / static_cast<double>(elapsed);
    byte_rate_ = byte_rate_ ? *byte_rate_ * 0.75 + rate * 0.25 : rate;
  }
  counted_ = now;
  bytes_ = bytes;

  const auto part = [&](LatencyPart which, std::string& p50, std::string& p99) {
    const auto values = stats.latency.summary(which).values();
    p50 = latency_text(values.p50);
    p99 = latency_text(values.p99);
  };
  numbers_.messages = (stats.frames_per_second ? fixed(stats.frames_per_second, 1) : std::string{"–"}) + " msg/s";
  numbers_.bytes = byte_rate_ ? bytes_text(*byte_rate_) + "/s" : std::string{"– kB/s"};
  part(LatencyPart::network, numbers_.network_p50, numbers_.network_p99);
  part(LatencyPart::processing, numbers_.processing_p50, numbers_.processing_p99);
  part(LatencyPart::total, numbers_.total_p50, numbers_.total_p99);
  const auto round_trip = engine.market().round_trip();
  numbers_.round_trip = !round_trip ? "–" : *round_trip == 0 ? "< 1 ms" : age_text(*round_trip);
  numbers_.gaps = count_text(gaps);
  numbers_.resyncs = count_text(resyncs);
  numbers_.mismatches = count_text(mismatched);
  numbers_.reconnects = count_text(reconnects);
  numbers_.frames_total = count_text(frames);
  numbers_.bytes_total = bytes_text(static_cast<double>(bytes));
}

Model Viewer::look(const Engine& engine, Millis now, const UiState& state) {
  count(engine, now);
  sample_mids(engine, now, state);
  const auto& watched = state.watched();
  const auto* book = engine.book(watched.symbol);
  const auto* tracker = engine.analytics().symbol(watched.symbol);

  Model model;
  model.ascii = state.ascii;
  model.version = state.version;
  model.host = state.host;
  model.connection = state.closing ? Badge{Tone::neutral, "CLOSING", {}} : connection_badge(engine.market(), now);
  for (const auto& one : state.symbols) model.tabs.push_back({one.symbol, mark_of(one, engine.book(one.symbol))});
  model.current = state.current;
  model.book = badge_of_watched(watched, book, tracker != nullptr ? tracker->state_since() : std::nullopt, now);
  model.depth = std::to_string(book != nullptr && book->depth() != 0 ? book->depth() : watched.depth);
  model.refused = !watched.refusal.empty();
  model.instead = instead_of(watched, book, engine.market());
  model.rows = state.rows;
  model.help = state.help;
  model.feed = numbers_;
  if (const auto mids = mids_.find(watched.symbol); mids != mids_.end()) model.mids = mids->second.values;
  if (book != nullptr) model.mid_decimals = book->scales().price + 1;

  // What is held is one picture; of another symbol, or in other rows, a new one is taken.
  const bool holds = held_ && held_->symbol == watched.symbol && held_->group == watched.group && held_->rows == state.rows;
  if (!state.paused) held_.reset();
  else if (!holds || held_->picture.empty())
    held_ = Held{watched.symbol, watched.group, state.rows, picture(engine, book, now, state), now};
  if (held_) {
    model.picture = held_->picture;
    model.paused = age_text(now.count - held_->at.count);
  } else {
    model.picture = picture(engine, book, now, state);
  }
  if (state.note) {
    const auto age = std::max<std::int64_t>(0, now.count - state.note->at.count);
    model.notice = Notice{state.note->tone, state.note->text, age < 1'000 ? "now" : age_text(age), age < kFreshNote};
  }
  return model;
}

}  // namespace hadal::watch
