#include "hadal/ladder_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "hadal/book_text.hpp"
#include "hadal/detail/words.hpp"

namespace hadal {
namespace {

using detail::decimal;

using Row = std::array<std::string, 3>;  ///< price, quantity, total

std::vector<Row> rows_of(const VerifiedBook& book, Side side, std::size_t levels) {
  std::vector<Row> rows;
  Int128 total = 0;
  const auto scales = book.scales();
  for (const auto& level : book.levels().side(side)) {
    if (levels != 0 && rows.size() == levels) break;
    total += level.qty;
    rows.push_back({decimal(level.price, scales.price), decimal(level.qty, scales.qty), decimal(total, scales.qty)});
  }
  return rows;
}

}  // namespace

std::string ladder_text(const VerifiedBook& book, std::size_t levels) {
  auto asks = rows_of(book, Side::ask, levels);
  const auto bids = rows_of(book, Side::bid, levels);
  std::reverse(asks.begin(), asks.end());

  const Row head{"price", "qty", "total"};
  std::array<std::size_t, 3> widths{};
  for (std::size_t column = 0; column < widths.size(); ++column) {
    widths[column] = head[column].size();
    for (const auto* rows : {static_cast<const std::vector<Row>*>(&asks), &bids})
      for (const auto& row : *rows) widths[column] = std::max(widths[column], row[column].size());
  }

  std::string out;
  const auto line = [&](std::string_view side, const Row& row) {
    out += side;
    for (std::size_t column = 0; column < row.size(); ++column) {
      out.append(2 + widths[column] - row[column].size(), ' ');
      out += row[column];
    }
    out += '\n';
  };

  out += book_headline(book);
  line("   ", head);
  if (asks.empty()) out += "     no asks\n";
  for (const auto& row : asks) line("ask", row);
  const auto spread = book.levels().spread();
  const auto mid2 = book.levels().mid2();
  if (spread && mid2) {
    const auto scale = book.scales().price;
    out += "     spread " + decimal(*spread, scale) + "  mid " + decimal(*mid2 * 5, scale + 1) + '\n';
  } else {
    out += "     no spread: a side is empty\n";
  }
  for (const auto& row : bids) line("bid", row);
  if (bids.empty()) out += "     no bids\n";
  return out;
}

}  // namespace hadal
