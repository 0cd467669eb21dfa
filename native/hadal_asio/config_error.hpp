/// What is wrong with what somebody asked for.
#pragma once

#include <stdexcept>

namespace hadal::net {

/// An option that cannot be; the text begins with its name. What goes wrong later is an event, never an exception.
struct ConfigError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

}  // namespace hadal::net
