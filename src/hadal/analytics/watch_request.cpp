#include "hadal/analytics/watch_request.hpp"

#include <array>
#include <type_traits>
#include <utility>

#include "hadal/detail/fields.hpp"
#include "hadal/wire/symbol.hpp"

namespace hadal {
namespace {

using detail::Scalar;

constexpr std::array<std::string_view, 3> kWeightings{"none", "distance", "rank"};
constexpr std::array<std::string_view, 2> kTakers{"buy", "sell"};
constexpr std::array<std::string_view, 3> kDropPolicies{"oldest", "latest", "coalesce"};

double to_double(Decimal value) noexcept {
  double divisor = 1;
  for (int i = 0; i < value.scale; ++i) divisor *= 10;  // exact up to 10^18
  return static_cast<double>(value.mantissa) / divisor;
}

template <class Words, class Enum>
bool read_word(const Words& words, const Scalar& value, Enum& out) {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (value.kind == Scalar::Kind::string && words[i] == value.text) {
      out = Enum(i);
      return true;
    }
  return false;
}

template <class Member>
bool read_into(const Scalar& value, Member& out) {
  if constexpr (std::is_same_v<Member, double>) {
    Decimal number;
    if (detail::read(value, number) != Errc::ok) return false;
    out = to_double(number);
    return true;
  } else if constexpr (std::is_same_v<Member, Weighting>) {
    return read_word(kWeightings, value, out);
  } else if constexpr (std::is_same_v<Member, TakerSide>) {
    return read_word(kTakers, value, out);
  } else if constexpr (std::is_same_v<Member, DropPolicy>) {
    return read_word(kDropPolicies, value, out);
  } else {
    return detail::read(value, out) == Errc::ok;
  }
}

template <class Value>
bool read_into(const Scalar& value, std::optional<Value>& out) {
  if (value.kind == Scalar::Kind::null) return true;
  return read_into(value, out.emplace());
}

/// Reads one document of the form {"part": true | {"setting": value}}. What a name means is the visitor's.
class PartReader final : public detail::JsonHandler {
 public:
  /// Something at the top: a setting of the whole, a part switched on or off, or, without a value, one whose settings follow in an object or a
  /// list. False: not known, or cannot be.
  using Top = bool (*)(void* target, std::string_view name, const Scalar* value, bool list);
  /// A setting of a part.
  using Inner = bool (*)(void* target, std::string_view part, std::string_view name, const Scalar& value);

  PartReader(void* target, Top top, Inner inner) : target_{target}, top_{top}, inner_{inner} {}

  void scalar(const detail::JsonPath& path, const Scalar& value, std::size_t) override {
    if (path.size() == 1 && !path.in_array(0)) {
      if (!top_(target_, path.key(), &value, false)) refuse(path.key());
    } else if (path.size() == 2 && !path.in_array(0)) {
      if (!inner_(target_, path.key(0), path.in_array(1) ? std::string_view{} : path.key(), value))
        refuse(path.in_array(1) ? std::string{path.key(0)} : std::string{path.key(0)} + '.' + std::string{path.key()});
    } else {
      refuse(path.size() == 0 ? std::string_view{"request"} : path.key(0));
    }
  }
  void open(const detail::JsonPath& path, bool array, std::size_t) override {
    if (path.size() == 0 && array) refuse("request");
    if (path.size() == 1 && !top_(target_, path.key(), nullptr, array)) refuse(path.key());
    if (path.size() > 1) refuse(path.key(0));
  }
  void close(const detail::JsonPath&, bool, std::size_t) override {}

  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

 private:
  void refuse(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }

