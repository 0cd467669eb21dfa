#include "hadal_sim/faults.hpp"

namespace hadal::sim {
namespace {

constexpr std::array<std::string_view, kFaultKinds> kNames{"drop",       "duplicate", "wrong_checksum", "corrupt_digit", "truncate",
                                                           "not_json",   "ack_lost",  "snapshot_lost",  "reject",        "rate_limit",
                                                           "disconnect", "close",     "half_open",      "refuse_connect"};

}  // namespace

std::string_view name(FaultKind kind) noexcept { return kNames[static_cast<std::size_t>(kind)]; }

bool Faults::strikes(FaultKind kind, std::int64_t now) {
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    const auto& fault = plan_[i];
    if (fault.kind != kind || now < fault.from || now >= fault.until || used_[i] >= fault.most) continue;
    if (!random_.chance(fault.per_million)) continue;
    ++used_[i];
    ++counts_[static_cast<std::size_t>(kind)];
    last_ = now;
    return true;
  }
  return false;
}

}  // namespace hadal::sim
