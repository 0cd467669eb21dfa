/// How bytes cross the edge of the module: they enter through one receive buffer and leave through one outbox. Both are lent until the next call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hadal::web {

/// What JavaScript has written.
[[nodiscard]] std::string_view received(std::uint32_t bytes);
/// The same as a text of its own; the buffer is given back, because it may be large.
[[nodiscard]] std::string take_received(std::uint32_t bytes);
/// What JavaScript reads next.
[[nodiscard]] std::string& outbox();

}  // namespace hadal::web
