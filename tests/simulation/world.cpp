#include "simulation/world.hpp"

#include <algorithm>

#include "hadal/analytics/followed_text.hpp"
#include "hadal/book/checksum.hpp"
#include "support/book_digest.hpp"

namespace hadal::test {
namespace {

constexpr std::int64_t kSettled = 20'000;      // ms after the last fault: no connection is silent or stalled any more
constexpr std::int64_t kCloseHandshake = 200;  // ms until the client's own close is reported

sim::ExchangeConfig exchange_config(const Scenario& scenario) {
  sim::ExchangeConfig config;
  config.seed = scenario.seed;
  config.symbols = scenario.symbols;
  config.faults = scenario.faults;
  config.levels = scenario.levels;
  config.truth = true;
  if (scenario.terminal != ConnectionCause::none) {
    sim::Fault fault;
    fault.kind = sim::FaultKind::close;
    fault.from = scenario.faulty + kSettled;
    fault.count = 1;
    if (scenario.terminal == ConnectionCause::server_refused) fault.code = 1008;
    config.faults.push_back(fault);
    if (scenario.terminal == ConnectionCause::upgrade_refused) {
      fault.kind = sim::FaultKind::refuse_connect;
      fault.code = 403;
      config.faults.push_back(fault);
    }
  }
  return config;
}

SessionConfig honest_config(const Scenario& scenario) {
  SessionConfig config;
  config.seed = scenario.seed;
  config.policy = scenario.policy;
  return config;
}

SessionConfig session_config(const Scenario& scenario) {
  auto config = honest_config(scenario);
  constexpr std::int64_t kLongest = 600'000;
  switch (scenario.broken) {
    case Broken::ignores_checksums: config.verify = Verify::off; break;
    case Broken::never_repairs: config.policy = GapPolicy::ignore; break;
    case Broken::waits_for_snapshots: config.times.snapshot = kLongest; break;
    case Broken::resets_backoff: config.reconnect.stable = 0; break;
    case Broken::hides_closes:
    case Broken::never_notices_silence: config.times.silence = config.times.pong = config.times.quiet = kLongest; break;
    default: break;
  }
  return config;
}

constexpr std::size_t kMostConnects = 139;      // Q-14
constexpr std::int64_t kConnectSpan = 600'000;  // ms

bool contains(std::string_view text, std::string_view what) { return text.find(what) != std::string_view::npos; }

}  // namespace

std::vector<sim::Fault> draw_faults(std::uint64_t seed, std::int64_t until) {
  Random random{seed ^ 0xFA};
  std::vector<sim::Fault> plan;
  using enum sim::FaultKind;
  // Per million frames, requests, connections or seconds; each kind in about every third plan. Not among them: long_number, which ends a
  // book until its user asks again, and those that are no fault of a moment.
  const std::pair<sim::FaultKind, std::int64_t> most[] = {{drop, 3'000},
                                                          {duplicate, 5'000},
                                                          {reorder, 2'000},
                                                          {wrong_checksum, 2'000},
                                                          {corrupt_digit, 3'000},
                                                          {truncate, 1'000},
                                                          {not_json, 500},
                                                          {binary, 500},
                                                          {missing_field, 1'000},
                                                          {huge_frame, 30},
                                                          {deep_nesting, 500},
                                                          {quoted_numbers, 50'000},
                                                          {exponents, 50'000},
                                                          {extra_zeros, 50'000},
                                                          {missing_zeros, 50'000},
                                                          {crossed, 1'000},
                                                          {unsorted_snapshot, 300'000},
                                                          {repeated_price, 50'000},
                                                          {no_timestamp, 500'000},
                                                          {no_refill, 5'000},
                                                          {old_frame, 500'000},
                                                          {snapshot_lost, 300'000},
                                                          {ack_lost, 200'000},
                                                          {ack_late, 300'000},
                                                          {reject, 200'000},
                                                          {rate_limit, 200'000},
                                                          {disconnect, 20'000},
                                                          {close, 20'000},
                                                          {half_open, 15'000},
                                                          {stall, 20'000},
                                                          {refuse_connect, 500'000},
                                                          {maintenance, 10'000},
                                                          {precision_change, 5'000}};
  for (const auto& [kind, chance] : most) {
    if (random.uniform(2) != 0) continue;
    sim::Fault fault;
    fault.kind = kind;
    fault.until = until;
    fault.per_million = 1 + static_cast<std::int64_t>(random.uniform(static_cast<std::uint64_t>(chance)));
    if (kind == stall) fault.ms = 1'000 + static_cast<std::int64_t>(random.uniform(12'000));
    if (kind == close) fault.code = random.uniform(1) == 0 ? 1000 : 1001;
    plan.push_back(fault);
  }
  if (random.uniform(5) == 0) {
    sim::Fault fault;
    fault.kind = reject;
    fault.symbol = "BTC/USD";
    fault.text = "Currency pair not supported BTC/USD";
    fault.until = until;
    fault.per_million = 100'000;
    plan.push_back(fault);
  }
  if (random.uniform(2) == 0) {
    sim::Fault fault;
    fault.kind = latency;
    fault.from = until / 4;
    fault.until = until / 2;
    fault.ms = 500 + static_cast<std::int64_t>(random.uniform(500));
    plan.push_back(fault);
  }
  return plan;
}

/// A short queue, so that it is always full.
DeliveryConfig unread_config() {
  DeliveryConfig config;
  config.max_queue_depth = 16;
  return config;
}

World::World(const Scenario& scenario, bool keep_log, bool record)
    : scenario_{scenario},
      exchange_{exchange_config(scenario)},
      log_{keep_log},
      observer_{log_, honest_config(scenario)},
      unread_{unread_config()},
      engine_{session_config(scenario), &observer_},
      random_{scenario.seed ^ 0x4E},
      wanted_(scenario.symbols, false),
      deeper_(scenario.symbols, false) {
  log_.set_origin(Millis{now_});
  if (scenario.tracked) {
    static_cast<void>(engine_.track({}, TrackConfig::everything()));
    static_cast<void>(engine_.keep_flight());
    engine_.add(unread_);
  }
  recording_ = record;
  if (record) engine_.record(&journal_, 1'767'323'045'000'000'000, {now_}, "2026-01-02T03:04:05Z", true);
}

/// As a replay with trackers ends its log.
void World::tell_followed() {
  const auto& feed = engine_.market().feed();
  for (const auto& [symbol, book] : feed.books()) {
    std::string line = R"({"type":"followed","about":)";
    if (!append_followed(line, engine_.analytics(), symbol, feed.now())) continue;
    log_.add_line(line + "}\n");
  }
}

Key World::key_of(std::size_t index) const {
  Key key;
  key.symbol = sim::instrument(index).symbol;
  key.depth = scenario_.depths[index % scenario_.depths.size()];
  return key;
}

/// What a second user wants of the same symbol.
Key World::deep_key_of(std::size_t index) const {
  auto key = key_of(index);
  key.depth = 500;
  return key;
}

/// What is wanted beside books, all the time.
std::vector<Key> World::other_keys() const {
  std::vector<Key> keys;
  if (!scenario_.other_channels) return keys;
  for (const auto channel : {Channel::instrument, Channel::ticker, Channel::trade}) {
    Key key;
    key.channel = channel;
    if (has_symbol(channel)) key.symbol = key_of(0).symbol;
    keys.push_back(key);
  }
  return keys;
}

void World::fail(const std::string& what) {
  if (result_.failure.empty()) result_.failure = "at " + std::to_string(now_) + " ms: " + what;
}

/// Order is kept within a direction, as TCP does.
void World::fly(std::deque<Flight>& queue, Flight flight) {
  const auto latency = 5 + static_cast<std::int64_t>(random_.uniform(60));
  flight.at = std::max(queue.empty() ? 0 : queue.back().at, now_ + latency);
  queue.push_back(std::move(flight));
}

/// What the session wants done.
void World::drain() {
  if (!observer_.failure().empty()) fail(observer_.failure());
  for (;;) {
    const auto output = engine_.poll();
    if (const auto* wait = std::get_if<Wait>(&output)) {
      until_ = wait->until;
      return;
    }
    if (const auto* connect = std::get_if<Connect>(&output)) {
      sockets_[connect->connection] = false;
      connects_.push_back(now_);
      while (connects_.front() < now_ - kConnectSpan) connects_.pop_front();
      if (connects_.size() > kMostConnects) fail("more than 139 attempts to connect in ten minutes");
      fly(up_, {Flight::What::connect, 0, connect->connection, {}});
    } else if (const auto* send = std::get_if<Send>(&output)) {
      request(*send);
    } else if (const auto* close = std::get_if<Close>(&output)) {
      heard_.reset();
      if (scenario_.faults.empty()) fail("a healthy connection was closed (Q-12)");
      fly(up_, {Flight::What::close, 0, close->connection, {}});
      Flight ended{Flight::What::ended, now_ + kCloseHandshake, close->connection, {}, close->code};
      const bool open = sockets_[close->connection];
      sockets_.erase(close->connection);
      if (!open) ended.code = -1;  // aborted while opening
      // Not behind what the exchange still sends: the socket is the client's to end.
      down_.insert(std::upper_bound(down_.begin(), down_.end(), ended.at, [](std::int64_t at, const Flight& one) { return at < one.at; }),
                   std::move(ended));
    }
  }
}

/// A request on its way, as the driver passes it on.
void World::request(const Send& send) {
  auto text = std::string{send.text};
  const bool subscribe = contains(text, "\"subscribe\"");
  const bool unsubscribe = contains(text, "\"unsubscribe\"");
  if (scenario_.broken == Broken::forgets_to_subscribe && subscribe && send.connection > 1) return;
  if (scenario_.broken == Broken::never_truncates) {
    constexpr std::string_view kDeep = "\"depth\":1000";
    if (const auto at = text.find(kDeep); at != std::string::npos) text.replace(at, kDeep.size(), "\"depth\":10");
  }
  if (scenario_.broken == Broken::keeps_old_subscription && unsubscribe) {
    // Its own answer, as the exchange would give it.
    const auto symbol = text.find("[\"") + 2;
    Flight answer{Flight::What::frame, 0, send.connection, {}};
    answer.frame.connection = send.connection;
    answer.frame.text = R"({"method":"unsubscribe","result":{"channel":"book","symbol":")";
    answer.frame.text.append(text, symbol, text.find('"', symbol) - symbol);
    answer.frame.text += R"("},"success":true,"req_id":)";
    answer.frame.text.append(text, text.rfind(':') + 1);
    return fly(down_, std::move(answer));
  }
  if (scenario_.broken == Broken::loses_keys_on_timeout && subscribe) unanswered_[text.substr(text.rfind("\"req_id\""))] = {now_, text};
  for (int times = scenario_.broken == Broken::repeats_requests ? 3 : 1; times > 0; --times) {
    if ((subscribe || unsubscribe) && !bucket_.take({now_})) fail("requests faster than ten at once and twenty a second");
    fly(up_, {Flight::What::request, 0, send.connection, text});
  }
}

/// What the exchange sends.
void World::collect() {
  while (auto frame = exchange_.next()) {
    const auto connection = frame->connection;
    fly(down_, {Flight::What::frame, 0, connection, {}, 0, std::move(*frame)});
  }
}

void World::deliver_to_exchange(Flight flight) {
  switch (flight.what) {
    case Flight::What::connect: {
      const auto status = exchange_.open(now_, flight.connection);
      fly(down_, {Flight::What::opened, 0, flight.connection, {}, status});
      break;
    }
    case Flight::What::request: exchange_.text(now_, flight.connection, flight.text); break;
    default: exchange_.close(now_, flight.connection); break;
  }
  collect();
}

void World::deliver_to_client(Flight flight) {
  const Millis now{now_};
  const auto socket = sockets_.find(flight.connection);
  switch (flight.what) {
    case Flight::What::opened:
      if (socket == sockets_.end()) return;  // aborted
      if (flight.code == 101) {
        socket->second = true;
        heard_ = now_;
        engine_.on_open(now, flight.connection);
      } else {
        sockets_.erase(socket);
        engine_.on_open_failed(now, flight.connection, flight.code, "refused");
      }
      break;
    case Flight::What::ended:
      if (flight.code == -1) {
        engine_.on_open_failed(now, flight.connection, 0, "aborted");
      } else {
        engine_.on_closed(now, flight.connection, flight.code, "");
      }
      break;
    default:
      if (socket == sockets_.end() || !socket->second) return;  // the client has closed
      if (flight.frame.kind == sim::ServerFrame::Kind::text) {
        if (keeps(flight.frame) || swaps(flight)) return;
        std::erase_if(unanswered_,
                      [&](const auto& one) { return contains(flight.frame.text, one.first.substr(0, one.first.size() - 1) + ','); });
        heard_ = now_;
        constexpr std::string_view kRefusal = "{\"error\":\"Currency pair not supported ";
        if (contains(flight.frame.text, kRefusal)) {
          const auto at = kRefusal.size();
          refused_[flight.frame.text.substr(at, flight.frame.text.find('"', at) - at)] = true;
        }
        if (recording_) frames_.append(flight.frame.text).append("\n");
        engine_.on_text(now, flight.connection, flight.frame.text);
        compare(flight.frame.truth);
      } else if (flight.frame.kind == sim::ServerFrame::Kind::binary) {
        heard_ = now_;
        engine_.on_binary(now, flight.connection, flight.frame.text.size());
      } else {
        sockets_.erase(socket);
        heard_.reset();
        if (scenario_.broken == Broken::hides_closes) return;
        engine_.on_closed(now, flight.connection, flight.frame.code, flight.frame.text);
      }
      break;
  }
  drain();
}

/// Q-7, from outside: a book that calls itself live has the exchange's ten best levels as of the frame that came last; and all its levels,
/// if nothing of its subscription was lost, altered or moved on the way.
void World::compare(const sim::ServerFrame::Truth& truth) {
  if (truth.symbol.empty()) return;
  const auto* book = engine_.book(truth.symbol);
  if (book == nullptr || !book->is_live()) return;
  // What comes late does not make the book older: it is put in order, or discarded.
  if (truth.late) return;
  ++result_.checked;
  if (checksum_text(book->levels().bids(), book->levels().asks()) != truth.top)
    return fail(truth.symbol + " is live and differs from the exchange");
  if (!truth.whole || book->depth() != truth.depth) return;
  ++result_.checked_whole;
  if (digest_of(book->levels()) != truth.digest) fail(truth.symbol + " is live and differs from the exchange below the tenth level");
}

/// The user wants and stops wanting.
void World::act() {
  next_act_ = now_ + 1'000 + static_cast<std::int64_t>(random_.uniform(15'000));
  const auto index = static_cast<std::size_t>(random_.uniform(scenario_.symbols - 1));
  const auto key = key_of(index);
  const auto draw = random_.uniform(13);
  // E-6: a key that was refused for good has left the wanted set.
  if (engine_.key_state(key) == KeyState::rejected) {
    if (!refused_.contains(key.symbol)) fail(key.symbol + " is rejected, and nobody refused it for good");
    wanted_[index] = deeper_[index] = false;
  }
  if (draw < 3 && wanted_[index]) {
    if (engine_.unsubscribe({now_}, key) != Errc::ok) fail("unsubscribe of a wanted key refused");
    wanted_[index] = false;
  } else if (draw < 7 && !wanted_[index]) {
    if (engine_.subscribe({now_}, key) != Errc::ok) fail("subscribe refused");
    wanted_[index] = true;
  } else if (draw < 9) {
    static_cast<void>(engine_.resync({now_}, key.symbol));
  } else if (draw < 11) {
    // C-19: somebody else wants more of the same book, or no more.
    const auto error = deeper_[index] ? engine_.unsubscribe({now_}, deep_key_of(index)) : engine_.subscribe({now_}, deep_key_of(index));
    if (error != Errc::ok) fail("a second user is refused");
    deeper_[index] = !deeper_[index];
  } else if (draw == 11) {
    static_cast<void>(engine_.clear({now_}, key.symbol));
  } else if (engine_.state() != ConnectionState::degraded) {  // else it would hurry, and not come when F-22 says
    engine_.offline({now_});
    drain();
    engine_.online({now_});
  }
  drain();
}

/// Q-10: what stands on the wire is what is wanted, no more.
void World::check_wire() {
  std::size_t books = 0;
  for (const auto& topic : exchange_.topics()) {
    if (topic.channel != sim::Channel::book) {
      if (!scenario_.other_channels) fail("a channel is subscribed that nobody wants");
      continue;
    }
    ++books;
    for (std::size_t i = 0; i < scenario_.symbols; ++i) {
      if (key_of(i).symbol != topic.symbol) continue;
      const auto depth = deeper_[i] ? deep_key_of(i).depth : key_of(i).depth;
      if (!wanted_[i] && !deeper_[i]) fail(topic.symbol + " is subscribed and not wanted");
      if (topic.depth < depth) fail(topic.symbol + " is subscribed less deep than wanted");
    }
  }
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < scenario_.symbols; ++i) wanted += wanted_[i] || deeper_[i] ? 1 : 0;
  if (books != wanted) fail("the exchange has " + std::to_string(books) + " books subscribed, wanted are " + std::to_string(wanted));
}

void World::check_end() {
  if (engine_.state() != ConnectionState::subscribed) fail("the session ends " + std::string{name(engine_.state())});
  for (std::size_t i = 0; i < scenario_.symbols; ++i) {
    const auto key = key_of(i);
    const auto state = engine_.key_state(key);
    if (state == KeyState::rejected) {
      if (!refused_.contains(key.symbol)) fail(key.symbol + " is rejected, and nobody refused it for good");
      wanted_[i] = deeper_[i] = false;
      continue;
    }
    if (!wanted_[i] && !deeper_[i]) {
      if (state) fail(key.symbol + " is not wanted and still known");
      continue;
    }
    const auto* book = engine_.book(key.symbol);
    if (state != KeyState::active) fail(key.symbol + " is wanted and not active");
    if (book == nullptr || !book->verified())
      fail(key.symbol + " is wanted and not live: " + std::string{book == nullptr ? "no book" : name(book->state())});
  }
  for (const auto& key : other_keys()) {
    if (engine_.key_state(key) != KeyState::active && !refused_.contains(key.symbol))
      fail(std::string{name(key.channel)} + " is wanted and not active");
  }
  if (result_.failure.empty()) check_wire();
  if (!scenario_.faults.empty() || !result_.failure.empty()) return;
  // Nothing was lost: equal to the last level, once all that was sent has arrived.
  for (std::size_t i = 0; i < scenario_.symbols; ++i) {
    const auto key = key_of(i);
    const auto* book = engine_.book(key.symbol);
    if ((wanted_[i] || deeper_[i]) && digest_of(book->levels()) != exchange_.digest(key.symbol, book->depth()))
      fail(key.symbol + " differs from the exchange below the tenth level");
  }
}

/// After a fault that ends a session for good the user connects again.
void World::recover() {
  if (scenario_.terminal == ConnectionCause::none || recovered_) return;
  if (engine_.state() == ConnectionState::closed && !connect_at_) {
    const auto cause = engine_.market().history().back().cause;
    if (cause != scenario_.terminal) fail("closed by " + std::string{name(cause)} + ", not " + std::string{name(scenario_.terminal)});
    connect_at_ = now_ + 2'000;
  }
  if (!connect_at_ || now_ < *connect_at_) return;
  connect_at_.reset();
  recovered_ = true;
  if (engine_.connect({now_}) != Errc::ok) fail("connect() after closed is refused");
  drain();
}

RunResult World::run() {
  for (std::size_t i = 0; i < scenario_.symbols; ++i) {
    static_cast<void>(engine_.subscribe({now_}, key_of(i)));
    wanted_[i] = true;
  }
  for (const auto& key : other_keys()) static_cast<void>(engine_.subscribe({now_}, key));
  static_cast<void>(engine_.connect({now_}));
  drain();
  const auto end = now_ + scenario_.faulty + scenario_.calm;
  while (result_.failure.empty()) {
    auto next = exchange_.deadline();
    if (until_) next = std::min(next, until_->count);
    if (!up_.empty()) next = std::min(next, up_.front().at);
    if (!down_.empty()) next = std::min(next, down_.front().at);
    const bool acting = scenario_.user_acts && next_act_ < end - scenario_.calm;
    if (acting) next = std::min(next, next_act_);
    if (connect_at_) next = std::min(next, *connect_at_);
    if (next > end) break;
    now_ = std::max(now_, next);
    if (acting && next_act_ <= now_) act();
    while (!up_.empty() && up_.front().at <= now_) {
      auto flight = std::move(up_.front());
      up_.pop_front();
      deliver_to_exchange(std::move(flight));
    }
    exchange_.advance(now_);
    collect();
    while (!down_.empty() && down_.front().at <= now_) {
      auto flight = std::move(down_.front());
      down_.pop_front();
      deliver_to_client(std::move(flight));
    }
    // A delay may be drawn as 0, so that a deadline brings the next one; but not for ever.
    for (int times = 0; until_ && until_->count <= now_; ++times) {
      if (times == 4) {
        fail("a deadline that does not pass");
        break;
      }
      engine_.on_timeout({now_});
      drain();
    }
    recover();
    lose_keys();
    if (heard_ && now_ - *heard_ >= SessionTimes{}.silence) fail("a silent connection is still open (Q-12)");
    for (int times = scenario_.extra_timeouts ? 2 : 0; times > 0; --times) {
      engine_.on_timeout({now_});
      drain();
    }
  }
  // What is on its way arrives; nothing new happens.
  while (!down_.empty() && result_.failure.empty()) {
    auto flight = std::move(down_.front());
    down_.pop_front();
    now_ = std::max(now_, flight.at);
    deliver_to_client(std::move(flight));
  }
  check_end();
  result_.digest = log_.digest().text();
  if (scenario_.tracked) tell_followed();
  result_.replayed_digest = log_.digest().text();
  result_.frames = exchange_.frames();
  const auto& done = engine_.market().counters();
  std::uint64_t open = 0;
  for (const auto& requests : {done.subscribes, done.unsubscribes})
    open += requests.sent - requests.answered - requests.timed_out - requests.lost;
  if (open != engine_.market().in_flight()) fail("a request that ended twice, or not at all");
  if (scenario_.terminal != ConnectionCause::none && !recovered_) fail("a fault that ends a session for good did not");
  if (exchange_.too_fast() != 0) fail("requests faster than the exchange allows");
  result_.session = engine_.market().counters();
  for (int kind = 0; kind < sim::kFaultKinds; ++kind) result_.faults += exchange_.faults().count(sim::FaultKind(kind));
  return result_;
}

}  // namespace hadal::test
