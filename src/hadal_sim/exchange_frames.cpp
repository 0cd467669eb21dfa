// What the exchange sends, and what the faults make of it on its way.

#include <algorithm>
#include <set>
#include <utility>

#include "hadal_sim/exchange_parts.hpp"
#include "hadal_sim/spoil.hpp"

namespace hadal::sim {
namespace {

using enum FaultKind;

/// Faults that change what a data frame says, in the order they are tried.
constexpr FaultKind kSpoilers[] = {wrong_checksum, corrupt_digit, missing_field,     quoted_numbers, exponents,
                                   extra_zeros,    missing_zeros, long_number,       repeated_price, truncate,
                                   not_json,       huge_frame,    unsorted_snapshot, no_timestamp,   deep_nesting};

}  // namespace

/// Everything that leaves goes through here: late, or at once.
void Exchange::emit(Connection& connection, ServerFrame frame) {
  if (connection.silent || connection.ended) return;
  if (frame.kind == ServerFrame::Kind::text || frame.kind == ServerFrame::Kind::binary) ++frames_;
  const auto* slow = faults_.in_force(latency, {now_, connection.number, {}, {}});
  auto due = std::max(now_ + (slow == nullptr ? 0 : *slow->ms), connection.stalled_until);
  if (!connection.late.empty()) due = std::max(due, connection.late.back().due);
  if (due <= now_ && connection.late.empty()) {
    out_.push_back(std::move(frame));
  } else {
    connection.late.push_back({due, std::move(frame)});
    link_deadline_.reset();
  }
}

void Exchange::send(Connection& connection, std::string text) {
  emit(connection, {ServerFrame::Kind::text, connection.id, std::move(text)});
}

/// A data frame, which the faults may spoil.
void Exchange::send_data(Subscription& subscription, std::string text, bool snapshot, std::int64_t at, const BookUpdate* update) {
  auto& connection = *subscription.connection;
  if (connection.silent || connection.ended) return;
  const auto where = site(connection, subscription.topic);
  const bool is_book = subscription.topic.channel == Channel::book;
  if (faults_.strikes(snapshot ? snapshot_lost : drop, where) != nullptr) {
    subscription.whole = false;
    return;
  }
  if (update != nullptr && update->refills() && faults_.strikes(no_refill, where) != nullptr) {
    text = subscription.pair->book_frame(*update, false, at);
    subscription.whole = false;
  }
  if (update != nullptr && faults_.strikes(crossed, where) != nullptr) {
    text = subscription.pair->crossed_frame(*update, at);
    subscription.whole = false;
  }
  bool carries_checksum = is_book;
  for (const auto kind : kSpoilers) {
    const bool fits = kind == unsorted_snapshot || kind == no_timestamp ? snapshot && is_book : kind != repeated_price || update != nullptr;
    const auto* fault = fits ? faults_.strikes(kind, where) : nullptr;
    if (fault == nullptr) continue;
    text = spoil(kind, *fault->text, std::move(text));
    if (!is_harmless(kind)) subscription.whole = false;
    if (kind == not_json) carries_checksum = false;
    break;  // one at a time: what it makes of a frame is then what its name says
  }
  ServerFrame frame{ServerFrame::Kind::text, connection.id, std::move(text)};
  if (faults_.strikes(binary, where) != nullptr) {
    frame.kind = ServerFrame::Kind::binary;
    subscription.whole = false;
  }
  const auto* moved = faults_.strikes(reorder, where);
  if (moved != nullptr) subscription.whole = false;
  if (config_.truth && carries_checksum && frame.kind == ServerFrame::Kind::text) {
    const auto depth = subscription.view->depth;
    frame.truth = {subscription.topic.symbol, depth,           subscription.pair->top(), subscription.pair->digest(depth),
                   subscription.whole,        moved != nullptr};
  }
  if (moved != nullptr) {
    connection.held.push_back({*moved->frames, std::move(frame)});
    return;
  }
  if (faults_.strikes(duplicate, where) != nullptr) emit(connection, frame);
  emit(connection, std::move(frame));
  // What was held back has let one more go first.
  for (auto& held : connection.held) --held.frames;
  for (std::size_t i = 0; i < connection.held.size();) {
    if (connection.held[i].frames > 0) {
      ++i;
      continue;
    }
    emit(connection, std::move(connection.held[i].frame));
    connection.held.erase(connection.held.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Exchange::send_status(Connection& connection) {
  const bool maintained = kSystems[system_] == "maintenance";  // recorded without a connection_id then
  std::string text = "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\",\"system\":\"";
  text += kSystems[system_];
  text += "\",\"api_version\":\"v2\"";
  if (!maintained) text += ",\"connection_id\":" + std::to_string(connection_id_ + connection.number);
  send(connection, text + ",\"upcoming_maintenance\":[],\"emergency\":[]}]}");
}

void Exchange::send_instruments(Connection& connection) {
  std::set<std::string_view> assets;
  std::string pairs;
  for (const auto& pair : pairs_) {
    assets.insert(pair->instrument().base());
    assets.insert(pair->instrument().quote());
    if (!pairs.empty()) pairs += ',';
    append_pair(pairs, pair->instrument());
  }
  std::string text = "{\"channel\":\"instrument\",\"type\":\"snapshot\",\"data\":{\"assets\":[";
  for (const auto asset : assets) {
    if (text.back() == '}') text += ',';
    append_asset(text, asset);
  }
  send(connection, text + "],\"pairs\":[" + pairs + "]}}");
}

void Exchange::send_instrument_update(const std::vector<const Pair*>& changed) {
  std::string text = "{\"channel\":\"instrument\",\"type\":\"update\",\"data\":{\"assets\":[],\"pairs\":[";
  for (const auto* pair : changed) {
    if (text.back() == '}') text += ',';
    append_pair(text, pair->instrument());
  }
  text += "]}}";
  for (auto& [id, connection] : connections_)
    if (connection->find({.channel = Channel::instrument}) != nullptr) send(*connection, text);
}

}  // namespace hadal::sim
