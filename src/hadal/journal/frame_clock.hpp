/// Time for recordings that have none: bare frames without the moments of their arrival.
#pragma once

#include <optional>

#include "hadal/base/time.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

/// A frame's own book or trade timestamp, in ms since the first one seen; never decreasing. A frame without one happens at the time of
/// the frame before.
class FrameClock {
 public:
  void see(const Message& message);
  [[nodiscard]] Millis now() const noexcept { return now_; }

 private:
  std::optional<UnixNanos> first_;
  Millis now_{};
};

}  // namespace hadal
