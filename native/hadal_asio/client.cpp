#include "hadal_asio/client.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>
#include <thread>

#include "hadal_asio/reader_state.hpp"

namespace hadal::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;

/// Lines handed over at once: while their reader has these, the next ones wait under its policy.
constexpr std::size_t kHandful = 64;

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

/// The machine's clocks. A deadline that moves into the future costs nothing: the timer that is set fires early and is set again.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(const Strand& strand) : timer_{strand} {}
  SystemClock(const SystemClock&) = delete;
  SystemClock& operator=(const SystemClock&) = delete;
  virtual ~SystemClock() = default;

  std::function<void()> due;  ///< the deadline has come

  [[nodiscard]] Millis now() override {
    return {std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now().time_since_epoch()).count()};
  }
  [[nodiscard]] std::optional<UnixNanos> wall() override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  void wake_at(std::optional<Millis> time) override {
    wanted_ = time;
    if (!wanted_ || (set_ && *set_ <= *wanted_)) return;
    set_ = wanted_;
    timer_.expires_at(Steady::time_point{std::chrono::milliseconds{wanted_->count}});
    // A wait that is over may run when the clock is gone.
    timer_.async_wait([this, there = std::weak_ptr{there_}, number = ++number_](const error_code& error) {
      if (error || there.expired() || number != number_) return;
      set_.reset();
      if (!wanted_) return;
      if (*wanted_ <= now()) due();
      else wake_at(wanted_);
    });
  }
  void stop() {
    ++number_;
    timer_.cancel();
  }

 private:
  asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Strand> timer_;
  std::optional<Millis> wanted_;
  std::optional<Millis> set_;
  std::uint64_t number_ = 0;
  std::shared_ptr<bool> there_ = std::make_shared<bool>(true);
};

SessionConfig seeded(const ClientOptions& options) {
  auto config = options.config.session;
  if (check(config) != Errc::ok) throw ConfigError{"session: a time or a limit is outside its range"};
  if (!is_depth(options.config.depth)) throw ConfigError{"depth: must be 10, 25, 100, 500 or 1000"};
  config.seed = options.seed ? *options.seed : random_seed();
  return config;
}

}  // namespace

struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  /// Of a client with a thread of its own. The context outlives everything that was ever posted to it.
  struct Runner {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
    std::thread thread;
    bool slow = false;  ///< its end has to wait for a lookup
  };
  /// Nobody waits for the end of a lookup of a name but a thread that has nothing else to do.
  struct Reap {
    void operator()(Runner* done) const {
      if (done->slow) std::thread{[done] { delete done; }}.detach();
      else delete done;
    }
  };
  using RunnerPtr = std::unique_ptr<Runner, Reap>;

  Impl(RunnerPtr own, asio::io_context& io, const ClientOptions& options)
      : runner{std::move(own)},
        strand{io.get_executor()},
        aliases{options.config.session.aliases},
        depth{options.config.depth},
        transport{strand, options.transport},
        clock{strand},
        engine{seeded(options), &listeners},
        driver{engine, transport, clock, [this] { look(); }},
        block_timer{strand},
        stop_timer{strand} {
    clock.due = [this] { driver.on_timeout(); };
  }
  ~Impl() {
    if (runner != nullptr) runner->slow = transport.looking_up();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// On the strand: now if we are there, in turn otherwise.
  template <class Act>
  void on_strand(Act act) {
    if (strand.running_in_this_thread()) return act(*this);
    later(std::move(act));
  }

  /// On the strand, in turn also from inside: what changes the lists that are being walked. What waits keeps nothing alive: a context that is no
  /// longer run would keep it for ever.
  template <class Act>
  void later(Act act) {
    asio::post(strand, [client = weak_from_this(), act = std::move(act)]() mutable {
      if (const auto self = client.lock()) act(*self);
    });
  }

  void input(Driver::Act act) {
    on_strand([act = std::move(act)](Impl& self) mutable { self.driver.input(std::move(act)); });
  }

  /// What a reader that is hungry calls, from its thread.
  [[nodiscard]] std::function<void()> asker() {
    return [client = weak_from_this()] {
      if (const auto self = client.lock())
        self->later([](Impl& here) {
          if (!here.ended) here.look();
        });
    };
  }

  /// After every input.
  void look() {
    const auto now = clock.now();
    bool drained = false;
    for (const auto& reader : readers) drained |= feed(*reader, now);
    for (const auto& reader : frames) show(*reader);
    std::erase_if(looks, [&](const auto& one) { return !one(engine, now); });
    if (blocking != 0) hold(now);
    if (drained) driver.rearm();
  }

  /// Whether lines were taken from the reader's queue.
  bool feed(EventReader::State& reader, Millis now) {
    if (!reader.lines.hungry() || !reader.queue.due(now)) return false;
    text.clear();
    if (engine.drain(reader.queue, now, text, kHandful) == 0) return false;
    give_lines(reader);
    return true;
  }

  void give_lines(EventReader::State& reader) {
    std::deque<std::string> lines;
    for (std::string_view rest = text; !rest.empty();) {
      const auto end = rest.find('\n');
      lines.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end, rest.size() - 1) + 1);
    }
    reader.lines.give(std::move(lines));
  }

  void show(FrameReader::State& reader) {
    if (!reader.frame.hungry()) return;
    const auto* book = engine.book(reader.symbol);
    if (book == nullptr) return;
    const FrameReader::State::Seen seen{book->generation(), book->revision(), book->state(), book->reason(), book->verified()};
    if (reader.seen == seen) return;
    reader.seen = seen;
    Frame frame{reader.symbol, seen.revision, seen.state, seen.reason, seen.verified, book->scales(), {}, {}, {}, {}, {}};
    const auto most = reader.levels == 0 ? std::size_t{kMaxDepth} : reader.levels;
    frame.bids = book->top(Side::bid, most);
    frame.asks = book->top(Side::ask, most);
    frame.exchange_time = book->exchange_time();
    frame.received_at = book->received_at();
    frame.verified_at = book->verified_at();
    reader.frame.give(std::move(frame));
  }

  /// FD-9: the sockets wait while a reader that may block has no room.
  void hold(Millis now) {
    bool wanted = false;
    for (const auto& reader : readers) {
      if (!reader->options.block) continue;
      const auto most = reader->queue.config().max_queue_depth;
      // One message makes several events; what does not fit in this reserve is dropped, and told.
      const auto high = most - std::min<std::size_t>(most / 2, 128);
      if (reader->queue.size() < std::max<std::size_t>(1, most / 2)) {
        reader->full_since.reset();
        reader->gave_up = false;
      } else if (reader->queue.size() >= high && !reader->full_since) {
        reader->full_since = now;
      }
      if (!reader->full_since || reader->gave_up) continue;
      if (now.count - reader->full_since->count >= reader->options.block_ms) {
        reader->gave_up = true;
        engine.report(now, Errc::queue_full, "a reader had no room for too long: its oldest events leave");
        continue;
      }
      wanted = true;
    }
    if (wanted && !held) {
      block_timer.expires_after(std::chrono::milliseconds{100});
      block_timer.async_wait([self = shared_from_this()](const error_code& error) {
        self->held = false;
        if (!error && !self->driver.ended()) self->hold(self->clock.now());
      });
    }
    held |= wanted;
    if (wanted != holding) driver.hold(holding = wanted);
  }

  void add(const std::shared_ptr<EventReader::State>& reader) {
    if (stopping) return reader->lines.end();
    readers.push_back(reader);
    blocking += reader->options.block ? 1 : 0;
    engine.add(reader->queue);
    look();
  }
  void remove(const std::shared_ptr<EventReader::State>& reader) {
    if (reader == nullptr || std::erase(readers, reader) == 0) return;
    blocking -= reader->options.block ? 1 : 0;
    engine.remove(reader->queue);
    if (holding && !driver.ended()) hold(clock.now());
    if (blocking == 0 && std::exchange(holding, false)) driver.hold(false);
  }

  void stop(std::function<void()> done) {
    if (ended) {
      if (done) done();
      return;
    }
    if (done) stopped.push_back(std::move(done));
    if (std::exchange(stopping, true)) return;
    driver.input([](Engine& to, Millis now) { to.close(now); });
    stop_timer.expires_after(std::chrono::milliseconds{kStopMs});
    stop_timer.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error) self->transport.abort();
    });
    transport.when_idle([self = shared_from_this()] { asio::post(self->strand, [self] { self->end(); }); });
  }

  /// The last thing that happens.
  void end() {
    if (std::exchange(ended, true)) return;
    stop_timer.cancel();
    block_timer.cancel();
    const auto now = clock.now();
    for (const auto& reader : readers) {
      text.clear();
      while (engine.drain(reader->queue, now, text) != 0) {
      }
      if (!text.empty()) give_lines(*reader);
      reader->lines.end();
      engine.remove(reader->queue);
    }
    for (const auto& reader : frames) reader->frame.end();
    engine.record(nullptr, 0, now);
    driver.end();
    clock.stop();
    readers.clear();
    frames.clear();
    for (const auto& done : std::exchange(stopped, {})) done();
    looks.clear();
  }

  RunnerPtr runner;  ///< null: the context is the caller's
  Strand strand;
  bool aliases;
  std::uint16_t depth;
  Listeners listeners;
  AsioTransport transport;
  SystemClock clock;
  std::vector<std::shared_ptr<EventReader::State>> readers;
  std::vector<std::shared_ptr<FrameReader::State>> frames;
  std::vector<Look> looks;
  Engine engine;
  Driver driver;
  asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Strand> block_timer;
  asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Strand> stop_timer;
  std::vector<std::function<void()>> stopped;
  std::string text;
  int blocking = 0;      ///< readers that may block
  bool held = false;     ///< block_timer is under way
  bool holding = false;  ///< the sockets wait
  bool stopping = false;
  bool ended = false;
};

