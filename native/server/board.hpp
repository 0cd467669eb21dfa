/// From the market's strand to the streams of the server's: each event is made once, and only for symbols that somebody watches.
///
/// Bounded in between, too: a server that does not keep up finds the newest events of each symbol, and how many are gone.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/answers.hpp"
#include "server/mailbox.hpp"

namespace hadal::server {

class Board {
 public:
  /// `wake`: makes the server call collect(); called on the market's strand, at most once for each collect().
  Board(const std::vector<std::string>& symbols, std::function<void()> wake);

  // --- the market's strand ---
  void changed(const VerifiedBook& book);
  /// The number of the symbol's last event. Precondition: knows(symbol).
  [[nodiscard]] std::uint64_t last_number(std::string_view symbol) const { return lines_.find(symbol)->second->number; }

  // --- the server's thread ---
  [[nodiscard]] bool knows(std::string_view symbol) const { return lines_.find(symbol) != lines_.end(); }
  /// One watcher more or less: without any, nothing is made. Precondition: knows(symbol).
  void watch(std::string_view symbol, int change);
  /// Calls `deliver(symbol, event)` for everything since the last call.
  template <class Deliver>
  void collect(Deliver deliver) {
    woken_ = false;
    for (auto& [symbol, line] : lines_) {
      if (!line->waiting.load()) continue;
      for (auto& event : take(*line)) deliver(symbol, std::move(event));
    }
  }

 private:
  struct Line {
    std::atomic<int> watchers = 0;
    std::atomic<bool> waiting = false;
    // the market's:
    TopOfStream told;
    std::uint64_t snapshots = 0;
    std::uint64_t number = 0;
    // between the two:
    std::mutex mutex;
    Mailbox mailbox;
  };

  static std::deque<StreamTextPtr> take(Line& line);

  std::map<std::string, std::unique_ptr<Line>, std::less<>> lines_;
  std::function<void()> wake_;
  std::atomic<bool> woken_ = false;
};

}  // namespace hadal::server
