/// Received frames of one session in, verified books and events out. Knows no requests and no timers: it is what a session is built
/// on, and what replays a recording.
///
/// Each input carries the driver's time; the feed reads no clock. A book belongs to the connection that last subscribed it or brought
/// its snapshot; what happens to another connection leaves it alone. Never throws on any input, and a bad frame never disturbs a book it
/// does not name, except that text whose symbol cannot be read may have been about any book of its connection (catalogue C-12).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hadal/base/limits.hpp"
#include "hadal/base/time.hpp"
#include "hadal/book/verified_book.hpp"
#include "hadal/event.hpp"
#include "hadal/instruments.hpp"
#include "hadal/journal/frame_clock.hpp"
#include "hadal/wire/decoder.hpp"

namespace hadal {

struct FeedConfig {
  std::uint16_t depth = 0;          ///< levels a side, one of kDepths; 0: from acks, the recording's header or the first snapshot
  std::uint16_t header_depth = 0;   ///< what the header of a recording says; 0: nothing
  std::optional<Scales> precision;  ///< decimals of every book, as the instrument channel would state them
  std::string symbol;               ///< only this symbol, any spelling; empty: all
  Verify verify = Verify::every;
  CrossedPolicy crossed = CrossedPolicy::gap;
  GapPolicy policy = GapPolicy::ignore;
  bool deliver_control = false;  ///< heartbeats and pongs as events
  /// A session says which books there are and when their subscriptions begin and end: acks and frames alone change nothing about that.
  bool owned = false;
  Endpoint endpoint = Endpoint::market;  ///< label of its events
  Limits limits;
};

/// Errc::depth_invalid, Errc::config_invalid (precision) or Errc::symbol_invalid if a feed cannot be made of this.
[[nodiscard]] Errc check(const FeedConfig& config);

struct FeedCounters {
  std::uint64_t frames = 0;   ///< text frames received
  std::uint64_t bytes = 0;    ///< of those
  std::uint64_t scanned = 0;  ///< decoded by the fast path
  std::uint64_t heartbeats = 0;
  std::uint64_t pongs = 0;
  std::uint64_t book_frames = 0;
  std::uint64_t ticker_frames = 0;
  std::uint64_t trade_frames = 0;
  std::uint64_t ohlc_frames = 0;
  std::uint64_t instrument_frames = 0;
  std::uint64_t status_frames = 0;
  std::uint64_t responses = 0;
  std::uint64_t not_decoded = 0;  ///< level3, executions, balances
  std::uint64_t unknown = 0;      ///< channels or methods that nobody documented
  std::uint64_t not_json = 0;
  std::uint64_t binary = 0;
  std::uint64_t parse_errors = 0;      ///< frames that could not be used, in whole or in part
  std::uint64_t field_issues = 0;      ///< fields and entries left out
  std::uint64_t unreadable_books = 0;  ///< book frames, or frames that might have been one, that could not be used
  std::uint64_t refused_books = 0;     ///< symbols beyond Limits::books
  std::uint64_t unwanted_books = 0;    ///< book messages about symbols that an owner does not want
};

class Feed {
 public:
  using Books = std::map<std::string, std::unique_ptr<VerifiedBook>, std::less<>>;

  /// Precondition: check(config) is Errc::ok. `sink` may be null; it must outlive the feed.
  explicit Feed(FeedConfig config, EventSink* sink = nullptr);

  // --- inputs ---
  void on_open(Millis now, ConnectionId connection);
  void on_open_failed(Millis now, ConnectionId connection, int http_status, std::string_view text);
  /// Every book of the connection turns stale(transport_lost).
  void on_closed(Millis now, ConnectionId connection, int code, std::string_view reason);
  void on_text(Millis now, ConnectionId connection, std::string_view frame);
  void on_binary(Millis now, ConnectionId connection, std::size_t bytes);
  /// The driver had to shed `frames`: every book of the connection may have missed one.
  void on_lost(Millis now, ConnectionId connection, std::uint64_t frames);
  /// What the client sent: tells the depth, and that deltas after an unsubscribe are to be ignored.
  void on_sent(Millis now, ConnectionId connection, std::string_view frame);

  /// A received frame without driver time, from a recording of bare frames: the time is what FrameClock reads from it.
  void on_untimed_text(ConnectionId connection, std::string_view frame);

