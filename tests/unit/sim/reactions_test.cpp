// What a client does about each fault of the exchange: one row a fault, wire to wire, no delay between them.

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "hadal/session/session.hpp"
#include "hadal_sim/exchange.hpp"
#include "support/book_digest.hpp"
#include "support/frames.hpp"

using namespace hadal;
using FaultKind = hadal::sim::FaultKind;

namespace {

constexpr std::int64_t kFaultAt = 10'000;

/// A session and an exchange, wire to wire. Writes down, in a few words each, what the client says and does once `record` is set.
class Wire final : public EventSink {
 public:
  explicit Wire(sim::ExchangeConfig config = {}, SessionConfig client = {}) : exchange{std::move(config)}, session{client, this} {}

  void on_event(const Event& event) override {
    const std::string symbol{event.symbol};
    if (const auto* gap = std::get_if<GapEvent>(&event.body)) {
      gap_at = event.at.count;
      say(symbol + " gap: " + std::string{name(gap->cause)});
    }
    if (const auto* book = std::get_if<BookStateEvent>(&event.body)) {
      auto words = symbol + ' ' + std::string{name(book->change.to)};
      if (book->change.cause != Cause::none) words.append(": ").append(name(book->change.cause));
      say(words);
      if (book->change.to == BookState::live) live_at = event.at.count;
    }
    if (const auto* state = std::get_if<SessionEvent>(&event.body)) {
      std::string words{name(state->to)};
      say(words.append(": ").append(name(state->cause)));
    }
    if (const auto* error = std::get_if<ErrorEvent>(&event.body)) {
      if (error->code == Errc::delta_before_snapshot) return;  // what is on its way while a book waits
      auto words = symbol.empty() ? std::string{"error "} : symbol + " error ";
      say(words.append(name(error->code)));
    }
    if (const auto* healed = std::get_if<HealedEvent>(&event.body)) say(symbol + " healed: " + std::string{name(healed->cause)});
    if (std::holds_alternative<QuietEvent>(event.body)) say("quiet");
    if (const auto* status = std::get_if<StatusEvent>(&event.body); status != nullptr && status->status->system)
      say("status " + std::string{name(*status->status->system)});
    if (const auto* answer = std::get_if<SubscriptionEvent>(&event.body); answer != nullptr && answer->response->success == false)
      say(symbol + " refused: " + answer->response->error);
  }

  void want(Channel channel, std::string symbol, std::uint16_t depth = 10) {
    Key key;
    key.channel = channel;
    key.symbol = std::move(symbol);
    if (channel == Channel::book) key.depth = depth;
    REQUIRE(session.subscribe({now}, key) == Errc::ok);
    drain();
  }

  /// The user asks for a new snapshot of BTC/USD.
  void ask() {
    REQUIRE(session.resync({now}, "BTC/USD") == Errc::ok);
    drain();
  }

  void connect() {
    REQUIRE(session.connect({now}) == Errc::ok);
    drain();
  }

  void run(std::int64_t until) {
    for (;;) {
      auto next = exchange.deadline();
      if (wake) next = std::min(next, wake->count);
      if (next > until) break;
      now = std::max(now, next);
      exchange.advance(now);
      deliver();
      if (wake && wake->count <= now) {
        session.on_timeout({now});
        drain();
      }
    }
    now = until;
  }

  /// Lines that were said since the last call.
  std::vector<std::string> take() { return std::exchange(said, {}); }

  sim::Exchange exchange;
  Session session;
  std::int64_t now = 1'000;
  bool record = false;
  std::int64_t live_at = -1;
  std::int64_t gap_at = -1;

 private:
  void say(std::string words) {
    if (record) said.push_back(std::move(words));
  }

  void deliver() {
    while (auto frame = exchange.next()) {
      using enum sim::ServerFrame::Kind;
      if (frame->kind == text) session.on_text({now}, frame->connection, frame->text);
      if (frame->kind == binary) session.on_binary({now}, frame->connection, frame->text.size());
      if (frame->kind == close || frame->kind == reset) session.on_closed({now}, frame->connection, frame->code, frame->text);
      drain();
    }
  }

