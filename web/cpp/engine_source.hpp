/// An engine as the JavaScript side drives it: inputs by embind, frames and outputs by plain exports (hot.cpp).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sources.hpp"

namespace hadal::web {

class WasmEngine final : public BookSource, private JournalSink {
 public:
  /// What poll() found. Numbers are those of web/ts/driver.ts.
  enum class OutputKind : int { wait, connect, send, close, need_token };

  /// @param config what parse_session_config() takes, and has taken before
  WasmEngine(const std::string& config, bool keep_log);

  // --- the user; an Errc ---
  int connect(double now_ms);
  void close_connections(double now_ms, int code, const std::string& reason);
  int subscribe(double now_ms, int channel, const std::string& symbol, int depth, int interval, int trigger);
  int unsubscribe(double now_ms, int channel, const std::string& symbol, int depth, int interval, int trigger);
  int resync(double now_ms, const std::string& symbol);
  void retry_now(double now_ms);
  void network(double now_ms, bool online);
  void token_failed(double now_ms, bool permanent, const std::string& text);

  // --- the driver ---
  void opened(double now_ms, double connection);
  void open_failed(double now_ms, double connection, int http_status, const std::string& text);
  void closed(double now_ms, double connection, int code, const std::string& reason);
  void binary(double now_ms, double connection, double bytes);
  /// `wall_ms`: time of day, ms since 1970; NaN if not known.
  void text(double now_ms, double connection, std::string_view frame, double wall_ms);
  void done(double now_ms, double wall_ms);
  void timeout(double now_ms);
  /// The next output; its parts follow.
  OutputKind poll();
  [[nodiscard]] double connection() const { return connection_; }
  /// Of wait: the deadline in ms, or infinity. Of close: its code. Of connect: the endpoint.
  [[nodiscard]] double number() const { return number_; }
  [[nodiscard]] const std::string& output_text() const { return text_; }

  // --- queries ---
  [[nodiscard]] int state() const { return static_cast<int>(engine_.state()); }
  /// A KeyState; -1 for a key that nobody has asked for.
  [[nodiscard]] int key_state(int channel, const std::string& symbol, int depth, int interval, int trigger) const;
  /// Of the last ping on the public connection, in ms; -1 before the first pong.
  [[nodiscard]] double round_trip() const;
  [[nodiscard]] double frames() const { return static_cast<double>(engine_.market().feed().counters().frames); }
  [[nodiscard]] std::string drain() { return log_.take(); }
  [[nodiscard]] std::string digest() const { return log_.digest().text(); }
  [[nodiscard]] const Feed* feed() const override { return &engine_.market().feed(); }
  [[nodiscard]] Analytics* analytics() override { return &engine_.analytics(); }
  [[nodiscard]] Millis now() const override { return now_; }

  // --- listeners: queues of event lines ---
  /// A queue by its settings as JSON: its number, from 0. What is wrong: -1, and queue_error().
  int add_queue(const std::string& json);
  [[nodiscard]] const std::string& queue_error() const { return queue_error_; }
  void remove_queue(int queue);
  /// Lines that the queue may have now, at most `most` of them (0: all).
  [[nodiscard]] std::string drain_queue(int queue, double now_ms, int most);
  /// offered, delivered, dropped, coalesced, limited, queued, peak rate: by comma.
  [[nodiscard]] std::string queue_stats(int queue, double now_ms) const;

  [[nodiscard]] bool queue_waiting(int queue) const;
  [[nodiscard]] bool any_waiting() const;

  // --- a recording of everything that goes in and out ---
  /// From now on; begun before the first input it can be run again. `wall_ms`: time of day; NaN if not known.
  void record(double now_ms, double wall_ms, const std::string& started, bool simulated);
  void end_record() { engine_.record(nullptr, 0, now_); }
  [[nodiscard]] std::string take_journal() { return std::exchange(journal_, {}); }

  // --- what is counted ---
  /// One JSON object (stats_text.hpp).
  [[nodiscard]] std::string stats(double now_ms) const;
  [[nodiscard]] std::string status(double now_ms) const;
  [[nodiscard]] std::string metrics(double now_ms) const { return metrics_text(engine_.stats({static_cast<std::int64_t>(now_ms)})); }
  /// Keeps the last frames for incidents; false if the numbers are out of range.
  bool keep_flight(double frames, double bytes);
  /// ms; false if one is no whole number, or out of range.
  bool watch_latency(double total, double processing, double network, double interval);
  /// One file; empty unless keep_flight(). `wall_ms`: NaN if not known.
  [[nodiscard]] std::string incident(double now_ms, double wall_ms, const std::string& reason) const;
  [[nodiscard]] std::string take_incident() { return engine_.take_incident(); }

 private:
  Errc track(const std::string& symbol, const TrackConfig& config) override { return engine_.track(symbol, config); }
  void on_journal(std::string_view lines) override { journal_ += lines; }
  void note(double now_ms);

  LogWriter log_;
  std::vector<std::unique_ptr<EventQueue>> queues_;  ///< by number; null once removed. Outlive the engine, which fills them
  Engine engine_;
  Millis now_{};
  std::string queue_error_;
  std::string journal_;
  bool started_ = false;
  double connection_ = 0;
  double number_ = 0;
  std::string text_;
};

}  // namespace hadal::web
