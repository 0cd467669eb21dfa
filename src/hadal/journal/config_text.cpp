#include "hadal/journal/config_text.hpp"

#include <array>

#include "hadal/detail/fields.hpp"
#include "hadal/detail/json_out.hpp"

namespace hadal {
namespace {

constexpr std::array<std::string_view, 3> kPolicies{"ignore", "resync", "buffer"};
constexpr std::array<std::string_view, 2> kVerify{"every", "off"};
constexpr std::array<std::string_view, 2> kCrossed{"gap", "warn"};

/// Calls `visit(name, member)` for each member, in the order they are written.
template <class Config, class Visit>
void each_member(Config& config, Visit visit) {
  visit("seed", config.seed);
  visit("policy", config.policy);
  visit("verify", config.verify);
  visit("crossed", config.crossed);
  visit("deliver_control", config.deliver_control);
  visit("aliases", config.aliases);
  auto& times = config.times;
  visit("times.connect", times.connect);
  visit("times.token", times.token);
  visit("times.ack", times.ack);
  visit("times.snapshot", times.snapshot);
  visit("times.pong", times.pong);
  visit("times.silence", times.silence);
  visit("times.quiet", times.quiet);
  visit("times.ping_interval", times.ping_interval);
  visit("times.ack_retry", times.ack_retry);
  visit("times.episode", times.episode);
  visit("times.retry_after_give_up", times.retry_after_give_up);
  auto& reconnect = config.reconnect;
  visit("reconnect.enabled", reconnect.enabled);
  visit("reconnect.max_attempts", reconnect.max_attempts);
  visit("reconnect.base", reconnect.base);
  visit("reconnect.cap", reconnect.cap);
  visit("reconnect.multiplier", reconnect.multiplier);
  visit("reconnect.jitter", reconnect.jitter);
  visit("reconnect.stable", reconnect.stable);
  auto& limits = config.limits;
  visit("limits.frame_bytes", limits.frame_bytes);
  visit("limits.nesting", limits.nesting);
  visit("limits.string_bytes", limits.string_bytes);
  visit("limits.array_entries", limits.array_entries);
  visit("limits.books", limits.books);
}

struct Writer {
  detail::JsonLine& line;

  void operator()(std::string_view name, bool value) const { line.boolean(name, value); }
  void operator()(std::string_view name, std::int64_t value) const { line.integer(name, value); }
  void operator()(std::string_view name, GapPolicy value) const { line.string(name, hadal::name(value)); }
  void operator()(std::string_view name, Verify value) const { line.string(name, kVerify[static_cast<std::size_t>(value)]); }
  void operator()(std::string_view name, CrossedPolicy value) const { line.string(name, kCrossed[static_cast<std::size_t>(value)]); }
  template <class Unsigned>
  requires std::is_unsigned_v<Unsigned>
  void operator()(std::string_view name, Unsigned value) const { line.number(name, value); }
};

struct Reader {
  std::string_view wanted;
  const detail::Scalar& value;
  bool& good;

  template <class Member>
  void operator()(std::string_view name, Member& member) const {
    if (name != wanted) return;
    if constexpr (std::is_same_v<Member, GapPolicy>) {
      take_word(kPolicies, member);
    } else if constexpr (std::is_same_v<Member, Verify>) {
      take_word(kVerify, member);
    } else if constexpr (std::is_same_v<Member, CrossedPolicy>) {
      take_word(kCrossed, member);
    } else {
      good &= detail::read(value, member) == Errc::ok;
    }
  }

  template <class Words, class Enum>
  void take_word(const Words& words, Enum& out) const {
    for (std::size_t i = 0; i < words.size(); ++i)
      if (value.kind == detail::Scalar::Kind::string && words[i] == value.text) {
        out = Enum(i);
        return;
      }
    good = false;
  }
};

/// One flat object: the first member that cannot be is kept by its name.
class ConfigReader final : public detail::JsonHandler {
 public:
  explicit ConfigReader(SessionConfig& config) : config_{config} {}

  void scalar(const detail::JsonPath& path, const detail::Scalar& value, std::size_t) override {
    const auto name = path.size() == 1 ? path.key() : std::string_view{"request"};
    bool known = false;
    each_member(config_, [&](std::string_view one, const auto&) { known |= one == name; });
    if (!known || !read_session_config(config_, name, value)) refuse(name);
  }
  void open(const detail::JsonPath& path, bool array, std::size_t) override {
    if (path.size() != 0 || array) refuse(path.size() == 0 ? std::string_view{"request"} : path.key(0));
  }
  void close(const detail::JsonPath&, bool, std::size_t) override {}

  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

 private:
  void refuse(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }

  SessionConfig& config_;
  std::string wrong_;
};

/// The first group of settings that check() does not take, for its message.
std::string_view what_is_out_of_range(const SessionConfig& config) {
  SessionConfig probe;
  probe.times = config.times;
  if (check(probe) != Errc::ok) return "times: each must be 100 to 600,000 ms (ping_interval and retry_after_give_up may be 0)";
  probe.reconnect = config.reconnect;
  if (check(probe) != Errc::ok) return "reconnect: must have 1 <= base <= cap <= 600,000 ms and a multiplier of 2 to 10";
  return "policy: buffer compares checksums, so that verify must be every";
}

}  // namespace

std::string parse_session_config(std::string_view json, SessionConfig& config) {
  auto draft = config;
  ConfigReader reader{draft};
  detail::JsonWalk walk{Limits{}};
  if (walk.walk(json, reader) != Errc::ok) return "request: is not JSON";
  if (!reader.wrong().empty()) return reader.wrong() + ": is not known, or cannot have this value";
  if (check(draft) != Errc::ok) return std::string{what_is_out_of_range(draft)};
  config = draft;
  return {};
}

void append_session_config(std::string& out, const SessionConfig& config) {
  detail::JsonLine line{out};
  each_member(config, Writer{line});
  line.end();
  out.pop_back();  // the line end
}

bool read_session_config(SessionConfig& config, std::string_view name, const detail::Scalar& value) {
  bool good = true;
  each_member(config, Reader{name, value, good});
  return good;
}

}  // namespace hadal
