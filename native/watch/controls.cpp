#include "watch/controls.hpp"

#include <algorithm>
#include <iterator>

#include "hadal/analytics/axis.hpp"
#include "hadal/base/limits.hpp"

namespace hadal::watch {
namespace {

void say(UiState& state, Millis now, std::string text) { state.note = Note{Tone::neutral, std::move(text), now}; }

/// Off, then the choices of F-47 but the first: a group of one increment is the levels as they are.
void change_group(UiState& state, const VerifiedBook* book, std::int64_t increment, bool coarser, Millis now) {
  auto& watched = state.watched();
  if (book == nullptr || book->levels().empty()) return say(state, now, watched.symbol + ": there are no prices to group yet");
  const auto scale = book->scales().price;
  std::vector<std::int64_t> choices;
  group_choices(book->levels().mid2(), increment, choices);
  std::int64_t ticks = increment;
  if (watched.group && rescale(*watched.group, scale, ticks) != Errc::ok) ticks = increment;
  if (coarser) {
    const auto next = std::upper_bound(choices.begin(), choices.end(), ticks);
    if (next == choices.end()) return say(state, now, watched.symbol + ": no coarser group");
    ticks = *next;
  } else {
    const auto next = std::lower_bound(choices.begin(), choices.end(), ticks);
    if (!watched.group || next == choices.begin()) return say(state, now, watched.symbol + ": levels as they are");
    ticks = *std::prev(next);
  }
  if (ticks <= choices.front()) {
    watched.group.reset();
    return say(state, now, watched.symbol + ": levels as they are");
  }
  watched.group = Decimal{ticks, scale};
  say(state, now, watched.symbol + ": prices grouped by " + to_string(*watched.group));
}

Wish change_depth(UiState& state, Millis now) {
  auto& watched = state.watched();
  const auto next = std::upper_bound(std::begin(kDepths), std::end(kDepths), watched.depth);
  watched.depth = next == std::end(kDepths) ? kDepths[0] : *next;
  say(state, now, watched.symbol + ": asking for " + std::to_string(watched.depth) + " levels a side");
  return Wish::change_depth;
}

}  // namespace

Wish press(UiState& state, Press press, const VerifiedBook* book, std::int64_t increment, Millis now) {
  const auto count = state.symbols.size();
  if (state.help) {
    state.help = false;
    return Wish::nothing;
  }
  switch (press.key) {
    case Key::next: state.current = (state.current + 1) % count; break;
    case Key::previous: state.current = (state.current + count - 1) % count; break;
    case Key::pick:
      if (press.number < count) state.current = press.number;
      break;
    case Key::coarser: change_group(state, book, increment, true, now); break;
    case Key::finer: change_group(state, book, increment, false, now); break;
    case Key::depth: return change_depth(state, now);
    case Key::more: state.rows = std::min(state.rows + 1, kMostRows); break;
    case Key::fewer: state.rows = std::max<std::size_t>(state.rows - 1, 1); break;
    case Key::pause: state.paused = !state.paused; break;
    case Key::again: return Wish::ask_again;
    case Key::help: state.help = true; break;
    case Key::quit: return Wish::quit;
    case Key::other: break;
  }
  return Wish::nothing;
}

}  // namespace hadal::watch
