#include "hadal/replay.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "hadal/analytics/axis.hpp"
#include "hadal/analytics/first_view.hpp"
#include "hadal/analytics/followed_text.hpp"
#include "hadal/detail/json_out.hpp"
#include "hadal/detail/words.hpp"
#include "hadal/flow/event_stream.hpp"
#include "hadal/journal/writer.hpp"
#include "hadal/version.hpp"
#include "hadal/wire/symbol.hpp"

namespace hadal {
namespace {

using detail::plural;

std::string_view base_name(std::string_view path) {
  const auto slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string price_text(const VerifiedBook& book, Side side) {
  std::string text;
  if (const auto best = book.best(side)) append_decimal(text, best->price, book.scales().price);
  return text;
}

BookReport report_of(const VerifiedBook& book) {
  BookReport report;
  report.symbol = book.symbol();
  report.depth = book.depth();
  if (book.depth() != 0) report.depth_source = book.depth_source();
  report.state = book.state();
  report.reason = book.reason();
  report.verified = book.verified();
  report.counters = book.counters();
  report.best_bid = price_text(book, Side::bid);
  report.best_ask = price_text(book, Side::ask);
  return report;
}

std::uint64_t resnapshots(const BookCounters& counters) { return counters.snapshots == 0 ? 0 : counters.snapshots - 1; }

std::string state_text(const BookReport& book) {
  if (book.verified) return "live, verified";
  std::string text{name(book.state)};
  if (book.reason != Cause::none) {
    text += " (";
    text += name(book.reason);
    text += ')';
  }
  return text;
}

void append_row(std::string& out, std::string_view label, std::string_view text) {
  constexpr std::size_t kLabel = 14;
  out += "    ";
  out += label;
  out.append(kLabel - std::min(kLabel, label.size()), ' ');
  out += text;
  out += '\n';
}

}  // namespace

/// The file under way. Also hears every event: the log, the count of gaps and the messages come from here.
struct Replay::File final : EventSink {
  File(Replay& owner, std::string_view path) : replay{owner}, report{}, log{owner.options_.keep_log}, stream{this} {
    report.file = path;
    if (owner.options_.track) static_cast<void>(stream.analytics().track({}, *owner.options_.track));
  }

  void on_event(const Event& event) override;
  Feed& feed_for(const Record& record);
  void run(const Record& record);
  void feed_record(const Record& record);
  void add_followed();
  void add_views(const Event& event, const VerifiedBook& book);
  void expect_sent(const Record& record);
  void tell_unrecorded();
  [[nodiscard]] const Feed* any_feed() const { return engine ? &engine->market().feed() : feed ? &*feed : nullptr; }

