/// One HTTP request: an upgrade becomes a Peer, anything else is answered and ends. For listener.cpp alone, like peer.hpp.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sim/peer.hpp"

namespace hadal::sim_server {

namespace http = beast::http;

inline constexpr std::string_view kPath = "/v2";
inline constexpr std::uint32_t kLongestHeader = 16u << 10;

inline std::string page(const std::string& url) {
  return "hadal sim: a simulated exchange that speaks Kraken's WebSocket v2. Its market is made up; it is not affiliated with Kraken.\n\n"
         "Connect a WebSocket client to " +
         url +
         " and send, for example:\n\n"
         "  {\"method\":\"subscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[\"BTC/USD\"],\"depth\":10}}\n";
}

class Visit : public std::enable_shared_from_this<Visit> {
 public:
  /// Lets an upgrade in: 101, and the stream has moved on; or the status of the refusal.
  using Admit = std::function<int(Stream&, UpgradeRequest&)>;

  Visit(Stream stream, std::string url, Admit admit) : stream_{std::move(stream)}, url_{std::move(url)}, admit_{std::move(admit)} {}

  void start() {
    parser_.header_limit(kLongestHeader);
    stream_.expires_after(kHandshakeTime);
    http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](const auto& error, std::size_t) {
      if (!error) self->answer();
    });
  }

 private:
  void answer() {
    auto request = parser_.release();
    const std::string_view target{request.target().data(), request.target().size()};
    const auto path = target.substr(0, target.find('?'));
    if (path == kPath && websocket::is_upgrade(request)) {
      const auto status = admit_(stream_, request);
      if (status != 101) respond(status, "The simulated exchange refuses the connection.\n");
    } else if (path == kPath) {
      response_.set(http::field::upgrade, "websocket");
      respond(426, "This is a WebSocket: connect to " + url_ + "\n");
    } else if (path == "/" && request.method() == http::verb::get && !websocket::is_upgrade(request)) {
      respond(200, page(url_));
    } else {
      respond(404, "Nothing is here; the WebSocket is " + url_ + "\n");
    }
  }

  /// A status that HTTP does not have becomes 503.
  void respond(int status, std::string text) {
    response_.result(status >= 200 && status <= 599 ? static_cast<unsigned>(status) : 503u);
    response_.set(http::field::content_type, "text/plain; charset=utf-8");
    response_.keep_alive(false);
    response_.body() = std::move(text);
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](const auto&, std::size_t) {
      beast::error_code ignored;
      self->stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
    });
  }

  Stream stream_;
  std::string url_;
  Admit admit_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> response_;
};

}  // namespace hadal::sim_server
