#include "hadal/book_text.hpp"
#include "hadal/detail/words.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace hadal {
namespace {

using detail::decimal;
using detail::plural;

std::string decimal_or_none(const std::optional<Int128>& mantissa, int scale) { return mantissa ? decimal(*mantissa, scale) : "none"; }

/// A price in ticks that may lie between them.
std::string price(std::optional<double> ticks, Scales scales) {
  if (!ticks) return "none";
  double unit = 1;
  for (int i = 0; i < scales.price; ++i) unit *= 10;
  return fixed(*ticks / unit, std::min(scales.price + 2, 12));
}

std::string signed_fixed(std::optional<double> value, int decimals) {
  auto text = fixed(value, decimals);
  if (value && *value > 0) text.insert(text.begin(), '+');
  return text;
}

/// A bar of up to kBar characters, in eighths of one.
std::string bar(double part) {
  constexpr int kBar = 20;
  const auto eighths = std::max(1, static_cast<int>(part * kBar * 8 + 0.5));
  std::string text;
  for (int i = 0; i < eighths / 8; ++i) text += "\xE2\x96\x88";
  if (const auto rest = eighths % 8; rest != 0) (text += "\xE2\x96") += static_cast<char>('\x90' - rest);
  return text;
}

using Row = std::vector<std::string>;

/// Columns aligned to the right, two spaces between them; the last one to the left.
void append_rows(std::string& out, const std::vector<std::size_t>& widths, const Row& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool last = i + 1 == row.size();
    if (i > 0) out += "  ";
    if (!last && widths[i] > row[i].size()) out.append(widths[i] - row[i].size(), ' ');
    out += row[i];
  }
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

void append_label(std::string& out, std::string_view label) {
  constexpr std::size_t kLabel = 14;
  out += label;
  out.append(kLabel > label.size() ? kLabel - label.size() : 1, ' ');
}

}  // namespace

std::string fixed(std::optional<double> value, int decimals) {
  if (!value || *value != *value) return "none";
  double factor = 1;
  for (int i = 0; i < decimals; ++i) factor *= 10;
  const auto scaled = *value * factor;
  constexpr double kMost = 1e37;
  if (scaled > kMost || scaled < -kMost) return "too large";
  return decimal(static_cast<Int128>(scaled < 0 ? scaled - 0.5 : scaled + 0.5), decimals);
}

std::string book_headline(const VerifiedBook& book) {
  const auto& counters = book.counters();
  auto out = book.symbol() + "  ";
  out += book.verified() ? "live, verified" : std::string{name(book.state())};
  if (book.reason() != Cause::none) (out += ": ") += name(book.reason());
  out += "  (depth " + std::to_string(book.depth()) + ", revision " + std::to_string(book.revision()) + ", checksums " +
         std::to_string(counters.matched) + " matched, " + std::to_string(counters.mismatched) + " mismatched)\n";
  return out;
}

std::string ladder_table(const Views& views) {
  const bool grouped = views.group > 1;
  const auto cells = [&](std::string_view side, const LadderRow& row) {
    Row out{std::string{side},
            decimal(row.bucket.price, views.scales.price),
            decimal(row.bucket.qty, views.scales.qty),
            decimal(row.cumulative, views.scales.qty),
            fixed(row.share, 1) + " %",
            signed_fixed(row.distance_bps, 2)};
    if (grouped) out.push_back(std::to_string(row.bucket.levels) + (row.bucket.partial ? "+" : ""));
    out.push_back(bar(row.cum_vs_max));
    return out;
  };
  std::vector<Row> rows;
  Row head{"", "price", "size", "total", "share", "bps"};
  if (grouped) head.push_back("levels");
  head.push_back("");
  rows.push_back(head);
  for (auto row = views.ladder.asks.rbegin(); row != views.ladder.asks.rend(); ++row) rows.push_back(cells("ask", *row));
  const auto middle = rows.size();
  for (const auto& row : views.ladder.bids) rows.push_back(cells("bid", row));

  std::vector<std::size_t> widths(head.size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == middle) {
      if (views.ladder.asks.empty()) out += "     no asks\n";
      if (views.spread) {
        out += "     spread " + decimal(*views.spread, views.scales.price) + " (" + fixed(views.spread_bps, 2) + " bps)  mid " +
               decimal(*views.mid2 * 5, views.scales.price + 1) + "  microprice " + price(views.microprice, views.scales) + '\n';
      } else {
        out += "     no spread: a side is empty\n";
      }
    }
    append_rows(out, widths, rows[i]);
  }
  if (middle == rows.size()) out += "     no spread: a side is empty\n";
  if (views.ladder.bids.empty()) out += "     no bids\n";
  const auto any_partial = [](const std::vector<LadderRow>& side) {
    return std::any_of(side.begin(), side.end(), [](const LadderRow& row) { return row.bucket.partial; });
  };
  if (grouped && (any_partial(views.ladder.bids) || any_partial(views.ladder.asks)))
    out += "     +: levels beyond depth " + std::to_string(views.depth) + " may belong to it\n";
  return out;
}

