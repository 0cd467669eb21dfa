#include "hadal_asio/hub.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "hadal/log.hpp"

namespace hadal::net {
namespace {

constexpr EventMask kBookEvents = mask_of(EventType::book_snapshot) | mask_of(EventType::book_update);

/// One writer, one reader, no lock.
class Ring {
 public:
  explicit Ring(std::size_t size) : slots_(size) {}

  [[nodiscard]] std::size_t room() const noexcept { return slots_.size() - (written_.load() - read_.load()); }
  [[nodiscard]] bool empty() const noexcept { return written_.load() == read_.load(); }
  /// Precondition: there is room.
  void push(HubEventPtr event) {
    const auto at = written_.load(std::memory_order_relaxed);
    slots_[at % slots_.size()] = std::move(event);
    written_.store(at + 1);
  }
  [[nodiscard]] HubEventPtr pop() {
    const auto at = read_.load(std::memory_order_relaxed);
    if (at == written_.load()) return nullptr;
    auto event = std::move(slots_[at % slots_.size()]);
    read_.store(at + 1);
    return event;
  }

 private:
  std::vector<HubEventPtr> slots_;
  std::atomic<std::size_t> written_ = 0;
  std::atomic<std::size_t> read_ = 0;
};

/// From one client to one reader.
struct Channel {
  explicit Channel(std::size_t size, Client::Poster to) : ring{size}, post{std::move(to)} {}

  Ring ring;
  Client::Poster post;               ///< to the client
  std::atomic<bool> behind = false;  ///< the client owes something that did not fit
  std::atomic<bool> asked = false;   ///< and has been asked for it
  Driver::Act pay;                   ///< what the client is asked for
  // the client's:
  std::uint64_t missed = 0;
  std::set<std::string, std::less<>> owed;  ///< symbols that the reader has to begin again with
};

/// Updates as they were applied, or the whole book.
HubBook book_of(const VerifiedBook& book) {
  HubBook out;
  out.scales = book.scales();
  out.depth = book.depth();
  out.revision = book.revision();
  out.state = book.state();
  out.verified = book.verified();
  out.best_bid = book.best(Side::bid);
  out.best_ask = book.best(Side::ask);
  out.exchange_time = book.exchange_time();
  return out;
}

HubEventPtr whole_book(const std::string& source, Millis at, const VerifiedBook& book) {
  auto body = book_of(book);
  body.kind = FrameKind::snapshot;
  body.local = true;
  body.bids = book.top(Side::bid, kMaxDepth);
  body.asks = book.top(Side::ask, kMaxDepth);
  return std::make_shared<const HubEvent>(HubEvent{source, EventType::book_snapshot, 0, at, book.symbol(), std::move(body)});
}

HubEventPtr make(const std::string& source, const Event& event, EventType type) {
  HubEvent out{source, type, event.number, event.at, std::string{event.symbol}, HubLine{}};
  if (const auto* book = std::get_if<BookEvent>(&event.body)) {
    auto body = book_of(*book->book);
    body.kind = book->kind;
    const bool whole = book->kind == FrameKind::snapshot || book->outcome->replaced;
    if (whole) body.kind = FrameKind::snapshot;
    const auto copy = [&](Side side, std::span<const Level> applied) {
      return whole ? book->book->top(side, kMaxDepth) : std::vector<Level>(applied.begin(), applied.end());
    };
    body.bids = copy(Side::bid, book->outcome->bids);
    body.asks = copy(Side::ask, book->outcome->asks);
    out.body = std::move(body);
  } else if (const auto* state = std::get_if<BookStateEvent>(&event.body)) {
    out.body = HubBookState{state->change.from, state->change.to, state->change.cause};
  } else if (const auto* session = std::get_if<SessionEvent>(&event.body)) {
    out.body = HubConnection{event.endpoint, session->from, session->to, session->cause, std::string{session->detail}};
  } else if (const auto* trade = std::get_if<TradeEvent>(&event.body)) {
    out.body = *trade->trade;
  } else if (const auto* ticker = std::get_if<TickerEvent>(&event.body)) {
    out.body = *ticker->ticker;
  } else {
    HubLine line;
    append_log_line(line.text, event, Millis{});
    line.text.pop_back();
    out.body = std::move(line);
  }
  return std::make_shared<const HubEvent>(std::move(out));
}

}  // namespace

struct HubReader::State {
  State(EventMask wanted, std::string of, std::size_t size) : types{wanted}, symbol{std::move(of)}, ring_size{size} {}

