/// Sessions by endpoint: the one object that a driver feeds (catalogue A-2, D-18).
///
/// The user names channels; the engine knows which endpoint serves them and keeps one session for each that is used. The events of all
/// sessions are one numbered stream, labelled with their endpoint. The drain rule is that of session.hpp: one input, then poll() until
/// Wait, then the next input.
///
/// Everything that goes in can be recorded, and a recording from the first input on can be run again (replay.hpp): the same inputs and
/// times give the same events and the same requests, byte for byte.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hadal/journal/call.hpp"
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
  /// journal can be run again; later it can only be read as what was received and sent.
  void record(JournalSink* journal, UnixNanos wall, Millis now, std::string_view started = {}, bool simulated = false);

  // --- what the user wants; errors as Session has them ---
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
  void on_text(Millis now, ConnectionId connection, std::string_view frame);
  void on_binary(Millis now, ConnectionId connection, std::size_t bytes);
  void on_closed(Millis now, ConnectionId connection, int code, std::string_view reason);
  void on_lost(Millis now, ConnectionId connection, std::uint64_t frames);
  void on_timeout(Millis now);

  [[nodiscard]] Output poll();

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
  [[nodiscard]] std::uint64_t events() const noexcept;
  [[nodiscard]] std::uint64_t foreign_inputs() const noexcept { return foreign_inputs_; }

 private:
  struct Stream;
  struct Recording;

  [[nodiscard]] Session& at(Endpoint endpoint);
  [[nodiscard]] Session* of(ConnectionId connection) noexcept;
  template <class Act>
  void each_session(Act act) {
    for (auto& session : sessions_)
      if (session != nullptr) act(*session);
  }
  void enter(Millis now);
  void note(Millis now, const Call& call);
  void note(Millis now, ConnectionId connection, const LinkRecord& link);

  SessionConfig config_;
  std::unique_ptr<Stream> stream_;
  SharedConnections shared_;
  std::array<std::unique_ptr<Session>, kEndpoints> sessions_;
  std::unique_ptr<Recording> recording_;
  bool connected_ = false;  ///< the user wants to be
  bool begun_ = false;      ///< has had an input
  bool token_asked_ = false;
  bool online_ = true;
  Millis now_{};
  std::uint64_t foreign_inputs_ = 0;
};

}  // namespace hadal
