/// A session by script: its inputs, and its outputs as words.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/log.hpp"
#include "hadal/session/session.hpp"
#include "support/frames.hpp"
#include "support/session_tape.hpp"

namespace hadal::test {

using enum ConnectionState;

inline Key book(std::string symbol = "BTC/USD", std::uint16_t depth = 10) {
  Key key;
  key.symbol = std::move(symbol);
  key.depth = depth;
  return key;
}

/// Pieces in a row. (g++ 12 warns of what it thinks operator+ might do.)
inline std::string joined(std::initializer_list<std::string_view> pieces) {
  std::string out;
  for (const auto piece : pieces) out += piece;
  return out;
}

inline std::string ack(std::int64_t req_id, std::string_view symbol = "BTC/USD", std::string_view method = "subscribe", int depth = 10) {
  return joined({R"({"method":")", method, R"(","req_id":)", std::to_string(req_id), R"(,"result":{"channel":"book","depth":)",
                 std::to_string(depth), R"(,"snapshot":true,"symbol":")", symbol,
                 R"("},"success":true,"time_in":"2026-01-02T03:04:05.694962Z","time_out":"2026-01-02T03:04:05.695006Z"})"});
}

inline std::string refusal(std::int64_t req_id, std::string_view error, std::string_view symbol = "BTC/USD",
                           std::string_view method = "subscribe") {
  const auto named = symbol.empty() ? std::string{} : joined({R"(,"symbol":")", symbol, "\""});
  return joined(
      {R"({"error":")", error, R"(","method":")", method, R"(","req_id":)", std::to_string(req_id), R"(,"success":false)", named, "}"});
}

inline std::string replaced(std::string_view frame, std::string_view what, std::string_view with) {
  const auto at = frame.find(what);
  if (at == std::string_view::npos) std::abort();  // also runs before the tests do
  return joined({frame.substr(0, at), with, frame.substr(at + what.size())});
}

inline const std::string kWrongUpdate = replaced(kUpdates[0], "2410023125", "1");
inline const std::string kWrongSnapshot = replaced(kSnapshot, "1158505442", "1");
inline constexpr std::string_view kHeartbeat = R"({"channel":"heartbeat"})";

/// A session with its outputs as words: `connect 1`, `subscribe 3`, `unsubscribe 4`, `ping 5`, `close 1 4000`; the rest in last_text.
struct Script {
  explicit Script(const SessionConfig& config = plain()) : log{true}, tape{config, log}, session{config, tape} {
    static_cast<void>(log.take());
  }

  static SessionConfig plain() {
    SessionConfig config;
    config.reconnect.jitter = false;
    return config;
  }

  std::string drain() {
    std::string out;
    const auto word = [&out](std::initializer_list<std::string_view> pieces) {
      if (!out.empty()) out += ", ";
      out += joined(pieces);
    };
    for (;;) {
      const auto output = session.poll();
      if (const auto* wait = std::get_if<Wait>(&output)) {
        until = wait->until;
        return out;
      }
      if (const auto* connect = std::get_if<Connect>(&output)) word({"connect ", std::to_string(connect->connection)});
      if (const auto* close = std::get_if<Close>(&output))
        word({"close ", std::to_string(close->connection), " ", std::to_string(close->code)});
      if (std::holds_alternative<NeedToken>(output)) word({"token?"});
      if (const auto* send = std::get_if<Send>(&output)) {
        last_text = send->text;
        const auto method = last_text.substr(11, last_text.find('"', 11) - 11);
        const auto id = last_text.substr(last_text.rfind(':') + 1);
        last_id = std::stoll(id);
        word({method, " ", std::to_string(last_id)});
      }
    }
  }
  std::string text(std::string_view frame) {
    session.on_text({now}, session.connection(), frame);
    return drain();
  }
  /// Time passes; on_timeout() comes exactly when asked for. `frames` keeps the connection alive, once a second.
  std::string pass(std::int64_t ms, bool frames = true) {
    std::string out;
    for (const auto end = now + ms; now < end;) {
      const auto beat = frames ? now - now % 1000 + 1000 : end;
      now = std::min({end, beat, until ? std::max(until->count, now + 1) : end});
      if (frames && now == beat && is_open(session.state())) session.on_text({now}, session.connection(), kHeartbeat);
      auto words = drain();
      session.on_timeout({now});
      const auto more = drain();
      if (!words.empty() && !more.empty()) words += ", ";
      words += more;
      std::string kept;  // pings answer themselves
      for (std::size_t at = 0; at < words.size();) {
        const auto comma = std::min(words.find(", ", at), words.size());
        const auto word = words.substr(at, comma - at);
        at = comma + 2;
        if (frames && word.starts_with("ping ")) {
          session.on_text({now}, session.connection(), joined({R"({"method":"pong","req_id":)", word.substr(5), "}"}));
          static_cast<void>(drain());
        } else {
          if (!kept.empty()) kept += ", ";
          kept += word;
        }
      }
      if (!kept.empty() && !out.empty()) out += ", ";
      out += kept;
    }
    return out;
  }
  /// Connected, subscribed and live.
  void go_live() {
    REQUIRE(session.subscribe({now}, book()) == Errc::ok);
    REQUIRE(session.connect({now}) == Errc::ok);
    REQUIRE(drain() == "connect 1");
    session.on_open({now}, 1);
    REQUIRE(drain() == "subscribe 1");
    REQUIRE(text(ack(1)).empty());
    REQUIRE(text(kSnapshot).empty());
    REQUIRE(live());
    REQUIRE(session.state() == subscribed);
  }
  /// Whether words are one request of a method, the last that was sent.
  [[nodiscard]] bool is(std::string_view words, std::string_view method) const {
    UNSCOPED_INFO(words);
    return words == joined({method, " ", std::to_string(last_id)});
  }
  [[nodiscard]] BookState state(std::string_view symbol = "BTC/USD") const {
    const auto* found = session.feed().book(symbol);
    return found == nullptr ? BookState::unsubscribed : found->state();
  }
  [[nodiscard]] bool live() const { return state() == BookState::live; }
  std::size_t errors(std::string_view code) {
    const auto lines = log.take();
    std::size_t n = 0;
    const auto wanted = joined({R"("code":")", code, "\""});
    for (auto at = lines.find(wanted); at != std::string::npos; at = lines.find(wanted, at + 1)) ++n;
    return n;
  }

  LogWriter log;
  Tape tape;
  TapedSession session;
  std::int64_t now = 1000;
  std::optional<Millis> until;
  std::string last_text;
  std::int64_t last_id = 0;
};

}  // namespace hadal::test
