// What documents show of the code is what the code says: the table of connection states in ARCHITECTURE.md.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "hadal/session/connection_state.hpp"

int main(int argc, char** argv) {
  std::ifstream file{argc > 1 ? argv[1] : "ARCHITECTURE.md"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto diagram = "```mermaid\n" + hadal::connection_diagram() + "```\n";
  if (text.find(diagram) != std::string::npos) return 0;
  std::printf("ARCHITECTURE.md is out of date. Table T is drawn by:\n\n%s", diagram.c_str());
  return 1;
}
