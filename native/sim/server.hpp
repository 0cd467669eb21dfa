/// The simulated exchange as a program: its inputs and times from sockets, a steady clock and standard input.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "hadal_sim/exchange.hpp"

namespace hadal::sim_server {

struct ServerOptions {
  sim::ExchangeConfig exchange;  ///< its clock is set when the server starts
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;            ///< 0: any free one
  std::optional<std::int64_t> seconds;  ///< to serve; none: until it is told to end
};

enum class Reach { no_address, loopback, remote };
/// Who reaches a host given as an IP address, or as `localhost`, which is 127.0.0.1.
[[nodiscard]] Reach reach(const std::string& host);

/// The address cannot be listened on; one line.
struct ListenFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Serves until SIGINT, SIGTERM, `quit` on standard input, or the end of its time; then says goodbye to its clients, within 1 s.
/// @param say takes lines for people, with their newline: one when ready, an answer to each line of standard input, one at the end.
void serve(const ServerOptions& options, const std::function<void(const std::string&)>& say);

}  // namespace hadal::sim_server
