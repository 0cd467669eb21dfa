#include "simulation/observer.hpp"

#include <algorithm>

namespace hadal::test {
namespace {

constexpr std::int64_t kCarefulFloor = 5'000;  // D-10

/// strictly sorted, no zero, not beyond the depth.
template <class Side>
bool is_sound(const Side& side, std::uint16_t depth, bool bids) {
  if (side.size() > depth) return false;
  const Level* before = nullptr;
  for (const auto& level : side) {
    if (level.qty <= 0) return false;
    if (before != nullptr && (bids ? level.price >= before->price : level.price <= before->price)) return false;
    before = &level;
  }
  return true;
}

}  // namespace

void Observer::fail(std::string what) {
  if (failure_.empty()) failure_ = std::move(what);
}

void Observer::on_event(const Event& event) {
  if (event.number != last_number_ + 1) fail("event numbers have a gap (Q-1)");
  last_number_ = event.number;
  if (const auto* book = std::get_if<BookEvent>(&event.body)) take(event.symbol, *book);
  if (const auto* change = std::get_if<BookStateEvent>(&event.body)) take(event.symbol, *change);
  if (const auto* change = std::get_if<SessionEvent>(&event.body)) take(event.at, *change);
  if (const auto* status = std::get_if<StatusEvent>(&event.body); status != nullptr && status->status->system)
    careful_ = *status->status->system != SystemStatus::online;
  if (std::holds_alternative<GapEvent>(event.body)) books_[std::string{event.symbol}].gap = true;
  next_.on_event(event);
}

void Observer::take(std::string_view symbol, const BookEvent& event) {
  auto& known = books_[std::string{symbol}];
  const auto& book = *event.book;
  const std::string name{symbol};
  if (!is_sound(book.levels().bids(), book.depth(), true) || !is_sound(book.levels().asks(), book.depth(), false))
    fail(name + ": a side is not sorted, too long, or has a zero (Q-5)");
  if (event.kind == FrameKind::snapshot) {
    known.link = false;
    if (event.outcome->check == Check::match) known.gap = false;
  } else if (known.state == BookState::resyncing || known.state == BookState::awaiting_snapshot) {
    fail(name + ": an update was applied while the book waited for a snapshot (C-7, C-10)");
  } else if (known.link) {
    fail(name + ": an update reached the book after its connection was lost (Q-11)");
  }
  if (!book.is_live()) return;
  if (event.outcome->check != Check::match && event.outcome->sent) fail(name + ": live without a matching checksum (Q-4)");
  if (known.gap) fail(name + ": live between a gap and the next verified snapshot (Q-9)");
}

void Observer::take(std::string_view symbol, const BookStateEvent& event) {
  auto& known = books_[std::string{symbol}];
  const auto& change = event.change;
  std::string name{symbol};
  if (change.from != known.state) fail(name + ": a change of state does not begin where the last one ended (Q-13)");
  if (book_transition(change.from, known.reason, change.to, change.cause) == 0)
    fail(name + ": a change of state that table U has not (Q-13)");
  if (change.to == BookState::stale && is_link(change.cause)) known.link = true;
  if (change.to == BookState::live && known.link) fail(name + ": live after a lost connection without a new snapshot (Q-9)");
  if (change.to == BookState::unsubscribed) known.gap = known.link = false;
  known.state = change.to;
  known.reason = change.to == BookState::stale ? change.cause : Cause::none;
}

void Observer::take(Millis at, const SessionEvent& event) {
  if (event.from != state_) fail("a change of connection state does not begin where the last one ended (Q-13)");
  if (connection_transition(event.from, event.to, event.cause) == 0) fail("a change of connection state that table T has not (Q-13)");
  state_ = event.to;
  if (is_connected(event.to) && !is_connected(event.from)) connected_at_ = at;
  if (is_connected(event.from) && !is_connected(event.to)) stable_ = at.count - connected_at_.count >= reconnect_.stable;
  if (event.cause == ConnectionCause::user_connect) next_attempt_ = 0;
  if (event.to == ConnectionState::degraded) {
    // F-22: attempts count from 0 again only after a connection that was stable.
    if (event.attempt != (std::exchange(stable_, false) ? 0 : next_attempt_)) fail("attempts to connect are not counted on (F-22)");
    next_attempt_ = event.attempt + 1;
    if (event.cause == ConnectionCause::upgrade_busy) careful_ = true;  // this exchange answers 429 or 503
    // F-22, written down once more: the windows double up to the cap.
    auto window = reconnect_.base;
    for (std::uint32_t k = 0; k < event.attempt; ++k) window = std::min(reconnect_.cap, window * 2);
    const auto jitter = static_cast<std::int64_t>(random_.uniform(static_cast<std::uint64_t>(window)));
    retry_at_ = Millis{at.count + (careful_ ? kCarefulFloor : 0) + jitter};
  }
  if (event.cause == ConnectionCause::retry_timer && at != retry_at_) fail("a reconnection not when F-22 says (Q-14)");
}

}  // namespace hadal::test
