#include "server/files.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace hadal::server {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 64u << 20;

std::string_view type_of_file(const fs::path& path) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".wasm", "application/wasm"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".journal", "text/plain; charset=utf-8"},
      {".log", "text/plain; charset=utf-8"},
      {".gz", "application/gzip"},
  };
  const auto extension = path.extension().string();
  for (const auto& [name, type] : kTypes)
    if (extension == name) return type;
  return "application/octet-stream";
}

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

std::string in_path(std::string_view symbol) {
  std::string out;
  for (const char c : symbol) {
    if (c == '/') out += "%2F";
    else out += c;
  }
  return out;
}

// The page is small enough to stand here, so that a program alone has it. Its script asks nobody but this server.
constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>hadal: books</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; --bid: #0a7d4f; --ask: #c0392b; --dim: #68727d; --line: #8883; }
@media (prefers-color-scheme: dark) { :root { --bid: #3ddc97; --ask: #ff7b72; --dim: #97a2ae; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0 0 .2rem; } p { color: var(--dim); margin: .2rem 0 1rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { font-weight: 600; color: var(--dim); } th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
.bid { color: var(--bid); } .ask { color: var(--ask); } .old td { color: var(--dim); } a { color: inherit; }
</style>
<h1>hadal</h1>
<p>Checksum-verified order books. <a href="/symbols">/symbols</a> · <a href="/health">/health</a> · <a href="/status">/status</a> · <a href="/metrics">/metrics</a>)";

constexpr std::string_view kScript = R"(</table></div>
<script>
for (const row of document.querySelectorAll("tr[data-symbol]")) {
  const cells = row.cells;
  const stream = new EventSource("/stream/" + encodeURIComponent(row.dataset.symbol) + "?interval_ms=100");
  stream.onmessage = ({ data }) => {
    const e = JSON.parse(data);
    if (e.kind === "lag") return;
    row.classList.toggle("old", e.state !== "live");
    cells[1].textContent = e.state === "live" ? (e.verified ? "live, verified" : "live") : e.state + (e.reason ? ": " + e.reason : "");
    [e.best_bid?.qty, e.best_bid?.price, e.best_ask?.price, e.best_ask?.qty, e.spread].forEach((text, i) => (cells[i + 2].textContent = text ?? ""));
  };
  stream.onerror = () => { row.classList.add("old"); cells[1].textContent = "no connection to this server"; };
}
</script>
</html>
)";

}  // namespace

std::optional<Answer> file_answer(const std::string& folder, std::string_view path) {
  if (folder.empty()) return std::nullopt;
  const fs::path below{path.substr(1)};
  if (below.is_absolute()) return std::nullopt;  // would replace the folder, not follow it
  auto file = fs::path{folder} / below;
  if (path.back() == '/') file /= "index.html";
  std::error_code error;
  if (!fs::is_regular_file(file, error) || fs::file_size(file, error) > kLargestFile) return std::nullopt;
  std::ifstream in{file, std::ios::binary};
  if (!in) return std::nullopt;
  Answer out;
  out.type = type_of_file(file);
  out.body.assign(std::istreambuf_iterator<char>{in}, {});
  return out;
}

Answer index_page(const std::vector<std::string>& symbols, bool has_demo) {
  constexpr std::size_t kMost = 6;  // a browser opens no more connections to one server
  Answer out;
  out.type = "text/html; charset=utf-8";
  out.body = kHead;
  if (has_demo) out.body += " · <a href=\"/\">charts</a>";
  out.body += "</p>\n<div class=\"wide\"><table><tr><th>book<th>state<th>size<th>bid<th>ask<th>size<th>spread\n";
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto name = html_escaped(symbols[i]);
    out.body += i < kMost ? "<tr data-symbol=\"" + name + "\">" : std::string{"<tr>"};
    out.body += "<td><a href=\"/depth/" + html_escaped(in_path(symbols[i])) + "\">" + name +
                "</a><td class=\"state\"><td><td class=\"bid\"><td class=\"ask\"><td><td>\n";
  }
  out.body += kScript;
  return out;
}

std::string find_demo(const std::string& program) {
  std::error_code error;
  std::vector<fs::path> places;
  auto self = fs::read_symlink("/proc/self/exe", error);
  if (error) self = fs::absolute(program, error);
  const auto folder = self.parent_path();
  places.push_back(folder.parent_path() / "demo");                      // build/native/hadal and build/demo
  places.push_back(folder.parent_path() / "share" / "hadal" / "demo");  // bin/hadal and share/hadal/demo
  for (const auto& place : places)
    if (fs::is_regular_file(place / "index.html", error)) return place.string();
  return {};
}

}  // namespace hadal::server
