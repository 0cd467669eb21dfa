/// One symbol's book with its scales, its proof and its state: snapshots and updates in, a verdict out (catalogue area C).
///
/// Guarantees: a message is applied whole or not at all; a book whose last compared checksum differs is never `live`; state changes
/// only by table U. Trap: without anyone to ask for a new snapshot (gap policy `ignore`) deltas go on being applied to a stale book,
/// so levels move while the state says stale.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/base/errc.hpp"
#include "hadal/base/time.hpp"
#include "hadal/book/book_state.hpp"
#include "hadal/book/message_buffer.hpp"
#include "hadal/book/order_book.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

enum class Verify : std::uint8_t {
  every,  ///< compare after the snapshot and every update
  off,    ///< never compare; the book can be live, not verified
};

/// What a crossed book after a whole message means.
enum class CrossedPolicy : std::uint8_t { gap, warn };

/// What an integrity cause does to a book (C-10, C-11).
enum class GapPolicy : std::uint8_t {
  ignore,  ///< deltas go on being applied, the state says stale
  resync,  ///< deltas are ignored until a new snapshot, which somebody asks for
  buffer,  ///< late messages are put in order for a moment; if that does not help, as resync (C-14)
};
[[nodiscard]] std::string_view name(GapPolicy policy) noexcept;

/// Where a book's depth came from; later members yield to earlier ones.
enum class DepthSource : std::uint8_t { option, ack, subscribe, header, snapshot };
[[nodiscard]] std::string_view name(DepthSource source) noexcept;

/// The outcome of comparing one message's checksum.
enum class Check : std::uint8_t {
  match,
  mismatch,
  skipped,      ///< no checksum sent, both sides empty, or verification off
  not_applied,  ///< the message was ignored or refused
};
[[nodiscard]] std::string_view name(Check check) noexcept;

struct BookCounters {
  std::uint64_t snapshots = 0;  ///< applied
  std::uint64_t updates = 0;    ///< applied
  std::uint64_t matched = 0;
  std::uint64_t mismatched = 0;
  std::uint64_t skipped = 0;            ///< applied but not compared
  std::uint64_t empty_unverified = 0;   ///< of those: because both sides were empty
  std::uint64_t gaps = 0;               ///< integrity causes raised
  std::uint64_t causes_in_repair = 0;   ///< causes counted, not raised, because the book was already under repair
  std::uint64_t parse_errors = 0;       ///< frames for this book that could not be decoded
  std::uint64_t ignored_deltas = 0;     ///< before the snapshot, or while none is held
  std::uint64_t late_deltas = 0;        ///< older than the snapshot: discarded
  std::uint64_t reordered_deltas = 0;   ///< older than the delta before: applied
  std::uint64_t padded_numbers = 0;     ///< fewer digits than the scale
  std::uint64_t refused_snapshots = 0;  ///< not sorted, or beyond what a book can hold
  std::uint64_t ignored_snapshots = 0;  ///< of a subscription that had been ended
};

/// A state change, as it happened.
struct BookTransitionRecord {
  std::uint8_t row = 0;  ///< n of U-n
  BookState from = BookState::unsubscribed;
  BookState to = BookState::unsubscribed;
  Cause cause = Cause::none;
};

/// Room for one message at a book's scale. Books that are never used at once can share it.
struct BookScratch {
  std::vector<Level> bids;
  std::vector<Level> asks;
};

/// Everything one message did. Views live in the scratch, until its next use.
struct BookOutcome {
  Errc error = Errc::ok;  ///< why the message was not applied, or the detector that raised `raised`
  Check check = Check::not_applied;
  std::optional<std::uint32_t> sent;
  std::optional<std::uint32_t> computed;
  Cause raised = Cause::none;     ///< an integrity cause, raised by this message
  bool buffered = false;          ///< kept until it can be put in order; the book is as it was when it was last right
  bool replaced = false;          ///< messages were put in order: `bids` and `asks` are the whole book
  std::optional<Cause> healed{};  ///< by that, from this cause
  bool scale_changed = false;     ///< digits on the wire differ from what was known; see scales()
  std::span<const Level> bids;    ///< as applied, at the book's scale, in the message's order
  std::span<const Level> asks;

  [[nodiscard]] bool applied() const noexcept { return check != Check::not_applied && !buffered; }
};

