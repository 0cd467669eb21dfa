/// Native benchmarks: ns per `book` update, step by step, at depths 10, 100 and 1000; every update of every pass is verified.
///
/// One iteration is one pass over all updates of a feed; the snapshot before it is not timed, so that memory stays flat however long
/// it runs. The counter `update` is CPU seconds per update, `allocations` are calls of operator new per pass after a first one.
/// `hadal_bench --dump DIR` writes the frames to DIR, one file a depth, for the benchmark in Node.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <string>

#include "hadal/book/order_book.hpp"
#include "hadal/feed.hpp"
#include "hadal/log.hpp"
#include "hadal/wire/scanner.hpp"
#include "readers.hpp"
#include "support/allocation_count.hpp"
#include "synthetic_feed.hpp"

namespace bench {
namespace {

using hadal::test::allocation_count;

constexpr std::uint64_t kSeed = 20'260'102;
constexpr std::uint16_t kBenchDepths[] = {10, 100, 1000};
constexpr std::size_t kLogBatch = 1024;  // updates between two calls of LogWriter::take()

void require(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "hadal_bench: %s\n", what);
  std::exit(1);
}

// --- what is measured: rewind() goes back to the snapshot, run() is one pass over the updates and says whether all was right ---

struct Scan {
  const SyntheticFeed& feed;
  hadal::BookScanner scanner{};
  hadal::BookMessage message{};

  void rewind() {}
  bool run() {
    std::uint64_t sum = 0;
    for (const auto& update : feed.updates()) {
      if (!scanner.scan(update.frame, message)) return false;
      sum += message.entries[0].checksum.value;
    }
    return sum == feed.checksum_sum();
  }
};

struct Decode {
  const SyntheticFeed& feed;
  hadal::Decoder decoder{};

  void rewind() {}
  bool run() {
    std::uint64_t sum = 0;
    for (const auto& update : feed.updates()) {
      if (decoder.decode(update.frame) != hadal::Errc::ok || !decoder.scanned()) return false;
      sum += std::get<hadal::BookMessage>(decoder.message()).entries[0].checksum.value;
    }
    return sum == feed.checksum_sum();
  }
};

struct Sax {
  const SyntheticFeed& feed;
  NlohmannSaxReader reader{};

  void rewind() {}
  bool run() {
    return read_all(feed, [this](std::string_view frame) { return reader.read(frame); });
  }

  template <class Read>
  static bool read_all(const SyntheticFeed& feed, Read read) {
    Reading total;
    for (const auto& update : feed.updates()) {
      const auto reading = read(update.frame);
      total.checksum += reading.checksum;
      total.levels += reading.levels;
    }
    return total.checksum == feed.checksum_sum() && total.levels == feed.level_count();
  }
};

template <bool values>
struct Simdjson {
  const SyntheticFeed& feed;
  SimdjsonReader reader{};

  void rewind() {}
  bool run() {
    return Sax::read_all(feed, [this](std::string_view frame) { return values ? reader.read_values(frame) : reader.read(frame); });
  }
};

struct Dom {
  const SyntheticFeed& feed;

  void rewind() {}
  bool run() {
    for (const auto& update : feed.updates())
      if (!read_nlohmann_dom(update.frame)) return false;
    return true;
  }
};

enum class Sum { none, joined, by_definition };

/// The book alone: levels in integers in, sorted sides out, and a checksum if wanted.
template <Sum sum>
struct Apply {
  const SyntheticFeed& feed;
  hadal::OrderBook book{feed.depth()};

