#include "hadal/telemetry/metrics.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "hadal/base/decimal.hpp"
#include "hadal/detail/json_out.hpp"
#include "hadal/session/key.hpp"
#include "hadal/version.hpp"

namespace hadal {
namespace {

constexpr int kMicros = 6;  ///< decimals of a second; base units are what promtool asks for

/// `name="value"`. The format escapes `"`, `\` and newline as JSON does; other control characters, which it does not know, become spaces.
std::string label(std::string_view name, std::string_view value) {
  std::string clean{value};
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }, ' ');
  std::string out{name};
  out += '=';
  detail::append_json_string(out, clean);
  return out;
}

std::string join(std::string_view a, std::string_view b) {
  std::string out{a};
  if (!a.empty()) out += ',';
  out += b;
  return out;
}

/// Milliseconds as seconds, without trailing zeros: `0.005`, `2.5`, `10`.
std::string seconds(std::int64_t milliseconds) {
  std::string out;
  append_decimal(out, milliseconds, 3);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out;
}

/// A family is begun, then its samples are written.
class Writer {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    comment("# HELP ", help);
    comment("# TYPE ", type);
  }
  void counter(std::string_view name, std::string_view help) { begin(name, "counter", help); }
  void gauge(std::string_view name, std::string_view help) { begin(name, "gauge", help); }

  /// The value is `mantissa / 10^scale`.
  void sample(std::string_view labels, Int128 mantissa, int scale = 0, std::string_view suffix = {}) {
    out_ += name_;
    out_ += suffix;
    if (!labels.empty()) {
      out_ += '{';
      out_ += labels;
      out_ += '}';
    }
    out_ += ' ';
    append_decimal(out_, mantissa, scale);
    out_ += '\n';
  }

  void histogram(std::string_view labels, const Summary& summary) {
    const auto bucket = [&](std::string_view bound, std::uint64_t count) { sample(join(labels, label("le", bound)), count, 0, "_bucket"); };
    for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) bucket(seconds(kLatencyBounds[i]), summary.at_most()[i]);
    bucket("+Inf", summary.histogram().count());
    sample(labels, summary.sum(), kMicros, "_sum");
    sample(labels, summary.histogram().count(), 0, "_count");
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void comment(std::string_view word, std::string_view text) {
    out_ += word;
    out_ += name_;
    out_ += ' ';
    out_ += text;
    out_ += '\n';
  }

  std::string out_;
  std::string_view name_;
};

/// Samples of one family. The same labels twice would make the whole text invalid, so they are summed.
class Samples {
 public:
  void add(std::string labels, std::uint64_t count) {
    const auto known = std::find_if(samples_.begin(), samples_.end(), [&](const auto& sample) { return sample.first == labels; });
    if (known == samples_.end()) samples_.emplace_back(std::move(labels), count);
    else known->second += count;
  }
  void add(std::string_view name, const std::vector<NamedCount>& counts, std::string_view before = {}) {
    for (const auto& [value, count] : counts) add(join(before, label(name, value)), count);
  }
  void write(Writer& out) const {
    for (const auto& [labels, count] : samples_) out.sample(labels, count);
  }

 private:
  std::vector<std::pair<std::string, std::uint64_t>> samples_;
};

void write_counts(Writer& out, std::string_view name, const std::vector<NamedCount>& counts, std::string_view before = {}) {
  Samples samples;
  samples.add(name, counts, before);
  samples.write(out);
}

std::string endpoint_label(const SessionStats& session) { return label("endpoint", name(session.endpoint)); }

std::uint64_t total(const std::vector<SessionStats>& sessions, std::uint64_t SessionStats::*count) {
  std::uint64_t sum = 0;
  for (const auto& session : sessions) sum += session.*count;
  return sum;
}

