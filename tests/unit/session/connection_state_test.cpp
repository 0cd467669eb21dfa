#include "hadal/session/connection_state.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace hadal;
using enum ConnectionState;
using C = ConnectionCause;

TEST_CASE("table T has its 22 rows, and each event at most one of them", "[session]") {
  std::set<int> rows;
  for (const auto& row : connection_transitions()) rows.insert(row.row);
  CHECK(rows.size() == 22);
  CHECK(*rows.rbegin() == 22);
  for (int from = 0; from < kConnectionStates; ++from)
    for (int to = 0; to < kConnectionStates; ++to)
      for (int cause = 0; cause < kConnectionCauses; ++cause) {
        int matches = 0;
        for (const auto& row : connection_transitions())
          matches += (row.from >> from & 1) != 0 && row.to == ConnectionState(to) && (row.causes >> cause & 1) != 0 ? 1 : 0;
        CHECK(matches <= 1);
      }
}

TEST_CASE("what table T does not name is impossible", "[session]") {
  CHECK(connection_transition(disconnected, connecting, C::user_connect) == 1);
  CHECK(connection_transition(closed, connecting, C::user_connect) == 2);
  CHECK(connection_transition(connecting, closed, C::connect_failed) == 22);
  CHECK(connection_transition(resyncing, degraded, C::silence) == 17);
  CHECK(connection_transition(degraded, closed, C::user_close) == 21);
  CHECK(connection_transition(disconnected, connecting, C::retry_timer) == 0);
  CHECK(connection_transition(closed, closed, C::user_close) == 0);
  CHECK(connection_transition(subscribed, subscribing, C::transport_opened) == 0);
  CHECK(connection_transition(degraded, subscribed, C::all_settled) == 0);
}

TEST_CASE("every state can be reached and every state but closed can be closed by the user", "[session]") {
  std::set<ConnectionState> reached{disconnected};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& row : connection_transitions())
      for (const auto from : std::set<ConnectionState>{reached})
        if ((row.from >> static_cast<unsigned>(from) & 1) != 0) reached.insert(row.to);
  }
  CHECK(reached.size() == kConnectionStates);
  for (int from = 0; from < kConnectionStates; ++from)
    CHECK((connection_transition(ConnectionState(from), closed, C::user_close) != 0) == (ConnectionState(from) != closed));
}
