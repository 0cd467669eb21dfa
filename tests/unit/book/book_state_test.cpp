#include "hadal/book/book_state.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace hadal;
using enum BookState;

TEST_CASE("table U allows what it says") {
  struct Case {
    BookState from;
    Cause was;
    BookState to;
    Cause cause;
    int row;
  };
  const Case cases[] = {
      {unsubscribed, Cause::none, awaiting_snapshot, Cause::none, 1},
      {awaiting_snapshot, Cause::none, live, Cause::none, 2},
      {awaiting_snapshot, Cause::none, resyncing, Cause::level_order, 3},
      {live, Cause::none, resyncing, Cause::checksum, 4},
      {live, Cause::none, stale, Cause::checksum, 5},
      {awaiting_snapshot, Cause::none, stale, Cause::checksum, 5},
      {stale, Cause::checksum, live, Cause::none, 6},
      {stale, Cause::checksum, resyncing, Cause::user, 7},
      {stale, Cause::gave_up, resyncing, Cause::gave_up, 7},
      {resyncing, Cause::checksum, live, Cause::none, 8},
      {resyncing, Cause::checksum, stale, Cause::gave_up, 9},
      {live, Cause::none, stale, Cause::transport_lost, 10},
      {stale, Cause::transport_lost, awaiting_snapshot, Cause::none, 11},
      {live, Cause::none, unsubscribed, Cause::none, 12},
      {stale, Cause::limit, unsubscribed, Cause::none, 12},
      {live, Cause::none, stale, Cause::number_out_of_range, 13},
      {stale, Cause::number_out_of_range, resyncing, Cause::user, 7},
      {stale, Cause::number_out_of_range, stale, Cause::silence, 10},
  };
  for (const auto& c : cases) {
    INFO("U-" << c.row);
    CHECK(book_transition(c.from, c.was, c.to, c.cause) == c.row);
  }
}

TEST_CASE("table U forbids everything else") {
  struct Case {
    BookState from;
    Cause was;
    BookState to;
    Cause cause;
    const char* why;
  };
  const Case cases[] = {
      {unsubscribed, Cause::none, live, Cause::none, "nobody asked"},
      {stale, Cause::transport_lost, live, Cause::none, "a lost link needs a new subscription first"},
      {stale, Cause::number_out_of_range, live, Cause::none, "no snapshot mends what cannot be held"},
      {stale, Cause::limit, live, Cause::none, "the same for counts"},
      {stale, Cause::checksum, awaiting_snapshot, Cause::none, "only after a lost link"},
      {live, Cause::none, awaiting_snapshot, Cause::none, "a live book does not wait"},
      {resyncing, Cause::checksum, stale, Cause::parse, "causes during a repair are counted"},
      {unsubscribed, Cause::none, stale, Cause::transport_lost, "a book nobody wants has no link"},
      {unsubscribed, Cause::none, unsubscribed, Cause::none, "no change"},
      {live, Cause::none, live, Cause::none, "no change"},
  };
  for (const auto& c : cases) {
    INFO(c.why);
    CHECK(book_transition(c.from, c.was, c.to, c.cause) == 0);
  }
}

TEST_CASE("every row of table U is reachable, numbered once, and explained") {
  int expected = 1;
  for (const auto& row : book_transitions()) {
    CHECK(row.row == expected++);
    CHECK(row.from != 0);
    CHECK(row.causes != 0);
    CHECK_FALSE(row.meaning.empty());
  }
  CHECK(expected == 14);
}

TEST_CASE("names are those of the log") {
  CHECK(name(awaiting_snapshot) == "awaiting_snapshot");
  CHECK(name(Cause::checksum) == "checksum");
  CHECK(name(Cause::closed) == "closed");
  CHECK(name(static_cast<Cause>(kCauses - 1)) == "closed");
}
