#include "hadal/analytics/axis.hpp"

#include <limits>

namespace hadal {

void group_choices(std::optional<Int128> mid2, std::int64_t increment, std::vector<std::int64_t>& out) {
  out.clear();
  const auto offer = [&](Int128 factor) {
    const auto group = factor * increment;
    const bool few = group > std::numeric_limits<std::int64_t>::max() || (mid2 ? group * 40 > *mid2 : factor > 1000);
    if (few && !out.empty()) return false;
    out.push_back(static_cast<std::int64_t>(group));
    return !few;
  };
  if (!offer(1) || !offer(5)) return;
  // 2.5 is no whole number of ticks; 25 is.
  for (Int128 power = 10;; power *= 10)
    for (const auto factor : {power, power / 2 * 5, power * 5})
      if (!offer(factor)) return;
}

std::int64_t axis_step(std::int64_t span, std::int64_t labels) noexcept {
  if (span <= 0 || labels <= 0) return 0;
  for (Int128 power = 1;; power *= 10)
    for (const auto step : {power, power * 2, power * 5})
      if (step * labels >= span) return step > std::numeric_limits<std::int64_t>::max() ? 0 : static_cast<std::int64_t>(step);
}

void axis_labels(std::int64_t first, std::int64_t last, std::int64_t labels, std::vector<std::int64_t>& out) {
  out.clear();
  const auto span = Int128{last} - first;
  if (span <= 0 || span > std::numeric_limits<std::int64_t>::max()) return;
  const auto step = axis_step(static_cast<std::int64_t>(span), labels);
  if (step == 0) return;
  auto at = Int128{first} / step * step;
  if (at < first) at += step;
  for (; at <= last; at += step) out.push_back(static_cast<std::int64_t>(at));
}

}  // namespace hadal
