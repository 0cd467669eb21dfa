// How late messages are: from the exchange's stamp to here, corrected by the clock offset that pings measure, and how long they take.
//   latency [URL]
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "hadal_asio/client.hpp"

int main(int argc, char** argv) {
  hadal::net::ClientOptions options;
  options.config.session.times.ping_interval = 500;
  if (argc > 1) options.transport.urls[0] = argv[1];
  hadal::net::Client client{options};
  const auto alerts = client.on<hadal::LatencyAlertEvent>([](const hadal::Event&, const hadal::LatencyAlertEvent& event) {
    std::printf("%s latency %s %lld ms\n", name(event.alert.part).data(), event.alert.begins ? "above" : "no longer above",
                static_cast<long long>(event.alert.threshold_ms));
  });
  client.subscribe_book("BTC/USD");
  client.connect();
  std::this_thread::sleep_for(std::chrono::seconds{2});

  const auto stats = client.ask([](const hadal::Engine& engine, hadal::Millis now) { return engine.stats(now); }).get();
  for (const auto part : {hadal::LatencyPart::network, hadal::LatencyPart::processing, hadal::LatencyPart::total}) {
    const auto values = stats.latency.summary(part).values();
    if (values.count == 0) continue;
    std::printf("%-10s %6llu frames  p50 %6lld us  p99 %6lld us  max %6lld us\n", name(part).data(),
                static_cast<unsigned long long>(values.count), static_cast<long long>(values.p50.value_or(0)),
                static_cast<long long>(values.p99.value_or(0)), static_cast<long long>(values.max.value_or(0)));
  }
  std::printf("network latency is %s\n", stats.latency.corrected() ? "corrected by the clock offset" : "uncorrected");
}
