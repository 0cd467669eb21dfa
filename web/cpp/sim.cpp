/// The simulated exchange for a page: plain exports, numbers only. An exchange is a handle; there may be any number of them.
///
/// Bytes enter through one receive buffer (hadal_sim_rx) and leave through one outbox (hadal_sim_outbox). Both are lent until the next
/// call; memory may grow, so views on it are made anew for each use. Times are ms, whole numbers in doubles, as Exchange takes them.

#include <emscripten/emscripten.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hadal_sim/exchange.hpp"
#include "hadal_sim/text.hpp"

namespace {

using namespace hadal::sim;

std::vector<char> receive_buffer;  // NOLINT: one page, one thread
std::string outbox;

std::string_view received(std::uint32_t bytes) { return {receive_buffer.data(), bytes}; }
std::int64_t whole(double value) { return static_cast<std::int64_t>(value); }

std::uint32_t tell(std::string text) {
  outbox = std::move(text);
  return static_cast<std::uint32_t>(outbox.size());
}

template <typename List, typename Name>
std::string lines(const List& list, Name name) {
  std::string out;
  for (const auto& one : list) {
    if (!out.empty()) out += '\n';
    out += name(one);
  }
  return out;
}

struct Handle {
  Exchange exchange;
  ServerFrame frame{};  ///< that hadal_sim_next() gave last
};

}  // namespace

extern "C" {

/// The receive buffer, with room for at least `bytes`.
EMSCRIPTEN_KEEPALIVE char* hadal_sim_rx(std::uint32_t bytes) {
  if (receive_buffer.size() < bytes) receive_buffer.resize(bytes);
  return receive_buffer.data();
}
EMSCRIPTEN_KEEPALIVE const char* hadal_sim_outbox() { return outbox.data(); }
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_sim_outbox_size() { return static_cast<std::uint32_t>(outbox.size()); }

/// Moves the names of the scenarios, one a line, into the outbox. Returns their size.
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_sim_scenarios() {
  return tell(lines(kScenarios, [](const Scenario& scenario) { return scenario.name; }));
}

/// An exchange at time 0. `scenario` is a place in hadal_sim_scenarios(), `rate` in thousandths, `connections` those allowed in ten minutes
/// (0: any number); a fault plan of `plan_bytes` bytes waits in the receive buffer (0: none). Null: the outbox says what is wrong with the plan.
EMSCRIPTEN_KEEPALIVE Handle* hadal_sim_make(double seed, std::uint32_t symbols, std::uint32_t scenario, std::uint32_t rate, double unix_ms,
                                            std::uint32_t connections, std::uint32_t plan_bytes) {
  ExchangeConfig config;
  config.seed = static_cast<std::uint64_t>(seed);
  config.symbols = symbols;
  config.scenario = kScenarios[scenario < std::size(kScenarios) ? scenario : 0];
  config.rate = rate;
  config.unix_micros = whole(unix_ms) * 1'000;
  config.connections = connections;
  if (plan_bytes != 0) {
    auto plan = parse_fault_plan(received(plan_bytes));
    if (tell(std::move(plan.error)) != 0) return nullptr;
    config.faults = std::move(plan.faults);
  }
  return new Handle{Exchange{std::move(config)}};
}
EMSCRIPTEN_KEEPALIVE void hadal_sim_free(Handle* handle) { delete handle; }

/// 101, or the HTTP status of the refusal.
EMSCRIPTEN_KEEPALIVE int hadal_sim_open(Handle* handle, double now, double connection) {
  return handle->exchange.open(whole(now), static_cast<std::uint64_t>(connection));
}
/// A text frame of the client waits in the receive buffer.
EMSCRIPTEN_KEEPALIVE void hadal_sim_text(Handle* handle, double now, double connection, std::uint32_t bytes) {
  handle->exchange.text(whole(now), static_cast<std::uint64_t>(connection), received(bytes));
}
EMSCRIPTEN_KEEPALIVE void hadal_sim_close(Handle* handle, double now, double connection) {
  handle->exchange.close(whole(now), static_cast<std::uint64_t>(connection));
}
EMSCRIPTEN_KEEPALIVE void hadal_sim_advance(Handle* handle, double now) { handle->exchange.advance(whole(now)); }
EMSCRIPTEN_KEEPALIVE double hadal_sim_deadline(const Handle* handle) { return static_cast<double>(handle->exchange.deadline()); }

/// The kind of the next frame (ServerFrame::Kind), which the functions below tell about until the next call; -1: there is none.
EMSCRIPTEN_KEEPALIVE int hadal_sim_next(Handle* handle) {
  auto next = handle->exchange.next();
  handle->frame = next ? std::move(*next) : ServerFrame{};
  if (!next) return -1;
  if (handle->frame.kind == ServerFrame::Kind::close) handle->frame.text.resize(fitting_reason(handle->frame.text).size());
  return static_cast<int>(handle->frame.kind);
}
EMSCRIPTEN_KEEPALIVE double hadal_sim_frame_connection(const Handle* handle) { return static_cast<double>(handle->frame.connection); }
EMSCRIPTEN_KEEPALIVE int hadal_sim_frame_code(const Handle* handle) { return handle->frame.code; }
EMSCRIPTEN_KEEPALIVE const char* hadal_sim_frame_text(const Handle* handle) { return handle->frame.text.data(); }
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_sim_frame_size(const Handle* handle) {
  return static_cast<std::uint32_t>(handle->frame.text.size());
}

/// Adds the plan of `bytes` bytes in the receive buffer, with `from` and `until` relative to `now`. Returns the number of its faults;
/// 0: the outbox says what is wrong.
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_sim_inject(Handle* handle, double now, std::uint32_t bytes) {
  handle->exchange.advance(whole(now));
  auto plan = handle->exchange.inject(received(bytes));
  if (tell(std::move(plan.error)) != 0) return 0;
  return static_cast<std::uint32_t>(plan.faults.size());
}
EMSCRIPTEN_KEEPALIVE void hadal_sim_end_faults(Handle* handle) { handle->exchange.end_faults(); }

/// Moves the symbols, one a line, into the outbox. Returns their size.
EMSCRIPTEN_KEEPALIVE std::uint32_t hadal_sim_symbols(const Handle* handle) {
  return tell(lines(handle->exchange.symbols(), [](const std::string& symbol) { return symbol; }));
}
/// Frames sent, and faults that struck, so far.
EMSCRIPTEN_KEEPALIVE double hadal_sim_frames(const Handle* handle) { return static_cast<double>(handle->exchange.frames()); }
EMSCRIPTEN_KEEPALIVE double hadal_sim_faults(const Handle* handle) { return static_cast<double>(handle->exchange.faults().total()); }

}  // extern "C"
