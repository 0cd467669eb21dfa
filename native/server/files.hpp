/// The page that stands under `/`: files of a folder, or a small page of links where there is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/answers.hpp"

namespace hadal::server {

/// A file below `folder`; `/` is its index.html. None if there is none, or if `folder` is empty. Precondition: the path is a tame one
/// (request.hpp).
[[nodiscard]] std::optional<Answer> file_answer(const std::string& folder, std::string_view path);

/// What there is to see here, and the books of the moment, live.
[[nodiscard]] Answer index_page(const std::vector<std::string>& symbols, bool has_demo);

/// The demo as it was built: beside the program's build folder, or where it was installed; empty if it is nowhere.
[[nodiscard]] std::string find_demo(const std::string& program);

}  // namespace hadal::server
