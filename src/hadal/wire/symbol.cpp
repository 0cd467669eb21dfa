#include "hadal/wire/symbol.hpp"

#include <algorithm>
#include <utility>

namespace hadal {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string replace_legs(std::string_view symbol, std::string_view btc_from, std::string_view btc_to, std::string_view doge_from,
                         std::string_view doge_to) {
  const auto slash = symbol.find('/');
  if (slash == std::string_view::npos) return std::string{symbol};
  const auto leg = [&](std::string_view text) { return text == btc_from ? btc_to : text == doge_from ? doge_to : text; };
  std::string out{leg(symbol.substr(0, slash))};
  out += '/';
  out += leg(symbol.substr(slash + 1));
  return out;
}

}  // namespace

Errc normalize_symbol(std::string_view text, std::string& out, bool aliases) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  if (text.size() > kMaxSymbol) return Errc::symbol_invalid;
  std::string upper{text};
  for (auto& c : upper) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7F') return Errc::symbol_invalid;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  const auto slash = upper.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == upper.size() || upper.find('/', slash + 1) != std::string::npos)
    return Errc::symbol_invalid;
  auto current = aliases ? replace_legs(upper, "XBT", "BTC", "XDG", "DOGE") : upper;
  if (current.size() > kMaxSymbol) return Errc::symbol_invalid;
  out = std::move(current);
  return Errc::ok;
}

std::string legacy_symbol(std::string_view symbol) { return replace_legs(symbol, "BTC", "XBT", "DOGE", "XDG"); }

bool is_symbol_text(std::string_view text) noexcept {
  if (text.empty() || text.size() > kSymbolBytes) return false;
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}

bool same_symbol(std::string_view a, std::string_view b) {
  if (a == b) return true;
  std::string left;
  std::string right;
  return normalize_symbol(a, left) == Errc::ok && normalize_symbol(b, right) == Errc::ok && left == right;
}

}  // namespace hadal
