/// WebSockets to the exchange, over TLS.
///
/// TLS 1.2 or newer, with SNI; the certificate and its host are always verified, and nothing falls back to plaintext (catalogue M-1). `ws://` is
/// for loopback, or for whoever says so.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <functional>
#include <memory>
#include <string>

#include "hadal_asio/config_error.hpp"
#include "hadal_asio/driver.hpp"

namespace hadal::net {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

struct TransportOptions {
  std::array<std::string, kEndpoints> urls{};  ///< by endpoint; empty: default_url()
  bool allow_plaintext = false;                ///< `ws://` to other hosts than loopback
  std::string ca_file{};                       ///< PEM file of certificates to trust instead of the system's
};

/// Every socket lives on the strand, and so must every call.
class AsioTransport final : public Transport {
 public:
  /// Throws ConfigError: an address that cannot be, or a file of certificates that cannot be read.
  AsioTransport(const Strand& strand, const TransportOptions& options);
  ~AsioTransport();
  AsioTransport(const AsioTransport&) = delete;
  AsioTransport& operator=(const AsioTransport&) = delete;

  [[nodiscard]] std::unique_ptr<Socket> open(ConnectionId connection, Endpoint endpoint, SocketOwner& owner) override;

  /// Calls `done` once no socket is left: those that say goodbye take until the other side answers, at most kGoodbye.
  void when_idle(std::function<void()> done);
  /// Cuts off those that are still there.
  void abort();
  /// A name is being looked up: the context's end waits for that, as long as it takes.
  [[nodiscard]] bool looking_up() const noexcept;

  static constexpr int kGoodbyeMs = 1'500;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hadal::net