  void drain() {
    for (;;) {
      const auto output = session.poll();
      if (const auto* wait = std::get_if<Wait>(&output)) {
        wake = wait->until;
        return;
      }
      if (const auto* connect = std::get_if<Connect>(&output)) {
        const auto id = connect->connection;
        say("> connect");
        const auto status = exchange.open(now, id);
        if (status == 101) {
          session.on_open({now}, id);
        } else {
          session.on_open_failed({now}, id, status, "refused");
        }
        drain();
        deliver();
        return drain();
      }
      if (const auto* send = std::get_if<Send>(&output)) {
        const std::string request{send->text};
        if (request.find("subscribe\"") != std::string::npos) {
          const auto method = request.substr(11, request.find('"', 11) - 11);
          const auto symbols = request.find("\"symbol\":[");
          auto words = "> " + method;
          if (symbols != std::string::npos) {
            words += ' ';
            words += request.substr(symbols + 11, request.find(']', symbols) - symbols - 12);
          }
          say(words);
        }
        exchange.text(now, send->connection, request);
        deliver();
        return drain();
      }
      const auto& close = std::get<Close>(output);
      say("> close " + std::to_string(close.code));
      const auto id = close.connection;
      exchange.close(now, id);
      session.on_closed({now}, id, 1006, {});
      return drain();
    }
  }

