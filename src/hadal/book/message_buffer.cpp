#include "hadal/book/message_buffer.hpp"

#include <algorithm>

namespace hadal {

void MessageBuffer::begin(const OrderBook& book) {
  before_.emplace(book);
  messages_.clear();
  bytes_ = 0;
}

void MessageBuffer::add(Millis received, std::optional<UnixNanos> time, const WireChecksum& checksum, std::span<const Level> bids,
                        std::span<const Level> asks) {
  const auto last = messages_.empty() ? UnixNanos{} : messages_.back().time;
  messages_.push_back({received, time.value_or(last), checksum, {bids.begin(), bids.end()}, {asks.begin(), asks.end()}});
  bytes_ += messages_.back().bytes();
}

void MessageBuffer::trim(Millis now) {
  const auto is_old = [&] {
    return messages_.size() > kMessages || bytes_ > kBytes || now.count - messages_.front().received.count > kWindow;
  };
  while (!messages_.empty() && is_old()) {
    const auto& oldest = messages_.front();
    before_->apply_update(oldest.bids, oldest.asks);
    bytes_ -= oldest.bytes();
    messages_.pop_front();
  }
}

std::size_t MessageBuffer::replay(OrderBook& out, bool crossed_is_wrong) {
  std::stable_sort(messages_.begin(), messages_.end(), [](const Message& a, const Message& b) { return a.time < b.time; });
  const auto apply = [&](std::size_t count) {
    out = *before_;
    for (std::size_t i = 0; i < count; ++i) out.apply_update(messages_[i].bids, messages_[i].asks);
  };
  out = *before_;
  for (std::size_t right = 0; right < messages_.size(); ++right) {
    const auto& message = messages_[right];
    out.apply_update(message.bids, message.asks);
    using enum WireChecksum::Kind;
    const auto& sent = message.checksum;
    const bool differs =
        !out.empty() && sent.kind != absent && (sent.kind != value || sent.value != out.checksum());  // unusable: matches nothing
    if (!differs && !(crossed_is_wrong && out.crossed())) continue;
    apply(right);
    return right;
  }
  return messages_.size();
}

}  // namespace hadal
