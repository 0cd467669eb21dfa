// The newest state of a book, as often as you like to look: a slow reader skips states and never falls behind.
//   basic [URL]
#include <cstdio>

#include "hadal_asio/client.hpp"

int main(int argc, char** argv) {
  hadal::net::ClientOptions options;
  if (argc > 1) options.transport.urls[0] = argv[1];
  hadal::net::Client client{options};
  client.subscribe_book("BTC/USD");
  client.connect();

  auto frames = client.frames("BTC/USD", 3);
  for (int seen = 0; seen < 5;) {
    const auto frame = frames.receive();
    if (!frame || !frame->verified) continue;  // never show what is not proved
    std::printf("revision %llu: %s for %s  |  %s for %s\n", static_cast<unsigned long long>(frame->revision),
                frame->qty(frame->bids[0]).c_str(), frame->price(frame->bids[0]).c_str(), frame->qty(frame->asks[0]).c_str(),
                frame->price(frame->asks[0]).c_str());
    ++seen;
  }
}
