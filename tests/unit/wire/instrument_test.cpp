// The `instrument` message (ws-v2.md section 13).
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/wire/decoder.hpp"

using hadal::Decimal;
using hadal::Decoder;
using hadal::Errc;
using hadal::FrameKind;
using hadal::InstrumentMessage;

namespace {

std::string text_of(const std::optional<Decimal>& value) { return value ? to_string(*value) : "none"; }

const InstrumentMessage& instruments(const Decoder& decoder) {
  REQUIRE(std::holds_alternative<InstrumentMessage>(decoder.message()));
  return std::get<InstrumentMessage>(decoder.message());
}

std::string update_of(std::string_view data) { return R"({"channel":"instrument","type":"update","data":)" + std::string{data} + '}'; }

constexpr std::string_view kInstruments =
    R"({"channel":"instrument","type":"snapshot","data":{"assets":[{"id":"USD","status":"enabled","precision":4,"precision_display":2,)"
    R"("borrowable":true,"collateral_value":1.00,"margin_rate":0.025000},{"id":"MINA","status":"withdrawalonly","precision":10,)"
    R"("precision_display":5,"multiplier":1.5,"borrowable":false,"collateral_value":0.00}],"pairs":[{"symbol":"BTC/USD","base":"BTC",)"
    R"("quote":"USD","status":"online","qty_precision":8,"qty_increment":0.00000001,"price_precision":1,"cost_precision":5,)"
    R"("marginable":true,"has_index":true,"cost_min":0.50,"margin_initial":0.20,"position_limit_long":250,"position_limit_short":200,)"
    R"("tick_size":0.2,"price_increment":0.1,"qty_min":0.00005000,"ws_display_price_precision":2},{"symbol":"MINA/GBP","base":"MINA",)"
    R"("quote":"GBP","status":"cancel_only","qty_precision":8,"qty_increment":1e-08,"price_precision":4,"cost_precision":6,)"
    R"("marginable":false,"has_index":false,"cost_min":"0.43","tick_size":0.0001,"price_increment":0.0001,"qty_min":10.00000000}]}})";

}  // namespace

TEST_CASE("an instrument snapshot gives every field of its assets", "[instrument]") {
  Decoder decoder;
  REQUIRE(decoder.decode(kInstruments) == Errc::ok);
  CHECK(decoder.issue().count == 0);
  const auto& message = instruments(decoder);
  CHECK(message.kind == FrameKind::snapshot);
  REQUIRE(message.assets.size() == 2);
  const auto& usd = message.assets[0];
  CHECK(usd.id == "USD");
  CHECK(usd.status == hadal::AssetStatus::enabled);
  CHECK(usd.precision == 4);
  CHECK(usd.precision_display == 2);
  CHECK_FALSE(usd.multiplier.has_value());
  CHECK(usd.borrowable == true);
  CHECK(text_of(usd.collateral_value) == "1.00");
  CHECK(text_of(usd.margin_rate) == "0.025000");
  const auto& mina = message.assets[1];
  CHECK(mina.id == "MINA");
  CHECK(mina.status == hadal::AssetStatus::withdrawalonly);
  CHECK(text_of(mina.multiplier) == "1.5");
  CHECK(mina.borrowable == false);
  CHECK(text_of(mina.collateral_value) == "0.00");
  CHECK_FALSE(mina.margin_rate.has_value());
}

TEST_CASE("an instrument snapshot gives every field of its pairs", "[instrument]") {
  Decoder decoder;
  REQUIRE(decoder.decode(kInstruments) == Errc::ok);
  const auto& message = instruments(decoder);
  REQUIRE(message.pairs.size() == 2);
  const auto& btc = message.pairs[0];
  CHECK(btc.symbol == "BTC/USD");
  CHECK(btc.base == "BTC");
  CHECK(btc.quote == "USD");
  CHECK(btc.status == hadal::PairStatus::online);
  CHECK(btc.price_precision == 1);
  CHECK(text_of(btc.price_increment) == "0.1");
  CHECK(text_of(btc.tick_size) == "0.2");
  CHECK(btc.qty_precision == 8);
  CHECK(text_of(btc.qty_increment) == "0.00000001");
  CHECK(text_of(btc.qty_min) == "0.00005000");
  CHECK(btc.cost_precision == 5);
  CHECK(text_of(btc.cost_min) == "0.50");
  CHECK(btc.marginable == true);
  CHECK(btc.has_index == true);
  CHECK(text_of(btc.margin_initial) == "0.20");
  CHECK(btc.position_limit_long == 250);
  CHECK(btc.position_limit_short == 200);
  CHECK(btc.ws_display_price_precision == 2);
  const auto& mina = message.pairs[1];
  CHECK(mina.symbol == "MINA/GBP");
  CHECK(mina.base == "MINA");
  CHECK(mina.quote == "GBP");
  CHECK(mina.status == hadal::PairStatus::cancel_only);
  CHECK(mina.price_precision == 4);
  CHECK(text_of(mina.qty_increment) == "0.00000001");
  CHECK(text_of(mina.cost_min) == "0.43");
  CHECK(mina.marginable == false);
  CHECK(mina.has_index == false);
  CHECK_FALSE(mina.margin_initial.has_value());
  CHECK_FALSE(mina.position_limit_long.has_value());
  CHECK_FALSE(mina.position_limit_short.has_value());
  CHECK_FALSE(mina.ws_display_price_precision.has_value());
}

