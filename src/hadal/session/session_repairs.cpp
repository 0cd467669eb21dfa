// Books that have to come again: what the feed says of them, and what follows (catalogue C-13, C-15, C-19; formula F-61).

#include <utility>

#include "hadal/session/session.hpp"
#include "hadal/session/session_parts.hpp"

namespace hadal {

void Session::Listener::on_event(const Event& event) {
  using enum Note::What;
  if (const auto* state = std::get_if<BookStateEvent>(&event.body)) {
    const auto& change = state->change;
    changed = true;
    if (change.to == BookState::live) notes.push_back({live, std::string{event.symbol}, Cause::none});
    if (change.to == BookState::resyncing) notes.push_back({resyncing, std::string{event.symbol}, change.cause});
    const bool late = change.cause == Cause::checksum || change.cause == Cause::crossed;
    if (change.to == BookState::stale && late) notes.push_back({healing, std::string{event.symbol}, change.cause});
    if (change.to == BookState::stale && is_lasting(change.cause)) notes.push_back({lasting, std::string{event.symbol}, change.cause});
  } else if (const auto* message = std::get_if<BookEvent>(&event.body); message != nullptr && message->kind == FrameKind::snapshot) {
    notes.push_back({arrived, std::string{event.symbol}, Cause::none});
    // The snapshot that was to mend a book does not.
    if (message->book->state() == BookState::resyncing) notes.push_back({failed, std::string{event.symbol}, Cause::checksum});
  }
  if (sink != nullptr) sink->on_event(event);
}

void Session::take_notes() {
  using What = Listener::Note::What;
  const auto notes = std::exchange(listener_->notes, {});
  if (std::exchange(listener_->changed, false)) dirty_ = true;
  for (const auto& note : notes) {
    dirty_ = true;
    auto* s = find_book(note.symbol);
    if (s == nullptr) continue;
    s->heals = note.what == What::healing && config_.policy == GapPolicy::buffer;
    if (!s->is_wanted()) continue;
    switch (note.what) {
      case What::arrived:  // the exchange has the subscription, even if its ack never comes
        s->on_wire = true;
        s->first_round = false;
        break;
      case What::live:
      case What::lasting:
        s->repair.reset();
        s->snapshot_by.reset();
        s->try_again.reset();
        s->last_chance = false;
        s->live_since = note.what == What::live ? std::optional{now_} : std::nullopt;
        break;
      case What::resyncing:
        if (note.cause == Cause::user) {
          ask_again(*s);
        } else {
          repair(*s, note.cause);
        }
        break;
      case What::healing: break;
      case What::failed:
        if (s->repair && !s->repair->must_leave) repair(*s, note.cause);
        break;
    }
  }
}

/// A repair that the user asked for: none of the five of an episode, but one more if they are used up.
void Session::ask_again(Subscription& s) {
  s.snapshot_by.reset();
  s.try_again.reset();
  s.last_chance = s.repairs >= kRepairAttempts;
  s.repair = Subscription::Repair{Cause::user, now_, true};
  ++counters_.repairs;
}

void Session::repair(Subscription& s, Cause cause) {
  // An episode ends after a minute without a cause, that is, of a live book: while it is stale the cause lasts (F-61, Q-15).
  const auto since = std::exchange(s.live_since, std::nullopt);
  if (since && now_.count - since->count >= config_.times.episode) {
    s.repairs = 0;
    s.gave_up = false;
  }
  attempt_repair(s, cause);
}

void Session::attempt_repair(Subscription& s, Cause cause) {
  s.snapshot_by.reset();
  if (std::exchange(s.last_chance, false) || s.repairs >= kRepairAttempts) return give_up(s);
  s.repair = Subscription::Repair{cause, Millis{now_.count + repair_delay(s.repairs++)}, true};
  ++counters_.repairs;
}

void Session::give_up(Subscription& s) {
  s.repair.reset();
  feed_.give_up(s.key.symbol);
  if (!std::exchange(s.gave_up, true))
    feed_.publish(s.key.symbol, ErrorEvent{Errc::gave_up, "repairs were in vain; the book is not verified", "book", {}, {}, {}, {}});
  if (config_.times.retry_after_give_up != 0) s.try_again = Millis{now_.count + config_.times.retry_after_give_up};
}

void Session::watch_books() {
  if (!is_open(state_)) return;
  for (auto& subscription : subscriptions_) {
    auto& s = *subscription;
    if (s.heals) feed_.expire(s.key.symbol);
    if (s.snapshot_by && now_ >= *s.snapshot_by) {
      s.snapshot_by.reset();
      const auto* book = feed_.book(s.key.symbol);
      if (book != nullptr && book->state() == BookState::awaiting_snapshot) {
        feed_.raise(s.key.symbol, Cause::snapshot_timeout);
      } else {
        repair(s, Cause::snapshot_timeout);
      }
    }
    if (s.try_again && now_ >= *s.try_again) {
      s.try_again.reset();
      // One attempt outside the count; it fails by the ways of any other.
      s.repair = Subscription::Repair{Cause::gave_up, now_, true};
      s.last_chance = true;
      ++counters_.repairs;
      feed_.resync(s.key.symbol, Cause::gave_up, kRepairAttempts);
      std::erase_if(listener_->notes, [&s](const auto& note) { return note.symbol == s.key.symbol; });
    }
  }
}

/// C-19: a book that is wanted deeper than it is on the wire leaves it once, to come back deeper.
void Session::deepen() {
  if (!is_open(state_)) return;
  for (const auto& s : subscriptions_) {
    if (!s->is_book() || !s->is_wanted() || !s->on_wire || s->request != 0 || s->wanted().depth <= s->wire.depth) continue;
    if (s->repair && s->repair->must_leave) continue;
    feed_.resync(s->key.symbol, Cause::user, 0);
    s->repair = Subscription::Repair{Cause::user, now_, true};
    s->snapshot_by.reset();
  }
}

}  // namespace hadal
