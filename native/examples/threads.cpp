// Consume, transform, route: one thread takes the events of two clients from a hub, makes something of them, and hands it to workers by symbol. The
// hub's ring is bounded; a worker that is too slow delays nobody but itself.
//   threads [URL [URL]]
#include <array>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "hadal_asio/hub.hpp"

namespace {

struct Quote {
  std::string symbol;
  double spread_bps = 0;
};

/// What a worker is handed; full, the oldest leaves.
class Inbox {
 public:
  void put(Quote quote) {
    const std::lock_guard lock{mutex_};
    if (quotes_.size() == kMost) quotes_.pop_front();
    quotes_.push_back(std::move(quote));
    bell_.notify_one();
  }
  void end() {
    const std::lock_guard lock{mutex_};
    ended_ = true;
    bell_.notify_one();
  }
  bool take(Quote& out) {
    std::unique_lock lock{mutex_};
    bell_.wait(lock, [this] { return ended_ || !quotes_.empty(); });
    if (quotes_.empty()) return false;
    out = std::move(quotes_.front());
    quotes_.pop_front();
    return true;
  }

 private:
  static constexpr std::size_t kMost = 1'024;
  std::mutex mutex_;
  std::condition_variable bell_;
  std::deque<Quote> quotes_;
  bool ended_ = false;
};

void work(Inbox& inbox, int number) {
  double sum = 0;
  int count = 0;
  for (Quote quote; inbox.take(quote); ++count) sum += quote.spread_bps;
  std::printf("worker %d: %d quotes, spread %.3f bps on average\n", number, count, count == 0 ? 0 : sum / count);
}

}  // namespace

int main(int argc, char** argv) {
  hadal::net::ClientOptions options;
  if (argc > 1) options.transport.urls[0] = argv[1];
  hadal::net::Client first{options};
  if (argc > 2) options.transport.urls[0] = argv[2];
  hadal::net::Client second{options};
  hadal::net::Hub hub;
  hub.attach(first, "first");
  hub.attach(second, "second");
  auto reader = hub.subscribe(mask_of(hadal::EventType::book_snapshot) | mask_of(hadal::EventType::book_update));

  std::array<Inbox, 2> inboxes;
  std::array<std::thread, 2> workers{std::thread{work, std::ref(inboxes[0]), 1}, std::thread{work, std::ref(inboxes[1]), 2}};
  first.subscribe_book("BTC/USD");
  second.subscribe_book("ETH/USD");
  first.connect();
  second.connect();

  for (int count = 0; count < 200;) {
    const auto event = reader.receive();
    if (!event) break;
    if (const auto* lagged = std::get_if<hadal::net::Lagged>(&event->body)) {
      std::printf("this thread was too slow: %llu events are gone\n", static_cast<unsigned long long>(lagged->missed));
      continue;
    }
    const auto* book = std::get_if<hadal::net::HubBook>(&event->body);
    if (book == nullptr || !book->verified || !book->best_bid || !book->best_ask) continue;
    const auto mid = static_cast<double>(book->best_bid->price + book->best_ask->price) / 2;
    const auto spread = static_cast<double>(book->best_ask->price - book->best_bid->price);
    inboxes[event->symbol == "BTC/USD" ? 0 : 1].put({event->symbol, 10'000 * spread / mid});
    ++count;
  }
  for (auto& inbox : inboxes) inbox.end();
  for (auto& worker : workers) worker.join();
}
