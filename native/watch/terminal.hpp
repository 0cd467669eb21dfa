/// The terminal: the only place that knows of ncurses.
///
/// While a Terminal is there the screen is ours. It is given back as it was by the destructor, by exit(), by std::terminate and by the
/// signals that end a program at once; the signals that ask it to end are the owner's to hear. One at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "watch/controls.hpp"
#include "watch/screen.hpp"

namespace hadal::watch {

class Terminal {
 public:
  /// Takes the screen. Throws std::runtime_error with what trouble() says.
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Why standard input and output are no terminal to draw on; empty if they are one.
  [[nodiscard]] static std::string trouble();

  /// The encoding is not UTF-8.
  [[nodiscard]] bool ascii() const noexcept;
  [[nodiscard]] Size size() const noexcept;
  /// Writes the lines that differ from those before.
  void paint(const Screen& screen);
  /// The next key; none if none waits.
  [[nodiscard]] std::optional<Press> read();
  /// Somebody is still there.
  [[nodiscard]] bool connected() const noexcept;
  /// The window has another size.
  void resized();
  /// The program was stopped, and somebody else had the screen.
  void resumed();
  /// Gives the screen back, stops the program as Ctrl-Z does, and takes the screen again when it goes on.
  void suspend();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hadal::watch
