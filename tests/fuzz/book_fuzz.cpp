// A connection of arbitrary frames: one a line. Guarantees Q-4, Q-5 and Q-24 must hold after each, and the two checksums agree.
// Every book has depth 10, so that a short input can overfill it.

#include <cstdlib>

#include "hadal/feed.hpp"
#include "hadal/ladder_text.hpp"
#include "hadal/log.hpp"
#include "support/frames.hpp"

using namespace hadal;

namespace {

constexpr std::uint16_t kDepth = 10;

/// Q-4, from the events: what was compared and differed is never called live.
struct Witness final : EventSink {
  LogWriter log{true};

  void on_event(const Event& event) override {
    log.on_event(event);
    const auto* message = std::get_if<BookEvent>(&event.body);
    if (message == nullptr || message->outcome->check == Check::skipped) return;
    if ((message->outcome->check == Check::match) != (message->outcome->sent == message->outcome->computed)) std::abort();
    if (message->outcome->check == Check::mismatch && message->book->is_live()) std::abort();
  }
};

void check(const VerifiedBook& book) {
  const auto& levels = book.levels();
  for (const auto* side : {&levels.bids(), &levels.asks()}) {
    if (side->size() > kDepth) std::abort();
    for (std::size_t rank = 0; rank < side->size(); ++rank) {
      if ((*side)[rank].qty <= 0 || (*side)[rank].price <= 0) std::abort();
      if (rank > 0 && !side->better((*side)[rank - 1].price, (*side)[rank].price)) std::abort();
    }
  }
  if (levels.checksum() != checksum_by_definition(levels.bids(), levels.asks())) std::abort();
  if (book.verified() && book.counters().matched == 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  Witness witness;
  FeedConfig config;
  config.depth = kDepth;
  Feed feed{config, &witness};
  feed.on_text({0}, 1, test::kSnapshot);
  std::int64_t now = 0;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto frame = rest.substr(0, end);
    if (frame.substr(0, 1) == ">") {
      feed.on_sent({++now}, 1, frame.substr(1));
    } else if (frame.substr(0, 1) == "!") {
      feed.on_closed({++now}, 1, 1006, frame);
    } else {
      feed.on_text({++now}, 1, frame);
    }
    for (const auto& [symbol, book] : feed.books()) check(*book);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  for (const auto& [symbol, book] : feed.books()) static_cast<void>(ladder_text(*book, 3));
  // The next valid frames are processed normally.
  const auto* before = feed.book("BTC/USD");
  if (before != nullptr && before->state() == BookState::stale && is_lasting(before->reason())) return 0;
  feed.on_text({++now}, 1,
               R"({"channel":"book","type":"snapshot","data":[{"symbol":"OTHER/USD","bids":[{"price":1.5,"qty":2}],"asks":[]}]})");
  if (feed.books().size() < 2000 && feed.book("OTHER/USD")->levels().empty()) std::abort();
  return 0;
}
