#include "hadal/journal/call.hpp"

#include <algorithm>
#include <array>

#include "hadal/detail/fields.hpp"
#include "hadal/detail/json_out.hpp"
#include "hadal/detail/json_walk.hpp"

namespace hadal {
namespace {

constexpr std::array<std::string_view, 11> kNames{"connect",     "close",  "retry_now", "online",       "offline", "subscribe",
                                                  "unsubscribe", "resync", "set_token", "token_failed", "clear"};
constexpr std::string_view kHiddenToken = "***";

class CallReader final : public detail::JsonHandler {
 public:
  void scalar(const detail::JsonPath& path, const detail::Scalar& value, std::size_t) override {
    if (path.size() != 1) return;
    const auto key = path.key();
    auto error = Errc::ok;
    std::string word;
    if (key == "call" || key == "channel" || key == "trigger") error = detail::read(value, word);
    if (key == "call") {
      const auto at = std::find(kNames.begin(), kNames.end(), word);
      known = at != kNames.end();
      if (known) call.what = Call::What(at - kNames.begin());
    } else if (key == "channel") {
      const auto channel = find_channel(word);
      good &= channel.has_value();
      if (channel) call.key.channel = *channel;
    } else if (key == "trigger") {
      good &= word == "bbo" || word == "trades";
      call.key.trigger = word == "bbo" ? TickerTrigger::bbo : TickerTrigger::trades;
    } else if (key == "symbol") {
      error = detail::read(value, call.key.symbol);
    } else if (key == "depth") {
      error = detail::read(value, call.key.depth);
    } else if (key == "interval") {
      error = detail::read(value, call.key.interval);
    } else if (key == "code") {
      error = detail::read(value, call.code);
    } else if (key == "text") {
      error = detail::read(value, call.text);
    } else if (key == "permanent") {
      error = detail::read(value, call.permanent);
    }
    good &= error == Errc::ok;
  }
  void open(const detail::JsonPath&, bool, std::size_t) override {}
  void close(const detail::JsonPath&, bool, std::size_t) override {}

  Call call;
  bool known = false;
  bool good = true;
};

}  // namespace

void append_call(std::string& out, const Call& call) {
  using enum Call::What;
  detail::JsonLine line{out};
  line.string("call", kNames[static_cast<std::size_t>(call.what)]);
  if (call.what == subscribe || call.what == unsubscribe) {
    const Key plain;
    line.string("channel", name(call.key.channel)).string_if("symbol", call.key.symbol);
    if (call.key.channel == Channel::book || call.key.depth != plain.depth) line.number("depth", call.key.depth);
    if (call.key.channel == Channel::ohlc || call.key.interval != plain.interval) line.number("interval", call.key.interval);
    if (call.key.trigger != plain.trigger) line.string("trigger", name(call.key.trigger));
  }
  if (call.what == resync || call.what == clear) line.string("symbol", call.key.symbol);
  if (call.what == close) line.integer("code", call.code).string_if("text", call.text);
  if (call.what == set_token) line.string("text", kHiddenToken);
  if (call.what == token_failed) line.boolean("permanent", call.permanent).string_if("text", call.text);
  line.end();
  out.pop_back();  // the line end
}

std::optional<Call> parse_call(std::string_view json) {
  CallReader reader;
  detail::JsonWalk walk{Limits{}};
  if (walk.walk(json, reader) != Errc::ok || !reader.known || !reader.good) return std::nullopt;
  return reader.call;
}

}  // namespace hadal
