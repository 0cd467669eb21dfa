#include "hadal/flow/event_queue.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hadal/detail/json_out.hpp"
#include "hadal/log.hpp"
#include "hadal/wire/symbol.hpp"

namespace hadal {
namespace {

constexpr std::size_t kMostDepth = 1'048'576;
constexpr std::int64_t kMostRate = 1'000'000;

bool is_book(EventType type) noexcept { return type == EventType::book_snapshot || type == EventType::book_update; }

bool can_coalesce(EventType type) noexcept {
  return type == EventType::ticker || type == EventType::spread || type == EventType::health || type == EventType::ohlc;
}

/// What else must agree for one event to stand for another.
std::int64_t key_of(const Event& event) noexcept {
  const auto* ohlc = std::get_if<OhlcEvent>(&event.body);
  if (ohlc == nullptr) return 0;
  return ohlc->candle->interval_begin.value_or(0) ^ ohlc->candle->interval.value_or(0);  // minutes against nanoseconds: no clash
}

}  // namespace

std::string_view name(DropPolicy policy) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"oldest", "latest", "coalesce"};
  return kNames[static_cast<std::size_t>(policy)];
}

Errc check(const DeliveryConfig& config) noexcept {
  const bool good = config.max_queue_depth >= 1 && config.max_queue_depth <= kMostDepth && config.coalesce_window_ms >= 0 &&
                    config.coalesce_window_ms <= 3'600'000 && config.max_messages_per_second >= 0 &&
                    config.max_messages_per_second <= kMostRate && config.burst_allowance >= 1 && config.burst_allowance <= kMostRate;
  return good ? Errc::ok : Errc::config_invalid;
}

EventQueue::EventQueue(DeliveryConfig config)
    : config_{std::move(config)}, bucket_{config_.burst_allowance, std::max<std::int64_t>(1, config_.max_messages_per_second * 1'000)} {
  if (std::string normal; normalize_symbol(config_.symbol, normal) == Errc::ok) config_.symbol = normal;
}

void EventQueue::join(const Feed& books) {
  if ((config_.types & (mask_of(EventType::book_update) | mask_of(EventType::book_snapshot))) == 0) return;
  for (const auto& [symbol, book] : books.books())
    if (book->revision() != 0 && (config_.symbol.empty() || symbol == config_.symbol)) holes_.emplace(symbol, false);
}

void EventQueue::offer(const Event& event, std::string_view line) {
  place(event, line);
  ++stats_.offered;  // after what an episode that it begins counts from
}

void EventQueue::place(const Event& event, std::string_view line) {
  const auto type = type_of(event);
  const auto now = event.at;
  auto& dropped = config_.policy == DropPolicy::latest ? stats_.dropped_latest : stats_.dropped_oldest;
  if (const auto hole = type == EventType::book_update ? holes_.find(event.symbol) : holes_.end(); hole != holes_.end()) {
    if (hole->second) miss(now, dropped);  // the snapshot to come has it
    return;
  }
  if (config_.policy == DropPolicy::coalesce && can_coalesce(type) && coalesce(event, type, line)) return;
  while (full(line.size())) {
    if (config_.policy == DropPolicy::latest) {
      if (is_book(type)) holes_.insert_or_assign(std::string{event.symbol}, true);
      return miss(now, dropped);
    }
    drop_oldest(now);
    if (type == EventType::book_update && holes_.contains(event.symbol)) return miss(now, dropped);
  }
  push(event, type, line);
  if (const auto hole = type == EventType::book_snapshot ? holes_.find(event.symbol) : holes_.end(); hole != holes_.end())
    holes_.erase(hole);  // it stands by itself
}

bool EventQueue::coalesce(const Event& event, EventType type, std::string_view line) {
  const auto key = key_of(event);
  for (std::size_t i = size_; i-- > 0;) {
    auto& slot = at(i);
    if (slot.type != type || slot.key != key || slot.symbol != event.symbol) continue;
    if (config_.coalesce_window_ms != 0 && event.at.count - slot.since.count > config_.coalesce_window_ms) return false;
    bytes_ += line.size() - slot.line.size();
    slot.line.assign(line);
    note(event.at);
    ++stats_.coalesced;
    return true;
  }
  return false;
}

void EventQueue::push(const Event& event, EventType type, std::string_view line) {
  if (size_ == ring_.size()) {
    std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(first_), ring_.end());
    first_ = 0;
    ring_.resize(std::min(config_.max_queue_depth, std::max<std::size_t>(16, 2 * ring_.size())));
  }
  auto& slot = at(size_++);
  slot.type = type;
  slot.symbol.assign(event.symbol);
  slot.line.assign(line);
  slot.since = event.at;
  slot.key = key_of(event);
  bytes_ += line.size();
  if (is_book(type)) ++queued_[slot.symbol];
}

/// A slot's event leaves the queue. Small lines keep their memory for the next one.
void EventQueue::forget(Slot& slot) noexcept {
  constexpr std::size_t kKept = 4'096;
  bytes_ -= slot.line.size();
  if (slot.line.capacity() > kKept) std::string{}.swap(slot.line);
  if (!is_book(slot.type)) return;
  if (const auto count = queued_.find(slot.symbol); --count->second == 0) queued_.erase(count);
}

