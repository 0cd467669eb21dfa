#include "hadal/flow/listeners.hpp"

#include <algorithm>
#include <utility>

namespace hadal {
namespace {

/// False if the listener threw. The WebAssembly build has no exceptions, and no C++ listeners either.
bool call(const Listeners::Listener& listener, const Event& event) {
#if defined(__cpp_exceptions)
  try {
    listener(event);
  } catch (...) {
    return false;
  }
#else
  listener(event);
#endif
  return true;
}

}  // namespace

Listeners::Disposer Listeners::on(EventMask types, Listener listener) {
  auto alive = std::make_shared<bool>(true);
  Disposer disposer{alive};
  (depth_ == 0 ? entries_ : added_).push_back({types, std::move(listener), std::move(alive)});
  if (depth_ == 0) wanted_ |= types;
  return disposer;
}

void Listeners::on_event(const Event& event) {
  const auto type = mask_of(type_of(event));
  if ((wanted_ & type) == 0) return;
  ++depth_;
  deliver(event, type);
  --depth_;
  if (depth_ == 0 && (stale_ || !added_.empty())) tidy();
}

void Listeners::deliver(const Event& event, EventMask type) {
  const bool error = type == mask_of(EventType::error);
  for (auto& entry : entries_) {
    if (!*entry.alive) {
      stale_ = true;
      continue;
    }
    if ((entry.types & type) == 0 || call(entry.listener, event)) continue;
    ++failures_;
    if (error) continue;
    Event told{};
    told.at = event.at;
    told.connection = event.connection;
    told.symbol = event.symbol;
    told.body = ErrorEvent{Errc::listener_failed, "a listener failed; the others were called", name(type_of(event)), {}, {}, {}, {}};
    deliver(told, mask_of(EventType::error));
  }
}

/// What was disposed of goes, what was added inside a call comes.
void Listeners::tidy() {
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return !*entry.alive; }), entries_.end());
  for (auto& entry : added_) entries_.push_back(std::move(entry));
  added_.clear();
  stale_ = false;
  wanted_ = 0;
  for (const auto& entry : entries_) wanted_ |= entry.types;
}

std::size_t Listeners::size() const noexcept {
  const auto alive = [](const Entry& entry) { return *entry.alive; };
  return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), alive) +
                                  std::count_if(added_.begin(), added_.end(), alive));
}

}  // namespace hadal
