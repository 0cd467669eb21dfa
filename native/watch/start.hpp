/// From options to what is watched at first.
#pragma once

#include "hadal/session/key.hpp"
#include "watch/app.hpp"
#include "watch/controls.hpp"

namespace hadal::watch {

/// Symbols in the exchange's spelling, each once. Throws net::ConfigError.
[[nodiscard]] UiState first_state(const Options& options);

[[nodiscard]] hadal::Key book_key(const Watched& watched);
[[nodiscard]] hadal::Key trade_key(const Watched& watched);

}  // namespace hadal::watch
