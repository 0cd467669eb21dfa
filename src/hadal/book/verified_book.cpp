#include "hadal/book/verified_book.hpp"

#include <algorithm>
#include <cassert>

#include "hadal/base/limits.hpp"

namespace hadal {
namespace {

constexpr std::array<std::string_view, 5> kSources{"option", "ack", "subscribe", "header", "snapshot"};
constexpr std::array<std::string_view, 4> kChecks{"match", "mismatch", "skipped", "not_applied"};

/// Fractional digits that the numbers of one kind are written with.
struct Digits {
  int longest = 0;
  int shortest = kMaxScale;
  int needed = 0;  ///< without trailing zeros

  void add(Decimal number) noexcept {
    longest = std::max<int>(longest, number.scale);
    shortest = std::min<int>(shortest, number.scale);
    if (number.scale > needed) needed = std::max(needed, significant_scale(number));
  }

  /// B-2: the wire's count where all numbers agree on one, else what the instrument says, else the longest seen. Never fewer than
  /// the digits need.
  [[nodiscard]] std::uint8_t choose(std::optional<std::uint8_t> instrument) const noexcept {
    const int chosen = !instrument || longest == shortest ? longest : *instrument;
    return static_cast<std::uint8_t>(std::max(chosen, needed));
  }
};

}  // namespace

std::string_view name(DepthSource source) noexcept { return kSources[static_cast<std::size_t>(source)]; }
std::string_view name(Check check) noexcept { return kChecks[static_cast<std::size_t>(check)]; }

VerifiedBook::VerifiedBook(std::string symbol, Options options)
    : symbol_{std::move(symbol)}, options_{options}, book_{kDepths[0]}, scales_{options.scales.value_or(Scales{})} {}

bool VerifiedBook::transition(BookState to, Cause cause) {
  const auto row = book_transition(state_, reason_, to, cause);
  if (row == 0) return false;
  if (transition_count_ < transitions_.size())
    transitions_[transition_count_++] = {static_cast<std::uint8_t>(row), state_, to, cause};
  state_ = to;
  reason_ = to == BookState::live || to == BookState::unsubscribed ? Cause::none : cause;
  return true;
}

void VerifiedBook::subscribed() {
  if (state_ == BookState::unsubscribed || (state_ == BookState::stale && is_link(reason_))) {
    transition(BookState::awaiting_snapshot, Cause::none);
    has_snapshot_ = false;
    last_matched_ = false;
  }
}

void VerifiedBook::released() {
  transition(BookState::unsubscribed, Cause::none);
  has_snapshot_ = false;
  last_matched_ = false;
}

void VerifiedBook::clear() {
  book_.clear();
  has_snapshot_ = false;
  last_matched_ = false;
}

void VerifiedBook::set_depth(std::uint16_t depth, DepthSource source) {
  if (depth_ != 0 && source > depth_source_) return;
  depth_source_ = source;
  if (depth == depth_) return;
  depth_ = depth;
  book_.set_depth(depth);
}

bool VerifiedBook::waits_for_snapshot() const noexcept {
  return !has_snapshot_ || state_ == BookState::unsubscribed || state_ == BookState::awaiting_snapshot ||
         state_ == BookState::resyncing || (state_ == BookState::stale && is_link(reason_));
}

bool VerifiedBook::raise(Cause cause) {
  using enum BookState;
  if (is_link(cause)) return !(state_ == stale && is_link(reason_)) && transition(stale, cause);
  if (state_ == unsubscribed) return false;
  if (state_ == resyncing || (state_ == stale && is_link(reason_))) {
    ++counters_.causes_in_repair;
    if (is_lasting(cause)) transition(stale, cause);
    return false;
  }
  ++counters_.gaps;
  clean_ = false;
  if (state_ == stale) {
    if (is_lasting(cause) && !is_lasting(reason_)) transition(stale, cause);
    return true;
  }
  // A snapshot that cannot be used has to come again, under every policy (U-3); all else leaves the levels as they are (U-5).
  const bool unusable = state_ == awaiting_snapshot && (cause == Cause::level_order || cause == Cause::parse);
  transition(unusable ? resyncing : stale, cause);
  return true;
}

BookOutcome VerifiedBook::refuse(Errc error, Cause cause) {
  BookOutcome outcome;
  outcome.error = error;
  if (raise(cause)) outcome.raised = cause;
  return outcome;
}

void VerifiedBook::choose_scales(const BookEntry& entry, bool& changed) {
  auto& known = options_.scales;
  if (entry.bids.empty() && entry.asks.empty()) {
    if (known) scales_ = *known;
    return;
  }
  Digits price;
  Digits qty;
  for (const auto side : {entry.bids, entry.asks})
    for (const auto& level : side) {
      price.add(level.price);
      qty.add(level.qty);
    }
  scales_ = {price.choose(known ? std::optional{known->price} : std::nullopt),
             qty.choose(known ? std::optional{known->qty} : std::nullopt)};
  if (known && scales_ != *known) {
    changed = true;
    known = scales_;  // said once: the wire has won
  }
}

Errc VerifiedBook::convert_side(std::span<const WireLevel> levels, std::vector<Level>& out) {
  out.clear();
  for (const auto& wire : levels) {
    Level level{wire.price.mantissa, wire.qty.mantissa};
    if (wire.price.scale != scales_.price) {
      if (const auto error = rescale(wire.price, scales_.price, level.price); error != Errc::ok) return error;
      if (wire.price.scale < scales_.price) ++counters_.padded_numbers;
    }
    if (wire.qty.scale != scales_.qty) {
      if (const auto error = rescale(wire.qty, scales_.qty, level.qty); error != Errc::ok) return error;
      if (wire.qty.scale < scales_.qty) ++counters_.padded_numbers;
    }
    out.push_back(level);
  }
  return Errc::ok;
}

bool VerifiedBook::widen_for(const BookEntry& entry, bool& widened) {
  auto wanted = scales_;
  for (const auto side : {entry.bids, entry.asks})
    for (const auto& level : side) {
      wanted.price = std::max(wanted.price, static_cast<std::uint8_t>(significant_scale(level.price)));
      wanted.qty = std::max(wanted.qty, static_cast<std::uint8_t>(significant_scale(level.qty)));
    }
  if (!book_.widen(wanted.price - scales_.price, wanted.qty - scales_.qty)) return false;
  widened = wanted != scales_;
  scales_ = wanted;
  return true;
}

Errc VerifiedBook::convert(const BookEntry& entry, bool& widened) {
  const auto both = [&] {
    const auto error = convert_side(entry.bids, bids_);
    return error == Errc::ok ? convert_side(entry.asks, asks_) : error;
  };
  const auto error = both();
  if (error != Errc::number_invalid) return error;
  // Non-zero digits beyond the scale.
  return widen_for(entry, widened) ? both() : Errc::number_out_of_range;
}

void VerifiedBook::note_time(Millis now, const BookEntry& entry) {
  received_at_ = now;
  if (entry.timestamp) exchange_time_ = entry.timestamp;
}

void VerifiedBook::compare(Millis now, const BookEntry& entry, BookOutcome& outcome) {
  outcome.bids = bids_;
  outcome.asks = asks_;
  if (entry.checksum.kind == WireChecksum::Kind::value) outcome.sent = entry.checksum.value;
  if (options_.verify == Verify::off || entry.checksum.kind == WireChecksum::Kind::absent || book_.empty()) {
    if (book_.empty()) ++counters_.empty_unverified;
    ++counters_.skipped;
    outcome.check = Check::skipped;
    return;
  }
  outcome.computed = book_.checksum();
  const bool match = outcome.sent == outcome.computed;  // an unusable checksum matches nothing
  outcome.check = match ? Check::match : Check::mismatch;
  ++(match ? counters_.matched : counters_.mismatched);
  if (match) verified_at_ = now;
}

/// What the comparison and the levels say about the state.
void VerifiedBook::judge(BookOutcome& outcome, bool snapshot) {
  const bool mismatch = outcome.check == Check::mismatch;
  const bool crossed = book_.crossed() && options_.crossed == CrossedPolicy::gap;
  if (outcome.check != Check::skipped) last_matched_ = !mismatch;
  if (!mismatch && !crossed) {
    if (outcome.check != Check::skipped) clean_ = true;
    // Only a verified snapshot mends a book (C-11); a first one may also have nothing to verify (U-2).
    const bool proven = outcome.check == Check::match || options_.verify == Verify::off || state_ == BookState::awaiting_snapshot;
    if (snapshot && proven) transition(BookState::live, Cause::none);  // U-2, U-6, U-8; no row leads out of a lasting cause
    return;
  }
  outcome.error = mismatch ? Errc::checksum_mismatch : Errc::book_crossed;
  const auto cause = mismatch ? Cause::checksum : Cause::crossed;
  if (snapshot && state_ == BookState::resyncing && transition(BookState::stale, cause)) {  // U-9: kept, nobody here can ask again
    ++counters_.gaps;
    outcome.raised = cause;
  } else if (state_ != BookState::stale || clean_) {
    // A stale book raises again only after a message that was right.
    if (raise(cause)) outcome.raised = cause;
  }
  clean_ = false;
}

BookOutcome VerifiedBook::apply_snapshot(Millis now, const BookEntry& entry) {
  subscribed();  // a snapshot may overtake its ack (C-7)
  BookOutcome outcome;
  const auto scales_before = scales_;
  choose_scales(entry, outcome.scale_changed);
  const auto holding = depth_holding(std::max(entry.bids.size(), entry.asks.size()));
  if (depth_ == 0 || (depth_source_ == DepthSource::snapshot && holding > depth_)) set_depth(holding, DepthSource::snapshot);

  auto error = convert_side(entry.bids, bids_);
  if (error == Errc::ok) error = convert_side(entry.asks, asks_);
  if (error == Errc::ok) error = book_.apply_snapshot(bids_, asks_);
  if (error != Errc::ok) {
    ++counters_.refused_snapshots;
    scales_ = scales_before;
    const bool said = outcome.scale_changed;
    outcome = error == Errc::level_order ? refuse(error, Cause::level_order)
                                         : refuse(Errc::number_out_of_range, Cause::number_out_of_range);
    outcome.scale_changed = said;
    return outcome;
  }
  has_snapshot_ = true;
  snapshot_time_ = entry.timestamp;
  exchange_time_.reset();
  updates_since_snapshot_ = 0;
  ++counters_.snapshots;
  note_time(now, entry);
  compare(now, entry, outcome);
  judge(outcome, true);
  return outcome;
}

BookOutcome VerifiedBook::apply_update(Millis now, const BookEntry& entry) {
  BookOutcome outcome;
  if (waits_for_snapshot()) {
    ++counters_.ignored_deltas;
    outcome.error = Errc::delta_before_snapshot;
    return outcome;
  }
  if (entry.timestamp && snapshot_time_ && *entry.timestamp < *snapshot_time_) {
    ++counters_.late_deltas;
    outcome.error = Errc::late_delta;
    return outcome;
  }
  if (const auto error = convert(entry, outcome.scale_changed); error != Errc::ok)
    return refuse(Errc::number_out_of_range, Cause::number_out_of_range);
  if (entry.timestamp && exchange_time_ && *entry.timestamp < *exchange_time_) ++counters_.reordered_deltas;
  book_.apply_update(bids_, asks_);
  ++counters_.updates;
  ++updates_since_snapshot_;
  note_time(now, entry);
  compare(now, entry, outcome);
  judge(outcome, false);
  return outcome;
}

std::optional<std::int64_t> VerifiedBook::age(Millis now) const noexcept {
  if (!received_at_) return std::nullopt;
  return std::max<std::int64_t>(0, now.count - received_at_->count);
}

std::optional<std::int64_t> VerifiedBook::verified_age(Millis now) const noexcept {
  if (!verified_at_) return std::nullopt;
  return std::max<std::int64_t>(0, now.count - verified_at_->count);
}

std::optional<Level> VerifiedBook::best(Side side, bool require_live) const noexcept {
  if (require_live && !is_live()) return std::nullopt;
  return book_.best(side);
}

}  // namespace hadal
