#include "hadal_sim/faults.hpp"

#include <algorithm>
#include <utility>

namespace hadal::sim {
namespace {

constexpr std::size_t kInjections = 1'000;
constexpr std::int64_t kAlways = 1'000'000;

/// What a kind is called, and what it is where a plan does not say.
struct Row {
  std::string_view name;
  std::int64_t ms = 0;
  std::int64_t frames = 0;
  std::int64_t factor = 0;
  int code = 0;
  std::string_view text{};
};

constexpr std::array<Row, kFaultKinds> kRows{{
    {"drop"},
    {"duplicate"},
    {"reorder", 0, 1},
    {"wrong_checksum"},
    {"corrupt_digit"},
    {"truncate"},
    {"not_json", 0, 0, 0, 0, "CloudFlare WebSocket proxy restarting"},
    {"binary"},
    {"missing_field"},
    {"huge_frame"},
    {"deep_nesting"},
    {"quoted_numbers"},
    {"exponents"},
    {"extra_zeros"},
    {"missing_zeros"},
    {"long_number"},
    {"crossed"},
    {"unsorted_snapshot"},
    {"repeated_price"},
    {"no_timestamp"},
    {"no_refill"},
    {"old_frame"},
    {"snapshot_lost"},
    {"ack_lost"},
    {"ack_late"},
    {"reject", 0, 0, 0, 0, "EService:Unavailable"},
    {"rate_limit"},
    {"disconnect", 2'000},
    {"close", 2'000, 0, 0, 1001, "CloudFlare WebSocket proxy restarting"},
    {"half_open"},
    {"stall", 3'000},
    {"latency", 750},
    {"clock_skew", 500},
    {"burst", 0, 0, 10},
    {"refuse_connect", 0, 0, 0, 503},
    {"maintenance", 5'000},
    {"precision_change"},
}};
static_assert(kRows.back().name == "precision_change");

bool applies(const Fault& fault, const FaultSite& site) {
  if (site.now < fault.from || site.now >= fault.until) return false;
  if (fault.connection != 0 && fault.connection != site.connection) return false;
  if (!fault.symbol.empty() && fault.symbol != site.symbol) return false;
  return fault.channel.empty() || fault.channel == site.channel;
}

}  // namespace

std::string_view name(FaultKind kind) noexcept { return kRows[static_cast<std::size_t>(kind)].name; }

Fault with_defaults(Fault fault) {
  const auto& row = kRows[static_cast<std::size_t>(fault.kind)];
  if (!fault.per_million) fault.per_million = kAlways;
  if (!fault.ms) fault.ms = row.ms;
  if (!fault.frames) fault.frames = row.frames;
  if (!fault.factor) fault.factor = row.factor;
  if (!fault.code) fault.code = row.code;
  if (!fault.text) fault.text = std::string{row.text};
  return fault;
}

Faults::Faults(std::vector<Fault> plan, std::uint64_t seed) : random_{seed} {
  for (auto& fault : plan) add(std::move(fault));
}

void Faults::add(Fault fault) {
  auto& rows = plan_[static_cast<std::size_t>(fault.kind)];
  rows.push_back({with_defaults(std::move(fault)), 0});
}

void Faults::clear() {
  for (auto& rows : plan_) rows.clear();
}

void Faults::note(Planned& planned, const FaultSite& site) {
  const auto kind = planned.fault.kind;
  ++planned.used;
  ++counts_[static_cast<std::size_t>(kind)];
  last_ = site.now;
  if (injections_.size() == kInjections) injections_.erase(injections_.begin(), injections_.begin() + kInjections / 2);
  injections_.push_back({++number_, kind, site.now, site.connection, std::string{site.symbol}});
}

const Fault* Faults::strikes(FaultKind kind, const FaultSite& site) {
  for (auto& planned : plan_[static_cast<std::size_t>(kind)]) {
    const auto& fault = planned.fault;
    if (planned.used >= fault.count || !applies(fault, site)) continue;
    if (!random_.chance(*fault.per_million)) continue;
    note(planned, site);
    return &fault;
  }
  return nullptr;
}

const Fault* Faults::in_force(FaultKind kind, const FaultSite& site) {
  for (auto& planned : plan_[static_cast<std::size_t>(kind)]) {
    if (!applies(planned.fault, site)) continue;
    if (planned.used == 0) note(planned, site);
    return &planned.fault;
  }
  return nullptr;
}

}  // namespace hadal::sim