  // --- what an owner decides (FeedConfig::owned); the time and connection are those of the last input ---
  /// Begins an input of the owner's own.
  void enter(Millis now, ConnectionId connection) noexcept;
  /// A new connection is open; says nothing.
  void opened() { said() = {}; }
  /// The connection is gone: its books turn stale for a link cause.
  void lost(Cause cause);
  /// A subscribe for the book was sent. `attempt`: of the repair it belongs to, 0 without one; state events carry it from now on.
  void subscribe_sent(std::string_view symbol, std::uint16_t depth, std::uint32_t attempt);
  void unsubscribe_sent(std::string_view symbol);
  /// Nobody wants the book any more, or the exchange refused it (U-12).
  void release(std::string_view symbol);
  /// A snapshot that did not come, or a user's doubt: VerifiedBook::resync().
  void resync(std::string_view symbol, Cause cause, std::uint32_t attempt);
  void raise(std::string_view symbol, Cause cause);
  void give_up(std::string_view symbol);
  /// Policy `buffer`: VerifiedBook::heals_by() and expire().
  [[nodiscard]] std::optional<Millis> heals_by(std::string_view symbol) const;
  void expire(std::string_view symbol);
  /// Sends an event of the owner's in the one numbered stream.
  void publish(std::string_view symbol, decltype(Event::body) body) { emit(symbol, std::move(body)); }

  // --- queries ---
  /// Null if the symbol (exact spelling) has no book. Valid as long as the feed; under an owner, until the book is released.
  [[nodiscard]] const VerifiedBook* book(std::string_view symbol) const;
  /// By symbol. Books are made by what names them (acks, sent subscribes, book messages) and not removed, but under an
  /// owner released ones make room when there are Limits::books.
  [[nodiscard]] const Books& books() const noexcept { return books_; }
  /// Empties a book that is not subscribed. Errc::not_subscribed if there is none, Errc::invalid_transition if it is in use.
  [[nodiscard]] Errc clear(std::string_view symbol);
  [[nodiscard]] const Instruments& instruments() const noexcept { return instruments_; }
  [[nodiscard]] const FeedCounters& counters() const noexcept { return counters_; }
  /// Symbols that had book frames and were not selected, at most 32 of them.
  [[nodiscard]] const std::set<std::string, std::less<>>& unselected() const noexcept { return unselected_; }
  [[nodiscard]] const Decoder& decoder() const noexcept { return decoder_; }
  /// Events sent so far.
  [[nodiscard]] std::uint64_t events() const noexcept { return event_number_; }
  /// Time of the last input.
  [[nodiscard]] Millis now() const noexcept { return now_; }

 private:
  struct Handler;

  void process(std::string_view frame, Errc error);
  void emit(std::string_view symbol, decltype(Event::body) body);
  void emit_transitions(VerifiedBook& book);
  void emit_error(Errc code, std::string_view symbol, std::string_view text, std::string_view frame);
  /// A book and the connection it belongs to.
  struct Known {
    VerifiedBook* book;
    ConnectionId connection;
    bool discard_said = false;  ///< that updates are being discarded, since the last snapshot
    std::uint32_t attempt = 0;  ///< of the repair under way
  };
  /// What is said once on a connection.
  struct Said {
    std::set<std::string, std::less<>> warnings;
    bool not_json = false;
  };

  void raise(VerifiedBook& book, Cause cause);
  void raise_everywhere(Cause cause);
  void announce(VerifiedBook& book, bool raised, Cause cause);
  void unreadable(std::string_view frame, Errc error);
  void unreadable_book(std::string_view symbol, Cause cause);
  void begin_subscription(VerifiedBook& book);
  void end_subscription(VerifiedBook& book);
  [[nodiscard]] Said& said();
  void apply(const BookEntry& entry, FrameKind kind, std::string_view frame);
  void take(const Response& response);
  void take(const InstrumentMessage& message);
  [[nodiscard]] bool selected(std::string_view symbol) const;
  [[nodiscard]] VerifiedBook* find(std::string_view symbol);
  VerifiedBook* find_or_make(std::string_view symbol, std::string_view frame);
  bool forget_one();

  FeedConfig config_;
  EventSink* sink_;
  Decoder decoder_;
  Books books_;
  BookScratch scratch_;
  std::unordered_map<std::string_view, Known> index_;  ///< keys are the books' own symbols
  VerifiedBook* last_ = nullptr;                       ///< most frames are about the book of the frame before
  Instruments instruments_;
  FeedCounters counters_;
  std::uint64_t event_number_ = 0;
  Millis now_{};
  ConnectionId connection_ = 0;
  std::map<ConnectionId, Said> said_;  ///< open connections, at most kConnections
  std::set<std::string, std::less<>> unselected_;
  FrameClock frame_clock_;  ///< of on_untimed_text
};

}  // namespace hadal
