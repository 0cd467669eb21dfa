#include "hadal_asio/transport.hpp"

#include <openssl/ssl.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <deque>
#include <set>
#include <type_traits>
#include <utility>

#include "hadal/version.hpp"
#include "hadal_asio/url.hpp"

namespace hadal::net {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

using Plain = beast::basic_stream<tcp, Strand>;
using Secure = beast::ssl_stream<Plain>;

/// Longer messages are refused unread (close code 1009); what the engine makes of shorter ones is its own matter.
constexpr std::size_t kLongestMessage = 2 * Limits{}.frame_bytes;
constexpr int kLost = 1006;  ///< RFC 6455: the connection ended without a close frame

/// What a socket is to its transport.
class Leaving {
 public:
  virtual ~Leaving() = default;
  virtual void cut() = 0;
};

}  // namespace

struct AsioTransport::State {
  State(const Strand& on, const TransportOptions& options) : strand{on} {
    for (int i = 0; i < kEndpoints; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const auto& given = options.urls[at];
      const std::string text{given.empty() ? default_url(static_cast<Endpoint>(i)) : given};
      const auto url = parse_url(text);
      if (!url || check_url(text, true) != Errc::ok)
        throw ConfigError{"url " + text + ": must be wss://host[:port]/path, or ws:// to this machine"};
      if (check_url(text, options.allow_plaintext) != Errc::ok)
        throw ConfigError{"url " + text + ": other machines are spoken to with wss:// only, unless plaintext is allowed (allow_plaintext)"};
      urls[at] = *url;
    }
    tls.set_verify_mode(ssl::verify_peer);
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    error_code error;
    if (options.ca_file.empty()) {
      tls.set_default_verify_paths(error);
    } else {
      tls.load_verify_file(options.ca_file, error);
      if (error) throw ConfigError{"ca_file " + options.ca_file + ": no certificates could be read from it: " + error.message()};
    }
  }

  void leave(Leaving& socket) {
    sockets.erase(&socket);
    if (sockets.empty() && idle) std::exchange(idle, {})();
  }

  Strand strand;
  ssl::context tls{ssl::context::tls_client};
  std::array<Url, kEndpoints> urls;
  std::set<Leaving*> sockets;    ///< open, opening or saying goodbye
  std::atomic<int> lookups = 0;  ///< of names, under way: nothing interrupts them
  std::function<void()> idle;
};

namespace {

/// One WebSocket. Keeps itself alive until it is closed; its owner may let go of it before.
template <class Next>
class WebSocket final : public Leaving, public std::enable_shared_from_this<WebSocket<Next>> {
 public:
  template <class Transport>
  WebSocket(std::shared_ptr<Transport> transport, const Url& url, ConnectionId id, SocketOwner& owner)
      : stream_{make(*transport)}, resolver_{transport->strand}, lookups_{transport->lookups}, url_{url}, id_{id}, owner_{&owner} {
    transport->sockets.insert(this);
    left_ = [transport](Leaving& self) { transport->leave(self); };
  }
  ~WebSocket() override { left_(*this); }
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  void start() {
    if (closing_) return;
    looking_up_ = true;
    ++lookups_;
    resolver_.async_resolve(url_.host, url_.port, [self = this->shared_from_this()](const error_code& error, const auto& found) {
      self->looking_up_ = false;
      --self->lookups_;
      if (self->closing_) return;
      if (error) return self->fail("looking up " + self->url_.host, error);
      for (const auto& entry : found) self->addresses_.push_back(entry.endpoint());
      self->connect();
    });
  }

  void send(std::string text) {
    if (!open_ || closing_) return;
    queue_.push_back(std::move(text));
    if (queue_.size() == 1) write();
  }

  void close(int code, std::string_view reason) {
    owner_ = nullptr;
    if (std::exchange(closing_, true)) return;
    if (!open_) return cut();
    code_ = {static_cast<websocket::close_code>(code), {reason.data(), std::min(reason.size(), kLongestReason)}};
    queue_.resize(std::min<std::size_t>(queue_.size(), 1));  // the one on its way
    if (queue_.empty()) say_goodbye();
  }

  void hold(bool on) {
    if (std::exchange(held_, on) && !on && std::exchange(waiting_, false)) read();
  }

  void abandon() {
    owner_ = nullptr;
    if (!std::exchange(closing_, true)) cut();
  }

  /// A lookup cannot be interrupted: nobody waits for it.
  void cut() override {
    resolver_.cancel();
    error_code ignored;
    socket().close(ignored);
    if (looking_up_) left_(*this);
  }