  std::optional<Millis> wake;
  std::vector<std::string> said;
};

using Words = std::vector<std::string>;

/// What happens when a user asks for a new snapshot and all goes well; `events` are the changes the book goes through first.
Words repair(Words events, Words between = {}) {
  events.insert(events.end(), {"resyncing: repair_started", "> unsubscribe BTC/USD"});
  events.insert(events.end(), between.begin(), between.end());
  events.insert(events.end(), {"> subscribe BTC/USD", "BTC/USD live", "subscribed: repairs_done"});
  return events;
}

Words repaired(const std::string& cause) { return repair({"BTC/USD gap: " + cause, "BTC/USD resyncing: " + cause}); }

const Words kAgain = {"BTC/USD resyncing: user"};  // the user asked
const Words kBack = {"> connect",
                     "subscribing: transport_opened",
                     "BTC/USD awaiting_snapshot",
                     "ETH/USD awaiting_snapshot",
                     "> subscribe BTC/USD",
                     "status online",
                     "> subscribe ETH/USD",
                     "> subscribe",
                     "BTC/USD live",
                     "ETH/USD live",
                     "subscribed: all_settled"};

Words lost(const std::string& cause, Words then = {}) {
  Words out{"BTC/USD stale: " + cause, "ETH/USD stale: " + cause, "degraded: " + cause};
  out.insert(out.end(), then.begin(), then.end());
  out.push_back("connecting: retry_timer");
  out.insert(out.end(), kBack.begin(), kBack.end());
  return out;
}

Words joined(Words first, const Words& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

struct Row {
  sim::Fault fault;
  Words reaction;
  bool ask = false;  ///< with the fault, the user asks for a new snapshot
};

sim::Fault of(FaultKind kind) {
  sim::Fault fault;
  fault.kind = kind;
  fault.count = 1;
  return fault;
}

sim::Fault with_ms(FaultKind kind, std::int64_t ms) {
  auto fault = of(kind);
  fault.ms = ms;
  return fault;
}

sim::Fault with_code(FaultKind kind, int code) {
  auto fault = of(kind);
  fault.code = code;
  fault.ms = 0;  // new connections are not refused after it
  return fault;
}

sim::Fault with_text(FaultKind kind, std::string text) {
  auto fault = of(kind);
  fault.text = std::move(text);
  return fault;
}

std::vector<Row> table() {
  using enum sim::FaultKind;
  return {
      {of(drop), repaired("checksum")},
      {of(duplicate), {}},  // quantities are absolute
      {of(reorder), repaired("checksum")},
      {of(wrong_checksum), repaired("checksum")},
      {of(corrupt_digit), repaired("checksum")},
      {of(truncate), joined({"BTC/USD error json_invalid"}, repaired("parse"))},
      {of(not_json), joined({"error not_json"}, repaired("checksum"))},  // its update is lost with it
      {of(binary), joined({"error not_json"}, repaired("checksum"))},
      {of(missing_field), joined({"BTC/USD error field_missing"}, repaired("parse"))},
      {of(huge_frame),
       {"error frame_too_large", "BTC/USD stale: transport_lost", "ETH/USD stale: transport_lost", "degraded: transport_lost",
        "> close 4002", "connecting: retry_timer", "> connect", "subscribing: transport_opened", "BTC/USD awaiting_snapshot",
        "ETH/USD awaiting_snapshot", "> subscribe BTC/USD", "status online", "> subscribe ETH/USD", "> subscribe", "BTC/USD live",
        "ETH/USD live", "subscribed: all_settled"}},
      // Whose book it was about cannot be read.
      {of(deep_nesting),
       {"error json_invalid", "BTC/USD gap: parse", "BTC/USD resyncing: parse", "ETH/USD gap: parse", "ETH/USD resyncing: parse",
        "resyncing: repair_started", "> unsubscribe BTC/USD", "> unsubscribe ETH/USD", "> subscribe BTC/USD", "> subscribe ETH/USD",
        "BTC/USD live", "ETH/USD live", "subscribed: repairs_done"}},
      {of(quoted_numbers), {}},
      {of(exponents), {}},
      {of(extra_zeros), {}},
      {of(missing_zeros), {}},
      {of(long_number), {"BTC/USD error number_out_of_range", "BTC/USD gap: number_out_of_range", "BTC/USD stale: number_out_of_range"}},
      {of(crossed), repaired("crossed")},
      {of(unsorted_snapshot), repair(kAgain, {"> subscribe BTC/USD", "> unsubscribe BTC/USD"}), true},
      {of(repeated_price), {}},
      {of(no_timestamp), repair(kAgain), true},
      {of(no_refill), repaired("checksum")},
      {of(old_frame), repair(kAgain), true},
      {of(snapshot_lost), repair(kAgain, {"> subscribe BTC/USD", "> unsubscribe BTC/USD"}), true},
      // The unsubscribe's: asked once more, and told that there is nothing to end.
      {of(ack_lost), repair(kAgain, {"> unsubscribe BTC/USD", "BTC/USD refused: Subscription Not Found"}), true},
      {of(ack_late), repair(kAgain), true},
      {of(reject), repair(kAgain, {"> subscribe BTC/USD", "BTC/USD refused: EService:Unavailable"}), true},
      {with_text(reject, "Currency pair not supported BTC/USD"),
       {"BTC/USD resyncing: user", "resyncing: repair_started", "> unsubscribe BTC/USD", "> subscribe BTC/USD",
        "BTC/USD refused: Currency pair not supported BTC/USD", "BTC/USD error subscribe_rejected", "BTC/USD unsubscribed",
        "subscribed: repairs_done"},
       true},
      {of(rate_limit), repair(kAgain, {" refused: Exceeded msg rate", "> unsubscribe BTC/USD"}), true},
      {of(disconnect), joined({"BTC/USD stale: transport_lost", "ETH/USD stale: transport_lost", "degraded: transport_lost",
                               "connecting: retry_timer", "> connect", "degraded: upgrade_busy", "connecting: retry_timer"},
                              kBack)},
      {with_code(close, 1001), lost("server_closed")},
      {with_code(close, 1000), lost("server_closed")},
      {with_code(close, 1008), {"BTC/USD stale: server_closed", "ETH/USD stale: server_closed", "closed: server_refused"}},
      {of(half_open), joined({"quiet"}, lost("silence", {"> close 4000"}))},
      {with_ms(stall, 3'000), {}},
      {with_ms(stall, 7'000), {"quiet"}},
      {with_ms(stall, 12'000), joined({"quiet"}, lost("silence", {"> close 4000"}))},
      {of(maintenance), {"status maintenance", "status cancel_only", "status post_only", "status online"}},
      {of(precision_change), repaired("precision_changed")},
  };
}

/// A client with two books, live for a while.
void begin(Wire& wire) {
  wire.want(Channel::book, "BTC/USD");
  wire.want(Channel::book, "ETH/USD", 25);
  wire.want(Channel::instrument, "");
  wire.connect();
  wire.run(kFaultAt);
  wire.record = true;
}

}  // namespace

TEST_CASE("what a client does about each fault", "[sim][reactions]") {
  for (auto& row : table()) {
    Wire wire;
    begin(wire);
    row.fault.from = wire.now;
    if (row.fault.kind != FaultKind::deep_nesting) row.fault.symbol = "BTC/USD";
    switch (row.fault.kind) {  // what has no symbol
      case FaultKind::rate_limit:
      case FaultKind::disconnect:
      case FaultKind::close:
      case FaultKind::half_open:
      case FaultKind::stall:
      case FaultKind::maintenance: row.fault.symbol.clear(); break;
      default: break;
    }
    wire.exchange.inject(row.fault);
    if (row.ask) wire.ask();
    wire.run(kFaultAt + 60'000);
    INFO(name(row.fault.kind) << ' ' << row.fault.code.value_or(0) << ' ' << row.fault.ms.value_or(0) << ' '
                              << row.fault.text.value_or(""));
    CHECK(wire.exchange.faults().count(row.fault.kind) == 1);
    REQUIRE(wire.exchange.faults().injections().size() == 1);
    CHECK(wire.exchange.faults().injections()[0].kind == row.fault.kind);
    CHECK(wire.take() == row.reaction);
    // Q-8: what was noticed is right again within two seconds.
    if (!row.reaction.empty() && row.reaction.front().find("BTC/USD gap") == 0 && wire.gap_at >= 0) {
      if (row.fault.kind != FaultKind::long_number) CHECK(wire.live_at - wire.gap_at <= 2'000);
    }
  }
}

TEST_CASE("faults that last", "[sim][reactions]") {
  SECTION("latency delays, and changes nothing") {
    Wire wire;
    begin(wire);
    auto fault = with_ms(FaultKind::latency, 750);
    fault.from = wire.now;
    fault.until = wire.now + 20'000;
    wire.exchange.inject(fault);
    wire.run(kFaultAt + 60'000);
    CHECK(wire.take().empty());
    CHECK(wire.session.round_trip() == 0);  // the last ping went out after it
  }
  SECTION("latency shows in the round trip") {
    Wire wire;
    begin(wire);
    wire.exchange.inject(with_ms(FaultKind::latency, 750));
    wire.run(kFaultAt + 30'000);
    CHECK(wire.session.round_trip() == 750);
  }
  SECTION("a burst is ten times the traffic") {
    Wire wire;
    begin(wire);
    const auto before = wire.exchange.frames();
    wire.run(kFaultAt + 20'000);
    const auto usual = wire.exchange.frames() - before;
    wire.exchange.inject(of(FaultKind::burst));
    wire.run(kFaultAt + 40'000);
    const auto burst = wire.exchange.frames() - before - usual;
    CHECK(burst > 6 * usual);
    CHECK(wire.take().empty());
  }
  SECTION("refused connections: busy is tried again, refusal for good is not") {
    Wire wire;
    begin(wire);
    auto busy = of(FaultKind::refuse_connect);
    busy.count = 2;
    wire.exchange.inject(busy);
    wire.exchange.inject(with_code(FaultKind::close, 1001));
    wire.run(kFaultAt + 60'000);
    const Words twice{"connecting: retry_timer", "> connect", "degraded: upgrade_busy"};
    auto expected = Words{"BTC/USD stale: server_closed", "ETH/USD stale: server_closed", "degraded: server_closed"};
    expected = joined(joined(joined(joined(expected, twice), twice), {"connecting: retry_timer"}), kBack);
    CHECK(wire.take() == expected);

    wire.exchange.inject(with_code(FaultKind::refuse_connect, 403));
    wire.exchange.inject(with_code(FaultKind::close, 1001));
    wire.run(kFaultAt + 90'000);
    CHECK(wire.take() == Words{"BTC/USD stale: server_closed", "ETH/USD stale: server_closed", "degraded: server_closed",
                               "connecting: retry_timer", "> connect", "closed: upgrade_refused"});
    // D-11: closed for good, until the user connects again; what was wanted is still wanted.
    wire.run(kFaultAt + 200'000);
    CHECK(wire.take().empty());
    wire.connect();
    wire.run(kFaultAt + 201'000);
    CHECK(wire.take() == joined({"connecting: user_connect"}, kBack));
  }
  SECTION("loss: repairs, then giving up, and one attempt a minute until it ends") {
    Wire wire;
    begin(wire);
    auto plan = sim::parse_fault_plan(R"([{"fault":"drop","symbol":"BTC/USD","probability":0.5}])");
    REQUIRE(plan.error.empty());
    wire.exchange.inject(plan.faults.at(0));
    wire.run(kFaultAt + 240'000);
    const auto words = wire.take();
    CHECK(std::count(words.begin(), words.end(), "BTC/USD error gave_up") == 1);
    CHECK(std::count(words.begin(), words.end(), "> subscribe BTC/USD") <= 5 + 4);
    wire.exchange.end_faults();
    wire.run(kFaultAt + 310'000);
    CHECK(wire.session.feed().book("BTC/USD")->is_live());
  }
}

TEST_CASE("policy buffer: one frame behind up to sixteen others heals without a request (Q-18)", "[sim][reactions]") {
  int healed = 0;
  for (std::int64_t frames = 1; frames <= 16; ++frames)
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      sim::ExchangeConfig config;
      config.seed = seed;
      config.symbols = 1;
      config.scenario = *sim::find_scenario("storm");  // so that sixteen frames come within the window
      SessionConfig client;
      client.policy = GapPolicy::buffer;
      Wire wire{config, client};
      wire.want(Channel::book, "BTC/USD", 25);
      wire.connect();
      wire.run(kFaultAt);
      wire.record = true;
      auto fault = of(FaultKind::reorder);
      fault.frames = frames;
      fault.channel = "book";
      wire.exchange.inject(fault);
      wire.run(kFaultAt + 3'000);
      INFO("seed " << seed << ", behind " << frames);
      CHECK(wire.exchange.faults().total() == 1);
      const auto words = wire.take();
      const auto ends = [&](std::string_view what) {
        return std::any_of(words.begin(), words.end(), [&](const std::string& one) { return one.find(what) != std::string::npos; });
      };
      if (ends("resyncing")) {  // a pause of the market longer than the window
        CHECK(wire.live_at > 0);
        continue;
      }
      CHECK_FALSE(ends("> "));
      if (!words.empty()) {
        CHECK(words.back() == "BTC/USD live");
        ++healed;
      }
      const auto* book = wire.session.feed().book("BTC/USD");
      CHECK(book->verified());
      CHECK(book->counters().reordered_deltas == 1);
      // To the last level.
      CHECK(test::digest_of(book->levels()) == wire.exchange.digest("BTC/USD", 25));
    }
  CHECK(healed > 40);
}

TEST_CASE("policy buffer: a checksum that cannot be one is no reason to believe a book", "[sim][reactions]") {
  SessionConfig client;
  client.policy = GapPolicy::buffer;
  Session session{client};
  Key key;
  key.symbol = "BTC/USD";
  const Millis now{1'000};
  REQUIRE(session.subscribe(now, key) == Errc::ok);
  REQUIRE(session.connect(now) == Errc::ok);
  session.on_open(now, 1);
  session.on_text(now, 1, test::kSnapshot);
  REQUIRE(session.feed().book("BTC/USD")->is_live());
  auto update = std::string{test::kUpdates[0]};
  update.replace(update.find("2410023125"), 10, "99999999999");
  session.on_text(now, 1, update);
  CHECK_FALSE(session.feed().book("BTC/USD")->is_live());
}

TEST_CASE("policy buffer: a frame that never comes is repaired when the window is over", "[sim][reactions]") {
  SessionConfig client;
  client.policy = GapPolicy::buffer;
  CHECK(check(client) == Errc::ok);
  Wire wire{{}, client};
  begin(wire);
  auto fault = of(FaultKind::drop);
  fault.symbol = "BTC/USD";
  wire.exchange.inject(fault);
  wire.run(kFaultAt + 20'000);
  const auto words = wire.take();
  const std::string symbol = "BTC/USD";
  CHECK(words == Words{symbol + " gap: checksum", symbol + " stale: checksum", symbol + " resyncing: checksum", "resyncing: repair_started",
                       "> unsubscribe " + symbol, "> subscribe " + symbol, symbol + " live", "subscribed: repairs_done"});
  client.verify = Verify::off;
  CHECK(check(client) == Errc::config_invalid);
}
