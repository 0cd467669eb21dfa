// How long a message takes from its bytes to whoever hears of it: in process at a given rate, and over a socket on loopback at rates up to the highest
// that is kept up with. Every update is applied and its checksum compared. Prints a table.
//
//   hadal_live_bench [--seconds N]
//
// Times count from when a message was due, not from when it was its turn: a sender that falls behind does not hide what it delayed.

#include <algorithm>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "bench/synthetic_feed.hpp"
#include "hadal/flow/listeners.hpp"
#include "hadal_asio/client.hpp"
#include "hadal_asio/hub.hpp"

namespace {

using Steady = std::chrono::steady_clock;
using Nanos = std::chrono::nanoseconds;
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

constexpr std::uint16_t kDepth = 10;

std::int64_t now_ns() { return std::chrono::duration_cast<Nanos>(Steady::now().time_since_epoch()).count(); }

/// Written by one thread, read when that is done.
class Times {
 public:
  explicit Times(std::size_t most) { values_.reserve(most); }
  void add(std::int64_t ns) {
    if (values_.size() < values_.capacity()) values_.push_back(ns);
  }
  [[nodiscard]] std::size_t count() const noexcept { return values_.size(); }
  void print(const char* what, double rate) {
    if (values_.empty()) return;
    std::sort(values_.begin(), values_.end());
    const auto at = [&](double part) {
      return static_cast<double>(
                 values_[std::min(values_.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values_.size())))]) /
             1e3;
    };
    std::printf("%-44s %9.0f/s %9zu  p50 %9.1f us  p99 %9.1f us  p99.9 %9.1f us\n", what, rate, values_.size(), at(0.5), at(0.99),
                at(0.999));
    std::fflush(stdout);
  }

 private:
  std::vector<std::int64_t> values_;
};

/// Subscribes without a socket: the bench says what the exchange would.
struct NoTransport final : hadal::net::Transport, hadal::net::Clock {
  struct Nothing final : hadal::net::Socket {
    void send(std::string) override {}
    void close(int, std::string_view) override {}
    void hold(bool) override {}
  };
  std::unique_ptr<hadal::net::Socket> open(hadal::ConnectionId, hadal::Endpoint, hadal::net::SocketOwner&) override {
    return std::make_unique<Nothing>();
  }
  hadal::Millis now() override { return {now_ns() / 1'000'000}; }
  std::optional<hadal::UnixNanos> wall() override {
    return std::chrono::duration_cast<Nanos>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  void wake_at(std::optional<hadal::Millis>) override {}
};

std::string ack(std::string_view request) {
  const auto at = request.find("\"req_id\":");
  const auto id = std::string{request.substr(at + 9, request.find_first_of(",}", at) - at - 9)};
  return R"({"method":"subscribe","result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"success":true,"req_id":)" +
         id + R"(,"time_in":"2026-01-02T03:04:05.000001Z","time_out":"2026-01-02T03:04:05.000002Z"})";
}

void in_process(const bench::SyntheticFeed& feed, std::int64_t rate, int seconds) {
  hadal::Listeners listeners;
  hadal::SessionConfig config;
  config.seed = 1;
  hadal::Engine engine{config, &listeners};
  NoTransport around;
  hadal::net::Driver driver{engine, around, around};
  hadal::Key key;
  key.symbol = bench::kSymbol;
  driver.input([&](hadal::Engine& to, hadal::Millis now) {
    static_cast<void>(to.connect(now));
    static_cast<void>(to.subscribe(now, key));
  });
  driver.on_open(1);
  driver.on_text(1, ack("\"req_id\":1}"));

  const auto total = static_cast<std::size_t>(rate) * static_cast<std::size_t>(seconds);
  Times times{total};
  std::int64_t due = 0;
  const auto heard = listeners.on(hadal::EventType::book_update, [&](const hadal::Event&) { times.add(now_ns() - due); });
  driver.on_text(1, feed.snapshot());
  const auto begun = now_ns();
  const auto apart = 1'000'000'000 / rate;
  for (std::size_t i = 0; i < total; ++i) {
    if (i % feed.updates().size() == 0 && i != 0) driver.on_text(1, feed.snapshot());
    due = begun + static_cast<std::int64_t>(i) * apart;
    while (now_ns() < due) {
    }
    driver.on_text(1, feed.updates()[i % feed.updates().size()].frame);
  }
  const auto seconds_taken = static_cast<double>(now_ns() - begun) / 1e9;
  const auto* book = engine.book(bench::kSymbol);
  if (book == nullptr || !book->verified() || book->counters().mismatched != 0) {
    std::puts("the book is not verified: these figures mean nothing");
    std::exit(1);
  }
  times.print("in process, bytes in to listener", static_cast<double>(total) / seconds_taken);
}