/// Single owner, not thread-safe. No allocation after warm-up on updates of usual size, but under policy `buffer`,
/// which keeps copies.
class VerifiedBook {
 public:
  struct Options {
    Verify verify = Verify::every;
    CrossedPolicy crossed = CrossedPolicy::gap;
    std::optional<Scales> scales;  ///< as the instrument states them
    GapPolicy policy = GapPolicy::ignore;
    bool repairable = false;  ///< somebody can ask for a new snapshot, whatever the policy
  };

  /// `scratch` must outlive the book.
  VerifiedBook(std::string symbol, Options options, BookScratch& scratch);

  // --- inputs; each begins with empty transitions() ---

  /// A subscribe was sent or acknowledged (U-1, U-11). Deltas are ignored until the snapshot.
  void subscribed();
  /// A session sent a subscribe: as subscribed(), and what a former subscription brought counts no more. A book under repair stays so.
  void subscribe_sent(std::uint16_t depth);
  /// A session sent an unsubscribe: frames that are still on their way are ignored until the next subscribe_sent().
  void unsubscribe_sent() noexcept { hushed_ = true; }
  /// A new snapshot is wanted although nothing is known to be wrong (U-4, U-7). `cause` is user, precision_changed or gave_up.
  void resync(Cause cause);
  /// Repairs were in vain (U-9): deltas are applied again to the last snapshot of this subscription, unverified.
  void give_up();
  /// Released, unsubscribed or rejected (U-12). Levels stay readable until clear().
  void released();
  BookOutcome apply_snapshot(Millis now, const BookEntry& entry);
  BookOutcome apply_update(Millis now, const BookEntry& entry);
  /// An integrity or link cause from outside: undecodable frame, lost frames, changed precision, lost transport. Returns whether it
  /// was raised, not merely counted.
  bool raise(Cause cause);
  /// A frame for this book could not be decoded: counts it, then raise().
  bool unreadable(Cause cause) {
    ++counters_.parse_errors;
    return raise(cause);
  }
  /// An update that could not be decoded. Where updates are ignored (C-7) it is counted, and loses nothing.
  bool unreadable_update(Cause cause);
  /// Under policy `buffer`: when the book stops waiting for a late message; none if it does not wait.
  [[nodiscard]] std::optional<Millis> heals_by() const noexcept;
  /// Stops waiting if it is time (U-7).
  void expire(Millis now);
  /// Takes effect unless a better source has spoken for the present subscription; a smaller depth cuts with the next message.
  void set_depth(std::uint16_t depth, DepthSource source);
  /// The instrument's scales, for the next snapshot.
  void set_scales(Scales scales) noexcept;
  void clear();

  /// State changes of the last input, oldest first.
  [[nodiscard]] std::span<const BookTransitionRecord> transitions() const noexcept { return {transitions_.data(), transition_count_}; }
  void forget_transitions() noexcept { transition_count_ = 0; }

  // --- queries; a stale book answers too ---

