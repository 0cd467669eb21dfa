/// The fast path for `book` frames: expects the shape the exchange sends and keeps every digit.
///
/// It accepts a frame only if each byte is where it should be; anything else (another key order, white space, escapes, quoted or
/// negative numbers, exponents, more than 18 digits) is left to the general path, never guessed at. On what it accepts both paths
/// give the same message: a fuzz target and a property test compare them.
#pragma once

#include <string_view>
#include <vector>

#include "hadal/base/limits.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

class BookScanner {
 public:
  explicit BookScanner(const Limits& limits = {});

  /// True if the frame was recognised; `message` then has one entry. Views live until the next scan and as long as `frame`.
  /// Allocates only when a frame has more levels than any before.
  [[nodiscard]] bool scan(std::string_view frame, BookMessage& message);

 private:
  Limits limits_;
  bool usable_;  ///< false if the limits are so low that only the general path can watch them
  std::vector<WireLevel> bids_;
  std::vector<WireLevel> asks_;
  BookEntry entry_;
  TimestampReader timestamps_;
};

}  // namespace hadal
