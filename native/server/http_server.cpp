#include "server/http_server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "hadal/session/pacing.hpp"
#include "server/board.hpp"
#include "server/files.hpp"
#include "server/request.hpp"

namespace hadal::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Stream = beast::basic_stream<tcp, asio::io_context::executor_type>;
using Steady = std::chrono::steady_clock;

constexpr std::uint32_t kHeaderBytes = 8u << 10;
constexpr std::chrono::seconds kFirst{10};        ///< for the first request
constexpr std::chrono::seconds kIdle{60};         ///< for the next request of a connection
constexpr std::chrono::seconds kStuck{60};        ///< for a client that takes nothing of what it is sent
constexpr std::chrono::seconds kComment{15};      ///< between comments that keep a stream open
constexpr std::chrono::milliseconds kPause{100};  ///< after accept() failed, for lack of descriptors perhaps
constexpr int kStreamBuffer = 64 << 10;           ///< bytes that the system keeps for a stream that does not read
constexpr std::int64_t kRequestsPerSecond = 100;

std::int64_t now_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now().time_since_epoch()).count(); }

constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 2000\n\n";

std::string url_of(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return "http://" + (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(endpoint.port());
}

class Visitor;

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(asio::io_context& on, Market& of, const HttpOptions& wanted, Say to)
      : io{on}, market{of}, options{wanted}, say{std::move(to)}, acceptor{on}, pause{on}, board{of.symbols(), [this] { wake(); }} {}

  void listen();
  void accept();
  void wake();
  void collect();
  void gone(Visitor& visitor);
  void tell(std::string_view level, const std::string& text) const {
    if (say) say(level, text);
  }
  [[nodiscard]] HttpStats stats() const;

  asio::io_context& io;
  Market& market;
  HttpOptions options;
  Say say;
  asio::basic_socket_acceptor<tcp, asio::io_context::executor_type> acceptor;
  asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, asio::io_context::executor_type> pause;
  Board board;
  std::set<Visitor*> visitors;
  std::map<std::string, std::set<Visitor*>, std::less<>> streams;  ///< by symbol
  std::size_t streaming = 0;
  HttpStats counted;
  Steady::time_point begun = Steady::now();
  std::function<void()> stopped;
  bool stopping = false;
  bool full_said = false;
};

