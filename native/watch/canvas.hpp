/// A grid of characters with styles, and the lines it becomes. Knows no terminal.
///
/// Every character drawn takes one column: nothing else is ever put here, since words of others come in by plain().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hadal::watch {

/// What a piece of text means; what that looks like is the terminal's to say.
enum class Style : std::uint8_t {
  normal,
  dim,
  strong,
  accent,
  chart,
  key,
  bid,
  bid_strong,
  bid_bar,
  ask,
  ask_strong,
  ask_bar,
  good,
  warning,
  bad,
  neutral_badge,
  good_badge,
  warning_badge,
  bad_badge,
  bar,
  bar_title,
  bar_dim,
  tab,
};
inline constexpr int kStyles = 23;

struct Size {
  int width = 0;   ///< columns
  int height = 0;  ///< lines
  friend bool operator==(const Size&, const Size&) = default;
};

struct Area {
  int x = 0, y = 0, width = 0, height = 0;

  /// One line of it.
  [[nodiscard]] Area line(int number) const noexcept { return {x, y + number, width, 1}; }
  /// What is left beyond some columns.
  [[nodiscard]] Area from(int columns) const noexcept { return {x + columns, y, width - columns, height}; }
};

struct Span {
  Style style = Style::normal;
  std::string text;  ///< UTF-8
  friend bool operator==(const Span&, const Span&) = default;
};
using Line = std::vector<Span>;
struct Screen {
  std::vector<Line> lines;
  friend bool operator==(const Screen&, const Screen&) = default;
};

/// Columns that a text of ours takes: its code points.
[[nodiscard]] int columns(std::string_view text) noexcept;
/// Words of others, as they may be shown: whatever is not printable ASCII becomes `?`, so that nobody speaks to the terminal through us.
[[nodiscard]] std::string plain(std::string_view text);
/// At most so many columns; what is cut ends with an ellipsis.
[[nodiscard]] std::string fit(std::string_view text, int most);
/// Broken between words into lines of at most `width` columns; longer words are cut.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, int width);
/// A text without styles: lines with their ends, without the blanks before those.
[[nodiscard]] std::string text_of(const Screen& screen);

class Canvas {
 public:
  /// `ascii`: glyphs beyond ASCII are replaced by their nearest likeness.
  Canvas(Size size, bool ascii);

  /// Writes into the first line of `area`, at its left; what does not fit is cut with an ellipsis. Returns the columns written.
  int put(Area area, Style style, std::string_view text);
  /// The same at its right.
  int put_right(Area area, Style style, std::string_view text);
  int put_centred(Area area, Style style, std::string_view text);
  /// Every cell of `area`; one character.
  void fill(Area area, Style style, std::string_view glyph = " ");
  /// A line down the first column of `area`, joined to the rules that end beside it. After those.
  void upright(Area area, Style style);

  [[nodiscard]] Size size() const noexcept { return size_; }
  /// Without the blanks at the ends of lines.
  [[nodiscard]] Screen screen() const;

 private:
  struct Cell {
    char32_t glyph = U' ';
    Style style = Style::normal;
  };
  void set(int x, int y, Style style, char32_t glyph);
  [[nodiscard]] bool is_rule(int x, int y) const;

  Size size_;
  bool ascii_;
  std::vector<Cell> cells_;
};

}  // namespace hadal::watch
