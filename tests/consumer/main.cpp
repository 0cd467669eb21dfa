#include <cstdio>
#include <hadal_asio/client.hpp>

int main(int, char** argv) {
  hadal::net::Client client{{.transport = {.urls = {argv[1]}}}};
  client.subscribe_book("BTC/USD");
  client.connect();
  auto frames = client.frames("BTC/USD");
  while (auto frame = frames.receive())
    if (frame->verified) return std::printf("%s verified at %s\n", frame->symbol.c_str(), frame->price(frame->bids[0]).c_str()), 0;
}
