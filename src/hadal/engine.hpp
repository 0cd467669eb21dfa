/// Sessions by endpoint: the one object that a driver feeds (catalogue A-2, D-18).
///
/// The user names channels; the engine knows which endpoint serves them and keeps one session for each that is used. The events of all
/// sessions are one numbered stream, labelled with their endpoint. The drain rule is that of session.hpp: one input, then poll() until
/// Wait, then the next input.
///
/// Everything that goes in can be recorded, and a recording from the first input on can be run again (replay.hpp): the same inputs, times and
/// trackers give the same events and the same requests, byte for byte. Trackers are settings, not inputs: they are not recorded.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hadal/flow/event_stream.hpp"
#include "hadal/journal/call.hpp"
#include "hadal/journal/flight_recorder.hpp"
#include "hadal/journal/record.hpp"
#include "hadal/session/session.hpp"

namespace hadal {

/// Receives the lines of a journal, each with its end. Must not call back, and must live until record(nullptr) or the engine's end.
class JournalSink {
 public:
  virtual void on_journal(std::string_view lines) = 0;

 protected:
  ~JournalSink() = default;
};

class Engine {
 public:
  /// Precondition: check(config) is Errc::ok. Every session is configured alike, but for its endpoint; the seed of the public one is that
  /// of the configuration. `sink` may be null; it must outlive the engine.
  explicit Engine(SessionConfig config, EventSink* sink = nullptr);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Records from now on; null ends it. `wall` is the wall clock at `now`: the engine reads none. Begun before the first input, the
  /// journal can be run again; later it begins with the books as they are, and can be read as what was received and sent since.
  void record(JournalSink* journal, UnixNanos wall, Millis now, std::string_view started = {}, bool simulated = false);

  // --- what the user wants; errors as Session has them. Inside an event these take effect after the input that causes it, in their order, and
  // one a poll() for each that was there when it began; only a key that cannot be is an error at once, or Errc::limit_reached beyond 10,000 ---
  /// The public endpoint and every other that something is wanted of. Errc::invalid_transition if there is nothing to connect.
  Errc connect(Millis now);
  void close(Millis now, int code = 1000, std::string_view reason = {});
  void retry_now(Millis now);
  void online(Millis now);
  void offline(Millis now);
  /// A channel of an endpoint that is not connected yet connects it, once connect() has been called. A call that is refused leaves nothing
  /// behind.
  Errc subscribe(Millis now, const Key& key);
  Errc unsubscribe(Millis now, const Key& key);
  Errc resync(Millis now, std::string_view symbol);
  /// As Session::clear().
  Errc clear(Millis now, std::string_view symbol);
  void set_token(Millis now, std::string token);
  void token_failed(Millis now, bool permanent, std::string_view text);
  /// Any of the above.
  Errc call(Millis now, const Call& call);

  // --- what the driver saw; inputs of unknown connections are counted and ignored ---
  void on_open(Millis now, ConnectionId connection);
  void on_open_failed(Millis now, ConnectionId connection, int http_status, std::string_view text);
  /// `wall`: the driver's wall clock at the receipt, if latency is to be known (catalogue I-1).
  void on_text(Millis now, ConnectionId connection, std::string_view frame, std::optional<UnixNanos> wall = std::nullopt);
  /// The driver is done with the last frame; `wall` as above, if processing is to be known.
  void on_done(Millis now, std::optional<UnixNanos> wall);
  void on_binary(Millis now, ConnectionId connection, std::size_t bytes);
  void on_closed(Millis now, ConnectionId connection, int code, std::string_view reason);
  void on_lost(Millis now, ConnectionId connection, std::uint64_t frames);
  void on_timeout(Millis now);

  [[nodiscard]] Output poll();