  void* target_;
  Top top_;
  Inner inner_;
  std::string wrong_;
};

/// A part that is switched: its default, or nothing.
template <class Part>
bool switch_part(std::optional<Part>& part, const Scalar* value) {
  const bool on = value == nullptr || (value->kind == Scalar::Kind::boolean && value->flag);
  const bool off = value != nullptr && (value->kind == Scalar::Kind::null || (value->kind == Scalar::Kind::boolean && !value->flag));
  if (on) part.emplace();
  if (off) part.reset();
  return on || off;
}

bool switch_flag(bool& flag, const Scalar* value) {
  if (value == nullptr) return false;
  if (value->kind == Scalar::Kind::null) return true;
  return detail::read(*value, flag) == Errc::ok;
}

template <class Target>
std::string parse(std::string_view json, Target& target, PartReader::Top top, PartReader::Inner inner) {
  PartReader reader{&target, top, inner};
  detail::JsonWalk walk{Limits{}};
  if (walk.walk(json, reader) != Errc::ok) return "request: is not JSON";
  if (!reader.wrong().empty()) return reader.wrong() + ": is not known, or cannot have this value";
  return {};
}

/// Tries the settings of a part one after the other.
struct Settings {
  std::string_view name;
  const Scalar& value;
  bool found = false;
  bool good = false;