 private:
  static constexpr std::size_t kLongestReason = 123;  ///< RFC 6455

  template <class Transport>
  static websocket::stream<Next, false> make(Transport& transport) {
    if constexpr (std::is_same_v<Next, Secure>) return websocket::stream<Next, false>{transport.strand, transport.tls};
    else return websocket::stream<Next, false>{transport.strand};
  }

  /// One address after the other: one that swallows everything must not hide the next.
  void connect() {
    constexpr std::chrono::seconds kEach{3};
    const auto address = addresses_.front();
    addresses_.pop_front();
    if (addresses_.empty()) beast::get_lowest_layer(stream_).expires_never();  // the last one has whatever time there is
    else beast::get_lowest_layer(stream_).expires_after(kEach);
    beast::get_lowest_layer(stream_).async_connect(address, [self = this->shared_from_this()](const error_code& error) {
      if (self->closing_) return;
      if (error && !self->addresses_.empty()) return self->connect();
      if (error) return self->fail("connecting to " + self->url_.authority(), error);
      beast::get_lowest_layer(self->stream_).expires_never();
      error_code ignored;
      self->socket().set_option(tcp::no_delay{true}, ignored);
      self->secure();
    });
  }

  [[nodiscard]] auto& socket() { return beast::get_lowest_layer(stream_).socket(); }

  void secure() {
    if constexpr (std::is_same_v<Next, Secure>) {
      auto& tls = stream_.next_layer();
      // The certificate has to be for this host. An address is no name, and is not asked for by name (RFC 6066).
      error_code is_name;
      static_cast<void>(asio::ip::make_address(url_.host, is_name));
      const bool set = is_name ? SSL_set1_host(tls.native_handle(), url_.host.c_str()) == 1 &&
                                     SSL_set_tlsext_host_name(tls.native_handle(), url_.host.c_str()) == 1
                               : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls.native_handle()), url_.host.c_str()) == 1;
      if (!set) return tell_failure(0, "TLS with " + url_.authority() + ": not a name that a certificate can have");
      tls.async_handshake(ssl::stream_base::client, [self = this->shared_from_this()](const error_code& error) {
        if (self->closing_) return;
        if (error) return self->fail("TLS with " + self->url_.authority(), error, self->certificate());
        self->upgrade();
      });
    } else {
      upgrade();
    }
  }

  /// What the verification of the other side's certificate says; empty: nothing against it.
  [[nodiscard]] std::string certificate() {
    if constexpr (std::is_same_v<Next, Secure>) {
      const auto result = SSL_get_verify_result(stream_.next_layer().native_handle());
      if (result == X509_V_OK) return {};
      const bool name = result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH;
      return name ? "is not for " + url_.host : std::string{"cannot be trusted: "} + X509_verify_cert_error_string(result);
    }
    return {};
  }

  void upgrade() {
    beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
    stream_.set_option(websocket::stream_base::decorator{
        [](websocket::request_type& request) { request.set(beast::http::field::user_agent, "hadal/" HADAL_VERSION); }});
    stream_.read_message_max(kLongestMessage);
    stream_.auto_fragment(false);
    stream_.async_handshake(response_, url_.authority(), url_.path, [self = this->shared_from_this()](const error_code& error) {
      if (error == websocket::error::upgrade_declined) return self->refused();
      if (error) return self->fail("the upgrade at " + self->url_.authority(), error);
      self->opened();
    });
  }

  void opened() {
    if (closing_) return;
    open_ = true;
    // From now on this limits the closing alone.
    stream_.set_option(
        websocket::stream_base::timeout{std::chrono::milliseconds{AsioTransport::kGoodbyeMs}, websocket::stream_base::none(), false});
    if (owner_ != nullptr) owner_->on_open(id_);
    read();
  }

  void refused() {
    const auto status = response_.result_int();
    const auto reason = response_.reason();
    tell_failure(static_cast<int>(status), "the upgrade was answered " + std::to_string(status) + (reason.empty() ? "" : " ") +
                                               std::string{reason.data(), reason.size()});
  }

  void fail(const std::string& doing, const error_code& error, const std::string& certificate = {}) {
    tell_failure(0, certificate.empty() ? doing + ": " + error.message() : doing + ": its certificate " + certificate);
  }

  void tell_failure(int status, const std::string& text) {
    closing_ = true;
    cut();
    if (auto* owner = std::exchange(owner_, nullptr)) owner->on_open_failed(id_, status, text);
  }

  void read() {
    if (held_) {
      waiting_ = true;
      return;
    }
    stream_.async_read(received_, [self = this->shared_from_this()](const error_code& error, std::size_t) {
      if (error) return self->ended(error);
      const auto data = self->received_.cdata();
      if (self->owner_ != nullptr) {
        if (self->stream_.got_text()) self->owner_->on_text(self->id_, {static_cast<const char*>(data.data()), data.size()});
        else self->owner_->on_binary(self->id_, data.size());
      }
      self->received_.clear();
      self->read();
    });
  }

  void ended(const error_code& error) {
    closing_ = true;
    cut();
    auto* owner = std::exchange(owner_, nullptr);
    if (owner == nullptr) return;
    const auto& said = stream_.reason();
    if (error == websocket::error::closed && said.code != websocket::close_code::none)
      return owner->on_closed(id_, said.code, {said.reason.data(), said.reason.size()});
    if (error == websocket::error::closed) return owner->on_closed(id_, websocket::close_code::no_status, "");
    const bool too_big = error == websocket::error::message_too_big || error == websocket::error::buffer_overflow;
    owner->on_closed(id_, too_big ? static_cast<int>(websocket::close_code::too_big) : kLost, error.message());
  }

  void write() {
    stream_.text(true);
    stream_.async_write(asio::buffer(queue_.front()), [self = this->shared_from_this()](const error_code& error, std::size_t) {
      if (error) return;  // read() has it, too
      self->queue_.pop_front();
      if (!self->queue_.empty()) self->write();
      else if (self->closing_) self->say_goodbye();
    });
  }

  /// A read that is held must go on: the other side's answer comes through it.
  void say_goodbye() {
    hold(false);
    stream_.async_close(code_, [self = this->shared_from_this()](const error_code&) { self->cut(); });
  }

  websocket::stream<Next, false> stream_;  ///< without permessage-deflate
  asio::ip::basic_resolver<tcp, Strand> resolver_;
  std::atomic<int>& lookups_;
  std::deque<tcp::endpoint> addresses_;  ///< that have not been tried
  const Url url_;
  const ConnectionId id_;
  SocketOwner* owner_;  ///< null: nobody hears
  std::function<void(Leaving&)> left_;
  websocket::response_type response_;
  beast::flat_buffer received_;
  std::deque<std::string> queue_;  ///< the first is being written
  websocket::close_reason code_;
  bool looking_up_ = false;
  bool open_ = false;
  bool closing_ = false;
  bool held_ = false;
  bool waiting_ = false;  ///< to read on
};

