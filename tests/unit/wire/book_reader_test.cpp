// The general path's reading of `book` frames, through the decoder.
#include "hadal/wire/book_reader.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "hadal/wire/decoder.hpp"
#include "unit/wire/book_frames.hpp"

using hadal::BookMessage;
using hadal::Decoder;
using hadal::Errc;
using test::kUpdate2;
using test::with;

namespace {

const BookMessage& book(const Decoder& decoder) { return std::get<BookMessage>(decoder.message()); }

std::string frame_of(std::string_view entries) { return R"({"channel":"book","type":"update","data":[)" + std::string{entries} + "]}"; }

constexpr std::string_view kEntry = R"({"symbol":"A/B","bids":[{"price":1.5,"qty":2}],"asks":[],"checksum":7})";

}  // namespace

TEST_CASE("the general path reads the usual frames like the scanner", "[book_reader]") {
  Decoder decoder;
  for (std::size_t i = 0; i < std::size(test::kBookFrames); ++i) {
    REQUIRE(decoder.decode_generally(test::kBookFrames[i]) == Errc::ok);
    CHECK_FALSE(decoder.scanned());
    CHECK(decoder.issue().count == 0);
    CHECK(test::text_of(book(decoder)) == test::kBookTexts[i]);
  }
}

TEST_CASE("key order, white space, unknown keys, quotes, escapes and exponents change nothing", "[book_reader]") {
  const std::string_view frames[] = {
      R"({"type":"update","channel":"book","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.35000000}],"asks":[],)"
      R"("checksum":2410023125,"timestamp":"2026-01-02T03:04:05.801234Z"}]})",
      R"({"data":[{"timestamp":"2026-01-02T03:04:05.801234Z","checksum":2410023125,"asks":[],)"
      R"("bids":[{"qty":0.35000000,"price":60000.0}],"symbol":"BTC/USD"}],"type":"update","channel":"book"})",
      " {\t\"channel\" : \"book\" ,\r\n \"type\":\"update\", \"data\": [ { \"symbol\" : \"BTC/USD\", \"bids\" : [ { \"price\" : 60000.0 , "
      "\"qty\":0.35000000 } ] , \"asks\" : [ ], \"checksum\" : 2410023125 , \"timestamp\" : \"2026-01-02T03:04:05.801234Z\" } ] } \n",
      R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":"60000.0","qty":"0.35000000"}],"asks":[],)"
      R"("checksum":"2410023125","timestamp":"2026-01-02T03:04:05.801234Z"}]})",
      R"({"\u0063hannel":"bo\u006fk","type":"update","data":[{"symbol":"BTC\/USD","bids":[{"price":60000.0,"qty":0.35000000}],)"
      R"("asks":[],"checksum":2410023125,"timestamp":"2026-01-02T03:04:05.801234Z"}]})",
      R"({"channel":"book","type":"update","data":[{"symbol":"BTC\u002FUSD","bids":[{"price":600000e-1,"qty":35000000E-8}],)"
      R"("asks":[],"checksum":2410023125,"timestamp":"2026-01-02T03:04:05.801234Z"}]})",
      R"({"sequence":5,"channel":"book","extra":{"data":[{"symbol":"X/Y","bids":1}]},"type":"update","data":[{"symbol":"BTC/USD",)"
      R"("orders":[[1,{"price":9}]],"bids":[{"price":60000.0,"n":null,"qty":0.35000000,"m":{"qty":1}}],"asks":[],)"
      R"("checksum":2410023125,"timestamp":"2026-01-02T03:04:05.801234Z","more":{"asks":[{"price":"x"}]}}],"tail":[1,[2]]})",
  };
  Decoder decoder;
  for (const auto frame : frames) {
    CAPTURE(frame);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().count == 0);
    CHECK_FALSE(decoder.scanned());
    CHECK(test::text_of(book(decoder)) == test::kBookTexts[1]);
  }
}

TEST_CASE("what may be absent is absent, what is null is absent", "[book_reader]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"symbol":"A/B","bids":[],"asks":[]})", "update | A/B |  |  | absent | -"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":null,"timestamp":null})", "update | A/B |  |  | absent | -"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":0})", "update | A/B |  |  | 0 | -"},
  };
  Decoder decoder;
  for (const auto& [entry, text] : rows) {
    CAPTURE(entry);
    const auto frame = frame_of(entry);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().count == 0);
    CHECK(test::text_of(book(decoder)) == text);
  }
}

