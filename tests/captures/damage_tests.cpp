// Guarantee Q-7 on recordings: damage one update at a time and compare every verdict with an oracle.
//
// The oracle is two plain map books read from the text by a few lines of this file: the exchange's (undamaged) and the client's
// (damaged). A message must be a mismatch if and only if the ten best levels of the two differ.

#include <array>
#include <cstdlib>
#include <map>

#include "hadal/feed.hpp"
#include "support/captures.hpp"
#include "support/model_book.hpp"

using namespace hadal;
namespace fs = std::filesystem;

namespace {

enum class Kind { other, snapshot, update, unsubscribed };

/// A frame as this file reads it. Levels at the recording's own scales.
struct Frame {
  Kind kind = Kind::other;
  std::string symbol;
  std::vector<Level> bids;
  std::vector<Level> asks;
  std::string timestamp;  ///< fixed format: text order is time order
};

std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const auto first = text.find(before);
  if (first == std::string::npos) return {};
  const auto start = first + before.size();
  return text.substr(start, text.find(after, start) - start);
}

/// Digits of a plain decimal at a scale, as an integer.
std::int64_t scaled(const std::string& number, std::size_t scale) {
  const auto point = number.find('.');
  auto digits = number.substr(0, point);
  auto fraction = point == std::string::npos ? std::string{} : number.substr(point + 1);
  fraction.resize(scale, '0');
  return std::strtoll((digits + fraction).c_str(), nullptr, 10);
}

std::vector<Level> levels(const std::string& side, std::size_t price_scale, std::size_t qty_scale) {
  std::vector<Level> out;
  for (auto at = side.find("{\"price\":"); at != std::string::npos; at = side.find("{\"price\":", at + 1)) {
    const auto level = side.substr(at);
    out.push_back({scaled(between(level, "\"price\":", ","), price_scale), scaled(between(level, "\"qty\":", "}"), qty_scale)});
  }
  return out;
}

Frame read(const std::string& line, std::size_t price_scale, std::size_t qty_scale) {
  Frame frame;
  frame.symbol = between(line, "\"symbol\":\"", "\"");
  if (line.find("\"method\":\"unsubscribe\"") != std::string::npos) frame.kind = Kind::unsubscribed;
  if (line.find("{\"channel\":\"book\"") != 0) return frame;
  frame.kind = line.find("\"type\":\"snapshot\"") != std::string::npos ? Kind::snapshot : Kind::update;
  frame.bids = levels(between(line, "\"bids\":[", "]"), price_scale, qty_scale);
  frame.asks = levels(between(line, "\"asks\":[", "]"), price_scale, qty_scale);
  frame.timestamp = between(line, "\"timestamp\":\"", "\"");
  return frame;
}

/// One side of the comparison: follows the rules of C-3, C-4, C-7 and C-8 on maps.
struct Client {
  explicit Client(std::size_t depth) : book{depth} {}
  test::ModelBook book;
  std::string snapshot_time;
  bool waiting = true;

  /// Whether the frame was applied, and so has a verdict.
  bool play(const Frame& frame) {
    if (frame.kind == Kind::unsubscribed) waiting = true;
    if (frame.kind == Kind::snapshot) {
      book.snapshot(frame.bids, frame.asks);
      snapshot_time = frame.timestamp;
      waiting = false;
      return true;
    }
    if (frame.kind != Kind::update || waiting) return false;
    if (!snapshot_time.empty() && frame.timestamp < snapshot_time) return false;
    book.update(frame.bids, frame.asks);
    return true;
  }
};

struct Recording {
  std::string file;
  std::uint16_t depth;
  std::size_t price_scale;
  std::size_t qty_scale;
};

struct Tally {
  std::size_t tried = 0;
  std::size_t visible = 0;
};

enum Damage { drop, duplicate, swap, alter_qty, alter_price, alter_checksum, kDamages };
constexpr std::array<const char*, kDamages> kDamageNames{"drop",          "duplicate",       "swap", "alter a quantity",
                                                         "alter a price", "alter a checksum"};

