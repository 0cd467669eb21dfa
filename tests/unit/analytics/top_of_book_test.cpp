#include "hadal/analytics/top_of_book.hpp"

#include "support/example_books.hpp"

using namespace hadal;
using namespace hadal::test;

TEST_CASE("top of book: book E") {
  const auto book = book_e();
  CHECK(book.spread() == Int128{1});
  CHECK(book.mid2() == Int128{2001});
  CHECK(spread_bps(book) == digits(9.995002499));
  CHECK(spread_percent_of_ask(book) == digits(0.099900100));
  CHECK(*microprice(book) / 10 == digits(100.066666667));
  CHECK(microprice(book) == 3002.0 / 3.0);
}

TEST_CASE("top of book: without one side there is nothing to compare") {
  for (const auto& book : {book_e_bids(), book_e_asks(), OrderBook{10}}) {
    CHECK_FALSE(spread_bps(book));
    CHECK_FALSE(spread_percent_of_ask(book));
    CHECK_FALSE(microprice(book));
  }
}

TEST_CASE("top of book: locked is 0, crossed is negative") {
  const auto locked = book_of({{1000, 1}}, {{1000, 3}});
  CHECK(spread_bps(locked) == 0.0);
  CHECK(spread_percent_of_ask(locked) == 0.0);
  CHECK(microprice(locked) == 1000.0);
  const auto crossed = book_of({{1020, 1}}, {{1000, 3}});
  CHECK(spread_bps(crossed) == 20'000.0 * -20 / 2020);
  CHECK(spread_percent_of_ask(crossed) == -2.0);
  CHECK(microprice(crossed) == 1015.0);  // (1020 x 3 + 1000 x 1) / 4
}

TEST_CASE("top of book: the largest and the smallest numbers") {
  const auto huge = book_of({{kHuge - 1, kHuge}}, {{kHuge, kHuge}});
  CHECK(spread_bps(huge) == 20'000.0 / 18'446'744'073'709'551'613.0);
  CHECK(spread_percent_of_ask(huge) == 100.0 / 9'223'372'036'854'775'807.0);
  CHECK(microprice(huge) == 9'223'372'036'854'775'808.0);  // 2^63: nothing nearer fits a double
  const auto wide = book_of({{1, 1}}, {{kHuge, kHuge}});
  CHECK(spread_bps(wide) == 20'000.0 * 9'223'372'036'854'775'806.0 / 9'223'372'036'854'775'808.0);
  CHECK(microprice(wide) == 2.0);  // (1 x kHuge + kHuge x 1) / 2^63
  const auto tiny = book_of({{1, 1}}, {{2, 1}});
  CHECK(spread_bps(tiny) == 20'000.0 / 3);
  CHECK(spread_percent_of_ask(tiny) == 50.0);
  CHECK(microprice(tiny) == 1.5);
}
