#include "hadal/telemetry/stats_text.hpp"

#include <algorithm>
#include <utility>

#include "hadal/detail/json_out.hpp"
#include "hadal/engine.hpp"

namespace hadal {
namespace {

using detail::JsonLine;

/// A value written with three decimals, as a JSON number. Left out if there is none.
void thousandths(JsonLine& line, std::string_view key, const std::optional<double>& value) {
  constexpr double kMost = 1e15;
  if (!value || !(*value > -kMost && *value < kMost)) return;
  const auto scaled = *value * 1'000;
  append_decimal(line.raw(key), static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5), 3);
}

void counts(JsonLine& line, std::string_view key, const std::vector<NamedCount>& list) {
  JsonLine inner{line.raw(key)};
  for (const auto& [name, count] : list) {
    // A name may be a word of the wire: whatever it holds, it has to be a JSON string.
    std::string text;
    detail::append_json_string(text, name);
    inner.number(std::string_view{text}.substr(1, text.size() - 2), count);
  }
  inner.text() += '}';
}

/// Objects in a list, one by one.
template <class List, class Write>
void objects(JsonLine& line, std::string_view key, const List& list, Write write) {
  auto& out = line.raw(key) += '[';
  bool first = true;
  for (const auto& one : list) {
    if (!std::exchange(first, false)) out += ',';
    JsonLine inner{out};
    write(inner, one);
    out += '}';
  }
  out += ']';
}

void summary(JsonLine& line, std::string_view key, const Summary& values) {
  const auto v = values.values();
  JsonLine inner{line.raw(key)};
  inner.number("count", v.count).optional("min", v.min).optional("max", v.max);
  thousandths(inner, "mean", v.mean);
  thousandths(inner, "sigma", v.sigma);
  inner.optional("p50", v.p50).optional("p75", v.p75).optional("p90", v.p90).optional("p95", v.p95).optional("p99", v.p99);
  inner.optional("p999", v.p999);
  inner.text() += '}';
}

void session_members(JsonLine& line, const SessionStats& s) {
  line.string("endpoint", name(s.endpoint)).string("state", name(s.state)).number("bytes_received", s.bytes_received);
  counts(line, "frames_received", s.frames_received);
  counts(line, "frames_sent", s.frames_sent);
  counts(line, "failures", s.failures);
  line.number("attempts", s.attempts).number("reconnections", s.reconnections);
  counts(line, "keys", s.keys);
  line.number("rejected_subscriptions", s.rejected_subscriptions);
  objects(line, "requests", s.requests, [](JsonLine& inner, const RequestStats& r) {
    inner.string("method", r.method).number("answered", r.answered).number("timed_out", r.timed_out).number("lost", r.lost);
  });
  line.optional("clock_offset_us", s.clock_offset_us);
}

void book_members(JsonLine& line, const BookStats& b) {
  line.string("symbol", b.symbol).string("state", name(b.state));
  if (b.reason != Cause::none) line.string("reason", name(b.reason));
  line.boolean("verified", b.verified).number("snapshots", b.snapshots).number("updates", b.updates);
  line.number("matched", b.matched).number("mismatched", b.mismatched).number("skipped", b.skipped).number("gaps", b.gaps);
  line.number("repairs_begun", b.repairs_begun).number("repairs_done", b.repairs_done).number("repairs_failed", b.repairs_failed);
}

void delivery(JsonLine& line, const DeliveryStats& d) {
  JsonLine inner{line.raw("delivery")};
  inner.number("offered", d.offered).number("delivered", d.delivered).number("dropped_oldest", d.dropped_oldest);
  inner.number("dropped_latest", d.dropped_latest).number("coalesced", d.coalesced).number("limited", d.limited);
  inner.number("queued", d.queued).number("peak_rate", d.peak_rate);
  thousandths(inner, "drop_rate", d.drop_rate());
  thousandths(inner, "coalesce_rate", d.coalesce_rate());
  inner.text() += '}';
}

}  // namespace

void append_stats(std::string& out, const Stats& stats) {
  JsonLine line{out};
  line.string("state", name(stats.state()));
  thousandths(line, "frames_per_second", stats.frames_per_second);
  thousandths(line, "book_messages_per_second", stats.book_messages_per_second);
  thousandths(line, "events_per_second", stats.events_per_second);
  thousandths(line, "gap_rate", stats.gap_rate());
  line.number("events_total", stats.events_total);
  counts(line, "events", stats.events);
  line.number("listener_failures", stats.listener_failures);
  counts(line, "rejected_frames", stats.rejected_frames);
  counts(line, "gaps", stats.gaps);
  counts(line, "ignored_deltas", stats.ignored_deltas);
  objects(line, "sessions", stats.sessions, session_members);
  objects(line, "books", stats.books, book_members);
  delivery(line, stats.delivery);
  {
    JsonLine latency{line.raw("latency")};
    for (const auto part : {LatencyPart::network, LatencyPart::processing, LatencyPart::total})
      summary(latency, name(part), stats.latency.summary(part));
    latency.boolean("corrected", stats.latency.corrected());
    latency.text() += '}';
  }
  summary(line, "round_trip", stats.round_trip);
  summary(line, "resync_duration", stats.resync_duration);
  out += '}';
}

void append_status(std::string& out, const Engine& engine, Millis now) {
  JsonLine line{out};
  line.string("state", name(engine.state()));
  const auto& session = engine.market();
  if (const auto& history = session.history(); !history.empty()) {
    const auto& last = history.back();
    line.string("cause", name(last.cause)).string_if("detail", last.detail).number("attempt", last.attempt);
  }
  if (const auto at = session.retry_at()) line.integer("retry_in", std::max<std::int64_t>(0, at->count - now.count));
  line.boolean("online", engine.online());
  auto& pairs = line.raw("pairs") += '[';
  std::vector<std::string_view> seen;
  const auto keys = session.active();
  for (const auto& key : keys)
    if (!key.symbol.empty()) seen.push_back(key.symbol);
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  for (const auto symbol : seen) {
    if (pairs.back() != '[') pairs += ',';
    detail::append_json_string(pairs, symbol);
  }
  pairs += ']';
  auto& books = line.raw("books") += '[';
  for (const auto& [symbol, book] : session.feed().books()) {
    books += books.back() == '[' ? "[" : ",[";
    detail::append_json_string(books, symbol);
    books += ',';
    detail::append_json_string(books, name(book->state()));
    books += ',';
    if (book->reason() == Cause::none) {
      books += "null";
    } else {
      detail::append_json_string(books, name(book->reason()));
    }
    books += ']';
  }
  books += "]}";
}

}  // namespace hadal
