#include "sim/server.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <utility>

#include "sim/clock.hpp"
#include "sim/console.hpp"
#include "sim/listener.hpp"

namespace hadal::sim_server {
namespace {

namespace asio = boost::asio;
using Steady = Clock::Steady;
using boost::system::error_code;

constexpr std::chrono::seconds kGoodbye{1};  ///< for clients to answer a close frame
constexpr std::size_t kNamed = 5;            ///< symbols of the first line

asio::ip::address address_of(const std::string& host, error_code& error) {
  return asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
}

asio::ip::tcp::endpoint endpoint_of(const ServerOptions& options) {
  error_code error;
  return {address_of(options.host, error), options.port};
}

sim::ExchangeConfig begun_now(sim::ExchangeConfig config) {
  const auto unix_time = std::chrono::system_clock::now().time_since_epoch();
  config.unix_micros = std::chrono::duration_cast<std::chrono::microseconds>(unix_time).count();
  return config;
}

std::string counted(std::uint64_t count, const std::string& what) { return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s"); }

class Server final : Handler {
 public:
  Server(const ServerOptions& options, const std::function<void(const std::string&)>& say)
      : say_{say},
        listener_{io_, endpoint_of(options), *this},
        exchange_{begun_now(options.exchange)},
        clock_{Steady::now()},
        console_{io_, [this](std::string_view line) { obey(line); }} {
    if (options.seconds) {
      end_.expires_after(std::chrono::seconds{*options.seconds});
      end_.async_wait([this](const error_code& error) {
        if (!error) stop();
      });
    }
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) stop();
    });
    greet(options.exchange);
    flush();
  }

  void run() {
    io_.run();
    say_("hadal sim: " + counted(listener_.counters().served, "connection") + " served, " + counted(listener_.counters().frames, "frame") +
         " sent, " + counted(exchange_.faults().total(), "fault") + " injected\n");
  }

 private:
  int on_request(std::uint64_t connection) override {
    const auto status = exchange_.open(now(), connection);
    if (status != 101) flush();  // otherwise on_open() follows
    return status;
  }
  void on_open(std::uint64_t) override { flush(); }
  void on_text(std::uint64_t connection, std::string_view text) override {
    exchange_.text(now(), connection, text);
    flush();
  }
  void on_gone(std::uint64_t connection) override {
    exchange_.close(now(), connection);
    flush();
    if (stopping_ && listener_.connections() == 0) io_.stop();
  }

  std::int64_t now() { return clock_.now(Steady::now()); }

  /// After every input: what it made the exchange send, and when it wants to be woken.
  void flush() {
    while (auto frame = exchange_.next()) listener_.send(std::move(*frame));
    warn();
    if (stopping_) return;
    wake_.expires_at(std::max(clock_.when(exchange_.deadline()), rest_until_));
    wake_.async_wait([this](const error_code& error) {
      if (error) return;
      const auto begun = Steady::now();
      exchange_.advance(clock_.now(begun));
      const auto done = Steady::now();
      rest_until_ = done + (done - begun);  // the sockets get as much time as the market
      flush();
    });
  }

  /// What somebody should know, once each.
  void warn() {
    if (!warned_slow_ && clock_.left_out() > 0) {
      warned_slow_ = true;
      std::fputs("hadal sim: was stopped, or the traffic is too much for this machine: the exchange's clock now runs behind\n", stderr);
    }
    if (!warned_dropped_ && listener_.counters().dropped > 0) {
      warned_dropped_ = true;
      std::fputs("hadal sim: dropped a connection for which 32 MiB were waiting\n", stderr);
    }
  }

  /// A line of standard input.
  void obey(std::string_view line) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return;
    line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
    if (line == "quit") return stop();
    if (line == "off") {
      exchange_.end_faults();
      return say_("fault: off\n");
    }
    exchange_.advance(now());  // its times count from now
    const auto plan = exchange_.inject(line);
    std::string names;
    for (const auto& fault : plan.faults) {
      names += names.empty() ? "" : ", ";
      names += sim::name(fault.kind);
    }
    say_(plan.error.empty() ? "fault: " + names + '\n' : "error: standard input: " + plan.error + '\n');
  }

  void greet(const sim::ExchangeConfig& config) {
    const auto symbols = exchange_.symbols();
    std::string names;
    for (std::size_t i = 0; i < std::min(symbols.size(), kNamed); ++i) names += (i == 0 ? "" : ", ") + symbols[i];
    if (symbols.size() > kNamed) names += ", ...";
    say_("hadal sim: " + counted(symbols.size(), "symbol") + " (" + names + "), seed " + std::to_string(config.seed) + ", scenario " +
         std::string{config.scenario.name} + ": " + listener_.url() + '\n');
  }

  void stop() {
    if (std::exchange(stopping_, true)) return io_.stop();  // asked twice: at once
    wake_.cancel();
    listener_.stop();
    if (listener_.connections() == 0) return io_.stop();
    end_.expires_after(kGoodbye);
    end_.async_wait([this](const error_code& error) {
      if (!error) io_.stop();
    });
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) stop();
    });
  }

  const std::function<void(const std::string&)>& say_;
  asio::io_context io_{1};
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
  asio::steady_timer wake_{io_};
  asio::steady_timer end_{io_};
  Listener listener_;
  sim::Exchange exchange_;
  Clock clock_;
  Console console_;
  Steady::time_point rest_until_{};
  bool stopping_ = false;
  bool warned_slow_ = false;
  bool warned_dropped_ = false;
};

}  // namespace

Reach reach(const std::string& host) {
  error_code error;
  const auto address = address_of(host, error);
  if (error) return Reach::no_address;
  return address.is_loopback() ? Reach::loopback : Reach::remote;
}

void serve(const ServerOptions& options, const std::function<void(const std::string&)>& say) {
  std::optional<Server> server;
  try {
    server.emplace(options, say);
  } catch (const boost::system::system_error& error) {
    const auto* const advice = error.code() == asio::error::address_in_use ? "; choose another port with --port" : "";
    throw ListenFailure{options.host + ':' + std::to_string(options.port) + ": cannot be listened on: " + error.code().message() + advice};
  }
  server->run();
}

}  // namespace hadal::sim_server
