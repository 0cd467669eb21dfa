#include "hadal/player.hpp"

#include <algorithm>

#include "hadal/journal/frame_clock.hpp"
#include "hadal/journal/reader.hpp"
#include "hadal/replay.hpp"

namespace hadal {

Player::Player(std::string recording, FeedConfig config, bool keep_log)
    : recording_{std::move(recording)}, config_{std::move(config)}, keep_log_{keep_log} {
  RecordingReader reader;
  Decoder decoder{config_.limits};
  FrameClock clock;
  Record record;
  std::int64_t now = 0;
  bool first = true;
  const auto take = [&] {
    while (reader.next(record)) {
      if (record.kind == RecordKind::header) {
        if (!index_.empty()) continue;  // of a part appended later: the books are made by then
        const auto header = parse_header(record.payload);
        if (header && header->depth && *header->depth > 0 && is_depth(static_cast<std::uint64_t>(*header->depth)))
          config_.header_depth = static_cast<std::uint16_t>(*header->depth);
        continue;
      }
      if (record.kind == RecordKind::comment || is_cut_short(record, decoder)) continue;
      if (record.kind == RecordKind::corrupt) {
        ++corrupt_;
        continue;
      }
      const bool received = record.kind == RecordKind::received;
      if (received && !record.timed && decoder.decode(record.payload) == Errc::ok) clock.see(decoder.message());
      if (first && record.timed) origin_ = record.now.count;
      first = false;
      now = std::max(now, record.timed ? record.now.count - origin_ : clock.now().count);
      index_.push_back({record.offset, record.length, record.line, now, received});
    }
  };
  constexpr std::size_t kPiece = 1u << 20;  // the reader copies what it is given
  for (std::size_t at = 0; at < recording_.size(); at += kPiece) {
    reader.push(std::string_view{recording_}.substr(at, kPiece));
    take();
  }
  reader.finish();
  take();
  journal_ = reader.is_journal();
  rewind();
}

void Player::rewind() {
  next_ = 0;
  time_ = 0;
  log_ = std::make_unique<LogWriter>(keep_log_);
  if (journal_) {
    log_->set_origin(Millis{origin_});
  } else {
    log_->set_timeless();
  }
  stream_ = std::make_unique<EventStream>(&*log_);
  for (const auto& [symbol, config] : tracked_) static_cast<void>(stream_->analytics().track(symbol, config));
  feed_.emplace(config_, &*stream_);
}

Errc Player::track(std::string_view symbol, const TrackConfig& config) {
  const auto error = stream_->analytics().track(symbol, config);
  if (error == Errc::ok) tracked_.insert_or_assign(std::string{symbol}, config);
  return error;
}

void Player::play_next() {
  const auto& entry = index_[next_++];
  const auto line = std::string_view{recording_}.substr(static_cast<std::size_t>(entry.offset), static_cast<std::size_t>(entry.length));
  Record record;
  if (journal_) {
    parse_record(line, record, scratch_);
  } else {
    record.kind = RecordKind::received;
    record.payload = line;
  }
  if (record.timed) stream_->begin(record.now);
  apply_record(*feed_, record);
}

std::size_t Player::advance(double ms) {
  if (!(ms > 0)) return 0;  // also not a number
  time_ = std::min(time_ + ms, duration_ms());
  std::size_t played = 0;
  for (; !done() && static_cast<double>(index_[next_].now) <= time_; ++played) play_next();
  return played;
}

bool Player::step() {
  while (!done()) {
    const auto& entry = index_[next_];
    time_ = std::max(time_, static_cast<double>(entry.now));
    const bool received = entry.received;
    play_next();
    if (received) return true;
  }
  return false;
}

void Player::seek(double ms) {
  rewind();
  if (!(ms >= 0)) return;
  time_ = std::min(ms, duration_ms());
  while (!done() && static_cast<double>(index_[next_].now) <= time_) play_next();
}

void Player::play_to_end() {
  while (!done()) play_next();
  time_ = duration_ms();
}

double Player::duration_ms() const noexcept { return index_.empty() ? 0 : static_cast<double>(index_.back().now); }

}  // namespace hadal
