/// The states of one book and the only ways between them: catalogue table U, as data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hadal {

enum class BookState : std::uint8_t {
  unsubscribed,       ///< nobody asked for it, or the exchange let it go
  awaiting_snapshot,  ///< asked for; deltas are ignored until the snapshot
  live,               ///< every message with a checksum has matched since the snapshot
  resyncing,          ///< a new snapshot is needed; last levels readable, deltas ignored
  stale,              ///< not to be trusted, see the cause
};

/// Why a book is not live, or why its state changed. Numbers are stable: they cross the wasm edge.
enum class Cause : std::uint8_t {
  none = 0,  ///< the ordinary course: subscribed, snapshot verified, released

  // integrity
  checksum = 1,
  crossed = 2,
  level_order = 3,
  parse = 4,
  sequence = 5,
  snapshot_timeout = 6,
  lost_frames = 7,
  precision_changed = 8,
  user = 9,
  number_out_of_range = 10,
  limit = 11,
  gave_up = 12,

  // link
  transport_lost = 13,
  silence = 14,
  pong_timeout = 15,
  server_closed = 16,
  ack_stalled = 17,
  closed = 18,
};
inline constexpr int kCauses = 19;

[[nodiscard]] constexpr bool is_link(Cause cause) noexcept { return cause >= Cause::transport_lost && cause <= Cause::closed; }
/// Causes that no snapshot mends: the book holds, or would have to hold, what it cannot (U-13).
[[nodiscard]] constexpr bool is_lasting(Cause cause) noexcept { return cause == Cause::number_out_of_range || cause == Cause::limit; }

[[nodiscard]] std::string_view name(BookState state) noexcept;
[[nodiscard]] std::string_view name(Cause cause) noexcept;

/// A set of causes or states, one bit each.
using Mask = std::uint32_t;
template <class Enum>
[[nodiscard]] constexpr Mask mask(Enum member) noexcept {
  return Mask{1} << static_cast<unsigned>(member);
}

/// One row of table U. A change is legal if a row has its `from`, its `to`, the cause it happens for, and, where the book was stale,
/// the reason it was stale for.
struct BookTransition {
  std::uint8_t row;  ///< n of U-n
  Mask from;         ///< states
  Mask was;          ///< reasons that a stale book may leave by this row
  BookState to;
  Mask causes;
  std::string_view meaning;
};

[[nodiscard]] std::span<const BookTransition> book_transitions() noexcept;

/// The row of table U that allows the change, or 0. `reason` is why the book is stale now (Cause::none if it is not). O(rows).
[[nodiscard]] int book_transition(BookState from, Cause reason, BookState to, Cause cause) noexcept;

}  // namespace hadal
