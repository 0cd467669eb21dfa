#include "sim/listener.hpp"

#include <unordered_map>
#include <utility>

#include "sim/peer.hpp"
#include "sim/visit.hpp"

namespace hadal::sim_server {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds kAcceptPause{100};  ///< after a failure, which may be a lack of descriptors

std::string url_of(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return "ws://" + (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(endpoint.port()) +
         std::string{kPath};
}

}  // namespace

struct Listener::State final : Handler {
  State(asio::io_context& io, const tcp::endpoint& endpoint, Handler& to)
      : acceptor{io, endpoint, true}, pause{io}, url{url_of(acceptor.local_endpoint())}, handler{to} {}

  void accept() {
    acceptor.async_accept([this](const boost::system::error_code& error, Stream::socket_type socket) {
      if (!acceptor.is_open()) return;
      if (error) return accept_later();
      boost::system::error_code ignored;
      socket.set_option(tcp::no_delay{true}, ignored);
      const auto admit_it = [this](Stream& stream, UpgradeRequest& request) { return admit(stream, request); };
      std::make_shared<Visit>(Stream{std::move(socket)}, url, admit_it)->start();
      accept();
    });
  }

  void accept_later() {
    pause.expires_after(kAcceptPause);
    pause.async_wait([this](const boost::system::error_code& error) {
      if (!error && acceptor.is_open()) accept();
    });
  }

  int admit(Stream& stream, UpgradeRequest& request) {
    if (!acceptor.is_open()) return 503;
    const auto id = ++last;
    const auto status = handler.on_request(id);
    if (status != 101) return status;
    ++counters.served;
    const auto peer = peers.emplace(id, std::make_shared<Peer>(std::move(stream), id, *this, counters)).first->second;
    peer->start(std::move(request));
    handler.on_open(id);
    return status;
  }

  int on_request(std::uint64_t connection) override { return handler.on_request(connection); }
  void on_open(std::uint64_t connection) override { handler.on_open(connection); }
  void on_text(std::uint64_t connection, std::string_view text) override { handler.on_text(connection, text); }
  void on_gone(std::uint64_t connection) override {
    peers.erase(connection);
    handler.on_gone(connection);
  }

  asio::basic_socket_acceptor<tcp, asio::io_context::executor_type> acceptor;
  asio::steady_timer pause;
  std::string url;
  Handler& handler;
  std::unordered_map<std::uint64_t, std::shared_ptr<Peer>> peers;
  std::uint64_t last = 0;
  Counters counters;
};

Listener::Listener(asio::io_context& io, const tcp::endpoint& endpoint, Handler& handler)
    : state_{std::make_unique<State>(io, endpoint, handler)} {
  state_->accept();
}

Listener::~Listener() = default;

std::string Listener::url() const { return state_->url; }

void Listener::send(sim::ServerFrame frame) {
  const auto found = state_->peers.find(frame.connection);
  if (found != state_->peers.end()) found->second->send(std::move(frame));
}

void Listener::stop() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  for (const auto& [id, peer] : state_->peers) peer->leave();
}

std::size_t Listener::connections() const noexcept { return state_->peers.size(); }
const Counters& Listener::counters() const noexcept { return state_->counters; }

}  // namespace hadal::sim_server