Client::Client(ClientOptions options) {
  auto runner = Impl::RunnerPtr{new Impl::Runner};
  auto& io = runner->io;
  impl_ = std::make_shared<Impl>(std::move(runner), io, options);
  impl_->runner->thread = std::thread{[&io] { io.run(); }};
}

Client::Client(boost::asio::io_context& io, ClientOptions options) : impl_{std::make_shared<Impl>(nullptr, io, options)} {}

Client::~Client() {
  auto* runner = impl_->runner.get();
  if (runner == nullptr) {
    stop();
    return;
  }
  // Until now the thread takes what is posted, even after the end: a question to a client that has stopped gets no answer, but is not forgotten.
  // Then whatever is queued has its turn, and only the lookup of a name may be left.
  stop([runner] { asio::post(runner->io, [runner] { runner->io.stop(); }); });
  runner->thread.join();
}

void Client::connect() {
  post([](Engine& engine, Millis now) { static_cast<void>(engine.connect(now)); });
}

Errc Client::subscribe_book(std::string_view symbol, std::uint16_t depth) {
  Key key;
  key.symbol = symbol;
  key.depth = depth == 0 ? impl_->depth : depth;
  return subscribe(std::move(key));
}

Errc Client::subscribe(Key key) {
  if (const auto wrong = normalize(key, impl_->aliases); wrong != Errc::ok) return wrong;
  post([key = std::move(key)](Engine& engine, Millis now) {
    const auto error = engine.subscribe(now, key);
    if (error != Errc::ok) engine.report(now, error, "this cannot be subscribed to");
  });
  return Errc::ok;
}

Errc Client::unsubscribe(Key key) {
  if (const auto wrong = normalize(key, impl_->aliases); wrong != Errc::ok) return wrong;
  post([key = std::move(key)](Engine& engine, Millis now) {
    const auto error = engine.unsubscribe(now, key);
    if (error != Errc::ok) engine.report(now, error, "nothing was subscribed that could be ended");
  });
  return Errc::ok;
}

void Client::resync(std::string symbol) {
  post([symbol = std::move(symbol)](Engine& engine, Millis now) {
    const auto error = engine.resync(now, symbol);
    if (error != Errc::ok) engine.report(now, error, "no book of this symbol can be asked for again");
  });
}

void Client::retry_now() {
  post([](Engine& engine, Millis now) { engine.retry_now(now); });
}

void Client::set_token(std::string token) {
  post([token = std::move(token)](Engine& engine, Millis now) { engine.set_token(now, token); });
}

