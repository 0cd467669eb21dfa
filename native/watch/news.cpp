#include "watch/news.hpp"

#include <utility>

namespace hadal::watch {

struct News::Words {
  const Event& event;
  News& news;

  [[nodiscard]] std::optional<Note> note(Tone tone, std::string text) const {
    if (!event.symbol.empty()) text = plain(event.symbol) + ": " + text;
    return Note{tone, std::move(text), event.at};
  }

  std::optional<Note> operator()(const GapEvent& gap) const {
    if (is_link(gap.cause) || gap.cause == Cause::user) return std::nullopt;
    auto why = gap.cause == Cause::checksum ? std::string{"checksum differed"} : words(gap.cause);
    news.troubles_.insert_or_assign(std::string{event.symbol}, why);
    return note(Tone::warning, why + ", asking for a new snapshot");
  }
  std::optional<Note> operator()(const BookStateEvent& state) const {
    const auto& change = state.change;
    if (change.to == BookState::stale && change.cause == Cause::gave_up) return note(Tone::bad, "no repair has helped: not to be trusted");
    if (change.to == BookState::resyncing && change.cause == Cause::snapshot_timeout)
      return note(Tone::warning, "no snapshot came, asking again");
    if (change.to != BookState::live) return std::nullopt;
    // A repair takes as long as a round trip: nobody would read what was wrong if this did not say it again.
    const auto trouble = news.troubles_.find(event.symbol);
    if (trouble == news.troubles_.end()) return std::nullopt;
    const auto why = std::move(trouble->second);
    news.troubles_.erase(trouble);
    return note(Tone::good, why + "; right again, from a new snapshot");
  }
  std::optional<Note> operator()(const HealedEvent&) const { return note(Tone::good, "late messages put in order; right again"); }
  std::optional<Note> operator()(const WarningEvent& warning) const { return note(Tone::warning, plain(warning.text)); }
  std::optional<Note> operator()(const SessionEvent& session) const {
    const auto detail = session.detail.empty() ? std::string{} : " (" + plain(session.detail) + ')';
    if (session.to == ConnectionState::degraded && is_open(session.from))
      return note(Tone::bad, "connection lost: " + words(session.cause) + detail);
    if (session.to == ConnectionState::closed && session.cause != ConnectionCause::user_close)
      return note(Tone::bad, "closed for good: " + words(session.cause) + detail);
    if (session.to == ConnectionState::subscribed && session.from == ConnectionState::subscribing && session.attempt > 0)
      return note(Tone::good, "connected again");
    return std::nullopt;
  }
  std::optional<Note> operator()(const QuietEvent& quiet) const {
    return note(Tone::warning, "nothing has come for " + std::to_string(quiet.silence / 1'000) + " s");
  }
  std::optional<Note> operator()(const ErrorEvent& error) const { return note(Tone::bad, plain(error.text)); }
  std::optional<Note> operator()(const PairStatusEvent& pair) const {
    return note(pair.to == PairStatus::online ? Tone::good : Tone::warning, "the exchange says " + words(pair.to));
  }
  std::optional<Note> operator()(const StatusEvent& status) const {
    if (!status.status->system || *status.status->system == SystemStatus::online) return std::nullopt;
    return note(Tone::warning, "the exchange says " + words(*status.status->system));
  }
  template <class Ordinary>
  std::optional<Note> operator()(const Ordinary&) const {
    return std::nullopt;
  }
};

std::optional<Note> News::hear(const Event& event) { return std::visit(Words{event, *this}, event.body); }

}  // namespace hadal::watch
