/// Logs of the live commands: one line each, as text or JSON, with a level for each area (catalogue I-9, I-10).
///
/// The core prints nothing: what is logged is what its events say. No key, token or signature is in any of them.
#pragma once

#include <initializer_list>
#include <memory>
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

class Log {
 public:
  /// Precondition: check_log_levels(levels) is empty. `file`: appended to; empty: stderr. Throws std::runtime_error if it cannot be opened.
  Log(std::string_view levels, bool json, const std::string& file);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// From any thread. A line that cannot be written is lost, and nothing else is.
  void write(LogLevel level, LogArea area, std::string_view message, LogFields fields = {});
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
