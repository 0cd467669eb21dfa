#include "cli/suggestion.hpp"

#include <algorithm>

namespace hadal::cli {
namespace {

/// Edit distance.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  // A short word is close to anything.
  std::size_t closest = word.size() < 4 ? 2 : 3;
  for (const auto& candidate : known) {
    const auto steps = distance(word, candidate);
    if (steps < closest) {
      closest = steps;
      best = candidate;
    }
  }
  return best.empty() ? std::string{} : "; did you mean " + best + "?";
}

}  // namespace hadal::cli
