// Whether the simulated market looks like the recorded one: captures/STATS.md, ETH/USD at depth 25.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "hadal_sim/pair.hpp"

using namespace hadal::sim;

namespace {

struct Entry {
  std::string price;
  bool gone;
};

std::vector<Entry> entries_of(const std::string& text) {
  std::vector<Entry> out;
  for (auto at = text.find("\"price\":"); at != std::string::npos; at = text.find("\"price\":", at + 1)) {
    const auto comma = text.find(',', at);
    const auto end = text.find('}', comma);
    const auto qty = text.substr(comma + 7, end - comma - 7);
    out.push_back({text.substr(at + 8, comma - at - 8), qty.find_first_of("123456789") == std::string::npos});
  }
  return out;
}

/// Shares are in percent.
struct Statistics {
  double a_second = 0;
  double one_side = 0;
  double entries[4] = {};  ///< updates with 1, 2, 3 and more
  double fresh = 0, refill = 0, changed = 0, gone = 0;
  double moves_best = 0;
  double below_ten = 0;  ///< updates that leave the ten best as they were
  std::int64_t spread_p50 = 0, spread_p90 = 0;
  std::map<std::string, double> grammar;
};

Statistics measure(std::uint64_t seed, std::int64_t events) {
  constexpr std::size_t kDepth = 25;
  Pair pair{instrument(1), Random{seed}, kScenarios[0], 300, 1'000'000'000'000};
  auto& view = pair.enter_view(kDepth);
  std::map<std::string, int> sides[2];
  const auto learn = [&](Side side) {
    auto& known = sides[static_cast<std::size_t>(side)];
    known.clear();
    for (std::size_t rank = 0; rank < std::min(kDepth, pair.market().levels(side).size()); ++rank)
      known[std::to_string(pair.market().at(side, rank).price)] = 1;
  };
  for (const auto side : {Side::buy, Side::sell}) learn(side);
  Statistics out;
  std::vector<std::int64_t> spreads;
  double updates = 0, all = 0;
  for (std::int64_t i = 0; i < events; ++i) {
    const auto top = pair.top();
    const auto bid = pair.market().at(Side::buy, 0).price;
    const auto ask = pair.market().at(Side::sell, 0).price;
    pair.act(1'000'000'000'000 + i);
    const auto update = view.update;
    pair.forget();
    if (!update.any()) continue;
    ++updates;
    out.one_side += update.bids.empty() || update.asks.empty() ? 1 : 0;
    out.below_ten += pair.top() == top ? 1 : 0;
    out.moves_best += pair.market().at(Side::buy, 0).price != bid || pair.market().at(Side::sell, 0).price != ask ? 1 : 0;
    spreads.push_back(pair.market().at(Side::sell, 0).price - pair.market().at(Side::buy, 0).price);
    std::string word;
    for (const auto side : {Side::buy, Side::sell}) {
      const auto list = entries_of(side == Side::buy ? update.bids : update.asks);
      const auto plain = entries_of(side == Side::buy ? update.plain_bids : update.plain_asks);
      for (const auto& entry : list) {
        auto digits = entry.price;
        digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
        const bool known = sides[static_cast<std::size_t>(side)].contains(digits);
        const bool is_refill = std::none_of(plain.begin(), plain.end(), [&](const Entry& one) { return one.price == entry.price; });
        const char kind = entry.gone ? 'D' : is_refill ? 'R' : known ? 'M' : 'N';
        (kind == 'D' ? out.gone : kind == 'R' ? out.refill : kind == 'M' ? out.changed : out.fresh) += 1;
        word += kind;
        ++all;
      }
      learn(side);
    }
    out.entries[std::min<std::size_t>(word.size(), 4) - 1] += 1;
    out.grammar[word] += 1;
  }
  for (auto* share : {&out.one_side, &out.below_ten, &out.moves_best, &out.entries[0], &out.entries[1], &out.entries[2], &out.entries[3]})
    *share *= 100 / updates;
  for (auto* share : {&out.fresh, &out.refill, &out.changed, &out.gone}) *share *= 100 / all;
  for (auto& [word, share] : out.grammar) share *= 100 / updates;
  std::sort(spreads.begin(), spreads.end());
  out.spread_p50 = spreads[spreads.size() / 2];
  out.spread_p90 = spreads[spreads.size() * 9 / 10];
  return out;
}

}  // namespace

TEST_CASE("a simulated market has the statistics of the recorded one", "[sim][statistics]") {
  const auto seed = GENERATE(1, 2, 3);
  const auto s = measure(static_cast<std::uint64_t>(seed), 20'000);
  if (std::getenv("HADAL_PRINT") != nullptr) {
    std::printf("one side %.0f; entries %.0f %.0f %.0f %.0f; N %.0f R %.0f M %.0f D %.0f; best %.1f, below ten %.0f; spread %lld %lld\n",
                s.one_side, s.entries[0], s.entries[1], s.entries[2], s.entries[3], s.fresh, s.refill, s.changed, s.gone, s.moves_best,
                s.below_ten, static_cast<long long>(s.spread_p50), static_cast<long long>(s.spread_p90));
    for (const auto& [word, share] : s.grammar)
      if (share > 1) std::printf("  %s %.0f\n", word.c_str(), share);
  }
  const auto near = [](double value, double recorded, double by) { return value >= recorded - by && value <= recorded + by; };
  CHECK(s.one_side > 95);
  CHECK(near(s.entries[0], 37, 10));
  CHECK(near(s.entries[1], 31, 10));
  CHECK(near(s.entries[2], 32, 10));
  CHECK(near(s.fresh, 26, 5));
  CHECK(near(s.refill, 26, 5));
  CHECK(near(s.changed, 22, 5));
  CHECK(near(s.gone, 26, 5));
  CHECK(near(s.moves_best, 12, 4));
  CHECK(near(s.below_ten, 32, 10));
  CHECK(near(s.grammar.at("DRN"), 25, 6));
  CHECK(near(s.grammar.at("M"), 21, 8));
  CHECK(near(s.grammar.at("DR"), 19, 6));
  CHECK(near(s.grammar.at("N"), 16, 5));
  CHECK((s.spread_p50 >= 1 && s.spread_p50 <= 8));
  CHECK((s.spread_p90 >= 6 && s.spread_p90 <= 25));
}
