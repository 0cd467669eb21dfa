// Sessions against simulated exchanges, one a seed:
//
//   simulation_tests [--seeds N] [--first-seed S] [--digests] [--log] [--journal FILE]
//                                                                       a failing seed prints the command that runs it alone
//   simulation_tests --broken                                            clients that are wrong on purpose: each has to be caught

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "hadal/replay.hpp"
#include "simulation/world.hpp"

using namespace hadal;
using namespace hadal::test;

namespace {

Scenario scenario_of(std::uint64_t seed, Broken broken = Broken::nothing) {
  Scenario scenario;
  scenario.broken = broken;
  if (broken == Broken::never_truncates) scenario.depths = {1000};
  scenario.seed = seed;
  scenario.symbols = 1 + seed % 4;
  if (seed % 5 == 0) scenario.policy = GapPolicy::buffer;
  scenario.other_channels = seed % 3 == 0;
  if (seed % 20 == 17) {  // more than one request can name
    scenario.symbols = 70;
    scenario.levels = 12;
    scenario.faulty = 40'000;
  }
  if (seed % 16 == 3) scenario.terminal = ConnectionCause::server_refused;
  if (seed % 16 == 11) scenario.terminal = ConnectionCause::upgrade_refused;
  scenario.tracked = seed % 4 == 2;
  if (seed % 8 != 0) scenario.faults = draw_faults(seed, scenario.faulty);
  return scenario;
}

/// Every broken client has to be caught within `seeds` seeds. Returns how many were not.
int catch_all(std::uint64_t seeds) {
  int missed = 0;
  for (int kind = 1; kind < kBroken; ++kind) {
    const auto broken = Broken(kind);
    std::string failure;
    std::uint64_t seed = 0;
    while (failure.empty() && seed < seeds) failure = World{scenario_of(++seed, broken)}.run().failure;
    if (failure.empty()) ++missed;
    std::printf("  %-24s %s %llu: %s\n", std::string{name(broken)}.c_str(), failure.empty() ? "NOT CAUGHT in" : "caught by seed",
                static_cast<unsigned long long>(seed), failure.c_str());
  }
  return missed;
}

/// A journal of the run gives the same log again, and the same requests. Returns what is different.
std::string run_again(const std::string& journal, const std::string& digest, bool tracked) {
  ReplayOptions options;
  if (tracked) options.track = TrackConfig::everything();
  Replay replay{std::move(options)};
  replay.begin("run.journal");
  replay.push(journal);
  replay.finish();
  const auto& report = replay.reports().front();
  if (!report.engine || report.requests == 0) return "the journal of the run is none that can be run again";
  if (report.differing_requests != 0) return "other requests when the journal is run again: " + replay.take_messages();
  if (report.corrupt_lines != 0) return "the journal has lines that cannot be read: " + replay.take_messages();
  return report.digest == digest ? "" : "another log when the journal is run again";
}

/// A log without what trackers tell, and without numbers, which they share.
std::string without_derived(const std::string& log) {
  constexpr std::string_view kDerived[] = {"flow", "whale", "cancel_after_show", "health", "spread", "candle_closed", "followed"};
  std::string out;
  for (std::size_t at = 0; at < log.size();) {
    const auto end = log.find('\n', at);
    const auto line = std::string_view{log}.substr(at, end - at);
    at = end + 1;
    const auto type = line.find("\"type\":\"");
    const bool derived =
        type != std::string_view::npos && std::any_of(std::begin(kDerived), std::end(kDerived), [&](std::string_view word) {
          return line.substr(type + 8, word.size()) == word && line[type + 8 + word.size()] == '"';
        });
    if (derived) continue;
    out += line.substr(std::min(line.size(), line.find(",\"t\":")));
    out += '\n';
  }
  return out;
}

/// A journal without its timeouts: trackers have some of their own.
std::string without_timeouts(const std::string& journal) {
  std::string out;
  for (std::size_t at = 0; at < journal.size();) {
    const auto end = journal.find('\n', at);
    const auto line = std::string_view{journal}.substr(at, end - at);
    at = end + 1;
    if (line.find(" ! timeout") == std::string_view::npos) (out += line) += '\n';
  }
  return out;
}

/// Without faults the bare frames of a run verify, all of them.
std::string verify_frames(const std::string& frames) {
  Replay replay{{}};
  replay.begin("run.jsonl");
  replay.push(frames);
  replay.finish();
  const auto& report = replay.reports().front();
  if (report.books.empty() || !report.all_verified()) return "the bare frames of the run do not verify: " + replay.take_messages();
  return "";
}

void store(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary};
  file << text;
  if (!file.flush()) {
    std::fprintf(stderr, "simulation_tests: %s cannot be written\n", path.c_str());
    std::exit(1);
  }
}

