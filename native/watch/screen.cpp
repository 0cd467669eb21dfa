#include "watch/screen.hpp"

#include <algorithm>

#include "watch/panes.hpp"

namespace hadal::watch {
namespace {

constexpr int kTwoColumns = 100;  ///< from this width on the tape stands beside the ladder
constexpr int kFewestRows = 3;

/// Lines that are left, given away one wish after the other.
struct Lines {
  int left;

  /// All or nothing.
  bool take(int lines) {
    if (lines > left) return false;
    left -= lines;
    return true;
  }
};

/// Which parts of the book's column there is room for.
struct Plan {
  int rows = kFewestRows;
  bool heads = false, gauge = false, prices = false, feed = false, gap = false;
  int tape = 0, mids = 0;
};

/// The more important first. A ladder comes before everything but its own headings, and one line each of what it means and how it is.
Plan plan(int height, std::size_t wanted, bool beside) {
  Plan out;
  const auto most = static_cast<int>(std::min<std::size_t>(wanted, 1'000));
  out.rows = std::min(kFewestRows, most);
  Lines lines{height - 1 - (2 * out.rows + 1)};
  out.heads = lines.take(1);
  out.gauge = lines.take(1);
  out.feed = !beside && lines.take(1);
  while (out.rows < most && lines.take(2)) ++out.rows;
  out.prices = lines.take(1);
  out.gap = lines.take(1);
  constexpr int kShortestTape = 4, kMids = 5, kTallestMids = 8;
  if (!beside && lines.left >= kShortestTape) {
    out.tape = lines.left;
  } else if (lines.left >= kMids) {
    out.mids = std::min(lines.left, kTallestMids);
  }
  return out;
}

void draw_book_column(Canvas& canvas, Area area, const Model& model, bool beside) {
  const auto parts = plan(area.height, model.rows, beside);
  int y = 0;
  const auto next = [&](int height) {
    Area out{area.x, area.y + y, area.width, height};
    y += height;
    return out;
  };
  draw_book_title(canvas, next(1), model);
  draw_ladder(canvas, next(2 * parts.rows + 1 + (parts.heads ? 1 : 0)), model, parts.heads);
  if (parts.gap) y += 1;
  if (parts.prices) draw_prices(canvas, next(1), model);
  if (parts.gauge) draw_gauge(canvas, next(1), model);
  if (parts.feed) draw_feed_line(canvas, next(1), model);
  if (parts.tape != 0) draw_tape(canvas, next(parts.tape), model);
  if (parts.mids != 0) draw_mids(canvas, {area.x, area.y + area.height - parts.mids, area.width, parts.mids}, model);
}

void draw_side_column(Canvas& canvas, Area area, const Model& model) {
  constexpr int kFeed = 9;
  const auto feed = std::min(kFeed, area.height / 2);
  draw_tape(canvas, {area.x, area.y, area.width, area.height - feed}, model);
  draw_feed(canvas, {area.x, area.y + area.height - feed, area.width, feed}, model);
}

void draw_body(Canvas& canvas, Area area, const Model& model) {
  if (area.width < kTwoColumns) return draw_book_column(canvas, area, model, false);
  const auto side = std::clamp(area.width * 36 / 100, 38, 54);
  const auto left = area.width - side - 1;
  draw_book_column(canvas, {area.x, area.y, left, area.height}, model, true);
  draw_side_column(canvas, {area.x + left + 1, area.y, side, area.height}, model);
  canvas.upright({area.x + left, area.y, 1, area.height}, Style::dim);
}

Screen too_small(Size size, bool ascii) {
  Canvas canvas{size, ascii};
  int y = 0;
  for (const auto& line : wrap("make the window larger (at least 40x12)", size.width))
    canvas.put({0, y++, size.width, 1}, Style::warning, line);
  return canvas.screen();
}

}  // namespace

Screen compose(const Model& model, Size size) {
  size = {std::clamp(size.width, 0, 1'000), std::clamp(size.height, 0, 1'000)};
  if (size.width < kSmallest.width || size.height < kSmallest.height) return too_small(size, model.ascii);
  Canvas canvas{size, model.ascii};
  const Area all{0, 0, size.width, size.height};
  // A rule under the tabs where it costs no row of the ladder.
  const bool airy = size.height >= 28;
  const int top = airy ? 3 : 2;
  draw_header(canvas, all.line(0), model);
  draw_tabs(canvas, all.line(1), model);
  if (airy) canvas.fill(all.line(2), Style::dim, "─");
  draw_body(canvas, {0, top, size.width, size.height - top - 2}, model);
  draw_notice(canvas, all.line(size.height - 2), model);
  draw_footer(canvas, all.line(size.height - 1), model);
  if (model.help) draw_help(canvas);
  return canvas.screen();
}

}  // namespace hadal::watch
