#include "hadal/telemetry/metrics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/version.hpp"

using namespace hadal;

namespace {

constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();

/// The families of the catalogue (area I) that the core can count, in its order.
const std::vector<std::pair<std::string, std::string>> kFamilies{
    {"hadal_frames_received_total", "counter"},
    {"hadal_bytes_received_total", "counter"},
    {"hadal_frames_sent_total", "counter"},
    {"hadal_frames_rejected_total", "counter"},
    {"hadal_connection_attempts_total", "counter"},
    {"hadal_connection_failures_total", "counter"},
    {"hadal_reconnections_total", "counter"},
    {"hadal_connection_state", "gauge"},
    {"hadal_subscriptions", "gauge"},
    {"hadal_subscription_rejections_total", "counter"},
    {"hadal_book_state", "gauge"},
    {"hadal_book_snapshots_total", "counter"},
    {"hadal_book_updates_total", "counter"},
    {"hadal_checksums_total", "counter"},
    {"hadal_gaps_total", "counter"},
    {"hadal_resyncs_total", "counter"},
    {"hadal_deltas_ignored_total", "counter"},
    {"hadal_events_delivered_total", "counter"},
    {"hadal_events_dropped_total", "counter"},
    {"hadal_events_coalesced_total", "counter"},
    {"hadal_listener_failures_total", "counter"},
    {"hadal_queue_depth", "gauge"},
    {"hadal_requests_total", "counter"},
    {"hadal_clock_offset_seconds", "gauge"},
    {"hadal_build_info", "gauge"},
    {"hadal_latency_seconds", "histogram"},
    {"hadal_ping_rtt_seconds", "histogram"},
    {"hadal_resync_duration_seconds", "histogram"},
};

/// The text read line by line.
struct Metrics {
  std::vector<std::pair<std::string, std::string>> families;  ///< with their types
  std::map<std::string, std::string> samples;                 ///< value by name and labels, as written

  [[nodiscard]] std::string at(const std::string& sample) const {
    const auto found = samples.find(sample);
    return found == samples.end() ? "none" : found->second;
  }
  /// Samples of a family.
  [[nodiscard]] std::size_t count(const std::string& family) const {
    return static_cast<std::size_t>(std::count_if(samples.begin(), samples.end(), [&](const auto& sample) {
      return sample.first == family || sample.first.starts_with(family + "{");
    }));
  }
};

Metrics read(const Stats& stats) {
  Metrics out;
  const auto text = metrics_text(stats);
  REQUIRE_FALSE(text.empty());
  REQUIRE(text.back() == '\n');
  std::string_view left = text;
  std::string family;
  while (!left.empty()) {
    const std::string line{left.substr(0, left.find('\n'))};
    left.remove_prefix(line.size() + 1);
    CAPTURE(line);
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      REQUIRE(line.size() > 7 + family.size() + 1);
    } else if (line.starts_with("# TYPE ")) {
      REQUIRE(line.starts_with("# TYPE " + family + " "));
      out.families.emplace_back(family, line.substr(7 + family.size() + 1));
    } else {
      REQUIRE_FALSE(out.families.empty());
      REQUIRE(out.families.back().first == family);
      REQUIRE(line.starts_with(family));
      auto rest = line.substr(family.size());
      if (out.families.back().second == "histogram") {
        const auto end = rest.find_first_of("{ ");
        const auto suffix = rest.substr(0, end);
        REQUIRE((suffix == "_bucket" || suffix == "_sum" || suffix == "_count"));
        rest = rest.substr(end);
      }
      REQUIRE((rest.front() == '{' || rest.front() == ' '));
      const auto space = line.rfind(' ');
      REQUIRE((rest.front() == ' ' || line[space - 1] == '}'));
      const auto value = line.substr(space + 1);
      REQUIRE_FALSE(value.empty());
      REQUIRE(value.find_first_not_of("-0123456789.") == std::string::npos);
      REQUIRE(out.samples.emplace(line.substr(0, space), value).second);  // no sample twice
    }
  }
  return out;
}

