/// What each view and each tracker costs, in ns a call, on synthetic books of depth 10 and 1000: `hadal_views_bench`.
///
/// A view is computed anew each time from the book after the next update, as a page does that draws every frame. A tracker's cost is that of an
/// update through feed and stream with this tracker alone, beside the same without any.

#include <benchmark/benchmark.h>

#include <string>

#include "hadal/analytics/analytics.hpp"
#include "hadal/analytics/book_views.hpp"
#include "hadal/analytics/first_view.hpp"
#include "hadal/analytics/top_of_book.hpp"
#include "hadal/flow/event_stream.hpp"
#include "support/allocation_count.hpp"
#include "synthetic_feed.hpp"

namespace bench {
namespace {

using namespace hadal;
using hadal::test::allocation_count;

constexpr std::uint64_t kSeed = 20'260'102;

/// Calls `view(book)` after each update of a feed; only the view is counted, by taking the updates in a loop of their own off.
template <class View>
void measure_view(benchmark::State& state, const SyntheticFeed& feed, View view) {
  OrderBook book{feed.depth()};
  if (book.apply_snapshot(feed.snapshot_bids(), feed.snapshot_asks()) != Errc::ok) return state.SkipWithError("snapshot refused");
  constexpr std::size_t kBooks = 64;  // different books, so that no branch is learnt by heart
  std::vector<OrderBook> books;
  for (std::size_t i = 0; i < kBooks; ++i) {
    for (std::size_t j = 0; j < 50; ++j) {
      const auto& update = feed.updates()[i * 50 + j];
      const bool bid = update.side == Side::bid;
      book.apply_update(bid ? update.levels : std::span<const Level>{}, bid ? std::span<const Level>{} : update.levels);
    }
    books.push_back(book);
  }
  for (const auto& one : books) view(one);
  const auto before = allocation_count();
  std::size_t next = 0;
  for (auto _ : state) {
    view(books[next]);
    next = (next + 1) % kBooks;
  }
  state.counters["allocations"] = static_cast<double>(allocation_count() - before);
}

template <class View>
void add_view(const char* name, const SyntheticFeed& feed, View view) {
  benchmark::RegisterBenchmark((std::string{"view "} + name + '/' + std::to_string(feed.depth())).c_str(),
                               [&feed, view](benchmark::State& state) mutable { measure_view(state, feed, view); });
}

void add_views(const SyntheticFeed& feed) {
  add_view("spread, mid, microprice", feed, [](const OrderBook& book) {
    benchmark::DoNotOptimize(spread_bps(book));
    benchmark::DoNotOptimize(microprice(book));
  });
  add_view("totals", feed, [](const OrderBook& book) { benchmark::DoNotOptimize(book.total(Side::bid)); });
  add_view("ladder of 10", feed, [out = Ladder{}](const OrderBook& book) mutable {
    benchmark::DoNotOptimize(ladder(book, {10, 1, 1}, out));
  });
  add_view("ladder, all", feed, [out = Ladder{}](const OrderBook& book) mutable {
    benchmark::DoNotOptimize(ladder(book, {0, 1, 1}, out));
  });
  add_view("ladder, all, grouped by 50", feed, [out = Ladder{}](const OrderBook& book) mutable {
    benchmark::DoNotOptimize(ladder(book, {0, 50, 1}, out));
  });
  add_view("imbalance of 10", feed, [](const OrderBook& book) { benchmark::DoNotOptimize(imbalance_metrics(book, 10)); });
  add_view("pressure of 10, by distance", feed, [](const OrderBook& book) {
    PressureConfig config;
    config.weighting = Weighting::distance;
    benchmark::DoNotOptimize(pressure(book, {1, 8}, config));
  });
  add_view("three bands", feed, [](const OrderBook& book) {
    for (const auto ppm : kBands) benchmark::DoNotOptimize(band_liquidity(book, ppm));
  });
  add_view("fill of 100,000 quote", feed, [](const OrderBook& book) {
    Fill out;
    benchmark::DoNotOptimize(fill_notional(book, TakerSide::buy, Int128{100'000} * 1'000'000'000, out));
    benchmark::DoNotOptimize(out);
  });
  add_view("640 columns", feed, [out = DepthColumns{}](const OrderBook& book) mutable {
    const auto half = first_view_half_width(book).value_or(10);
    const auto mid = static_cast<std::int64_t>(*book.mid2() / 2);
    benchmark::DoNotOptimize(depth_columns(book, {640, mid - half, mid + half}, out));
  });
  add_view("crosshair", feed, [](const OrderBook& book) {
    benchmark::DoNotOptimize(crosshair(book, book.asks()[0].price + first_view_half_width(book).value_or(10) / 2));
  });
}

/// Frames through feed and stream, with one tracker.
void measure_tracker(benchmark::State& state, const SyntheticFeed& feed, const char* trackers) {
  EventStream stream;
  FeedConfig config;
  config.depth = feed.depth();
  Feed books{config, &stream};
  if (*trackers != '\0') static_cast<void>(stream.analytics().track({}, *parse_trackers(trackers)));
  std::int64_t now = 0;
  const auto pass = [&] {
    books.on_text({now}, 1, feed.snapshot());
    for (const auto& update : feed.updates()) {
      stream.begin({now});
      books.on_text({++now}, 1, update.frame);  // a millisecond an update
    }
  };
  pass();
  const auto before = allocation_count();
  for (auto _ : state) pass();
  state.counters["allocations"] = static_cast<double>(allocation_count() - before) / static_cast<double>(state.iterations());
  using benchmark::Counter;
  state.counters["update"] = Counter(kUpdates, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

void add_trackers(const SyntheticFeed& feed) {
  for (const char* trackers : {"", "spread", "flow", "whales", "persistence", "cancels", "heatmap", "history", "all"})
    benchmark::RegisterBenchmark(
        (std::string{"update, tracking "} + (*trackers == '\0' ? "nothing" : trackers) + '/' + std::to_string(feed.depth())).c_str(),
        [&feed, trackers](benchmark::State& state) { measure_tracker(state, feed, trackers); })
        ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const bench::SyntheticFeed shallow{10, bench::kSeed};
  const bench::SyntheticFeed deep{1000, bench::kSeed};
  for (const auto* feed : {&shallow, &deep}) {
    bench::add_views(*feed);
    bench::add_trackers(*feed);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
