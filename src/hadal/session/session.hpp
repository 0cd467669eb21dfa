/// One endpoint of the exchange: what is wanted, and everything needed to keep it true (catalogue areas C, D, E).
///
/// The drain rule:
/// 1. Every input carries `now` of the driver's monotonic clock; the session never reads one.
/// 2. Give one input, then poll() until it gives Wait; only then the next input.
/// 3. Wait::until is the one deadline; on_timeout() earlier, later or twice changes nothing but deadlines.
/// 4. Texts in outputs live until the next input. Events are delivered during the input that causes them, and must not call back.
/// 5. Randomness (jitter) comes from a seed given at construction.
/// 6. Hostile input can make a book stale or close the socket; it can never throw, print, abort, or grow memory past the limits.
///
/// Guarantees: what is wanted is never forgotten, but by unsubscribe() or a refusal; a connection has at most one request in flight per
/// key; after a connection is lost no update reaches a book before its new snapshot.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hadal/feed.hpp"
#include "hadal/session/clock_offset.hpp"
#include "hadal/session/config.hpp"
#include "hadal/session/connection_state.hpp"
#include "hadal/session/endpoint.hpp"
#include "hadal/session/key.hpp"
#include "hadal/session/pacing.hpp"

namespace hadal {

/// What sessions to one exchange share: connection numbers, which are never used twice, and the pace of attempts (D-10), which the exchange
/// counts by address, not by endpoint.
struct SharedConnections {
  ConnectionId last = 0;
  TokenBucket pace{40, 166};
};

// What the driver has to do, in order.

/// Open a socket to this endpoint, under this number. Answered by exactly one on_open or on_open_failed.
struct Connect {
  ConnectionId connection;
  Endpoint endpoint = Endpoint::market;
};
struct Send {
  ConnectionId connection;
  std::string_view text;
};
/// Close the socket, or give up opening it. An open one is answered by one on_closed.
struct Close {
  ConnectionId connection;
  int code;
  std::string_view reason;
};
/// A token for the private endpoints is wanted: answered by set_token() or token_failed().
struct NeedToken {};
/// Nothing more to do until an input, or until this time; none: no deadline.
struct Wait {
  std::optional<Millis> until;
};
using Output = std::variant<Connect, Send, Close, NeedToken, Wait>;

struct SessionCounters {
  std::uint64_t foreign_inputs = 0;  ///< of another connection than the present one
  std::uint64_t unmatched_acks = 0;  ///< nothing was waiting for them
  /// Requests of one method. Each ends in exactly one way: all of it answered, out of time, or lost with its connection.
  struct Requests {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t timed_out = 0;
    std::uint64_t lost = 0;
  };
  Requests subscribes;
  Requests unsubscribes;
  std::uint64_t pings = 0;
  std::uint64_t pongs = 0;     ///< that answered one
  std::uint64_t repairs = 0;   ///< begun
  std::uint64_t connects = 0;  ///< attempts

  [[nodiscard]] Requests& of(bool subscribe) noexcept { return subscribe ? subscribes : unsubscribes; }
};

class Session {
 public:
  /// Precondition: check(config) is Errc::ok. `sink` may be null; it and `shared` must outlive the session.
  explicit Session(SessionConfig config, EventSink* sink = nullptr, SharedConnections* shared = nullptr);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- what the user wants ---
  /// Errc::invalid_transition in any state but disconnected and closed.
  Errc connect(Millis now);
  /// From any state; a second call does nothing. What is wanted stays wanted for the next connect().
  void close(Millis now, int code = 1000, std::string_view reason = {});
  /// The next attempt at once, within the pace of D-10. Without effect unless degraded.
  void retry_now(Millis now);
  /// The network is back: as retry_now().
  /// `tell`: an event says so; not every session need say it.
  void online(Millis now, bool tell = true);
  /// The network is said to be gone: an event. An open socket stays open.
  void offline(Millis now, bool tell = true);

  /// The answer to NeedToken; may also come before. Kept until the connection is lost or the exchange rejects it.
  void set_token(Millis now, std::string token);
  /// There is none. `permanent`: nor will there be (wrong key, no permission).
  void token_failed(Millis now, bool permanent, std::string_view text);

