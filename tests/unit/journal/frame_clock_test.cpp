#include "hadal/journal/frame_clock.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "hadal/wire/decoder.hpp"
#include "unit/wire/book_frames.hpp"

using hadal::Decoder;
using hadal::FrameClock;

namespace {

class Clock {
 public:
  /// Time after the frame, in ms.
  std::int64_t after(std::string_view frame) {
    REQUIRE(decoder_.decode(frame) == hadal::Errc::ok);
    clock_.see(decoder_.message());
    return clock_.now().count;
  }
  std::int64_t after_book_at(std::string_view timestamp) {
    return after(test::with(test::kUpdate2, "2026-01-02T03:04:05.801234Z", timestamp));
  }

 private:
  Decoder decoder_;
  FrameClock clock_;
};

}  // namespace

TEST_CASE("the clock counts milliseconds since the first timestamp, rounded down", "[frame_clock]") {
  Clock clock;
  CHECK(clock.after(test::kSnapshot) == 0);   // 05.678901
  CHECK(clock.after(test::kUpdate2) == 122);  // 05.801234
  CHECK(clock.after(test::kUpdate3) == 271);  // 05.950000
  CHECK(clock.after(test::kUpdate4) == 421);  // 06.100500
  CHECK(clock.after(test::kUpdate5) == 541);  // 06.220000
}

TEST_CASE("a frame without a time of its own happens when the one before did", "[frame_clock]") {
  Clock clock;
  CHECK(clock.after(R"({"channel":"heartbeat"})") == 0);
  CHECK(clock.after(test::kAck) == 0);  // the times of an ack are not those of a book
  CHECK(clock.after(test::with(test::kSnapshot, R"(,"timestamp":"2026-01-02T03:04:05.678901Z")", "")) == 0);
  CHECK(clock.after(test::kUpdate2) == 0);  // the first time seen
  CHECK(clock.after(test::kUpdate3) == 148);
  CHECK(clock.after(R"({"channel":"heartbeat"})") == 148);
  CHECK(clock.after(test::with(test::kUpdate4, "2026-01-02T03:04:06.100500Z", "yesterday")) == 148);
  CHECK(clock.after(test::kUpdate5) == 418);
}

TEST_CASE("the clock never goes back", "[frame_clock]") {
  Clock clock;
  CHECK(clock.after(test::kUpdate3) == 0);
  CHECK(clock.after(test::kUpdate5) == 270);
  CHECK(clock.after(test::kUpdate4) == 270);
  CHECK(clock.after(test::kSnapshot) == 270);  // before the first
  CHECK(clock.after_book_at("2026-01-02T03:04:06.221000Z") == 271);
}

TEST_CASE("trades tell the time, tickers do not", "[frame_clock]") {
  Clock clock;
  CHECK(clock.after(test::kSnapshot) == 0);
  CHECK(clock.after(R"({"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","timestamp":"2026-01-02T03:04:09.678901Z"}]})") ==
        0);
  CHECK(
      clock.after(
          R"({"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":60000.0,"qty":0.1},{"symbol":"BTC/USD",)"
          R"("side":"sell","price":60000.0,"qty":0.1,"timestamp":"2026-01-02T03:04:07.678901Z"}]})") == 2000);
}

TEST_CASE("timestamps centuries apart do not overflow", "[frame_clock]") {
  Clock clock;
  CHECK(clock.after_book_at("1678-01-01T00:00:00Z") == 0);
  CHECK(clock.after_book_at("2261-12-31T23:59:59.999999999Z") == 18'429'206'399'999);
}