/// What the driver holds.
template <class Next>
class Handle final : public Socket {
 public:
  explicit Handle(std::shared_ptr<WebSocket<Next>> socket) : socket_{std::move(socket)} {}
  ~Handle() override { socket_->abandon(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  void send(std::string text) override { socket_->send(std::move(text)); }
  void close(int code, std::string_view reason) override { socket_->close(code, reason); }
  void hold(bool on) override { socket_->hold(on); }

 private:
  std::shared_ptr<WebSocket<Next>> socket_;
};

template <class Next, class State>
std::unique_ptr<Socket> open_one(const std::shared_ptr<State>& state, const Url& url, ConnectionId id, SocketOwner& owner) {
  auto socket = std::make_shared<WebSocket<Next>>(state, url, id, owner);
  // Later, so that nobody hears of it from inside this call.
  asio::post(state->strand, [socket] { socket->start(); });
  return std::make_unique<Handle<Next>>(std::move(socket));
}

}  // namespace

AsioTransport::AsioTransport(const Strand& strand, const TransportOptions& options) : state_{std::make_shared<State>(strand, options)} {}

AsioTransport::~AsioTransport() { state_->idle = {}; }

std::unique_ptr<Socket> AsioTransport::open(ConnectionId connection, Endpoint endpoint, SocketOwner& owner) {
  const auto& url = state_->urls[static_cast<std::size_t>(endpoint)];
  return url.secure ? open_one<Secure>(state_, url, connection, owner) : open_one<Plain>(state_, url, connection, owner);
}

void AsioTransport::when_idle(std::function<void()> done) {
  if (state_->sockets.empty()) return done();
  state_->idle = std::move(done);
}

bool AsioTransport::looking_up() const noexcept { return state_->lookups.load() != 0; }

void AsioTransport::abort() {
  const auto sockets = state_->sockets;
  for (auto* socket : sockets) socket->cut();
}

}  // namespace hadal::net
