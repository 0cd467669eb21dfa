#include "server/request.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace hadal::server {
namespace {

constexpr std::int64_t kLongestInterval = 60'000;

using Query = std::vector<std::pair<std::string, std::string>>;

Answer bad_query(const std::string& message) { return error_answer(400, "bad_query", message); }

std::optional<Query> read_query(std::string_view text) {
  Query out;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (part.empty()) continue;
    const auto equals = part.find('=');
    auto name = percent_decoded(part.substr(0, equals));
    auto value = percent_decoded(equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

std::optional<std::int64_t> whole_number(const std::string& text, std::int64_t most) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || value < 0 || value > most) return std::nullopt;
  return value;
}

/// `BTC%2FUSD`, `BTC/USD` or `btc-usd`.
std::optional<std::string> read_symbol(std::string_view path) {
  auto text = percent_decoded(path);
  if (!text) return std::nullopt;
  if (text->find('/') == std::string::npos) std::replace(text->begin(), text->end(), '-', '/');
  std::string symbol;
  if (normalize_symbol(*text, symbol) != Errc::ok) return std::nullopt;
  return symbol;
}

Ask depth(std::string_view path, const Query& query) {
  AskDepth out;
  const auto symbol = read_symbol(path);
  if (!symbol) return error_answer(404, "unknown_symbol", "name a symbol: /depth/BTC%2FUSD; /symbols lists them");
  out.question.symbol = *symbol;
  for (const auto& [name, value] : query) {
    if (name == "levels") {
      const auto levels = whole_number(value, kMaxDepth);
      if (!levels || *levels == 0) return bad_query("levels: must be a number from 1 to 1000");
      out.question.levels = static_cast<std::size_t>(*levels);
    } else if (name == "group") {
      Decimal group;
      if (parse_decimal(value, group) != Errc::ok || group.mantissa <= 0)
        return bad_query("group: must be a price above 0, for example group=0.5");
      out.question.group = group;
    } else {
      return bad_query(name + ": is no parameter of /depth; there are levels and group");
    }
  }
  return out;
}

Ask stream(std::string_view path, const Query& query) {
  AskStream out;
  const auto symbol = read_symbol(path);
  if (!symbol) return error_answer(404, "unknown_symbol", "name a symbol: /stream/BTC%2FUSD; /symbols lists them");
  out.symbol = *symbol;
  for (const auto& [name, value] : query) {
    if (name != "interval_ms") return bad_query(name + ": is no parameter of /stream; there is interval_ms");
    const auto interval = whole_number(value, kLongestInterval);
    if (!interval) return bad_query("interval_ms: must be a number from 0 to 60000");
    out.interval_ms = *interval;
  }
  return out;
}

/// No way leads out of a folder: no `..`, no `\`, nothing hidden, no control characters.
bool is_tame(std::string_view path) {
  for (const char c : path)
    if (static_cast<unsigned char>(c) < ' ' || c == '\\' || c == 127) return false;
  return path.find("/.") == std::string_view::npos && path.find("//") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    const auto* const begin = text.data() + i + 1;
    if (i + 2 >= text.size()) return std::nullopt;
    const auto [at, error] = std::from_chars(begin, begin + 2, value, 16);
    if (error != std::errc{} || at != begin + 2) return std::nullopt;
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

Ask read_target(std::string_view target) {
  const auto mark = target.find('?');
  const auto path = target.substr(0, mark);
  const auto query = read_query(mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1));
  if (path.empty() || path.front() != '/') return error_answer(400, "bad_request", "the target must be a path");
  if (!query) return bad_query("a % must be followed by two hex digits");

  const auto after = [&](std::string_view prefix) { return path.substr(prefix.size()); };
  const auto begins = [&](std::string_view prefix) { return path.substr(0, prefix.size()) == prefix; };
  if (begins("/depth/")) return depth(after("/depth/"), *query);
  if (begins("/stream/")) return stream(after("/stream/"), *query);

  const std::pair<std::string_view, Ask> plain[] = {
      {"/symbols", AskSymbols{}}, {"/health", AskHealth{}}, {"/status", AskStatus{}}, {"/metrics", AskMetrics{}}};
  for (const auto& [name, ask] : plain) {
    if (path != name) continue;
    if (!query->empty()) return bad_query(query->front().first + ": " + std::string{name} + " takes no parameters");
    return ask;
  }
  const auto file = percent_decoded(path);
  if (!file || !is_tame(*file)) return error_answer(404, "not_found", "there is no such page");
  return AskFile{*file};
}

}  // namespace hadal::server
