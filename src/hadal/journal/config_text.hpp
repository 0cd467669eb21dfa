/// A session's configuration in the header of a journal.
#pragma once

#include <string>
#include <string_view>

#include "hadal/detail/json_walk.hpp"
#include "hadal/session/config.hpp"

namespace hadal {

/// Appends it as one flat JSON object, names like `times.connect`. Holds no secrets: a session has none in its configuration.
void append_session_config(std::string& out, const SessionConfig& config);

/// Takes one member of that object. Names of other versions are ignored; false if a value is none that a configuration can have.
[[nodiscard]] bool read_session_config(SessionConfig& config, std::string_view name, const detail::Scalar& value);

}  // namespace hadal
