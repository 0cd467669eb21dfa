#include "hadal/analytics/followed_text.hpp"

#include <cstring>
#include <vector>

#include "hadal/base/digest.hpp"
#include "hadal/detail/json_out.hpp"

namespace hadal {
namespace {

using detail::JsonLine;

/// A list of objects: `item(line, element)` writes the members of one.
template <class List, class Item>
void append_list(JsonLine& parent, std::string_view key, const List& list, Item item) {
  auto& out = parent.raw(key);
  out += '[';
  bool first = true;
  for (const auto& element : list) {
    if (!std::exchange(first, false)) out += ',';
    JsonLine line{out};
    item(line, element);
    line.end();
    out.pop_back();  // the line end
  }
  out += ']';
}

void add_bits(Digest& digest, std::span<const double> values) {
  for (const auto value : values) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    digest.add({bytes, sizeof bytes});
  }
}

void extremes(JsonLine& line, std::string_view key, const std::optional<Extremes>& values, int scale, int factor) {
  if (!values) return;
  std::string name{key};
  line.decimal(name, values->last * factor, scale).decimal(name + "_min", values->min * factor, scale);
  line.decimal(name + "_max", values->max * factor, scale);
}

}  // namespace

bool append_followed(std::string& out, Analytics& analytics, std::string_view symbol, Millis now) {
  const auto* known = analytics.settled(symbol, now);
  if (known == nullptr) return false;
  const auto scales = known->scales().value_or(Scales{});
  JsonLine line{out};
  line.string("symbol", symbol).string("health", name(known->health().status(now)));
  line.optional("silence", known->health().silence_ms(now));
  line.number("trades", known->tape().total()).number("duplicates", known->tape().duplicates());
  if (const auto& trades = known->tape().trades(); !trades.empty())
    line.string("last", to_string(trades.back().price)).string("last_qty", to_string(trades.back().qty));
  if (const auto* overlay = known->overlay()) {
    std::vector<PriceTrades> rows;
    overlay->all(now, rows);
    append_list(line, "overlay", rows, [&](JsonLine& row, const PriceTrades& at) {
      row.decimal("price", at.price, scales.price).number("count", at.count).decimal("qty", at.qty, scales.qty);
      row.decimal("buys", at.buys, scales.qty).decimal("sells", at.sells, scales.qty).bits("average", at.average);
      row.optional("age", at.last_age_ms);
    });
  }
  if (const auto* whales = known->whales())
    append_list(line, "whales", whales->found(), [&](JsonLine& row, const Whale& whale) {
      row.string("side", name(whale.side))
          .decimal("price", whale.price, scales.price)
          .decimal("qty", whale.qty, scales.qty)
          .bits("z", whale.z);
    });
  if (const auto* persistence = known->persistence()) {
    std::vector<HotLevel> hottest;
    persistence->hottest(20, hottest);
    append_list(line, "hottest", hottest, [&](JsonLine& row, const HotLevel& level) {
      row.string("side", name(level.side)).decimal("price", level.price, scales.price).decimal("qty", level.qty, scales.qty);
      row.bits("heat", level.heat).bits("score", level.score);
    });
    line.bits("bid_persistence", persistence->average(Side::bid)).bits("ask_persistence", persistence->average(Side::ask));
  }
  if (const auto* cancels = known->cancels())
    append_list(line, "cancels", cancels->found(), [&](JsonLine& row, const Cancel& cancel) {
      row.string("side", name(cancel.side)).decimal("price", cancel.price, scales.price).decimal("qty", cancel.qty, scales.qty);
      row.integer("life", cancel.life_ms).bits("score", cancel.score);
    });
  if (const auto* history = known->history()) {
    std::vector<HistoryBucket> buckets;
    history->buckets(buckets);
    append_list(line, "history", buckets, [&](JsonLine& row, const HistoryBucket& bucket) {
      row.integer("index", bucket.index);
      extremes(row, "spread", bucket.spread, scales.price, 1);
      extremes(row, "mid", bucket.mid2, scales.price + 1, 5);
    });
  }
  if (const auto* map = known->heatmap()) {
    std::vector<HeatmapColumn> columns;
    for (auto age = map->columns(); age-- > 0;) columns.push_back(map->column(age));
    line.integer("heat_group", map->group());
    append_list(line, "heatmap", columns, [&](JsonLine& row, const HeatmapColumn& column) {
      Digest digest;
      add_bits(digest, column.bids);
      add_bits(digest, column.asks);
      row.integer("index", column.index).integer("first", column.first).integer("live", column.live_ms).string("digest", digest.text());
      row.number("marks", column.trades.size());
    });
  }
  std::vector<FlowRecord> flows;
  analytics.flow_history(20, symbol, false, [&](const FlowRecord& record) { flows.push_back(record); });
  if (!flows.empty())
    append_list(line, "flow", flows, [&](JsonLine& row, const FlowRecord& record) {
      row.number("flow", record.number).string("kind", name(record.flow.kind)).string("side", name(record.flow.side));
      if (record.flow.price) row.decimal("price", *record.flow.price, record.scales.price);
      row.decimal("qty", record.flow.qty, record.scales.qty);
    });
  line.end();
  out.pop_back();  // the line end
  return true;
}

}  // namespace hadal