namespace {

/// One connection: requests one after the other, or a stream.
class Visitor : public std::enable_shared_from_this<Visitor> {
 public:
  Visitor(std::shared_ptr<HttpServer::State> server, Stream::socket_type socket, bool welcome)
      : server_{std::move(server)},
        stream_{std::move(socket)},
        timer_{server_->io},
        welcome_{welcome},
        bucket_{kRequestsPerSecond, kRequestsPerSecond * 1'000} {
    server_->visitors.insert(this);
  }
  ~Visitor() {
    leave_stream();
    server_->gone(*this);
  }
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  void read() {
    parser_.emplace();
    parser_->header_limit(kHeaderBytes);
    parser_->body_limit(kHeaderBytes);
    stream_.expires_after(std::exchange(first_, false) ? kFirst : kIdle);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](const error_code& error, std::size_t) {
      if (error == http::error::header_limit)
        return self->respond(error_answer(431, "header_too_large", "the header of a request may have 8 KiB"), false);
      if (error == http::error::body_limit) return self->respond(error_answer(413, "body_too_large", "requests have no body here"), false);
      if (error == http::error::end_of_stream || error == beast::error::timeout || error == asio::error::operation_aborted ||
          error == asio::error::connection_reset)
        return self->hang_up();
      if (error) return self->respond(error_answer(400, "bad_request", "this is no HTTP request"), false);
      self->answer();
    });
  }

  /// An event for a stream. Until the book as it is has come, what changes waits for it.
  void put(const StreamTextPtr& event) {
    mailbox_.miss(event->missed);
    if (!joined_) return mailbox_.put(event);
    deliver(event);
  }

  /// Says nothing more after what is under way.
  void stop() {
    stopping_ = true;
    if (!busy_ && !writing_) hang_up();
  }

 private:
  void deliver(const StreamTextPtr& event) {
    if (interval_ms_ != 0 && !event->important) {
      const auto now = now_ms();
      if (now < next_at_ || held_ != nullptr) {
        held_ = event;
        if (now < next_at_) return schedule();
      }
      next_at_ = now + interval_ms_;
      held_.reset();
    } else if (event->important) {
      held_.reset();  // it is older
    }
    mailbox_.put(event);
    if (!writing_) write_events();
  }

  void answer() {
    const auto request = parser_->release();
    keep_alive_ = request.keep_alive();
    head_only_ = request.method() == http::verb::head;
    ++server_->counted.requests;
    if (!welcome_)
      return respond(error_answer(503, "too_many_clients", "this server has as many clients as it may (--max-clients)"), false);
    if (!bucket_.take(Millis{now_ms()}))
      return respond(error_answer(429, "too_many_requests", "a client may ask 100 times a second"), true);
    if (request.method() != http::verb::get) return respond(error_answer(405, "method_not_allowed", "only GET is answered here"), true);
    const std::string_view target{request.target().data(), request.target().size()};
    server_->tell("debug", "GET " + std::string{target});
    std::visit([this](auto&& ask) { take(std::forward<decltype(ask)>(ask)); }, read_target(target));
  }

  void take(Answer answer) { respond(std::move(answer), true); }
  void take(AskSymbols) { respond({200, symbols_json(server_->market.symbols())}, true); }
  void take(AskHealth) {
    ask([](const MarketView& market, const std::vector<std::string>& symbols, const HttpStats&) { return health_answer(market, symbols); });
  }
  void take(AskStatus) {
    ask([](const MarketView& market, const std::vector<std::string>& symbols, const HttpStats& http) {
      return status_answer(market, symbols, http);
    });
  }
  void take(AskMetrics) {
    ask([](const MarketView& market, const std::vector<std::string>&, const HttpStats& http) { return metrics_answer(market, http); });
  }
  void take(AskDepth asked) {
    if (!server_->board.knows(asked.question.symbol)) return respond(unknown(asked.question.symbol), true);
    ask([question = std::move(asked.question)](const MarketView& market, const std::vector<std::string>&, const HttpStats&) {
      return depth_answer(market, question);
    });
  }
  void take(AskStream asked) {
    if (!server_->board.knows(asked.symbol)) return respond(unknown(asked.symbol), true);
    begin_stream(std::move(asked));
  }
  void take(AskFile asked) {
    if (auto file = file_answer(server_->options.demo, asked.path)) return respond(std::move(*file), true);
    const bool index = asked.path == "/books" || (asked.path == "/" && server_->options.demo.empty());
    if (index) return respond(index_page(server_->market.symbols(), !server_->options.demo.empty()), true);
    respond(
        error_answer(404, "not_found", "there is /symbols, /depth/BASE%2FQUOTE, /stream/BASE%2FQUOTE, /health, /status, /metrics, /books"),
        true);
  }

  static Answer unknown(const std::string& symbol) {
    return error_answer(404, "unknown_symbol", symbol + " is not served here; /symbols lists what is");
  }

  /// The market answers on its own strand; the answer is written here.
  template <class Make>
  void ask(Make make) {
    busy_ = true;
    server_->market.ask([ticket = ticket(), http = server_->stats(), make = std::move(make)](const MarketView& market) {
      auto made = make(market, ticket->server_->market.symbols(), http);
      asio::post(ticket->server_->io, [ticket, made = std::move(made)]() mutable {
        ticket->asked_ = false;
        ticket->respond(std::move(made), true);
      });
    });
  }

  /// What goes with a question to the market's thread. However that ends, this client is let go of on its own thread, and has an answer.
  std::shared_ptr<Visitor> ticket() {
    asked_ = true;
    return {this, [self = shared_from_this()](Visitor*) mutable {
              auto& io = self->server_->io;
              asio::post(io, [self = std::move(self)] {
                if (!std::exchange(self->asked_, false)) return;
                if (self->streaming_) self->hang_up();
                else self->respond(error_answer(503, "stopping", "this server is about to stop"), false);
              });
            }};
  }

  void respond(Answer answer, bool may_go_on) {
    busy_ = true;
    response_ = {};
    response_.result(static_cast<unsigned>(answer.status));
    response_.set(http::field::content_type, beast::string_view{answer.type.data(), answer.type.size()});
    response_.set(http::field::cache_control, "no-store");
    response_.set("X-Content-Type-Options", "nosniff");
    if (answer.status == 405) response_.set(http::field::allow, "GET");
    if (answer.status == 429 || answer.status == 503) response_.set(http::field::retry_after, "1");
    const bool goes_on = may_go_on && keep_alive_ && !stopping_;
    response_.keep_alive(goes_on);
    if (!std::exchange(head_only_, false)) response_.body() = std::move(answer.body);  // the answer to HEAD has none
    response_.prepare_payload();
    stream_.expires_after(kStuck);
    http::async_write(stream_, response_, [self = shared_from_this(), goes_on](const error_code& error, std::size_t) {
      self->busy_ = false;
      if (error || !goes_on || self->stopping_) return self->hang_up();
      self->read();
    });
  }

  // --- streams ---

  void begin_stream(AskStream asked) {
    symbol_ = std::move(asked.symbol);
    interval_ms_ = asked.interval_ms;
    ++server_->streaming;
    server_->board.watch(symbol_, 1);
    streaming_ = true;
    error_code ignored;
    stream_.socket().set_option(asio::socket_base::send_buffer_size{kStreamBuffer}, ignored);
    stream_.socket().set_option(tcp::no_delay{true}, ignored);
    watch_for_the_end();
    writing_ = true;
    stream_.expires_after(kStuck);
    asio::async_write(stream_, asio::buffer(kStreamHead.data(), kStreamHead.size()),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        self->writing_ = false;
                        if (error) return self->hang_up();
                        self->join();
                      });
  }

  /// First the book as it is, then every change after that, and none before: changes are collected from now on, and numbered.
  void join() {
    server_->streams[symbol_].insert(this);
    server_->market.ask([self = ticket()](const MarketView& market) {
      const auto* book = market.book(self->symbol_);
      auto text = book == nullptr ? stream_nothing(self->symbol_) : stream_event(*book, StreamKind::snapshot);
      auto event =
          std::make_shared<const StreamText>(StreamText{std::move(text), true, 0, self->server_->board.last_number(self->symbol_)});
      asio::post(self->server_->io, [self, event = std::move(event)] {
        self->asked_ = false;
        if (!self->left_) self->begin_with(event);
      });
    });
  }

  void begin_with(const StreamTextPtr& snapshot) {
    joined_ = true;
    static_cast<void>(mailbox_.take_missed());
    auto waiting = mailbox_.take();
    keep_open();
    deliver(snapshot);
    for (const auto& event : waiting)
      if (event->number > snapshot->number) deliver(event);
  }

  /// A client that goes away is noticed at once; what it says is nothing to a stream.
  void watch_for_the_end() {
    stream_.socket().async_read_some(asio::buffer(ignored_), [self = shared_from_this()](const error_code& error, std::size_t) {
      if (error) return self->hang_up();
      self->watch_for_the_end();
    });
  }

  void write_events() {
    const auto missed = mailbox_.take_missed();
    sending_ = mailbox_.take();
    head_.clear();
    if (missed != 0) {
      server_->counted.lagged += missed;
      head_ = stream_lag(symbol_, missed);
    }
    buffers_.clear();
    if (!head_.empty()) buffers_.push_back(asio::buffer(head_));
    for (const auto& event : sending_) buffers_.push_back(asio::buffer(event->text));
    for (const auto& event : sending_) server_->counted.sent_events += event->text.front() == ':' ? 0 : 1;  // comments are none
    write();
  }

  void write() {
    writing_ = true;
    stream_.expires_after(kStuck);
    asio::async_write(stream_, buffers_, [self = shared_from_this()](const error_code& error, std::size_t) {
      self->writing_ = false;
      self->sending_.clear();
      if (error) return self->hang_up();
      self->stream_.expires_never();
      if (!self->mailbox_.empty()) return self->write_events();
      if (self->stopping_) return self->hang_up();
    });
  }

  /// A comment now and then, and what an interval held back.
  void keep_open() {
    comment_at_ = now_ms() + std::chrono::milliseconds{kComment}.count();
    schedule();
  }
  void schedule() {
    auto at = comment_at_;
    if (held_ != nullptr) at = std::min(at, next_at_);
    timer_.expires_at(Steady::time_point{std::chrono::milliseconds{at}});
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      if (error || self->left_) return;
      const auto now = now_ms();
      if (self->held_ != nullptr && now >= self->next_at_) {
        auto held = std::exchange(self->held_, nullptr);
        self->put(held);
      }
      if (now >= self->comment_at_) {
        static const auto kNothing = std::make_shared<const StreamText>(StreamText{": still here\n\n", true, 0});
        if (!self->writing_) {
          self->mailbox_.put(kNothing);
          self->write_events();
        }
        self->comment_at_ = now + std::chrono::milliseconds{kComment}.count();
      }
      self->schedule();
    });
  }

  void leave_stream() {
    if (!std::exchange(streaming_, false)) return;
    --server_->streaming;
    server_->board.watch(symbol_, -1);
    const auto found = server_->streams.find(symbol_);
    if (found == server_->streams.end()) return;
    found->second.erase(this);
    if (found->second.empty()) server_->streams.erase(found);
  }

  void hang_up() {
    if (std::exchange(left_, true)) return;
    leave_stream();
    timer_.cancel();
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.close();
  }

  std::shared_ptr<HttpServer::State> server_;
  Stream stream_;
  asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, asio::io_context::executor_type> timer_;
  bool welcome_;
  TokenBucket bucket_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  bool keep_alive_ = false;
  bool head_only_ = false;
  bool first_ = true;
  bool busy_ = false;   ///< a request is being answered
  bool asked_ = false;  ///< and the market's answer is awaited
  bool stopping_ = false;
  bool left_ = false;

  std::string symbol_;
  std::int64_t interval_ms_ = 0;
  std::int64_t next_at_ = 0;  ///< no update goes out before, ms of the steady clock
  std::int64_t comment_at_ = 0;
  StreamTextPtr held_;
  Mailbox mailbox_;
  std::deque<StreamTextPtr> sending_;
  std::string head_;
  std::vector<asio::const_buffer> buffers_;
  std::array<char, 512> ignored_{};
  bool streaming_ = false;
  bool joined_ = false;  ///< the book as it was has been sent
  bool writing_ = false;
};

}  // namespace