  Replay& replay;
  FileReport report;
  LogWriter log;
  EventStream stream;  ///< between feed and log, if trackers are wanted
  RecordingReader reader;
  std::optional<Feed> feed;
  std::optional<FlightRecorder> flight;  ///< of the feed
  bool incident_made = false;
  std::string last_gap;  ///< in words
  BookViews views;
  std::optional<SessionConfig> session;  ///< of the header
  std::optional<Engine> engine;
  struct Sent {
    ConnectionId connection;
    std::string text;  ///< without tokens
  };
  std::deque<Sent> sent;  ///< and not found in the recording yet
  std::uint16_t header_depth = 0;
  bool crossed_warn = false;
  std::uint64_t line = 0;
  std::uint64_t messages = 0;
  std::uint64_t part = 1;  ///< of the file: a recorder that went on with it began an engine of its own
  bool finished = false;
};

Feed& Replay::File::feed_for(const Record& record) {
  if (!feed) {
    auto config = replay.options_.feed;
    config.header_depth = header_depth;
    if (report.verify_off) config.verify = Verify::off;
    if (crossed_warn) config.crossed = CrossedPolicy::warn;
    feed.emplace(std::move(config), replay.options_.track ? static_cast<EventSink*>(&stream) : this);
    if (replay.options_.keep_incident) flight.emplace();
    if (record.timed) {
      log.set_origin(record.now);
    } else {
      log.set_timeless();
    }
  }
  return *feed;
}

/// One record into the feed.
void Replay::File::feed_record(const Record& record) {
  auto& to = feed_for(record);
  const auto now = record.timed ? record.now : to.now();
  if (flight && record.kind == RecordKind::received) flight->frame(now, record.connection, record.payload, to);
  if (flight && record.kind == RecordKind::sent) flight->sent(now, record.connection, record.payload);
  if (const auto link = flight && record.kind == RecordKind::link ? parse_link(record.payload) : std::nullopt)
    flight->link(now, record.connection, *link, to);
  if (replay.options_.track && record.timed) stream.begin(now);
  const auto gaps = report.gaps;
  apply_record(to, record);
  if (replay.options_.track && !record.timed) stream.begin(to.now());
  if (!flight || report.gaps == gaps || std::exchange(incident_made, true)) return;
  replay.incident_ = flight->incident(to.now(), std::nullopt, to,
                                      {last_gap, HADAL_VERSION, {}, replay.options_.feed.verify, replay.options_.feed.crossed, {}});
}

/// A line with everything that can be seen of a book.
void Replay::File::add_views(const Event& event, const VerifiedBook& book) {
  if (views.request(all_views(book)) != Errc::ok) return;
  const auto& seen = views.look(book);
  std::string text;
  detail::JsonLine json{text};
  json.integer("t", log.time_of(event.at)).string("type", "views").string("symbol", event.symbol);
  append_views(json, views.wanted(), seen);
  json.end();
  log.add_line(text);
}

/// At the end: what the trackers of each book know.
void Replay::File::add_followed() {
  const auto* seen = any_feed();
  if (!replay.options_.track || seen == nullptr) return;
  auto& analytics = engine ? engine->analytics() : stream.analytics();
  for (const auto& [symbol, book] : seen->books()) {
    std::string text = R"({"type":"followed","about":)";
    if (!append_followed(text, analytics, symbol, seen->now())) continue;
    text += "}\n";
    log.add_line(text);
  }
}

/// One record of a journal into the engine.
void Replay::File::run(const Record& record) {
  if (!engine) {
    engine.emplace(*session, this);
    if (replay.options_.track) static_cast<void>(engine->track({}, *replay.options_.track));
    if (replay.options_.keep_incident) static_cast<void>(engine->keep_flight());
    report.engine = true;
    log.set_origin(record.now);
  }
  if (record.kind == RecordKind::sent) return expect_sent(record);
  tell_unrecorded();
  const auto now = record.now;
  const auto connection = record.connection;
  if (record.kind == RecordKind::received) {
    engine->on_text(now, connection, record.payload);
  } else if (record.kind == RecordKind::call) {
    if (const auto call = parse_call(record.payload)) {
      static_cast<void>(engine->call(now, *call));
    } else {
      ++report.corrupt_lines;
      replay.message(line, "journal_corrupt: a call that is not known");
    }
  } else if (const auto link = parse_link(record.payload)) {
    using What = LinkRecord::What;
    switch (link->what) {
      case What::open: engine->on_open(now, connection); break;
      case What::open_failed: engine->on_open_failed(now, connection, static_cast<int>(link->number), link->text); break;
      case What::closed: engine->on_closed(now, connection, static_cast<int>(link->number), link->text); break;
      case What::binary: engine->on_binary(now, connection, static_cast<std::size_t>(link->number)); break;
      case What::lost: engine->on_lost(now, connection, static_cast<std::uint64_t>(link->number)); break;
      case What::timeout: engine->on_timeout(now); break;
    }
  }
  for (;;) {
    const auto output = engine->poll();
    if (std::holds_alternative<Wait>(output)) break;
    if (const auto* send = std::get_if<Send>(&output)) sent.push_back({send->connection, redact_tokens(send->text)});
  }
  if (auto made = engine->take_incident(); !made.empty() && !std::exchange(incident_made, true)) replay.incident_ = std::move(made);
}

/// What was sent now and is not in the recording, where it ought to be by now.
void Replay::File::tell_unrecorded() {
  for (const auto& request : std::exchange(sent, {})) {
    ++report.differing_requests;
    replay.message(line, "a request is sent that the recording does not have: " + request.text);
  }
}

/// A request of the recording: the next one that was sent now.
void Replay::File::expect_sent(const Record& record) {
  ++report.requests;
  if (sent.empty()) {
    ++report.differing_requests;
    return replay.message(line, "the recording has a request that is not sent: " + std::string{record.payload});
  }
  const auto now = std::move(sent.front());
  sent.pop_front();
  if (now.connection == record.connection && now.text == record.payload) return;
  ++report.differing_requests;
  replay.message(line, "another request is sent than recorded: " + now.text);
}

void Replay::File::on_event(const Event& event) {
  log.on_event(event);
  if (const auto* gap = std::get_if<GapEvent>(&event.body)) {
    if (gap->cause != Cause::precision_changed) ++report.gaps;
    std::string text{event.symbol};
    text += ": the book is no longer verified: ";
    text += name(gap->cause);
    if (gap->expected && gap->received)
      text += " (sent " + std::to_string(*gap->expected) + ", computed " + std::to_string(*gap->received) + ')';
    replay.message(line, text);
    last_gap = std::move(text);
  } else if (const auto* error = std::get_if<ErrorEvent>(&event.body); error != nullptr && info(error->code).severity != Severity::low) {
    std::string text{name(error->code)};
    text += ": ";
    text += error->text;
    if (!error->field.empty()) (text += ", field ") += error->field;
    if (error->offset) text += ", at byte " + std::to_string(*error->offset);
    replay.message(line, text);
  } else if (const auto* body = std::get_if<BookEvent>(&event.body); body != nullptr && replay.options_.views_every != 0) {
    if (body->book->revision() % replay.options_.views_every == 0) add_views(event, *body->book);
  }
}

std::uint64_t FileReport::mismatched() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& book : books) sum += book.counters.mismatched;
  return sum;
}

