#include "hadal_asio/readers.hpp"

#include "hadal/base/decimal.hpp"
#include "hadal_asio/reader_state.hpp"

namespace hadal::net {

EventReader& EventReader::operator=(EventReader&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
EventReader::~EventReader() {
  if (state_ != nullptr) state_->gone();
}
std::optional<std::string> EventReader::receive() { return state_->lines.take(); }
std::optional<std::string> EventReader::receive_for(std::chrono::milliseconds time) { return state_->lines.take_for(time); }
bool EventReader::ended() const { return state_->lines.ended(); }
void EventReader::wait(std::function<void(std::optional<std::string>)> then) { state_->lines.then(std::move(then)); }

FrameReader& FrameReader::operator=(FrameReader&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
FrameReader::~FrameReader() {
  if (state_ != nullptr) state_->gone();
}
std::optional<Frame> FrameReader::receive() { return state_->frame.take(); }
std::optional<Frame> FrameReader::receive_for(std::chrono::milliseconds time) { return state_->frame.take_for(time); }
bool FrameReader::ended() const { return state_->frame.ended(); }

std::string Frame::price(const Level& level) const { return to_string({level.price, scales.price}); }
std::string Frame::qty(const Level& level) const { return to_string({level.qty, scales.qty}); }

}  // namespace hadal::net
