#include "hadal/telemetry/stats.hpp"

#include <algorithm>

namespace hadal {

ConnectionState Stats::state() const noexcept {
  if (sessions.empty()) return ConnectionState::disconnected;
  auto worst = sessions.front().state;
  for (const auto& session : sessions) worst = less_healthy(worst, session.state);
  return worst;
}

DeliveryStats& DeliveryStats::operator+=(const DeliveryStats& one) noexcept {
  offered += one.offered;
  delivered += one.delivered;
  dropped_oldest += one.dropped_oldest;
  dropped_latest += one.dropped_latest;
  coalesced += one.coalesced;
  limited += one.limited;
  queued += one.queued;
  peak_rate = std::max(peak_rate, one.peak_rate);
  return *this;
}

void add_count(std::vector<NamedCount>& counts, std::string_view name, std::uint64_t count) {
  if (count == 0) return;
  const auto known = std::find_if(counts.begin(), counts.end(), [&](const NamedCount& one) { return one.name == name; });
  if (known != counts.end()) {
    known->count += count;
  } else {
    counts.push_back({std::string{name}, count});
  }
}

double Stats::gap_rate() const noexcept {
  std::uint64_t gaps_of_books = 0;
  std::uint64_t messages = 0;
  for (const auto& book : books) {
    gaps_of_books += book.gaps;
    messages += book.snapshots + book.updates;
  }
  return messages == 0 ? 0.0 : static_cast<double>(gaps_of_books) / static_cast<double>(messages);
}

}  // namespace hadal
