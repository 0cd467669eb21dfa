/// A live client: one engine, its sockets and its clock on one strand, for use from any thread.
///
///   hadal::net::Client client;
///   client.subscribe_book("BTC/USD");
///   client.connect();
///   auto frames = client.frames("BTC/USD");
///   while (auto frame = frames.receive()) use(*frame);
///
/// Three ways to hear of things: listeners, called at once on the client's strand and lending what they are given (on()); a queue of event
/// lines for another thread, with a drop policy (events()); the newest state of one book for another thread (frames()). Threads that share a
/// stream of typed events: hub.hpp. A slow one never delays the others, nor the book, but where it asks for it (ReaderOptions::block).
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hadal/engine.hpp"
#include "hadal/flow/listeners.hpp"
#include "hadal/flow/presets.hpp"
#include "hadal_asio/readers.hpp"
#include "hadal_asio/transport.hpp"

namespace hadal::net {

struct ClientOptions {
  ClientConfig config{};                ///< as a preset has it; the seed is a random one unless it is set below
  std::optional<std::uint64_t> seed{};  ///< of the jitter: the same one gives the same delays
  TransportOptions transport{};
};

class Client {
 public:
  /// Runs on a thread of its own. Throws ConfigError naming the option.
  explicit Client(ClientOptions options = {});
  /// Runs where the caller runs his context, on a strand of it.
  Client(boost::asio::io_context& io, ClientOptions options);
  /// As stop(). One with its own thread waits for the end of it, at most two seconds. Not from its own listeners and callbacks.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // --- what the user wants; from any thread, errors as Engine has them where they can be known at once ---
  /// Connects, and stays connected until close(). Subscriptions may come before or after.
  void connect();
  /// A book with the depth of the options (or another one).
  Errc subscribe_book(std::string_view symbol, std::uint16_t depth = 0);
  Errc subscribe(Key key);
  Errc unsubscribe(Key key);
  void resync(std::string symbol);
  void retry_now();
  /// The answer to a private channel's need of a token.
  void set_token(std::string token);
  /// What is wanted stays wanted for the next connect().
  void close(int code = 1000, std::string reason = {});
  /// Closes, ends every reader, and calls `stopped` when the last socket is gone: at once or within kStopMs. Final; twice is fine.
  void stop(std::function<void()> stopped = {});
  static constexpr int kStopMs = 1'500;

  // --- listeners: called on the strand, in order; what they are given is lent for the call ---
  /// Ends the listener when it is destroyed: at once on the strand; from another thread in turn, so that calls may still come until whatever was
  /// posted before is done. What a listener refers to must live until then, or as long as the client.
  class [[nodiscard]] Listener {
   public:
    Listener() = default;
    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&& other) noexcept;
    ~Listener() { dispose(); }
    void dispose();
    /// It stays as long as the client.
    void release() noexcept;

   private:
    friend class Client;
    std::shared_ptr<void> entry_;
  };
  Listener on(EventMask types, Listeners::Listener listener);
  Listener on(EventType type, Listeners::Listener listener) { return on(mask_of(type), std::move(listener)); }
  /// By what the event holds: `on<TradeEvent>([](const Event& event, const TradeEvent& trade) { ... })`.
  template <class Body, class Typed>
  Listener on(Typed typed) {
    return on(kAllEvents, [typed = std::move(typed)](const Event& event) {
      if (const auto* body = std::get_if<Body>(&event.body)) typed(event, *body);
    });
  }

  // --- readers: each for one thread, any one ---
  /// Lines of events (log.hpp). Throws ConfigError if the options cannot be.
  [[nodiscard]] EventReader events(ReaderOptions options = {});
  /// The newest state of a book, `levels` a side (0: all). Subscribes nothing.
  [[nodiscard]] FrameReader frames(std::string symbol, std::size_t levels = 10);

  // --- the engine itself, on its strand ---
  /// `act(Engine&, Millis now)` as an input. What it throws is nobody's: it ends the program.
  void post(Driver::Act act);
  /// post() for whoever may outlive the client: nothing happens then, and the act is destroyed.
  using Poster = std::function<void(Driver::Act)>;
  [[nodiscard]] Poster poster() const;
  /// The answer of `ask(const Engine&, Millis now)`. Broken if the client has been stopped.
  template <class Ask>
  [[nodiscard]] auto ask(Ask ask) {
    using Answer = std::invoke_result_t<Ask, const Engine&, Millis>;
    auto task = std::make_shared<std::packaged_task<Answer(const Engine&, Millis)>>(std::move(ask));
    post([task](Engine& engine, Millis now) { (*task)(engine, now); });
    return task->get_future();
  }
  /// Called after each input, on the strand, in the order of the calls, until it says false. Must not call back into the client but by post().
  using Look = std::function<bool(Engine&, Millis)>;
  void after_input(Look look);
  /// Everything here happens on it.
  [[nodiscard]] const Strand& strand() const noexcept;
  [[nodiscard]] std::uint16_t depth() const noexcept;

  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace hadal::net
