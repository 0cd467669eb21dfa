#include "hadal/telemetry/stats.hpp"

#include <algorithm>
#include <cstddef>

namespace hadal {
namespace {

std::ptrdiff_t rank(const SessionStats& session) {
  using enum ConnectionState;
  constexpr std::array kFromBest{subscribed, resyncing, subscribing, authenticating, connecting, degraded, disconnected, closed};
  return std::find(kFromBest.begin(), kFromBest.end(), session.state) - kFromBest.begin();
}

}  // namespace

ConnectionState Stats::state() const noexcept {
  const auto worst = std::max_element(sessions.begin(), sessions.end(), [](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return worst == sessions.end() ? ConnectionState::disconnected : worst->state;
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
