#include "server/board.hpp"

#include <catch2/catch.hpp>

#include "support/example_books.hpp"

namespace hadal::server {
namespace {

StreamTextPtr event(const std::string& text) { return std::make_shared<const StreamText>(StreamText{text, false, 0}); }

}  // namespace

TEST_CASE("a mailbox that is full starts again with the newest, and counts what is gone", "[server]") {
  Mailbox mailbox;
  for (std::size_t i = 0; i < Mailbox::kMost; ++i) mailbox.put(event(std::to_string(i)));
  CHECK(mailbox.take_missed() == 0);
  mailbox.put(event("newest"));
  CHECK(mailbox.take_missed() == Mailbox::kMost);
  CHECK(mailbox.take_missed() == 0);
  const auto events = mailbox.take();
  REQUIRE(events.size() == 1);
  CHECK(events.front()->text == "newest");
  CHECK(mailbox.empty());
}

TEST_CASE("what nobody can have any more is counted on its way through", "[server]") {
  Mailbox mailbox;
  mailbox.miss(7);
  CHECK(mailbox.take_missed() == 7);
}

}  // namespace hadal::server
