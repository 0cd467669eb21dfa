#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <limits>

#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "hadal_sim/instruments.hpp"
#include "sim/server.hpp"

namespace hadal::cli {
namespace {

constexpr std::uint64_t kMostSeconds = 366u * 24 * 3'600;
constexpr std::uint64_t kMostConnections = 1'000'000;

struct Options {
  std::string port = "8080";
  std::string host = "127.0.0.1";
  std::string symbols = "2";
  std::string seed = "1";
  std::string rate = "1";
  std::string scenario = std::string{sim::kScenarios[0].name};
  std::optional<std::string> faults;
  std::string connection_limit = "150";
  bool allow_remote = false;
  std::optional<std::string> seconds;
};

/// A decimal factor in thousandths, without a detour through binary fractions.
std::int64_t parse_rate(const std::string& text) {
  constexpr std::int64_t kMost = 1'000'000;
  const auto point = text.find('.');
  auto digits = text.substr(0, point);
  auto decimals = point == std::string::npos ? std::string{} : text.substr(point + 1);
  const bool fits = decimals.size() <= 3;
  decimals.resize(3, '0');
  digits += decimals;
  std::uint64_t value = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  if (!fits || error != std::errc{} || at != end || value < 1 || value > kMost)
    throw UsageError{"--rate " + text + ": must be a factor from 0.001 to 1000 with at most three decimals, for example 0.5"};
  return static_cast<std::int64_t>(value);
}

sim::Scenario parse_scenario(const std::string& name) {
  if (const auto scenario = sim::find_scenario(name)) return *scenario;
  std::string known;
  for (const auto& scenario : sim::kScenarios) {
    if (!known.empty()) known += &scenario == std::end(sim::kScenarios) - 1 ? " or " : ", ";
    known += scenario.name;
  }
  throw UsageError{"--scenario " + name + ": must be " + known};
}

std::vector<sim::Fault> read_faults(const std::string& path) {
  const auto fail = [&] { throw UsageError{"--faults " + path + ": cannot be read: " + std::strerror(errno)}; };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"), std::fclose};
  if (file == nullptr) fail();
  std::string text;
  std::array<char, 4096> piece{};
  while (const auto count = std::fread(piece.data(), 1, piece.size(), file.get())) text.append(piece.data(), count);
  if (std::ferror(file.get()) != 0) fail();
  auto plan = sim::parse_fault_plan(text);
  if (!plan.error.empty()) throw UsageError{"--faults " + path + ": " + plan.error};
  return std::move(plan.faults);
}

void check_host(const Options& options) {
  switch (sim_server::reach(options.host)) {
    case sim_server::Reach::no_address: throw UsageError{"--host " + options.host + ": must be an IP address or localhost"};
    case sim_server::Reach::loopback: break;
    case sim_server::Reach::remote:
      if (!options.allow_remote)
        throw UsageError{"--host " + options.host + ": other machines could connect; add --allow-remote if they should"};
  }
}

sim_server::ServerOptions parse(const Options& options) {
  sim_server::ServerOptions out;
  out.port = static_cast<std::uint16_t>(parse_number("--port", options.port, 0, 65'535, "a port, or 0 for any free one"));
  check_host(options);
  out.host = options.host;
  auto& exchange = out.exchange;
  exchange.symbols = static_cast<std::size_t>(
      parse_number("--symbols", options.symbols, 1, sim::kMostSymbols, "a number of pairs, 1 to " + std::to_string(sim::kMostSymbols)));
  exchange.seed = parse_number("--seed", options.seed, 0, std::numeric_limits<std::uint64_t>::max(), "a whole number below 2^64");
  exchange.rate = parse_rate(options.rate);
  exchange.scenario = parse_scenario(options.scenario);
  exchange.connections = static_cast<std::int64_t>(
      parse_number("--connection-limit", options.connection_limit, 0, kMostConnections, "a number of connections, 0 for no limit"));
  if (options.seconds)
    out.seconds = static_cast<std::int64_t>(parse_number("--for", *options.seconds, 1, kMostSeconds, "a number of seconds, from 1"));
  if (options.faults) exchange.faults = read_faults(*options.faults);
  return out;
}

std::string footer() {
  std::string out = "Scenarios:\n";
  for (const auto& scenario : sim::kScenarios) {
    std::string name{scenario.name};
    name.resize(8, ' ');
    out += "  " + name + std::string{scenario.meaning} + '\n';
  }
  return out +
         "A line of standard input is a fault from now on, as in a plan, or `off`, or `quit`.\n"
         "Exit code: 0 ended as asked, 1 the address cannot be listened on, 2 wrong usage.\n"
         "Example: echo '{\"fault\":\"close\",\"count\":1}' | hadal sim --symbols 10 --for 60";
}

}  // namespace

Command add_sim(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("sim", "Serve a simulated exchange that speaks Kraken's WebSocket v2");
  command->footer(footer());
  command->add_option("--port", options->port, "Port; 0 for any free one")->type_name("N")->capture_default_str();
  command->add_option("--host", options->host, "IP address to listen on")->type_name("ADDRESS")->capture_default_str();
  command->add_option("--symbols", options->symbols, "Number of pairs, up to 1200; BTC/USD and ETH/USD are always among them")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of the market")->type_name("S")->capture_default_str();
  command->add_option("--rate", options->rate, "Factor on the scenario's traffic, 0.001 to 1000")->type_name("X")->capture_default_str();
  command->add_option("--scenario", options->scenario, "How the market behaves")->type_name("NAME")->capture_default_str();
  command->add_option("--faults", options->faults, "Plan of faults, a JSON file")->type_name("FILE");
  command->add_option("--connection-limit", options->connection_limit, "Connections in ten minutes; 0 for any number")
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--allow-remote", options->allow_remote, "Accept a --host that other machines can reach");
  command->add_option("--for", options->seconds, "End after so many seconds")->type_name("SECONDS");

  return [options] {
    try {
      sim_server::serve(parse(*options), write_stdout);
    } catch (const sim_server::ListenFailure& error) {
      throw Failure{error.what()};
    }
    return ExitCode::done;
  };
}

}  // namespace hadal::cli
