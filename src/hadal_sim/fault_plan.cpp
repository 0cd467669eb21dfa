// Fault plans as JSON.

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "hadal_sim/faults.hpp"

namespace hadal::sim {
namespace {

using nlohmann::json;
using enum FaultKind;

struct Group {
  std::string_view name;
  std::vector<FaultKind> members;
  double probability = 1;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> all{
      {"loss", {drop}, 0.3},
      {"malformed", {truncate, not_json, binary, missing_field, huge_frame, deep_nesting}},
      {"odd_numbers", {quoted_numbers, exponents, extra_zeros, missing_zeros, long_number}},
      {"odd_book", {crossed, unsorted_snapshot, repeated_price, no_timestamp, no_refill, old_frame}},
  };
  return all;
}

std::string names() {
  std::string out;
  for (int kind = 0; kind < kFaultKinds; ++kind) {
    if (kind != 0) out += ", ";
    out += name(FaultKind(kind));
  }
  for (const auto& group : groups()) {
    out += ", ";
    out += group.name;
  }
  return out;
}

/// The number inside an optional one.
template <class T>
struct Plain {
  using type = T;
};
template <class T>
struct Plain<std::optional<T>> {
  using type = T;
};

constexpr std::string_view kChannels[] = {"book", "ticker", "trade", "ohlc", "instrument"};

/// What lasts from `from` to `until`, and is not drawn.
bool lasts(FaultKind kind) { return kind == latency || kind == clock_skew || kind == burst; }

/// Reads one member; gives what is wrong with it, or an empty text.
std::string read_member(const std::string& key, const json& value, Fault& fault, double& probability) {
  const auto text = [&](auto& out) -> std::string {
    if (!value.is_string()) return "is not a string";
    out = value.get<std::string>();
    return {};
  };
  const auto number = [&](auto& out, std::int64_t least, std::int64_t most) -> std::string {
    if (!value.is_number_integer() || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most)
      return "is not a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    out = static_cast<typename Plain<std::decay_t<decltype(out)>>::type>(value.get<std::int64_t>());
    return {};
  };
  constexpr std::int64_t kLongest = std::int64_t{1} << 53;
  if (key == "fault") return {};
  if (key == "symbol") return text(fault.symbol);
  if (lasts(fault.kind) && (key == "count" || key == "probability")) return "does not apply: this lasts from `from` to `until`";
  if (key == "channel") {
    if (const auto wrong = text(fault.channel); !wrong.empty()) return wrong;
    const bool known = std::find(std::begin(kChannels), std::end(kChannels), fault.channel) != std::end(kChannels);
    return known ? "" : "is none of book, ticker, trade, ohlc, instrument";
  }
  if (key == "text") return text(fault.text);
  if (key == "connection") return number(fault.connection, 0, kLongest);
  if (key == "from") return number(fault.from, 0, kLongest);
  if (key == "until") return number(fault.until, 0, kLongest);
  if (key == "count") return number(fault.count, 0, UINT32_MAX);
  if (key == "ms") return number(fault.ms, fault.kind == clock_skew ? -600'000 : 0, 600'000);
  if (key == "frames") return number(fault.frames, 1, 16);
  if (key == "factor") return number(fault.factor, 1, 1'000);
  if (key == "code") return fault.kind == refuse_connect ? number(fault.code, 400, 599) : number(fault.code, 1'000, 4'999);
  if (key == "probability") {
    if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= 1)) return "is not a number from 0 to 1";
    probability = value.get<double>();
    return {};
  }
  return "is not known; known are fault, symbol, channel, connection, from, until, count, probability, ms, frames, factor, code, text";
}

std::vector<FaultKind> kinds_of(const std::string& wanted, double& probability) {
  for (int kind = 0; kind < kFaultKinds; ++kind)
    if (name(FaultKind(kind)) == wanted) return {FaultKind(kind)};
  for (const auto& group : groups()) {
    if (group.name != wanted) continue;
    probability = group.probability;
    return group.members;
  }
  return {};
}

}  // namespace

FaultPlan parse_fault_plan(std::string_view text) {
  FaultPlan plan;
  auto list = json::parse(text, nullptr, false);
  if (list.is_object()) list = json::array({list});  // one fault alone
  if (!list.is_array()) {
    plan.error = list.is_discarded() ? "is not valid JSON" : "is not a list of faults";
    return plan;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& entry = list[i];
    auto where = "entry " + std::to_string(i + 1);
    if (!entry.is_object() || !entry.contains("fault") || !entry["fault"].is_string()) {
      plan.error = where + " has no \"fault\" with a name";
      return plan;
    }
    const auto wanted = entry["fault"].get<std::string>();
    double probability = 1;
    const auto kinds = kinds_of(wanted, probability);
    if (kinds.empty()) {
      plan.error = where + ": unknown fault \"" + wanted + "\"; known are " + names();
      return plan;
    }
    Fault fault;
    fault.kind = kinds.front();
    for (const auto& [key, value] : entry.items()) {
      const auto wrong = read_member(key, value, fault, probability);
      if (wrong.empty()) continue;
      plan.error = where + " (" + wanted + "): \"" + key + "\" " + wrong;
      return plan;
    }
    fault.per_million = static_cast<std::int64_t>(probability * 1e6 / static_cast<double>(kinds.size()) + 0.5);
    for (const auto kind : kinds) {
      fault.kind = kind;
      plan.faults.push_back(with_defaults(fault));
    }
  }
  return plan;
}

}  // namespace hadal::sim