std::uint64_t number(const char* text) {
  char* end = nullptr;
  const auto value = std::strtoull(text, &end, 10);
  if (*text != '\0' && *end == '\0') return value;
  std::fprintf(stderr, "simulation_tests: %s is no number\n", text);
  std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seeds = 200;
  std::uint64_t first = 1;
  bool digests = false;
  bool log = false;
  std::string journal;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--broken" && argc == 2) return catch_all(200) == 0 ? 0 : 1;
    if (flag == "--digests") {
      digests = true;
    } else if (flag == "--log") {
      log = true;
    } else if (flag == "--journal" && i + 1 < argc) {
      journal = argv[++i];
    } else if ((flag == "--seeds" || flag == "--first-seed") && i + 1 < argc) {
      (flag == "--seeds" ? seeds : first) = number(argv[++i]);
    } else {
      std::fprintf(stderr, "usage: simulation_tests [--seeds N] [--first-seed S] [--digests] [--log] [--journal FILE], or --broken\n");
      return 2;
    }
  }
  RunResult total;
  std::uint64_t failed = 0;
  for (auto seed = first; seed < first + seeds; ++seed) {
    const bool twice = seed % 10 == 0;
    World world{scenario_of(seed), log, twice || !journal.empty()};
    auto result = world.run();
    if (!journal.empty()) store(journal, world.journal());
    if (twice && result.failure.empty()) result.failure = run_again(world.journal(), result.replayed_digest, scenario_of(seed).tracked);
    if (twice && result.failure.empty() && result.faults == 0) result.failure = verify_frames(world.frames());
    if (twice && result.failure.empty()) {
      // the same again, with timeouts early and more than once, is the same.
      auto scenario = scenario_of(seed);
      scenario.extra_timeouts = true;
      if (World{scenario}.run().digest != result.digest) result.failure = "another log if timeouts come early";
      // Trackers, queues and flight recorder change no request, and no event but their own.
      scenario.extra_timeouts = false;
      scenario.tracked = !scenario.tracked;
      World other{scenario, true, true};
      static_cast<void>(other.run());
      World same{scenario_of(seed), true, true};
      static_cast<void>(same.run());
      if (without_timeouts(other.journal()) != without_timeouts(same.journal())) result.failure = "other requests with trackers";
      if (without_derived(other.log()) != without_derived(same.log())) result.failure = "other events with trackers";
    }
    total.checked_whole += result.checked_whole;
    total.frames += result.frames;
    total.checked += result.checked;
    total.faults += result.faults;
    total.session.repairs += result.session.repairs;
    total.session.connects += result.session.connects;
    if (log) std::fputs(world.log().c_str(), stdout);
    if (digests) std::printf("%llu %s\n", static_cast<unsigned long long>(seed), result.digest.c_str());
    if (result.failure.empty()) continue;
    ++failed;
    std::printf("FAILED seed %llu %s\n  alone, with its log: simulation_tests --first-seed %llu --seeds 1 --log\n",
                static_cast<unsigned long long>(seed), result.failure.c_str(), static_cast<unsigned long long>(seed));
  }
  const auto hours = static_cast<double>(seeds) * 300 / 3600;
  std::printf(
      "%llu seeds, %.1f simulated hours: %llu frames, %llu faults, %llu repairs, %llu connections; a live book compared %llu times, "
      "to its last level %llu; %llu failed\n",
      static_cast<unsigned long long>(seeds), hours, static_cast<unsigned long long>(total.frames),
      static_cast<unsigned long long>(total.faults), static_cast<unsigned long long>(total.session.repairs),
      static_cast<unsigned long long>(total.session.connects), static_cast<unsigned long long>(total.checked),
      static_cast<unsigned long long>(total.checked_whole), static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}
