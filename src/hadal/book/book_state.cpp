#include "hadal/book/book_state.hpp"

#include <array>

namespace hadal {
namespace {

using enum BookState;

constexpr Mask kAny = ~Mask{0};
constexpr Mask kOrdinary = mask(Cause::none);
constexpr Mask kLink = mask(Cause::transport_lost) | mask(Cause::silence) | mask(Cause::pong_timeout) | mask(Cause::server_closed) |
                       mask(Cause::ack_stalled) | mask(Cause::closed);
constexpr Mask kLasting = mask(Cause::number_out_of_range) | mask(Cause::limit);
/// What a detector of C-9 can raise.
constexpr Mask kIntegrity = mask(Cause::checksum) | mask(Cause::crossed) | mask(Cause::level_order) | mask(Cause::parse) |
                            mask(Cause::sequence) | mask(Cause::lost_frames) | mask(Cause::precision_changed);
constexpr Mask kSubscribed = mask(awaiting_snapshot) | mask(live) | mask(resyncing) | mask(stale);

constexpr std::array kRows{
    BookTransition{1, mask(unsubscribed), kAny, awaiting_snapshot, kOrdinary, "subscribe sent"},
    BookTransition{2, mask(awaiting_snapshot), kAny, live, kOrdinary, "snapshot verified"},
    BookTransition{3, mask(awaiting_snapshot), kAny, resyncing, kIntegrity | mask(Cause::snapshot_timeout), "snapshot cannot be used"},
    BookTransition{4, mask(live), kAny, resyncing, kIntegrity | mask(Cause::user), "integrity cause, policy resync; or asked for"},
    BookTransition{5, mask(live) | mask(awaiting_snapshot), kAny, stale, kIntegrity | mask(Cause::gave_up),
                   "integrity cause, policy ignore or buffer"},
    BookTransition{6, mask(stale), kAny & ~kLink & ~kLasting, live, kOrdinary, "verified snapshot, or healed"},
    BookTransition{7, mask(stale), kAny & ~kLink, resyncing, kIntegrity | mask(Cause::user) | mask(Cause::gave_up),
                   "resync asked for, buffer exhausted, or retry"},
    BookTransition{8, mask(resyncing), kAny, live, kOrdinary, "verified snapshot"},
    BookTransition{9, mask(resyncing), kAny, stale, mask(Cause::gave_up) | mask(Cause::checksum),
                   "attempts used up; policy ignore: snapshot fails only its checksum"},
    BookTransition{10, kSubscribed, kAny, stale, kLink, "session lost its transport or was closed"},
    BookTransition{11, mask(stale), kLink, awaiting_snapshot, kOrdinary, "subscribe sent on the new connection"},
    BookTransition{12, kAny & ~mask(unsubscribed), kAny, unsubscribed, kOrdinary, "released, or rejected by the server"},
    BookTransition{13, kSubscribed, kAny, stale, kLasting, "a number or count beyond what a book can hold"},
};

constexpr std::array<std::string_view, 5> kStates{"unsubscribed", "awaiting_snapshot", "live", "resyncing", "stale"};
constexpr std::array<std::string_view, kCauses> kCauseNames{
    "none",        "checksum",          "crossed",       "level_order",         "parse", "sequence", "snapshot_timeout",
    "lost_frames", "precision_changed", "user",          "number_out_of_range", "limit", "gave_up",  "transport_lost",
    "silence",     "pong_timeout",      "server_closed", "ack_stalled",         "closed"};

}  // namespace

std::string_view name(BookState state) noexcept { return kStates[static_cast<std::size_t>(state)]; }
std::string_view name(Cause cause) noexcept { return kCauseNames[static_cast<std::size_t>(cause)]; }

std::span<const BookTransition> book_transitions() noexcept { return kRows; }

int book_transition(BookState from, Cause reason, BookState to, Cause cause) noexcept {
  for (const auto& row : kRows) {
    if ((row.from & mask(from)) == 0 || row.to != to || (row.causes & mask(cause)) == 0) continue;
    if (from == stale && (row.was & mask(reason)) == 0) continue;
    return row.row;
  }
  return 0;
}

}  // namespace hadal
