#include "cli/settings.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/log.hpp"
#include "cli/suggestion.hpp"
#include "hadal/journal/config_text.hpp"
#include "hadal/session/key.hpp"
#include "hadal/wire/symbol.hpp"

namespace hadal::cli {
namespace {

using Json = nlohmann::ordered_json;

/// What is wrong with a value; empty: nothing.
using Complaint = std::string;

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto part = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) out.emplace_back(part);
  }
  return out;
}

template <class Number>
Complaint number(const std::string& text, std::uint64_t least, std::uint64_t most, Number& out) {
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || value < least || value > most)
    return "must be a number from " + std::to_string(least) + " to " + std::to_string(most);
  out = static_cast<Number>(value);
  return {};
}

Complaint symbols(Settings& to, const std::string& text) {
  std::vector<std::string> out;
  for (const auto& part : parts_of(text)) {
    std::string symbol;
    if (normalize_symbol(part, symbol) != Errc::ok) return part + " is no pair: they are BASE/QUOTE, for example BTC/USD";
    if (std::find(out.begin(), out.end(), symbol) == out.end()) out.push_back(std::move(symbol));
  }
  to.symbols = std::move(out);
  return {};
}

Complaint channels(Settings& to, const std::string& text) {
  const std::vector<std::string> known{"book", "trade", "ticker", "ohlc", "instrument"};
  auto parts = parts_of(text);
  if (parts.empty()) return "name at least one of book, trade, ticker, ohlc, instrument";
  for (const auto& part : parts)
    if (std::find(known.begin(), known.end(), part) == known.end())
      return part + " is no channel: there are book, trade, ticker, ohlc and instrument" + suggestion(part, known);
  to.channels = std::move(parts);
  return {};
}

Complaint yes_or_no(const std::string& text, bool& out) {
  if (text != "true" && text != "false") return "must be true or false";
  out = text == "true";
  return {};
}

/// Everything about one setting.
struct Setting {
  SettingInfo info;
  Complaint (*set)(Settings&, const std::string&);
  Json (*get)(const Settings&);
};