std::string_view unproven(const BookCounters& counters) noexcept {
  if (counters.matched + counters.mismatched != 0) return {};
  if (counters.snapshots == 0) return counters.ignored_deltas == 0 ? std::string_view{} : "no snapshot";
  return counters.skipped == counters.empty_unverified ? std::string_view{} : "no message carries a checksum";
}

bool FileReport::all_verified() const noexcept {
  const bool proven =
      verify_off || std::all_of(books.begin(), books.end(), [](const auto& book) { return unproven(book.counters).empty(); });
  return proven && differing_requests == 0 && mismatched() == 0 && gaps == 0 && corrupt_lines == 0 && feed.unreadable_books == 0 &&
         feed.refused_books == 0;
}

void apply_record(Feed& feed, const Record& record) {
  switch (record.kind) {
    case RecordKind::received:
      if (record.timed) {
        feed.on_text(record.now, record.connection, record.payload);
      } else {
        feed.on_untimed_text(record.connection, record.payload);
      }
      break;
    case RecordKind::sent: feed.on_sent(record.now, record.connection, record.payload); break;
    case RecordKind::link: {
      using What = LinkRecord::What;
      const auto link = parse_link(record.payload).value_or(LinkRecord{});
      switch (link.what) {
        case What::open: feed.on_open(record.now, record.connection); break;
        case What::open_failed: feed.on_open_failed(record.now, record.connection, static_cast<int>(link.number), link.text); break;
        case What::closed: feed.on_closed(record.now, record.connection, static_cast<int>(link.number), link.text); break;
        case What::binary: feed.on_binary(record.now, record.connection, static_cast<std::size_t>(link.number)); break;
        case What::lost: feed.on_lost(record.now, record.connection, static_cast<std::uint64_t>(link.number)); break;
        case What::timeout: break;  // a feed has no timers
      }
      break;
    }
    case RecordKind::header:
    case RecordKind::call:
    case RecordKind::comment:
    case RecordKind::corrupt: break;
  }
}