void HttpServer::State::listen() {
  error_code error;
  const auto address = asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, error);
  const auto fail = [this](const std::string& why) { throw ListenError{options.host + ':' + std::to_string(options.port) + ": " + why}; };
  if (error) fail("must be an IP address or localhost, and a port");
  const tcp::endpoint endpoint{address, options.port};
  const auto check = [&] {
    const auto* const advice = error == asio::error::address_in_use ? "; choose another with --listen" : "";
    if (error) fail("cannot be listened on: " + error.message() + advice);
  };
  acceptor.open(endpoint.protocol(), error);
  check();
  acceptor.set_option(asio::socket_base::reuse_address{true}, error);
  acceptor.bind(endpoint, error);
  check();
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  check();
}

void HttpServer::State::accept() {
  acceptor.async_accept([self = shared_from_this()](const error_code& error, Stream::socket_type socket) {
    if (!self->acceptor.is_open()) return;
    if (error) {
      self->pause.expires_after(kPause);
      self->pause.async_wait([self](const error_code& over) {
        if (!over && self->acceptor.is_open()) self->accept();
      });
      return;
    }
    // A few more than may be are heard, to be told so.
    constexpr std::size_t kTold = 64;
    const bool welcome = self->visitors.size() < self->options.max_clients;
    if (!welcome) ++self->counted.refused;
    if (!welcome && !std::exchange(self->full_said, true))
      self->tell("warn", "more clients than --max-clients " + std::to_string(self->options.max_clients) + ": some are turned away");
    if (welcome || self->visitors.size() < self->options.max_clients + kTold)
      std::make_shared<Visitor>(self, std::move(socket), welcome)->read();
    self->accept();
  });
}

