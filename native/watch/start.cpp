#include "watch/start.hpp"

#include <algorithm>

#include "hadal_asio/url.hpp"

namespace hadal::watch {
namespace {

std::string host_of(const net::ClientOptions& options) {
  const auto& wanted = options.transport.urls[static_cast<std::size_t>(Endpoint::market)];
  const auto url = net::parse_url(wanted.empty() ? default_url(Endpoint::market) : std::string_view{wanted});
  return url ? url->authority() : std::string{};
}

}  // namespace

hadal::Key book_key(const Watched& watched) {
  hadal::Key key;
  key.symbol = watched.symbol;
  key.depth = watched.depth;
  return key;
}

hadal::Key trade_key(const Watched& watched) {
  hadal::Key key;
  key.channel = Channel::trade;
  key.symbol = watched.symbol;
  return key;
}

UiState first_state(const Options& options) {
  UiState state;
  state.version = options.version;
  state.host = host_of(options.client);
  state.rows = std::clamp<std::size_t>(options.levels, 1, kMostRows);
  for (const auto& symbol : options.symbols) {
    hadal::Key key;
    key.symbol = symbol;
    if (normalize(key, options.client.config.session.aliases) != Errc::ok)
      throw net::ConfigError{"symbol " + plain(symbol) + ": is no pair"};
    const auto same = [&](const Watched& one) { return one.symbol == key.symbol; };
    if (std::any_of(state.symbols.begin(), state.symbols.end(), same)) continue;
    state.symbols.push_back({key.symbol, options.client.config.depth, {}, {}});
  }
  if (state.symbols.empty()) throw net::ConfigError{"symbols: at least one is needed"};
  return state;
}

}  // namespace hadal::watch
