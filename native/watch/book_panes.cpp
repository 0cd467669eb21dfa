// The book: its state, its ladder, and what follows from it. What is not live is drawn without colour, and says what it is.

#include <algorithm>
#include <cmath>

#include "hadal/book_text.hpp"
#include "watch/panes.hpp"

namespace hadal::watch {
namespace {

/// A bar from the left, in eighths of a column.
std::string bar_text(double part, int width) {
  const auto eighths = std::clamp(static_cast<int>(part * width * 8 + 0.5), part > 0 ? 1 : 0, width * 8);
  std::string text;
  for (int i = 0; i < eighths / 8; ++i) text += "█";
  constexpr std::string_view kPart[]{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  text += kPart[eighths % 8];
  return text;
}

/// Columns of the ladder, right edges at fixed places while digits stay as they are.
struct Columns {
  int price = 5, size = 4, total = 5, distance = 3, levels = 0, bar = 0;

  Columns(const Picture& picture, int width) {
    for (const auto* side : {&picture.asks, &picture.bids})
      for (const auto& line : *side) {
        price = std::max(price, columns(line.price));
        size = std::max(size, columns(line.size));
        total = std::max(total, columns(line.total));
        distance = std::max(distance, columns(line.distance));
        if (!line.levels.empty()) levels = std::max({levels, 6, columns(line.levels)});
      }
    constexpr int kGap = 2, kMargins = 2;
    constexpr int kWorthwhile = 6, kRoomy = 14;
    auto left = width - kMargins - price - kGap - size;
    const auto keep = [&](int& column, int bar_after) {
      if (column != 0 && left - kGap - column - kGap >= bar_after) {
        left -= kGap + column;
      } else {
        column = 0;
      }
    };
    keep(total, kWorthwhile);
    keep(distance, kRoomy);
    keep(levels, kRoomy);
    bar = left - kGap >= 3 ? left - kGap : 0;
  }
};

struct SideStyles {
  Style price, price_changed, bar;
};

void draw_line(Canvas& canvas, Area area, const LadderLine& line, const Columns& widths, bool live, SideStyles styles, double scale) {
  int x = 1;
  const auto cell = [&](int width, Style style, const std::string& text) {
    if (width == 0) return;
    canvas.put_right({area.x + x, area.y, width, 1}, live ? style : Style::dim, text);
    x += width + 2;
  };
  cell(widths.price, line.changed ? styles.price_changed : styles.price, line.price);
  cell(widths.size, line.changed ? Style::strong : Style::normal, line.size);
  cell(widths.total, Style::dim, line.total);
  cell(widths.distance, Style::dim, line.distance);
  cell(widths.levels, Style::dim, line.levels);
  if (widths.bar != 0)
    canvas.put({area.x + x, area.y, widths.bar, 1}, live ? styles.bar : Style::dim, bar_text(line.bar * scale, widths.bar));
}

void draw_heads(Canvas& canvas, Area area, const Columns& widths) {
  int x = 1;
  const auto head = [&](int width, std::string_view text) {
    if (width == 0) return;
    canvas.put_right({area.x + x, area.y, width, 1}, Style::dim, text);
    x += width + 2;
  };
  head(widths.price, "PRICE");
  head(widths.size, "SIZE");
  head(widths.total, "TOTAL");
  head(widths.distance, "BPS");
  head(widths.levels, "LEVELS");
  if (widths.bar >= 5) canvas.put({area.x + x, area.y, widths.bar, 1}, Style::dim, "DEPTH");
}

/// Between asks and bids: the spread, or what the levels around it are.
void draw_middle(Canvas& canvas, Area area, const Model& model) {
  canvas.fill(area, Style::dim, "─");
  const auto& picture = model.picture;
  const Area inside{area.x + 2, area.y, area.width - 3, 1};
  if (!picture.live) {
    auto text = ' ' + model.book.word;
    if (!model.book.detail.empty()) text += ' ' + model.book.detail;
    canvas.put(inside, Style::warning, text + ": old levels ");
    return;
  }
  if (picture.spread.empty()) {
    canvas.put(inside, Style::dim, " no spread: a side is empty ");
    return;
  }
  int x = canvas.put(inside, Style::normal, " spread ");
  x += canvas.put(inside.from(x), Style::strong, picture.spread);
  x += canvas.put(inside.from(x), Style::dim, "  " + picture.spread_bps + " bps ");
  const auto mid = "  mid " + picture.mid + ' ';
  if (x + columns(mid) > inside.width) return;
  x += canvas.put(inside.from(x), Style::normal, "  mid ");
  canvas.put(inside.from(x), Style::accent, picture.mid + ' ');
}

void draw_instead(Canvas& canvas, Area area, const Model& model) {
  const auto lines = wrap(model.instead, area.width - 4);
  auto y = std::max(0, (area.height - static_cast<int>(lines.size())) / 2);
  for (const auto& line : lines) canvas.put_centred(area.line(y++), model.refused ? Style::bad : Style::dim, line);
}

std::string signed_number(double value) {
  const auto hundredths = static_cast<int>(std::lround(std::abs(value) * 100));
  const auto digits = std::to_string(100 + hundredths % 100).substr(1);
  return (hundredths == 0 ? ' ' : value < 0 ? '-' : '+') + std::to_string(hundredths / 100) + '.' + digits;
}

}  // namespace

void draw_book_title(Canvas& canvas, Area area, const Model& model) {
  if (model.tabs.empty()) return;
  const auto& symbol = model.tabs[std::min(model.current, model.tabs.size() - 1)].symbol;
  int x = 1;
  x += canvas.put(area.from(x), Style::strong, symbol) + 1;
  x += canvas.put(area.from(x), badge_of(model.book.tone), ' ' + model.book.word + ' ') + 1;
  // Short of room, the age alone.
  const auto& detail = model.book.detail;
  const bool whole = columns(detail) <= area.width - x - 1;
  x += canvas.put(area.from(x), style_of(model.book.tone), whole ? detail : detail.substr(0, detail.find(" ·"))) + 1;
  const auto depth = model.depth.empty() ? std::string{} : "depth " + model.depth;
  const auto group = model.picture.group.empty() ? std::string{} : "group " + model.picture.group;
  const auto both = depth.empty() || group.empty() ? depth + group : depth + "  " + group;
  const auto paused = model.paused ? "picture of " + *model.paused + " ago  " : std::string{};
  // Short of room, what was chosen stays longest.
  for (const auto& right : {paused + both, paused + group, group}) {
    if (columns(right) + 1 > area.width - x) continue;
    canvas.put_right({area.x, area.y, area.width - 1, 1}, model.paused ? Style::warning : Style::dim, right);
    return;
  }
}

void draw_ladder(Canvas& canvas, Area area, const Model& model, bool heads) {
  const auto& picture = model.picture;
  if (picture.empty()) return draw_instead(canvas, area, model);
  const Columns widths{picture, area.width};
  if (heads) {
    draw_heads(canvas, area.line(0), widths);
    ++area.y;
    --area.height;
  }
  const auto rows = (area.height - 1) / 2;
  // Bars are scaled to what is shown of what was asked for.
  double largest = 0;
  for (const auto* side : {&picture.asks, &picture.bids})
    for (std::size_t i = 0; i < std::min(side->size(), static_cast<std::size_t>(rows)); ++i) largest = std::max(largest, (*side)[i].bar);
  const auto scale = largest > 0 ? 1 / largest : 0;
  const auto draw_side = [&](const std::vector<LadderLine>& side, SideStyles styles, auto line_of) {
    for (int i = 0; i < rows && static_cast<std::size_t>(i) < side.size(); ++i)
      draw_line(canvas, area.line(line_of(i)), side[static_cast<std::size_t>(i)], widths, picture.live, styles, scale);
  };
  draw_side(picture.asks, {Style::ask, Style::ask_strong, Style::ask_bar}, [&](int i) { return rows - 1 - i; });
  draw_middle(canvas, area.line(rows), model);
  draw_side(picture.bids, {Style::bid, Style::bid_strong, Style::bid_bar}, [&](int i) { return rows + 1 + i; });
}

void draw_prices(Canvas& canvas, Area area, const Model& model) {
  const auto& picture = model.picture;
  const auto or_dash = [&](const std::string& text) { return picture.live && !text.empty() ? std::string_view{text} : "–"; };
  draw_pieces(canvas, {area.x + 1, area.y, area.width - 2, 1},
              {{"bid", or_dash(picture.best_bid), picture.live ? Style::bid : Style::dim},
               {"ask", or_dash(picture.best_ask), picture.live ? Style::ask : Style::dim},
               {"mid", or_dash(picture.mid), picture.live ? Style::accent : Style::dim},
               {"microprice", or_dash(picture.microprice), picture.live ? Style::normal : Style::dim}});
}

void draw_gauge(Canvas& canvas, Area area, const Model& model) {
  const auto& picture = model.picture;
  const bool known = picture.live && picture.imbalance.has_value();
  const auto value = known ? picture.imbalance.value_or(0) : 0;
  const auto colour = !known ? Style::dim : value < 0 ? Style::ask : Style::bid;
  int x = 1;
  x += canvas.put(area.from(x), Style::dim, "asks ");
  auto right = " bids " + (known ? signed_number(value) : std::string{"    –"});
  const auto over = " over " + std::to_string(picture.imbalance_levels) + " levels";
  constexpr int kShortest = 11, kLongest = 61;
  if (known && area.width - x - columns(right) - columns(over) - 1 >= kShortest + 10) right += over;
  auto width = std::min(area.width - x - columns(right) - 1, kLongest);
  width -= 1 - width % 2;  // one in the middle
  const int half = width / 2;
  canvas.fill({area.x + x, area.y, width, 1}, Style::dim, "─");
  const auto length = static_cast<int>(std::lround(std::abs(value) * half));
  canvas.fill({area.x + x + (value < 0 ? half - length : half + 1), area.y, length, 1}, colour, "━");
  canvas.put({area.x + x + half, area.y, 1, 1}, Style::normal, "┿");
  canvas.put(area.from(x + width), colour, right);
}

void draw_mids(Canvas& canvas, Area area, const Model& model) {
  const auto width = static_cast<std::size_t>(std::max(area.width - 2, 0));
  const auto count = std::min(width, model.mids.size());
  if (count < 2) return draw_rule(canvas, area.line(0), "MID");
  const auto begin = model.mids.end() - static_cast<std::ptrdiff_t>(count);
  const auto [low, high] = std::minmax_element(begin, model.mids.end());
  draw_rule(canvas, area.line(0), "MID",
            fixed(*low, model.mid_decimals) + " … " + fixed(*high, model.mid_decimals) + " in " + std::to_string(count) + " s");
  const auto lines = area.height - 1;
  const auto steps = lines * 8;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = *(begin + static_cast<std::ptrdiff_t>(i));
    const auto part = *high > *low ? (value - *low) / (*high - *low) : 0.5;
    const auto eighths = 1 + static_cast<int>(part * (steps - 1) + 0.5);
    constexpr std::string_view kHeight[]{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const auto x = area.x + 1 + static_cast<int>(width - count + i);
    for (int line = 0; line < lines; ++line)
      canvas.put({x, area.y + area.height - 1 - line, 1, 1}, Style::chart,
                 kHeight[static_cast<std::size_t>(std::clamp(eighths - line * 8, 0, 8))]);
  }
}

}  // namespace hadal::watch
