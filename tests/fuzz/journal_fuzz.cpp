// Recordings of arbitrary bytes: no crash, the same records in one piece and byte by byte, and the same log from Replay and Player.

#include <cstdlib>

#include "hadal/player.hpp"
#include "hadal/replay.hpp"

using namespace hadal;

namespace {

std::string records(std::string_view bytes, std::size_t piece) {
  RecordingReader reader;
  Record record;
  std::string out;
  const auto take = [&] {
    while (reader.next(record)) {
      out += std::to_string(static_cast<int>(record.kind)) + ' ' + std::to_string(record.line) + ' ' + std::to_string(record.offset) + ' ' +
             std::to_string(record.now.count) + ' ';
      out += record.payload;
      out += '\n';
    }
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.push(bytes.substr(at, piece));
    take();
  }
  reader.finish();
  take();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (records(bytes, 1) != records(bytes, size + 1)) std::abort();

  Replay replay{{{}, true, false, 0}};
  replay.begin("fuzz");
  replay.push(bytes);
  replay.finish();
  static_cast<void>(replay.summary_text());
  static_cast<void>(replay.summary_json());

  Player player{std::string{bytes}, {}};
  while (player.step()) {
  }
  player.play_to_end();
  if (player.digest() != replay.reports()[0].digest) std::abort();
  return 0;
}
