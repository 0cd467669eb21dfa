/// Private: gives the terminal back when the program ends in a way that runs no destructor.
#pragma once

#include <termios.h>

#include <string>

namespace hadal::watch {

/// From arm() to disarm(), exit(), std::terminate and the signals that kill (abort, segmentation fault, quit ...) write `restore` to
/// standard output and set the modes that arm() found. `orderly`: what exit() and std::terminate do instead, before anything else.
class Rescue {
 public:
  /// `before`: the modes of standard input to go back to.
  static void arm(const termios& before, const std::string& restore, void (*orderly)());
  static void disarm();
};

}  // namespace hadal::watch
