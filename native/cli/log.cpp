#include "cli/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "cli/suggestion.hpp"
#include "hadal/detail/json_out.hpp"
#include "hadal_asio/client.hpp"

namespace hadal::cli {
namespace {

constexpr std::array<std::string_view, 6> kAreas{"wire", "session", "subscription", "book", "http", "journal"};
constexpr std::array<std::string_view, 6> kLevels{"trace", "debug", "info", "warn", "error", "off"};

template <std::size_t N>
std::optional<std::size_t> position(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto at = std::find(words.begin(), words.end(), word);
  return at == words.end() ? std::nullopt : std::optional{static_cast<std::size_t>(at - words.begin())};
}

template <std::size_t N>
std::vector<std::string> list_of(const std::array<std::string_view, N>& words) {
  return {words.begin(), words.end()};
}

using Levels = std::array<LogLevel, kAreas.size()>;

std::string read_levels(std::string_view text, Levels& out) {
  out.fill(LogLevel::info);
  Levels own{};
  std::array<bool, kAreas.size()> has_own{};
  for (bool more = true; more;) {
    const auto comma = text.find(',');
    const auto part = text.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
    const auto equals = part.find('=');
    const auto word = equals == std::string_view::npos ? part : part.substr(equals + 1);
    const auto level = position(kLevels, word);
    if (!level)
      return std::string{word} + " is no level: there are error, warn, info, debug, trace and off" +
             suggestion(std::string{word}, list_of(kLevels));
    if (equals == std::string_view::npos) {
      out.fill(static_cast<LogLevel>(*level));
      continue;
    }
    const auto area = position(kAreas, part.substr(0, equals));
    if (!area)
      return std::string{part.substr(0, equals)} + " is no area: there are wire, session, subscription, book, http and journal" +
             suggestion(std::string{part.substr(0, equals)}, list_of(kAreas));
    own[*area] = static_cast<LogLevel>(*level);
    has_own[*area] = true;
  }
  for (std::size_t i = 0; i < own.size(); ++i)
    if (has_own[i]) out[i] = own[i];
  return {};
}

spdlog::level::level_enum spd(LogLevel level) {
  return level == LogLevel::off ? spdlog::level::off : static_cast<spdlog::level::level_enum>(level);
}

LogArea area_of(Errc code) {
  const auto category = info(code).category;
  if (category == "parse") return LogArea::wire;
  if (category == "processing") return LogArea::book;
  if (category == "subscription") return LogArea::subscription;
  if (category == "file") return LogArea::journal;
  return LogArea::session;
}

LogLevel level_of(Errc code) {
  switch (info(code).severity) {
    case Severity::low: return LogLevel::debug;
    case Severity::medium: return LogLevel::warn;
    default: return LogLevel::error;
  }
}

}  // namespace

std::string check_log_levels(std::string_view text) {
  Levels ignored{};
  return read_levels(text, ignored);
}

struct Log::State {
  Levels levels{};
  std::atomic<bool> muted = false;
  bool json = false;
  std::shared_ptr<spdlog::logger> logger;
};

Log::Log(std::string_view levels, bool json, const std::string& file) : state_{std::make_unique<State>()} {
  static_cast<void>(read_levels(levels, state_->levels));
  state_->json = json;
  spdlog::sink_ptr sink;
  if (!file.empty()) {  // spdlog would make folders
    std::FILE* const there = std::fopen(file.c_str(), "ab");
    if (there == nullptr) throw LogError{"--log-file " + file + ": cannot be opened: " + std::strerror(errno)};
    std::fclose(there);
  }
  try {
    if (file.empty()) sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    else sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  } catch (const spdlog::spdlog_ex& error) {
    throw LogError{"--log-file " + file + ": " + error.what()};
  }
  // The line is ours; the time is spdlog's.
  sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc));
  state_->logger = std::make_shared<spdlog::logger>("hadal", std::move(sink));
  state_->logger->set_level(spdlog::level::trace);
  state_->logger->flush_on(spdlog::level::trace);
  state_->logger->set_error_handler([](const std::string&) {});
}

Log::~Log() = default;

void Log::mute() noexcept { state_->muted = true; }

bool Log::wants(LogLevel level, LogArea area) const noexcept {
  return !state_->muted && level >= state_->levels[static_cast<std::size_t>(area)] && level != LogLevel::off;
}

