/// What somebody at the keyboard has chosen, and what a key does to it. Pure: what has to be done elsewhere comes back as a wish.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hadal/base/decimal.hpp"
#include "hadal/book/verified_book.hpp"
#include "watch/screen.hpp"

namespace hadal::watch {

struct Watched {
  std::string symbol;  ///< as the exchange spells it
  std::uint16_t depth = 10;
  std::optional<Decimal> group{};  ///< price of a row; none: levels as they are
  std::string refusal{};           ///< the exchange's words; empty: not refused
};

struct Note {
  Tone tone = Tone::neutral;
  std::string text;
  Millis at{};
};

struct UiState {
  std::string version;
  std::string host;
  bool ascii = false;
  std::vector<Watched> symbols;  ///< at least one
  std::size_t current = 0;
  std::size_t rows = 10;  ///< a side
  bool paused = false;
  bool help = false;
  bool closing = false;
  std::optional<Note> note{};

  [[nodiscard]] const Watched& watched() const { return symbols[current]; }
  [[nodiscard]] Watched& watched() { return symbols[current]; }
};

enum class Key : std::uint8_t { other, next, previous, pick, coarser, finer, depth, more, fewer, pause, again, help, quit };
struct Press {
  Key key = Key::other;
  std::size_t number = 0;  ///< of `pick`, from 0
};

enum class Wish : std::uint8_t { nothing, change_depth, ask_again, quit };

/// `book` is the present symbol's, or null. On Wish::change_depth the state has the new depth already.
[[nodiscard]] Wish press(UiState& state, Press press, const VerifiedBook* book, std::int64_t increment, Millis now);

inline constexpr std::size_t kMostRows = 100;

}  // namespace hadal::watch
