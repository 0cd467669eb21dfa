// Clients that are wrong on purpose: what they do to frames and keys.

#include "simulation/world.hpp"

namespace hadal::test {
namespace {

constexpr std::string_view kBrokenNames[] = {
    "nothing",         "ignores_checksums",   "never_truncates",       "forgets_to_subscribe",  "keeps_old_subscription",
    "never_repairs",   "waits_for_snapshots", "never_notices_silence", "loses_keys_on_timeout", "updates_as_snapshots",
    "resets_backoff",  "drops_frames",        "swaps_frames",          "loses_digits",          "hides_closes",
    "repeats_requests"};

bool contains(std::string_view text, std::string_view what) { return text.find(what) != std::string_view::npos; }

}  // namespace

std::string_view name(Broken broken) noexcept { return kBrokenNames[static_cast<std::size_t>(broken)]; }

/// Whether a broken driver keeps a frame to itself; it may also change it.
bool World::keeps(sim::ServerFrame& frame) {
  auto& text = frame.text;
  switch (scenario_.broken) {
    case Broken::updates_as_snapshots:
      if (const auto at = text.find("\"update\""); at != std::string::npos && !frame.truth.symbol.empty())
        text.replace(at, 8, "\"snapshot\"");
      return false;
    case Broken::drops_frames: return !frame.truth.symbol.empty() && random_.uniform(199) == 0;
    case Broken::loses_digits:
      for (auto at = text.find("\"qty\":"); at != std::string::npos; at = text.find("\"qty\":", at + 1))
        if (const auto end = text.find('}', at); end != std::string::npos) text[end - 1] = '0';
      return false;
    default: return false;
  }
}

/// A broken client forgets what it asked for and got no answer to.
void World::lose_keys() {
  for (auto at = unanswered_.begin(); at != unanswered_.end();) {
    if (now_ - at->second.first < SessionTimes{}.ack) {
      ++at;
      continue;
    }
    for (std::size_t i = 0; i < scenario_.symbols; ++i)
      if (contains(at->second.second, '"' + key_of(i).symbol + '"')) static_cast<void>(engine_.unsubscribe({now_}, key_of(i)));
    at = unanswered_.erase(at);
    drain();
  }
}

/// Whether a broken driver holds a frame back until the next one has been delivered.
bool World::swaps(Flight& flight) {
  if (scenario_.broken != Broken::swaps_frames || flight.frame.truth.symbol.empty()) return false;
  if (!held_) {
    if (random_.uniform(99) != 0) return false;
    held_ = std::move(flight);
    return true;
  }
  engine_.on_text({now_}, flight.connection, flight.frame.text);
  drain();
  flight.frame.text = std::move(held_->frame.text);  // compared with the later frame's levels
  held_.reset();
  return false;
}

}  // namespace hadal::test