std::vector<BookStats> books(std::size_t count) {
  std::vector<BookStats> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i].symbol = std::to_string(1000 + i);  // inserted: g++ 12 sees an overflow in a sum
    out[i].symbol.insert(out[i].symbol.begin(), 'S');
    out[i].symbol += "/USD";
    out[i].state = BookState(i % 5);
    out[i].snapshots = 1;
    out[i].updates = 1000 + i;
    out[i].matched = 2;
    out[i].mismatched = 3;
    out[i].skipped = 4;
    out[i].repairs_done = 5;
    out[i].repairs_failed = 6;
  }
  return out;
}

}  // namespace

TEST_CASE("every family is there once, with its type, counted or not", "[telemetry]") {
  const auto metrics = read({});
  CHECK(metrics.families == kFamilies);
  CHECK(metrics.at("hadal_connection_attempts_total") == "0");
  CHECK(metrics.at("hadal_reconnections_total") == "0");
  CHECK(metrics.at("hadal_connection_state") == "0");
  CHECK(metrics.at("hadal_subscriptions{state=\"active\"}") == "0");
  CHECK(metrics.count("hadal_subscriptions") == 5);
  CHECK(metrics.count("hadal_book_state") == 0);
  CHECK(metrics.at("hadal_events_dropped_total{policy=\"oldest\"}") == "0");
  CHECK(metrics.at("hadal_events_dropped_total{policy=\"latest\"}") == "0");
  CHECK(metrics.at("hadal_clock_offset_seconds") == "none");
  CHECK(metrics.at("hadal_build_info{version=\"" HADAL_VERSION "\"}") == "1");
  CHECK(metrics.at("hadal_latency_seconds_bucket{part=\"network\",le=\"+Inf\"}") == "0");
  CHECK(metrics.at("hadal_ping_rtt_seconds_sum") == "0.000000");
}

TEST_CASE("the whole text of one small family", "[telemetry]") {
  Stats stats;
  stats.ignored_deltas = {{"before_snapshot", 3}, {"older_than_snapshot", 1}};
  CHECK_THAT(metrics_text(stats), Catch::Contains("\n# HELP hadal_deltas_ignored_total Updates of books that were left out.\n"
                                                  "# TYPE hadal_deltas_ignored_total counter\n"
                                                  "hadal_deltas_ignored_total{reason=\"before_snapshot\"} 3\n"
                                                  "hadal_deltas_ignored_total{reason=\"older_than_snapshot\"} 1\n"
                                                  "# HELP hadal_events_delivered_total "));
}

