/// Faults given by hand: a line of standard input that says what goes wrong from now on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hadal_sim/faults.hpp"

namespace hadal::sim_server {

struct FaultLine {
  std::vector<sim::Fault> faults;  ///< with times of the exchange
  std::string answer;              ///< the names of the faults, or what is wrong with the line; no newline
};

/// Reads a fault as a plan has it (FaultPlan), but with `from` and `until` relative to `now`, in ms of the exchange.
[[nodiscard]] FaultLine read_fault_line(std::string_view line, std::int64_t now);

}  // namespace hadal::sim_server
