#include "hadal/wire/decoder.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "unit/wire/book_frames.hpp"

using hadal::Decoder;
using hadal::Errc;
using hadal::Limits;
using test::kUpdate2;
using test::with;

namespace {

template <class Message>
const Message* get(const Decoder& decoder) {
  return std::get_if<Message>(&decoder.message());
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// Valid JSON of a frame whose member `x` is nested so that the whole is `levels` deep.
std::string nested(std::size_t levels) {
  return R"({"channel":"heartbeat","x":)" + repeat("[", levels - 1) + repeat("]", levels - 1) + '}';
}

std::string book_of(std::size_t bids) {
  std::string levels = R"({"price":1.0,"qty":1.00000000})";
  if (bids > 1) levels += repeat(R"(,{"price":1.0,"qty":1.00000000})", bids - 1);
  return R"({"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[)" + levels + R"(],"asks":[],"checksum":1}]})";
}

}  // namespace

TEST_CASE("the scanner takes the usual book frame, the general path the rest", "[decoder]") {
  Decoder decoder;
  for (std::size_t i = 0; i < std::size(test::kBookFrames); ++i) {
    REQUIRE(decoder.decode(test::kBookFrames[i]) == Errc::ok);
    CHECK(decoder.scanned());
    REQUIRE(get<hadal::BookMessage>(decoder));
    CHECK(test::text_of(*get<hadal::BookMessage>(decoder)) == test::kBookTexts[i]);
    CHECK(decoder.issue().count == 0);
  }
  REQUIRE(decoder.decode(std::string{kUpdate2} + ' ') == Errc::ok);
  CHECK_FALSE(decoder.scanned());
}

TEST_CASE("a frame is dispatched on its method, then on its channel", "[decoder]") {
  Decoder decoder;
  REQUIRE(decoder.decode(R"({"channel":"heartbeat"})") == Errc::ok);
  CHECK(get<hadal::Heartbeat>(decoder));
  REQUIRE(decoder.decode(R"({"channel":"heartbeat","type":"update","data":[5]})") == Errc::ok);
  CHECK(get<hadal::Heartbeat>(decoder));

  for (const std::string_view channel : {"level3", "executions", "balances"}) {
    REQUIRE(decoder.decode(R"({"channel":")" + std::string{channel} + R"(","type":"snapshot","data":[{"a":1}]})") == Errc::ok);
    REQUIRE(get<hadal::NotDecoded>(decoder));
    CHECK(get<hadal::NotDecoded>(decoder)->channel == channel);
    CHECK(decoder.issue().count == 0);
  }
  for (const std::string_view channel : {"spread", "ownTrades", "Book", "books", ""}) {
    REQUIRE(decoder.decode(R"({"channel":")" + std::string{channel} + R"(","data":[]})") == Errc::ok);
    REQUIRE(get<hadal::Unknown>(decoder));
    CHECK(get<hadal::Unknown>(decoder)->what == channel);
  }
  for (const std::string_view frame : {R"({})", R"({"channel":5})", R"({"data":{"channel":"book"}})"}) {
    CAPTURE(frame);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(get<hadal::Unknown>(decoder));
  }
  // A refusal may carry a channel beside its method.
  REQUIRE(decoder.decode(R"({"channel":"book","error":"ESession:Invalid session","method":"subscribe","success":false})") == Errc::ok);
  CHECK(get<hadal::Response>(decoder));
}

TEST_CASE("a method that nobody documented is unknown, like a channel", "[decoder]") {
  Decoder decoder;
  REQUIRE(decoder.decode(R"({"method":"frobnicate","req_id":1,"success":true})") == Errc::ok);
  REQUIRE(get<hadal::Unknown>(decoder));
  CHECK(get<hadal::Unknown>(decoder)->what == "frobnicate");
}

TEST_CASE("text whose first character is no brace is not JSON", "[decoder]") {
  Decoder decoder;
  for (const std::string_view frame :
       {"", " ", "\r\n\t ", "CloudFlare WebSocket proxy restarting", "[1]", "null", "\"{}\"", "\xEF\xBB\xBF{}", "}{"}) {
    CAPTURE(frame);
    CHECK(decoder.decode(frame) == Errc::not_json);
    CHECK(decoder.issue().code == Errc::not_json);
    CHECK(decoder.issue().count == 1);
    REQUIRE(decoder.decode(kUpdate2) == Errc::ok);
    CHECK(decoder.issue().count == 0);
  }
}

