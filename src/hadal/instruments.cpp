#include "hadal/instruments.hpp"

#include <utility>

#include "hadal/base/decimal.hpp"
#include "hadal/wire/symbol.hpp"

namespace hadal {
namespace {

/// A hostile stream of updates cannot grow the table past these.
bool usable(const Asset& asset) { return is_symbol_text(asset.id); }
bool usable(const Pair& pair) {
  return is_symbol_text(pair.symbol) && pair.base.size() <= kSymbolBytes && pair.quote.size() <= kSymbolBytes;
}

template <class Map>
bool has_room(const Map& map, const std::string& key) {
  return map.size() < kInstruments || map.contains(key);
}

std::optional<Scales> scales_of(const Pair& pair) {
  const auto usable = [](const std::optional<std::int64_t>& digits) { return digits && *digits >= 0 && *digits <= kMaxScale; };
  if (!usable(pair.price_precision) || !usable(pair.qty_precision)) return std::nullopt;
  return Scales{static_cast<std::uint8_t>(*pair.price_precision), static_cast<std::uint8_t>(*pair.qty_precision)};
}

}  // namespace

void Instruments::take(const InstrumentMessage& message, const std::function<void(const Change&)>& changed) {
  const auto before = message.kind == FrameKind::snapshot ? std::exchange(pairs_, {}) : std::map<std::string, Pair, std::less<>>{};
  if (message.kind == FrameKind::snapshot) assets_.clear();
  for (const auto& asset : message.assets)
    if (usable(asset) && has_room(assets_, asset.id)) assets_.insert_or_assign(asset.id, asset);
  for (const auto& pair : message.pairs) {
    if (!usable(pair) || !has_room(pairs_, pair.symbol)) continue;
    std::optional<Pair> old;
    if (const auto at = before.find(pair.symbol); at != before.end()) old = at->second;
    if (const auto at = pairs_.find(pair.symbol); at != pairs_.end()) old = std::move(at->second);
    const auto& stored = pairs_.insert_or_assign(pair.symbol, pair).first->second;
    if (!old) continue;
    Change change{&stored, std::nullopt, scales_of(*old) != scales_of(stored)};
    if (old->status != stored.status) change.status_before = old->status;
    if (change.status_before || change.precision_changed) changed(change);
  }
}

const Pair* Instruments::pair(std::string_view symbol) const {
  const auto at = pairs_.find(symbol);
  return at == pairs_.end() ? nullptr : &at->second;
}

const Asset* Instruments::asset(std::string_view id) const {
  const auto at = assets_.find(id);
  return at == assets_.end() ? nullptr : &at->second;
}

std::optional<Scales> Instruments::scales(std::string_view symbol) const {
  const auto* known = pair(symbol);
  return known == nullptr ? std::nullopt : scales_of(*known);
}

}  // namespace hadal
