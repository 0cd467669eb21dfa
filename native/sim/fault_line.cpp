#include "sim/fault_line.hpp"

namespace hadal::sim_server {

FaultLine read_fault_line(std::string_view line, std::int64_t now) {
  auto plan = sim::parse_fault_plan(line);
  if (!plan.error.empty()) return {{}, "error: standard input: " + plan.error};
  FaultLine out;
  for (auto& fault : plan.faults) {
    fault.from += now;
    if (fault.until != INT64_MAX) fault.until += now;
    out.answer += out.answer.empty() ? "fault: " : ", ";
    out.answer += sim::name(fault.kind);
  }
  if (out.answer.empty()) out.answer = "error: standard input: names no fault";
  out.faults = std::move(plan.faults);
  return out;
}

}  // namespace hadal::sim_server
