#include "sources.hpp"

#include <algorithm>
#include <limits>

#include "hadal/detail/to_double.hpp"
#include "layout.hpp"

namespace hadal::web {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kNanosPerMilli = 1'000'000;

Millis millis(double ms) { return {static_cast<std::int64_t>(ms)}; }

}  // namespace

double* fill_side(double* out, const LadderSide& side) {
  const auto count = side.size();
  Int128 total = 0;
  for (std::size_t rank = 0; rank < count; ++rank) {
    const auto& level = side[rank];
    total += level.qty;
    out[rank] = static_cast<double>(level.price);
    out[count + rank] = static_cast<double>(level.qty);
    out[2 * count + rank] = detail::to_double(total);
  }
  return out + 3 * count;
}

FeedConfig feed_config(int depth, int price_precision, int qty_precision, const std::string& symbol) {
  FeedConfig config;
  config.depth = static_cast<std::uint16_t>(depth);
  if (price_precision >= 0 && qty_precision >= 0)
    config.precision = Scales{static_cast<std::uint8_t>(price_precision), static_cast<std::uint8_t>(qty_precision)};
  config.symbol = symbol;
  return config;
}

int BookSource::slot(const std::string& symbol) {
  const auto at = static_cast<std::size_t>(std::find(slots_.begin(), slots_.end(), symbol) - slots_.begin());
  if (at < slots_.size()) return static_cast<int>(at);
  if (const auto* source = feed(); source == nullptr || source->book(symbol) == nullptr) return -1;
  slots_.push_back(symbol);
  return static_cast<int>(at);
}

std::string BookSource::symbols() const {
  std::string out;
  if (const auto* source = feed())
    for (const auto& [symbol, book] : source->books()) out += symbol + '\n';
  return out;
}

const VerifiedBook* BookSource::book(int slot) const {
  const auto* source = feed();
  if (source == nullptr || slot < 0 || static_cast<std::size_t>(slot) >= slots_.size()) return nullptr;
  return source->book(slots_[static_cast<std::size_t>(slot)]);
}

std::string level_text(const VerifiedBook& book, int side, int rank) {
  std::string out;
  const auto& levels = book.levels().side(side == 0 ? Side::bid : Side::ask);
  if (rank < 0 || static_cast<std::size_t>(rank) >= levels.size()) return out;
  const auto& level = levels[static_cast<std::size_t>(rank)];
  append_decimal(out, level.price, book.scales().price);
  out += ' ';
  append_decimal(out, level.qty, book.scales().qty);
  return out;
}

std::string BookSource::level_text(int slot, int side, int rank) const {
  const auto* source = book(slot);
  return source == nullptr ? std::string{} : web::level_text(*source, side, rank);
}

const double* BookSource::fill(int slot) {
  const auto* source = book(slot);
  if (source == nullptr) return nullptr;
  const auto& levels = source->levels();
  const auto& counters = source->counters();
  const auto size = kHeader + 3 * (levels.bids().size() + levels.asks().size());
  if (block_.size() < size) block_.resize(std::max(size, kHeader + 6 * levels.depth()));
  auto* const out = block_.data();
  const auto mid2 = levels.mid2();
  const auto half_width = first_view_half_width(levels);
  const auto time = source->exchange_time();
  out[kVersion] = kLayoutVersion;
  out[kRevision] = static_cast<double>(source->revision());
  out[kState] = static_cast<double>(source->state());
  out[kReason] = static_cast<double>(source->reason());
  out[kVerified] = source->verified() ? 1 : 0;
  out[kDepth] = source->depth();
  out[kPriceScale] = source->scales().price;
  out[kQtyScale] = source->scales().qty;
  out[kMatched] = static_cast<double>(counters.matched);
  out[kMismatched] = static_cast<double>(counters.mismatched);
  out[kSkipped] = static_cast<double>(counters.skipped);
  out[kSnapshots] = static_cast<double>(counters.snapshots);
  out[kUpdates] = static_cast<double>(counters.updates);
  out[kExchangeTime] = time ? static_cast<double>(*time / kNanosPerMilli) : kNone;
  out[kMid2] = mid2 ? static_cast<double>(*mid2) : kNone;
  out[kViewHalfWidth] = half_width ? static_cast<double>(*half_width) : kNone;
  out[kBidCount] = static_cast<double>(levels.bids().size());
  out[kAskCount] = static_cast<double>(levels.asks().size());
  fill_side(fill_side(out + kHeader, levels.bids()), levels.asks());
  return out;
}

std::string BookSource::track(const std::string& symbol, const std::string& json) {
  TrackConfig config;
  auto wrong = parse_track(json, config);
  if (!wrong.empty()) return wrong;
  switch (track(symbol, config)) {
    case Errc::ok: return {};
    case Errc::limit_reached: return "symbol: too many are followed";
    default: return "track: nothing can be followed here";
  }
}

std::string BookSource::followed(const std::string& symbol) {
  std::string out;
  if (auto* all = analytics()) append_followed(out, *all, symbol, now());
  return out;
}

Errc BookSource::track(const std::string& symbol, const TrackConfig& config) {
  auto* all = analytics();
  return all == nullptr ? Errc::invalid_transition : all->track(symbol, config);
}

void WasmFeed::note(double now_ms) {
  if (!started_) log_.set_origin(millis(now_ms));
  started_ = true;
  stream_.begin(millis(now_ms));
}

std::uint32_t WasmFeed::text(double now_ms, std::string_view frame) {
  note(now_ms);
  const auto before = stream_.events();
  feed_.on_text(millis(now_ms), connection_, frame);
  return static_cast<std::uint32_t>(stream_.events() - before);
}

void WasmFeed::opened(double now_ms, double connection) {
  note(now_ms);
  connection_ = static_cast<ConnectionId>(connection);
  feed_.on_open(millis(now_ms), connection_);
}

void WasmFeed::closed(double now_ms, double connection, int code, const std::string& reason) {
  note(now_ms);
  feed_.on_closed(millis(now_ms), static_cast<ConnectionId>(connection), code, reason);
}

void WasmFeed::sent(double now_ms, double connection, const std::string& frame) {
  note(now_ms);
  feed_.on_sent(millis(now_ms), static_cast<ConnectionId>(connection), frame);
}

void WasmFeed::lost(double now_ms, double connection, double frames) {
  note(now_ms);
  feed_.on_lost(millis(now_ms), static_cast<ConnectionId>(connection), static_cast<std::uint64_t>(frames));
}

}  // namespace hadal::web
