#include "hadal_sim/spoil.hpp"

#include <algorithm>

namespace hadal::sim {
namespace {

using enum FaultKind;

constexpr std::size_t kHuge = std::size_t{9} << 20;
constexpr int kDeep = 200;

/// The first digit after `key` that is not zero becomes another one that is not.
void change_digit(std::string& text, std::string_view key) {
  auto at = text.find(key);
  if (at == std::string::npos) return;
  at = text.find_first_of("123456789", at + key.size());
  if (at != std::string::npos) text[at] = static_cast<char>('1' + (text[at] - '0') % 9);
}

/// Calls `change` for each number after `key`.
template <class Change>
void change_numbers(std::string& text, std::string_view key, Change change) {
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
    at += key.size();
    const auto length = std::min(text.find_first_of(",}", at), text.size()) - at;
    const std::string number = change(text.substr(at, length));
    text.replace(at, length, number);
    at += number.size();
  }
}

std::string exponent(const std::string& number) {
  const auto point = number.find('.');
  if (point == std::string::npos) return number + "e0";
  auto digits = number.substr(0, point) + number.substr(point + 1);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return digits + "e-" + std::to_string(number.size() - point - 1);
}

std::string no_zeros(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  while (number.back() == '0') number.pop_back();
  if (number.back() == '.') number.pop_back();
  return number;
}

/// Swaps the first two objects of a list.
void swap_first(std::string& text, std::string_view key) {
  const auto list = text.find(key);
  if (list == std::string::npos) return;
  const auto first = list + key.size();
  const auto middle = text.find("},{", first);
  const auto end = middle == std::string::npos ? middle : text.find('}', middle + 3);
  if (end == std::string::npos || text.find(']', first) < end) return;
  const auto one = text.substr(first, middle + 1 - first);
  const auto two = text.substr(middle + 2, end + 1 - (middle + 2));
  text.replace(first, end + 1 - first, two + ',' + one);
}

/// The first entry of an update once more, before itself and with another quantity.
void repeat_first(std::string& text) {
  const auto first = text.find("{\"price\":");
  if (first == std::string::npos) return;
  auto entry = text.substr(first, text.find('}', first) + 1 - first);
  const auto qty = entry.find("\"qty\":") + 6;
  entry[qty] = entry[qty] == '7' ? '8' : '7';
  text.insert(first, entry + ',');
}

}  // namespace

bool is_harmless(FaultKind kind) noexcept {
  switch (kind) {
    case quoted_numbers:
    case exponents:
    case extra_zeros:
    case repeated_price:
    case no_timestamp: return true;
    default: return false;
  }
}

std::string spoil(FaultKind kind, std::string_view words, std::string text) {
  const auto both = [&text](auto change) {
    for (const std::string_view key : {"\"price\":", "\"qty\":"}) change_numbers(text, key, change);
  };
  switch (kind) {
    case wrong_checksum: change_digit(text, "\"checksum\":"); break;
    case corrupt_digit: change_digit(text, "\"qty\":"); break;
    case truncate: text.resize(text.size() / 2); break;
    case not_json: text = words; break;
    case missing_field:
      for (const std::string_view key : {"\"asks\"", "\"price\"", "\"bid\"", "\"open\""})
        if (const auto at = text.find(key); at != std::string::npos) {
          text[at + 1] = 'x';
          break;
        }
      break;
    case huge_frame: text.append(kHuge, ' '); break;
    case deep_nesting: text = "{\"channel\":\"book\",\"data\":" + std::string(kDeep, '[') + std::string(kDeep, ']') + '}'; break;
    case quoted_numbers: both([](const std::string& number) { return '"' + number + '"'; }); break;
    case exponents: both(exponent); break;
    case extra_zeros:
      both([](const std::string& number) { return number + (number.find('.') == std::string::npos ? ".00" : "00"); });
      break;
    case missing_zeros: both(no_zeros); break;
    case long_number: {
      bool done = false;
      change_numbers(text, "\"qty\":", [&done](const std::string& number) -> std::string {
        if (done) return number;
        done = true;
        return "99999999999.99999999";
      });
      break;
    }
    case unsorted_snapshot: swap_first(text, "\"bids\":["); break;
    case repeated_price: repeat_first(text); break;
    case no_timestamp:
      if (const auto at = text.find(",\"timestamp\":"); at != std::string::npos) text.erase(at, text.find('}', at) - at);
      break;
    default: break;
  }
  return text;
}

}  // namespace hadal::sim
