/// One WebSocket connection: reads all the time, writes what is queued. For listener.cpp alone, so that Boost.Beast is compiled once.
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <utility>

#include "hadal_sim/text.hpp"
#include "sim/listener.hpp"

namespace hadal::sim_server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

using Stream = beast::basic_stream<asio::ip::tcp, asio::io_context::executor_type>;
using UpgradeRequest = beast::http::request<beast::http::empty_body>;

inline constexpr std::size_t kMostQueued = 32u << 20;
inline constexpr std::size_t kLongestMessage = 1u << 20;
inline constexpr std::chrono::seconds kHandshakeTime{10};  ///< for the upgrade, and for closing

class Peer : public std::enable_shared_from_this<Peer> {
 public:
  Peer(Stream stream, std::uint64_t id, Handler& handler, Counters& counters)
      : stream_{std::move(stream)}, ending_{stream_.get_executor()}, id_{id}, handler_{handler}, counters_{counters} {}

  /// Answers the upgrade; frames may be sent before it is done.
  void start(UpgradeRequest request) {
    beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option({kHandshakeTime, websocket::stream_base::none(), false});
    stream_.read_message_max(kLongestMessage);
    stream_.auto_fragment(false);
    request_ = std::move(request);
    stream_.async_accept(request_, [self = shared_from_this()](const auto& error) {
      if (error) return self->handler_.on_gone(self->id_);
      self->open_ = true;
      self->read();
      if (!self->queue_.empty()) self->write();
    });
  }

  void send(sim::ServerFrame frame) {
    if (closing_) return;
    if (frame.kind == sim::ServerFrame::Kind::reset) return reset();
    queued_ += frame.text.size();
    if (queued_ > kMostQueued) {
      ++counters_.dropped;
      return reset();
    }
    closing_ = frame.kind == sim::ServerFrame::Kind::close;
    if (closing_) {
      ending_.expires_after(kHandshakeTime);
      ending_.async_wait([self = shared_from_this()](const auto& error) {
        if (!error) self->reset();
      });
    }
    frame.truth = {};  // for tests of clients; not worth its memory here
    queue_.push_back(std::move(frame));
    if (open_ && queue_.size() == 1) write();
  }

  /// Says goodbye as soon as the frame on its way is written.
  void leave() {
    if (closing_) return;
    queue_.resize(std::min<std::size_t>(queue_.size(), open_ ? 1 : 0));
    send({sim::ServerFrame::Kind::close, id_, "", static_cast<int>(websocket::close_code::going_away)});
  }

  /// Gone without a word; read() finds out.
  void reset() {
    closing_ = true;
    ending_.cancel();
    beast::error_code ignored;
    auto& socket = beast::get_lowest_layer(stream_).socket();
    socket.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket.close(ignored);
  }

 private:
  void read() {
    stream_.async_read(received_, [self = shared_from_this()](const auto& error, std::size_t) {
      if (error) {
        self->closing_ = true;
        self->ending_.cancel();
        return self->handler_.on_gone(self->id_);
      }
      const auto data = self->received_.cdata();
      if (self->stream_.got_text()) self->handler_.on_text(self->id_, {static_cast<const char*>(data.data()), data.size()});
      self->received_.clear();
      self->read();
    });
  }

  void write() {
    const auto& frame = queue_.front();
    if (frame.kind == sim::ServerFrame::Kind::close) {
      const auto reason = sim::fitting_reason(frame.text);
      const websocket::close_reason close{static_cast<websocket::close_code>(frame.code), {reason.data(), reason.size()}};
      stream_.async_close(close, [self = shared_from_this()](const auto&) {});  // read() ends with it
      return;
    }
    stream_.binary(frame.kind == sim::ServerFrame::Kind::binary);
    stream_.async_write(asio::buffer(frame.text), [self = shared_from_this()](const auto& error, std::size_t) {
      if (error) return;  // read() has it too
      ++self->counters_.frames;
      self->queued_ -= self->queue_.front().text.size();
      self->queue_.pop_front();
      if (!self->queue_.empty()) self->write();
    });
  }

  websocket::stream<Stream, false> stream_;  ///< without permessage-deflate
  asio::steady_timer ending_;
  std::uint64_t id_;
  Handler& handler_;
  Counters& counters_;
  UpgradeRequest request_;
  beast::flat_buffer received_;
  std::deque<sim::ServerFrame> queue_;  ///< the first is being written
  std::size_t queued_ = 0;              ///< bytes
  bool open_ = false;
  bool closing_ = false;  ///< takes no more frames
};

}  // namespace hadal::sim_server
