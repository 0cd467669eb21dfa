#include "hadal/telemetry/collect.hpp"

namespace hadal {
namespace {

RequestStats of(std::string_view method, const SessionCounters::Requests& requests) {
  return {std::string{method}, requests.answered, requests.timed_out, requests.lost};
}

}  // namespace

void add_feed(Stats& stats, SessionStats& out, const Feed& feed) {
  const auto& c = feed.counters();
  out.bytes_received = c.bytes;
  add_count(out.frames_received, "book", c.book_frames);
  add_count(out.frames_received, "ticker", c.ticker_frames);
  add_count(out.frames_received, "trade", c.trade_frames);
  add_count(out.frames_received, "ohlc", c.ohlc_frames);
  add_count(out.frames_received, "instrument", c.instrument_frames);
  add_count(out.frames_received, "status", c.status_frames);
  add_count(out.frames_received, "heartbeat", c.heartbeats);
  add_count(out.frames_received, "pong", c.pongs);
  add_count(out.frames_received, "response", c.responses);
  add_count(out.frames_received, "not_decoded", c.not_decoded);
  add_count(stats.rejected_frames, "parse", c.parse_errors);
  add_count(stats.rejected_frames, "not_json", c.not_json);
  add_count(stats.rejected_frames, "binary", c.binary);
  add_count(stats.rejected_frames, "unknown", c.unknown);
  add_count(stats.rejected_frames, "limit", c.refused_books);
  for (const auto& [symbol, book] : feed.books()) {
    const auto& counters = book->counters();
    BookStats one;
    one.symbol = symbol;
    one.state = book->state();
    one.reason = book->reason();
    one.verified = book->verified();
    one.snapshots = counters.snapshots;
    one.updates = counters.updates;
    one.matched = counters.matched;
    one.mismatched = counters.mismatched;
    one.skipped = counters.skipped;
    one.gaps = counters.gaps;
    stats.books.push_back(std::move(one));
    add_count(stats.ignored_deltas, "before_snapshot", counters.ignored_deltas);
    add_count(stats.ignored_deltas, "older_than_snapshot", counters.late_deltas);
  }
}

void add_session(Stats& stats, const Session& session) {
  const auto& c = session.counters();
  SessionStats out;
  out.endpoint = session.endpoint();
  out.state = session.state();
  out.attempts = c.connects;
  add_count(out.frames_sent, "subscribe", c.subscribes.sent);
  add_count(out.frames_sent, "unsubscribe", c.unsubscribes.sent);
  add_count(out.frames_sent, "ping", c.pings);
  out.requests = {of("subscribe", c.subscribes), of("unsubscribe", c.unsubscribes)};
  const auto keys = session.key_counts();
  for (std::size_t state = 0; state < keys.size(); ++state) out.keys.push_back({std::string{name(KeyState(state))}, keys[state]});
  if (const auto offset = session.clock_offset()) out.clock_offset_us = offset->offset;
  add_feed(stats, out, session.feed());
  stats.sessions.push_back(std::move(out));
}

}  // namespace hadal