const std::vector<Setting>& table() {
  static const std::vector<Setting> settings{
      {{"symbols", "", "SYMBOL", "Pairs, for example BTC/USD ETH/USD", "live"}, symbols, [](const Settings& s) { return Json(s.symbols); }},
      {{"url", "--url", "URL", "Exchange: wss://..., or ws:// to this machine", "live"},
       [](Settings& s, const std::string& text) -> Complaint {
         if (check_url(text, true) != Errc::ok) return "must be wss://host[:port]/path, or ws:// to this machine";
         s.url = text;
         return {};
       },
       [](const Settings& s) { return Json(s.url); }},
      {{"depth", "--depth", "N", "Levels a side: 10, 25, 100, 500 or 1000", "live"},
       [](Settings& s, const std::string& text) -> Complaint {
         std::uint16_t depth = 0;
         if (!number(text, 1, kMaxDepth, depth).empty() || !is_depth(depth)) return "must be 10, 25, 100, 500 or 1000";
         s.depth = depth;
         return {};
       },
       [](const Settings& s) { return Json(s.depth); }},
      {{"channels", "--channels", "LIST", "What is recorded: book, trade, ticker, ohlc, instrument", "record"},
       channels,
       [](const Settings& s) { return Json(s.channels); }},
      {{"listen", "--listen", "HOST:PORT", "Where to serve; port 0: any free one", "server"},
       [](Settings& s, const std::string& text) -> Complaint {
         if (!parse_host_port(text)) return "must be HOST:PORT, for example 127.0.0.1:3000";
         s.listen = text;
         return {};
       },
       [](const Settings& s) { return Json(s.listen); }},
      {{"max_clients", "--max-clients", "N", "HTTP clients at a time", "server"},
       [](Settings& s, const std::string& text) { return number(text, 1, 100'000, s.max_clients); },
       [](const Settings& s) { return Json(s.max_clients); }},
      {{"demo", "--demo", "FOLDER", "Page to serve under /; default: the built demo, if it is there", "server"},
       [](Settings& s, const std::string& text) -> Complaint { return s.demo = text, Complaint{}; },
       [](const Settings& s) { return Json(s.demo); }},
      {{"log", "--log-level", "LEVEL", "error, warn, info, debug, trace or off; also by area: info,book=debug,http=warn", "live"},
       [](Settings& s, const std::string& text) -> Complaint {
         if (auto wrong = check_log_levels(text); !wrong.empty()) return wrong;
         s.log = text;
         return {};
       },
       [](const Settings& s) { return Json(s.log); }},
      {{"log_format", "--log-format", "FORMAT", "text, or json: one object a line", "live"},
       [](Settings& s, const std::string& text) -> Complaint {
         if (text != "text" && text != "json") return "must be text or json" + suggestion(text, {"text", "json"});
         s.log_format = text;
         return {};
       },
       [](const Settings& s) { return Json(s.log_format); }},
      {{"log_file", "--log-file", "FILE", "Append the log to a file, not to stderr", "live"},
       [](Settings& s, const std::string& text) -> Complaint { return s.log_file = text, Complaint{}; },
       [](const Settings& s) { return Json(s.log_file); }},
      {{"ca_file", "--ca-file", "FILE", "Certificates (PEM) to trust instead of the system's", "live"},
       [](Settings& s, const std::string& text) -> Complaint { return s.ca_file = text, Complaint{}; },
       [](const Settings& s) { return Json(s.ca_file); }},
      {{"allow_plaintext", "--allow-plaintext", "", "Accept a ws:// address of another machine", "live"},
       [](Settings& s, const std::string& text) { return yes_or_no(text, s.allow_plaintext); },
       [](const Settings& s) { return Json(s.allow_plaintext); }},
      {{"retries", "--retries", "N", "Give up after so many tries in a row to connect again; 0: never try again", "live"},
       [](Settings& s, const std::string& text) -> Complaint {
         if (text == "unlimited") return s.retries.reset(), Complaint{};
         std::uint32_t retries = 0;
         if (!number(text, 0, 1'000'000, retries).empty()) return "must be a number from 0 to 1000000, or unlimited";
         s.retries = retries;
         return {};
       },
       [](const Settings& s) { return s.retries ? Json(*s.retries) : Json("unlimited"); }},
      {{"session", "--session", "JSON", "Times and policies, as a recording's header has them: {\"times.silence\":20000}", "live"},
       [](Settings& s, const std::string& text) -> Complaint {
         if (auto wrong = parse_session_config(text, s.session); !wrong.empty()) return wrong;
         if (text.find("\"seed\"") != std::string::npos) s.seed = s.session.seed;
         return {};
       },
       [](const Settings& s) {
         std::string text;
         append_session_config(text, s.session);
         auto json = Json::parse(text, nullptr, false);
         if (!s.seed && json.is_object()) json.erase("seed");
         return json;
       }},
  };
  return settings;
}

/// What is never read from a file.
bool is_secret(std::string_view key) {
  for (const auto* word : {"secret", "token", "api_key", "password", "private_key"})
    if (key.find(word) != std::string_view::npos) return true;
  return false;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string out;
  for (const auto& one : value) {
    if (!out.empty()) out += ',';
    out += one.is_string() ? one.get<std::string>() : one.dump();
  }
  return out;
}

/// What a value of a file has to be; empty: it is. The defaults say it.
std::string_view wrong_kind(std::string_view key, const Json& value) {
  const auto& settings = table();
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& one) { return one.info.key == key; });
  const auto kind = found->get(Settings{});
  if (kind.is_object()) return value.is_object() ? "" : "must be an object, for example {\"times.silence\":20000}";
  if (kind.is_array()) {
    const bool words = value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_string(); });
    return words || value.is_string() ? "" : "must be a list of words";
  }
  if (kind.is_boolean()) return value.is_boolean() ? "" : "must be true or false";
  if (kind.is_number() || key == "retries") return value.is_number() || (key == "retries" && value.is_string()) ? "" : "must be a number";
  return value.is_string() ? "" : "must be a text";
}

std::vector<std::string> known_keys() {
  std::vector<std::string> out;
  for (const auto& setting : table()) out.emplace_back(setting.info.key);
  return out;
}

}  // namespace

const std::vector<SettingInfo>& all_settings() {
  static const auto infos = [] {
    std::vector<SettingInfo> out;
    for (const auto& setting : table()) out.push_back(setting.info);
    return out;
  }();
  return infos;
}

