// Whatever the scanner accepts, the general path must read alike: the same bytes through both, thousands of times.
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "hadal/base/random.hpp"
#include "hadal/wire/decoder.hpp"
#include "unit/wire/book_frames.hpp"

using hadal::BookMessage;
using hadal::Decoder;
using hadal::Errc;
using hadal::Random;

namespace {

/// Frames of the usual shape, with numbers at and beyond the edges of what the scanner takes.
class FrameMaker {
 public:
  explicit FrameMaker(std::uint64_t seed) : random_{seed} {}

  std::string frame() {
    std::string out = R"({"channel":"book","type":")";
    out += pick(2) == 0 ? "snapshot" : "update";
    out += R"(","data":[{"symbol":")";
    out += kSymbols[pick(std::size(kSymbols))];
    out += R"(","bids":[)";
    levels(out);
    out += R"(],"asks":[)";
    levels(out);
    out += R"(],"checksum":)";
    out += pick(20) == 0 ? std::to_string(random_.next()) : std::to_string(random_.next() >> 32);
    if (pick(5) != 0) {
      out += R"(,"timestamp":"2026-0)" + std::to_string(1 + pick(9)) + "-1" + std::to_string(pick(10)) + "T03:04:05";
      if (pick(4) != 0) {
        out += '.';
        digits(out, 1 + pick(12));
      }
      out += pick(10) == 0 ? "+00:00\"" : "Z\"";
    }
    return out += "}]}";
  }

  /// One to three bytes changed, inserted, removed or doubled.
  void damage(std::string& frame) {
    for (auto times = 1 + pick(3); times-- > 0 && !frame.empty();) {
      const auto at = pick(frame.size());
      switch (pick(4)) {
        case 0: frame[at] = kBytes[pick(kBytes.size())]; break;
        case 1: frame.insert(at, 1, kBytes[pick(kBytes.size())]); break;
        case 2: frame.erase(at, 1); break;
        default: frame.insert(at, frame.substr(at, 1 + pick(20))); break;
      }
    }
  }

  std::size_t pick(std::size_t choices) { return static_cast<std::size_t>(random_.uniform(choices - 1)); }

 private:
  static constexpr std::string_view kSymbols[] = {"BTC/USD", "MINA/GBP", "A/B", "$X.M/EUR", "~!#/()"};
  static constexpr std::string_view kBytes{"0123456789.-+eE\"\\,:{}[] \n/aA~\x7F\x80\xFF\x01\0", 33};

  void digits(std::string& out, std::size_t count) {
    for (; count > 0; --count) out += static_cast<char>('0' + pick(10));
  }

  void number(std::string& out) {
    const auto whole = pick(10) == 0 ? 1 + pick(20) : 1 + pick(6);
    if (whole == 1) {
      digits(out, 1);
    } else {
      out += static_cast<char>((pick(30) == 0 ? '0' : '1') + pick(9));
      digits(out, whole - 1);
    }
    if (pick(4) == 0) return;
    out += '.';
    const auto fraction = pick(3) != 0 ? 8 : 1 + pick(19);
    if (pick(5) == 0) {
      out.append(fraction, '0');
    } else {
      digits(out, fraction);
    }
  }

  void levels(std::string& out) {
    for (std::size_t i = 0, n = pick(5); i < n; ++i) {
      out += i == 0 ? R"({"price":)" : R"(,{"price":)";
      number(out);
      out += R"(,"qty":)";
      number(out);
      out += '}';
    }
  }

  Random random_;
};

/// True if the scanner took the frame; the general path has then given the same.
bool compare_paths(Decoder& fast, Decoder& general, std::string_view frame) {
  if (fast.decode(frame) != Errc::ok || !fast.scanned()) return false;
  CAPTURE(frame);
  REQUIRE(general.decode_generally(frame) == Errc::ok);
  CHECK(general.issue().count == 0);
  REQUIRE(std::holds_alternative<BookMessage>(general.message()));
  const auto& scanned = std::get<BookMessage>(fast.message());
  const auto& read = std::get<BookMessage>(general.message());
  REQUIRE(scanned.entries.size() == 1);
  REQUIRE(read.entries.size() == 1);
  CHECK(scanned.entries[0].error == Errc::ok);
  REQUIRE(test::text_of(scanned) == test::text_of(read));
  return true;
}

}  // namespace

TEST_CASE("frames of the usual shape read alike on both paths", "[scanner][differential]") {
  FrameMaker maker{1};
  Decoder fast;
  Decoder general;
  int scanned = 0;
  for (int i = 0; i < 5000; ++i) scanned += compare_paths(fast, general, maker.frame()) ? 1 : 0;
  CHECK(scanned > 1000);
  CHECK(scanned < 5000);
}

TEST_CASE("damaged frames that the scanner still takes read alike on both paths", "[scanner][differential]") {
  FrameMaker maker{2};
  Decoder fast;
  Decoder general;
  int scanned = 0;
  for (int i = 0; i < 10'000; ++i) {
    auto frame = i % 4 == 0 ? std::string{test::kBookFrames[maker.pick(std::size(test::kBookFrames))]} : maker.frame();
    maker.damage(frame);
    scanned += compare_paths(fast, general, frame) ? 1 : 0;
  }
  CHECK(scanned > 200);
  CHECK(scanned < 9000);
}

TEST_CASE("every single byte of a frame changed to any other reads alike or is declined", "[scanner][differential]") {
  Decoder fast;
  Decoder general;
  std::string frame{test::kUpdate5};
  int scanned = 0;
  for (auto& byte : frame) {
    const auto before = byte;
    for (int value = 0; value < 256; ++value) {
      byte = static_cast<char>(value);
      scanned += compare_paths(fast, general, frame) ? 1 : 0;
    }
    byte = before;
  }
  CHECK(scanned > static_cast<int>(frame.size()));
}