  template <class Member>
  Settings& set(std::string_view key, Member& member) {
    if (key == name) {
      found = true;
      good = read_into(value, member);
    }
    return *this;
  }
  [[nodiscard]] bool done() const noexcept { return found && good; }
};

// --- watch ---

/// A request, and which words of an order were there.
struct WatchDraft {
  WatchRequest request;
  bool side = false;
  bool size = false;
};

bool watch_top(void* target, std::string_view name, const Scalar* value, bool list) {
  auto& request = static_cast<WatchDraft*>(target)->request;
  if (list) return false;
  auto& views = request.views;
  if (name == "book") return switch_flag(request.book, value);
  if (name == "ladder") return switch_part(views.ladder, value);
  if (name == "columns") return switch_part(views.columns, value);
  if (name == "imbalance") {
    if (!switch_part(views.imbalance, value)) return false;
    if (views.imbalance) views.imbalance = kImbalanceLevels;
    return true;
  }
  if (name == "pressure") return switch_part(views.pressure, value);
  if (name == "bands") return switch_flag(views.bands, value);
  if (name == "fill") return switch_part(views.fill, value);
  if (name == "cursor") return value != nullptr && read_into(*value, views.cursor);
  if (name == "tape") return switch_part(request.tape, value);
  if (name == "heatmap") return switch_part(request.heatmap, value);
  return false;
}

bool watch_inner(void* target, std::string_view part, std::string_view name, const Scalar& value) {
  auto& draft = *static_cast<WatchDraft*>(target);
  auto& request = draft.request;
  auto& views = request.views;
  Settings settings{name, value};
  if (part == "ladder") return settings.set("levels", views.ladder->levels).set("group", views.ladder->group).done();
  if (part == "columns") {
    auto& columns = *views.columns;
    return settings.set("pixels", columns.columns).set("first", columns.first).set("last", columns.last).done();
  }
  if (part == "imbalance") return settings.set("levels", *views.imbalance).done();
  if (part == "pressure") {
    auto& p = *views.pressure;
    settings.set("levels", p.levels).set("weighting", p.weighting).set("lambdaBps", p.lambda_bps).set("weak", p.weak);
    return settings.set("strong", p.strong).set("halfConfidence", p.half_confidence).done();
  }
  if (part == "fill") {
    auto& order = *views.fill;
    const bool amount = name == "notional" || name == "size";
    if (amount && std::exchange(draft.size, true)) return false;  // one or the other
    if (name == "notional") order.notional = true;
    draft.side |= name == "side";
    return settings.set("side", order.taker).set("size", order.amount).set("notional", order.amount).done();
  }
  if (part == "tape") return settings.set("count", request.tape->count).set("minSize", request.tape->min_size).done();
  if (part == "heatmap") {
    auto& window = *request.heatmap;
    settings.set("columns", window.columns).set("buckets", window.buckets).set("first", window.first);
    return settings.set("lo", window.lo).set("hi", window.hi).done();
  }
  return false;
}

// --- track ---

/// Settings, and which thresholds were there.
struct TrackDraft {
  TrackConfig config;
  bool large = false;
  bool min_change = false;
};

/// `all` is what the other words change, wherever it stands.
bool all_top(void* target, std::string_view name, const Scalar* value, bool) {
  return name != "all" || (value != nullptr && detail::read(*value, *static_cast<bool*>(target)) == Errc::ok);
}
bool all_inner(void*, std::string_view, std::string_view, const Scalar&) { return true; }

bool track_top(void* target, std::string_view name, const Scalar* value, bool list) {
  auto& config = static_cast<TrackDraft*>(target)->config;
  if (list) return false;
  if (name == "all") return true;
  if (name == "flow") return switch_part(config.flow, value);
  if (name == "whales") return switch_part(config.whales, value);
  if (name == "persistence") return switch_part(config.persistence, value);
  if (name == "cancels") return switch_part(config.cancels, value);
  if (name == "overlay") return switch_part(config.overlay, value);
  if (name == "heatmap") return switch_part(config.heatmap, value);
  if (name == "history") return switch_part(config.history, value);
  if (name == "health" && value == nullptr) return config.health_events = true;
  if (name == "health") return switch_flag(config.health_events, value);
  if (name == "spread") return switch_flag(config.spread_events, value);
  if (name == "candles") return switch_flag(config.candle_events, value);
  return false;
}

bool track_inner(void* target, std::string_view part, std::string_view name, const Scalar& value) {
  auto& draft = *static_cast<TrackDraft*>(target);
  auto& config = draft.config;
  Settings settings{name, value};
  if (part == "flow") {
    auto& flow = *config.flow;
    // A size or a value, not both.
    if ((name == "large" || name == "largeNotional") && std::exchange(draft.large, true)) return false;
    if ((name == "minChange" || name == "minChangeNotional") && std::exchange(draft.min_change, true)) return false;
    if (name == "largeNotional") flow.large.notional = true;
    if (name == "minChangeNotional") flow.min_change.notional = true;
    settings.set("large", flow.large.amount).set("largeNotional", flow.large.amount).set("minChange", flow.min_change.amount);
    settings.set("minChangeNotional", flow.min_change.amount).set("depth", flow.track_depth);
    return settings.set("sizeChanges", flow.track_size_changes).done();
  }
  if (part == "whales") {
    auto& whales = *config.whales;
    settings.set("window", whales.window).set("depth", whales.track_depth).set("minSize", whales.min_size);
    return settings.set("z", whales.z).done();
  }
  if (part == "persistence") {
    auto& p = *config.persistence;
    return settings.set("changeThreshold", p.change_threshold).set("decay", p.decay).set("fullMs", p.full_ms).done();
  }
  if (part == "cancels") {
    auto& c = *config.cancels;
    settings.set("minSize", c.min_size).set("mostMs", c.most_ms).set("leastScore", c.least_score);
    return settings.set("requireNoTrades", c.require_no_trades).done();
  }
  if (part == "overlay") return settings.set("windowMs", config.overlay->window_ms).set("group", config.overlay->group).done();
  if (part == "heatmap") {
    auto& map = *config.heatmap;
    settings.set("columnMs", map.column_ms).set("columns", map.columns).set("buckets", map.buckets);
    return settings.set("group", map.group).done();
  }
  if (part == "history") return settings.set("bucketMs", config.history->bucket_ms).set("buckets", config.history->buckets).done();
  if (part == "health") return settings.set("staleMs", config.health.stale_ms).set("haltedMs", config.health.halted_ms).done();
  return false;
}

// --- delivery ---

bool delivery_top(void* target, std::string_view name, const Scalar* value, bool list) {
  auto& config = *static_cast<DeliveryConfig*>(target);
  if (name == "types" && list) {
    config.types = 0;
    return true;
  }
  if (value == nullptr) return false;
  Settings settings{name, *value};
  settings.set("symbol", config.symbol).set("maxQueueDepth", config.max_queue_depth).set("policy", config.policy);
  settings.set("coalesceWindowMs", config.coalesce_window_ms).set("maxMessagesPerSecond", config.max_messages_per_second);
  return settings.set("burstAllowance", config.burst_allowance).done();
}

bool delivery_inner(void* target, std::string_view part, std::string_view name, const Scalar& value) {
  if (part != "types" || !name.empty() || value.kind != Scalar::Kind::string) return false;
  const auto type = event_type(value.text);
  if (type) static_cast<DeliveryConfig*>(target)->types |= mask_of(*type);
  return type.has_value();
}

}  // namespace

std::string parse_watch(std::string_view json, WatchRequest& out) {
  WatchDraft draft;
  if (auto wrong = parse(json, draft, watch_top, watch_inner); !wrong.empty()) return wrong;
  auto& request = draft.request;
  auto& views = request.views;
  if (views.fill && !draft.side) return "fill.side: must be buy or sell";
  if (views.columns && (views.columns->columns < 1 || views.columns->columns > kMaxColumns))
    return "columns.pixels: must be a whole number from 1 to " + std::to_string(kMaxColumns);
  if (views.fill && views.fill->amount.mantissa <= 0) return "fill: must have a size or a notional, greater than 0";
  if (views.ladder && views.ladder->group && views.ladder->group->mantissa <= 0) return "ladder.group: must be a price greater than 0";
  if (views.pressure && check(*views.pressure) != Errc::ok)
    return "pressure: must have 0 < weak < strong < 1, and the others greater than 0";
  if (check(views) != Errc::ok) return "columns: must have both first and last, and first below last, or neither";
  if (request.tape && (request.tape->count < 1 || request.tape->count > Tape::kMost))
    return "tape.count: must be a whole number from 1 to " + std::to_string(Tape::kMost);
  if (request.heatmap) {
    const auto& window = *request.heatmap;
    if (window.columns < 1 || window.columns > 600 || window.buckets < 1 || window.buckets > 400)
      return "heatmap: must have 1 to 600 columns and 1 to 400 buckets";
  }
  out = request;
  return {};
}

std::string parse_track(std::string_view json, TrackConfig& out) {
  bool all = false;
  if (auto wrong = parse(json, all, all_top, all_inner); !wrong.empty()) return wrong;
  TrackDraft draft;
  auto& config = draft.config;
  if (all) config = TrackConfig::everything();
  if (auto wrong = parse(json, draft, track_top, track_inner); !wrong.empty()) return wrong;
  const auto part = [](std::string_view name, const auto& one) {
    return one && check(*one) != Errc::ok ? std::string{name} + ": has a setting outside its range" : std::string{};
  };
  for (auto wrong :
       {part("flow", config.flow), part("whales", config.whales), part("persistence", config.persistence), part("cancels", config.cancels),
        part("overlay", config.overlay), part("heatmap", config.heatmap), part("history", config.history)})
    if (!wrong.empty()) return wrong;
  if (check(config.health) != Errc::ok) return "health: must have 0 < staleMs < haltedMs";
  out = config;
  return {};
}

std::string parse_delivery(std::string_view json, DeliveryConfig& out) {
  DeliveryConfig config;
  if (auto wrong = parse(json, config, delivery_top, delivery_inner); !wrong.empty()) return wrong;
  if (config.types == 0) return "types: must name at least one";
  if (check(config) != Errc::ok) return "delivery: has a setting outside its range";
  if (std::string normal; !config.symbol.empty()) {
    if (normalize_symbol(config.symbol, normal) != Errc::ok) return "symbol: must be BASE/QUOTE, for example BTC/USD";
    config.symbol = normal;
  }
  out = config;
  return {};
}

}  // namespace hadal