ViewRequest all_views(const VerifiedBook& book) {
  ViewRequest request;
  const auto& levels = book.levels();
  std::vector<std::int64_t> groups;
  group_choices(levels.mid2(), 1, groups);
  request.ladder.emplace();
  request.ladder->levels = 0;
  request.ladder->group = Decimal{groups[std::min<std::size_t>(groups.size() - 1, book.revision() % 3)], book.scales().price};
  request.columns = ViewRequest::Columns{64, {}, {}};
  request.imbalance = kImbalanceLevels;
  request.pressure.emplace();
  request.pressure->weighting = Weighting(book.revision() % 3);
  request.bands = true;
  request.fill = ViewRequest::Order{book.revision() % 2 == 0 ? TakerSide::buy : TakerSide::sell, Decimal{kDefaultNotional, 0}, true};
  if (const auto best = levels.best(Side::ask)) request.cursor = best->price + first_view_half_width(levels).value_or(0) / 3;
  return request;
}

bool is_cut_short(const Record& record, Decoder& decoder) {
  if (!record.torn || record.kind == RecordKind::header) return false;
  if (record.kind != RecordKind::received) return true;
  const auto error = decoder.decode(record.payload);
  return error != Errc::ok && error != Errc::not_json;
}

Replay::Replay(ReplayOptions options) : options_{std::move(options)} {}
Replay::~Replay() = default;

void Replay::begin(std::string_view file) {
  file_ = std::make_unique<File>(*this, file);
  stopped_ = false;
  if (!options_.keep_log) return;
  if (options_.several_files) {
    // One header for the whole log; the digest of a part is that of the log this file alone would give.
    static_cast<void>(file_->log.take());
    if (reports_.empty()) log_ += kLogHeader;
    log_ += "# file ";
    log_ += base_name(file);
    log_ += '\n';
  }
}

void Replay::play(const Record& record) {
  auto& file = *file_;
  file.line = record.line;
  if (record.torn) {
    Decoder decoder{options_.feed.limits};
    file.report.torn = is_cut_short(record, decoder);
  }
  if (file.report.torn) {
    message(record.line, "the last line is cut short and was left out");
    return;
  }
  switch (record.kind) {
    case RecordKind::header: {
      const auto header = parse_header(record.payload);
      if (header && header->session && (file.feed || file.engine)) begin_part();
      auto& of = *file_;  // which may be another one now
      if (header && header->depth && is_depth(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *header->depth))))
        of.header_depth = static_cast<std::uint16_t>(*header->depth);
      if (header && !of.feed && !of.engine) {
        of.session = header->session;
        of.report.verify_off = header->verify_off;
        of.crossed_warn = header->crossed_warn;
      }
      break;
    }
    case RecordKind::comment: break;
    case RecordKind::corrupt:
      ++file.report.corrupt_lines;
      message(record.line, std::string{"journal_corrupt: "} + std::string{record.payload});
      break;
    default:
      if (file.session) {
        file.run(record);
      } else {
        file.feed_record(record);
      }
      break;
  }
}

/// Another engine wrote from here on: one of its own runs it again.
void Replay::begin_part() {
  conclude(false);
  auto next = std::make_unique<File>(*this, file_->report.file);
  next->part = file_->part + 1;
  next->line = file_->line;
  next->reader = std::move(file_->reader);
  file_ = std::move(next);
  if (!options_.keep_log) return;
  static_cast<void>(file_->log.take());
  log_ += "# part " + std::to_string(file_->part) + '\n';
}