std::string default_text(std::string_view key) {
  for (const auto& setting : table()) {
    if (setting.info.key != key || key == "session" || setting.info.type.empty()) continue;
    const auto value = setting.get(Settings{});
    return value.is_null() ? std::string{} : text_of(value);
  }
  return {};
}

std::string variable_of(std::string_view key) {
  std::string out = "HADAL_";
  for (const char c : key) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

void SettingsReader::set(std::string_view key, const std::string& text, const std::string& source, const std::string& name) {
  const auto& settings = table();
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& one) { return one.info.key == key; });
  const auto complaint = found->set(settings_, text);
  if (!complaint.empty()) throw SettingsError{name + ": " + complaint};
  sources_.insert_or_assign(std::string{key}, source);
}

void SettingsReader::read_file(const std::string& json, const std::string& name) {
  const auto root = Json::parse(json, nullptr, false);
  if (root.is_discarded()) throw SettingsError{name + ": is not JSON"};
  if (!root.is_object()) throw SettingsError{name + ": must be one JSON object, for example {\"symbols\":[\"BTC/USD\"],\"depth\":25}"};
  const auto known = known_keys();
  for (const auto& [given, value] : root.items()) {
    const auto key = given == "log_level" ? std::string{"log"} : given;  // as the flag is called
    if (is_secret(key))
      throw SettingsError{name + ": " + key +
                          ": secrets are not read from here; they come from KRAKEN_API_KEY and KRAKEN_API_SECRET alone"};
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw SettingsError{name + ": " + key + ": is no setting" + suggestion(key, known)};
    if (const auto wrong = wrong_kind(key, value); !wrong.empty()) {
      auto text = name;
      for (const auto part : {std::string_view{": "}, std::string_view{key}, std::string_view{": "}, wrong}) text += part;
      throw SettingsError{text};
    }
    set(key, text_of(value), name, name + ": " + key);
  }
}

void SettingsReader::read_environment(const char* const* environment) {
  std::vector<std::string> variables;
  for (const auto& key : known_keys()) variables.push_back(variable_of(key));
  for (; *environment != nullptr; ++environment) {
    const std::string entry{*environment};
    const auto equals = entry.find('=');
    auto name = entry.substr(0, equals);
    if (name == "HADAL_LOG_LEVEL") name = "HADAL_LOG";
    if (name.rfind("HADAL_", 0) != 0 || equals == std::string::npos) continue;
    const auto known = std::find(variables.begin(), variables.end(), name);
    const auto value = entry.substr(equals + 1);
    if (known != variables.end()) {
      set(known_keys()[static_cast<std::size_t>(known - variables.begin())], value, name, name + '=' + value);
    } else if (const auto meant = suggestion(name, variables); !meant.empty() && name != "HADAL_JS") {
      // Other tools may have variables of this kind; one that is nearly ours is a slip.
      throw SettingsError{name + ": is no setting" + meant};
    }
  }
}

void SettingsReader::read_flags(const SettingTexts& flags) {
  for (const auto& [key, text] : flags) {
    const auto& infos = all_settings();
    const auto info = std::find_if(infos.begin(), infos.end(), [&key = key](const SettingInfo& one) { return one.key == key; });
    const auto flag = info->flag.empty() ? std::string{info->key} + ' ' : std::string{info->flag} + ' ';
    set(key, text, info->flag.empty() ? "command line" : std::string{info->flag}, flag + text);
  }
}

std::string SettingsReader::json() const {
  Json out = Json::object();
  for (const auto& setting : table())
    if (auto value = setting.get(settings_); !value.is_null()) out[std::string{setting.info.key}] = std::move(value);
  return out.dump(2) + '\n';
}

std::string SettingsReader::sources() const {
  std::string out;
  for (const auto& [key, source] : sources_) out += key + ": " + source + '\n';
  return out;
}

std::optional<HostPort> parse_host_port(std::string_view text) {
  HostPort out;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos) return std::nullopt;
  const auto* const end = port.data() + port.size();
  const auto [at, error] = std::from_chars(port.data(), end, out.port);
  if (host.empty() || error != std::errc{} || at != end) return std::nullopt;
  out.host = host;
  return out;
}

}  // namespace hadal::cli
