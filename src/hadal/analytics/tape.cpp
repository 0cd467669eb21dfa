#include "hadal/analytics/tape.hpp"

#include <algorithm>

namespace hadal {

bool Tape::add(Millis now, FrameKind kind, const Trade& trade) {
  if (trade.trade_id && known(*trade.trade_id)) {
    ++duplicates_;
    return false;
  }
  if (trade.trade_id) highest_ = std::max(highest_.value_or(*trade.trade_id), *trade.trade_id);
  if (trades_.size() == kMost) trades_.pop_front();
  trades_.push_back(
      {trade.side, trade.ord_type == "market", kind == FrameKind::snapshot, trade.price, trade.qty, trade.trade_id, trade.timestamp, now});
  ++total_;
  return true;
}

bool Tape::known(std::int64_t id) const {
  if (!highest_ || id > *highest_) return false;
  std::optional<std::int64_t> lowest;
  for (const auto& trade : trades_) {
    if (!trade.id) continue;
    if (*trade.id == id) return true;
    lowest = std::min(lowest.value_or(*trade.id), *trade.id);
  }
  return trades_.size() == kMost && lowest && id < *lowest;
}

void Tape::clear() {
  trades_.clear();
  highest_.reset();
}

}  // namespace hadal
