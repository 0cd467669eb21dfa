/// What a server shows: books that somebody else keeps, live or played from a recording.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/hadal.hpp"
#include "hadal_asio/client.hpp"

namespace hadal::server {

/// A look at a market, lent for the length of one question, on the market's own strand.
class MarketView {
 public:
  /// Null if nothing has been heard of it.
  [[nodiscard]] virtual const VerifiedBook* book(std::string_view symbol) const = 0;
  [[nodiscard]] virtual Millis now() const = 0;
  [[nodiscard]] virtual Stats stats() const = 0;
  /// The price increment in ticks; 1 if it is not known.
  [[nodiscard]] virtual std::int64_t increment(std::string_view symbol) const = 0;
  /// The exchange's words, if it refused the book; empty: it did not.
  [[nodiscard]] virtual std::string refusal(std::string_view symbol) const {
    static_cast<void>(symbol);
    return {};
  }
  /// Appends members of a JSON object, each with a comma before it: where the books come from, and how that stands.
  virtual void append_source(std::string& out) const = 0;

 protected:
  ~MarketView() = default;
};

/// Threads: ask() from any; questions and changes come on the market's strand.
class Market {
 public:
  using Question = std::function<void(const MarketView&)>;
  /// A book took a message or changed its state. It is lent.
  using OnChange = std::function<void(const VerifiedBook&, Millis)>;

  virtual ~Market() = default;
  virtual void ask(Question question) = 0;
  virtual void on_change(OnChange change) = 0;
  [[nodiscard]] virtual const std::vector<std::string>& symbols() const = 0;
};

/// Of a live client. The books must have been subscribed by whoever made it.
[[nodiscard]] std::unique_ptr<Market> live_market(net::Client& client, std::vector<std::string> symbols);

struct PlaybackOptions {
  std::string name;       ///< of the recording, as it is shown
  std::string recording;  ///< its bytes
  FeedConfig feed;
  double speed = 1;  ///< 0.1 ... 100
  bool loop = false;
  std::function<void()> on_end{};  ///< called once, when everything has been played; not with `loop`
};
/// A recording at the pace of the clock, on `io`; the books of all its symbols. Begins with start().
class Playback : public Market {
 public:
  virtual void start() = 0;
  /// Nothing in it that could be played.
  [[nodiscard]] virtual bool empty() const = 0;
};
[[nodiscard]] std::unique_ptr<Playback> play_market(boost::asio::io_context& io, PlaybackOptions options);

}  // namespace hadal::server
