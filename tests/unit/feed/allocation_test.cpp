// Guarantee Q-17: after warm-up a book update allocates nothing. Counts operator new of the whole test program.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "hadal/engine.hpp"
#include "support/allocation_count.hpp"
#include "support/frames.hpp"

using namespace hadal;

TEST_CASE("a book update allocates nothing after warm-up") {
  Feed feed{{}};
  const auto round = [&] {
    feed.on_text({0}, 1, test::kSnapshot);
    for (const auto update : test::kUpdates) feed.on_text({1}, 1, update);
  };
  round();
  round();
  const auto before = test::allocation_count();
  for (int i = 0; i < 100; ++i) round();
  CHECK(test::allocation_count() == before);
  CHECK(feed.book("BTC/USD")->counters().matched == 5 * 102);
}

TEST_CASE("nor does it inside an engine") {
  Engine engine{{}};
  Millis now{1000};
  const auto drain = [&] {
    while (!std::holds_alternative<Wait>(engine.poll())) {
    }
  };
  Key key;
  key.symbol = "BTC/USD";
  REQUIRE(engine.subscribe(now, key) == Errc::ok);
  REQUIRE(engine.connect(now) == Errc::ok);
  drain();
  engine.on_open(now, 1);
  drain();
  engine.on_text(now, 1, test::kSnapshot);
  drain();
  engine.on_text(now, 1, R"({"method":"subscribe","req_id":1,"result":{"channel":"book","symbol":"BTC/USD","depth":10},"success":true})");
  drain();
  const auto update = [&] {  // the same again changes nothing, and is verified each time
    engine.on_text(now, 1, test::kUpdates[0]);
    drain();
  };
  update();
  const auto before = test::allocation_count();
  for (int i = 0; i < 100; ++i) update();
  CHECK(test::allocation_count() == before);
  CHECK(engine.book("BTC/USD")->counters().matched == 1 + 101);
}

TEST_CASE("the counter counts") {
  const auto before = test::allocation_count();
  const std::vector<int> some(1000);
  const int* volatile escaped = some.data();  // or the compiler may leave the allocation out
  CHECK(escaped != nullptr);
  CHECK(test::allocation_count() > before);
}
