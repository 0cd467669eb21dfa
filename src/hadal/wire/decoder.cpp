#include "hadal/wire/decoder.hpp"

#include <algorithm>
#include <iterator>

#include "hadal/detail/json_walk.hpp"
#include "hadal/wire/book_reader.hpp"
#include "hadal/wire/market_readers.hpp"
#include "hadal/wire/scanner.hpp"

namespace hadal {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// Methods of the protocol (ws-v2.md sections 4 to 25).
constexpr std::string_view kMethods[] = {"subscribe",   "unsubscribe", "pong",         "ping",       "add_order",
                                         "amend_order", "edit_order",  "cancel_order", "cancel_all", "cancel_all_orders_after",
                                         "batch_add",   "batch_cancel"};

}  // namespace

/// Buffers of the general path. Two passes: the first validates and names the channel, the second fills the message.
struct Decoder::General {
  explicit General(const Limits& limits) : walk{limits} {}

  /// Runs the second pass, which cannot fail: the first has seen every byte.
  void read(std::string_view frame, detail::JsonHandler& handler) { static_cast<void>(walk.walk(frame, handler)); }

  template <class Record>
  struct List {
    FrameKind kind;
    std::optional<UnixNanos> timestamp;
    std::vector<Record> records;
  };
  template <class Record>
  List<Record> list(std::string_view frame, std::span<const detail::Field<Record>> fields) {
    detail::ListReader<Record> reader{fields, issue};
    read(frame, reader);
    reader.finish(frame.size());
    return {reader.kind, reader.timestamp, std::move(reader.records)};
  }

  Message second_pass(std::string_view frame);
  Message response(std::string_view frame);

  detail::JsonWalk walk;
  detail::EnvelopeReader envelope;
  detail::FieldIssue issue;
  detail::BookReader book{issue};
};

Message Decoder::General::response(std::string_view frame) {
  detail::ResponseReader reader{issue};
  read(frame, reader);
  auto& answer = reader.message;
  if (answer.method == "pong") return Pong{answer.req_id, answer.time_in, answer.time_out};
  return std::move(answer);
}

Message Decoder::General::second_pass(std::string_view frame) {
  const std::string_view channel = envelope.channel;
  if (!envelope.method.empty()) {  // first: a refusal may carry a channel beside its method
    const bool known = std::find(std::begin(kMethods), std::end(kMethods), envelope.method) != std::end(kMethods);
    return known ? response(frame) : Message{Unknown{envelope.method}};
  }
  if (channel == "book") {
    book.begin();
    read(frame, book);
    return book.finish(frame.size());
  }
  if (channel == "heartbeat") return Heartbeat{};
  if (channel == "trade") {
    auto list = this->list<Trade>(frame, detail::trade_fields());
    return TradeMessage{list.kind, std::move(list.records)};
  }
  if (channel == "ticker") {
    auto list = this->list<Ticker>(frame, detail::ticker_fields());
    return TickerMessage{list.kind, std::move(list.records)};
  }
  if (channel == "ohlc") {
    auto list = this->list<Candle>(frame, detail::candle_fields());
    return OhlcMessage{list.kind, list.timestamp, std::move(list.records)};
  }
  if (channel == "instrument") {
    detail::InstrumentReader reader{issue};
    read(frame, reader);
    reader.finish(frame.size());
    return std::move(reader.message);
  }
  if (channel == "status") {
    detail::StatusReader reader{frame, issue};
    read(frame, reader);
    return std::move(reader.message);
  }
  if (channel == "level3" || channel == "executions" || channel == "balances") return NotDecoded{std::string{channel}};
  return Unknown{std::string{channel}};
}

Decoder::Decoder(const Limits& limits)
    : limits_{at_most_default(limits)}, general_{std::make_unique<General>(limits_)}, scanner_{std::make_unique<BookScanner>(limits_)} {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Errc Decoder::decode(std::string_view frame) {
  if (auto* book = std::get_if<BookMessage>(&message_); book == nullptr) message_.emplace<BookMessage>();
  scanned_ = scanner_->scan(frame, std::get<BookMessage>(message_));
  if (!scanned_) return decode_generally(frame);
  issue_ = {};
  return Errc::ok;
}

Errc Decoder::decode_generally(std::string_view frame) {
  scanned_ = false;
  issue_ = {};
  message_.emplace<Unknown>();
  const auto start = frame.find_first_not_of(kBlanks);
  if (start == std::string_view::npos || frame[start] != '{') {
    issue_.code = Errc::not_json;
  } else if (frame.size() > limits_.frame_bytes) {
    issue_.code = Errc::frame_too_large;
    issue_.offset = limits_.frame_bytes;
  }
  issue_.count = issue_.code == Errc::ok ? 0 : 1;
  if (issue_.code != Errc::ok) return issue_.code;

  auto& general = *general_;
  general.issue.clear();
  general.envelope.begin();
  if (const auto error = general.walk.walk(frame, general.envelope); error != Errc::ok) {
    issue_ = {error, general.envelope.channel, general.envelope.symbol, {}, general.walk.failure_offset(), 1};
    return error;
  }
  message_ = general.second_pass(frame);
  if (const auto& first = general.issue; first.count != 0) {
    issue_ = {first.code,
              general.envelope.channel,
              first.symbol.empty() ? std::string_view{general.envelope.symbol} : first.symbol,
              first.field,
              first.offset,
              first.count};
  }
  return Errc::ok;
}

Errc Decoder::decode_request(std::string_view frame, SentRequest& request) {
  request = {};
  detail::RequestReader reader{request};
  const auto error = frame.size() > limits_.frame_bytes ? Errc::frame_too_large : general_->walk.walk(frame, reader);
  if (error != Errc::ok) request = {};
  return error;
}

}  // namespace hadal