/// An exchange that knows one book and sends as fast as it is told to.
class Sender {
 public:
  Sender(const bench::SyntheticFeed& feed, std::int64_t rate, std::size_t total) : feed_{feed}, rate_{rate}, due_(total) {
    thread_ = std::thread{[this] { run(); }};
  }
  ~Sender() { thread_.join(); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  [[nodiscard]] std::string url() { return "ws://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/v2"; }
  /// When message i was to be sent. Written before it is.
  [[nodiscard]] std::int64_t due(std::size_t i) const { return due_[i].load(std::memory_order_acquire); }

 private:
  static void frame(std::string& out, std::string_view text) {
    out += '\x81';
    if (text.size() < 126) {
      out += static_cast<char>(text.size());
    } else if (text.size() < 65'536) {
      out += '\x7E';
      out += static_cast<char>(text.size() >> 8);
      out += static_cast<char>(text.size() & 0xFF);
    }
    out += text;
  }

  void run() {
    tcp::socket socket{io_};
    acceptor_.accept(socket);
    socket.set_option(tcp::no_delay{true});
    beast::websocket::stream<tcp::socket&> stream{socket};
    stream.accept();
    beast::flat_buffer received;
    stream.read(received);
    std::string out;
    frame(out, ack({static_cast<const char*>(received.data().data()), received.size()}));
    frame(out, feed_.snapshot());
    asio::write(socket, asio::buffer(out));
    std::this_thread::sleep_for(std::chrono::milliseconds{100});

    // A batch each 100 us: what a busy exchange's kernel would do with it, too.
    constexpr std::int64_t kBatch = 100'000;
    const auto begun = now_ns();
    boost::system::error_code error;
    for (std::size_t i = 0; i < due_.size() && !error;) {
      const auto batch_at = begun + static_cast<std::int64_t>(i) * 1'000'000'000 / rate_;
      while (now_ns() < batch_at) std::this_thread::yield();
      out.clear();
      const auto until = std::min(due_.size(), i + static_cast<std::size_t>(std::max<std::int64_t>(1, rate_ * kBatch / 1'000'000'000)));
      for (; i < until; ++i) {
        if (i % feed_.updates().size() == 0 && i != 0) frame(out, feed_.snapshot());
        due_[i].store(batch_at, std::memory_order_release);
        frame(out, feed_.updates()[i % feed_.updates().size()].frame);
      }
      asio::write(socket, asio::buffer(out), error);
    }
    // Until the client hangs up.
    for (std::array<char, 256> ignored{}; !error;) socket.read_some(asio::buffer(ignored), error);
  }

  const bench::SyntheticFeed& feed_;
  std::int64_t rate_;
  std::vector<std::atomic<std::int64_t>> due_;
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

/// False if the client fell behind.
bool over_loopback(const bench::SyntheticFeed& feed, std::int64_t rate, int seconds, bool with_hub) {
  const auto total = static_cast<std::size_t>(rate) * static_cast<std::size_t>(seconds);
  Sender sender{feed, rate, total};
  hadal::net::ClientOptions options;
  options.transport.urls[0] = sender.url();
  hadal::net::Client client{options};
  Times at_listener{total};
  Times at_reader{total};
  std::promise<void> all;
  std::size_t heard = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  hadal::net::Hub hub;
  std::optional<hadal::net::HubReader> reader;
  std::thread consumer;
  if (with_hub) {
    hub.attach(client, "loopback");
    reader.emplace(hub.subscribe(mask_of(hadal::EventType::book_update), {}, 65'536));
    consumer = std::thread{[&] {
      std::size_t i = 0;
      while (const auto event = reader->receive()) {
        if (std::holds_alternative<hadal::net::Lagged>(event->body)) std::exit(2);
        const auto& book = std::get<hadal::net::HubBook>(event->body);
        if (book.kind == hadal::FrameKind::update && i < total) at_reader.add(now_ns() - sender.due(i++));
      }
    }};
  }
  client
      .on(hadal::EventType::book_update,
          [&](const hadal::Event&) {
            const auto now = now_ns();
            if (heard == 0) first = now;
            at_listener.add(now - sender.due(heard));
            last = now;
            if (++heard == total) all.set_value();
          })
      .release();
  client.subscribe_book(bench::kSymbol);
  client.connect();
  const bool finished = all.get_future().wait_for(std::chrono::seconds{seconds * 3 + 5}) == std::future_status::ready;
  const bool verified = client
                            .ask([](const hadal::Engine& engine, hadal::Millis) {
                              const auto* book = engine.book(bench::kSymbol);
                              return book != nullptr && book->verified() && book->counters().mismatched == 0;
                            })
                            .get();
  client.stop();
  hub.end();
  if (consumer.joinable()) consumer.join();
  if (!finished || !verified) {
    std::printf("over loopback at %lld/s: %zu of %zu messages, %s\n", static_cast<long long>(rate), heard, total,
                verified ? "in too much time" : "and the book is not verified");
    return false;
  }
  const auto reached = static_cast<double>(total) / (static_cast<double>(last - first) / 1e9);
  at_listener.print("over loopback, sent to listener", reached);
  if (with_hub) at_reader.print("over loopback, sent to another thread (hub)", reached);
  return reached > 0.97 * static_cast<double>(rate);
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 2 && std::string_view{argv[1]} == "--seconds" ? std::max(1, std::atoi(argv[2])) : 5;
  const bench::SyntheticFeed feed{kDepth, 7};
  in_process(feed, 100'000, seconds);
  for (const std::int64_t rate : {20'000, 50'000, 100'000, 150'000, 200'000, 250'000, 300'000, 400'000})
    if (!over_loopback(feed, rate, seconds, rate <= 100'000)) break;
}
