#include "server/market.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "hadal/detail/json_out.hpp"
#include "hadal/telemetry/collect.hpp"

namespace hadal::server {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

std::int64_t increment_of(const Feed& feed, std::string_view symbol) {
  const auto* book = feed.book(symbol);
  const auto* pair = feed.instruments().pair(symbol);
  std::int64_t ticks = 0;
  if (book == nullptr || pair == nullptr || !pair->price_increment ||
      rescale(*pair->price_increment, book->scales().price, ticks) != Errc::ok)
    return 1;
  return std::max<std::int64_t>(1, ticks);
}

/// What the exchange said of symbols that it refused.
using Refusals = std::map<std::string, std::string, std::less<>>;

class LiveView final : public MarketView {
 public:
  LiveView(const Engine& engine, Millis now, const Refusals& refusals) : engine_{engine}, now_{now}, refusals_{refusals} {}
  std::string refusal(std::string_view symbol) const override {
    const auto found = refusals_.find(symbol);
    return found == refusals_.end() ? std::string{} : found->second;
  }
  const VerifiedBook* book(std::string_view symbol) const override { return engine_.book(symbol); }
  Millis now() const override { return now_; }
  Stats stats() const override { return engine_.stats(now_); }
  std::int64_t increment(std::string_view symbol) const override { return increment_of(engine_.market().feed(), symbol); }
  void append_source(std::string& out) const override {
    out += ",\"connection\":";
    append_status(out, engine_, now_);
    out += ",\"transitions\":[";
    bool first = true;
    for (const auto& change : engine_.market().history()) {
      if (!std::exchange(first, false)) out += ',';
      detail::JsonLine line{out};
      line.integer("ago_ms", std::max<std::int64_t>(0, now_.count - change.at.count));
      line.string("from", name(change.from)).string("to", name(change.to)).string("cause", name(change.cause));
      line.string_if("detail", change.detail).number("attempt", change.attempt);
      out += '}';
    }
    out += ']';
  }

 private:
  const Engine& engine_;
  Millis now_;
  const Refusals& refusals_;
};

class LiveMarket final : public Market {
 public:
  LiveMarket(net::Client& client, std::vector<std::string> symbols) : client_{client}, symbols_{std::move(symbols)} {
    client_
        .on(mask_of(EventType::error) | mask_of(EventType::book_state),
            [refusals = refusals_](const Event& event) {
              const auto* error = std::get_if<ErrorEvent>(&event.body);
              if (error != nullptr && error->code == Errc::subscribe_rejected)
                refusals->insert_or_assign(std::string{event.symbol}, error->text);
              else if (const auto* state = std::get_if<BookStateEvent>(&event.body);
                       state != nullptr && state->change.to == BookState::live)
                refusals->erase(std::string{event.symbol});
            })
        .release();
  }

  void ask(Question question) override {
    client_.post([question = std::move(question), refusals = refusals_](Engine& engine, Millis now) {
      question(LiveView{engine, now, *refusals});
    });
  }

  /// An input touches few books; they are looked at when it has taken effect.
  void on_change(OnChange change) override {
    constexpr auto kTypes = mask_of(EventType::book_snapshot) | mask_of(EventType::book_update) | mask_of(EventType::book_state);
    auto touched = std::make_shared<std::set<std::string, std::less<>>>();
    client_
        .on(kTypes,
            [touched](const Event& event) {
              if (touched->find(event.symbol) == touched->end()) touched->emplace(event.symbol);
            })
        .release();
    client_.after_input([touched, change = std::move(change)](Engine& engine, Millis now) {
      for (const auto& symbol : *touched)
        if (const auto* book = engine.book(symbol)) change(*book, now);
      touched->clear();
      return true;
    });
  }

  const std::vector<std::string>& symbols() const override { return symbols_; }