/// Changes the last digit before `end_mark` of the first number after `mark`: never the first digit, so that it stays JSON.
std::string altered(std::string line, const std::string& mark, char end_mark) {
  const auto at = line.find(mark);
  if (at == std::string::npos) return {};
  const auto first = at + mark.size();
  const auto last = line.find(end_mark, first) - 1;
  if (last <= first) return {};
  line[last] = line[last] == '9' ? '1' : static_cast<char>(line[last] + 1);
  return line;
}

[[noreturn]] void fail(const Recording& recording, std::size_t position, int damage, std::size_t message, const char* what) {
  std::printf("FAILED %s: %s at frame %zu: %s at frame %zu\n", recording.file.c_str(), kDamageNames[static_cast<std::size_t>(damage)],
              position + 1, what, message + 1);
  std::exit(EXIT_FAILURE);
}

class Experiment {
 public:
  Experiment(Recording recording, std::vector<std::string> lines) : recording_{std::move(recording)}, lines_{std::move(lines)} {
    std::map<std::string, Client> exchange;
    for (const auto& line : lines_) {
      frames_.push_back(read(line, recording_.price_scale, recording_.qty_scale));
      auto& client = exchange.try_emplace(frames_.back().symbol, recording_.depth).first->second;
      client.play(frames_.back());
      tops_.push_back(client.book.top());
      books_.push_back({client.book.bids(), client.book.asks()});
    }
  }

  void run(std::array<Tally, kDamages>& tallies) {
    for (std::size_t position = 0; position < frames_.size(); ++position) {
      if (frames_[position].kind != Kind::update) continue;
      for (int damage = 0; damage < kDamages; ++damage) try_damage(position, damage, tallies[static_cast<std::size_t>(damage)]);
    }
  }

 private:
  struct Step {
    std::size_t original;  ///< which message's checksum it carries
    const std::string* line;
    const Frame* frame;
  };

  void try_damage(std::size_t position, int damage, Tally& tally) {
    std::vector<Step> script;
    for (std::size_t i = 0; i < lines_.size(); ++i) script.push_back({i, &lines_[i], &frames_[i]});
    std::string text;
    Frame changed;
    const auto at = script.begin() + static_cast<std::ptrdiff_t>(position);
    if (damage == drop) {
      script.erase(at);
    } else if (damage == duplicate) {
      script.insert(at, *at);
    } else if (damage == swap) {
      // With the next update of the same book, if no snapshot or unsubscribe of it comes between.
      auto next = at + 1;
      while (next != script.end() && (next->frame->symbol != at->frame->symbol || next->frame->kind == Kind::other)) ++next;
      if (next == script.end() || next->frame->kind != Kind::update) return;
      std::iter_swap(at, next);
    } else {
      const auto mark = damage == alter_qty ? "\"qty\":" : damage == alter_price ? "\"price\":" : "\"checksum\":";
      text = altered(lines_[position], mark, damage == alter_qty ? '}' : ',');
      if (text.empty()) return;
      changed = read(text, recording_.price_scale, recording_.qty_scale);
      at->line = &text;
      at->frame = &changed;
    }
    ++tally.tried;
    if (play(script, position, damage)) ++tally.visible;
  }

