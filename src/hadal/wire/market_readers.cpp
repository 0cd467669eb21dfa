#include "hadal/wire/market_readers.hpp"

namespace hadal::detail {
namespace {

Errc set_side(Trade& trade, const Scalar& value) {
  if (value.kind != Scalar::Kind::string || (value.text != "buy" && value.text != "sell")) return Errc::field_type;
  trade.side = value.text == "buy" ? TakerSide::buy : TakerSide::sell;
  return Errc::ok;
}

constexpr bool kRequired = true;

constexpr std::array kTradeFields{
    Field<Trade>{"symbol", set_member<&Trade::symbol>, kRequired}, Field<Trade>{"side", set_side, kRequired},
    Field<Trade>{"price", set_member<&Trade::price>, kRequired},   Field<Trade>{"qty", set_member<&Trade::qty>, kRequired},
    Field<Trade>{"ord_type", set_member<&Trade::ord_type>},        Field<Trade>{"trade_id", set_member<&Trade::trade_id>},
    Field<Trade>{"timestamp", set_time<&Trade::timestamp>},
};

constexpr std::array kTickerFields{
    Field<Ticker>{"symbol", set_member<&Ticker::symbol>, kRequired},
    Field<Ticker>{"bid", set_member<&Ticker::bid>},
    Field<Ticker>{"bid_qty", set_member<&Ticker::bid_qty>},
    Field<Ticker>{"ask", set_member<&Ticker::ask>},
    Field<Ticker>{"ask_qty", set_member<&Ticker::ask_qty>},
    Field<Ticker>{"last", set_member<&Ticker::last>},
    Field<Ticker>{"volume", set_member<&Ticker::volume>},
    Field<Ticker>{"vwap", set_member<&Ticker::vwap>},
    Field<Ticker>{"low", set_member<&Ticker::low>},
    Field<Ticker>{"high", set_member<&Ticker::high>},
    Field<Ticker>{"change", set_member<&Ticker::change>},
    Field<Ticker>{"change_pct", set_member<&Ticker::change_pct>},
    Field<Ticker>{"trades", set_member<&Ticker::trades>},
    Field<Ticker>{"timestamp", set_time<&Ticker::timestamp>},
};

constexpr std::array kCandleFields{
    Field<Candle>{"symbol", set_member<&Candle::symbol>, kRequired},
    Field<Candle>{"open", set_member<&Candle::open>},
    Field<Candle>{"high", set_member<&Candle::high>},
    Field<Candle>{"low", set_member<&Candle::low>},
    Field<Candle>{"close", set_member<&Candle::close>},
    Field<Candle>{"volume", set_member<&Candle::volume>},
    Field<Candle>{"vwap", set_member<&Candle::vwap>},
    Field<Candle>{"trades", set_member<&Candle::trades>},
    Field<Candle>{"interval_begin", set_time<&Candle::interval_begin>, kRequired},
    Field<Candle>{"interval", set_member<&Candle::interval>},
    Field<Candle>{"timestamp", set_time<&Candle::timestamp>},
};

constexpr std::array kAssetFields{
    Field<Asset>{"id", set_member<&Asset::id>, kRequired},
    Field<Asset>{"status", set_member<&Asset::status>},
    Field<Asset>{"precision", set_member<&Asset::precision>},
    Field<Asset>{"precision_display", set_member<&Asset::precision_display>},
    Field<Asset>{"multiplier", set_member<&Asset::multiplier>},
    Field<Asset>{"borrowable", set_member<&Asset::borrowable>},
    Field<Asset>{"collateral_value", set_member<&Asset::collateral_value>},
    Field<Asset>{"margin_rate", set_member<&Asset::margin_rate>},
};

constexpr std::array kPairFields{
    Field<Pair>{"symbol", set_member<&Pair::symbol>, kRequired},
    Field<Pair>{"base", set_member<&Pair::base>},
    Field<Pair>{"quote", set_member<&Pair::quote>},
    Field<Pair>{"status", set_member<&Pair::status>},
    Field<Pair>{"price_precision", set_member<&Pair::price_precision>},
    Field<Pair>{"price_increment", set_member<&Pair::price_increment>},
    Field<Pair>{"tick_size", set_member<&Pair::tick_size>},
    Field<Pair>{"qty_precision", set_member<&Pair::qty_precision>},
    Field<Pair>{"qty_increment", set_member<&Pair::qty_increment>},
    Field<Pair>{"qty_min", set_member<&Pair::qty_min>},
    Field<Pair>{"cost_precision", set_member<&Pair::cost_precision>},
    Field<Pair>{"cost_min", set_member<&Pair::cost_min>},
    Field<Pair>{"marginable", set_member<&Pair::marginable>},
    Field<Pair>{"has_index", set_member<&Pair::has_index>},
    Field<Pair>{"margin_initial", set_member<&Pair::margin_initial>},
    Field<Pair>{"position_limit_long", set_member<&Pair::position_limit_long>},
    Field<Pair>{"position_limit_short", set_member<&Pair::position_limit_short>},
    Field<Pair>{"ws_display_price_precision", set_member<&Pair::ws_display_price_precision>},
};

constexpr std::array kStatusFields{
    Field<StatusMessage>{"system", set_member<&StatusMessage::system>},
    Field<StatusMessage>{"api_version", set_member<&StatusMessage::api_version>},
    Field<StatusMessage>{"connection_id", set_member<&StatusMessage::connection_id>},
    Field<StatusMessage>{"version", set_member<&StatusMessage::version>},
};

constexpr std::array kResponseFields{
    Field<Response>{"method", set_member<&Response::method>},   Field<Response>{"req_id", set_member<&Response::req_id>},
    Field<Response>{"success", set_member<&Response::success>}, Field<Response>{"error", set_member<&Response::error>},
    Field<Response>{"symbol", set_member<&Response::symbol>},   Field<Response>{"channel", set_member<&Response::channel>},
    Field<Response>{"status", set_member<&Response::status>},   Field<Response>{"time_in", set_time<&Response::time_in>},
    Field<Response>{"time_out", set_time<&Response::time_out>},
};

constexpr std::array kResultFields{
    Field<Response>{"symbol", set_member<&Response::symbol>},
    Field<Response>{"channel", set_member<&Response::channel>},
    Field<Response>{"depth", set_member<&Response::depth>},
    Field<Response>{"interval", set_member<&Response::interval>},
    Field<Response>{"event_trigger", set_member<&Response::event_trigger>},
    Field<Response>{"snapshot", set_member<&Response::snapshot>},
    Field<Response>{"snap_orders", set_member<&Response::snap_orders>},
    Field<Response>{"snap_trades", set_member<&Response::snap_trades>},
    Field<Response>{"maxratecount", set_member<&Response::max_rate_count>},
};

/// One field of a record that needs no completeness check. Null is the same as absent.
template <class Record, std::size_t N>
void set_field(const std::array<Field<Record>, N>& fields, Record& record, std::string_view key, const Scalar& value,
               std::string_view symbol, std::size_t offset, FieldIssue& issue) {
  if (value.kind == Scalar::Kind::null) return;
  for (const auto& field : fields) {
    if (field.name != key) continue;
    if (const auto error = field.set(record, value); error != Errc::ok) issue.report(error, key, symbol, offset);
    return;
  }
}

/// A container where one of the fields wants a scalar.
template <class Record, std::size_t N>
void reject_container(const std::array<Field<Record>, N>& fields, std::string_view key, std::string_view symbol, std::size_t offset,
                      FieldIssue& issue) {
  for (const auto& field : fields)
    if (field.name == key) issue.report(Errc::field_type, key, symbol, offset);
}

bool is_entity_list(std::string_view key) { return key == "assets" || key == "pairs"; }

bool is_text_list(std::string_view key) { return key == "upcoming_maintenance" || key == "emergency"; }

}  // namespace

std::span<const Field<Trade>> trade_fields() { return kTradeFields; }
std::span<const Field<Ticker>> ticker_fields() { return kTickerFields; }
std::span<const Field<Candle>> candle_fields() { return kCandleFields; }

void EnvelopeReader::begin() {
  channel.clear();
  method.clear();
  symbol.clear();
}

void EnvelopeReader::scalar(const JsonPath& path, const Scalar& value, std::size_t) {
  if (value.kind != Scalar::Kind::string) return;
  if (path.size() == 1 && path.key() == "channel") channel = value.text;
  if (path.size() == 1 && path.key() == "method") method = value.text;
  if (path.key() == "symbol" && symbol.empty()) symbol = value.text;
}

InstrumentReader::InstrumentReader(FieldIssue& issue)
    : issue_{issue}, assets_{kAssetFields, message.assets, issue}, pairs_{kPairFields, message.pairs, issue} {}

void InstrumentReader::scalar(const JsonPath& path, const Scalar& value, std::size_t offset) {
  if (path.size() == 1) {
    if (path.key() == "type" && value.text == "snapshot") message.kind = FrameKind::snapshot;
    if (path.key() == "data") issue_.report(Errc::field_type, "data", {}, offset);
  } else if ((path.size() == 2 || path.size() == 3) && path.key(0) == "data" && is_entity_list(path.key(1))) {
    if (path.size() == 3 || value.kind != Scalar::Kind::null) issue_.report(Errc::field_type, path.key(1), {}, offset);
  } else if (path.size() == 4 && path.key(0) == "data" && path.in_array(2)) {
    if (path.key(1) == "assets") {
      if (path.key() == "id") name_ = value.text;
      assets_.field(path.key(), value, name_, offset);
    } else if (path.key(1) == "pairs") {
      if (path.key() == "symbol") name_ = value.text;
      pairs_.field(path.key(), value, name_, offset);
    }
  }
}

void InstrumentReader::open(const JsonPath& path, bool array, std::size_t offset) {
  if (path.size() == 1 && path.key() == "data") {
    has_data_ = true;
    if (array) issue_.report(Errc::field_type, "data", {}, offset);
  } else if (path.size() == 2 && path.key(0) == "data" && is_entity_list(path.key(1))) {
    if (!array) issue_.report(Errc::field_type, path.key(1), {}, offset);
  } else if (path.size() == 3 && path.key(0) == "data" && path.in_array(2)) {
    name_.clear();
    assets_.begin();
    pairs_.begin();
    if (array && is_entity_list(path.key(1))) issue_.report(Errc::field_type, path.key(1), {}, offset);
  } else if (path.size() == 4 && path.key(0) == "data" && path.in_array(2)) {
    if (path.key(1) == "assets") assets_.wrong_type(path.key(), name_, offset);
    if (path.key(1) == "pairs") pairs_.wrong_type(path.key(), name_, offset);
  }
}

void InstrumentReader::close(const JsonPath& path, bool array, std::size_t offset) {
  if (array || path.size() != 3 || path.key(0) != "data" || !path.in_array(2)) return;
  if (path.key(1) == "assets") assets_.end(name_, offset);
  if (path.key(1) == "pairs") pairs_.end(name_, offset);
}

void InstrumentReader::finish(std::size_t offset) {
  if (!has_data_) issue_.report(Errc::field_missing, "data", {}, offset);
}

void StatusReader::scalar(const JsonPath& path, const Scalar& value, std::size_t offset) {
  if (path.size() != 3 || path.key(0) != "data" || !path.in_array(1)) return;
  set_field(kStatusFields, message, path.key(), value, {}, offset, issue_);
}

void StatusReader::open(const JsonPath& path, bool, std::size_t offset) {
  if (path.size() != 3 || path.key(0) != "data" || !path.in_array(1)) return;
  if (is_text_list(path.key())) text_begin_ = offset - 1;
  reject_container(kStatusFields, path.key(), {}, offset, issue_);
}

void StatusReader::close(const JsonPath& path, bool, std::size_t offset) {
  if (path.size() != 3 || path.key(0) != "data" || !path.in_array(1) || !is_text_list(path.key())) return;
  auto& text = path.key() == "emergency" ? message.emergency : message.upcoming_maintenance;
  text = frame_.substr(text_begin_, offset - text_begin_);
}

void ResponseReader::scalar(const JsonPath& path, const Scalar& value, std::size_t offset) {
  if (path.size() == 1) {
    set_field(kResponseFields, message, path.key(), value, message.symbol, offset, issue_);
    if (path.key() == "error") message.error_class = classify_server_error(message.error);
  } else if (path.size() == 2 && path.key(0) == "result" && !path.in_array(1)) {
    set_field(kResultFields, message, path.key(), value, message.symbol, offset, issue_);
  } else if (path.size() == 3 && path.key(0) == "result" && path.key(1) == "warnings" && value.kind == Scalar::Kind::string) {
    message.warnings.emplace_back(value.text);
  }
}

void ResponseReader::open(const JsonPath& path, bool, std::size_t offset) {
  if (path.size() == 1) reject_container(kResponseFields, path.key(), message.symbol, offset, issue_);
  if (path.size() == 2 && path.key(0) == "result" && !path.in_array(1))
    reject_container(kResultFields, path.key(), message.symbol, offset, issue_);
}

void RequestReader::scalar(const JsonPath& path, const Scalar& value, std::size_t) {
  if (path.size() == 1 && path.key() == "method") request_.method = value.text;
  if (path.size() < 2 || path.key(0) != "params") return;
  if (path.size() == 2 && path.key() == "channel") request_.channel = value.text;
  if (path.size() == 2 && path.key() == "depth") {
    std::int64_t depth = 0;
    if (read(value, depth) == Errc::ok) request_.depth = depth;
  }
  if (path.key(1) == "symbol" && value.kind == Scalar::Kind::string) request_.symbols.emplace_back(value.text);
}

}  // namespace hadal::detail
