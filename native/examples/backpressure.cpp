// A reader that is too slow, three ways: drop the oldest (and be told), merge, or make the socket wait.
//   backpressure [URL]
#include <chrono>
#include <cstdio>
#include <thread>

#include "hadal_asio/client.hpp"

namespace {

/// Reads slowly at first, and says what it was told of.
void read_slowly(const char* what, hadal::net::EventReader& reader) {
  std::this_thread::sleep_for(std::chrono::milliseconds{1'500});
  int lines = 0;
  int lagged = 0;
  while (auto line = reader.receive_for(std::chrono::milliseconds{50})) {
    ++lines;
    if (line->find("\"type\":\"lagged\"") != std::string::npos) ++lagged;
    if (lines == 400) break;
  }
  std::printf("%-8s %3d lines, told %d times that something was dropped\n", what, lines, lagged);
}

}  // namespace

int main(int argc, char** argv) {
  hadal::net::ClientOptions options;
  options.config = hadal::low_latency();  // presets are a start; every number can be changed
  if (argc > 1) options.transport.urls[0] = argv[1];
  hadal::net::Client client{options};

  hadal::net::ReaderOptions oldest;
  oldest.delivery.max_queue_depth = 16;
  hadal::net::ReaderOptions merged = oldest;
  merged.delivery.policy = hadal::DropPolicy::coalesce;
  merged.delivery.coalesce_window_ms = 0;
  merged.delivery.types = mask_of(hadal::EventType::ticker);
  hadal::net::ReaderOptions patient;
  patient.block = true;  // at most five seconds, and every reader of this client waits with it
  auto first = client.events(oldest);
  auto second = client.events(merged);
  auto third = client.events(patient);

  hadal::Key ticker;
  ticker.channel = hadal::Channel::ticker;
  ticker.symbol = "BTC/USD";
  ticker.trigger = hadal::TickerTrigger::bbo;
  client.subscribe(ticker);
  client.subscribe_book("BTC/USD");
  client.connect();
  read_slowly("oldest", first);
  read_slowly("coalesce", second);
  read_slowly("block", third);
}