TEST_CASE("sessions are told apart where there is a label for it, and summed elsewhere", "[telemetry]") {
  Stats stats;
  stats.sessions.resize(2);
  auto& market = stats.sessions[0];
  market.state = ConnectionState::subscribed;
  market.bytes_received = 1000;
  market.frames_received = {{"book", 10}, {"heartbeat", 3}};
  market.frames_sent = {{"subscribe", 1}, {"ping", 4}};
  market.failures = {{"silence", 2}};
  market.attempts = 5;
  market.reconnections = 4;
  market.keys = {{"active", 7}, {"wanted", 1}};
  market.rejected_subscriptions = 1;
  market.requests = {{"subscribe", 6, 2, 1}};
  auto& account = stats.sessions[1];
  account.endpoint = Endpoint::account;
  account.state = ConnectionState::degraded;
  account.bytes_received = 50;
  account.frames_received = {{"heartbeat", 2}};
  account.failures = {{"silence", 1}, {"auth_failed", 1}};
  account.attempts = 2;
  account.reconnections = 1;
  account.keys = {{"active", 2}};
  account.rejected_subscriptions = 2;
  account.requests = {{"subscribe", 1, 0, 0}, {"add_order", 0, 0, 3}};
  account.clock_offset_us = -499'500;

  const auto metrics = read(stats);
  CHECK(metrics.at("hadal_frames_received_total{endpoint=\"public\",channel=\"book\"}") == "10");
  CHECK(metrics.at("hadal_frames_received_total{endpoint=\"public\",channel=\"heartbeat\"}") == "3");
  CHECK(metrics.at("hadal_frames_received_total{endpoint=\"private\",channel=\"heartbeat\"}") == "2");
  CHECK(metrics.at("hadal_bytes_received_total{endpoint=\"public\"}") == "1000");
  CHECK(metrics.at("hadal_bytes_received_total{endpoint=\"private\"}") == "50");
  CHECK(metrics.at("hadal_frames_sent_total{endpoint=\"public\",method=\"ping\"}") == "4");
  CHECK(metrics.at("hadal_connection_attempts_total") == "7");
  CHECK(metrics.at("hadal_connection_failures_total{cause=\"silence\"}") == "3");
  CHECK(metrics.at("hadal_connection_failures_total{cause=\"auth_failed\"}") == "1");
  CHECK(metrics.at("hadal_reconnections_total") == "5");
  CHECK(metrics.at("hadal_connection_state") == "6");
  CHECK(metrics.at("hadal_subscriptions{state=\"active\"}") == "9");
  CHECK(metrics.at("hadal_subscriptions{state=\"wanted\"}") == "1");
  CHECK(metrics.at("hadal_subscriptions{state=\"rejected\"}") == "0");
  CHECK(metrics.at("hadal_subscription_rejections_total") == "3");
  CHECK(metrics.at("hadal_requests_total{method=\"subscribe\",result=\"answered\"}") == "7");
  CHECK(metrics.at("hadal_requests_total{method=\"subscribe\",result=\"timed_out\"}") == "2");
  CHECK(metrics.at("hadal_requests_total{method=\"subscribe\",result=\"lost\"}") == "1");
  CHECK(metrics.at("hadal_requests_total{method=\"add_order\",result=\"lost\"}") == "3");
  CHECK(metrics.at("hadal_clock_offset_seconds") == "-0.499500");

  // Two of one endpoint, as a caller might count them: still one sample each.
  account.endpoint = Endpoint::market;
  market.clock_offset_us = kLowest;
  const auto summed = read(stats);
  CHECK(summed.at("hadal_frames_received_total{endpoint=\"public\",channel=\"heartbeat\"}") == "5");
  CHECK(summed.at("hadal_bytes_received_total{endpoint=\"public\"}") == "1050");
  CHECK(summed.at("hadal_clock_offset_seconds") == "-9223372036854.775808");
}

TEST_CASE("counts of everything else", "[telemetry]") {
  Stats stats;
  stats.rejected_frames = {{"parse", 1}, {"limit", 2}};
  stats.gaps = {{"checksum", 3}, {"crossed", 4}};
  stats.events = {{"book", 5}, {"trade", 6}};
  stats.listener_failures = 7;
  stats.delivery.dropped_oldest = 8;
  stats.delivery.dropped_latest = 9;
  stats.delivery.coalesced = 10;
  stats.delivery.queued = std::numeric_limits<std::uint64_t>::max();
  const auto metrics = read(stats);
  CHECK(metrics.at("hadal_frames_rejected_total{reason=\"parse\"}") == "1");
  CHECK(metrics.at("hadal_frames_rejected_total{reason=\"limit\"}") == "2");
  CHECK(metrics.at("hadal_gaps_total{channel=\"book\",cause=\"checksum\"}") == "3");
  CHECK(metrics.at("hadal_gaps_total{channel=\"book\",cause=\"crossed\"}") == "4");
  CHECK(metrics.at("hadal_events_delivered_total{type=\"book\"}") == "5");
  CHECK(metrics.at("hadal_events_delivered_total{type=\"trade\"}") == "6");
  CHECK(metrics.at("hadal_listener_failures_total") == "7");
  CHECK(metrics.at("hadal_events_dropped_total{policy=\"oldest\"}") == "8");
  CHECK(metrics.at("hadal_events_dropped_total{policy=\"latest\"}") == "9");
  CHECK(metrics.at("hadal_events_coalesced_total") == "10");
  CHECK(metrics.at("hadal_queue_depth") == "18446744073709551615");
}

