#include <simdjson.h>

#include <vector>

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

  static void read_side(ondemand::array side, std::vector<Level>& out) {
    out.clear();
    for (ondemand::object level : side) {
      ondemand::value price = level.find_field("price");
      const std::string_view price_digits = price.raw_json_token();
      ondemand::value qty = level.find_field("qty");
      out.push_back({price_digits, qty.raw_json_token()});
    }
  }
};

SimdjsonReader::SimdjsonReader() : state_{std::make_unique<State>()} {}
SimdjsonReader::~SimdjsonReader() = default;

Reading SimdjsonReader::read(std::string_view frame) {
  auto& [parser, bids, asks] = *state_;
  Reading reading;
  ondemand::document document = parser.iterate(frame.data(), frame.size(), frame.size() + SyntheticFeed::kPadding);
  ondemand::object top = document.get_object();
  const std::string_view channel = top.find_field("channel");
  const std::string_view type = top.find_field("type");
  if (channel != "book" || type != "update") return reading;
  for (ondemand::object entry : top.find_field("data").get_array()) {
    const std::string_view symbol = entry.find_field("symbol");
    State::read_side(entry.find_field("bids").get_array(), bids);
    State::read_side(entry.find_field("asks").get_array(), asks);
    reading.checksum = entry.find_field("checksum");
    const std::string_view timestamp = entry.find_field("timestamp");
    if (symbol != kSymbol || timestamp.empty()) return {};
  }
  reading.levels = bids.size() + asks.size();
  return reading;
}

}  // namespace bench
