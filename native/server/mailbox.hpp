/// Events on their way to one stream: bounded, newest wins, lag told (catalogue M-9).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace hadal::server {

/// Made once, sent to many.
struct StreamText {
  std::string text;
  bool important = false;    ///< a change of state: never merged away by an interval
  std::uint64_t missed = 0;  ///< events before this one that nobody can have any more
  std::uint64_t number = 0;  ///< of its symbol's events: who begins with the book as it is needs none up to that moment
};
using StreamTextPtr = std::shared_ptr<const StreamText>;

class Mailbox {
 public:
  static constexpr std::size_t kMost = 64;

  void put(StreamTextPtr event) {
    if (events_.size() == kMost) {
      missed_ += events_.size();
      events_.clear();
    }
    events_.push_back(std::move(event));
  }
  /// So many are gone before they came here.
  void miss(std::uint64_t events) noexcept { missed_ += events; }
  [[nodiscard]] bool empty() const noexcept { return events_.empty(); }
  [[nodiscard]] std::deque<StreamTextPtr> take() noexcept { return std::exchange(events_, {}); }
  /// Since the last call.
  [[nodiscard]] std::uint64_t take_missed() noexcept { return std::exchange(missed_, 0); }

 private:
  std::deque<StreamTextPtr> events_;
  std::uint64_t missed_ = 0;
};

}  // namespace hadal::server
