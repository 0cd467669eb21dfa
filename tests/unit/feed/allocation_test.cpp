// Guarantee Q-17: after warm-up a book update allocates nothing. Counts operator new of the whole test program.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "hadal/feed.hpp"
#include "support/frames.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace hadal;

TEST_CASE("a book update allocates nothing after warm-up") {
  Feed feed{{}};
  const auto round = [&] {
    feed.on_text({0}, 1, test::kSnapshot);
    for (const auto update : test::kUpdates) feed.on_text({1}, 1, update);
  };
  round();
  round();
  const auto before = allocations;
  for (int i = 0; i < 100; ++i) round();
  CHECK(allocations == before);
  CHECK(feed.book("BTC/USD")->counters().matched == 5 * 102);
}

TEST_CASE("the counter counts") {
  const auto before = allocations;
  const std::vector<int> some(1000);
  CHECK(allocations > before);
}
