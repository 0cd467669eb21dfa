/// Recorded frames from outside the project: finding them, or saying that they are absent.
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace hadal::test {

/// CTest counts this exit code as skipped.
inline constexpr int kSkipped = 77;

/// False, and a line that says so, if the folder is not there.
inline bool captures_present(const std::filesystem::path& folder, const char* test) {
  if (std::filesystem::is_directory(folder)) return true;
  std::printf("SKIPPED %s: the recorded captures are not at %s\n", test, folder.string().c_str());
  return false;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline std::vector<std::string> read_lines(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace hadal::test