  void rewind() { require(book.apply_snapshot(feed.snapshot_bids(), feed.snapshot_asks()) == hadal::Errc::ok, "snapshot refused"); }
  bool run() {
    constexpr std::span<const hadal::Level> none;
    for (const auto& update : feed.updates()) {
      const bool bid = update.side == hadal::Side::bid;
      book.apply_update(bid ? update.levels : none, bid ? none : update.levels);
      if constexpr (sum == Sum::joined) {
        if (book.checksum() != update.checksum) return false;
      } else if constexpr (sum == Sum::by_definition) {
        if (hadal::checksum_by_definition(book.bids(), book.asks()) != update.checksum) return false;
      }
    }
    return book.checksum() == feed.updates().back().checksum;
  }
};

/// Frame text in, verified book out. With a log, each update also becomes an event line.
template <bool log>
struct Whole {
  const SyntheticFeed& feed;
  hadal::LogWriter writer{true};
  hadal::Feed books{config(feed.depth()), log ? &writer : nullptr};
  std::int64_t now = 0;

  void rewind() {
    books.on_text({now}, 1, feed.snapshot());
    static_cast<void>(writer.take());
  }
  bool run() {
    const auto matched_before = matched();
    std::size_t in_batch = 0;
    for (const auto& update : feed.updates()) {
      books.on_text({++now}, 1, update.frame);
      if (log && ++in_batch == kLogBatch) {
        in_batch = 0;
        benchmark::DoNotOptimize(writer.take());
      }
    }
    const auto* book = books.book(kSymbol);
    return book->verified() && matched() - matched_before == kUpdates && book->counters().mismatched == 0 &&
           books.counters().parse_errors == 0 && books.counters().scanned == books.counters().frames;
  }
  static hadal::FeedConfig config(std::uint16_t depth) {
    hadal::FeedConfig config;
    config.depth = depth;
    return config;
  }
  [[nodiscard]] std::uint64_t matched() const { return books.book(kSymbol)->counters().matched; }
};

template <class Pass>
void measure(benchmark::State& state, const SyntheticFeed& feed) {
  Pass pass{feed};
  pass.rewind();
  require(pass.run(), "an update could not be read or verified");
  const auto before = allocation_count();
  std::size_t in_rewinds = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto mark = allocation_count();
    pass.rewind();
    in_rewinds += allocation_count() - mark;
    state.ResumeTiming();
    require(pass.run(), "an update could not be read or verified");
  }
  state.counters["allocations"] = static_cast<double>(allocation_count() - before - in_rewinds) / static_cast<double>(state.iterations());
  using benchmark::Counter;
  state.counters["update"] = Counter(kUpdates, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

template <class Pass>
void add(const char* step, const SyntheticFeed& feed) {
  benchmark::RegisterBenchmark((std::string{step} + '/' + std::to_string(feed.depth())).c_str(), measure<Pass>, std::cref(feed))
      ->Unit(benchmark::kMillisecond);
}

void dump(const std::deque<SyntheticFeed>& feeds, const std::string& folder) {
  for (const auto& feed : feeds) {
    std::ofstream file{folder + "/depth-" + std::to_string(feed.depth()) + ".jsonl", std::ios::binary};
    require(static_cast<bool>(file << feed.lines() << std::flush), "cannot write the frames");
  }
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  std::deque<SyntheticFeed> feeds;
  for (const auto depth : kBenchDepths) feeds.emplace_back(depth, kSeed);
  for (const auto& feed : feeds) {
    Apply<Sum::by_definition> definition{feed};
    definition.rewind();
    require(definition.run(), "the feed's own checksums are wrong");
  }
  if (argc > 1 && std::string_view{argv[1]} == "--dump") {
    require(argc == 3, "usage: hadal_bench --dump DIR, or any option of Google Benchmark");
    dump(feeds, argv[2]);
    return 0;
  }
  for (const auto& feed : feeds) {
    add<Scan>("scanner", feed);
    add<Decode>("decoder", feed);
    add<Apply<Sum::none>>("apply", feed);
    add<Apply<Sum::joined>>("apply_joined", feed);
    add<Apply<Sum::by_definition>>("apply_definition", feed);
    add<Whole<false>>("whole", feed);
    add<Whole<true>>("whole_log", feed);
    add<Dom>("nlohmann_dom", feed);
    add<Sax>("nlohmann_sax", feed);
    add<Simdjson<false>>("simdjson", feed);
    add<Simdjson<true>>("simdjson_values", feed);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
