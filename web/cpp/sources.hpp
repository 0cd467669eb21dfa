/// What the JavaScript side holds: something with books, behind one handle.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hadal/hadal.hpp"

namespace hadal::web {

/// Options as embind takes them: numbers and strings only. Negative precision: not given. Depth 0: not given.
[[nodiscard]] FeedConfig feed_config(int depth, int price_precision, int qty_precision, const std::string& symbol);

/// Prices, sizes and cumulative sizes of one side, best first: 3 x its levels. Returns the end.
double* fill_side(double* out, const LadderSide& side);

/// `price qty` of a level with the exchange's digits; empty if there is none. side: 0 bids, 1 asks.
[[nodiscard]] std::string level_text(const VerifiedBook& book, int side, int rank);

/// Something that has books, which are asked for by slot: a symbol's place in a list that the caller builds once.
class BookSource {
 public:
  virtual ~BookSource() = default;

  /// The slot of a symbol, made when its book is asked for; -1 while it has none.
  int slot(const std::string& symbol);
  /// Symbols that have a book, one a line.
  [[nodiscard]] std::string symbols() const;
  /// `price qty` of a level with the exchange's digits; empty if there is none. side: 0 bids, 1 asks.
  [[nodiscard]] std::string level_text(int slot, int side, int rank) const;
  /// Fills the block of layout.hpp; null if the slot has no book. Lent until the next call.
  const double* fill(int slot);

  /// Trackers of a symbol, or of all if it is empty, by their settings as JSON. Empty; else what is wrong.
  std::string track(const std::string& symbol, const std::string& json);

  /// What is known of a symbol as JSON (followed_text.hpp); empty if nothing is.
  [[nodiscard]] std::string followed(const std::string& symbol);

  /// The number that plain exports take.
  [[nodiscard]] std::uintptr_t handle() const { return reinterpret_cast<std::uintptr_t>(this); }

  // --- for watches ---
  [[nodiscard]] virtual const Feed* feed() const = 0;
  /// Null where nothing is followed.
  [[nodiscard]] virtual Analytics* analytics() { return nullptr; }
  /// Of the last input.
  [[nodiscard]] virtual Millis now() const { return feed() == nullptr ? Millis{} : feed()->now(); }

 protected:
  virtual Errc track(const std::string& symbol, const TrackConfig& config);

 private:
  [[nodiscard]] const VerifiedBook* book(int slot) const;

  std::vector<std::string> slots_;
  std::vector<double> block_;
};

class WasmFeed final : public BookSource {
 public:
  /// Without a log there are no event lines, and a frame costs a fraction.
  WasmFeed(int depth, int price_precision, int qty_precision, const std::string& symbol, bool keep_log)
      : log_{true}, stream_{keep_log ? &log_ : nullptr}, feed_{feed_config(depth, price_precision, qty_precision, symbol), &stream_} {}

  /// Returns the number of events it caused.
  std::uint32_t text(double now_ms, std::string_view frame);
  void opened(double now_ms, double connection);
  void closed(double now_ms, double connection, int code, const std::string& reason);
  void sent(double now_ms, double connection, const std::string& frame);
  void lost(double now_ms, double connection, double frames);
  /// Event lines since the last call, in the format of the log.
  [[nodiscard]] std::string drain() { return log_.take(); }
  [[nodiscard]] std::string digest() const { return log_.digest().text(); }
  [[nodiscard]] double parse_errors() const { return static_cast<double>(feed_.counters().parse_errors); }
  [[nodiscard]] const Feed* feed() const override { return &feed_; }
  [[nodiscard]] Analytics* analytics() override { return &stream_.analytics(); }

 private:
  void note(double now_ms);

  LogWriter log_;
  EventStream stream_;
  Feed feed_;
  ConnectionId connection_ = 1;
  bool started_ = false;
};

}  // namespace hadal::web