TEST_CASE("text that begins like JSON and is not is invalid, and the next frame is fine", "[decoder]") {
  Decoder decoder;
  for (const std::string_view frame : {R"({)",
                                       R"({"channel")",
                                       R"({"channel":"book",})",
                                       R"({"channel":"book"}})",
                                       R"({"channel":"book"} x)",
                                       R"({channel:1})",
                                       R"({'channel':1})",
                                       R"({"a":01})",
                                       R"({"a":1.})",
                                       R"({"a":.5})",
                                       R"({"a":+1})",
                                       R"({"a":NaN})",
                                       R"({"a":tru})",
                                       R"({"a":"\x"})",
                                       R"({"a":"\ud800"})",
                                       "{\"a\":\"\x01\"}",
                                       "{\"a\":\"\xFF\"}",
                                       "{\"a\":\"\xC0\xAF\"}",
                                       R"({"a":1 /* no */})",
                                       R"({"a":1,,"b":2})"}) {
    CAPTURE(frame);
    CHECK(decoder.decode(frame) == Errc::json_invalid);
    CHECK(decoder.issue().code == Errc::json_invalid);
    CHECK(decoder.issue().offset <= frame.size());
    REQUIRE(decoder.decode(kUpdate2) == Errc::ok);
    CHECK(decoder.scanned());
  }
}

TEST_CASE("a zero byte does not end a frame", "[decoder]") {
  Decoder decoder;
  CHECK(decoder.decode(std::string{kUpdate2} + '\0') == Errc::json_invalid);
  CHECK(decoder.decode(std::string{R"({"channel":"heartbeat"})"} + '\0' + "garbage") == Errc::json_invalid);
  CHECK(decoder.decode(std::string{R"({"channel":)"} + '\0' + R"("heartbeat"})") == Errc::json_invalid);
}

TEST_CASE("no truncation of a frame is accepted, and a late one still names channel and symbol", "[decoder]") {
  Decoder decoder;
  const auto named = kUpdate2.find("BTC/USD") + 8;
  for (std::size_t n = 1; n < kUpdate2.size(); ++n) {
    CAPTURE(n);
    const std::string cut{kUpdate2.substr(0, n)};
    CHECK(decoder.decode(cut) == Errc::json_invalid);
    CHECK(decoder.issue().channel == (n >= kUpdate2.find("book") + 5 ? "book" : ""));
    CHECK(decoder.issue().symbol == (n >= named ? "BTC/USD" : ""));
    CHECK(decoder.issue().offset <= n);
  }
}

TEST_CASE("a number that not even a double holds spoils its frame", "[decoder]") {
  Decoder decoder;
  const auto frame = with(kUpdate2, "60000.0", "1e999");
  CHECK(decoder.decode(frame) == Errc::number_out_of_range);
  CHECK(decoder.issue().code == Errc::number_out_of_range);
  CHECK(decoder.issue().symbol == "BTC/USD");
  REQUIRE(decoder.decode(kUpdate2) == Errc::ok);
}

TEST_CASE("frames up to the limit are read, longer ones refused", "[decoder]") {
  const Limits limits;
  Decoder decoder;
  std::string frame = R"({"channel":"heartbeat"})";
  frame.append(limits.frame_bytes - frame.size(), ' ');
  CHECK(decoder.decode(frame) == Errc::ok);
  frame += ' ';
  CHECK(decoder.decode(frame) == Errc::frame_too_large);
  CHECK(decoder.issue().code == Errc::frame_too_large);
  CHECK(decoder.decode(R"({"channel":"heartbeat"})") == Errc::ok);
}

TEST_CASE("nesting beyond 32 is invalid", "[decoder]") {
  Decoder decoder;
  CHECK(decoder.decode(nested(32)) == Errc::ok);
  CHECK(decoder.decode(nested(33)) == Errc::json_invalid);
  CHECK(decoder.decode(R"({"a":)" + repeat(R"({"a":)", 32) + "1" + repeat("}", 33)) == Errc::json_invalid);
  CHECK(decoder.decode(repeat(R"({"a":)", 100'000)) == Errc::json_invalid);
  CHECK(decoder.decode(nested(32)) == Errc::ok);
}

TEST_CASE("strings and names beyond 64 KiB are invalid", "[decoder]") {
  Decoder decoder;
  const std::string longest(64 << 10, 'x');
  CHECK(decoder.decode(R"({"channel":"heartbeat","x":")" + longest + "\"}") == Errc::ok);
  CHECK(decoder.decode(R"({"channel":"heartbeat","x":")" + longest + "y\"}") == Errc::json_invalid);
  CHECK(decoder.decode(R"({"channel":"heartbeat",")" + longest + "\":1}") == Errc::ok);
  CHECK(decoder.decode(R"({"channel":"heartbeat",")" + longest + "y\":1}") == Errc::json_invalid);
  CHECK(decoder.decode(R"({"channel":"heartbeat","x":0.)" + std::string(64 << 10, '1') + "}") == Errc::json_invalid);
}

