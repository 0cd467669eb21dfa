/// Private: the parts of the screen, each into the area it is given.
#pragma once

#include <initializer_list>
#include <string_view>

#include "watch/screen.hpp"

namespace hadal::watch {

[[nodiscard]] Style style_of(Tone tone) noexcept;
[[nodiscard]] Style badge_of(Tone tone) noexcept;

/// A label with its value; those that do not fit are left out, from the last on.
struct Piece {
  std::string_view label;
  std::string_view value;
  Style style = Style::normal;
};
int draw_pieces(Canvas& canvas, Area area, std::initializer_list<Piece> pieces);

void draw_header(Canvas& canvas, Area area, const Model& model);
void draw_tabs(Canvas& canvas, Area area, const Model& model);
void draw_footer(Canvas& canvas, Area area, const Model& model);
void draw_notice(Canvas& canvas, Area area, const Model& model);
void draw_help(Canvas& canvas);

/// Symbol, state of its book, depth and group.
void draw_book_title(Canvas& canvas, Area area, const Model& model);
/// Asks above, the spread, bids below: (height - 1) / 2 rows a side, less one line for `heads`.
void draw_ladder(Canvas& canvas, Area area, const Model& model, bool heads);
void draw_prices(Canvas& canvas, Area area, const Model& model);
void draw_gauge(Canvas& canvas, Area area, const Model& model);
/// The way of mid, one column a sample.
void draw_mids(Canvas& canvas, Area area, const Model& model);

void draw_tape(Canvas& canvas, Area area, const Model& model);
void draw_feed(Canvas& canvas, Area area, const Model& model);
/// The same in one line.
void draw_feed_line(Canvas& canvas, Area area, const Model& model);

/// A title in a rule across the area.
void draw_rule(Canvas& canvas, Area area, std::string_view title, std::string_view right = {});

}  // namespace hadal::watch
