// A book that can no longer be trusted, and its way back: everybody is told, nobody has to do anything. A user may also ask for it.
//   resync [URL]
#include <cstdio>
#include <future>

#include "hadal_asio/client.hpp"

int main(int argc, char** argv) {
  hadal::net::ClientOptions options;
  if (argc > 1) options.transport.urls[0] = argv[1];
  std::promise<void> done;  // what listeners refer to outlives the client
  int lives = 0;
  hadal::net::Client client{options};
  const auto states = client.on<hadal::BookStateEvent>([&](const hadal::Event& event, const hadal::BookStateEvent& book) {
    const auto& change = book.change;
    std::printf("%.*s: %s -> %s (%s)\n", static_cast<int>(event.symbol.size()), event.symbol.data(), name(change.from).data(),
                name(change.to).data(), name(change.cause).data());
    if (change.to != hadal::BookState::live) return;
    if (++lives == 1) client.resync("BTC/USD");  // takes effect after this event
    if (lives == 2) done.set_value();
  });
  const auto gaps = client.on<hadal::GapEvent>([](const hadal::Event&, const hadal::GapEvent& gap) {
    if (gap.expected && gap.received) std::printf("the exchange's checksum is %u, the book's %u\n", *gap.expected, *gap.received);
  });
  client.subscribe_book("BTC/USD");
  client.connect();
  done.get_future().wait();
}
