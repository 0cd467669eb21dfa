/// What somebody may have meant.
#pragma once

#include <string>
#include <vector>

namespace hadal::cli {

/// `; did you mean replay?` for a word that is close to one of the known ones, else empty.
[[nodiscard]] std::string suggestion(const std::string& word, const std::vector<std::string>& known);

}  // namespace hadal::cli
