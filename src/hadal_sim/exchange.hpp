/// A simulated exchange that speaks Kraken's WebSocket v2 (protocol/ws-v2.md): client frames and times in, server frames out. No I/O, no
/// clock; the same seed, inputs and times give the same bytes (catalogue N-1). Links nothing of the client.
///
/// Serves now: status, heartbeat, ping, `book` at all depths, `trade`. Other channels are refused as unknown.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hadal_sim/agents.hpp"
#include "hadal_sim/faults.hpp"
#include "hadal_sim/instruments.hpp"
#include "hadal_sim/market.hpp"

namespace hadal::sim {

struct ExchangeConfig {
  std::uint64_t seed = 1;
  std::size_t symbols = 2;    ///< 1 ... 1,200
  std::int64_t rate = 1'000;  ///< traffic in thousandths of the recorded one (about 27 messages a second a symbol)
  std::size_t levels = 60;    ///< price levels a side that agents keep up
  std::vector<Fault> faults;
  std::int64_t unix_micros = 1'767'323'045'000'000;  ///< the exchange's clock at time 0
};

/// What the exchange does to one connection.
struct ServerFrame {
  enum class Kind : std::uint8_t { text, close, reset } kind = Kind::text;  ///< reset: gone without a close frame
  std::uint64_t connection = 0;
  std::string text;  ///< or the close reason
  int code = 0;      ///< of a close
  /// For tests: the ten best levels of the book this frame is about, after it; empty for other frames.
  std::string symbol;
  std::string top;
};

class Exchange {
 public:
  explicit Exchange(ExchangeConfig config);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // --- inputs; times in ms never go back ---
  /// Answers the upgrade: 101, or an HTTP status of refusal.
  [[nodiscard]] int open(std::int64_t now, std::uint64_t connection);
  void text(std::int64_t now, std::uint64_t connection, std::string_view frame);
  /// The client closed.
  void close(std::int64_t now, std::uint64_t connection);
  /// Lets time pass.
  void advance(std::int64_t now);

  /// When something will happen by itself.
  [[nodiscard]] std::int64_t deadline() const;
  /// What has to be sent, in order; none: nothing.
  [[nodiscard]] std::optional<ServerFrame> next();

  // --- for tests ---
  [[nodiscard]] const Faults& faults() const noexcept { return faults_; }
  /// The digits of the ten best levels a side, asks first, as the checksum takes them.
  [[nodiscard]] std::string top(std::string_view symbol) const;
  /// The best `depth` levels a side as `price:qty` texts: asks best first, then bids.
  [[nodiscard]] std::string view(std::string_view symbol, std::size_t depth) const;
  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }

 private:
  struct Pair;
  struct Connection;

  void run_markets(std::int64_t now);
  void act(Pair& pair, std::int64_t micros);
  void publish_book(Pair& pair, std::int64_t micros);
  void publish_trades(Pair& pair, std::int64_t micros);
  void send_snapshot(Connection& connection, Pair& pair, std::size_t depth);
  void subscribe(Connection& connection, const std::string& channel, const std::string& symbol, std::size_t depth, bool snapshot,
                 const std::string& req_id);
  void unsubscribe(Connection& connection, const std::string& channel, const std::string& symbol, std::size_t depth,
                   const std::string& req_id);
  void refuse(Connection& connection, std::string_view method, std::string_view error, const std::string& symbol,
              const std::string& req_id);
  void accept(Connection& connection, std::string_view method, const std::string& channel, const std::string& symbol, std::size_t depth,
              bool snapshot, const std::string& req_id);
  void send(Connection& connection, std::string text);
  void send_data(Connection& connection, std::string text, const Pair& pair, bool snapshot);
  void end(Connection& connection, ServerFrame::Kind kind, int code, std::string reason);
  [[nodiscard]] std::string times() const;
  [[nodiscard]] Pair* find(std::string_view symbol) const;
  [[nodiscard]] std::int64_t micros(std::int64_t now) const { return config_.unix_micros + now * 1000; }

  ExchangeConfig config_;
  Faults faults_;
  std::vector<std::unique_ptr<Pair>> pairs_;
  std::map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<ServerFrame> out_;
  std::size_t next_out_ = 0;
  std::int64_t now_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t connection_id_;
  std::int64_t trade_id_ = 0;
};

}  // namespace hadal::sim
