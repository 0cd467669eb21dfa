/// A simulated exchange that speaks Kraken's WebSocket v2 (protocol/ws-v2.md): client frames and times in, server frames out. No I/O, no
/// clock; the same seed, inputs and times give the same bytes (catalogue N-1). Links nothing of the client.
///
/// Give one input, then take frames with next() until there are none; advance() to deadline() when nothing else happens. Times are ms of
/// any clock that does not go back, the same for all inputs.
///
/// Serves the public endpoint: status, heartbeat, ping, `book`, `ticker`, `trade`, `ohlc`, `instrument`. What belongs to the private
/// endpoints is refused with the words of the public one; they would be further endpoints of the same markets, which keep single orders.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "hadal_sim/faults.hpp"
#include "hadal_sim/pair.hpp"
#include "hadal_sim/request.hpp"
#include "hadal_sim/scenario.hpp"

namespace hadal::sim {

struct ExchangeConfig {
  std::uint64_t seed = 1;
  std::size_t symbols = 2;  ///< kFewestSymbols ... kMostSymbols
  Scenario scenario = kScenarios[0];
  std::int64_t rate = 1'000;  ///< thousandths of the scenario's traffic
  std::size_t levels = 0;     ///< price levels a side that agents keep up; 0: as the scenario says
  std::vector<Fault> faults;
  std::int64_t unix_micros = 1'767'323'045'000'000;  ///< the exchange's clock at time 0
  std::int64_t connections = 150;                    ///< in ten minutes; more are refused for ten minutes (429); 0: any number
  bool truth = false;                                ///< fill ServerFrame::truth, for tests
  std::int64_t requests = 25;                        ///< a second on a connection, and half as many at once on top; 0: any number
};

/// What the exchange does to one connection.
struct ServerFrame {
  enum class Kind : std::uint8_t {
    text,
    binary,
    close,  ///< with `code` and the reason in `text`
    reset,  ///< gone without a close frame
  } kind = Kind::text;
  std::uint64_t connection = 0;
  std::string text;
  int code = 0;

  /// With ExchangeConfig::truth: the exchange's own book after a book frame. `symbol` is empty for all others.
  struct Truth {
    std::string symbol;
    std::size_t depth = 0;
    std::string top;           ///< Exchange::top()
    std::uint64_t digest = 0;  ///< Exchange::digest() at that depth
    bool whole = false;        ///< no data frame of the subscription was lost, altered or moved
    bool late = false;         ///< the frame comes after later ones
  } truth{};
};

struct Connection;

class Exchange {
 public:
  explicit Exchange(ExchangeConfig config);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // --- inputs ---
  /// Answers the upgrade: 101, or an HTTP status of refusal. A number that is in use means that its connection is gone.
  [[nodiscard]] int open(std::int64_t now, std::uint64_t connection);
  void text(std::int64_t now, std::uint64_t connection, std::string_view frame);
  /// The client has closed, or is gone.
  void close(std::int64_t now, std::uint64_t connection);
  /// Lets time pass.
  void advance(std::int64_t now);

  /// When something will happen by itself.
  [[nodiscard]] std::int64_t deadline() const;
  /// What has to be sent, in order; none: nothing.
  [[nodiscard]] std::optional<ServerFrame> next();

  // --- switches ---
  /// Adds the faults of a plan whose times count from now; its error says if it could not.
  FaultPlan inject(std::string_view plan_text);
  /// Adds a fault, or ends them all.
  void inject(Fault fault) { faults_.add(std::move(fault)); }
  void end_faults() { faults_.clear(); }

  // --- queries ---
  [[nodiscard]] const Faults& faults() const noexcept { return faults_; }
  [[nodiscard]] std::vector<std::string> symbols() const;
  /// What all connections have subscribed.
  [[nodiscard]] std::vector<Topic> topics() const;
  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
  [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }
  /// Requests refused because they came too fast.
  [[nodiscard]] std::uint64_t too_fast() const noexcept { return too_fast_; }
  /// The digits of the ten best levels a side, asks first, as the checksum takes them.
  [[nodiscard]] std::string top(std::string_view symbol) const;
  [[nodiscard]] std::uint64_t digest(std::string_view symbol, std::size_t depth) const;
  /// Null: no such pair.
  [[nodiscard]] const Pair* pair(std::string_view symbol) const { return find(symbol); }

 private:
  struct Burst {
    std::int64_t at;  ///< microseconds since 1970
    std::size_t pair;
    /// Ordered by time, then by pair: the earliest on top of a heap.
    friend bool operator<(const Burst& a, const Burst& b) { return a.at != b.at ? a.at > b.at : a.pair > b.pair; }
  };

  // time
  void step(std::int64_t now);
  void run_burst();
  void publish(Pair& pair, std::int64_t micros);
  void tick(std::int64_t now);
  void tick(Connection& connection, std::int64_t now);
  void walk_status();
  void change_precisions();

  // requests
  void subscribe(Connection& connection, const Request& request);
  void unsubscribe(Connection& connection, const Request& request);
  [[nodiscard]] bool refused_symbol(Connection& connection, const Request& request, const std::string& symbol);
  void snapshot(Subscription& subscription);
  void remove(Subscription& subscription);
  void refuse(Connection& connection, const Request& request, std::string_view error, std::string_view symbol = {});
  [[nodiscard]] std::string ack(const Request& request, const Topic& topic) const;

  // frames
  void send(Connection& connection, std::string text);
  void send_status(Connection& connection);
  void send_data(Subscription& subscription, std::string text, bool snapshot, std::int64_t micros, const BookUpdate* update = nullptr);
  void emit(Connection& connection, ServerFrame frame);
  void end(Connection& connection, ServerFrame::Kind kind, int code, std::string reason);
  void send_instruments(Connection& connection);
  void send_instrument_update(const std::vector<const Pair*>& changed);

  [[nodiscard]] std::string times(const Connection& connection);
  [[nodiscard]] FaultSite site(const Connection& connection, const Topic& topic) const;
  [[nodiscard]] Pair* find(std::string_view symbol) const;
  [[nodiscard]] std::int64_t micros(std::int64_t now) const { return config_.unix_micros + now * 1000; }
  [[nodiscard]] std::int64_t millis(std::int64_t micros) const { return (micros - config_.unix_micros + 999) / 1000; }

  ExchangeConfig config_;
  Faults faults_;
  std::vector<std::unique_ptr<Pair>> pairs_;
  std::map<std::string, Pair*, std::less<>> by_symbol_;
  std::priority_queue<Burst> bursts_;
  std::map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  mutable std::optional<std::int64_t> link_deadline_;  ///< the earliest of all connections; none: to be found
  std::vector<ServerFrame> out_;
  std::size_t next_out_ = 0;
  std::int64_t now_ = 0;
  std::int64_t next_tick_ = 1'000;
  std::uint64_t frames_ = 0;
  std::uint64_t too_fast_ = 0;
  std::uint64_t connection_id_ = 0;
  std::uint64_t opened_ = 0;
  std::deque<std::int64_t> opens_;  ///< times of the last ten minutes
  std::int64_t refuse_until_ = 0;   ///< after a disconnect
  std::int64_t banned_until_ = 0;   ///< too many connections
  std::size_t system_ = 0;          ///< in kSystems
  std::optional<std::int64_t> next_system_;
  std::int64_t system_step_ = 0;
};

}  // namespace hadal::sim
