/// Standard input, a line at a time, without waiting for it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace hadal::sim_server {

/// Its end changes nothing. A line may be 64 KiB long; after a longer one nothing more is read.
class Console {
 public:
  using OnLine = std::function<void(std::string_view)>;  ///< without the newline; the view is valid during the call

  Console(boost::asio::io_context& io, OnLine on_line);

 private:
  void read();

  boost::asio::posix::stream_descriptor input_;
  OnLine on_line_;
  std::string pending_;
};

}  // namespace hadal::sim_server
