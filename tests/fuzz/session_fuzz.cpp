// An engine under arbitrary inputs: frames, closes, timeouts, wishes. Guarantees Q-13 and Q-24 must hold, the books stay sorted, and the
// journal of it all gives the same log and the same requests again.

#include <algorithm>
#include <cstdlib>
#include <string>

#include "hadal/replay.hpp"
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
  /// Without line ends: a journal keeps those only in text that is UTF-8, which this need not be.
  std::string line() {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string out{rest.substr(0, end)};
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::replace(out.begin(), out.end(), '\r', ' ');
    return out;
  }
};

struct Journal final : JournalSink {
  void on_journal(std::string_view lines) override { text += lines; }
  std::string text;
};

void run_again(const std::string& journal, const std::string& digest) {
  Replay replay{{}};
  replay.begin("fuzz.journal");
  replay.push(journal);
  replay.finish();
  const auto& report = replay.reports().front();
  if (report.differing_requests != 0 || report.corrupt_lines != 0 || report.digest != digest) std::abort();
}

void drain(Engine& session) {
  for (int i = 0; i < 10'000; ++i)
    if (std::holds_alternative<Wait>(session.poll())) return;
  std::abort();  // more than anyone asked for
}

void check(const Engine& engine) {
  const auto& session = engine.market();
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
  constexpr GapPolicy kPolicies[] = {GapPolicy::resync, GapPolicy::ignore, GapPolicy::buffer};
  config.policy = kPolicies[config.seed % 3];
  LogWriter log{false};
  Journal journal;
  Engine session{config, &log};
  Millis now{1000};
  log.set_origin(now);
  session.record(&journal, 1, now);
  Key key;
  key.symbol = "BTC/USD";
  static_cast<void>(session.subscribe(now, key));
  static_cast<void>(session.connect(now));
  drain(session);
  session.on_open(now, 1);
  drain(session);
  while (!bytes.rest.empty()) {
    const auto what = bytes.byte();
    const auto* account = session.session(Endpoint::account);
    const auto connection = what >= 128 && account != nullptr ? account->connection() : session.market().connection();
    now.count += static_cast<std::int64_t>(bytes.byte()) << (what / 16);
    switch (what % 16) {
      case 0: session.on_open(now, connection); break;
      case 1: session.on_open_failed(now, connection, static_cast<int>(400 + bytes.byte()), bytes.line()); break;
      case 2: session.on_closed(now, connection, static_cast<int>(1000 + bytes.byte()), bytes.line()); break;
      case 3: session.on_timeout(now); break;
      case 4: session.on_lost(now, connection, 1); break;
      case 5:
        switch (bytes.byte() % 6) {
          case 0: session.retry_now(now); break;
          case 1: session.online(now); break;
          case 2: session.offline(now); break;
          case 3: session.set_token(now, "abc"); break;
          case 4: session.token_failed(now, bytes.byte() % 2 == 0, "no"); break;
          default: {
            Key other;
            other.channel = Channel(bytes.byte() % 8);
            if (has_symbol(other.channel)) other.symbol = "BTC/USD";
            static_cast<void>(session.subscribe(now, other));
          }
        }
        break;
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
  run_again(journal.text, log.digest().text());
  return 0;
}