TEST_CASE("an instrument update may change one list alone", "[instrument]") {
  Decoder decoder;
  const auto frame = update_of(R"({"assets":[],"pairs":[{"symbol":"MINA/GBP","status":"x"}]})");
  REQUIRE(decoder.decode(frame) == Errc::ok);
  CHECK(instruments(decoder).kind == FrameKind::update);
  CHECK(instruments(decoder).assets.empty());
  REQUIRE(instruments(decoder).pairs.size() == 1);
  CHECK(instruments(decoder).pairs[0].status == hadal::PairStatus::other);
}

TEST_CASE("every documented status word has its member, and gives the word back", "[instrument]") {
  Decoder decoder;
  for (const std::string_view word :
       {"online", "cancel_only", "delisted", "limit_only", "maintenance", "post_only", "reduce_only", "work_in_progress"}) {
    const auto frame = update_of(R"({"pairs":[{"symbol":"A/B","status":")" + std::string{word} + "\"}]}");
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(name(instruments(decoder).pairs.at(0).status) == word);
  }
  for (const std::string_view word :
       {"enabled", "depositonly", "withdrawalonly", "fundingtemporarilydisabled", "disabled", "workinprogress"}) {
    const auto frame = update_of(R"({"assets":[{"id":"A","status":")" + std::string{word} + "\"}]}");
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(name(instruments(decoder).assets.at(0).status) == word);
  }
}

TEST_CASE("an asset needs its id and a pair its symbol; a bad entry leaves the others", "[instrument]") {
  struct Row {
    std::string_view data;
    Errc code;
    std::string_view field;
    std::string_view symbol;
    std::size_t assets;
    std::size_t pairs;
  };
  const Row rows[] = {
      {R"({"assets":[{"precision":4},{"id":"USD"}],"pairs":[]})", Errc::field_missing, "id", "", 1, 0},
      {R"({"assets":[],"pairs":[{"base":"A"},{"symbol":"C/D"}]})", Errc::field_missing, "symbol", "C/D", 0, 1},
      {R"({"assets":[],"pairs":[{"symbol":"A/B","price_precision":"one"}]})", Errc::field_type, "price_precision", "A/B", 0, 1},
      {R"({"assets":[],"pairs":[{"symbol":"A/B","marginable":1}]})", Errc::field_type, "marginable", "A/B", 0, 1},
      {R"({"assets":[{"id":"USD","precision":99999999999999999999}],"pairs":[]})", Errc::number_out_of_range, "precision", "USD", 1, 0},
      {R"([])", Errc::field_type, "data", "", 0, 0},
      {R"(null)", Errc::field_type, "data", "", 0, 0},
  };
  Decoder decoder;
  for (const auto& row : rows) {
    CAPTURE(row.data);
    const auto frame = update_of(row.data);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().code == row.code);
    CHECK(decoder.issue().channel == "instrument");
    CHECK(decoder.issue().field == row.field);
    CHECK(decoder.issue().symbol == row.symbol);
    CHECK(instruments(decoder).assets.size() == row.assets);
    CHECK(instruments(decoder).pairs.size() == row.pairs);
  }
}

TEST_CASE("a container where an instrument field wants a value is mistyped", "[instrument]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"assets":5,"pairs":[]})", "assets"},
      {R"({"assets":[],"pairs":"none"})", "pairs"},
      {R"({"assets":[],"pairs":{}})", "pairs"},
      {R"({"assets":[],"pairs":[{"symbol":"A/B","price_precision":[1]}]})", "price_precision"},
      {R"({"assets":[],"pairs":[{"symbol":{"a":1}}]})", "symbol"},
      {R"({"assets":[],"pairs":[7]})", "pairs"},
  };
  Decoder decoder;
  for (const auto& [data, field] : rows) {
    CAPTURE(data);
    const auto frame = update_of(data);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().code == Errc::field_type);
    CHECK(decoder.issue().field == field);
  }
}