TEST_CASE("states of books and connections are numbered in the order of the catalogue", "[telemetry]") {
  Stats stats;
  stats.books = books(5);
  stats.sessions.resize(1);
  for (int i = 0; i < kConnectionStates; ++i) {
    stats.sessions[0].state = ConnectionState(i);
    CHECK(read(stats).at("hadal_connection_state") == std::to_string(i));
  }
  const auto metrics = read(stats);
  for (int i = 0; i < 5; ++i) CHECK(metrics.at("hadal_book_state{symbol=\"S100" + std::to_string(i) + "/USD\"}") == std::to_string(i));
}

TEST_CASE("books have their symbol, and those beyond 200 are summed under other, which has no state", "[telemetry]") {
  Stats stats;
  stats.books = books(200);
  auto metrics = read(stats);
  CHECK(metrics.count("hadal_book_updates_total") == 200);
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"other\"}") == "none");
  CHECK(metrics.at("hadal_book_snapshots_total{symbol=\"S1199/USD\"}") == "1");
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"S1199/USD\"}") == "1199");
  CHECK(metrics.at("hadal_checksums_total{symbol=\"S1199/USD\",result=\"match\"}") == "2");
  CHECK(metrics.at("hadal_checksums_total{symbol=\"S1199/USD\",result=\"mismatch\"}") == "3");
  CHECK(metrics.at("hadal_checksums_total{symbol=\"S1199/USD\",result=\"skipped\"}") == "4");
  CHECK(metrics.at("hadal_resyncs_total{symbol=\"S1199/USD\",result=\"done\"}") == "5");
  CHECK(metrics.at("hadal_resyncs_total{symbol=\"S1199/USD\",result=\"failed\"}") == "6");

  stats.books = books(201);
  CHECK(read(stats).at("hadal_book_updates_total{symbol=\"other\"}") == "1200");

  stats.books = books(203);
  metrics = read(stats);
  CHECK(metrics.count("hadal_book_updates_total") == 201);
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"S1199/USD\"}") == "1199");
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"S1200/USD\"}") == "none");
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"other\"}") == "3603");
  CHECK(metrics.at("hadal_book_snapshots_total{symbol=\"other\"}") == "3");
  CHECK(metrics.at("hadal_checksums_total{symbol=\"other\",result=\"match\"}") == "6");
  CHECK(metrics.at("hadal_checksums_total{symbol=\"other\",result=\"mismatch\"}") == "9");
  CHECK(metrics.at("hadal_checksums_total{symbol=\"other\",result=\"skipped\"}") == "12");
  CHECK(metrics.at("hadal_resyncs_total{symbol=\"other\",result=\"done\"}") == "15");
  CHECK(metrics.at("hadal_resyncs_total{symbol=\"other\",result=\"failed\"}") == "18");
  CHECK(metrics.count("hadal_book_state") == 200);
  CHECK(metrics.at("hadal_book_state{symbol=\"other\"}") == "none");

  // A symbol that is called so does not take the place of the rest, nor the rest its.
  stats.books[0].symbol = "other";
  metrics = read(stats);
  CHECK(metrics.count("hadal_book_updates_total") == 200);
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"other\"}") == "4603");
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"S1199/USD\"}") == "1199");
}