TEST_CASE("every entry of data is read, in order, and a bad one spoils no other", "[book_reader]") {
  Decoder decoder;
  const auto bad = R"({"symbol":"C/D","bids":[{"price":"x","qty":1}],"asks":[]})";
  const auto frame = frame_of(std::string{kEntry} + ',' + bad + ',' + with(kEntry, "A/B", "E/F"));
  REQUIRE(decoder.decode(frame) == Errc::ok);
  const auto& message = book(decoder);
  REQUIRE(message.entries.size() == 3);
  CHECK(message.entries[0].error == Errc::ok);
  CHECK(message.entries[1].error == Errc::number_invalid);
  CHECK(message.entries[1].symbol == "C/D");
  CHECK(message.entries[2].error == Errc::ok);
  CHECK(message.entries[2].symbol == "E/F");
  REQUIRE(message.entries[2].bids.size() == 1);
  CHECK(hadal::to_string(message.entries[2].bids[0].price) == "1.5");
  CHECK(decoder.issue().code == Errc::number_invalid);
  CHECK(decoder.issue().symbol == "C/D");
  CHECK(decoder.issue().field == "price");
}

TEST_CASE("the last of duplicate keys counts", "[book_reader]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"symbol":"X/Y","symbol":"A/B","bids":[],"asks":[]})", "update | A/B |  |  | absent | -"},
      {R"({"symbol":"A/B","bids":[{"price":1,"qty":1}],"bids":[{"price":2,"qty":2}],"asks":[]})", "update | A/B | 2x2 |  | absent | -"},
      {R"({"symbol":"A/B","bids":[{"price":1,"price":3,"qty":1,"qty":4}],"asks":[]})", "update | A/B | 3x4 |  | absent | -"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":1,"checksum":2})", "update | A/B |  |  | 2 | -"},
  };
  Decoder decoder;
  for (const auto& [entry, text] : rows) {
    CAPTURE(entry);
    const auto frame = frame_of(entry);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(test::text_of(book(decoder)) == text);
  }
  const auto frame =
      R"({"channel":"trade","channel":"book","type":"snapshot","type":"update","data":[{"symbol":"X/Y","bids":[],"asks":[]}],"data":[)" +
      std::string{kEntry} + "]}";
  REQUIRE(decoder.decode(frame) == Errc::ok);
  CHECK(test::text_of(book(decoder)) == "update | A/B | 1.5x2 |  | 7 | -");
}

TEST_CASE("a missing or mistyped field is named with its code and symbol", "[book_reader]") {
  struct Row {
    std::string_view entry;
    Errc code;
    std::string_view field;
    std::string_view symbol;
  };
  const Row rows[] = {
      {R"({"bids":[],"asks":[]})", Errc::field_missing, "symbol", ""},
      {R"({"symbol":"A/B","asks":[]})", Errc::field_missing, "bids", "A/B"},
      {R"({"symbol":"A/B","bids":[]})", Errc::field_missing, "asks", "A/B"},
      {R"({"symbol":"A/B","bids":[{"qty":1}],"asks":[]})", Errc::field_missing, "price", "A/B"},
      {R"({"symbol":"A/B","bids":[],"asks":[{"price":1}]})", Errc::field_missing, "qty", "A/B"},
      {R"({"symbol":"A/B","bids":[{}],"asks":[]})", Errc::field_missing, "price", "A/B"},
      {R"({"symbol":7,"bids":[],"asks":[]})", Errc::field_type, "symbol", ""},
      {R"({"symbol":null,"bids":[],"asks":[]})", Errc::field_type, "symbol", ""},
      {R"({"symbol":"","bids":[],"asks":[]})", Errc::field_type, "symbol", ""},
      {R"({"symbol":["A/B"],"bids":[],"asks":[]})", Errc::field_type, "symbol", ""},
      {R"({"symbol":"A/B","bids":null,"asks":[]})", Errc::field_type, "bids", "A/B"},
      {R"({"symbol":"A/B","bids":{},"asks":[]})", Errc::field_type, "bids", "A/B"},
      {R"({"symbol":"A/B","bids":[],"asks":"none"})", Errc::field_type, "asks", "A/B"},
      {R"({"symbol":"A/B","bids":[1],"asks":[]})", Errc::field_type, "bids", "A/B"},
      {R"({"symbol":"A/B","bids":[],"asks":[[1,2]]})", Errc::field_type, "asks", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":true,"qty":1}],"asks":[]})", Errc::field_type, "price", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":null,"qty":1}],"asks":[]})", Errc::field_type, "price", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":[1],"qty":1}],"asks":[]})", Errc::field_type, "price", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":1,"qty":{}}],"asks":[]})", Errc::field_type, "qty", "A/B"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":"abc"})", Errc::field_type, "checksum", "A/B"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":1.5})", Errc::field_type, "checksum", "A/B"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":[1]})", Errc::field_type, "checksum", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":0,"qty":1}],"asks":[]})", Errc::number_invalid, "price", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":-1,"qty":1}],"asks":[]})", Errc::number_invalid, "price", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":1,"qty":-0.5}],"asks":[]})", Errc::number_invalid, "qty", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":"","qty":1}],"asks":[]})", Errc::number_invalid, "price", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":9223372036854775808,"qty":1}],"asks":[]})", Errc::number_out_of_range, "price", "A/B"},
      {R"({"symbol":"A/B","bids":[{"price":1,"qty":0.0000000000000000001}],"asks":[]})", Errc::number_out_of_range, "qty", "A/B"},
  };
  Decoder decoder;
  for (const auto& row : rows) {
    CAPTURE(row.entry);
    const auto frame = frame_of(row.entry);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    REQUIRE(book(decoder).entries.size() == 1);
    CHECK(book(decoder).entries[0].error == row.code);
    const auto& issue = decoder.issue();
    CHECK(issue.code == row.code);
    CHECK(issue.channel == "book");
    CHECK(issue.field == row.field);
    CHECK(issue.symbol == row.symbol);
    CHECK(issue.count > 0);
    CHECK(issue.offset > frame_of("").find('['));
    // The stream goes on.
    REQUIRE(decoder.decode(kUpdate2) == Errc::ok);
    CHECK(decoder.issue().count == 0);
    CHECK(test::text_of(book(decoder)) == test::kBookTexts[1]);
  }
}

