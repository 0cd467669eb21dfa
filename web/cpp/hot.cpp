/// Plain exports: what is called per frame and per draw. Numbers only; a handle comes from an embind object.
///
/// Bytes enter through one receive buffer (hadal_rx) and leave through one outbox (hadal_outbox, hadal_outbox_size). Both are lent
/// until the next call; memory may grow, so views on it are made anew for each use.

#include <emscripten/emscripten.h>

#include <cstdint>
#include <vector>

#include "buffers.hpp"
#include "engine_source.hpp"
#include "layout.hpp"
#include "sources.hpp"
#include "watch.hpp"

namespace {

using hadal::web::BookSource;
using hadal::web::outbox;
using hadal::web::received;
using hadal::web::WasmEngine;
using hadal::web::WasmFeed;
using hadal::web::WasmWatch;

std::vector<char> receive_buffer;  // NOLINT: one page, one thread

}  // namespace

std::string_view hadal::web::received(std::uint32_t bytes) { return {receive_buffer.data(), bytes}; }

std::string& hadal::web::outbox() {
  static std::string text;
  return text;
}

extern "C" {

EMSCRIPTEN_KEEPALIVE int hadal_layout_version() { return hadal::web::kLayoutVersion; }

/// The receive buffer, with room for at least `bytes`.
EMSCRIPTEN_KEEPALIVE char* hadal_rx(std::uint32_t bytes) {
  if (receive_buffer.size() < bytes) receive_buffer.resize(bytes);
  return receive_buffer.data();
}
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_rx_size() { return static_cast<std::uint32_t>(receive_buffer.size()); }

/// A frame of `bytes` bytes waits in the receive buffer. Returns the number of events it caused.
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_feed_text(WasmFeed* feed, double now_ms, std::uint32_t bytes) {
  return feed->text(now_ms, received(bytes));
}

/// A frame of `bytes` bytes for an engine waits in the receive buffer. `wall_ms`: time of day, or NaN.
EMSCRIPTEN_KEEPALIVE void hadal_engine_text(WasmEngine* engine, double now_ms, double connection, std::uint32_t bytes, double wall_ms) {
  engine->text(now_ms, connection, received(bytes), wall_ms);
}
/// The frame has been worked on.
EMSCRIPTEN_KEEPALIVE void hadal_engine_done(WasmEngine* engine, double now_ms, double wall_ms) { engine->done(now_ms, wall_ms); }
/// The next output of an engine: its kind; a text it has goes to the outbox.
EMSCRIPTEN_KEEPALIVE int hadal_engine_poll(WasmEngine* engine) {
  const auto kind = engine->poll();
  if (kind != WasmEngine::OutputKind::wait) outbox() = engine->output_text();
  return static_cast<int>(kind);
}
/// A ConnectionState.
EMSCRIPTEN_KEEPALIVE int hadal_engine_state(const WasmEngine* engine) { return engine->state(); }
/// What has to be looked at after an input: a ConnectionState, and 16 more if a queue has lines to give now.
EMSCRIPTEN_KEEPALIVE int hadal_engine_news(const WasmEngine* engine) { return engine->state() + (engine->any_waiting() ? 16 : 0); }
/// 1: the queue has lines to give now.
EMSCRIPTEN_KEEPALIVE int hadal_queue_waiting(const WasmEngine* engine, int queue) { return engine->queue_waiting(queue) ? 1 : 0; }
/// Moves the journal written since the last call into the outbox. Returns its size.
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_engine_take_journal(WasmEngine* engine) {
  outbox() = engine->take_journal();
  return static_cast<std::uint32_t>(outbox().size());
}
EMSCRIPTEN_KEEPALIVE double hadal_engine_connection(WasmEngine* engine) { return engine->connection(); }
EMSCRIPTEN_KEEPALIVE double hadal_engine_number(WasmEngine* engine) { return engine->number(); }
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_outbox_size() { return static_cast<std::uint32_t>(outbox().size()); }

EMSCRIPTEN_KEEPALIVE const char* hadal_outbox() { return outbox().data(); }

/// The block of layout.hpp for a slot of any source; null if it has no book.
EMSCRIPTEN_KEEPALIVE const double* hadal_fill(BookSource* source, int slot) { return source->fill(slot); }

/// The block of layout.hpp for a watch; null while there is no book.
EMSCRIPTEN_KEEPALIVE const double* hadal_watch_fill(WasmWatch* watch) { return watch->fill(); }
/// Whether a fill would show something else than the last one: WasmWatch::dirty().
EMSCRIPTEN_KEEPALIVE int hadal_watch_dirty(const WasmWatch* watch) { return watch->dirty(); }
EMSCRIPTEN_KEEPALIVE const std::uint8_t* hadal_watch_heat(const WasmWatch* watch, int side) { return watch->heat(side); }
/// Moves the lines that a queue may have now into the outbox. Returns their size.
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_queue_drain(WasmEngine* engine, int queue, double now_ms, int most) {
  outbox() = engine->drain_queue(queue, now_ms, most);
  return static_cast<std::uint32_t>(outbox().size());
}

}  // extern "C"

std::string hadal::web::take_received(std::uint32_t bytes) {
  std::string text{received(bytes)};
  std::vector<char>{}.swap(receive_buffer);  // starts small again
  return text;
}
