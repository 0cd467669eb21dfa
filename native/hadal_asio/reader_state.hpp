/// Private: where a client's strand hands things to another thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "hadal_asio/readers.hpp"

namespace hadal::net {

/// The last step to a reader: what it was handed and has not taken yet. The strand gives when the reader is hungry, and not before, so that
/// everything that waits waits where its policy holds.
template <class Item>
class HandOver {
 public:
  using Then = std::function<void(std::optional<Item>)>;

  /// `ask`: makes the strand look whether it has something to give. Any thread may call it.
  explicit HandOver(std::function<void()> ask) : ask_{std::move(ask)} {}

  // --- the reader's thread ---
  [[nodiscard]] std::optional<Item> take() {
    std::unique_lock lock{mutex_};
    if (!make_hungry(lock)) return pop();
    changed_.wait(lock, [this] { return ready(); });
    return pop();
  }
  [[nodiscard]] std::optional<Item> take_for(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    if (!make_hungry(lock)) return pop();
    if (!changed_.wait_for(lock, time, [this] { return ready(); })) return std::nullopt;
    return pop();
  }
  void then(Then then) {
    std::unique_lock lock{mutex_};
    if (ready()) {
      auto item = pop();
      lock.unlock();
      return then(std::move(item));
    }
    then_ = std::move(then);
    hungry_ = true;
    lock.unlock();
    ask_();
  }
  [[nodiscard]] bool ended() const {
    const std::lock_guard lock{mutex_};
    return ended_ && items_.empty();
  }

  // --- the strand ---
  [[nodiscard]] bool hungry() const noexcept { return hungry_; }
  void give(Item item) {
    finish([&] { items_.push_back(std::move(item)); });
  }
  void give(std::deque<Item> items) {
    finish([&] { std::move(items.begin(), items.end(), std::back_inserter(items_)); });
  }
  void end() {
    finish([&] { ended_ = true; });
  }

 private:
  [[nodiscard]] bool ready() const { return !items_.empty() || ended_; }
  /// False if there is something already.
  bool make_hungry(std::unique_lock<std::mutex>& lock) {
    if (ready()) return false;
    hungry_ = true;
    lock.unlock();
    ask_();
    lock.lock();
    return true;
  }
  std::optional<Item> pop() {
    if (items_.empty()) return std::nullopt;
    std::optional<Item> item{std::move(items_.front())};
    items_.pop_front();
    return item;
  }
  template <class Change>
  void finish(Change change) {
    Then then;
    std::optional<Item> item;
    {
      const std::lock_guard lock{mutex_};
      change();
      hungry_ = false;
      if (then_ && ready()) {
        then = std::exchange(then_, {});
        item = pop();
      }
    }
    changed_.notify_all();
    if (then) then(std::move(item));
  }

  std::function<void()> ask_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  Then then_;
  std::atomic<bool> hungry_ = false;
  bool ended_ = false;
};

struct EventReader::State {
  State(const ReaderOptions& wanted, std::function<void()> ask) : options{wanted}, queue{wanted.delivery}, lines{std::move(ask)} {}

  ReaderOptions options;
  EventQueue queue;                  ///< on the strand
  std::optional<Millis> full_since;  ///< on the strand: the sockets wait for this reader
  bool gave_up = false;              ///< on the strand: they have waited long enough
  HandOver<std::string> lines;
  std::function<void()> gone;  ///< tells the client that the reader is destroyed
};

struct FrameReader::State {
  State(std::string of, std::size_t count, std::function<void()> ask) : symbol{std::move(of)}, levels{count}, frame{std::move(ask)} {}

  /// What was read last, on the strand.
  struct Seen {
    std::uint64_t generation = 0, revision = 0;
    BookState state = BookState::unsubscribed;
    Cause reason = Cause::none;
    bool verified = false;
    friend bool operator==(const Seen&, const Seen&) = default;
  };

  std::string symbol;
  std::size_t levels;
  std::optional<Seen> seen;
  HandOver<Frame> frame;
  std::function<void()> gone;
};

}  // namespace hadal::net
