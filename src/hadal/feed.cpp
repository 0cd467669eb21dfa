#include "hadal/feed.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "hadal/wire/symbol.hpp"

namespace hadal {
namespace {

constexpr std::size_t kMostUnselected = 32;
constexpr std::size_t kConnections = 16;  // remembered at once

/// The bytes around an offset, at most kExcerptBytes.
std::string_view excerpt_around(std::string_view frame, std::size_t offset) {
  offset = std::min(offset, frame.size());
  const auto first = offset > kExcerptBytes / 2 ? offset - kExcerptBytes / 2 : 0;
  return frame.substr(first, kExcerptBytes);
}

std::string_view sentence(Errc code) {
  switch (code) {
    case Errc::not_json: return "a frame that is not JSON was skipped";
    case Errc::json_invalid: return "the frame is not valid JSON";
    case Errc::frame_too_large: return "the frame is longer than the limit";
    case Errc::field_missing: return "a field is missing";
    case Errc::field_type: return "a field is not of the expected type";
    case Errc::number_invalid: return "a number is malformed or not positive";
    case Errc::number_out_of_range: return "a number is beyond what can be held exactly";
    case Errc::unknown_channel: return "a channel or method that is not documented";
    case Errc::scale_changed: return "numbers have other decimals than known; the wire's are used";
    case Errc::delta_before_snapshot: return "updates are ignored until a snapshot comes";
    case Errc::late_delta: return "an update older than its snapshot was discarded";
    case Errc::limit_reached: return "too many symbols; this one is ignored";
    default: return name(code);
  }
}

}  // namespace

Errc check(const FeedConfig& config) {
  for (const auto depth : {config.depth, config.header_depth})
    if (depth != 0 && !is_depth(depth)) return Errc::depth_invalid;
  if (config.precision && (config.precision->price > kMaxScale || config.precision->qty > kMaxScale)) return Errc::config_invalid;
  std::string ignored;
  return config.symbol.empty() ? Errc::ok : normalize_symbol(config.symbol, ignored);
}

/// One overload a message type.
struct Feed::Handler {
  Feed& feed;
  std::string_view frame;

