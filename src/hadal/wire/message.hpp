/// The closed set of messages a v2 server sends on its public side (protocol/ws-v2.md sections 4 to 13), decoded.
///
/// Numbers keep their digits: a `Decimal` carries the scale as written. Absent optional fields are empty, never zero.
/// Views (`std::string_view`, spans) live until the decoder's next input, and as long as the frame they came from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hadal/base/decimal.hpp"
#include "hadal/base/errc.hpp"
#include "hadal/base/time.hpp"

namespace hadal {

/// `snapshot` or `update`, as data frames say in `type`.
enum class FrameKind : std::uint8_t { snapshot, update };

struct WireLevel {
  Decimal price;  ///< > 0
  Decimal qty;    ///< >= 0; 0 removes the level
};

/// The `checksum` of a book entry.
struct WireChecksum {
  enum class Kind : std::uint8_t {
    absent,
    value,
    unusable,  ///< a number outside 32 bits: it can match nothing
  };
  Kind kind = Kind::absent;
  std::uint32_t value = 0;
};

/// One entry of a `book` frame. If `error` is set the entry must not be applied; `symbol` may then be empty.
struct BookEntry {
  std::string_view symbol;
  std::span<const WireLevel> bids;  ///< in array order
  std::span<const WireLevel> asks;
  WireChecksum checksum;
  std::optional<UnixNanos> timestamp;  ///< absent on snapshots until mid-2026
  Errc error = Errc::ok;               ///< first field that could not be read
};

struct BookMessage {
  FrameKind kind = FrameKind::update;
  std::span<const BookEntry> entries;
};

enum class TakerSide : std::uint8_t { buy, sell };

struct Trade {
  std::string symbol;
  TakerSide side = TakerSide::buy;
  Decimal price;
  Decimal qty;
  std::string ord_type;  ///< `limit` or `market`; empty if absent
  std::optional<std::int64_t> trade_id;
  std::optional<UnixNanos> timestamp;
};

struct TradeMessage {
  FrameKind kind = FrameKind::update;
  std::vector<Trade> trades;
};

struct Ticker {
  std::string symbol;
  std::optional<Decimal> bid, bid_qty, ask, ask_qty, last;
  std::optional<Decimal> volume, vwap, low, high;  ///< over 24 h; volume in base currency
  std::optional<Decimal> change;                   ///< over 24 h, in quote currency
  std::optional<Decimal> change_pct;               ///< over 24 h, percent
  std::optional<std::int64_t> trades;              ///< over 24 h; on the wire since 2026-09
  std::optional<UnixNanos> timestamp;              ///< on the wire since 2025
};

struct TickerMessage {
  FrameKind kind = FrameKind::update;
  std::vector<Ticker> tickers;
};

struct Candle {
  std::string symbol;
  std::optional<Decimal> open, high, low, close;
  std::optional<Decimal> volume, vwap;
  std::optional<std::int64_t> trades;
  std::optional<UnixNanos> interval_begin;
  std::optional<std::int64_t> interval;  ///< minutes
  std::optional<UnixNanos> timestamp;    ///< end of the interval; deprecated by the exchange
};

struct OhlcMessage {
  FrameKind kind = FrameKind::update;
  std::optional<UnixNanos> timestamp;  ///< of the message
  std::vector<Candle> candles;
};

enum class PairStatus : std::uint8_t {
  online,
  cancel_only,
  delisted,
  limit_only,
  maintenance,
  post_only,
  reduce_only,
  work_in_progress,
  other,  ///< a word this version does not know
};
enum class AssetStatus : std::uint8_t {
  enabled,
  depositonly,
  withdrawalonly,
  fundingtemporarilydisabled,
  disabled,
  workinprogress,
  other,
};
enum class SystemStatus : std::uint8_t { online, cancel_only, maintenance, post_only, other };

[[nodiscard]] std::string_view name(PairStatus status) noexcept;
[[nodiscard]] std::string_view name(AssetStatus status) noexcept;
[[nodiscard]] std::string_view name(SystemStatus status) noexcept;
[[nodiscard]] inline std::string_view name(FrameKind kind) noexcept { return kind == FrameKind::snapshot ? "snapshot" : "update"; }
[[nodiscard]] inline std::string_view name(TakerSide side) noexcept { return side == TakerSide::buy ? "buy" : "sell"; }

struct Asset {
  std::string id;
  AssetStatus status = AssetStatus::other;
  std::optional<std::int64_t> precision;  ///< decimals of balances
  std::optional<std::int64_t> precision_display;
  std::optional<Decimal> multiplier;  ///< tokenised assets
  std::optional<bool> borrowable;
  std::optional<Decimal> collateral_value;
  std::optional<Decimal> margin_rate;
};

struct Pair {
  std::string symbol;
  std::string base;
  std::string quote;
  PairStatus status = PairStatus::other;
  std::optional<std::int64_t> price_precision;  ///< decimals of prices on the wire
  std::optional<Decimal> price_increment;
  std::optional<Decimal> tick_size;           ///< deprecated twin of price_increment
  std::optional<std::int64_t> qty_precision;  ///< decimals of quantities on the wire
  std::optional<Decimal> qty_increment;
  std::optional<Decimal> qty_min;  ///< smallest order, base currency
  std::optional<std::int64_t> cost_precision;
  std::optional<Decimal> cost_min;  ///< smallest order, quote currency
  std::optional<bool> marginable;
  std::optional<bool> has_index;
  std::optional<Decimal> margin_initial;
  std::optional<std::int64_t> position_limit_long;
  std::optional<std::int64_t> position_limit_short;
  std::optional<std::int64_t> ws_display_price_precision;  ///< undocumented, seen 2026-08
};

struct InstrumentMessage {
  FrameKind kind = FrameKind::update;
  std::vector<Asset> assets;  ///< all in a snapshot, the changed ones in an update
  std::vector<Pair> pairs;
};

struct StatusMessage {
  std::optional<SystemStatus> system;
  std::string api_version;                     ///< `v2`; empty if absent
  std::optional<std::uint64_t> connection_id;  ///< absent in maintenance
  std::string version;                         ///< of the service; empty if absent
  std::string upcoming_maintenance;            ///< the array as JSON text; empty if absent
  std::string emergency;                       ///< the array as JSON text; empty if absent
};

struct Heartbeat {};

struct Pong {
  std::optional<std::int64_t> req_id;
  std::optional<UnixNanos> time_in;   ///< the server received the ping
  std::optional<UnixNanos> time_out;  ///< just before the server answered
};

/// What the server's error text is about, told by its prefix.
enum class ServerErrorClass : std::uint8_t { none, subscription, auth, permission, rate, order, funds, service, deadline, other };
[[nodiscard]] ServerErrorClass classify_server_error(std::string_view text) noexcept;
[[nodiscard]] std::string_view name(ServerErrorClass error_class) noexcept;

/// The answer to a request. `result` fields are those of subscribe and unsubscribe; trading results are not decoded yet.
struct Response {
  std::string method;  ///< of the request
  std::optional<std::int64_t> req_id;
  std::optional<bool> success;
  std::string error;  ///< the server's words; empty on success
  ServerErrorClass error_class = ServerErrorClass::none;
  std::string symbol;  ///< of the result, or top level on a refusal; empty if neither names one
  std::string channel;
  std::string status;  ///< `error` on some refusals
  std::optional<std::int64_t> depth;
  std::optional<std::int64_t> interval;  ///< minutes
  std::string event_trigger;
  std::optional<bool> snapshot;
  std::optional<bool> snap_orders;
  std::optional<bool> snap_trades;
  std::optional<std::int64_t> max_rate_count;
  std::vector<std::string> warnings;
  std::optional<UnixNanos> time_in;
  std::optional<UnixNanos> time_out;
};

/// A known channel that this version counts but does not decode: `level3`, `executions`, `balances`.
struct NotDecoded {
  std::string channel;
};

/// A channel or method that nobody documented.
struct Unknown {
  std::string what;
};

using Message = std::variant<Unknown, BookMessage, TradeMessage, TickerMessage, OhlcMessage, InstrumentMessage, StatusMessage, Heartbeat,
                             Pong, Response, NotDecoded>;

/// A request that a client sent, as far as a recording needs it (Decoder::decode_request).
struct SentRequest {
  std::string method;
  std::string channel;
  std::vector<std::string> symbols;
  std::optional<std::int64_t> depth;
};

}  // namespace hadal
