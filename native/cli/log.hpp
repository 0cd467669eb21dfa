/// Logs of the live commands: one line each, as text or JSON, with a level for each area (catalogue I-9, I-10).
///
/// The core prints nothing: what is logged is what its events say. No key, token or signature is in any of them.
#pragma once

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "hadal/event.hpp"

namespace hadal::net {
class Client;
}

namespace hadal::cli {

enum class LogArea : std::uint8_t { wire, session, subscription, book, http, journal };
enum class LogLevel : std::uint8_t { trace, debug, info, warn, error, off };

/// Empty, or what is wrong with `info,book=debug,http=warn`.
[[nodiscard]] std::string check_log_levels(std::string_view text);

using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

/// The file of the log cannot be opened.
struct LogError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Log {
 public:
  /// Precondition: check_log_levels(levels) is empty. `file`: appended to; empty: stderr. Throws LogError.
  Log(std::string_view levels, bool json, const std::string& file);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// From any thread. A line that cannot be written is lost, and nothing else is.
  void write(LogLevel level, LogArea area, std::string_view message, LogFields fields = {});
  /// Nothing more: what is to be said is said otherwise.
  void mute() noexcept;
  [[nodiscard]] bool wants(LogLevel level, LogArea area) const noexcept;

  /// What an event means to whoever reads logs.
  void event(const Event& event);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Every event of a client from now on; the log must outlive it.
void follow(net::Client& client, Log& log);

}  // namespace hadal::cli