/// From the market's strand.
void HttpServer::State::wake() {
  asio::post(io, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->collect();
  });
}

void HttpServer::State::collect() {
  board.collect([this](const std::string& symbol, const StreamTextPtr& event) {
    const auto found = streams.find(symbol);
    if (found == streams.end()) return;
    // A client may leave while it is being served.
    std::vector<std::shared_ptr<Visitor>> clients;
    clients.reserve(found->second.size());
    for (auto* visitor : found->second) clients.push_back(visitor->shared_from_this());
    for (const auto& visitor : clients) visitor->put(event);
  });
}

void HttpServer::State::gone(Visitor& visitor) {
  visitors.erase(&visitor);
  if (visitors.empty() && stopped) std::exchange(stopped, {})();
}

HttpStats HttpServer::State::stats() const {
  auto out = counted;
  out.clients = visitors.size();
  out.streams = streaming;
  out.uptime_ms = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begun).count();
  return out;
}

HttpServer::HttpServer(asio::io_context& io, Market& market, const HttpOptions& options, Say say)
    : state_{std::make_shared<State>(io, market, options, std::move(say))} {
  state_->listen();
  market.on_change([weak = std::weak_ptr{state_}](const VerifiedBook& book, Millis) {
    if (const auto self = weak.lock()) self->board.changed(book);
  });
  state_->accept();
}

HttpServer::~HttpServer() {
  error_code ignored;
  state_->acceptor.close(ignored);
}

std::string HttpServer::url() const { return url_of(state_->acceptor.local_endpoint()); }
HttpStats HttpServer::stats() const { return state_->stats(); }

void HttpServer::stop(std::function<void()> stopped) {
  auto& state = *state_;
  if (std::exchange(state.stopping, true)) return;
  error_code ignored;
  state.acceptor.close(ignored);
  state.pause.cancel();
  state.stopped = std::move(stopped);
  std::vector<std::shared_ptr<Visitor>> visitors;
  for (auto* visitor : state.visitors) visitors.push_back(visitor->shared_from_this());
  if (visitors.empty() && state.stopped) std::exchange(state.stopped, {})();
  for (const auto& visitor : visitors) visitor->stop();
}

}  // namespace hadal::server
