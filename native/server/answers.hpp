/// What the server says, as text: pure functions of a book and a question (catalogue M-7 to M-10).
///
/// Decimals are JSON strings with the digits of the exchange; what is not known is null, so that every answer has the same members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/hadal.hpp"
#include "server/market.hpp"

namespace hadal::server {

struct Answer {
  int status = 200;
  std::string body;
  std::string_view type = "application/json";
};

/// `{"error":{"code":...,"message":...}}`.
[[nodiscard]] Answer error_answer(int status, std::string_view code, std::string_view message);

[[nodiscard]] std::string symbols_json(const std::vector<std::string>& symbols);

struct DepthQuestion {
  std::string symbol;
  std::size_t levels = 0;          ///< a side; 0: all
  std::optional<Decimal> group{};  ///< price of a row
};
/// 503 while the book is not live, with what is known of it.
[[nodiscard]] Answer depth_answer(const MarketView& market, const DepthQuestion& question);

/// 200 if every symbol's book is live, else 503.
[[nodiscard]] Answer health_answer(const MarketView& market, const std::vector<std::string>& symbols);

/// What the server counts of itself.
struct HttpStats {
  std::uint64_t clients = 0;  ///< connected now
  std::uint64_t streams = 0;  ///< of those, streams
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;  ///< connections beyond the limit
  std::uint64_t lagged = 0;   ///< events that slow streams missed
  std::uint64_t sent_events = 0;
  std::int64_t uptime_ms = 0;
};
[[nodiscard]] Answer status_answer(const MarketView& market, const std::vector<std::string>& symbols, const HttpStats& http);
/// The core's metrics and the server's own.
[[nodiscard]] Answer metrics_answer(const MarketView& market, const HttpStats& http);

enum class StreamKind : std::uint8_t { snapshot, update, state };
[[nodiscard]] std::string_view name(StreamKind kind) noexcept;

/// What an event of a stream shows: equal ones need not be sent twice.
struct TopOfStream {
  BookState state = BookState::unsubscribed;
  Cause reason = Cause::none;
  bool verified = false;
  Scales scales;
  std::optional<Level> bid, ask;
  friend bool operator==(const TopOfStream&, const TopOfStream&) = default;
};
[[nodiscard]] TopOfStream top_of(const VerifiedBook& book);
/// One server-sent event, with the empty line at its end.
[[nodiscard]] std::string stream_event(const VerifiedBook& book, StreamKind kind);
/// Before the first message of a book.
[[nodiscard]] std::string stream_nothing(std::string_view symbol);
[[nodiscard]] std::string stream_lag(std::string_view symbol, std::uint64_t missed);

}  // namespace hadal::server
