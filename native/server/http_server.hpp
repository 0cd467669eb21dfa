/// HTTP and server-sent events for whoever wants to see the books (catalogue M-6 to M-12). Plain HTTP, without login: for this machine, or
/// behind something that has both.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "server/answers.hpp"
#include "server/market.hpp"

namespace hadal::server {

struct HttpOptions {
  std::string host = "127.0.0.1";  ///< an IP address or `localhost`
  std::uint16_t port = 3'000;      ///< 0: any free one
  std::size_t max_clients = 256;
  std::string demo;  ///< folder of the page under `/`; empty: a small page of its own
};

/// The address cannot be listened on.
struct ListenError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class HttpServer {
 public:
  /// What the server has to say: a level as in logs (`info`, `debug`, `warn`) and a sentence. May be empty.
  using Say = std::function<void(std::string_view level, const std::string& text)>;

  /// Everything happens on `io`, which one thread runs; the market may be on another. Both must outlive the server. Throws ListenError.
  HttpServer(boost::asio::io_context& io, Market& market, const HttpOptions& options, Say say = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// `http://127.0.0.1:3000`
  [[nodiscard]] std::string url() const;
  [[nodiscard]] HttpStats stats() const;
  /// Takes no more clients, lets answers under way be finished, ends streams after what they have; calls `stopped` when all are gone.
  void stop(std::function<void()> stopped);

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hadal::server
