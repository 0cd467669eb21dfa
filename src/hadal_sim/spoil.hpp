/// Frames with wrong or odd content: what a fault makes of the text of a data frame.
#pragma once

#include <string>
#include <string_view>

#include "hadal_sim/faults.hpp"

namespace hadal::sim {

/// The text after the fault; the same text if it has nothing that the fault could change. Knows the frames that this exchange writes,
/// no others.
[[nodiscard]] std::string spoil(FaultKind kind, std::string_view words, std::string text);

/// Whether the fault leaves a frame as good as it was: other digits of the same numbers, a price twice, no timestamp.
[[nodiscard]] bool is_harmless(FaultKind kind) noexcept;

}  // namespace hadal::sim