void Client::close(int code, std::string reason) {
  post([code, reason = std::move(reason)](Engine& engine, Millis now) { engine.close(now, code, reason); });
}

/// Goes on when the client is gone.
void Client::stop(std::function<void()> stopped) {
  if (impl_->strand.running_in_this_thread()) return impl_->stop(std::move(stopped));
  asio::post(impl_->strand, [self = impl_, stopped = std::move(stopped)]() mutable { self->stop(std::move(stopped)); });
}

namespace {

/// Only touched on the strand, but for its making and its release.
struct ListenerEntry {
  std::weak_ptr<Client::Impl> client;
  Listeners::Disposer disposer;
  std::atomic<bool> released = false;

  ListenerEntry() = default;
  ListenerEntry(const ListenerEntry&) = delete;
  ListenerEntry& operator=(const ListenerEntry&) = delete;
  ~ListenerEntry() {
    if (released) disposer.release();
  }
};

}  // namespace

Client::Listener& Client::Listener::operator=(Listener&& other) noexcept {
  std::swap(entry_, other.entry_);
  return *this;
}

void Client::Listener::dispose() {
  const auto entry = std::static_pointer_cast<ListenerEntry>(std::exchange(entry_, nullptr));
  if (entry == nullptr) return;
  if (const auto client = entry->client.lock()) client->on_strand([entry](Impl&) { entry->disposer.dispose(); });
}

void Client::Listener::release() noexcept {
  if (const auto entry = std::static_pointer_cast<ListenerEntry>(std::exchange(entry_, nullptr))) entry->released = true;
}

Client::Listener Client::on(EventMask types, Listeners::Listener listener) {
  auto entry = std::make_shared<ListenerEntry>();
  entry->client = impl_;
  impl_->on_strand([entry, types, listener = std::move(listener)](Impl& self) mutable {
    entry->disposer = self.listeners.on(types, std::move(listener));
  });
  Listener out;
  out.entry_ = std::move(entry);
  return out;
}

EventReader Client::events(ReaderOptions options) {
  constexpr std::int64_t kLongestBlock = 5'000;
  if (check(options.delivery) != Errc::ok) throw ConfigError{"delivery: a number is outside its range"};
  if (options.block && options.delivery.policy != DropPolicy::oldest) throw ConfigError{"block: goes with the policy `oldest` alone"};
  if (options.block && (options.block_ms < 1 || options.block_ms > kLongestBlock)) throw ConfigError{"block_ms: must be 1 to 5000"};
  auto state = std::make_shared<EventReader::State>(options, impl_->asker());
  state->gone = [client = std::weak_ptr{impl_}, weak = std::weak_ptr{state}] {
    const auto self = client.lock();
    if (self == nullptr) return;
    self->later([reader = weak.lock()](Impl& here) { here.remove(reader); });
  };
  impl_->later([state](Impl& self) { self.add(state); });
  return EventReader{state};
}

FrameReader Client::frames(std::string symbol, std::size_t levels) {
  auto state = std::make_shared<FrameReader::State>(std::move(symbol), levels, impl_->asker());
  state->gone = [client = std::weak_ptr{impl_}, weak = std::weak_ptr{state}] {
    const auto self = client.lock();
    if (self == nullptr) return;
    self->later([reader = weak.lock()](Impl& here) { std::erase(here.frames, reader); });
  };
  impl_->later([state](Impl& self) {
    if (self.stopping) return state->frame.end();
    self.frames.push_back(state);
    self.look();
  });
  return FrameReader{state};
}

void Client::post(Driver::Act act) { impl_->input(std::move(act)); }

Client::Poster Client::poster() const {
  return [client = std::weak_ptr{impl_}](Driver::Act act) {
    if (const auto self = client.lock()) self->input(std::move(act));
  };
}

void Client::after_input(Look look) {
  impl_->later([look = std::move(look)](Impl& self) mutable {
    if (!self.ended) self.looks.push_back(std::move(look));
  });
}

const Strand& Client::strand() const noexcept { return impl_->strand; }
std::uint16_t Client::depth() const noexcept { return impl_->depth; }

}  // namespace hadal::net