  [[nodiscard]] bool wants(EventType type, std::string_view about) const noexcept {
    return (types & mask_of(type)) != 0 && (symbol.empty() || about.empty() || about == symbol);
  }
  void wake() {
    if (!asleep.load()) return;
    const std::lock_guard lock{mutex};
    bell.notify_one();
  }

  const EventMask types;
  const std::string symbol;
  const std::size_t ring_size;
  std::atomic<bool> ended = false;
  std::atomic<bool> gone = false;  ///< nobody reads any more

  std::mutex mutex;  ///< of the bell and of the list, not of what goes through the rings
  std::condition_variable bell;
  std::atomic<bool> asleep = false;
  std::vector<std::shared_ptr<Channel>> channels;
  std::atomic<std::size_t> count = 0;  ///< of channels

  // the reader's:
  std::vector<std::shared_ptr<Channel>> known;
  std::size_t turn = 0;

  HubEventPtr pop() {
    if (known.size() != count.load()) {
      const std::lock_guard lock{mutex};
      known = channels;
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
      auto& channel = *known[(turn + i) % known.size()];
      if (auto event = channel.ring.pop()) {
        turn = (turn + i + 1) % known.size();
        return event;
      }
      // All of this client's is read: now there is room for what did not fit.
      if (channel.behind.load() && !channel.asked.exchange(true)) channel.post(channel.pay);
    }
    return nullptr;
  }
  [[nodiscard]] bool has_something() const {
    return ended.load() || count.load() != known.size() ||
           std::any_of(known.begin(), known.end(), [](const auto& channel) { return !channel->ring.empty(); });
  }
};

namespace {

/// One client of a hub. Lives on its strand.
struct Port {
  std::string name;
  struct Outlet {
    std::shared_ptr<HubReader::State> reader;
    std::shared_ptr<Channel> channel;
  };
  std::vector<Outlet> outlets;

  void publish(const Event& event) {
    const auto type = type_of(event);
    HubEventPtr made;
    bool left = false;
    for (const auto& outlet : outlets) {
      if (outlet.reader->gone.load()) left = true;
      else if (outlet.reader->wants(type, event.symbol)) offer(outlet, event, type, made);
    }
    if (left) std::erase_if(outlets, [](const Outlet& outlet) { return outlet.reader->gone.load(); });
  }

  void offer(const Outlet& outlet, const Event& event, EventType type, HubEventPtr& made) {
    auto& channel = *outlet.channel;
    const auto room = channel.ring.room();
    if (room < (channel.missed != 0 ? 2u : 1u)) {
      ++channel.missed;
      if (!event.symbol.empty()) channel.owed.emplace(event.symbol);
      channel.behind = true;
      return;
    }
    tell_lag(channel, event.at);
    const auto owed = channel.owed.find(event.symbol);
    const auto* book = std::get_if<BookEvent>(&event.body);
    if (owed != channel.owed.end() && book != nullptr) {
      channel.owed.erase(owed);
      if (book->kind == FrameKind::update) {  // it is in the whole book
        channel.ring.push(whole_book(name, event.at, *book->book));
        return outlet.reader->wake();
      }
    }
    if (made == nullptr) made = make(name, event, type);
    channel.ring.push(made);
    outlet.reader->wake();
  }

  void tell_lag(Channel& channel, Millis at) const {
    if (channel.missed == 0) return;
    channel.ring.push(
        std::make_shared<const HubEvent>(HubEvent{name, EventType::error, 0, at, {}, Lagged{std::exchange(channel.missed, 0)}}));
  }

  /// As much of what is owed as there is room for.
  void pay(const Outlet& outlet, const Engine& engine, Millis now) {
    auto& channel = *outlet.channel;
    channel.asked = false;
    if (channel.ring.room() == 0) return;
    tell_lag(channel, now);
    while (!channel.owed.empty() && channel.ring.room() > 0) {
      const auto symbol = channel.owed.begin();
      const auto* book = engine.book(*symbol);
      if (book != nullptr && (outlet.reader->types & kBookEvents) != 0) {
        channel.ring.push(whole_book(name, now, *book));
      } else if (book != nullptr && outlet.reader->wants(EventType::book_state, *symbol)) {
        channel.ring.push(std::make_shared<const HubEvent>(
            HubEvent{name, EventType::book_state, 0, now, *symbol, HubBookState{book->state(), book->state(), book->reason()}}));
      }
      channel.owed.erase(symbol);
    }
    channel.behind = !channel.owed.empty();
    outlet.reader->wake();
  }
};

}  // namespace

struct Hub::State {
  std::mutex mutex;
  std::vector<std::shared_ptr<HubReader::State>> readers;
  std::vector<std::pair<Client::Poster, std::shared_ptr<Port>>> ports;
  bool ended = false;

