/// The settings of the live commands: flags beat the environment, the environment beats a file, the file beats the defaults (catalogue M-3).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/session/config.hpp"

namespace hadal::cli {

struct Settings {
  std::vector<std::string> symbols;
  std::string url{default_url(Endpoint::market)};
  std::uint16_t depth = 10;
  std::vector<std::string> channels{"book", "trade"};  ///< of `record`
  std::string listen = "127.0.0.1:3000";
  std::size_t max_clients = 256;
  std::string demo;  ///< folder of the page; empty: where it was built or installed
  std::string log = "info";
  std::string log_format = "text";
  std::string log_file;  ///< empty: stderr
  std::string ca_file;
  bool allow_plaintext = false;
  std::optional<std::uint32_t> retries;  ///< to connect again, in a row; none: for ever
  SessionConfig session;
  std::optional<std::uint64_t> seed;
};

/// A value that cannot be, or a key that nobody knows; the text names its source.
struct SettingsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One setting, as text, wherever it comes from.
struct SettingInfo {
  std::string_view key;   ///< in the file: `max_clients`
  std::string_view flag;  ///< `--max-clients`
  std::string_view type;  ///< of the flag's value; empty: a flag without
  std::string_view help;
  std::string_view group;  ///< whose command: `live` (all), `server`, `record`
};
[[nodiscard]] const std::vector<SettingInfo>& all_settings();
/// As help shows it; empty: nothing, or nothing short.
[[nodiscard]] std::string default_text(std::string_view key);
/// `HADAL_MAX_CLIENTS`.
[[nodiscard]] std::string variable_of(std::string_view key);

/// Where values come from, by key.
using SettingTexts = std::map<std::string, std::string, std::less<>>;

class SettingsReader {
 public:
  /// The text of a configuration file: one JSON object. `name`: as errors call it.
  void read_file(const std::string& json, const std::string& name);
  /// `HADAL_...` of an environment, as `environ` has it.
  void read_environment(const char* const* environment);
  /// Of the command line, by key.
  void read_flags(const SettingTexts& flags);

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  /// Said by anybody, not a default.
  [[nodiscard]] bool has(std::string_view key) const { return sources_.find(key) != sources_.end(); }
  /// As a configuration file that says the same.
  [[nodiscard]] std::string json() const;
  /// `depth: HADAL_DEPTH`, one line for each setting that is not a default.
  [[nodiscard]] std::string sources() const;

 private:
  void set(std::string_view key, const std::string& text, const std::string& source, const std::string& name);

  Settings settings_;
  std::map<std::string, std::string, std::less<>> sources_;
};

/// `127.0.0.1:3000`, `[::1]:0`; none if it is no address and port.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] std::optional<HostPort> parse_host_port(std::string_view text);

}  // namespace hadal::cli