void write_wire(Writer& out, const Stats& stats) {
  out.counter("hadal_frames_received_total", "Frames received.");
  Samples received;
  for (const auto& session : stats.sessions) received.add("channel", session.frames_received, endpoint_label(session));
  received.write(out);

  out.counter("hadal_bytes_received_total", "Bytes of the frames received.");
  Samples bytes;
  for (const auto& session : stats.sessions) bytes.add(endpoint_label(session), session.bytes_received);
  bytes.write(out);

  out.counter("hadal_frames_sent_total", "Frames sent.");
  Samples sent;
  for (const auto& session : stats.sessions) sent.add("method", session.frames_sent, endpoint_label(session));
  sent.write(out);

  out.counter("hadal_frames_rejected_total", "Frames that could not be used.");
  write_counts(out, "reason", stats.rejected_frames);
}

void write_connections(Writer& out, const Stats& stats) {
  out.counter("hadal_connection_attempts_total", "Attempts to connect.");
  out.sample({}, total(stats.sessions, &SessionStats::attempts));

  out.counter("hadal_connection_failures_total", "Connections that failed or were lost.");
  Samples failures;
  for (const auto& session : stats.sessions) failures.add("cause", session.failures);
  failures.write(out);

  out.counter("hadal_reconnections_total", "Connections that were open again after a loss.");
  out.sample({}, total(stats.sessions, &SessionStats::reconnections));

  out.gauge("hadal_connection_state",
            "The least healthy connection: 0 disconnected, 1 connecting, 2 authenticating, 3 subscribing, 4 subscribed, 5 resyncing, "
            "6 degraded, 7 closed.");
  out.sample({}, static_cast<int>(stats.state()));

  out.gauge("hadal_subscriptions", "Subscriptions by their state.");
  Samples keys;
  for (const auto state : {KeyState::wanted, KeyState::pending, KeyState::active, KeyState::leaving, KeyState::rejected})
    keys.add(label("state", name(state)), 0);
  for (const auto& session : stats.sessions) keys.add("state", session.keys);
  keys.write(out);

  out.counter("hadal_subscription_rejections_total", "Subscriptions that the exchange refused.");
  out.sample({}, total(stats.sessions, &SessionStats::rejected_subscriptions));
}

/// What is told about a symbol, or about all that have no labels of their own.
struct SymbolRow {
  std::string label;
  std::optional<BookState> state{};
  BookStats sums{};

  void add(const BookStats& book) {
    sums.snapshots += book.snapshots;
    sums.updates += book.updates;
    sums.matched += book.matched;
    sums.mismatched += book.mismatched;
    sums.skipped += book.skipped;
    sums.repairs_done += book.repairs_done;
    sums.repairs_failed += book.repairs_failed;
  }
};

std::vector<SymbolRow> symbol_rows(const std::vector<BookStats>& books) {
  std::vector<SymbolRow> rows;
  // Looked up because two symbols can be one once they are written as a label.
  const auto row = [&rows](std::string_view symbol) -> SymbolRow& {
    auto text = label("symbol", symbol);
    const auto known = std::find_if(rows.begin(), rows.end(), [&](const SymbolRow& r) { return r.label == text; });
    return known != rows.end() ? *known : rows.emplace_back(SymbolRow{std::move(text)});
  };
  const auto own = std::min(books.size(), kMetricSymbols);
  for (std::size_t i = 0; i < own; ++i) {
    auto& to = row(books[i].symbol);
    to.state = books[i].state;
    to.add(books[i]);
  }
  if (own < books.size()) {
    auto& other = row("other");
    for (std::size_t i = own; i < books.size(); ++i) other.add(books[i]);
  }
  return rows;
}

