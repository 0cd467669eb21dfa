#include "sim/console.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read_until.hpp>
#include <csignal>
#include <cstdio>
#include <utility>

namespace hadal::sim_server {
namespace {

constexpr std::size_t kLongestLine = 64u << 10;

/// Standard input, opened anew: Asio makes what it reads non-blocking, which a terminal would share with the shell. Sockets cannot be opened
/// anew; they are shared with nobody. -1: there is none.
int open_input() {
  if (fcntl(STDIN_FILENO, F_GETFD) == -1) return -1;
  const int own = open("/dev/stdin", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  return own != -1 ? own : dup(STDIN_FILENO);
}

}  // namespace

Console::Console(boost::asio::io_context& io, OnLine on_line) : input_{io}, on_line_{std::move(on_line)} {
  std::signal(SIGTTIN, SIG_IGN);  // in the background of a terminal: an error of read(), not a stopped process
  boost::system::error_code error;
  input_.assign(open_input(), error);
  if (!error) read();
}

void Console::read() {
  boost::asio::async_read_until(input_, boost::asio::dynamic_buffer(pending_, kLongestLine), '\n',
                                [this](const boost::system::error_code& error, std::size_t length) {
                                  if (error == boost::asio::error::not_found)
                                    std::fputs("hadal: standard input: a line is too long; nothing more is read from it\n", stderr);
                                  if (error == boost::asio::error::eof && !pending_.empty()) on_line_(pending_);
                                  if (error) return;
                                  on_line_(std::string_view{pending_}.substr(0, length - 1));
                                  pending_.erase(0, length);
                                  read();
                                });
}

}  // namespace hadal::sim_server