  // --- what follows from it ---
  /// Trackers of a symbol, or of all that have no settings of their own if `symbol` is empty: Analytics::track().
  Errc track(std::string_view symbol, const TrackConfig& config) { return stream_.analytics().track(symbol, config); }
  void untrack(std::string_view symbol) { stream_.analytics().untrack(symbol); }
  [[nodiscard]] Analytics& analytics() noexcept { return stream_.analytics(); }
  [[nodiscard]] const Analytics& analytics() const noexcept { return stream_.analytics(); }
  /// A listener with a queue of its own. It must outlive the engine, or be removed.
  void add(EventQueue& queue) { stream_.add(queue, &market().feed()); }
  void remove(EventQueue& queue) { stream_.remove(queue); }
  /// Appends the lines that a queue may have now: EventQueue::drain(). Under a rate limit the deadline may be another then: poll() again.
  std::size_t drain(EventQueue& queue, Millis now, std::string& out, std::size_t most = std::numeric_limits<std::size_t>::max()) {
    return stream_.drain(queue, now, &market().feed(), out, most);
  }
  /// Errc::config_invalid changes nothing.
  Errc watch_latency(const LatencyConfig& config);
  void reset_latency() { telemetry_.reset_latency(); }
  /// Keeps the last frames of the public session for incidents from now on. Errc::config_invalid changes nothing.
  Errc keep_flight(const FlightRecorderConfig& config = {});
  /// One file with the last frames, changes of state, books and settings, that `hadal replay` plays (flight_recorder.hpp). `wall`: the wall
  /// clock at `now`, if known. Empty unless keep_flight() was called.
  [[nodiscard]] std::string incident(Millis now, std::optional<UnixNanos> wall, std::string_view reason) const;
  /// The incident of a book that an integrity cause has made stale since the last call, at most one a minute for each book; empty: none. Look
  /// after each input: the file is made of the frames up to the one that did it.
  [[nodiscard]] std::string take_incident() { return std::exchange(incident_, {}); }
  /// An error of the driver's own (a queue without room, a file), told in the stream without a number: the core knows nothing of it.
  void report(Millis now, Errc code, std::string_view text) {
    stream_.tell_unnumbered(now_ < now ? now : now_, ErrorEvent{code, text, {}, {}, {}, {}, {}});
  }
  /// Everything that is counted. O(books + keys).
  [[nodiscard]] Stats stats(Millis now) const;

  // --- queries ---
  /// Null while nothing of the endpoint is used. The public one is always there.
  [[nodiscard]] const Session* session(Endpoint endpoint = Endpoint::market) const noexcept;
  [[nodiscard]] const Session& market() const noexcept { return *sessions_[0]; }
  /// The least healthy state of all sessions (D-18).
  [[nodiscard]] ConnectionState state() const noexcept;
  /// Null if nobody has asked for it. Valid as long as the engine.
  [[nodiscard]] const VerifiedBook* book(std::string_view symbol) const { return market().feed().book(symbol); }
  [[nodiscard]] std::optional<KeyState> key_state(const Key& key) const;
  /// Events sent so far.
  [[nodiscard]] std::uint64_t events() const noexcept { return stream_.events(); }
  /// What the host said last of its network.
  [[nodiscard]] bool online() const noexcept { return online_; }
  [[nodiscard]] std::uint64_t foreign_inputs() const noexcept { return foreign_inputs_; }

 private:
  struct Recording;
  /// The length of an input. Calls that a sink makes meanwhile are kept, and made at its end.
  class Input;

  [[nodiscard]] Output poll_sessions();
  [[nodiscard]] Session& at(Endpoint endpoint);
  [[nodiscard]] Session* of(ConnectionId connection) noexcept;
  template <class Act>
  void each_session(Act act) {
    for (auto& session : sessions_)
      if (session != nullptr) act(*session);
  }
  void enter(Millis now);
  void look_for_incident();
  /// True if the call was made inside an event, and is kept for later.
  [[nodiscard]] std::optional<Errc> defer(const Call& call);
  void note(Millis now, const Call& call);
  void note(Millis now, ConnectionId connection, const LinkRecord& link);

  SessionConfig config_;
  Telemetry telemetry_;  ///< the stream fills it
  EventStream stream_;
  SharedConnections shared_;
  std::array<std::unique_ptr<Session>, kEndpoints> sessions_;
  std::unique_ptr<Recording> recording_;
  std::optional<FlightRecorder> flight_;
  std::string incident_;
  std::uint64_t gaps_seen_ = 0;
  std::map<std::string, Millis, std::less<>> incident_at_;  ///< the last one, by symbol: at most Limits::books
  int inputs_ = 0;                                          ///< under way: 1 inside one
  std::deque<Call> deferred_;                               ///< made inside an event
  bool connected_ = false;                                  ///< the user wants to be
  bool begun_ = false;                                      ///< has had an input
  bool token_asked_ = false;
  bool online_ = true;
  Millis now_{};
  std::uint64_t foreign_inputs_ = 0;
};

}  // namespace hadal
