/// Frames of the protocol reference (ws-v2.md section 10): one book through five messages, with valid checksums. Frame 3 removes the best
/// ask and refills at the bottom, frame 4 has a price twice, frame 5 removes it again and pushes the last ask out silently.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hadal/wire/message.hpp"

namespace test {

inline constexpr std::string_view kAck =
    R"({"method":"subscribe","req_id":11,"result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"success":true,)"
    R"("time_in":"2026-01-02T03:04:05.694962Z","time_out":"2026-01-02T03:04:05.695006Z"})";

inline constexpr std::string_view kSnapshot =
    R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.50000000},)"
    R"({"price":59999.9,"qty":0.12500010},{"price":59999.0,"qty":1.20000000},{"price":59998.5,"qty":0.00025000},)"
    R"({"price":59997.3,"qty":2.00000001},{"price":59996.0,"qty":0.33000000},{"price":59995.5,"qty":0.01000000},)"
    R"({"price":59994.2,"qty":0.75000000},{"price":59993.0,"qty":3.00000000},{"price":59990.0,"qty":0.00005100}],)"
    R"("asks":[{"price":60000.1,"qty":0.25000000},{"price":60000.4,"qty":0.00700000},{"price":60001.0,"qty":1.00000000},)"
    R"({"price":60002.2,"qty":0.44440000},{"price":60003.0,"qty":0.00012000},{"price":60004.7,"qty":0.90000000},)"
    R"({"price":60005.0,"qty":2.50000000},{"price":60006.6,"qty":0.06000000},{"price":60008.0,"qty":0.15000000},)"
    R"({"price":60010.0,"qty":5.00000000}],"checksum":1158505442,"timestamp":"2026-01-02T03:04:05.678901Z"}]})";

inline constexpr std::string_view kUpdate2 =
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.35000000}],"asks":[],)"
    R"("checksum":2410023125,"timestamp":"2026-01-02T03:04:05.801234Z"}]})";

inline constexpr std::string_view kUpdate3 =
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[{"price":60000.1,"qty":0.00000000},)"
    R"({"price":60011.5,"qty":0.02000000}],"checksum":4117151077,"timestamp":"2026-01-02T03:04:05.950000Z"}]})";

inline constexpr std::string_view kUpdate4 =
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.2,"qty":0.10000000},)"
    R"({"price":60000.2,"qty":0.04000000}],"asks":[],"checksum":4157348007,"timestamp":"2026-01-02T03:04:06.100500Z"}]})";

inline constexpr std::string_view kUpdate5 =
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.2,"qty":0.00000000},)"
    R"({"price":59990.0,"qty":0.00005100}],"asks":[{"price":60000.3,"qty":0.50000000}],"checksum":3526480573,)"
    R"("timestamp":"2026-01-02T03:04:06.220000Z"}]})";

inline constexpr std::string_view kBookFrames[] = {kSnapshot, kUpdate2, kUpdate3, kUpdate4, kUpdate5};

/// A book message as text, every field and every digit of it: two messages are equal exactly when their texts are.
inline std::string text_of(const hadal::BookMessage& message) {
  const auto side = [](std::span<const hadal::WireLevel> levels) {
    std::string out;
    for (const auto& level : levels) {
      if (!out.empty()) out += ' ';
      out += hadal::to_string(level.price) + 'x' + hadal::to_string(level.qty);
    }
    return out;
  };
  std::string out{name(message.kind)};
  for (const auto& entry : message.entries) {
    out += " | ";
    out += entry.symbol;
    out += " | " + side(entry.bids) + " | " + side(entry.asks) + " | ";
    switch (entry.checksum.kind) {
      case hadal::WireChecksum::Kind::absent: out += "absent"; break;
      case hadal::WireChecksum::Kind::value: out += std::to_string(entry.checksum.value); break;
      case hadal::WireChecksum::Kind::unusable: out += "unusable"; break;
    }
    out += " | " + (entry.timestamp ? std::to_string(*entry.timestamp) : std::string{"-"});
    if (entry.error != hadal::Errc::ok) (out += " | ") += name(entry.error);
  }
  return out;
}

/// The five frames as text_of() gives them.
inline constexpr std::string_view kBookTexts[] = {
    "snapshot | BTC/USD | 60000.0x0.50000000 59999.9x0.12500010 59999.0x1.20000000 59998.5x0.00025000 59997.3x2.00000001 "
    "59996.0x0.33000000 59995.5x0.01000000 59994.2x0.75000000 59993.0x3.00000000 59990.0x0.00005100 | 60000.1x0.25000000 "
    "60000.4x0.00700000 60001.0x1.00000000 60002.2x0.44440000 60003.0x0.00012000 60004.7x0.90000000 60005.0x2.50000000 "
    "60006.6x0.06000000 60008.0x0.15000000 60010.0x5.00000000 | 1158505442 | 1767323045678901000",
    "update | BTC/USD | 60000.0x0.35000000 |  | 2410023125 | 1767323045801234000",
    "update | BTC/USD |  | 60000.1x0.00000000 60011.5x0.02000000 | 4117151077 | 1767323045950000000",
    "update | BTC/USD | 60000.2x0.10000000 60000.2x0.04000000 |  | 4157348007 | 1767323046100500000",
    "update | BTC/USD | 60000.2x0.00000000 59990.0x0.00005100 | 60000.3x0.50000000 | 3526480573 | 1767323046220000000",
};

/// `text` with the first `what` replaced; the text unchanged if there is none.
inline std::string with(std::string_view text, std::string_view what, std::string_view replacement) {
  std::string out{text};
  if (const auto at = out.find(what); at != std::string::npos) out.replace(at, what.size(), replacement);
  return out;
}

}  // namespace test