  [[nodiscard]] const std::string& symbol() const noexcept { return symbol_; }
  [[nodiscard]] const OrderBook& levels() const noexcept { return book_; }
  [[nodiscard]] Scales scales() const noexcept { return scales_; }
  [[nodiscard]] BookState state() const noexcept { return state_; }
  /// Why the book is not live; Cause::none if it is, or if it only waits.
  [[nodiscard]] Cause reason() const noexcept { return reason_; }
  [[nodiscard]] bool is_live() const noexcept { return state_ == BookState::live; }
  /// Live, and the last compared checksum matched.
  [[nodiscard]] bool verified() const noexcept { return is_live() && last_matched_; }
  /// The ten best levels matched at the last comparison, whatever the state.
  [[nodiscard]] bool top_verified() const noexcept { return last_matched_; }
  /// Driver time of the last match; none if there was none.
  [[nodiscard]] std::optional<Millis> verified_at() const noexcept { return verified_at_; }
  [[nodiscard]] std::optional<Millis> received_at() const noexcept { return received_at_; }
  /// Exchange time of the present snapshot; none if it had none.
  [[nodiscard]] std::optional<UnixNanos> snapshot_time() const noexcept { return snapshot_time_; }
  /// Exchange time of the last applied message of this snapshot that carried one.
  [[nodiscard]] std::optional<UnixNanos> exchange_time() const noexcept { return exchange_time_; }
  /// Age of the book and of its proof (formula F-58), in ms, never negative.
  [[nodiscard]] std::optional<std::int64_t> age(Millis now) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> verified_age(Millis now) const noexcept;
  /// Messages applied over the life of the book.
  [[nodiscard]] std::uint64_t revision() const noexcept { return counters_.snapshots + counters_.updates; }
  /// A number that no other book has, and that changes when levels go without a message: equal generations and revisions are equal books.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  [[nodiscard]] std::uint64_t updates_since_snapshot() const noexcept { return updates_since_snapshot_; }
  [[nodiscard]] const BookCounters& counters() const noexcept { return counters_; }
  /// Bytes held, scratch apart.
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return sizeof *this + symbol_.capacity() + book_.memory_bytes() - sizeof book_;
  }
  /// 0 until known.
  [[nodiscard]] std::uint16_t depth() const noexcept { return depth_; }
  [[nodiscard]] DepthSource depth_source() const noexcept { return depth_source_; }

  // With `require_live` these answer as for an empty book unless the book is live (C-18).

  /// Best level; none if the side is empty.
  [[nodiscard]] std::optional<Level> best(Side side, bool require_live = false) const noexcept;
  /// Quantity resting at a price, in units; 0 if there is no such level. O(log n).
  [[nodiscard]] std::int64_t volume_at(Side side, std::int64_t price, bool require_live = false) const noexcept;
  /// The `count` best levels, best first; fewer if the side holds fewer. Allocates.
  [[nodiscard]] std::vector<Level> top(Side side, std::size_t count, bool require_live = false) const;

 private:
  bool transition(BookState to, Cause cause);
  void begin_subscription();
  bool take_cause(Cause cause);
  void note_time(Millis now, const BookEntry& entry);
  [[nodiscard]] bool waits_for_snapshot() const noexcept;
  [[nodiscard]] bool buffers() const noexcept { return buffer_ != nullptr && (state_ == BookState::live || heal_); }
  BookOutcome apply_buffered(Millis now, const BookEntry& entry, BookOutcome outcome);
  void put_in_order(Millis now, BookOutcome& outcome, Cause cause);
  /// B-2; true if the wire differs from the instrument for the first time.
  bool choose_scales(const BookEntry& entry, bool removals_count);
  /// All levels at the book's scale; widens it where a token needs more digits (B-3).
  [[nodiscard]] Errc convert(const BookEntry& entry, bool& widened);
  [[nodiscard]] Errc convert_side(std::span<const WireLevel> levels, std::vector<Level>& out);
  [[nodiscard]] bool widen_for(const BookEntry& entry, bool& widened);
  BookOutcome refuse(Errc error, Cause cause);
  void compare(Millis now, const BookEntry& entry, BookOutcome& outcome);
  void judge(BookOutcome& outcome, bool snapshot);

  std::string symbol_;
  std::uint64_t generation_;
  Options options_;
  OrderBook book_;
  BookScratch* scratch_;
  Scales scales_{};
  bool scales_seen_ = false;      ///< digits on the wire have had their say since the snapshot
  bool difference_said_ = false;  ///< that they differ from the instrument's
  bool has_snapshot_ = false;
  bool hushed_ = false;  ///< between an unsubscribe and the next subscribe
  std::uint16_t depth_ = 0;
  bool depth_settled_ = false;  ///< depth_ is of the present subscription
  DepthSource depth_source_ = DepthSource::snapshot;
  BookState state_ = BookState::unsubscribed;
  Cause reason_ = Cause::none;
  bool last_matched_ = false;
  bool clean_ = false;                     ///< the last judged message was right, and nothing was raised since
  std::unique_ptr<MessageBuffer> buffer_;  ///< policy `buffer`, since the last verified snapshot
  struct Heal {
    Cause cause;
    Millis since;
    std::size_t messages = 0;  ///< since then
  };
  std::optional<Heal> heal_;  ///< waiting for a late message
  Millis now_{};              ///< of the last message
  std::optional<Millis> verified_at_;
  std::optional<Millis> received_at_;
  std::optional<UnixNanos> exchange_time_;
  std::optional<UnixNanos> snapshot_time_;
  std::uint64_t updates_since_snapshot_ = 0;
  BookCounters counters_;
  std::array<BookTransitionRecord, 4> transitions_{};
  std::size_t transition_count_ = 0;
};

}  // namespace hadal
