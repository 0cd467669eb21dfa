// Listeners: called at once, on the client's strand, in the order of the events. What they are given is lent for the call: copy what you keep, and
// be quick, since the socket waits meanwhile.
//   callbacks [URL]
#include <cstdio>
#include <future>

#include "hadal_asio/client.hpp"

int main(int argc, char** argv) {
  hadal::net::ClientOptions options;
  if (argc > 1) options.transport.urls[0] = argv[1];
  std::promise<void> enough;  // what listeners refer to outlives the client
  int trades = 0;
  hadal::net::Client client{options};

  const auto states = client.on<hadal::BookStateEvent>([](const hadal::Event& event, const hadal::BookStateEvent& book) {
    std::printf("%.*s: %s\n", static_cast<int>(event.symbol.size()), event.symbol.data(), name(book.change.to).data());
  });
  const auto errors = client.on<hadal::ErrorEvent>([](const hadal::Event&, const hadal::ErrorEvent& error) {
    std::printf("error %s: %.*s\n", name(error.code).data(), static_cast<int>(error.text.size()), error.text.data());
  });
  const auto tape = client.on<hadal::TradeEvent>([&](const hadal::Event&, const hadal::TradeEvent& event) {
    const auto& trade = *event.trade;
    std::printf("%s %s at %s\n", name(trade.side).data(), to_string(trade.qty).c_str(), to_string(trade.price).c_str());
    if (++trades == 3) enough.set_value();
  });

  hadal::Key trade;
  trade.channel = hadal::Channel::trade;
  trade.symbol = "BTC/USD";
  client.subscribe(trade);
  client.subscribe_book("BTC/USD");
  client.subscribe_book("NO/PE");  // refused by the exchange: an error event, and nothing else suffers
  client.connect();
  enough.get_future().wait();
}