std::string liquidity_text(const ViewRequest& request, const Views& views) {
  std::string out;
  const auto& scales = views.scales;
  if (request.imbalance) {
    const auto& i = views.imbalance;
    append_label(out, "imbalance");
    out += signed_fixed(i.imbalance, 3) + " over " + plural(std::max(i.bid_levels, i.ask_levels), "level") + ": bids " +
           decimal(i.bid_qty, scales.qty) + " (" + fixed(i.bid_share * 100, 1) + " %), asks " + decimal(i.ask_qty, scales.qty) + '\n';
    append_label(out, "average price");
    out += "bids " + price(i.bid_vwap, scales) + ", asks " + price(i.ask_vwap, scales) + '\n';
  }
  if (request.pressure) {
    append_label(out, "pressure");
    out += std::string{name(views.pressure.signal)} + ' ' + signed_fixed(views.pressure.score, 3) + ", confidence " +
           fixed(views.pressure.confidence, 3) + '\n';
  }
  if (!request.bands) return out;
  for (const auto& band : views.bands) {
    if (!band) continue;
    append_label(out, "within " + fixed(static_cast<double>(band->ppm) / 10'000, 1) + " %");
    out += "bids " + decimal(band->bid_qty, scales.qty) + ", asks " + decimal(band->ask_qty, scales.qty) + ", imbalance " +
           signed_fixed(band->imbalance, 3);
    if (band->truncated_bid || band->truncated_ask) {
      out += "  (at least: ";
      out += band->truncated_bid && band->truncated_ask ? "both sides" : band->truncated_bid ? "bids" : "asks";
      out += " go on beyond depth " + std::to_string(views.depth) + ')';
    }
    out += '\n';
  }
  return out;
}

std::string fill_text(const ViewRequest::Order& order, const Views& views) {
  std::string out;
  const auto& fill = views.fill;
  const auto& scales = views.scales;
  append_label(out, name(order.taker));
  if (order.notional) out += "for ";
  out += to_string(order.amount) + (order.notional ? " quote: " : ": ");
  if (views.fill_error != Errc::ok) return out + "the amount is finer than what this market trades in, or too large\n";
  if (fill.levels == 0) return out + "nothing to be had: the side is empty\n";
  out += "average " + price(fill.vwap, scales) + ", worst " + decimal(*fill.worst, scales.price) + ", " + plural(fill.levels, "level") +
         ", slippage " + fixed(fill.slippage_bps, 2) + " bps\n";
  append_label(out, "");
  out += "filled " + decimal(fill.filled, scales.qty) + ", cost " + decimal_or_none(fill.cost, scales.price + scales.qty);
  if (fill.unspent && *fill.unspent != 0) out += ", " + decimal(*fill.unspent, scales.price + scales.qty) + " left over";
  out += '\n';
  if (!fill.complete) {
    append_label(out, "");
    out += "not complete: the book holds no more";
    if (fill.cut) out += " down to depth " + std::to_string(views.depth) + "; more may rest beyond it";
    out += '\n';
  }
  return out;
}

}  // namespace hadal