TEST_CASE("arrays beyond 65,536 entries are invalid", "[decoder]") {
  Decoder decoder;
  const auto longest = book_of(65'536);
  REQUIRE(decoder.decode(longest) == Errc::ok);
  CHECK(decoder.scanned());
  CHECK(get<hadal::BookMessage>(decoder)->entries[0].bids.size() == 65'536);
  const auto longer = book_of(65'537);
  CHECK(decoder.decode(longer) == Errc::json_invalid);
  CHECK(decoder.issue().symbol == "A/B");
  CHECK(decoder.decode(R"({"channel":"heartbeat","x":[[],[],1)" + repeat(",{}", 65'533) + "]}") == Errc::ok);
  CHECK(decoder.decode(R"({"channel":"heartbeat","x":[[],[],1)" + repeat(",{}", 65'534) + "]}") == Errc::json_invalid);
}

TEST_CASE("each limit can be lowered", "[decoder]") {
  const auto general = std::string{kUpdate2} + ' ';  // declined by the scanner
  const auto decoded = [&](const Limits& limits, std::string_view frame) { return Decoder{limits}.decode(frame); };
  Limits limits;
  limits.frame_bytes = general.size();
  CHECK(decoded(limits, general) == Errc::ok);
  limits.frame_bytes = kUpdate2.size() - 1;
  CHECK(decoded(limits, general) == Errc::frame_too_large);
  CHECK(decoded(limits, kUpdate2) == Errc::frame_too_large);

  limits = {};
  limits.nesting = 5;
  CHECK(decoded(limits, general) == Errc::ok);
  limits.nesting = 4;
  CHECK(decoded(limits, general) == Errc::json_invalid);

  limits = {};
  limits.string_bytes = 27;  // the timestamp
  CHECK(decoded(limits, general) == Errc::ok);
  limits.string_bytes = 26;
  CHECK(decoded(limits, general) == Errc::json_invalid);

  limits = {};
  limits.array_entries = 1;
  CHECK(decoded(limits, general) == Errc::ok);
  CHECK(decoded(limits, test::kUpdate4) == Errc::json_invalid);
}

TEST_CASE("a lowered limit holds for the frames of the scanner, too", "[decoder]") {
  Limits limits;
  limits.string_bytes = 26;
  CHECK(Decoder{limits}.decode(kUpdate2) == Errc::json_invalid);
  limits = {};
  limits.nesting = 4;
  CHECK(Decoder{limits}.decode(kUpdate2) == Errc::json_invalid);
  limits = {};
  limits.array_entries = 0;
  CHECK(Decoder{limits}.decode(with(kUpdate2, R"({"price":60000.0,"qty":0.35000000})", "")) == Errc::json_invalid);
}

TEST_CASE("what a client sent is read as far as a recording needs it", "[decoder]") {
  Decoder decoder;
  hadal::SentRequest request;
  REQUIRE(decoder.decode_request(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH\/USD"],"depth":25,)"
                                 R"("snapshot":true,"token":"***"},"req_id":11})",
                                 request) == Errc::ok);
  CHECK(request.method == "subscribe");
  CHECK(request.channel == "book");
  CHECK(request.symbols == std::vector<std::string>{"BTC/USD", "ETH/USD"});
  CHECK(request.depth == 25);

  REQUIRE(decoder.decode_request(R"({"method":"ping","req_id":101})", request) == Errc::ok);
  CHECK(request.method == "ping");
  CHECK(request.channel.empty());
  CHECK(request.symbols.empty());
  CHECK_FALSE(request.depth.has_value());

  CHECK(decoder.decode_request(R"({"method":"subscribe","params":{"channel":"bo)", request) == Errc::json_invalid);
  CHECK(request.method.empty());
}

TEST_CASE("a moved decoder goes on decoding", "[decoder]") {
  Decoder first;
  REQUIRE(first.decode(kUpdate2) == Errc::ok);
  Decoder second{std::move(first)};
  CHECK(test::text_of(std::get<hadal::BookMessage>(second.message())) == test::kBookTexts[1]);
  REQUIRE(second.decode(test::kUpdate3) == Errc::ok);
  CHECK(test::text_of(std::get<hadal::BookMessage>(second.message())) == test::kBookTexts[2]);
}
