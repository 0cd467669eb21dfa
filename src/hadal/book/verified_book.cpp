#include "hadal/book/verified_book.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <utility>

#include "hadal/base/limits.hpp"

namespace hadal {
namespace {

constexpr std::array<std::string_view, 3> kPolicies{"ignore", "resync", "buffer"};
constexpr std::array<std::string_view, 5> kSources{"option", "ack", "subscribe", "header", "snapshot"};
constexpr std::array<std::string_view, 4> kChecks{"match", "mismatch", "skipped", "not_applied"};

/// Books of several engines may be made in several threads.
std::uint64_t next_generation() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

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

std::string_view name(GapPolicy policy) noexcept { return kPolicies[static_cast<std::size_t>(policy)]; }
std::string_view name(DepthSource source) noexcept { return kSources[static_cast<std::size_t>(source)]; }
std::string_view name(Check check) noexcept { return kChecks[static_cast<std::size_t>(check)]; }

VerifiedBook::VerifiedBook(std::string symbol, Options options, BookScratch& scratch)
    : symbol_{std::move(symbol)}, generation_{next_generation()}, options_{options}, book_{kDepths[0]}, scratch_{&scratch}, scales_{options.scales.value_or(Scales{})} {}

bool VerifiedBook::transition(BookState to, Cause cause) {
  const auto row = book_transition(state_, reason_, to, cause);
  if (row == 0) return false;
  if (transition_count_ < transitions_.size()) transitions_[transition_count_++] = {static_cast<std::uint8_t>(row), state_, to, cause};
  state_ = to;
  // A book waits for late messages from U-5 (stale, for a cause that order can mend) until U-6 or U-7; every other change ends that.
  const bool mendable = cause == Cause::checksum || cause == Cause::crossed;
  if (to != BookState::live && !(to == BookState::stale && mendable)) heal_.reset();
  reason_ = to == BookState::live || to == BookState::unsubscribed ? Cause::none : cause;
  return true;
}

void VerifiedBook::begin_subscription() {
  if (state_ == BookState::unsubscribed || (state_ == BookState::stale && is_link(reason_))) {
    transition(BookState::awaiting_snapshot, Cause::none);
    has_snapshot_ = false;
    last_matched_ = false;
  }
}

void VerifiedBook::subscribed() {
  forget_transitions();
  begin_subscription();
}

void VerifiedBook::subscribe_sent(std::uint16_t depth) {
  forget_transitions();
  hushed_ = false;
  if (state_ != BookState::live) {
    has_snapshot_ = false;
    last_matched_ = false;
  }
  depth_settled_ = depth_ != 0 && depth_source_ == DepthSource::option;
  set_depth(depth, DepthSource::subscribe);
  begin_subscription();
}

void VerifiedBook::resync(Cause cause) {
  forget_transitions();
  if (state_ != BookState::unsubscribed) transition(BookState::resyncing, cause);
}

void VerifiedBook::give_up() {
  forget_transitions();
  transition(BookState::stale, Cause::gave_up);
}

void VerifiedBook::released() {
  forget_transitions();
  transition(BookState::unsubscribed, Cause::none);
  has_snapshot_ = false;
  last_matched_ = false;
  depth_settled_ = depth_ != 0 && depth_source_ == DepthSource::option;  // the next subscription may have another
}

void VerifiedBook::clear() {
  generation_ = next_generation();
  book_.clear();
  has_snapshot_ = false;
  last_matched_ = false;
}

void VerifiedBook::set_depth(std::uint16_t depth, DepthSource source) {
  if (depth_settled_ && source > depth_source_) return;
  depth_settled_ = true;
  depth_source_ = source;
  if (depth == depth_) return;
  depth_ = depth;
  book_.set_depth(depth);
}

void VerifiedBook::set_scales(Scales scales) noexcept {
  if (options_.scales != scales) difference_said_ = false;
  options_.scales = scales;
}

bool VerifiedBook::waits_for_snapshot() const noexcept {
  return hushed_ || !has_snapshot_ || state_ == BookState::unsubscribed || state_ == BookState::awaiting_snapshot ||
         state_ == BookState::resyncing || (state_ == BookState::stale && is_link(reason_));
}

bool VerifiedBook::raise(Cause cause) {
  forget_transitions();
  return take_cause(cause);
}

bool VerifiedBook::unreadable_update(Cause cause) {
  if (!waits_for_snapshot()) return unreadable(cause);
  forget_transitions();
  ++counters_.parse_errors;
  ++counters_.ignored_deltas;
  return false;
}

bool VerifiedBook::take_cause(Cause cause) {
  using enum BookState;
  if (is_link(cause)) return !(state_ == stale && is_link(reason_)) && transition(stale, cause);
  if (state_ == unsubscribed) return false;
  if (heal_ && !is_lasting(cause)) {
    ++counters_.causes_in_repair;
    return false;
  }
  if (state_ == resyncing || (state_ == stale && is_link(reason_))) {
    ++counters_.causes_in_repair;
    if (is_lasting(cause) && state_ == resyncing) transition(stale, cause);  // of the snapshot that was to mend it
    return false;
  }
  ++counters_.gaps;
  clean_ = false;
  if (state_ == stale) {
    if (is_lasting(cause) && !is_lasting(reason_)) transition(stale, cause);
    return true;
  }
  // A snapshot that cannot be used has to come again, under every policy (U-3); all else leaves the levels as they are (U-5).
  const bool unusable =
      state_ == awaiting_snapshot && (cause == Cause::level_order || cause == Cause::parse || cause == Cause::snapshot_timeout);
  // Only what comes in the wrong order can be put in order: a frame that is known to be lost does not come late.
  const bool late = cause == Cause::checksum || cause == Cause::crossed;
  const bool hopeless = !buffers() || !late;
  const bool changed = cause == Cause::precision_changed && options_.repairable;  // U-4, any policy
  const bool again =
      unusable || changed || options_.policy == GapPolicy::resync || (options_.policy == GapPolicy::buffer && hopeless);  // U-3, U-4
  if (!again && !is_lasting(cause) && options_.policy == GapPolicy::buffer) heal_ = Heal{cause, now_};
  transition(again && !is_lasting(cause) ? resyncing : stale, cause);
  return true;
}

BookOutcome VerifiedBook::refuse(Errc error, Cause cause) {
  BookOutcome outcome;
  outcome.error = error;
  if (take_cause(cause)) outcome.raised = cause;
  return outcome;
}

bool VerifiedBook::choose_scales(const BookEntry& entry, bool removals_count) {
  const auto& known = options_.scales;
  if (known) scales_ = *known;
  Digits price;
  Digits qty;
  bool any = false;
  for (const auto side : {entry.bids, entry.asks})
    for (const auto& level : side) {
      if (level.qty.mantissa == 0 && !removals_count) continue;
      price.add(level.price);
      qty.add(level.qty);
      any = true;
    }
  scales_seen_ = any;
  if (!any) return false;
  scales_ = {price.choose(known ? std::optional{known->price} : std::nullopt),
             qty.choose(known ? std::optional{known->qty} : std::nullopt)};
  return known && scales_ != *known && !std::exchange(difference_said_, true);
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
    const auto error = convert_side(entry.bids, scratch_->bids);
    return error == Errc::ok ? convert_side(entry.asks, scratch_->asks) : error;
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
  outcome.bids = scratch_->bids;
  outcome.asks = scratch_->asks;
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
    // Only a verified snapshot mends a book (C-11); a first one may also have nothing to verify (U-2). Two empty sides are verified
    // if the exchange says 0, the CRC of no text: an empty market must not wait for ever.
    const bool empty = book_.empty() && outcome.sent == std::uint32_t{0};
    const bool proven = outcome.check == Check::match || empty || options_.verify == Verify::off || state_ == BookState::awaiting_snapshot;
    if (snapshot && proven) transition(BookState::live, Cause::none);  // U-2, U-6, U-8; no row leads out of a lasting cause
    return;
  }
  outcome.error = mismatch ? Errc::checksum_mismatch : Errc::book_crossed;
  const auto cause = mismatch ? Cause::checksum : Cause::crossed;
  if (snapshot && state_ == BookState::resyncing && options_.policy == GapPolicy::ignore && transition(BookState::stale, cause)) {
    ++counters_.gaps;  // U-9: kept, nobody here can ask again
    outcome.raised = cause;
  } else if (state_ != BookState::stale || clean_) {
    // A stale book raises again only after a message that was right.
    if (take_cause(cause)) outcome.raised = cause;
  }
  clean_ = false;
}

BookOutcome VerifiedBook::apply_snapshot(Millis now, const BookEntry& entry) {
  forget_transitions();
  BookOutcome outcome;
  if (hushed_) {
    ++counters_.ignored_snapshots;
    outcome.error = Errc::delta_before_snapshot;
    return outcome;
  }
  begin_subscription();  // a snapshot may overtake its ack (C-7)
  const auto scales_before = scales_;
  const bool seen_before = scales_seen_;
  const bool said_before = difference_said_;
  outcome.scale_changed = choose_scales(entry, true);

  auto error = convert_side(entry.bids, scratch_->bids);
  if (error == Errc::ok) error = convert_side(entry.asks, scratch_->asks);
  if (error == Errc::ok) error = book_.check_snapshot(scratch_->bids, scratch_->asks);
  if (error != Errc::ok) {  // it leaves nothing behind, neither scale nor depth
    ++counters_.refused_snapshots;
    scales_ = scales_before;
    scales_seen_ = seen_before;
    difference_said_ = said_before;
    return error == Errc::level_order ? refuse(error, Cause::level_order) : refuse(Errc::number_out_of_range, Cause::number_out_of_range);
  }
  const auto holding = depth_holding(std::max(entry.bids.size(), entry.asks.size()));
  if (!depth_settled_ || (depth_source_ == DepthSource::snapshot && holding > depth_)) set_depth(holding, DepthSource::snapshot);
  error = book_.apply_snapshot(scratch_->bids, scratch_->asks);
  assert(error == Errc::ok);
  has_snapshot_ = true;
  snapshot_time_ = entry.timestamp;
  exchange_time_.reset();
  updates_since_snapshot_ = 0;
  ++counters_.snapshots;
  note_time(now, entry);
  now_ = now;
  heal_.reset();
  compare(now, entry, outcome);
  judge(outcome, true);
  if (options_.policy == GapPolicy::buffer && state_ == BookState::live) {
    if (buffer_ == nullptr) buffer_ = std::make_unique<MessageBuffer>();
    buffer_->begin(book_);
  }
  return outcome;
}

BookOutcome VerifiedBook::apply_update(Millis now, const BookEntry& entry) {
  forget_transitions();
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
  if (!scales_seen_) outcome.scale_changed = choose_scales(entry, false);  // the snapshot was empty
  if (convert(entry, outcome.scale_changed) != Errc::ok) return refuse(Errc::number_out_of_range, Cause::number_out_of_range);
  now_ = now;
  if (buffers()) {
    // What was kept is of the old scale: from here on anew.
    if (outcome.scale_changed && !heal_) buffer_->begin(book_);
    if (outcome.scale_changed && heal_) transition(BookState::resyncing, heal_->cause);
    if (buffers()) return apply_buffered(now, entry, std::move(outcome));
    outcome.error = Errc::delta_before_snapshot;
    return outcome;
  }
  if (entry.timestamp && exchange_time_ && *entry.timestamp < *exchange_time_) ++counters_.reordered_deltas;
  book_.apply_update(scratch_->bids, scratch_->asks);
  ++counters_.updates;
  ++updates_since_snapshot_;
  note_time(now, entry);
  compare(now, entry, outcome);
  judge(outcome, false);
  return outcome;
}

/// Under policy `buffer`, an update of a book that is live, or waits for a late message.
BookOutcome VerifiedBook::apply_buffered(Millis now, const BookEntry& entry, BookOutcome outcome) {
  const bool late = entry.timestamp && exchange_time_ && *entry.timestamp < *exchange_time_;
  buffer_->add(now, entry.timestamp, entry.checksum, scratch_->bids, scratch_->asks);
  ++counters_.updates;
  ++updates_since_snapshot_;
  if (late) ++counters_.reordered_deltas;
  received_at_ = now;
  if (!late && entry.timestamp) exchange_time_ = entry.timestamp;
  auto cause = Cause::checksum;
  if (!late && !heal_) {
    book_.apply_update(scratch_->bids, scratch_->asks);
    compare(now, entry, outcome);
    const bool crossed = book_.crossed() && options_.crossed == CrossedPolicy::gap;
    if (outcome.check != Check::mismatch && !crossed) {
      judge(outcome, false);
      buffer_->trim(now);
      return outcome;
    }
    if (outcome.check != Check::mismatch) cause = Cause::crossed;
  }
  if (heal_) ++heal_->messages;
  put_in_order(now, outcome, cause);
  return outcome;
}

/// Applies what is kept in the exchange's order: either all of it is right, and the book with it, or the book is as it was when it was right.
void VerifiedBook::put_in_order(Millis now, BookOutcome& outcome, Cause cause) {
  const bool right = buffer_->replay(book_, options_.crossed == CrossedPolicy::gap) == buffer_->size();
  last_matched_ = right;
  if (right) {
    scratch_->bids.assign(book_.bids().begin(), book_.bids().end());
    scratch_->asks.assign(book_.asks().begin(), book_.asks().end());
    outcome.bids = scratch_->bids;
    outcome.asks = scratch_->asks;
    outcome.replaced = true;
    outcome.sent = buffer_->last_checksum();
    outcome.computed = book_.checksum();
    outcome.check = outcome.sent ? Check::match : Check::skipped;
    outcome.error = Errc::ok;
    if (outcome.sent) {
      ++counters_.matched;
      verified_at_ = now;
    }
    clean_ = true;
    if (const auto heal = std::exchange(heal_, std::nullopt)) {
      outcome.healed = heal->cause;
      transition(BookState::live, Cause::none);
    }
    buffer_->trim(now);
    return;
  }
  outcome.buffered = true;
  clean_ = false;
  if (!heal_) {
    outcome.error = cause == Cause::crossed ? Errc::book_crossed : Errc::checksum_mismatch;
    if (take_cause(cause)) outcome.raised = cause;
  }
  expire(now);
}

std::optional<Millis> VerifiedBook::heals_by() const noexcept {
  return heal_ ? std::optional{Millis{heal_->since.count + MessageBuffer::kWindow}} : std::nullopt;
}

void VerifiedBook::expire(Millis now) {
  if (!heal_) return;
  const bool full = heal_->messages >= MessageBuffer::kMessages || buffer_->bytes() > MessageBuffer::kBytes;
  if (full || now >= *heals_by()) transition(BookState::resyncing, heal_->cause);
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

std::int64_t VerifiedBook::volume_at(Side side, std::int64_t price, bool require_live) const noexcept {
  return require_live && !is_live() ? 0 : book_.qty_at(side, price);
}

std::vector<Level> VerifiedBook::top(Side side, std::size_t count, bool require_live) const {
  if (require_live && !is_live()) return {};
  const auto& levels = book_.side(side);
  const auto end = levels.begin() + static_cast<std::ptrdiff_t>(std::min(count, levels.size()));
  return {levels.begin(), end};
}

}  // namespace hadal
