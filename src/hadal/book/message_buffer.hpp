/// The last messages of a book and the book as it was before them: gap policy `buffer` (catalogue C-14).
///
/// A message that comes late leaves the book wrong until it is there. Sorted by the exchange's time and applied again to what was before
/// them all, the messages give the right book, and their checksums prove it. (TCP does not reorder; what relays do may.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "hadal/base/time.hpp"
#include "hadal/book/order_book.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

class MessageBuffer {
 public:
  static constexpr std::size_t kMessages = 64;
  static constexpr std::int64_t kWindow = 250;  ///< ms
  static constexpr std::size_t kBytes = std::size_t{1} << 20;

  /// From a verified book on; forgets what was kept.
  void begin(const OrderBook& book);

  /// @param time of the exchange; a message without one is taken to come after the one before it
  void add(Millis received, std::optional<UnixNanos> time, const WireChecksum& checksum, std::span<const Level> bids,
           std::span<const Level> asks);

  /// While all is well: only the last kMessages of the last kWindow ms can still turn out to have come too early.
  void trim(Millis now);

  /// Sorts the messages and applies them to the book before them, up to the first whose checksum differs or which leaves the book crossed
  /// (if `crossed_is_wrong`). Returns how many were right; `out` is the book after those. O(messages x levels).
  std::size_t replay(OrderBook& out, bool crossed_is_wrong);

  [[nodiscard]] std::size_t size() const noexcept { return messages_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// Checksum of the last message in the exchange's order, as sent; none if it had none that can be used.
  [[nodiscard]] std::optional<std::uint32_t> last_checksum() const {
    const auto& sent = messages_.back().checksum;
    return sent.kind == WireChecksum::Kind::value ? std::optional{sent.value} : std::nullopt;
  }

 private:
  struct Message {
    Millis received;
    UnixNanos time;
    WireChecksum checksum;
    std::vector<Level> bids;
    std::vector<Level> asks;

    [[nodiscard]] std::size_t bytes() const noexcept { return sizeof *this + (bids.size() + asks.size()) * sizeof(Level); }
  };

  std::optional<OrderBook> before_;
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
};

}  // namespace hadal