 private:
  net::Client& client_;
  std::vector<std::string> symbols_;
  std::shared_ptr<Refusals> refusals_ = std::make_shared<Refusals>();  ///< the client's strand's
};

constexpr std::chrono::milliseconds kStep{10};

class PlaybackMarket final : public Playback, private MarketView {
 public:
  PlaybackMarket(asio::io_context& io, PlaybackOptions options)
      : strand_{asio::make_strand(io)},
        timer_{strand_},
        options_{std::move(options)},
        player_{std::make_unique<Player>(std::move(options_.recording), options_.feed)} {
    player_->play_to_end();
    for (const auto& [symbol, book] : player_->feed().books())
      if (book->revision() != 0) symbols_.push_back(symbol);
    player_->seek(0);
  }

  bool empty() const override { return symbols_.empty(); }
  const std::vector<std::string>& symbols() const override { return symbols_; }

  void ask(Question question) override {
    asio::post(strand_, [this, question = std::move(question)] { question(*this); });
  }
  void on_change(OnChange change) override {
    asio::post(strand_, [this, change = std::move(change)]() mutable { changes_.push_back(std::move(change)); });
  }
  void start() override {
    asio::post(strand_, [this] {
      last_ = Steady::now();
      step();
    });
  }

 private:
  void step() {
    const auto time = Steady::now();
    const std::chrono::duration<double, std::milli> passed = time - last_;
    last_ = time;
    // A process that was stopped goes on where it was.
    constexpr double kMost = 1'000;
    player_->advance(std::min(passed.count(), kMost) * options_.speed);
    if (player_->done() && options_.loop) {
      player_->seek(0);
      ++rounds_;
    }
    tell();
    timer_.expires_after(kStep);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      if (options_.loop || !player_->done()) return step();
      if (options_.on_end) std::exchange(options_.on_end, {})();
    });
  }

  void tell() {
    for (const auto& [symbol, book] : player_->feed().books()) {
      const Seen seen{book->generation(), book->revision(), book->state()};
      if (auto& known = seen_[symbol]; known != seen) {
        known = seen;
        for (const auto& change : changes_) change(*book, now());
      }
    }
  }

  const VerifiedBook* book(std::string_view symbol) const override { return player_->feed().book(symbol); }
  /// The recording's own time: ages are those of the moment that is played.
  Millis now() const override { return player_->now(); }
  Stats stats() const override {
    Stats stats;
    SessionStats session;
    session.state = ConnectionState::subscribed;  // a recording has no connection that could be watched
    add_feed(stats, session, player_->feed());
    stats.sessions.push_back(std::move(session));
    return stats;
  }
  std::int64_t increment(std::string_view symbol) const override { return increment_of(player_->feed(), symbol); }
  void append_source(std::string& out) const override {
    out += ",\"playback\":";
    detail::JsonLine line{out};
    line.string("recording", options_.name).boolean("ended", player_->done() && !options_.loop);
    line.integer("at_ms", static_cast<std::int64_t>(player_->time_ms()));
    line.integer("duration_ms", static_cast<std::int64_t>(player_->duration_ms()));
    append_decimal(line.raw("speed"), static_cast<std::int64_t>(options_.speed * 1'000 + 0.5), 3);
    line.boolean("loop", options_.loop).number("rounds", rounds_);
    out += '}';
  }

  struct Seen {
    std::uint64_t generation = 0, revision = 0;
    BookState state = BookState::unsubscribed;
    friend bool operator==(const Seen&, const Seen&) = default;
  };

  asio::strand<asio::io_context::executor_type> strand_;
  asio::steady_timer timer_;
  PlaybackOptions options_;
  std::unique_ptr<Player> player_;
  std::vector<std::string> symbols_;
  std::vector<OnChange> changes_;
  std::map<std::string, Seen, std::less<>> seen_;
  Steady::time_point last_{};
  std::uint64_t rounds_ = 0;
};

}  // namespace

std::unique_ptr<Market> live_market(net::Client& client, std::vector<std::string> symbols) {
  return std::make_unique<LiveMarket>(client, std::move(symbols));
}

std::unique_ptr<Playback> play_market(asio::io_context& io, PlaybackOptions options) {
  return std::make_unique<PlaybackMarket>(io, std::move(options));
}

}  // namespace hadal::server