void Replay::push(std::string_view bytes) {
  if (!file_ || file_->finished || stopped_) return;
  file_->reader.push(bytes);
  Record record;
  while (!stopped_ && file_->reader.next(record)) {  // which may be another file_ each time
    if (options_.stop_after_line != 0 && record.line > options_.stop_after_line) {
      stopped_ = true;
    } else {
      play(record);
      stopped_ = record.line == options_.stop_after_line;
    }
  }
  log_ += file_->log.take();
}

void Replay::cut_short() {
  if (!file_ || file_->finished) return;
  file_->report.torn = true;
  note("the file ends early: its gzip data are cut short");
}

void Replay::finish() {
  if (!file_ || file_->finished) return;
  file_->reader.finish();
  push({});
  conclude(true);
}

/// The verdict on a part: the `last` one of its file, or not.
void Replay::conclude(bool last) {
  auto& file = *file_;
  file.finished = true;
  auto& report = file.report;
  // What was sent last may not have reached the file of a recorder that was killed.
  if (last && !report.torn && !stopped_) file.tell_unrecorded();
  report.journal = file.reader.is_journal();
  if (const auto* feed = file.any_feed()) {
    report.feed = feed->counters();
    const auto& wanted = options_.feed.symbol;
    for (const auto& [symbol, book] : feed->books())
      if (wanted.empty() || same_symbol(wanted, symbol)) report.books.push_back(report_of(*book));
    report.unselected.assign(feed->unselected().begin(), feed->unselected().end());
  }
  file.add_followed();
  log_ += file.log.take();
  report.digest = file.log.digest().text();
  if (file.messages > kMostMessages) note(std::to_string(file.messages - kMostMessages) + " more messages");
  if (report.feed.frames == 0 && (!last || file.part > 1)) return;  // a recorder that heard nothing; the other parts have their say
  if (options_.stop_after_line == 0 && !report.usable()) {
    note(report.feed.frames == 0 ? "holds no received frames; expected a hadal journal or one JSON frame a line"
                                 : "is no recording of WebSocket v2: none of its lines is a JSON object");
  }
  if (options_.feed.verify != Verify::off && !report.verify_off)
    for (const auto& book : report.books)
      if (const auto why = unproven(book.counters); !why.empty()) note(book.symbol + ": nothing was verified: " + std::string{why});
  if (report.usable() && report.books.empty() && !options_.feed.symbol.empty()) {
    auto text = "no book for " + options_.feed.symbol;
    std::string_view before = "; it has ";
    for (const auto& symbol : report.unselected) {
      text += before;
      text += symbol;
      before = ", ";
    }
    note(text);
  }
  reports_.push_back(report);
  if (file.part > 1) reports_.back().file += " (part " + std::to_string(file.part) + ')';
}

void Replay::note(std::string_view text) {
  messages_ += file_->report.file;
  messages_ += ": ";
  messages_ += text;
  messages_ += '\n';
}

void Replay::message(std::uint64_t line, std::string_view text) {
  if (++file_->messages > kMostMessages) return;
  messages_ += file_->report.file;
  messages_ += ':';
  messages_ += std::to_string(line);
  messages_ += ": ";
  const auto first = messages_.size();
  messages_ += text;
  // Texts come from frames: nothing may move a terminal's cursor or begin a line of its own.
  std::replace_if(
      messages_.begin() + static_cast<std::ptrdiff_t>(first), messages_.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }, '?');
  messages_ += '\n';
}

std::string Replay::take_log() { return std::exchange(log_, {}); }
std::string Replay::take_messages() { return std::exchange(messages_, {}); }

