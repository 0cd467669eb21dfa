/// How a market behaves, by name (catalogue N-4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hadal::sim {

struct Scenario {
  std::string_view name;
  std::int64_t rate;          ///< traffic in thousandths of the recorded one (about 27 messages a second a symbol)
  std::size_t levels;         ///< price levels a side; 0: many
  std::int64_t sweeps;        ///< market orders in a hundred events
  std::int64_t sweep_levels;  ///< that a market order takes, at most
  std::string_view meaning;
};

inline constexpr Scenario kScenarios[] = {
    {"busy", 1'000, 0, 3, 2, "about 27 messages a second a symbol, as recorded on ETH/USD"},
    {"calm", 350, 0, 2, 1, "about ten messages a second a symbol"},
    {"storm", 10'000, 0, 6, 4, "ten times busy"},
    {"thin", 300, 6, 4, 1, "fewer than ten levels a side"},
    {"quiet", 10, 0, 2, 1, "a message every few seconds"},
    {"sweep", 1'000, 0, 12, 40, "market orders that clear many levels at once"},
};

/// None: there is no scenario of that name.
[[nodiscard]] constexpr std::optional<Scenario> find_scenario(std::string_view name) noexcept {
  for (const auto& scenario : kScenarios)
    if (scenario.name == name) return scenario;
  return std::nullopt;
}

}  // namespace hadal::sim