void EventQueue::pop() noexcept {
  forget(at(0));
  first_ = (first_ + 1) % ring_.size();
  --size_;
}

void EventQueue::drop_oldest(Millis now) {
  const auto& oldest = at(0);
  const bool book = is_book(oldest.type);
  const auto symbol = book ? oldest.symbol : std::string{};
  pop();
  miss(now, stats_.dropped_oldest);
  if (book) tear(symbol, stats_.dropped_oldest);
}

void EventQueue::tear(const std::string& symbol, std::uint64_t& dropped) {
  if (!queued_.contains(symbol)) {
    holes_.insert_or_assign(symbol, true);
    return;
  }
  std::size_t kept = 0;
  bool torn = true;  // until a snapshot of the book
  for (std::size_t i = 0; i < size_; ++i) {
    auto& slot = at(i);
    if (torn && is_book(slot.type) && slot.symbol == symbol) {
      torn = slot.type != EventType::book_snapshot;
      if (torn) {
        forget(slot);
        ++dropped;
        ++missed_;
        continue;
      }
    }
    if (!torn && kept == i) return;  // nothing has moved, and nothing will
    if (kept != i) std::swap(at(kept), slot);
    ++kept;
  }
  size_ = kept;
  if (torn) holes_.insert_or_assign(symbol, true);
}

void EventQueue::miss(Millis now, std::uint64_t& counter) noexcept {
  note(now);
  ++counter;
  ++missed_;
}

/// Something of an episode is about to be counted.
void EventQueue::note(Millis now) noexcept {
  if (!episode_) episode_ = Episode{now, false, stats_};
  episode_->last = std::max(episode_->last, now);
}

void EventQueue::append_delivery(Millis now, Millis origin, std::string_view phase, std::string& out) const {
  const auto& before = episode_->before;
  detail::JsonLine line{out};
  line.integer("t", now.count - origin.count).string("type", "delivery").string("phase", phase);
  line.number("offered", stats_.offered - before.offered);
  line.number("dropped", stats_.dropped_oldest + stats_.dropped_latest - before.dropped_oldest - before.dropped_latest);
  line.number("coalesced", stats_.coalesced - before.coalesced).number("limited", stats_.limited - before.limited);
  line.end();
}

std::size_t EventQueue::tell_episode(Millis now, Millis origin, std::string& out) {
  if (!episode_) return 0;
  if (!std::exchange(episode_->begin_told, true)) {
    append_delivery(now, origin, "begin", out);
    return 1;
  }
  if (now.count - episode_->last.count < kEpisodeMs) return 0;
  append_delivery(now, origin, "end", out);
  episode_.reset();
  return 1;
}

std::size_t EventQueue::drain(Millis now, Millis origin, const Feed* books, std::string& out, std::size_t most) {
  auto lines = tell_episode(now, origin, out);
  if (missed_ != 0) {
    detail::JsonLine line{out};
    line.integer("t", now.count - origin.count).string("type", "lagged").number("missed", std::exchange(missed_, 0));
    line.end();
    ++lines;
  }
  std::size_t delivered = 0;
  const auto may = [&] {
    if (delivered == most) return false;
    if (config_.max_messages_per_second == 0 || bucket_.take(now)) return true;
    note(now);
    ++stats_.limited;
    most = delivered;  // no more this time
    return false;
  };
  const auto mend = [&] {
    for (auto hole = holes_.begin(); hole != holes_.end();) {
      const auto* book = books == nullptr ? nullptr : books->book(hole->first);
      if (book == nullptr || book->revision() == 0 || book->state() == BookState::unsubscribed) {
        hole = holes_.erase(hole);  // nothing to mend: its next snapshot will come by itself
      } else if (queued_.contains(hole->first)) {
        ++hole;  // what it still has comes first
      } else {
        if (!may()) return;
        append_local_snapshot(out, *book, now, origin);
        ++delivered;
        hole = holes_.erase(hole);
      }
    }
  };
  if (!holes_.empty()) mend();
  while (size_ != 0 && may()) {
    out += at(0).line;
    pop();
    ++delivered;
  }
  if (!holes_.empty() && size_ == 0) mend();
  stats_.delivered += delivered;
  rate_.add(now, delivered);
  return lines + delivered;
}

std::optional<Millis> EventQueue::ready_at(Millis now) const noexcept {
  // What could be had already is nothing to wait for: a listener that does not read must not keep a driver busy.
  std::optional<Millis> first;
  const auto later = [&](Millis at) {
    if (at > now && (!first || at < *first)) first = at;
  };
  if (episode_ && episode_->begin_told) later({episode_->last.count + kEpisodeMs});
  if ((size_ != 0 || !holes_.empty()) && config_.max_messages_per_second != 0) later(bucket_.ready_at(now));
  return first;
}

bool EventQueue::due(Millis now) const noexcept {
  if (missed_ != 0 || (episode_ && (!episode_->begin_told || now.count - episode_->last.count >= kEpisodeMs))) return true;
  return (size_ != 0 || !holes_.empty()) && (config_.max_messages_per_second == 0 || bucket_.ready_at(now) <= now);
}

DeliveryStats EventQueue::stats(Millis now) const noexcept {
  auto out = stats_;
  out.queued = size_;
  out.peak_rate = rate_.peak(now);
  return out;
}

}  // namespace hadal
