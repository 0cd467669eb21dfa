/// Which events are worth a line to somebody who watches, and in which words.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "hadal/event.hpp"
#include "watch/controls.hpp"

namespace hadal::watch {

class News {
 public:
  /// None for what is ordinary, or is to be seen anyway.
  [[nodiscard]] std::optional<Note> hear(const Event& event);

 private:
  struct Words;
  std::map<std::string, std::string, std::less<>> troubles_;  ///< why books are being repaired, by symbol
};

/// A cause as words: `pong timeout`.
template <class Cause>
[[nodiscard]] std::string words(Cause cause) {
  std::string text{name(cause)};
  for (auto& c : text)
    if (c == '_') c = ' ';
  return text;
}

}  // namespace hadal::watch
