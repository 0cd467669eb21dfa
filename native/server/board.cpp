#include "server/board.hpp"

#include <utility>

namespace hadal::server {

Board::Board(const std::vector<std::string>& symbols, std::function<void()> wake) : wake_{std::move(wake)} {
  for (const auto& symbol : symbols) lines_.emplace(symbol, std::make_unique<Line>());
}

void Board::watch(std::string_view symbol, int change) { lines_.find(symbol)->second->watchers += change; }

void Board::changed(const VerifiedBook& book) {
  const auto found = lines_.find(book.symbol());
  if (found == lines_.end()) return;
  auto& line = *found->second;
  const auto top = top_of(book);
  const auto told = std::exchange(line.told, top);
  const auto snapshots = book.counters().snapshots;
  const bool snapshot = std::exchange(line.snapshots, snapshots) != snapshots;
  if (line.watchers.load() == 0 || (top == told && !snapshot)) return;
  const bool state = top.state != told.state || top.reason != told.reason;
  const auto kind = state ? StreamKind::state : snapshot ? StreamKind::snapshot : StreamKind::update;
  auto event = std::make_shared<const StreamText>(StreamText{stream_event(book, kind), kind != StreamKind::update, 0, ++line.number});
  {
    const std::lock_guard lock{line.mutex};
    line.mailbox.put(std::move(event));
  }
  line.waiting = true;
  if (!woken_.exchange(true)) wake_();
}

std::deque<StreamTextPtr> Board::take(Line& line) {
  line.waiting = false;
  std::deque<StreamTextPtr> events;
  std::uint64_t missed = 0;
  {
    const std::lock_guard lock{line.mutex};
    events = line.mailbox.take();
    missed = line.mailbox.take_missed();
  }
  if (missed != 0 && !events.empty()) {
    const auto& first = *events.front();
    events.front() = std::make_shared<const StreamText>(StreamText{first.text, first.important, missed, first.number});
  }
  return events;
}

}  // namespace hadal::server
