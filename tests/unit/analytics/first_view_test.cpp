#include "hadal/analytics/first_view.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace hadal;
using Levels = std::vector<Level>;

namespace {

std::optional<std::int64_t> half_width(const Levels& bids, const Levels& asks) {
  OrderBook book{1000};
  REQUIRE(book.apply_snapshot(bids, asks) == Errc::ok);
  return first_view_half_width(book);
}

}  // namespace

TEST_CASE("the first view of book E is the smallest one, ten ticks") {
  CHECK(half_width({{1000, 2}, {999, 3}, {995, 5}}, {{1001, 1}, {1003, 4}, {1010, 6}}) == 10);
}

TEST_CASE("the first view of book S leaves the outermost level of each side outside") {
  const Levels bids{{600000, 1}, {599999, 1}, {599990, 1}, {599985, 1}, {599973, 1},
                    {599960, 1}, {599955, 1}, {599942, 1}, {599930, 1}, {599900, 1}};
  const Levels asks{{600001, 1}, {600004, 1}, {600010, 1}, {600022, 1}, {600030, 1},
                    {600047, 1}, {600050, 1}, {600066, 1}, {600080, 1}, {600100, 1}};
  CHECK(half_width(bids, asks) == 80);
}

TEST_CASE("with one side empty the other decides; with both there is no view") {
  CHECK(half_width({{1000, 1}, {900, 1}}, {}) == 100);
  CHECK_FALSE(half_width({}, {}));
}
