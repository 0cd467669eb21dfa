/// A WebSocket server on one address: frames in and out, no rule of any protocol above RFC 6455.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hadal_sim/exchange.hpp"

namespace hadal::sim_server {

/// What a listener reports and asks. `connection` is a number from 1 that never comes again.
class Handler {
 public:
  /// A client asks to be let in: 101, or the HTTP status of the refusal.
  [[nodiscard]] virtual int on_request(std::uint64_t connection) = 0;
  /// It was let in: from here on it can be sent to.
  virtual void on_open(std::uint64_t connection) = 0;
  virtual void on_text(std::uint64_t connection, std::string_view text) = 0;
  /// The client has closed or is gone; once for every connection that was let in.
  virtual void on_gone(std::uint64_t connection) = 0;

 protected:
  ~Handler() = default;
};

struct Counters {
  std::uint64_t served = 0;   ///< connections that were let in
  std::uint64_t frames = 0;   ///< written
  std::uint64_t dropped = 0;  ///< connections that did not read what was sent
};

/// Serves the WebSocket at `/v2` and a page of text at `/`. Never calls its handler from within send() or stop().
class Listener {
 public:
  /// Port 0: any free one. Throws boost::system::system_error if the address cannot be had.
  Listener(boost::asio::io_context& io, const boost::asio::ip::tcp::endpoint& endpoint, Handler& handler);
  ~Listener();

  [[nodiscard]] std::string url() const;
  /// To its connection, behind what was sent before; a reset at once. Nothing happens if there is no such connection any more.
  void send(sim::ServerFrame frame);
  /// Lets nobody in any more and closes every connection with 1001.
  void stop();

  [[nodiscard]] std::size_t connections() const noexcept;
  [[nodiscard]] const Counters& counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hadal::sim_server
