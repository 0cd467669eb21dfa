/// Recordings: players and replays, which only the larger module has (hadal-full). As control.cpp and hot.cpp: registration, and plain exports.

#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include "buffers.hpp"
#include "sources.hpp"

namespace hadal::web {
namespace {

class WasmPlayer final : public BookSource {
 public:
  WasmPlayer(std::string recording, FeedConfig config) : player_{std::move(recording), std::move(config)} {}

  [[nodiscard]] Player& player() { return player_; }
  void play_to_end() { player_.play_to_end(); }
  void seek(double ms) { player_.seek(ms); }
  [[nodiscard]] double duration_ms() const { return player_.duration_ms(); }
  [[nodiscard]] double time_ms() const { return player_.time_ms(); }
  [[nodiscard]] double lines() const { return static_cast<double>(player_.lines()); }
  [[nodiscard]] double line() const { return static_cast<double>(player_.line()); }
  [[nodiscard]] double frames() const { return static_cast<double>(player_.feed().counters().frames); }
  [[nodiscard]] double parse_errors() const { return static_cast<double>(player_.feed().counters().parse_errors); }
  [[nodiscard]] double corrupt_lines() const { return static_cast<double>(player_.corrupt_lines()); }
  [[nodiscard]] bool done() const { return player_.done(); }
  [[nodiscard]] std::string digest() const { return player_.digest(); }
  [[nodiscard]] const Feed* feed() const override { return &player_.feed(); }
  [[nodiscard]] Analytics* analytics() override { return &player_.analytics(); }

 private:
  Errc track(const std::string& symbol, const TrackConfig& config) override { return player_.track(symbol, config); }

  Player player_;
};

class WasmReplay final : public BookSource {
 public:
  WasmReplay(ReplayOptions options) : replay_{std::move(options)} {}

  [[nodiscard]] Replay& replay() { return replay_; }
  void begin(const std::string& file) { replay_.begin(file); }
  void finish() { replay_.finish(); }
  void cut_short() { replay_.cut_short(); }
  [[nodiscard]] bool stopped() const { return replay_.stopped(); }
  [[nodiscard]] std::string take_messages() { return replay_.take_messages(); }
  [[nodiscard]] std::string summary_text() const { return replay_.summary_text(); }
  [[nodiscard]] std::string summary_json() const { return replay_.summary_json(); }
  [[nodiscard]] int exit_code() const { return static_cast<int>(replay_.exit_code()); }
  [[nodiscard]] double frames() const { return static_cast<double>(replay_.frames()); }
  [[nodiscard]] std::string take_incident() { return replay_.take_incident(); }
  [[nodiscard]] const Feed* feed() const override { return replay_.feed(); }

 private:
  Replay replay_;
};

}  // namespace
}  // namespace hadal::web

namespace {

using namespace hadal;
using namespace hadal::web;
using emscripten::allow_raw_pointers;
using emscripten::base;
using emscripten::class_;

WasmPlayer* make_player(std::uint32_t bytes, int depth, int price_precision, int qty_precision, const std::string& symbol) {
  return new WasmPlayer{take_received(bytes), feed_config(depth, price_precision, qty_precision, symbol)};
}

WasmReplay* make_replay(int depth, int price_precision, int qty_precision, const std::string& symbol, bool keep_log, bool several_files,
                        double stop_after_line, const std::string& trackers, double views_every, bool keep_incident) {
  ReplayOptions options;
  options.feed = feed_config(depth, price_precision, qty_precision, symbol);
  options.keep_log = keep_log;
  options.several_files = several_files;
  options.stop_after_line = static_cast<std::uint64_t>(stop_after_line);
  if (!trackers.empty()) options.track = parse_trackers(trackers);
  options.views_every = static_cast<std::uint64_t>(views_every);
  options.keep_incident = keep_incident;
  return new WasmReplay{std::move(options)};
}

bool are_trackers(const std::string& words) { return parse_trackers(words).has_value(); }

}  // namespace

EMSCRIPTEN_BINDINGS(hadal_recordings) {
  emscripten::function("areTrackers", &are_trackers);

  class_<WasmPlayer, base<BookSource>>("Player")
      .constructor(&make_player, allow_raw_pointers())
      .function("playToEnd", &WasmPlayer::play_to_end)
      .function("seek", &WasmPlayer::seek)
      .function("durationMs", &WasmPlayer::duration_ms)
      .function("timeMs", &WasmPlayer::time_ms)
      .function("lines", &WasmPlayer::lines)
      .function("line", &WasmPlayer::line)
      .function("frames", &WasmPlayer::frames)
      .function("parseErrors", &WasmPlayer::parse_errors)
      .function("corruptLines", &WasmPlayer::corrupt_lines)
      .function("done", &WasmPlayer::done)
      .function("digest", &WasmPlayer::digest);

  class_<WasmReplay, base<BookSource>>("Replay")
      .constructor(&make_replay, allow_raw_pointers())
      .function("begin", &WasmReplay::begin)
      .function("finish", &WasmReplay::finish)
      .function("cutShort", &WasmReplay::cut_short)
      .function("stopped", &WasmReplay::stopped)
      .function("takeMessages", &WasmReplay::take_messages)
      .function("summaryText", &WasmReplay::summary_text)
      .function("summaryJson", &WasmReplay::summary_json)
      .function("exitCode", &WasmReplay::exit_code)
      .function("takeIncident", &WasmReplay::take_incident)
      .function("frames", &WasmReplay::frames);
}

extern "C" {

/// A piece of a recording waits in the receive buffer.
EMSCRIPTEN_KEEPALIVE void hadal_replay_push(WasmReplay* replay, std::uint32_t bytes) { replay->replay().push(received(bytes)); }

/// Moves the log written since the last call into the outbox. Returns its size.
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_replay_take_log(WasmReplay* replay) {
  outbox() = replay->replay().take_log();
  return static_cast<std::uint32_t>(outbox().size());
}

EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_player_advance(WasmPlayer* player, double ms) {
  return static_cast<std::uint32_t>(player->player().advance(ms));
}
EMSCRIPTEN_KEEPALIVE int hadal_player_step(WasmPlayer* player) { return player->player().step() ? 1 : 0; }

}  // extern "C"