  /// One user more of a key. For `book` the wire has the greatest depth that anybody wants (C-19). Errc as normalize(),
  /// Errc::wrong_endpoint for a channel of another one, or Errc::limit_reached beyond Limits::books keys.
  Errc subscribe(Millis now, Key key);
  /// One user less; the last one ends it. Errc::not_subscribed if there is no such user.
  Errc unsubscribe(Millis now, Key key);
  /// Asks for a new snapshot. Errc::not_subscribed without an active book of that symbol. Counts as no attempt of F-61; after giving up it is
  /// one more.
  Errc resync(Millis now, std::string_view symbol);

  /// Empties a book that nobody has any more (C-16). Errc as Feed::clear().
  Errc clear(Millis now, std::string_view symbol);

  // --- what the driver saw; inputs of another connection are counted and ignored ---
  void on_open(Millis now, ConnectionId connection);
  /// `http_status`: of the upgrade; 0 if unknown.
  void on_open_failed(Millis now, ConnectionId connection, int http_status, std::string_view text);
  void on_text(Millis now, ConnectionId connection, std::string_view frame);
  void on_binary(Millis now, ConnectionId connection, std::size_t bytes);
  void on_closed(Millis now, ConnectionId connection, int code, std::string_view reason);
  /// The driver had to shed frames.
  void on_lost(Millis now, std::uint64_t frames);
  void on_timeout(Millis now);

  /// The next thing to do. See the drain rule.
  [[nodiscard]] Output poll();

  // --- queries ---
  [[nodiscard]] ConnectionState state() const noexcept { return state_; }
  /// The present connection, or the last one; 0 before the first.
  [[nodiscard]] ConnectionId connection() const noexcept { return connection_; }
  [[nodiscard]] const Feed& feed() const noexcept { return feed_; }
  /// None for a key that nobody has asked for.
  [[nodiscard]] std::optional<KeyState> key_state(Key key) const;
  /// How many keys are in each state, by KeyState. O(keys).
  [[nodiscard]] std::array<std::uint32_t, kKeyStates> key_counts() const;
  /// Keys that the exchange has acknowledged, as they are on the wire, in the order they were asked for.
  [[nodiscard]] std::vector<Key> active() const;
  [[nodiscard]] const SessionCounters& counters() const noexcept { return counters_; }
  /// Round trip of the last pong, in ms; none before.
  [[nodiscard]] std::optional<std::int64_t> round_trip() const noexcept { return round_trip_; }
  /// How far the exchange's clock is from the driver's (formula F-42); none before the first pong. The driver's times are whole ms.
  [[nodiscard]] std::optional<ClockOffset::Estimate> clock_offset() const noexcept { return clock_.estimate(); }
  [[nodiscard]] Endpoint endpoint() const noexcept { return config_.endpoint; }
  /// NeedToken has been said and not been answered.
  [[nodiscard]] bool waits_for_token() const noexcept { return token_by_.has_value(); }
  [[nodiscard]] std::size_t in_flight() const noexcept { return requests_.size(); }
  /// Attempts to connect since the connection was last stable.
  [[nodiscard]] std::uint32_t attempt() const noexcept { return attempt_; }
  /// When the next attempt to connect is due; none unless it waits for one.
  [[nodiscard]] std::optional<Millis> retry_at() const noexcept {
    return state_ == ConnectionState::degraded ? std::optional{retry_at_} : std::nullopt;
  }

  struct Change {
    ConnectionState from;
    ConnectionState to;
    ConnectionCause cause;
    std::string detail;
    std::uint32_t attempt;
    std::uint64_t number;  ///< of the change, from 1
    Millis at;
  };
  /// The last 100 changes of state, oldest first.
  [[nodiscard]] const std::vector<Change>& history() const noexcept { return history_; }

 private:
  struct Listener;
  struct Subscription;
  struct Request;
  struct Pending {
    std::variant<Connect, Send, Close, NeedToken> output;
    std::string text;
  };

  void begin(Millis now);
  [[nodiscard]] bool is_present(ConnectionId connection);
  void settle();

