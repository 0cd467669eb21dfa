/// Frames for tests: the worked run of ws-v2.md section 10, and a writer of book frames that shares no code with the core.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hadal::test {

inline constexpr std::string_view kSnapshot =
    R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.50000000},{"price":59999.9,"qty":0.12500010},{"price":59999.0,"qty":1.20000000},{"price":59998.5,"qty":0.00025000},{"price":59997.3,"qty":2.00000001},{"price":59996.0,"qty":0.33000000},{"price":59995.5,"qty":0.01000000},{"price":59994.2,"qty":0.75000000},{"price":59993.0,"qty":3.00000000},{"price":59990.0,"qty":0.00005100}],"asks":[{"price":60000.1,"qty":0.25000000},{"price":60000.4,"qty":0.00700000},{"price":60001.0,"qty":1.00000000},{"price":60002.2,"qty":0.44440000},{"price":60003.0,"qty":0.00012000},{"price":60004.7,"qty":0.90000000},{"price":60005.0,"qty":2.50000000},{"price":60006.6,"qty":0.06000000},{"price":60008.0,"qty":0.15000000},{"price":60010.0,"qty":5.00000000}],"checksum":1158505442,"timestamp":"2026-01-02T03:04:05.678901Z"}]})";

inline constexpr std::array<std::string_view, 4> kUpdates{
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.35000000}],"asks":[],"checksum":2410023125,"timestamp":"2026-01-02T03:04:05.801234Z"}]})",
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[{"price":60000.1,"qty":0.00000000},{"price":60011.5,"qty":0.02000000}],"checksum":4117151077,"timestamp":"2026-01-02T03:04:05.950000Z"}]})",
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.2,"qty":0.10000000},{"price":60000.2,"qty":0.04000000}],"asks":[],"checksum":4157348007,"timestamp":"2026-01-02T03:04:06.100500Z"}]})",
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.2,"qty":0.00000000},{"price":59990.0,"qty":0.00005100}],"asks":[{"price":60000.3,"qty":0.50000000}],"checksum":3526480573,"timestamp":"2026-01-02T03:04:06.220000Z"}]})",
};

using TextLevels = std::vector<std::pair<std::string, std::string>>;  ///< price, qty, as on the wire

/// A `book` frame. `checksum` and `timestamp` are left out when empty.
inline std::string book_frame(std::string_view type, std::string_view symbol, const TextLevels& bids, const TextLevels& asks,
                              std::string_view checksum = {}, std::string_view timestamp = {}) {
  const auto side = [](const TextLevels& levels) {
    std::string out = "[";
    for (const auto& [price, qty] : levels) {
      if (out.size() > 1) out += ',';
      out += "{\"price\":" + price + ",\"qty\":" + qty + "}";
    }
    return out + "]";
  };
  std::string out = "{\"channel\":\"book\",\"type\":\"";
  out += type;
  out += "\",\"data\":[{\"symbol\":\"";
  out += symbol;
  out += "\",\"bids\":" + side(bids) + ",\"asks\":" + side(asks);
  if (!checksum.empty()) (out += ",\"checksum\":") += checksum;
  if (!timestamp.empty()) ((out += ",\"timestamp\":\"") += timestamp) += '"';
  return out + "}]}";
}

}  // namespace hadal::test