TEST_CASE("label values are escaped, stay on their line and are UTF-8", "[telemetry]") {
  Stats stats;
  stats.books = books(6);
  stats.books[0].symbol = "A\"B\\C\nD";
  stats.books[1].symbol = "E\r\tF";
  stats.books[1].symbol += '\0';
  stats.books[2].symbol = "\xC2\xB5\xFFG";
  stats.books[3].symbol = "\xC2\xB5\xFEG";  // becomes the same label as the one before
  stats.books[4].symbol = "";
  stats.books[5].symbol = "{}, #";
  stats.gaps = {{"a\"b", 9}};
  const auto metrics = read(stats);
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"A\\\"B\\\\C\\nD\"}") == "1000");
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"E  F \"}") == "1001");
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"\xC2\xB5\xEF\xBF\xBDG\"}") == "2005");
  CHECK(metrics.at("hadal_book_state{symbol=\"\xC2\xB5\xEF\xBF\xBDG\"}") == "3");
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"\"}") == "1004");
  CHECK(metrics.at("hadal_book_updates_total{symbol=\"{}, #\"}") == "1005");
  CHECK(metrics.at("hadal_gaps_total{channel=\"book\",cause=\"a\\\"b\"}") == "9");
}

TEST_CASE("histograms are cumulative, exact and in milliseconds", "[telemetry]") {
  Stats stats;
  for (const std::int64_t v : {-250, 1'000, 1'001, 25'000, 10'000'000, 10'000'001})
    static_cast<void>(stats.latency.add(LatencyPart::processing, v));
  stats.round_trip.add(kHighest);
  stats.round_trip.add(kHighest);
  stats.resync_duration.add(kLowest);
  stats.resync_duration.add(1);
  const auto metrics = read(stats);
  const auto processing = [&](const std::string& bound) {
    return metrics.at("hadal_latency_seconds_bucket{part=\"processing\",le=\"" + bound + "\"}");
  };
  CHECK(processing("0.001") == "2");
  CHECK(processing("0.005") == "3");
  CHECK(processing("0.01") == "3");
  CHECK(processing("0.025") == "4");
  CHECK(processing("5") == "4");
  CHECK(processing("10") == "5");
  CHECK(processing("+Inf") == "6");
  CHECK(metrics.at("hadal_latency_seconds_count{part=\"processing\"}") == "6");
  CHECK(metrics.at("hadal_latency_seconds_sum{part=\"processing\"}") == "20.026752");
  CHECK(metrics.at("hadal_latency_seconds_count{part=\"network\"}") == "0");
  CHECK(metrics.at("hadal_latency_seconds_sum{part=\"total\"}") == "0.000000");
  CHECK(metrics.at("hadal_ping_rtt_seconds_bucket{le=\"10\"}") == "0");
  CHECK(metrics.at("hadal_ping_rtt_seconds_bucket{le=\"+Inf\"}") == "2");
  CHECK(metrics.at("hadal_ping_rtt_seconds_sum") == "18446744073709.551614");
  CHECK(metrics.at("hadal_resync_duration_seconds_bucket{le=\"0.001\"}") == "2");
  CHECK(metrics.at("hadal_resync_duration_seconds_sum") == "-9223372036854.775807");

  for (const std::string labels :
       {"hadal_latency_seconds_bucket{part=\"network\",", "hadal_latency_seconds_bucket{part=\"processing\",",
        "hadal_latency_seconds_bucket{part=\"total\",", "hadal_ping_rtt_seconds_bucket{", "hadal_resync_duration_seconds_bucket{"}) {
    std::uint64_t before = 0;
    for (const auto* bound : {"0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"}) {
      auto key = labels;  // step by step: g++ 12 sees an overflow in a longer sum
      key += "le=\"";
      key += bound;
      key += "\"}";
      const auto value = metrics.at(key);
      CAPTURE(labels, bound, value);
      REQUIRE(value != "none");
      const auto count = std::stoull(value);
      CHECK(count >= before);
      before = count;
    }
  }
}
