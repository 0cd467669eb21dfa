#include <simdjson.h>

#include <vector>

#include "hadal/base/time.hpp"
#include "hadal/wire/message.hpp"
#include "readers.hpp"
#include "synthetic_feed.hpp"

namespace bench {

namespace ondemand = simdjson::ondemand;

static_assert(SyntheticFeed::kPadding >= simdjson::SIMDJSON_PADDING);

struct SimdjsonReader::State {
  struct Level {
    std::string_view price;
    std::string_view qty;
  };
  ondemand::parser parser;
  std::vector<Level> bids;
  std::vector<Level> asks;
  std::string_view timestamp;
  std::vector<hadal::WireLevel> bid_values;
  std::vector<hadal::WireLevel> ask_values;

  static void read_side(ondemand::array side, std::vector<Level>& out) {
    out.clear();
    for (ondemand::object level : side) {
      ondemand::value price = level.find_field("price");
      const std::string_view price_digits = price.raw_json_token();
      ondemand::value qty = level.find_field("qty");
      out.push_back({price_digits, qty.raw_json_token()});
    }
  }

  static bool convert(const std::vector<Level>& texts, std::vector<hadal::WireLevel>& out) {
    out.clear();
    for (const auto& text : texts) {
      hadal::WireLevel level;
      if (hadal::parse_decimal(text.price, level.price) != hadal::Errc::ok) return false;
      if (hadal::parse_decimal(text.qty, level.qty) != hadal::Errc::ok) return false;
      out.push_back(level);
    }
    return true;
  }
};

SimdjsonReader::SimdjsonReader() : state_{std::make_unique<State>()} {}
SimdjsonReader::~SimdjsonReader() = default;

Reading SimdjsonReader::read(std::string_view frame) {
  auto& state = *state_;
  Reading reading;
  ondemand::document document = state.parser.iterate(frame.data(), frame.size(), frame.size() + SyntheticFeed::kPadding);
  ondemand::object top = document.get_object();
  const std::string_view channel = top.find_field("channel");
  const std::string_view type = top.find_field("type");
  if (channel != "book" || type != "update") return reading;
  for (ondemand::object entry : top.find_field("data").get_array()) {
    const std::string_view symbol = entry.find_field("symbol");
    State::read_side(entry.find_field("bids").get_array(), state.bids);
    State::read_side(entry.find_field("asks").get_array(), state.asks);
    reading.checksum = entry.find_field("checksum");
    state.timestamp = entry.find_field("timestamp");
    if (symbol != kSymbol || state.timestamp.empty()) return {};
  }
  reading.levels = state.bids.size() + state.asks.size();
  return reading;
}

Reading SimdjsonReader::read_values(std::string_view frame) {
  const auto reading = read(frame);
  auto& state = *state_;
  const bool numbers = State::convert(state.bids, state.bid_values) && State::convert(state.asks, state.ask_values);
  return numbers && hadal::parse_timestamp(state.timestamp) ? reading : Reading{};
}

}  // namespace bench