void write_books(Writer& out, const Stats& stats) {
  const auto rows = symbol_rows(stats.books);
  const auto result = [](const SymbolRow& row, std::string_view value) { return join(row.label, label("result", value)); };

  out.gauge("hadal_book_state", "Books: 0 unsubscribed, 1 awaiting_snapshot, 2 live, 3 resyncing, 4 stale.");
  for (const auto& row : rows)
    if (row.state) out.sample(row.label, static_cast<int>(*row.state));

  out.counter("hadal_book_snapshots_total", "Snapshots of books.");
  for (const auto& row : rows) out.sample(row.label, row.sums.snapshots);

  out.counter("hadal_book_updates_total", "Updates of books.");
  for (const auto& row : rows) out.sample(row.label, row.sums.updates);

  out.counter("hadal_checksums_total", "Book messages by the outcome of their checksum.");
  for (const auto& row : rows) {
    out.sample(result(row, "match"), row.sums.matched);
    out.sample(result(row, "mismatch"), row.sums.mismatched);
    out.sample(result(row, "skipped"), row.sums.skipped);
  }

  out.counter("hadal_gaps_total", "Times a book could not be trusted any more.");
  write_counts(out, "cause", stats.gaps, label("channel", "book"));

  out.counter("hadal_resyncs_total", "Repairs of books: done with a verified snapshot, or given up.");
  for (const auto& row : rows) {
    out.sample(result(row, "done"), row.sums.repairs_done);
    out.sample(result(row, "failed"), row.sums.repairs_failed);
  }

  out.counter("hadal_deltas_ignored_total", "Updates of books that were left out.");
  write_counts(out, "reason", stats.ignored_deltas);
}

void write_delivery(Writer& out, const Stats& stats) {
  out.counter("hadal_events_delivered_total", "Events delivered.");
  write_counts(out, "type", stats.events);

  out.counter("hadal_events_dropped_total", "Events dropped from a full queue.");
  out.sample(label("policy", "oldest"), stats.delivery.dropped_oldest);
  out.sample(label("policy", "latest"), stats.delivery.dropped_latest);

  out.counter("hadal_events_coalesced_total", "Events merged into a newer one.");
  out.sample({}, stats.delivery.coalesced);

  out.counter("hadal_listener_failures_total", "Listeners that failed.");
  out.sample({}, stats.listener_failures);

  out.gauge("hadal_queue_depth", "Events in queues.");
  out.sample({}, stats.delivery.queued);
}

void write_requests(Writer& out, const Stats& stats) {
  out.counter("hadal_requests_total", "Requests by how they ended.");
  Samples requests;
  for (const auto& session : stats.sessions)
    for (const auto& request : session.requests) {
      const auto method = label("method", request.method);
      requests.add(join(method, label("result", "answered")), request.answered);
      requests.add(join(method, label("result", "timed_out")), request.timed_out);
      requests.add(join(method, label("result", "lost")), request.lost);
    }
  requests.write(out);

  out.gauge("hadal_clock_offset_seconds", "Clock of the exchange less that of the driver.");
  const auto known =
      std::find_if(stats.sessions.begin(), stats.sessions.end(), [](const auto& session) { return session.clock_offset_us.has_value(); });
  if (known != stats.sessions.end()) out.sample({}, *known->clock_offset_us, kMicros);

  out.gauge("hadal_build_info", "Version of hadal; always 1.");
  out.sample(label("version", HADAL_VERSION), 1);
}

void write_latency(Writer& out, const Stats& stats) {
  out.begin("hadal_latency_seconds", "histogram", "Latency of frames.");
  for (const auto part : {LatencyPart::network, LatencyPart::processing, LatencyPart::total})
    out.histogram(label("part", name(part)), stats.latency.summary(part));

  out.begin("hadal_ping_rtt_seconds", "histogram", "Round trip of pings.");
  out.histogram({}, stats.round_trip);

  out.begin("hadal_resync_duration_seconds", "histogram", "From the cause of a repair to the verified snapshot.");
  out.histogram({}, stats.resync_duration);
}

}  // namespace

std::string metrics_text(const Stats& stats) {
  Writer out;
  write_wire(out, stats);
  write_connections(out, stats);
  write_books(out, stats);
  write_delivery(out, stats);
  write_requests(out, stats);
  write_latency(out, stats);
  return std::move(out).take();
}

}  // namespace hadal
