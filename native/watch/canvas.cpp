#include "watch/canvas.hpp"

#include <algorithm>
#include <utility>

namespace hadal::watch {
namespace {

/// The next code point of well-formed UTF-8; a byte that is none stands for itself.
char32_t take(std::string_view& text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  const std::size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 1 || text.size() < length) {
    text.remove_prefix(1);
    return first;
  }
  auto point = static_cast<char32_t>(first & (0xFFu >> (length + 1)));
  for (std::size_t i = 1; i < length; ++i) point = point << 6 | (byte(i) & 0x3Fu);
  text.remove_prefix(length);
  return point;
}

void append(std::string& out, char32_t point) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    tail(0);
  } else {
    out += static_cast<char>(0xE0 | point >> 12);
    tail(6);
    tail(0);
  }
}

/// The nearest ASCII has.
char32_t likeness(char32_t point) noexcept {
  if (point < 0x80) return point;
  if (point >= 0x2588 && point <= 0x258C) return U'#';  // bars, from half a cell on
  if (point > 0x258C && point <= 0x258F) return U' ';
  if (point >= 0x2581 && point <= 0x2587) return U".:-=+*#"[point - 0x2581];  // heights
  constexpr std::pair<char32_t, char32_t> kLike[]{
      {U'\u2500', U'-'}, {U'\u2501', U'='}, {U'\u2502', U'|'}, {U'\u253F', U'|'}, {U'\u00B7', U'-'}, {U'\u2026', U'.'},
      {U'\u25CF', U'*'}, {U'\u25D0', U'~'}, {U'\u25CB', U'o'}, {U'\u00D7', U'x'}, {U'\u25B2', U'^'}, {U'\u25BC', U'v'},
      {U'\u00B5', U'u'}, {U'\u2013', U'-'}, {U'\u2212', U'-'}, {U'\u2190', U'<'}, {U'\u2192', U'>'}, {U'\u2191', U'^'},
      {U'\u2193', U'v'}, {U'\u2039', U'<'}, {U'\u203A', U'>'}, {U'\u2551', U'"'}};
  for (const auto& [from, to] : kLike)
    if (from == point) return to;
  return point >= 0x2500 && point <= 0x257F ? U'+' : U'?';  // corners of boxes
}

}  // namespace

int columns(std::string_view text) noexcept {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string plain(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c < ' ' || c > '~') c = '?';
  return out;
}

std::string fit(std::string_view text, int most) {
  if (columns(text) <= most) return std::string{text};
  std::string out;
  for (int i = 0; i + 1 < most; ++i) append(out, take(text));
  if (most > 0) out += "…";
  return out;
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!lines.empty() && columns(lines.back()) + 1 + columns(word) <= width) {
      lines.back() += ' ';
      lines.back() += word;
    } else {
      lines.push_back(fit(word, width));
    }
  }
  return lines;
}

std::string text_of(const Screen& screen) {
  std::string out;
  for (const auto& line : screen.lines) {
    for (const auto& span : line) out += span.text;
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

Canvas::Canvas(Size size, bool ascii)
    : size_{size}, ascii_{ascii}, cells_(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height)) {}

void Canvas::set(int x, int y, Style style, char32_t glyph) {
  if (x < 0 || y < 0 || x >= size_.width || y >= size_.height) return;
  cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) + static_cast<std::size_t>(x)] = {
      ascii_ ? likeness(glyph) : glyph, style};
}

int Canvas::put(Area area, Style style, std::string_view text) {
  const auto fitting = fit(text, std::max(area.width, 0));
  int x = 0;
  for (std::string_view rest = fitting; !rest.empty(); ++x) set(area.x + x, area.y, style, take(rest));
  return x;
}

int Canvas::put_right(Area area, Style style, std::string_view text) {
  return put(area.from(std::max(0, area.width - columns(text))), style, text);
}

int Canvas::put_centred(Area area, Style style, std::string_view text) {
  return put(area.from(std::max(0, (area.width - columns(text)) / 2)), style, text);
}

void Canvas::fill(Area area, Style style, std::string_view glyph) {
  const auto point = take(glyph);
  for (int y = 0; y < area.height; ++y)
    for (int x = 0; x < area.width; ++x) set(area.x + x, area.y + y, style, point);
}

bool Canvas::is_rule(int x, int y) const {
  if (x < 0 || y < 0 || x >= size_.width || y >= size_.height) return false;
  const auto& cell = cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) + static_cast<std::size_t>(x)];
  return cell.glyph == (ascii_ ? U'-' : U'\u2500');
}

void Canvas::upright(Area area, Style style) {
  for (int y = area.y; y < area.y + area.height; ++y) {
    const bool left = is_rule(area.x - 1, y), right = is_rule(area.x + 1, y);
    set(area.x, y, style, left && right ? U'\u253C' : left ? U'\u2524' : right ? U'\u251C' : U'\u2502');
  }
  if (is_rule(area.x, area.y - 1)) set(area.x, area.y - 1, style, U'\u252C');
}

Screen Canvas::screen() const {
  Screen out;
  out.lines.resize(static_cast<std::size_t>(size_.height));
  auto cell = cells_.begin();
  for (auto& line : out.lines) {
    for (int x = 0; x < size_.width; ++x, ++cell) {
      // Blanks have no colour of their own unless they have a background.
      const bool blank = cell->glyph == U' ' && cell->style < Style::neutral_badge;
      const auto style = blank ? Style::normal : cell->style;
      if (line.empty() || line.back().style != style) line.push_back({style, {}});
      append(line.back().text, cell->glyph);
    }
    if (!line.empty() && line.back().style == Style::normal) {
      auto& text = line.back().text;
      text.erase(text.find_last_not_of(' ') + 1);
      if (text.empty()) line.pop_back();
    }
  }
  return out;
}

}  // namespace hadal::watch
