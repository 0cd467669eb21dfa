// The server between its own thread, the client's, and many at once who ask. What each answer holds: answers_test.cpp; outages and load:
// tests/js/serve*.test.mjs.
#include "server/http_server.hpp"

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <thread>

#include "native/sim_process.hpp"

namespace hadal::server {
namespace {

using test::SimProcess;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using Steady = std::chrono::steady_clock;

/// Sends a request and reads until `enough`, the end, or ten seconds.
template <class Enough>
std::string ask(std::uint16_t port, const std::string& target, Enough enough) {
  asio::io_context io;
  tcp::socket socket{io};
  socket.connect({asio::ip::address_v4::loopback(), port});
  asio::write(socket, asio::buffer("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  std::string out;
  std::array<char, 4'096> piece{};
  boost::system::error_code error;
  const auto until = Steady::now() + 10s;
  while (!error && !enough(out) && Steady::now() < until) out.append(piece.data(), socket.read_some(asio::buffer(piece), error));
  return out;
}
std::string ask(std::uint16_t port, const std::string& target) {
  return ask(port, target, [](const std::string&) { return false; });
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
  return out;
}

/// A client, a server, and a thread for it.
struct Running {
  explicit Running(const std::string& url) : client{options(url)}, market{live_market(client, {"BTC/USD", "ETH/USD"})} {
    HttpOptions http;
    http.port = 0;
    server.emplace(io, *market, http);
    port = static_cast<std::uint16_t>(std::stoi(server->url().substr(server->url().rfind(':') + 1)));
    for (const auto& symbol : market->symbols()) client.subscribe_book(symbol);
    client.connect();
    thread = std::thread{[this] { io.run(); }};
  }
  ~Running() {
    stop();
    thread.join();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  static net::ClientOptions options(const std::string& url) {
    net::ClientOptions out;
    out.transport.urls[0] = url;
    return out;
  }
  void stop() {
    if (std::exchange(stopped, true)) return;
    std::promise<void> done;
    asio::post(io, [&] { server->stop([&] { done.set_value(); }); });
    client.stop();
    done.get_future().wait();
    guard.reset();
  }
  void wait_until_healthy() const {
    const auto until = Steady::now() + 10s;
    while (ask(port, "/health").find("200 OK") == std::string::npos && Steady::now() < until) std::this_thread::sleep_for(10ms);
  }

  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
  net::Client client;
  std::unique_ptr<Market> market;
  std::optional<HttpServer> server;
  std::uint16_t port = 0;
  std::thread thread;
  bool stopped = false;
};

}  // namespace

TEST_CASE("questions and streams from many threads, while books move", "[server]") {
  SimProcess sim{{"--scenario", "storm"}};
  Running running{sim.url()};
  running.wait_until_healthy();
  std::atomic<int> answered = 0;
  std::atomic<int> streamed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (const auto* target :
           {"/symbols", "/depth/BTC%2FUSD", "/depth/eth-usd?levels=3&group=1", "/status", "/metrics", "/books", "/health"})
        if (ask(running.port, target).rfind("HTTP/1.1 200", 0) == 0) ++answered;
    });
    threads.emplace_back([&, symbol = i % 2 == 0 ? "BTC%2FUSD" : "ETH%2FUSD"] {
      const auto text =
          ask(running.port, std::string{"/stream/"} + symbol, [](const std::string& so_far) { return count(so_far, "\ndata: ") >= 15; });
      if (count(text, "\"kind\":\"snapshot\"") >= 1 && count(text, "\"kind\":\"update\"") >= 10) ++streamed;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(answered == 4 * 7);
  CHECK(streamed == 4);
}

TEST_CASE("streams end when the server does", "[server]") {
  SimProcess sim;
  Running running{sim.url()};
  running.wait_until_healthy();
  auto stream = std::async(std::launch::async, [&] { return ask(running.port, "/stream/BTC%2FUSD"); });
  auto waiting = std::async(std::launch::async, [&] {
    return ask(running.port, "/stream/ETH%2FUSD", [](const std::string& text) { return text.find("\ndata: ") != std::string::npos; });
  });
  CHECK(waiting.get().find("\"kind\":\"snapshot\"") != std::string::npos);
  const auto begun = Steady::now();
  running.stop();
  CHECK(stream.get().find("retry: 2000") != std::string::npos);
  CHECK(Steady::now() - begun < 2s);
}

TEST_CASE("an address that is taken, or is none, is refused in a sentence", "[server]") {
  asio::io_context io;
  net::Client client;
  const auto market = live_market(client, {"BTC/USD"});
  const tcp::acceptor taken{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  HttpOptions options;
  options.port = taken.local_endpoint().port();
  CHECK_THROWS_WITH(HttpServer(io, *market, options), Catch::Contains("cannot be listened on") && Catch::Contains("--listen"));
  options.host = "nowhere";
  CHECK_THROWS_WITH(HttpServer(io, *market, options), Catch::Contains("must be an IP address or localhost"));
}

TEST_CASE("a recording is served as it plays, and stays at its end", "[server]") {
  asio::io_context io{1};
  PlaybackOptions options;
  options.name = "made up";
  options.speed = 100;
  for (
      const auto* line :
      {R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.50000000}],"asks":[{"price":60000.1,"qty":0.25000000}],"checksum":0,"timestamp":"2026-01-02T03:04:05.678901Z"}]})",
       R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.35000000}],"asks":[],"checksum":0,"timestamp":"2026-01-02T03:04:15.801234Z"}]})"})
    (options.recording += line) += '\n';
  const auto market = play_market(io, std::move(options));
  REQUIRE_FALSE(market->empty());
  CHECK(market->symbols() == std::vector<std::string>{"BTC/USD"});
  std::vector<std::uint64_t> revisions;
  market->on_change([&](const VerifiedBook& book, Millis) { revisions.push_back(book.revision()); });
  market->start();
  io.run_for(5s);
  CHECK(revisions == std::vector<std::uint64_t>{1, 2});
  std::string source;
  market->ask([&](const MarketView& view) { view.append_source(source); });
  io.restart();
  io.run_for(1s);
  CHECK(source.find("\"ended\":true") != std::string::npos);
}

}  // namespace hadal::server