  // the connection: session.cpp
  void change(ConnectionState to, ConnectionCause cause, std::string_view detail = {});
  void start_attempt(ConnectionCause cause);
  void hurry(ConnectionCause cause);
  void leave_socket(Cause cause, int code, std::string_view reason);
  void drop(ConnectionCause cause, std::string_view detail, int close_code);
  void schedule_retry();
  void push_close(int code, std::string_view reason);
  void send(std::string text);
  void hear() noexcept;
  void ping();
  void watch_link();
  void take_pong(const Pong& pong);
  void ask_token();
  void miss_token(bool permanent, std::string_view text);

  // the keys: session_keys.cpp; their repairs: session_repairs.cpp
  void begin_round(ConnectionCause cause);
  [[nodiscard]] bool lacks_token() const;
  void reject_token(Subscription& subscription, const Request& request, const Response& response);
  void reject(Subscription& subscription, const Response& response, Errc code);
  void forget_wire(Cause cause);
  void take_answer(const Response& response);
  void settle_key(Subscription& subscription, const Request& request, const Response& response);
  void refuse(Subscription& subscription, const Request& request, const Response& response);
  [[nodiscard]] bool postpone(Subscription& subscription, const Response& response);
  void slow_down(Subscription& subscription);
  void leave_wire(Subscription& subscription);
  void take_notes();
  void ask_again(Subscription& subscription);
  void repair(Subscription& subscription, Cause cause);
  void attempt_repair(Subscription& subscription, Cause cause);
  void give_up(Subscription& subscription);
  void expire_requests();
  void watch_books();
  void deepen();
  void plan();
  void send_request(std::span<Subscription* const> members, bool subscribe);
  void erase_unwanted();
  void update_state();
  void find_deadline();
  void need(Millis at);

  [[nodiscard]] Subscription* find(const Key& key) const;
  [[nodiscard]] Subscription* find_book(std::string_view symbol) const;

  SessionConfig config_;
  SharedConnections own_;
  SharedConnections* shared_;
  std::unique_ptr<Listener> listener_;
  Feed feed_;
  ConnectionState state_ = ConnectionState::disconnected;
  ConnectionId connection_ = 0;
  bool socket_ = false;               ///< the driver holds a socket, open or opening
  std::optional<Millis> connect_at_;  ///< connecting, but the pace of D-10 makes it wait
  bool paid_ = false;                 ///< the attempt has its token of the pace
  Millis now_{};
  std::vector<std::unique_ptr<Subscription>> subscriptions_;  ///< in the order they were asked for
  std::map<std::int64_t, Request> requests_;                  ///< in flight, by req_id
  std::int64_t last_req_id_ = 0;
  std::vector<Pending> outputs_;
  std::size_t next_output_ = 0;

  Random random_;
  TokenBucket bucket_{10, 20'000};
  std::optional<Millis> slow_until_;  ///< the exchange said that requests come too fast
  std::uint32_t attempt_ = 0;
  bool careful_ = false;  ///< the exchange is not online, or was busy: floor of D-10
  bool any_ack_ = false;  ///< on this connection
  Millis retry_at_{};
  Millis attempted_at_{};
  Millis connect_by_{};
  Millis last_frame_{};
  bool quiet_said_ = false;
  Millis next_ping_{};
  std::optional<std::pair<std::int64_t, Millis>> ping_;  ///< unanswered: req_id and when it was sent
  std::optional<std::int64_t> round_trip_;
  ClockOffset clock_;
  std::string token_;                   ///< empty: none
  std::uint64_t token_number_ = 0;      ///< of tokens so far
  std::uint32_t token_rejections_ = 0;  ///< on this connection
  std::optional<Millis> token_by_;      ///< asked for, until then
  std::optional<Millis> token_again_;   ///< to be asked for again
  bool online_ = true;
  std::set<std::string, std::less<>> aliases_said_;
  std::optional<Millis> stable_at_;  ///< attempts count from 0 from then on
  bool dirty_ = false;               ///< something but a book changed: plan again
  std::optional<Millis> wake_;       ///< the deadline as computed last
  std::vector<Change> history_;
  std::uint64_t changes_ = 0;
  SessionCounters counters_;
};

}  // namespace hadal
