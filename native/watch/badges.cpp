// States and numbers in words: the pure half of model.hpp.

#include <algorithm>
#include <array>

#include "hadal/book_text.hpp"
#include "watch/model.hpp"
#include "watch/news.hpp"

namespace hadal::watch {
namespace {

std::string two_digits(std::int64_t value) { return std::to_string(100 + value % 100).substr(1); }

std::string capitals(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

Tone tone_of(ConnectionState state) {
  switch (state) {
    case ConnectionState::subscribed: return Tone::good;
    case ConnectionState::degraded:
    case ConnectionState::closed: return Tone::bad;
    default: return Tone::warning;
  }
}

}  // namespace

std::string age_text(std::int64_t ms) {
  ms = std::max<std::int64_t>(ms, 0);
  if (ms < 1'000) return std::to_string(ms) + " ms";
  const auto seconds = ms / 1'000;
  if (seconds < 60) return std::to_string(seconds) + " s";
  const auto minutes = seconds / 60;
  if (minutes < 60) return std::to_string(minutes) + " min " + two_digits(seconds % 60) + " s";
  return std::to_string(minutes / 60) + " h " + two_digits(minutes % 60) + " min";
}

std::string count_text(std::uint64_t count) {
  auto text = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), 1, ',');
  return text;
}

std::string bytes_text(double bytes) {
  constexpr std::array kUnits{" B", " kB", " MB", " GB", " TB"};
  std::size_t unit = 0;
  for (; bytes >= 999.95 && unit + 1 < kUnits.size(); ++unit) bytes /= 1'000;
  return fixed(bytes, unit == 0 ? 0 : 1) + kUnits[unit];
}

std::string time_text(UnixNanos time) {
  std::string text;
  append_timestamp(text, time);
  return text.substr(11, 12);
}

Badge connection_badge(const Session& session, Millis now) {
  using enum ConnectionState;
  const auto state = session.state();
  Badge out{tone_of(state), capitals(words(state)), {}};
  const auto& history = session.history();
  if (history.empty()) return out;
  const auto& last = history.back();
  const auto why = last.detail.empty() ? words(last.cause) : plain(last.detail);
  if (const auto at = session.retry_at()) {
    const auto left = std::max<std::int64_t>(0, at->count - now.count);
    out.detail =
        "reconnecting in " + std::to_string((left + 999) / 1'000) + " s (attempt " + std::to_string(session.attempt()) + "): " + why;
  } else if (state == connecting && session.attempt() > 0) {
    out.detail = "attempt " + std::to_string(session.attempt());
  } else if (state == resyncing) {
    out.detail = plain(last.detail);
  } else if (state == closed) {
    out.detail = why + " (r connects again)";
  }
  return out;
}

Badge book_badge(const VerifiedBook* book, std::optional<Millis> since, Millis now) {
  if (book == nullptr) return {Tone::warning, "NO BOOK YET", {}};
  const auto lasted = since ? age_text(now.count - since->count) : std::string{};
  const auto why = book->reason() == Cause::none ? lasted : words(book->reason()) + (lasted.empty() ? "" : " ") + lasted;
  switch (book->state()) {
    case BookState::live: {
      if (!book->verified()) return {Tone::warning, "LIVE, not verified", {}};
      auto age = age_text(book->verified_age(now).value_or(0));
      if (age.size() < 6) age.insert(0, 6 - age.size(), ' ');  // so that what follows stands still
      return {Tone::good, "VERIFIED",
              age + " ago · " + count_text(book->counters().matched) + (book->counters().matched == 1 ? " check" : " checks")};
    }
    case BookState::awaiting_snapshot: return {Tone::warning, "AWAITING SNAPSHOT", why};
    case BookState::resyncing: return {Tone::warning, "RESYNCING", why};
    case BookState::stale: return {Tone::bad, "STALE", why};
    case BookState::unsubscribed: break;
  }
  return {Tone::warning, "NOT SUBSCRIBED", {}};
}

}  // namespace hadal::watch
