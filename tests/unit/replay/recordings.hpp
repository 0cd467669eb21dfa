/// Small recordings, made of the example run of the protocol reference.
#pragma once

#include <string>
#include <string_view>

#include "unit/wire/book_frames.hpp"

namespace test {

/// The five book frames, one a line.
inline std::string bare_run() {
  std::string out;
  for (const auto frame : kBookFrames) (out += frame) += '\n';
  return out;
}

/// One journal line.
inline std::string journal_line(std::int64_t now, std::string_view kind, std::string_view payload, int connection = 1) {
  auto out = std::to_string(1'767'323'045'000 + now) + "000000 " + std::to_string(now) + ' ' + std::to_string(connection) + ' ';
  (out += kind) += ' ';
  (out += payload) += '\n';
  return out;
}

/// The same run as a journal, from driver time 1000 to 1500: opened, subscribed, acknowledged, closed.
inline std::string journal_run() {
  std::string out = "# hadal-journal 1 {\"version\":\"0.1.0\",\"depth\":25}\n";
  out += journal_line(1000, "!", "open");
  out += journal_line(1001, ">",
                      R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10,"snapshot":true},"req_id":11})");
  out += journal_line(1050, "<", kAck);
  std::int64_t now = 1000;
  for (const auto frame : kBookFrames) out += journal_line(now += 80, "<", frame);
  out += journal_line(1450, "<", R"({"channel":"heartbeat"})");
  out += journal_line(1500, "!", "closed 1006");
  return out;
}

}  // namespace test