  /// Returns whether any verdict was a mismatch. Stops once the two books are equal again.
  bool play(const std::vector<Step>& script, std::size_t position, int damage) {
    const auto& symbol = frames_[position].symbol;
    FeedConfig config;
    config.depth = recording_.depth;
    Feed feed{config};
    Client client{recording_.depth};
    bool visible = false;
    for (std::size_t i = 0; i < script.size(); ++i) {
      const auto& step = script[i];
      if (step.frame->symbol != symbol) continue;  // other books: capture_tests has them
      BookCounters before;
      if (const auto* book = feed.book(symbol)) before = book->counters();
      feed.on_text({static_cast<std::int64_t>(i)}, 1, *step.line);
      const bool applied = client.play(*step.frame);
      if (i + 1 < position) continue;  // not damaged yet
      const auto& book = *feed.book(symbol);
      const bool mismatch = book.counters().mismatched > before.mismatched;
      const bool match = book.counters().matched > before.matched;
      if (mismatch && match) fail(recording_, position, damage, step.original, "two verdicts");
      if (applied != (mismatch || match)) fail(recording_, position, damage, step.original, "no verdict where one was due, or the reverse");
      if (!applied) continue;
      const bool wrong_checksum = damage == alter_checksum && step.original == position;
      const bool expected = wrong_checksum || client.book.top() != tops_[step.original];
      if (mismatch != expected) fail(recording_, position, damage, step.original, expected ? "a damage was not noticed" : "a false alarm");
      if (mismatch && book.is_live()) fail(recording_, position, damage, step.original, "a mismatched book is called live");
      if (test::levels_of(book.levels().bids()) != client.book.bids() || test::levels_of(book.levels().asks()) != client.book.asks())
        fail(recording_, position, damage, step.original, "the levels are not those of the model");
      visible |= mismatch;
      if (i > position + 1 && client.book.bids() == books_[step.original].first && client.book.asks() == books_[step.original].second)
        break;
    }
    return visible;
  }

  Recording recording_;
  std::vector<std::string> lines_;
  std::vector<Frame> frames_;
  std::vector<std::vector<Level>> tops_;                                  ///< of the exchange's book after each frame
  std::vector<std::pair<std::vector<Level>, std::vector<Level>>> books_;  ///< the same, whole
};

}  // namespace

int main(int argc, char** argv) {
  const fs::path captures = argc > 1 ? argv[1] : "";
  if (!test::captures_present(captures, "damage_tests")) return test::kSkipped;
  const Recording recordings[] = {
      {"v2_book_BTC-USD_d10_20260719.jsonl", 10, 1, 8},
      {"v2_book_BTC-USD_d10_resync_part1_20260801.jsonl", 10, 1, 8},
      {"v2_book_MINA-GBP_d25_resubscribe_20260818.jsonl", 25, 4, 8},
      {"v2_book_BTC-USD_d10_reencoded_20230730.jsonl", 10, 1, 8},
      {"v2_book_ETH-USD_d25_20260802.jsonl", 25, 2, 8},
  };
  std::array<Tally, kDamages> total{};
  for (const auto& recording : recordings) {
    std::array<Tally, kDamages> tallies{};
    const auto lines = test::read_lines(captures / recording.file);
    if (lines.empty()) {
      std::printf("FAILED: %s holds nothing\n", (captures / recording.file).string().c_str());
      return EXIT_FAILURE;
    }
    Experiment{recording, lines}.run(tallies);
    std::printf("%s\n", recording.file.c_str());
    for (std::size_t damage = 0; damage < kDamages; ++damage) {
      std::printf("  %-18s %5zu of %5zu visible\n", kDamageNames[damage], tallies[damage].visible, tallies[damage].tried);
      total[damage].tried += tallies[damage].tried;
      total[damage].visible += tallies[damage].visible;
    }
  }
  // A repeated update sets the same quantities again: it never shows, and need not.
  for (std::size_t damage = 0; damage < kDamages; ++damage)
    if (total[damage].tried == 0 || (total[damage].visible == 0) != (damage == duplicate)) {
      std::printf("FAILED: %s was visible %zu times in %zu\n", kDamageNames[damage], total[damage].visible, total[damage].tried);
      return EXIT_FAILURE;
    }
  if (total[alter_checksum].visible != total[alter_checksum].tried) {
    std::printf("FAILED: an altered checksum went unnoticed\n");
    return EXIT_FAILURE;
  }
  std::printf("all verdicts equal the oracle's\n");
  return EXIT_SUCCESS;
}
