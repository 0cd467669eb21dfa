// Property tests with rapidcheck, which shrinks a failure to its smallest form: the book against a plain map (guarantees ).

#include <rapidcheck.h>

#include <cstdlib>

#include "hadal/book/order_book.hpp"
#include "support/model_book.hpp"

int decimal_properties();
int view_properties();

namespace {

using namespace hadal;
using Levels = std::vector<Level>;

struct Update {
  Levels bids;
  Levels asks;
};

rc::Gen<Levels> levels_around(std::int64_t first, std::int64_t last) {
  return rc::gen::container<Levels>(rc::gen::construct<Level>(
      rc::gen::inRange(first, last), rc::gen::weightedOneOf<std::int64_t>({{1, rc::gen::just<std::int64_t>(0)},
                                                                           {3, rc::gen::inRange<std::int64_t>(1, 1'000'000'000'000)}})));
}

}  // namespace

namespace rc {
template <>
struct Arbitrary<Update> {
  static Gen<Update> arbitrary() { return gen::construct<Update>(levels_around(1, 60), levels_around(40, 100)); }
};
}  // namespace rc

int main() {
  bool passed = true;
  passed &= rc::check("the book equals a map cut to depth, sorted, without zeros, and its checksum is the map's", [] {
    const auto depth = *rc::gen::element<std::size_t>(1, 10, 25);
    OrderBook book{depth};
    test::ModelBook model{depth};
    for (const auto& update : *rc::gen::arbitrary<std::vector<Update>>()) {
      book.apply_update(update.bids, update.asks);
      model.update(update.bids, update.asks);
      RC_ASSERT(test::levels_of(book.bids()) == model.bids());
      RC_ASSERT(test::levels_of(book.asks()) == model.asks());
      RC_ASSERT(book.checksum() == model.checksum());
      RC_ASSERT(book.bids().size() <= depth && book.asks().size() <= depth);
    }
  });
  passed &= rc::check("find() answers where a price stands in any side", [] {
    auto prices = *rc::gen::unique<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, 500));
    std::sort(prices.begin(), prices.end());
    LadderSide side{Side::ask, 1000};
    Levels levels;
    for (const auto price : prices) levels.push_back({price, 1});
    side.assign(levels);
    const auto wanted = *rc::gen::inRange<std::int64_t>(0, 502);
    const auto place = side.find(wanted);
    const auto at = std::lower_bound(prices.begin(), prices.end(), wanted);
    RC_ASSERT(place.rank == static_cast<std::size_t>(at - prices.begin()));
    RC_ASSERT(place.exists == (at != prices.end() && *at == wanted));
  });
  passed &= decimal_properties() == EXIT_SUCCESS;
  passed &= view_properties() == EXIT_SUCCESS;
  return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