  void operator()(const BookMessage& message) const {
    ++feed.counters_.book_frames;
    for (const auto& entry : message.entries) feed.apply(entry, message.kind, frame);
    const auto& issue = feed.decoder_.issue();
    if (issue.count != 0 && message.entries.empty()) feed.unreadable_book(issue.symbol, Cause::parse);  // no `data`, or no list
  }
  void operator()(const TradeMessage& message) const {
    ++feed.counters_.trade_frames;
    for (const auto& trade : message.trades)
      if (feed.selected(trade.symbol)) feed.emit(trade.symbol, TradeEvent{message.kind, &trade});
  }
  void operator()(const TickerMessage& message) const {
    ++feed.counters_.ticker_frames;
    for (const auto& ticker : message.tickers)
      if (feed.selected(ticker.symbol)) feed.emit(ticker.symbol, TickerEvent{message.kind, &ticker});
  }
  void operator()(const OhlcMessage& message) const {
    ++feed.counters_.ohlc_frames;
    for (const auto& candle : message.candles)
      if (feed.selected(candle.symbol)) feed.emit(candle.symbol, OhlcEvent{message.kind, &candle});
  }
  void operator()(const InstrumentMessage& message) const {
    ++feed.counters_.instrument_frames;
    feed.take(message);
  }
  void operator()(const StatusMessage& message) const {
    ++feed.counters_.status_frames;
    feed.emit({}, StatusEvent{&message});
  }
  void operator()(const Heartbeat&) const {
    ++feed.counters_.heartbeats;
    if (feed.config_.deliver_control) feed.emit({}, HeartbeatEvent{});
  }
  void operator()(const Pong& message) const {
    ++feed.counters_.pongs;
    if (feed.config_.deliver_control) feed.emit({}, PongEvent{&message});
  }
  void operator()(const Response& message) const {
    ++feed.counters_.responses;
    feed.take(message);
  }
  void operator()(const NotDecoded&) const { ++feed.counters_.not_decoded; }
  void operator()(const Unknown& message) const {
    ++feed.counters_.unknown;
    ErrorEvent error{Errc::unknown_channel, sentence(Errc::unknown_channel), message.what, {}, {}, {}, excerpt_around(frame, 0)};
    feed.emit({}, error);
  }
};

Feed::Feed(FeedConfig config, EventSink* sink) : config_{std::move(config)}, sink_{sink}, decoder_{config_.limits} {
  assert(check(config_) == Errc::ok);
  config_.limits = at_most_default(config_.limits);
}

void Feed::enter(Millis now, ConnectionId connection) noexcept {
  now_ = now;
  connection_ = connection;
}

void Feed::emit(std::string_view symbol, decltype(Event::body) body) {
  ++event_number_;
  if (sink_ != nullptr) sink_->on_event({event_number_, now_, connection_, symbol, body, config_.endpoint});
}

void Feed::emit_transitions(VerifiedBook& book) {
  if (book.transitions().empty()) return;
  const auto attempt = index_.at(book.symbol()).attempt;
  for (const auto& change : book.transitions()) emit(book.symbol(), BookStateEvent{change, attempt});
  book.forget_transitions();
}

void Feed::emit_error(Errc code, std::string_view symbol, std::string_view text, std::string_view frame) {
  const auto& issue = decoder_.issue();
  emit(symbol, ErrorEvent{code, text, issue.channel, issue.field, {}, issue.offset, excerpt_around(frame, issue.offset)});
}

void Feed::announce(VerifiedBook& book, bool raised, Cause cause) {
  if (raised && !is_link(cause)) emit(book.symbol(), GapEvent{cause});
  emit_transitions(book);
}

void Feed::raise(VerifiedBook& book, Cause cause) { announce(book, book.raise(cause), cause); }

/// For every book of the present connection.
void Feed::raise_everywhere(Cause cause) {
  for (auto& [symbol, book] : books_)
    if (index_.at(symbol).connection == connection_) raise(*book, cause);
}

/// C-12: a frame about the book of `symbol` could not be used; without a symbol it may have been about any book of the connection.
void Feed::unreadable_book(std::string_view symbol, Cause cause) {
  if (!symbol.empty() && !selected(symbol)) return;
  ++counters_.unreadable_books;
  if (!symbol.empty()) {
    if (auto* book = find(symbol)) announce(*book, book->unreadable(cause), cause);
    return;
  }
  for (auto& [key, book] : books_)
    if (index_.at(key).connection == connection_) announce(*book, book->unreadable(cause), cause);
}

void Feed::begin_subscription(VerifiedBook& book) {
  index_.at(book.symbol()).connection = connection_;
  book.subscribed();
  emit_transitions(book);
}

void Feed::end_subscription(VerifiedBook& book) {
  book.released();
  emit_transitions(book);
}

Feed::Said& Feed::said() {
  if (said_.size() >= kConnections && !said_.contains(connection_)) said_.erase(said_.begin());
  return said_[connection_];
}

bool Feed::selected(std::string_view symbol) const { return config_.symbol.empty() || same_symbol(config_.symbol, symbol); }

VerifiedBook* Feed::find(std::string_view symbol) {
  if (last_ != nullptr && last_->symbol() == symbol) return last_;
  const auto at = index_.find(symbol);
  if (at == index_.end()) return nullptr;
  last_ = at->second.book;
  return last_;
}

const VerifiedBook* Feed::book(std::string_view symbol) const {
  const auto at = index_.find(symbol);
  return at == index_.end() ? nullptr : at->second.book;
}

VerifiedBook* Feed::find_or_make(std::string_view symbol, std::string_view frame) {
  if (auto* known = find(symbol)) return known;
  if (!selected(symbol)) {
    if (unselected_.size() < kMostUnselected) unselected_.emplace(symbol);
    return nullptr;
  }
  if (books_.size() >= config_.limits.books && !forget_one()) {
    if (counters_.refused_books++ == 0)
      emit(symbol, ErrorEvent{Errc::limit_reached, sentence(Errc::limit_reached), "book", "symbol", {}, {}, excerpt_around(frame, 0)});
    return nullptr;
  }
  const auto scales = config_.precision ? config_.precision : instruments_.scales(symbol);
  auto made = std::make_unique<VerifiedBook>(
      std::string{symbol}, VerifiedBook::Options{config_.verify, config_.crossed, scales, config_.policy, config_.owned}, scratch_);
  auto* book = made.get();
  if (config_.header_depth != 0) book->set_depth(config_.header_depth, DepthSource::header);
  if (config_.depth != 0) book->set_depth(config_.depth, DepthSource::option);
  books_.emplace(book->symbol(), std::move(made));
  index_.emplace(book->symbol(), Known{book, connection_});
  last_ = book;
  return book;
}

/// An owner's books come and go: one that nobody has any more makes room. False if there is none.
bool Feed::forget_one() {
  if (!config_.owned) return false;
  for (auto at = books_.begin(); at != books_.end(); ++at) {
    if (at->second->state() != BookState::unsubscribed) continue;
    if (last_ == at->second.get()) last_ = nullptr;
    index_.erase(at->second->symbol());
    books_.erase(at);
    return true;
  }
  return false;
}

Errc Feed::clear(std::string_view symbol) {
  auto* book = find(symbol);
  if (book == nullptr) return Errc::not_subscribed;
  if (book->state() != BookState::unsubscribed) return Errc::invalid_transition;
  book->clear();
  return Errc::ok;
}

void Feed::on_open(Millis now, ConnectionId connection) {
  enter(now, connection);
  said() = {};
  emit({}, ConnectionEvent{"open"});
}

void Feed::on_open_failed(Millis now, ConnectionId connection, int http_status, std::string_view text) {
  enter(now, connection);
  emit({}, ConnectionEvent{"open_failed", http_status, text});
}

void Feed::on_closed(Millis now, ConnectionId connection, int code, std::string_view reason) {
  enter(now, connection);
  emit({}, ConnectionEvent{"closed", code, reason});
  raise_everywhere(Cause::transport_lost);
  said_.erase(connection);
}

void Feed::on_binary(Millis now, ConnectionId connection, std::size_t bytes) {
  enter(now, connection);
  ++counters_.binary;
  if (std::exchange(said().not_json, true)) return;
  emit({}, ErrorEvent{Errc::not_json, "a binary frame was skipped", {}, {}, {}, bytes, {}});
}

void Feed::on_lost(Millis now, ConnectionId connection, std::uint64_t frames) {
  enter(now, connection);
  const auto text = "the driver lost frames: " + std::to_string(frames);
  emit({}, ErrorEvent{Errc::lost_frames, text, {}, {}, {}, {}, {}});
  raise_everywhere(Cause::lost_frames);
}

void Feed::on_sent(Millis now, ConnectionId connection, std::string_view frame) {
  enter(now, connection);
  SentRequest request;
  if (decoder_.decode_request(frame, request) != Errc::ok || request.channel != "book") return;
  for (const auto& symbol : request.symbols) {
    if (request.method == "subscribe") {
      auto* book = find_or_make(symbol, frame);
      if (book == nullptr) continue;
      book->set_depth(
          request.depth && is_depth(static_cast<std::uint64_t>(*request.depth)) ? static_cast<std::uint16_t>(*request.depth) : kDepths[0],
          DepthSource::subscribe);
      begin_subscription(*book);
    } else if (request.method == "unsubscribe") {
      if (auto* book = find(symbol)) end_subscription(*book);
    }
  }
}

void Feed::on_text(Millis now, ConnectionId connection, std::string_view frame) {
  enter(now, connection);
  process(frame, decoder_.decode(frame));
}

void Feed::lost(Cause cause) {
  raise_everywhere(cause);
  said_.erase(connection_);
}

void Feed::subscribe_sent(std::string_view symbol, std::uint16_t depth, std::uint32_t attempt) {
  auto* book = find_or_make(symbol, {});
  if (book == nullptr) return;
  auto& known = index_.at(book->symbol());
  known.connection = connection_;
  known.attempt = attempt;
  book->subscribe_sent(depth);
  emit_transitions(*book);
}

void Feed::unsubscribe_sent(std::string_view symbol) {
  if (auto* book = find(symbol)) book->unsubscribe_sent();
}

void Feed::release(std::string_view symbol) {
  auto* book = find(symbol);
  if (book == nullptr) return;
  book->unsubscribe_sent();
  index_.at(book->symbol()).attempt = 0;
  end_subscription(*book);
}

void Feed::resync(std::string_view symbol, Cause cause, std::uint32_t attempt) {
  auto* book = find(symbol);
  if (book == nullptr) return;
  index_.at(book->symbol()).attempt = attempt;
  book->resync(cause);
  emit_transitions(*book);
}

void Feed::raise(std::string_view symbol, Cause cause) {
  if (auto* book = find(symbol)) raise(*book, cause);
}

void Feed::give_up(std::string_view symbol) {
  auto* book = find(symbol);
  if (book == nullptr) return;
  book->give_up();
  emit_transitions(*book);
}

std::optional<Millis> Feed::heals_by(std::string_view symbol) const {
  const auto* found = book(symbol);
  return found == nullptr ? std::nullopt : found->heals_by();
}

void Feed::expire(std::string_view symbol) {
  auto* found = find(symbol);
  if (found == nullptr) return;
  found->forget_transitions();
  found->expire(now_);
  emit_transitions(*found);
}

void Feed::on_untimed_text(ConnectionId connection, std::string_view frame) {
  const auto error = decoder_.decode(frame);
  if (error == Errc::ok) frame_clock_.see(decoder_.message());
  enter(frame_clock_.now(), connection);
  process(frame, error);
}

void Feed::process(std::string_view frame, Errc error) {
  ++counters_.frames;
  counters_.bytes += frame.size();
  if (error == Errc::not_json) {
    ++counters_.not_json;
    if (!std::exchange(said().not_json, true)) emit_error(error, {}, sentence(error), frame);
    return;
  }
  if (error != Errc::ok) {
    unreadable(frame, error);
    return;
  }
  if (decoder_.scanned()) {
    ++counters_.scanned;
  } else if (const auto& issue = decoder_.issue(); issue.count != 0) {
    counters_.field_issues += issue.count;
    ++counters_.parse_errors;
    if (issue.symbol.empty() || selected(issue.symbol)) emit_error(issue.code, issue.symbol, sentence(issue.code), frame);
  }
  std::visit(Handler{*this, frame}, decoder_.message());
}

/// Text that starts like JSON and cannot be read.
void Feed::unreadable(std::string_view frame, Errc error) {
  const auto symbol = decoder_.issue().symbol;
  if (!symbol.empty() && !selected(symbol)) return;
  ++counters_.parse_errors;
  emit_error(error, symbol, sentence(error), frame);
  unreadable_book(symbol, Cause::parse);
}

void Feed::apply(const BookEntry& entry, FrameKind kind, std::string_view frame) {
  const auto cause = entry.error == Errc::number_out_of_range ? Cause::number_out_of_range : Cause::parse;
  if (entry.symbol.empty()) return unreadable_book({}, cause);  // never without an error
  auto* const book = config_.owned ? find(entry.symbol) : find_or_make(entry.symbol, frame);
  if (book == nullptr) {
    ++counters_.unwanted_books;
    return;
  }
  if (kind == FrameKind::snapshot && !config_.owned) begin_subscription(*book);  // it may overtake its ack; say so before what it brings
  if (entry.error != Errc::ok) {
    ++counters_.unreadable_books;
    announce(*book, kind == FrameKind::snapshot ? book->unreadable(cause) : book->unreadable_update(cause), cause);
    return;
  }
  const auto outcome = kind == FrameKind::snapshot ? book->apply_snapshot(now_, entry) : book->apply_update(now_, entry);
  if (outcome.scale_changed)
    emit(book->symbol(), ErrorEvent{Errc::scale_changed, sentence(Errc::scale_changed), "book", {}, {}, {}, excerpt_around(frame, 0)});
  if (outcome.applied()) {
    // Messages put in order replace the book, as a snapshot does.
    emit(book->symbol(), BookEvent{outcome.replaced ? FrameKind::snapshot : kind, book, &outcome});
    if (outcome.healed) emit(book->symbol(), HealedEvent{*outcome.healed});
    if (kind == FrameKind::snapshot) index_.at(book->symbol()).discard_said = false;
  } else if (outcome.error == Errc::delta_before_snapshot || outcome.error == Errc::late_delta) {
    if (!std::exchange(index_.at(book->symbol()).discard_said, true))
      emit(book->symbol(), ErrorEvent{outcome.error, sentence(outcome.error), "book", {}, {}, {}, excerpt_around(frame, 0)});
  }
  if (outcome.raised != Cause::none) emit(book->symbol(), GapEvent{outcome.raised, outcome.sent, outcome.computed});
  if (!book->transitions().empty()) emit_transitions(*book);
}

void Feed::take(const Response& response) {
  const bool subscribe = response.method == "subscribe";
  if (response.method == "ping") {  // only its refusals come under this name
    emit({}, ErrorEvent{Errc::request_rejected, response.error, {}, {}, response.req_id, {}, {}});
    return;
  }
  if (!subscribe && response.method != "unsubscribe") {
    ++counters_.not_decoded;  // answers to trading requests
    return;
  }
  if (!response.symbol.empty() && !selected(response.symbol)) return;
  emit(response.symbol, SubscriptionEvent{&response});
  for (const auto& text : response.warnings)
    if (said().warnings.size() < kWarningTexts && said().warnings.insert(text).second) emit(response.symbol, WarningEvent{text});
  if (response.symbol.empty() || config_.owned) return;
  if (response.success == false && subscribe) {
    // A refusal names no channel. It ends a book that has never had a snapshot, unless it only says that there is one already (U-12).
    auto* book = find(response.symbol);
    if (book != nullptr && book->state() == BookState::awaiting_snapshot && response.error != "Already subscribed") end_subscription(*book);
    return;
  }
  if (response.channel != "book" || response.success != true) return;
  auto* book = subscribe ? find_or_make(response.symbol, {}) : find(response.symbol);
  if (book == nullptr) return;
  if (!subscribe) return end_subscription(*book);
  if (response.depth && *response.depth > 0 && is_depth(static_cast<std::uint64_t>(*response.depth)))
    book->set_depth(static_cast<std::uint16_t>(*response.depth), DepthSource::ack);
  begin_subscription(*book);
}

void Feed::take(const InstrumentMessage& message) {
  emit({}, InstrumentEvent{message.kind, message.assets.size(), message.pairs.size(), &message});
  instruments_.take(message, [this](const Instruments::Change& change) {
    if (!selected(change.pair->symbol)) return;
    if (change.status_before) emit(change.pair->symbol, PairStatusEvent{*change.status_before, change.pair->status});
    auto* book = change.precision_changed ? find(change.pair->symbol) : nullptr;
    if (book != nullptr && !config_.precision) raise(*book, Cause::precision_changed);
  });
  if (config_.precision) return;
  for (const auto& pair : message.pairs) {
    auto* book = find(pair.symbol);
    const auto scales = book == nullptr ? std::nullopt : instruments_.scales(pair.symbol);
    if (scales) book->set_scales(*scales);
  }
}

}  // namespace hadal