std::string Replay::summary_text() const {
  std::string out;
  for (const auto& report : reports_) {
    if (!out.empty()) out += '\n';
    out += report.file + "  " + plural(report.feed.frames, "frame") + (report.journal ? ", journal" : ", bare frames") + '\n';
    for (const auto& book : report.books) {
      const auto& c = book.counters;
      out += "  " + book.symbol + '\n';
      append_row(out, "depth",
                 book.depth_source ? std::to_string(book.depth) + " (from " + std::string{name(*book.depth_source)} + ')'
                                   : std::string{"unknown: no snapshot, no ack"});
      append_row(
          out, "messages",
          plural(c.snapshots, "snapshot") + " (" + std::to_string(resnapshots(c)) + " after the first), " + plural(c.updates, "update"));
      append_row(out, "checksums",
                 std::to_string(c.matched) + " matched, " + std::to_string(c.mismatched) + " mismatched, " + std::to_string(c.skipped) +
                     " skipped");
      append_row(out, "parse errors", std::to_string(c.parse_errors));
      if (c.ignored_deltas + c.late_deltas != 0)
        append_row(
            out, "ignored",
            plural(c.ignored_deltas, "update") + " without a snapshot, " + std::to_string(c.late_deltas) + " older than the snapshot");
      append_row(
          out, "best",
          (book.best_bid.empty() ? "no bid" : "bid " + book.best_bid) + ", " + (book.best_ask.empty() ? "no ask" : "ask " + book.best_ask));
      append_row(out, "state", state_text(book));
    }
    if (report.books.empty()) out += "  no books\n";
    if (report.engine)
      append_row(
          out, "requests",
          std::to_string(report.requests) + " recorded, " +
              (report.differing_requests == 0 ? std::string{"all sent again"} : std::to_string(report.differing_requests) + " differ"));
    if (report.feed.not_json != 0) append_row(out, "not JSON", plural(report.feed.not_json, "frame"));
    if (report.feed.not_decoded != 0) append_row(out, "not decoded", plural(report.feed.not_decoded, "frame") + " (level3, private)");
    if (report.feed.unknown != 0) append_row(out, "unknown", plural(report.feed.unknown, "frame"));
    if (report.feed.field_issues != 0) append_row(out, "left out", std::to_string(report.feed.field_issues) + " fields or entries");
    if (report.corrupt_lines != 0) append_row(out, "corrupt", plural(report.corrupt_lines, "line"));
    if (report.torn) append_row(out, "torn", "the file ends early");
    append_row(out, "log digest", report.digest);
  }
  return out;
}

std::string Replay::summary_json() const {
  std::string out;
  for (const auto& report : reports_) {
    const auto row = [&](const BookReport& book, bool named, std::uint64_t parse_errors) {
      const auto& c = book.counters;
      detail::JsonLine line{out};
      line.string("file", report.file);
      if (named) line.string("symbol", book.symbol);
      else line.null("symbol");
      if (book.depth_source) {
        line.number("depth", book.depth).string("depth_source", name(*book.depth_source));
      } else {
        line.null("depth").null("depth_source");
      }
      line.number("frames", report.feed.frames).number("snapshots", c.snapshots).number("updates", c.updates);
      line.number("matched", c.matched).number("mismatched", c.mismatched).number("skipped", c.skipped);
      line.number("resnapshots", resnapshots(c)).number("parse_errors", parse_errors);
      line.string_or_null("best_bid", book.best_bid).string_or_null("best_ask", book.best_ask).string("digest", report.digest);
      line.end();
    };
    for (const auto& book : report.books) row(book, true, book.counters.parse_errors);
    if (report.books.empty()) row({}, false, report.feed.parse_errors);
  }
  return out;
}

ExitCode Replay::exit_code() const noexcept {
  auto code = ExitCode::done;
  for (const auto& report : reports_) {
    if (!report.all_verified()) return ExitCode::mismatch;
    if (!report.usable() || (report.books.empty() && !options_.feed.symbol.empty())) code = ExitCode::failed;
  }
  return code;
}

const Feed* Replay::feed() const noexcept { return file_ ? file_->any_feed() : nullptr; }

std::uint64_t Replay::frames() const noexcept { return feed() == nullptr ? 0 : feed()->counters().frames; }

}  // namespace hadal
