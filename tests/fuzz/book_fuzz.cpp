// A connection of arbitrary frames: one a line. Guarantees Q-4, Q-5 and Q-24 must hold after each, and the two checksums agree.

#include <cstdlib>

#include "hadal/feed.hpp"
#include "hadal/ladder_text.hpp"
#include "hadal/log.hpp"
#include "support/frames.hpp"

using namespace hadal;

namespace {

void check(const VerifiedBook& book) {
  const auto& levels = book.levels();
  const auto depth = book.depth() == 0 ? std::size_t{10} : std::size_t{book.depth()};
  for (const auto* side : {&levels.bids(), &levels.asks()}) {
    // A smaller depth takes effect with the next message.
    if (side->size() > std::max<std::size_t>(depth, kMaxDepth)) std::abort();
    for (std::size_t rank = 0; rank < side->size(); ++rank) {
      if ((*side)[rank].qty <= 0 || (*side)[rank].price <= 0) std::abort();
      if (rank > 0 && !side->better((*side)[rank - 1].price, (*side)[rank].price)) std::abort();
    }
  }
  if (levels.checksum() != checksum_by_definition(levels.bids(), levels.asks())) std::abort();
  if (book.verified() && !book.top_verified()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  LogWriter log{true};
  Feed feed{{}, &log};
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
  feed.on_text({++now}, 1, R"({"channel":"book","type":"snapshot","data":[{"symbol":"OTHER/USD","bids":[{"price":1.5,"qty":2}],"asks":[]}]})");
  if (feed.books().size() < 2000 && feed.book("OTHER/USD")->levels().empty()) std::abort();
  return 0;
}
