#include "hadal/ladder_text.hpp"

#include <catch2/catch.hpp>

#include "hadal/feed.hpp"
#include "support/frames.hpp"

using namespace hadal;

TEST_CASE("a ladder shows asks above, bids below, exact digits and running totals") {
  Feed feed{{}};
  feed.on_text({0}, 1, test::kSnapshot);
  CHECK(ladder_text(*feed.book("BTC/USD"), 2) ==
        "BTC/USD  live, verified  (depth 10, revision 1, checksums 1 matched, 0 mismatched)\n"
        "       price         qty       total\n"
        "ask  60000.4  0.00700000  0.25700000\n"
        "ask  60000.1  0.25000000  0.25000000\n"
        "     spread 0.1  mid 60000.05\n"
        "bid  60000.0  0.50000000  0.50000000\n"
        "bid  59999.9  0.12500010  0.62500010\n");
}

TEST_CASE("a ladder says in words that a side is empty, and why a book is stale") {
  Feed feed{{}};
  feed.on_text({0}, 1, test::book_frame("snapshot", "A/B", {{"1.5", "2"}}, {}, "1"));
  CHECK(ladder_text(*feed.book("A/B"), 0) ==
        "A/B  stale: checksum  (depth 10, revision 1, checksums 0 matched, 1 mismatched)\n"
        "     price  qty  total\n"
        "     no asks\n"
        "     no spread: a side is empty\n"
        "bid    1.5    2      2\n");
}
