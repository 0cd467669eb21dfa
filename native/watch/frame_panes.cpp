// What surrounds the book: header, tabs, notice, footer, help.

#include <algorithm>

#include "watch/panes.hpp"

namespace hadal::watch {
namespace {

struct Glyph {
  std::string_view glyph;
  Style style;
};

Glyph glyph_of(Mark mark) noexcept {
  switch (mark) {
    case Mark::verified: return {"●", Style::good};
    case Mark::unverified: return {"●", Style::warning};
    case Mark::waiting: return {"◐", Style::warning};
    case Mark::stale: return {"○", Style::bad};
    case Mark::refused: return {"×", Style::bad};
  }
  return {"?", Style::normal};
}

/// `1 * BTC/USD `; the keys reach nine.
std::string tab_text(std::size_t number) { return number < 9 ? ' ' + std::to_string(number + 1) + ' ' : "   "; }
int tab_width(const Model& model, std::size_t number) { return columns(model.tabs[number].symbol) + 6; }

}  // namespace

Style style_of(Tone tone) noexcept {
  switch (tone) {
    case Tone::neutral: return Style::normal;
    case Tone::good: return Style::good;
    case Tone::warning: return Style::warning;
    case Tone::bad: return Style::bad;
  }
  return Style::normal;
}

Style badge_of(Tone tone) noexcept {
  switch (tone) {
    case Tone::neutral: return Style::neutral_badge;
    case Tone::good: return Style::good_badge;
    case Tone::warning: return Style::warning_badge;
    case Tone::bad: return Style::bad_badge;
  }
  return Style::neutral_badge;
}

int draw_pieces(Canvas& canvas, Area area, std::initializer_list<Piece> pieces) {
  int x = 0;
  for (const auto& piece : pieces) {
    const int gap = x == 0 ? 0 : 3;
    const int label = piece.label.empty() ? 0 : columns(piece.label) + 1;
    if (x + gap + label + columns(piece.value) > area.width) break;
    x += gap;
    if (label != 0) x += canvas.put(area.from(x), Style::dim, piece.label) + 1;
    x += canvas.put(area.from(x), piece.style, piece.value);
  }
  return x;
}

void draw_rule(Canvas& canvas, Area area, std::string_view title, std::string_view right) {
  canvas.fill(area.line(0), Style::dim, "─");
  canvas.put({area.x + 1, area.y, area.width - 1, 1}, Style::accent, ' ' + std::string{title} + ' ');
  const auto room = area.width - columns(title) - 6;
  if (!right.empty() && columns(right) + 2 <= room)
    canvas.put_right({area.x, area.y, area.width - 1, 1}, Style::dim, ' ' + std::string{right} + ' ');
}

void draw_header(Canvas& canvas, Area area, const Model& model) {
  canvas.fill(area, Style::bar);
  constexpr std::string_view kPaused = " PAUSED ";
  if (model.paused) {
    canvas.put_right(area, Style::warning_badge, kPaused);
    area.width -= columns(kPaused);
  }
  int x = canvas.put(area, Style::bar_title, " hadal ");
  const auto& state = model.connection;
  x += canvas.put(area.from(x), badge_of(state.tone), ' ' + state.word + ' ');
  if (!state.detail.empty()) {
    ++x;
    x += canvas.put(area.from(x), Style::bar, state.detail);
  }
  // At the right, as far as it does not come near: where, and which version.
  int right = area.width;
  const auto before = [&](Style style, const std::string& text) {
    if (text.empty() || right - columns(text) <= x + 1) return;
    right -= columns(text);
    canvas.put(area.from(right), style, text);
  };
  before(Style::bar, ' ' + model.host + ' ');
  if (!model.version.empty()) before(Style::bar_dim, " v" + model.version + ' ');
}

void draw_tabs(Canvas& canvas, Area area, const Model& model) {
  const auto& tabs = model.tabs;
  if (tabs.empty()) return;
  const auto current = std::min(model.current, tabs.size() - 1);
  // The first tab to show, so that the present one is whole; one column each side says that there are more.
  std::size_t first = 0;
  const auto room = area.width - 2;
  const auto width_to = [&](std::size_t last) {
    int sum = 0;
    for (auto i = first; i <= last; ++i) sum += tab_width(model, i);
    return sum;
  };
  while (first < current && width_to(current) > room) ++first;
  if (first > 0) canvas.put(area, Style::dim, "‹");
  int x = 1;
  for (auto i = first; i < tabs.size(); ++i) {
    const auto limit = i + 1 == tabs.size() ? area.width : area.width - 1;
    if (x + tab_width(model, i) > limit && i > first) {
      canvas.put_right(area, Style::dim, "›");
      break;
    }
    const auto [glyph, style] = glyph_of(tabs[i].mark);
    const bool here = i == current;
    x += canvas.put(area.from(x), here ? Style::tab : Style::dim, tab_text(i));
    x += canvas.put(area.from(x), here ? Style::tab : style, glyph);
    x += canvas.put(area.from(x), here ? Style::tab : Style::normal, ' ' + tabs[i].symbol + ' ');
  }
}

void draw_notice(Canvas& canvas, Area area, const Model& model) {
  if (!model.notice) return;
  const auto& notice = *model.notice;
  const auto age = columns(notice.age) + 2;
  const auto style = notice.fresh ? style_of(notice.tone) : Style::dim;
  canvas.put({area.x + 1, area.y, area.width - 2 - age, 1}, style, notice.text);
  canvas.put_right({area.x, area.y, area.width - 1, 1}, Style::dim, notice.age);
}

void draw_footer(Canvas& canvas, Area area, const Model& model) {
  struct Item {
    std::string_view key, what;
  };
  // Short of room, those in the middle go: one has to know how to leave, and where to read the rest.
  constexpr Item kItems[]{{"q", "quit"},  {"?", "help"},   {"Tab", "symbol"}, {"p", "pause"},
                          {"g", "group"}, {"+ -", "rows"}, {"d", "depth"},    {"r", "ask again"}};
  canvas.fill(area, Style::bar);
  int x = 1;
  for (const auto& item : kItems) {
    const auto what = item.key == "p" && model.paused ? std::string_view{"go on"} : item.what;
    const auto width = columns(item.key) + 1 + columns(what);
    if (x + width > area.width - 1) break;
    x += canvas.put(area.from(x), Style::bar_title, item.key) + 1;
    x += canvas.put(area.from(x), Style::bar_dim, what) + 2;
  }
}

void draw_help(Canvas& canvas) {
  struct Item {
    std::string_view key, what;
  };
  constexpr Item kKeys[]{{"Tab ← → 1-9", "symbol"}, {"g  G", "group: coarser, finer"}, {"+ -  ↑ ↓", "rows a side"},
                         {"d", "depth asked for"},  {"p  space", "pause, go on"},      {"r", "ask again; connect now"},
                         {"?  h", "this help"},     {"q Esc Ctrl-C", "quit"}};
  constexpr Mark kMarks[]{Mark::verified, Mark::unverified, Mark::waiting, Mark::stale, Mark::refused};
  constexpr std::string_view kMeanings[]{"live, checksum verified", "live, not verified", "waiting for a snapshot",
                                         "stale: not to be trusted", "refused by the exchange"};
  const auto size = canvas.size();
  const bool legend = size.height >= 20;
  const int width = 40;
  const int height = static_cast<int>(std::size(kKeys)) + 3 + (legend ? static_cast<int>(std::size(kMarks)) + 1 : 0);
  const Area box{(size.width - width) / 2, (size.height - height) / 2, width, height};
  canvas.fill(box, Style::normal);
  const auto edge = [&](int y, std::string_view left, std::string_view right) {
    canvas.fill(box.line(y), Style::accent, "─");
    canvas.put(box.line(y), Style::accent, left);
    canvas.put_right(box.line(y), Style::accent, right);
  };
  for (int y = 1; y + 1 < height; ++y) edge(y, "│", "│"), canvas.fill({box.x + 1, box.y + y, width - 2, 1}, Style::normal);
  edge(0, "┌", "┐");
  edge(height - 1, "└", "┘");
  canvas.put_centred(box.line(0), Style::accent, " KEYS ");
  const auto inside = [&](int y) { return Area{box.x + 2, box.y + y, width - 4, 1}; };
  int y = 1;
  for (const auto& item : kKeys) {
    canvas.put(inside(y), Style::key, item.key);
    canvas.put(inside(y++).from(14), Style::normal, item.what);
  }
  if (legend) {
    ++y;
    for (std::size_t i = 0; i < std::size(kMarks); ++i) {
      const auto [glyph, style] = glyph_of(kMarks[i]);
      canvas.put(inside(y), style, glyph);
      canvas.put(inside(y++).from(3), Style::normal, kMeanings[i]);
    }
  }
  canvas.put_right(inside(y), Style::dim, "any key closes");
}

}  // namespace hadal::watch
