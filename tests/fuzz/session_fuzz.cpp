// A session under arbitrary inputs: frames, closes, timeouts, wishes. Guarantees Q-13 and Q-24 must hold, and the books stay sorted.

#include <cstdlib>
#include <string>

#include "hadal/session/session.hpp"
#include "support/frames.hpp"

using namespace hadal;

namespace {

/// Takes bytes from the front.
struct Bytes {
  std::string_view rest;

  unsigned byte() {
    if (rest.empty()) return 0;
    const auto out = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    return out;
  }
  std::string_view line() {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto out = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return out;
  }
};

void drain(Session& session) {
  for (int i = 0; i < 10'000; ++i)
    if (std::holds_alternative<Wait>(session.poll())) return;
  std::abort();  // more than anyone asked for
}

void check(const Session& session) {
  const auto& history = session.history();
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (connection_transition(history[i].from, history[i].to, history[i].cause) == 0) std::abort();
    if (i > 0 && history[i].from != history[i - 1].to) std::abort();
  }
  if (!history.empty() && history.back().to != session.state()) std::abort();
  for (const auto& [symbol, book] : session.feed().books()) {
    const auto& levels = book->levels();
    if (levels.checksum() != checksum_by_definition(levels.bids(), levels.asks())) std::abort();
    if (book->is_live() && !is_open(session.state())) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes{{reinterpret_cast<const char*>(data), size}};
  SessionConfig config;
  config.seed = bytes.byte();
  config.policy = config.seed % 2 == 0 ? GapPolicy::resync : GapPolicy::ignore;
  Session session{config};
  Millis now{1000};
  Key key;
  key.symbol = "BTC/USD";
  static_cast<void>(session.subscribe(now, key));
  static_cast<void>(session.connect(now));
  drain(session);
  session.on_open(now, 1);
  drain(session);
  while (!bytes.rest.empty()) {
    const auto what = bytes.byte();
    const auto connection = session.connection();
    now.count += static_cast<std::int64_t>(bytes.byte()) << (what / 16);
    switch (what % 16) {
      case 0: session.on_open(now, connection); break;
      case 1: session.on_open_failed(now, connection, static_cast<int>(400 + bytes.byte()), bytes.line()); break;
      case 2: session.on_closed(now, connection, static_cast<int>(1000 + bytes.byte()), bytes.line()); break;
      case 3: session.on_timeout(now); break;
      case 4: session.on_lost(now, 1); break;
      case 5: session.retry_now(now); break;
      case 6: static_cast<void>(session.connect(now)); break;
      case 7: session.close(now); break;
      case 8:
        key.depth = kDepths[bytes.byte() % std::size(kDepths)];
        static_cast<void>(session.subscribe(now, key));
        break;
      case 9: static_cast<void>(session.unsubscribe(now, key)); break;
      case 10: static_cast<void>(session.resync(now, "BTC/USD")); break;
      case 11: session.on_text(now, connection, test::kSnapshot); break;
      case 12: {
        // An answer to one of the last requests.
        std::string answer = bytes.byte() % 2 == 0
                                 ? R"({"method":"subscribe","result":{"channel":"book","symbol":"BTC/USD","depth":10},"success":true)"
                                 : R"({"method":"unsubscribe","error":"Subscription Not Found","success":false,"symbol":"BTC/USD")";
        answer += ",\"req_id\":" + std::to_string(bytes.byte()) + '}';
        session.on_text(now, connection, answer);
        break;
      }
      case 13: session.on_binary(now, connection, bytes.byte()); break;
      default: session.on_text(now, connection, bytes.line()); break;
    }
    drain(session);
    check(session);
  }
  return 0;
}