  /// With the lock. A reader that comes late begins with the books that are held.
  static void join(const std::pair<Client::Poster, std::shared_ptr<Port>>& to, const std::shared_ptr<HubReader::State>& reader) {
    const auto& post = to.first;
    const auto& port = to.second;  // named: clang 14 captures no structured binding
    auto channel = std::make_shared<Channel>(reader->ring_size, post);
    channel->pay = [port = std::weak_ptr{port}, reader = std::weak_ptr{reader}, own = std::weak_ptr{channel}](Engine& engine, Millis now) {
      const auto at = port.lock();
      const auto whom = reader.lock();
      const auto what = own.lock();
      if (at != nullptr && whom != nullptr && what != nullptr) at->pay({whom, what}, engine, now);
    };
    {
      const std::lock_guard lock{reader->mutex};
      reader->channels.push_back(channel);
      reader->count = reader->channels.size();
    }
    post([port, reader, channel](Engine& engine, Millis now) {
      for (const auto& [symbol, book] : engine.market().feed().books())
        if (book->revision() != 0 && reader->wants(EventType::book_snapshot, symbol)) channel->owed.insert(symbol);
      port->outlets.push_back({reader, channel});
      port->pay(port->outlets.back(), engine, now);
    });
  }
};

Hub::Hub() : state_{std::make_shared<State>()} {}
Hub::~Hub() { end(); }

void Hub::attach(Client& client, std::string name) {
  auto port = std::make_shared<Port>();
  port->name = std::move(name);
  client.on(kAllEvents, [port](const Event& event) { port->publish(event); }).release();
  const std::lock_guard lock{state_->mutex};
  if (state_->ended) return;
  state_->ports.emplace_back(client.poster(), port);
  for (const auto& reader : state_->readers)
    if (!reader->gone.load()) State::join(state_->ports.back(), reader);
}

HubReader Hub::subscribe(EventMask types, std::string symbol, std::size_t ring) {
  constexpr std::size_t kLeast = 8;
  constexpr std::size_t kMost = 65'536;
  if (ring < kLeast || ring > kMost) throw ConfigError{"ring: must be 8 to 65536 events"};
  auto reader = std::make_shared<HubReader::State>(types, std::move(symbol), ring);
  const std::lock_guard lock{state_->mutex};
  if (state_->ended) reader->ended = true;
  std::erase_if(state_->readers, [](const auto& one) { return one->gone.load(); });
  state_->readers.push_back(reader);
  for (const auto& port : state_->ports) State::join(port, reader);
  return HubReader{reader};
}

void Hub::end() {
  const std::lock_guard lock{state_->mutex};
  if (std::exchange(state_->ended, true)) return;
  for (const auto& port : state_->ports) port.first([of = port.second](Engine&, Millis) { of->outlets.clear(); });
  for (const auto& reader : state_->readers) {
    reader->ended = true;
    reader->wake();
  }
}

// --- the reader's thread ---

HubReader& HubReader::operator=(HubReader&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
HubReader::~HubReader() {
  if (state_ != nullptr) state_->gone = true;
}

HubEventPtr HubReader::try_receive() { return state_->pop(); }

HubEventPtr HubReader::receive() {
  for (;;) {
    if (auto event = state_->pop()) return event;
    if (state_->ended.load()) return state_->pop();
    std::unique_lock lock{state_->mutex};
    state_->asleep = true;
    state_->bell.wait(lock, [this] { return state_->has_something(); });
    state_->asleep = false;
  }
}

HubEventPtr HubReader::receive_for(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  for (;;) {
    if (auto event = state_->pop()) return event;
    if (state_->ended.load()) return state_->pop();
    std::unique_lock lock{state_->mutex};
    state_->asleep = true;
    const bool woken = state_->bell.wait_until(lock, until, [this] { return state_->has_something(); });
    state_->asleep = false;
    if (!woken) return nullptr;
  }
}

bool HubReader::ended() const noexcept {
  return state_->ended.load() && std::all_of(state_->known.begin(), state_->known.end(), [](const auto& c) { return c->ring.empty(); });
}

}  // namespace hadal::net