TEST_CASE("an unreadable timestamp or a checksum beyond 32 bits does not cost the entry", "[book_reader]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":4294967296})", "update | A/B |  |  | unusable | -"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":-1})", "update | A/B |  |  | unusable | -"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":99999999999999999999999})", "update | A/B |  |  | unusable | -"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":1,"timestamp":"2026-13-02T03:04:05Z"})", "update | A/B |  |  | 1 | -"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":1,"timestamp":1767323045})", "update | A/B |  |  | 1 | -"},
      {R"({"symbol":"A/B","bids":[],"asks":[],"checksum":1,"timestamp":[]})", "update | A/B |  |  | 1 | -"},
  };
  Decoder decoder;
  for (const auto& [entry, text] : rows) {
    CAPTURE(entry);
    const auto frame = frame_of(entry);
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(test::text_of(book(decoder)) == text);
    const bool checksum = text.find("unusable") != std::string_view::npos;
    CHECK(decoder.issue().code == (checksum ? Errc::number_out_of_range : Errc::field_type));
    CHECK(decoder.issue().field == (checksum ? "checksum" : "timestamp"));
    CHECK(decoder.issue().symbol == "A/B");
    CHECK(decoder.issue().count == 1);
  }
}

TEST_CASE("a book frame needs its type and its data", "[book_reader]") {
  struct Row {
    std::string_view frame;
    Errc code;
    std::string_view field;
  };
  const Row rows[] = {
      {R"({"channel":"book","type":"update"})", Errc::field_missing, "data"},
      {R"({"channel":"book","type":"update","data":null})", Errc::field_type, "data"},
      {R"({"channel":"book","type":"update","data":{"symbol":"A/B","bids":[],"asks":[]}})", Errc::field_type, "data"},
      {R"({"channel":"book","type":"update","data":[7]})", Errc::field_type, "data"},
      {R"({"channel":"book","type":"update","data":[[]]})", Errc::field_type, "data"},
      {R"({"channel":"book","data":[{"symbol":"A/B","bids":[],"asks":[]}]})", Errc::field_missing, "type"},
  };
  Decoder decoder;
  for (const auto& row : rows) {
    CAPTURE(row.frame);
    REQUIRE(decoder.decode(row.frame) == Errc::ok);
    CHECK(decoder.issue().code == row.code);
    CHECK(decoder.issue().field == row.field);
    for (const auto& entry : book(decoder).entries) CHECK(entry.error != Errc::ok);
  }
}

TEST_CASE("a type that is no word is mistyped", "[book_reader]") {
  Decoder decoder;
  for (const std::string_view type : {"7", "null", "[]"}) {
    CAPTURE(type);
    const auto frame = R"({"channel":"book","type":)" + std::string{type} + R"(,"data":[{"symbol":"A/B","bids":[],"asks":[]}]})";
    REQUIRE(decoder.decode(frame) == Errc::ok);
    CHECK(decoder.issue().code == (type == "null" ? Errc::field_missing : Errc::field_type));
    CHECK(decoder.issue().field == "type");
    REQUIRE(book(decoder).entries.size() == 1);
    CHECK(book(decoder).entries[0].error != Errc::ok);
  }
}

TEST_CASE("an entry whose type is an unknown word is not applied", "[book_reader]") {
  Decoder decoder;
  const auto frame = with(kUpdate2, "update", "delta");
  REQUIRE(decoder.decode(frame) == Errc::ok);
  CHECK(decoder.issue().field == "type");
  CHECK(decoder.issue().symbol == "BTC/USD");
  REQUIRE(book(decoder).entries.size() == 1);
  CHECK(book(decoder).entries[0].error != Errc::ok);
}
