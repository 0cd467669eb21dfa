#include "watch/app.hpp"

#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>

#include "watch/model.hpp"
#include "watch/news.hpp"
#include "watch/start.hpp"
#include "watch/terminal.hpp"

namespace hadal::watch {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{50};  ///< at most 20 pictures a second

/// Everything on one thread: what happens on the client's strand may look at its engine.
class App {
 public:
  explicit App(const Options& options)
      : state_{first_state(options)},
        client_{io_, options.client},
        keys_{client_.strand()},
        signals_{client_.strand(), SIGINT, SIGTERM, SIGHUP},
        tick_{client_.strand()} {
    // Before ncurses, which would take those that nobody has.
    for (const auto signal : {SIGWINCH, SIGTSTP, SIGCONT}) signals_.add(signal);
  }

  ExitCode run() {
    listen();
    for (const auto& watched : state_.symbols) {
      static_cast<void>(client_.subscribe_book(watched.symbol, watched.depth));
      static_cast<void>(client_.subscribe(trade_key(watched)));
    }
    client_.connect();
    client_.post([this](Engine& engine, Millis now) { begin(engine, now); });
    terminal_.emplace();
    state_.ascii = terminal_->ascii();
    io_.run();
    terminal_.reset();
    if (ever_open_) return ExitCode::done;
    const auto why = failure_.empty() ? state_.host + ": no answer yet" : failure_;
    std::fprintf(stderr, "hadal: watch: could not connect: %s\n", why.c_str());
    return ExitCode::no_connection;
  }

 private:
  void listen() {
    heard_ = client_.on(kAllEvents, [this](const Event& event) { hear(event); });
    client_.after_input([this](Engine&, Millis now) {
      now_ = now;
      seen_ = Steady::now();
      return true;
    });
  }

  /// The first thing that happens on the strand.
  void begin(const Engine& engine, Millis now) {
    engine_ = &engine;
    now_ = now;
    seen_ = Steady::now();
    const int input = dup(STDIN_FILENO);
    if (input >= 0) keys_.assign(input);
    await_keys();
    await_signal();
    paint();
    await_tick();
  }

  void hear(const Event& event) {
    if (const auto* session = std::get_if<SessionEvent>(&event.body)) {
      ever_open_ |= is_open(session->to);
      const bool failed = session->to == ConnectionState::degraded || session->to == ConnectionState::closed;
      if (failed && session->cause != ConnectionCause::user_close)
        failure_ = session->detail.empty() ? words(session->cause) + ": " + state_.host : plain(session->detail);
    }
    if (const auto* error = std::get_if<ErrorEvent>(&event.body); error != nullptr && error->channel == name(Channel::book))
      for (auto& watched : state_.symbols)
        if (watched.symbol == event.symbol && (error->code == Errc::subscribe_rejected || error->code == Errc::wrong_endpoint))
          watched.refusal = error->text;
    if (state_.closing) return;
    if (auto note = news_.hear(event)) state_.note = std::move(note);
  }

  // --- the screen ---
  /// The engine's clock, which only its inputs tell.
  [[nodiscard]] Millis now() const {
    return {now_.count + std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - seen_).count()};
  }

  /// Only what differs from the last screen is written, if anything does.
  void paint() {
    const auto size = terminal_->size();
    auto screen = compose(viewer_.look(*engine_, now(), state_), size);
    painted_at_ = Steady::now();
    if (screen == screen_) return;
    screen_ = std::move(screen);
    terminal_->paint(screen_);
  }

  /// At once if it is long enough since the last time.
  void paint_soon() {
    if (Steady::now() - painted_at_ >= kTick) paint();
  }

  void await_tick() {
    tick_.expires_after(kTick);
    tick_.async_wait([this](const error_code& error) {
      if (error) return;
      paint_soon();
      await_tick();
    });
  }

  // --- the user ---
  void await_keys() {
    if (!keys_.is_open()) return;
    keys_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& error) {
      if (error) return;
      bool any = false;
      while (const auto key = terminal_->read()) {
        any = true;
        act(*key);
      }
      if (!any && !terminal_->connected()) return quit();
      paint_soon();
      await_keys();
    });
  }

  void act(Press key) {
    const auto before = state_.watched();
    switch (press(state_, key, engine_->book(before.symbol), increment_of(*engine_, before.symbol), now())) {
      case Wish::nothing: break;
      case Wish::change_depth: change_depth(before); break;
      case Wish::ask_again: ask_again(); break;
      case Wish::quit: quit(); break;
    }
  }

  /// A book is as deep as the deepest that anybody wants: a deeper one is asked for first, so that the old one is there until it comes; a
  /// flatter one can only come when the old one is gone.
  void change_depth(const Watched& before) {
    auto& watched = state_.watched();
    const bool wanted = before.refusal.empty();
    const bool deeper = watched.depth > before.depth;
    if (!deeper && wanted) static_cast<void>(client_.unsubscribe(book_key(before)));
    static_cast<void>(client_.subscribe_book(watched.symbol, watched.depth));
    if (deeper && wanted) static_cast<void>(client_.unsubscribe(book_key(before)));
    watched.refusal.clear();
  }

  void ask_again() {
    auto& watched = state_.watched();
    const auto say = [&](std::string text) { state_.note = Note{Tone::neutral, std::move(text), now()}; };
    const auto state = engine_->market().state();
    if (state == ConnectionState::closed) {
      say("connecting again");
      return client_.connect();
    }
    if (!is_open(state)) {
      say("trying at once");
      return client_.retry_now();
    }
    say(watched.symbol + ": asking for the book again");
    if (watched.refusal.empty()) return client_.resync(watched.symbol);
    watched.refusal.clear();
    static_cast<void>(client_.subscribe_book(watched.symbol, watched.depth));
    static_cast<void>(client_.subscribe(trade_key(watched)));
  }

  void await_signal() {
    signals_.async_wait([this](const error_code& error, int signal) {
      if (error) return;
      switch (signal) {
        case SIGTSTP: terminal_->suspend(); break;
        case SIGCONT: terminal_->resumed(); break;
        case SIGWINCH: terminal_->resized(); break;
        default: quit();
      }
      screen_ = {};
      paint_soon();
      await_signal();
    });
  }

  /// Says goodbye to the exchange; a second time, or a second later, it is left without.
  void quit() {
    if (state_.closing) return io_.stop();
    state_.closing = true;
    state_.note.reset();
    client_.stop([this] { io_.stop(); });
  }

  UiState state_;
  News news_;
  asio::io_context io_{1};
  net::Client client_;
  net::Client::Listener heard_;
  asio::posix::stream_descriptor keys_;
  asio::signal_set signals_;
  asio::steady_timer tick_;
  std::optional<Terminal> terminal_;
  Viewer viewer_;
  Screen screen_;
  const Engine* engine_ = nullptr;  ///< the client's; looked at on its strand only
  Millis now_{};                    ///< of its last input
  Steady::time_point seen_{};       ///< when that was
  Steady::time_point painted_at_{};
  bool ever_open_ = false;
  std::string failure_;  ///< of the last attempt to connect
};

}  // namespace

std::string terminal_trouble() { return Terminal::trouble(); }

ExitCode run(const Options& options) {
  App app{options};
  if (const auto why = terminal_trouble(); !why.empty()) {
    std::fprintf(stderr, "hadal: watch: %s\n", why.c_str());
    return ExitCode::failed;
  }
  return app.run();
}

}  // namespace hadal::watch
