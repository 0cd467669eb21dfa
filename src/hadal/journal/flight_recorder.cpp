#include "hadal/journal/flight_recorder.hpp"

#include <utility>

#include "hadal/detail/json_out.hpp"
#include "hadal/journal/writer.hpp"

namespace hadal {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr std::size_t kMostFrames = 1'000'000;
constexpr std::size_t kLeastBytes = 64u << 10;
constexpr std::size_t kMostBytes = 256u << 20;

UnixNanos stamp(Millis now) { return now.count > 9'000'000'000'000 ? 0 : now.count * kNanosPerMilli; }

void append_side(std::string& out, const LadderSide& side, Scales scales) {
  bool first = true;
  for (const auto& level : side) {
    out += std::exchange(first, false) ? "{\"price\":" : ",{\"price\":";
    append_decimal(out, level.price, scales.price);
    out += ",\"qty\":";
    append_decimal(out, level.qty, scales.qty);
    out += '}';
  }
}

}  // namespace

Errc check(const FlightRecorderConfig& config) noexcept {
  const bool good = config.frames >= 1 && config.frames <= kMostFrames && config.bytes >= kLeastBytes && config.bytes <= kMostBytes;
  return good ? Errc::ok : Errc::config_invalid;
}

void append_books(std::string& out, UnixNanos wall, Millis now, ConnectionId connection, const Feed& feed) {
  for (const auto& [symbol, book] : feed.books()) {
    if (book->state() == BookState::unsubscribed) continue;
    std::string frame = R"({"method":"subscribe","params":{"channel":"book","symbol":[)";
    detail::append_json_string(frame, symbol);
    frame += "],\"depth\":" + std::to_string(book->depth() == 0 ? kDepths[0] : book->depth()) + "}}";
    append_sent(out, wall, now, connection, frame);
    if (!book->is_live()) continue;
    frame.clear();
    append_snapshot_frame(frame, *book);
    append_received(out, wall, now, connection, frame);
  }
}

void append_snapshot_frame(std::string& out, const VerifiedBook& book) {
  const auto& levels = book.levels();
  out += R"({"channel":"book","type":"snapshot","data":[{"symbol":)";
  detail::append_json_string(out, book.symbol());
  out += ",\"bids\":[";
  append_side(out, levels.bids(), book.scales());
  out += "],\"asks\":[";
  append_side(out, levels.asks(), book.scales());
  out += ']';
  if (book.verified()) out += ",\"checksum\":" + std::to_string(levels.checksum());
  // Not the last message's: an update that is older than that, but not than the snapshot, would be left out.
  if (const auto time = book.snapshot_time()) {
    out += ",\"timestamp\":\"";
    append_timestamp(out, *time);
    out += '"';
  }
  out += "}]}";
}

void FlightRecorder::make_room(Millis now, const Feed& feed, std::size_t bytes) {
  const bool full = present_.frames >= config_.frames || present_.lines.size() + bytes > config_.bytes;
  if (std::exchange(begun_, true) && !full) return;
  older_ = std::move(present_);
  present_ = {};
  append_books(present_.books, stamp(now), now, connection_, feed);
}

void FlightRecorder::frame(Millis now, ConnectionId connection, std::string_view text, const Feed& feed) {
  connection_ = connection;
  const bool kept = text.size() <= config_.bytes;  // one frame beyond the limit is not worth the memory of all others
  make_room(now, feed, kept ? text.size() : 0);
  ++present_.frames;
  if (kept) {
    append_received(present_.lines, stamp(now), now, connection, text);
  } else if (text.find("\"book\"") != std::string_view::npos) {
    append_link(present_.lines, stamp(now), now, connection, {LinkRecord::What::lost, 1, {}});
  } else {
    present_.lines += "## left out: a frame of " + std::to_string(text.size()) + " bytes\n";
  }
}

void FlightRecorder::link(Millis now, ConnectionId connection, const LinkRecord& link, const Feed& feed) {
  if (link.what == LinkRecord::What::timeout) return;
  make_room(now, feed, link.text.size());
  append_link(present_.lines, stamp(now), now, connection, link);
}

void FlightRecorder::sent(Millis now, ConnectionId connection, std::string_view text) {
  if (present_.lines.size() + text.size() <= config_.bytes) append_sent(present_.lines, stamp(now), now, connection, text);
}

void FlightRecorder::note(std::string line) {
  if (notes_.size() == kNotes) notes_.pop_front();
  notes_.push_back(std::move(line));
}

std::string FlightRecorder::incident(Millis now, std::optional<UnixNanos> wall, const Feed& feed, const IncidentReport& report) const {
  std::string out = "# hadal-journal 1 ";
  {
    detail::JsonLine line{out};
    line.string("version", report.version).string("incident", report.reason).integer("now", now.count).time("wall", wall);
    line.number("frames", frames());
    if (report.verify != Verify::every) line.string("verify", "off");
    if (report.crossed != CrossedPolicy::gap) line.string("crossed", "warn");
    line.end();
  }
  const auto comment = [&](std::string_view what, std::string_view text) {
    out += "## ";
    out += what;
    out += ' ';
    for (const char c : text) out += c == '\n' || c == '\r' ? ' ' : c;
    out += '\n';
  };
  if (!report.config.empty()) comment("config", report.config);
  for (const auto& transition : report.transitions) comment("transition", transition);
  for (const auto& line : notes_) comment("event", line);
  for (const auto& [symbol, book] : feed.books()) {
    std::string text;
    append_snapshot_frame(text, *book);
    std::string state{name(book->state())};
    if (book->reason() != Cause::none) (state += ' ') += name(book->reason());
    comment("book " + symbol + ' ' + state + (book->verified() ? " verified" : " not verified"), text);
  }
  out += begun_ && older_.frames + older_.lines.size() != 0 ? older_.books + older_.lines : present_.books;
  out += present_.lines;
  return out;
}

}  // namespace hadal