void Log::write(LogLevel level, LogArea area, std::string_view message, LogFields fields) {
  if (!wants(level, area)) return;
  const auto level_name = kLevels[static_cast<std::size_t>(level)];
  const auto area_name = kAreas[static_cast<std::size_t>(area)];
  std::string line;
  if (state_->json) {
    detail::JsonLine json{line};
    json.string("level", level_name).string("area", area_name).string("message", message);
    for (const auto& [key, value] : fields) json.string_if(key, value);
    line.erase(0, 1);
  } else {
    const auto padded = [&line](std::string_view word, std::size_t width) {
      line += word;
      line.append(width - std::min(width, word.size()), ' ');
    };
    padded(level_name, 6);
    padded(area_name, 13);
    // One line each: whatever a server said.
    for (const char c : message) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  state_->logger->log(spd(level), spdlog::string_view_t{line.data(), line.size()});
}

namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

void Log::event(const Event& event) {
  const std::string symbol{event.symbol};
  const auto about = [&symbol](std::string text) { return symbol.empty() ? text : symbol + ' ' + text; };
  const auto words = [](std::string_view text) { return std::string{text}; };
  std::visit(
      Overloaded{
          [&](const SessionEvent& e) {
            const bool bad =
                e.to == ConnectionState::degraded || (e.to == ConnectionState::closed && e.cause != ConnectionCause::user_close);
            auto text = words(name(e.from)) + " -> " + words(name(e.to)) + ": " + words(name(e.cause));
            if (!e.detail.empty()) text += " (" + words(e.detail) + ')';
            write(bad ? LogLevel::warn : LogLevel::info, LogArea::session, text,
                  {{"from", words(name(e.from))},
                   {"to", words(name(e.to))},
                   {"cause", words(name(e.cause))},
                   {"detail", words(e.detail)},
                   {"attempt", std::to_string(e.attempt)},
                   {"endpoint", words(name(event.endpoint))}});
          },
          [&](const BookStateEvent& e) {
            const bool bad = (e.change.to == BookState::stale || e.change.to == BookState::resyncing) && e.change.cause != Cause::closed;
            auto text = about(words(name(e.change.from)) + " -> " + words(name(e.change.to)));
            if (e.change.cause != Cause::none) text += ": " + words(name(e.change.cause));
            write(bad ? LogLevel::warn : LogLevel::info, LogArea::book, text,
                  {{"symbol", symbol},
                   {"from", words(name(e.change.from))},
                   {"to", words(name(e.change.to))},
                   {"cause", e.change.cause == Cause::none ? "" : words(name(e.change.cause))},
                   {"attempt", std::to_string(e.attempt)}});
          },
          [&](const GapEvent& e) {
            auto text = about("can no longer be trusted: " + words(name(e.cause)));
            if (e.expected && e.received)
              text += ", checksum " + std::to_string(*e.received) + ", the exchange's " + std::to_string(*e.expected);
            write(LogLevel::warn, LogArea::book, text, {{"symbol", symbol}, {"cause", words(name(e.cause))}});
          },
          [&](const HealedEvent& e) {
            write(LogLevel::info, LogArea::book, about("messages were put in order; it had seemed " + words(name(e.cause))),
                  {{"symbol", symbol}});
          },
          [&](const ErrorEvent& e) {
            write(level_of(e.code), area_of(e.code), about(words(name(e.code)) + ": " + words(e.text)),
                  {{"symbol", symbol}, {"code", words(name(e.code))}, {"channel", words(e.channel)}});
          },
          [&](const WarningEvent& e) { write(LogLevel::warn, LogArea::subscription, "the exchange warns: " + words(e.text)); },
          [&](const SubscriptionEvent& e) {
            const auto& r = *e.response;
            if (!wants(LogLevel::debug, LogArea::subscription)) return;
            write(LogLevel::debug, LogArea::subscription, about(r.method + ' ' + r.channel + (r.error.empty() ? ": done" : ": " + r.error)),
                  {{"symbol", symbol}, {"channel", r.channel}});
          },
          [&](const StatusEvent& e) {
            const auto system = e.status->system ? words(name(*e.status->system)) : std::string{"unknown"};
            write(LogLevel::info, LogArea::session, "the exchange is " + system, {{"system", system}});
          },
          [&](const QuietEvent& e) {
            write(LogLevel::debug, LogArea::session,
                  "nothing has come for " + std::to_string(e.silence) + " ms; asked whether somebody is there");
          },
          [&](const ConnectionEvent& e) {
            if (!wants(LogLevel::debug, LogArea::wire)) return;
            auto text = "socket " + words(e.what);
            if (e.code != 0) text += ' ' + std::to_string(e.code);
            if (!e.text.empty()) text += ": " + words(e.text);
            write(LogLevel::debug, LogArea::wire, text);
          },
          [&](const PairStatusEvent& e) {
            write(LogLevel::info, LogArea::book, about(words(name(e.from)) + " -> " + words(name(e.to)) + " (pair)"), {{"symbol", symbol}});
          },
          [&](const LatencyAlertEvent& e) {
            write(LogLevel::debug, LogArea::session,
                  std::string{e.alert.begins ? "latency above " : "latency no longer above "} + std::to_string(e.alert.threshold_ms) +
                      " ms: " + words(name(e.alert.part)));
          },
          [](const auto&) {},
      },
      event.body);
}

void follow(net::Client& client, Log& log) {
  constexpr auto kMarket = mask_of(EventType::book_snapshot) | mask_of(EventType::book_update) | mask_of(EventType::trade) |
                           mask_of(EventType::ticker) | mask_of(EventType::ohlc) | mask_of(EventType::instrument);
  client.on(kAllEvents & ~kMarket, [&log](const Event& event) { log.event(event); }).release();
}

}  // namespace hadal::cli
