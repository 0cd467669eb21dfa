// The simulated exchange under arbitrary fault plans and client frames: it answers, and what it sends is JSON unless a fault spoils it.

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "hadal_sim/exchange.hpp"

using namespace hadal::sim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  const auto line = [&rest] {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto out = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return out;
  };
  ExchangeConfig config;
  config.levels = 12;
  auto plan = parse_fault_plan(line());
  // Frames of 9 MiB are true and slow.
  std::erase_if(plan.faults, [](const Fault& fault) { return fault.kind == FaultKind::huge_frame; });
  for (auto& fault : plan.faults) fault.factor = std::min<std::int64_t>(fault.factor.value_or(0), 20);
  const bool sound = plan.faults.empty();
  config.faults = std::move(plan.faults);
  Exchange exchange{config};
  std::int64_t now = 0;
  static_cast<void>(exchange.open(now, 1));
  while (!rest.empty()) {
    now += static_cast<unsigned char>(rest.front());
    exchange.text(now, 1, line());
    while (const auto frame = exchange.next())
      if (sound && frame->kind == ServerFrame::Kind::text && !nlohmann::json::accept(frame->text)) std::abort();
  }
  exchange.close(now, 1);
  return 0;
}
