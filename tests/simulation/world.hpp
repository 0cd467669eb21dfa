/// A client session and a simulated exchange with a network between them, in virtual time: minutes pass in milliseconds, and the same
/// seed gives the same run, byte for byte.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/engine.hpp"
#include "hadal/log.hpp"
#include "hadal_sim/exchange.hpp"
#include "simulation/observer.hpp"

namespace hadal::test {

/// Clients that are wrong on purpose: the harness has to catch each of them, or it proves nothing. Each is a session with a rule missing,
/// or a driver that breaks one.
enum class Broken : std::uint8_t {
  nothing,
  ignores_checksums,       ///< applies everything and calls it live
  never_truncates,         ///< believes that it has a depth of 1000
  forgets_to_subscribe,    ///< sends no subscribe on later connections
  keeps_old_subscription,  ///< says that it unsubscribed and does not
  never_repairs,           ///< gap policy ignore
  waits_for_snapshots,     ///< has no watchdog for one that does not come
  never_notices_silence,   ///< waits ten minutes
  loses_keys_on_timeout,   ///< a subscription whose ack does not come is forgotten
  updates_as_snapshots,    ///< replaces the book by every update
  resets_backoff,          ///< counts attempts from 0 as soon as a connection is open
  drops_frames,            ///< one in two hundred, without saying so
  swaps_frames,            ///< one in a hundred with the next
  loses_digits,            ///< the last one of each quantity, as a short float would
  hides_closes,            ///< does not tell the session that the exchange closed, which does not notice the silence
  repeats_requests,        ///< sends every request three times
};
inline constexpr int kBroken = 16;
[[nodiscard]] std::string_view name(Broken broken) noexcept;

struct Scenario {
  Broken broken = Broken::nothing;
  std::uint64_t seed = 1;
  std::size_t symbols = 3;
  std::vector<std::uint16_t> depths{10, 25, 100};  ///< of the symbols, in turn
  std::vector<sim::Fault> faults;
  std::size_t levels = 60;        ///< price levels a side that the market has
  std::int64_t faulty = 120'000;  ///< ms with faults
  std::int64_t calm = 180'000;    ///< ms after them, at whose end all must be well
  bool extra_timeouts = false;    ///< on_timeout() early and more than once, which must change nothing (Q-23)
  bool other_channels = false;    ///< instrument, ticker and trade of the first symbol, too
  bool tracked = false;           ///< every tracker on, and a queue that nobody reads: which must change nothing else
  bool user_acts = true;          ///< subscribes, unsubscribes, asks for new snapshots now and then
  GapPolicy policy = GapPolicy::resync;
  /// After the faults comes one that ends the session for good (D-11): it must end `closed` with this cause, and connect() must recover.
  ConnectionCause terminal = ConnectionCause::none;
};

struct RunResult {
  std::string failure;          ///< empty: none
  std::string digest;           ///< of the event log
  std::string replayed_digest;  ///< the same, with what trackers know at its end, as of the last input
  std::uint64_t frames = 0;
  std::uint64_t checked = 0;        ///< comparisons of a live book with the exchange's
  std::uint64_t checked_whole = 0;  ///< of those, to the last level
  std::uint64_t faults = 0;
  SessionCounters session;
};

/// Keeps a journal in memory.
class Journal final : public JournalSink {
 public:
  void on_journal(std::string_view lines) override { text += lines; }
  std::string text;
};

class World {
 public:
  /// `record`: a journal is kept.
  explicit World(const Scenario& scenario, bool keep_log = false, bool record = false);

  RunResult run();
  [[nodiscard]] const std::string& log() const noexcept { return log_.text(); }
  /// The received frames alone, one a line.
  [[nodiscard]] const std::string& frames() const noexcept { return frames_; }
  [[nodiscard]] const std::string& journal() const noexcept { return journal_.text; }

 private:
  /// Something on its way.
  struct Flight {
    enum class What : std::uint8_t { connect, request, close, opened, frame, ended } what;
    std::int64_t at;
    std::uint64_t connection;
    std::string text;
    int code = 0;
    sim::ServerFrame frame{};
  };

  void drain();
  void collect();
  void fly(std::deque<Flight>& queue, Flight flight);
  void deliver_to_exchange(Flight flight);
  void deliver_to_client(Flight flight);
  void act();
  void compare(const sim::ServerFrame::Truth& truth);
  void request(const Send& send);
  [[nodiscard]] bool keeps(sim::ServerFrame& frame);
  [[nodiscard]] bool swaps(Flight& flight);
  void check_end();
  void recover();
  void lose_keys();
  void fail(const std::string& what);
  [[nodiscard]] Key key_of(std::size_t index) const;
  [[nodiscard]] Key deep_key_of(std::size_t index) const;
  [[nodiscard]] std::vector<Key> other_keys() const;
  void check_wire();
  void tell_followed();

  Scenario scenario_;
  sim::Exchange exchange_;
  LogWriter log_;
  Observer observer_;
  EventQueue unread_;
  Engine engine_;
  Journal journal_;
  bool recording_ = false;
  std::string frames_;
  Random random_;  ///< network and user
  std::deque<Flight> up_;
  std::deque<Flight> down_;
  std::map<std::uint64_t, bool> sockets_;  ///< that the client holds: whether open
  std::int64_t now_ = 1'000;
  std::int64_t next_act_ = 5'000;
  std::optional<Millis> until_;
  std::vector<bool> wanted_;
  std::vector<bool> deeper_;                                                ///< wanted by a second user, deeper
  std::map<std::string, bool> refused_;                                     ///< symbols that the exchange refused for good
  std::deque<std::int64_t> connects_;                                       ///< times of the last attempts
  TokenBucket bucket_{10, 20'000};                                          ///< what the exchange allows (E-4)
  std::optional<Flight> held_;                                              ///< of a driver that swaps frames
  std::map<std::string, std::pair<std::int64_t, std::string>> unanswered_;  ///< of a client that loses keys: by req_id, when, request
  std::optional<std::int64_t> connect_at_;                                  ///< after a terminal fault
  bool recovered_ = false;
  std::optional<std::int64_t> heard_;  ///< when the open connection last brought something
  RunResult result_;
};

/// A plan of faults drawn from a seed: now and then each kind, none after `until`.
[[nodiscard]] std::vector<sim::Fault> draw_faults(std::uint64_t seed, std::int64_t until);

}  // namespace hadal::test
